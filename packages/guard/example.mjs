// The shell tool of any agent, guarded: what is refused is told to the model, what is a question is asked.
import { execFile } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { promisify } from "node:util";
import { createGuard, reasonText, shellCall } from "@sallyport/guard";

const run = promisify(execFile);
const cwd = process.cwd();
const interactive = process.stdin.isTTY === true;
const guard = createGuard({ cwd, interactive });

/** The tool that the agent calls: gives the text that the model sees. */
export async function shell(command) {
  const decision = await judged(command);
  if (decision.verdict === "deny") return `Refused.\n${reasonText(decision)}`;
  if (decision.verdict !== "allow" && !(await agreed(command, decision)))
    return `The person said no.\n${reasonText(decision)}`;
  try {
    const { stdout, stderr } = await run("bash", ["-c", command], { cwd });
    return stdout + stderr;
  } catch (error) {
    return `exit code ${error.code}\n${error.stdout}${error.stderr}`;
  }
}

/** A guard that fails refuses. */
async function judged(command) {
  try {
    return await guard.judge(shellCall(command, cwd));
  } catch {
    return { verdict: "deny", reasons: [] };
  }
}

async function agreed(command, decision) {
  if (!interactive) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${reasonText(decision)}\nrun \`${command}\`? [y/N] `);
  terminal.close();
  return answer.trim().toLowerCase() === "y";
}

// What an agent might ask for.
for (const command of process.argv.slice(2)) {
  process.stdout.write(`$ ${command}\n${await shell(command)}\n`);
}
