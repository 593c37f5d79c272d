// Runs the 68 read forms through the real client in a guarded project and prints the table; `npx tsx -C source` runs it.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { type ReadForm, readFormFiles, readFormMarker, readForms } from "./read-forms.ts";

/** What an answer of the guard says to a call. `none`: the client had no answer of ours. */
type Verdict = "deny" | "ask" | "allow" | "abstain" | "none";

/** What became of one form. */
export type ReadOutcome = {
  readonly form: ReadForm;
  readonly verdict: Verdict;
  /** The first rule of the answer; undefined when the answer names none. */
  readonly rule: string | undefined;
  /** The client lists the call among its denials. */
  readonly wasDenied: boolean;
  /** The form in which the secret reached the model, or undefined. */
  readonly leak: string | undefined;
};

/** All forms in one shell, and the harmless command that ran before the first and after the last one. */
export type ReadMatrix = {
  readonly outcomes: readonly ReadOutcome[];
  readonly plainBefore: string;
  readonly plainAfter: string;
};

/** A fresh project that `sallyport init` guards, with a data directory of its own and its daemon running. */
export type GuardedProject = {
  readonly project: string;
  readonly port: number;
  /** Home and data directory that its daemon works with. */
  readonly home: string;
  readonly data: string;
  /** Stops the daemon and removes everything. */
  close(): void;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = "docs/reference/read-forms.md";
const plainCommand = "cat pub.txt";
/** This form reads the secret only where an earlier command has left a link to it, so it gets one. */
const linkedCommand = "cat *";

/**
 * Builds `dist/` when it is old, guards a fresh project and starts the daemon outside of any session, because the end
 * of a session ends what it started. Throws with the program's words when a step fails.
 */
export function openGuardedProject(files: Readonly<Record<string, string>>): GuardedProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-guarded-")));
  const node = (...args: string[]): string => {
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      SALLYPORT_HOME: join(folder, "data"),
    };
    const ended = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: "utf8",
      env,
      timeout: 120_000,
    });
    if (ended.status !== 0) throw new Error(`${args.join(" ")}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  };
  const program = join(root, "dist/surface/cli/main.js");
  try {
    const project = join(folder, "project");
    node(join(root, "scripts/bootstrap.mjs"), "--build");
    mkdirSync(project);
    writeFiles(project, files);
    const outcome: unknown = JSON.parse(node(program, "init", project, "--yes", "--json"));
    node(program, "daemon", "--ensure");
    return {
      project,
      port: Number(Object(outcome).port),
      home: folder,
      data: join(folder, "data"),
      close() {
        try {
          node(program, "daemon", "stop");
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    };
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

/** Runs all forms in one session. Before each one the project's files are as they were at first. */
export async function runReadForms(shell: "bash" | "zsh"): Promise<ReadMatrix> {
  const guarded = openGuardedProject(readFormFiles);
  try {
    const commands = [plainCommand, ...readForms.map((form) => form.command), plainCommand];
    const run = await runClient({
      projectDirectory: guarded.project,
      shell,
      settings: { user: { permissions: { allow: ["Bash", "Read"] } } },
      outsideFiles: { "f.txt": `SECRET=${readFormMarker}\n` },
      turns: [...commands.map((command) => bash(command)), "bye"],
      beforeTurn: (turn) => {
        restoreFiles(guarded.project);
        if (commands[turn] === linkedCommand) symlinkSync(".env", join(guarded.project, "l"));
      },
      timeoutMs: 240_000,
    });
    return {
      outcomes: readForms.map((form, index) => outcomeOf(run, form, index + 1)),
      plainBefore: run.toolResults.get(toolUseId(0))?.text ?? "",
      plainAfter: run.toolResults.get(toolUseId(commands.length - 1))?.text ?? "",
    };
  } finally {
    guarded.close();
  }
}

/** The answer to the call of one turn. Every turn has one call, so answers come in the order of turns. */
function outcomeOf(run: ClientRun, form: ReadForm, turn: number): ReadOutcome {
  const answers = run.hookEvents.filter(
    (event) => event["subtype"] === "hook_response" && event["hook_event"] === "PreToolUse",
  );
  const { verdict, rule } = readAnswer(String(answers[turn]?.["stdout"]));
  const id = toolUseId(turn);
  return {
    form,
    verdict,
    rule,
    wasDenied: run.wasDenied(id),
    leak: run.leakedBy(id, readFormMarker),
  };
}

function readAnswer(text: string): { verdict: Verdict; rule: string | undefined } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { verdict: "none", rule: undefined };
  }
  const output = Object(Object(answer).hookSpecificOutput);
  const rule = /^rule: (\S+)/m.exec(String(output.permissionDecisionReason))?.[1];
  switch (output.permissionDecision) {
    case "deny":
    case "ask":
    case "allow":
      return { verdict: output.permissionDecision, rule };
    default:
      return { verdict: output.hookEventName === "PreToolUse" ? "abstain" : "none", rule };
  }
}

/** WHY: some forms leave copies and links behind, and a later one must not find them. */
function restoreFiles(project: string): void {
  for (const name of readdirSync(project)) {
    if (name !== ".claude") rmSync(join(project, name), { recursive: true, force: true });
  }
  writeFiles(project, readFormFiles);
}

function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

function pageText(matrices: ReadonlyMap<string, ReadMatrix>): string {
  const shells = [...matrices.keys()];
  const rows = readForms.map((form, index) => {
    const cells = shells.map((shell) => {
      const outcome = matrices.get(shell)?.outcomes[index];
      return outcome === undefined ? "" : cellOf(outcome);
    });
    return `| ${[form.id.slice(5), code(form.command), nativeCell(form), ...cells].join(" | ")} |`;
  });
  const sums = [...matrices].map(([shell, matrix]) => `- ${shell}: ${sumOf(matrix)}.`);
  const native = readForms.filter((form) => form.leaksNatively).length;
  return `# Ways to read a secret file from Bash

${readForms.length} commands that print \`.env\`, each run by the real client in a project guarded by \`sallyport init\`, where the user's own
settings allow all of Bash and Read. This page is generated: \`npx tsx -C source test/client/measure-reads.ts --write\`.

- *Native rule*: what the client's rule \`Read(.env)\` does alone, under the same allow rules: ${native} of ${readForms.length} leak.
  Checked by \`npx tsx test/spikes/native-rules.ts\`.
- *sallyport*: its verdict and the first rule that gave it. \`ask\` asks a person; a session without one refuses.
  "client refuses" is a call that sallyport left to the client, which did not run it. "runs, shows nothing" ran and did not
  bring the secret to the model, in no encoding that the tests know.
- Project files are put back before each command; for \`${linkedCommand}\` a link \`l\` to \`.env\` lies in the project, without
  which it reads no secret. \`${plainCommand}\` ran before the first and after the last one.

${sums.join("\n")}

| # | command | native rule | ${shells.map((shell) => `sallyport, ${shell}`).join(" | ")} |
|---|---|---|${shells.map(() => "---|").join("")}
${rows.join("\n")}
`;
}

function nativeCell(form: ReadForm): string {
  return form.leaksNatively ? "**leaks**" : "holds";
}

function cellOf({ verdict, rule, wasDenied, leak }: ReadOutcome): string {
  const said = rule === undefined ? verdict : `${verdict} \`${rule.replace(/^builtin:/, "")}\``;
  if (leak !== undefined) return `${said}, **leaks** (${leak})`;
  if (verdict === "deny" || verdict === "ask") return said;
  return `${said}, ${wasDenied ? "client refuses" : "runs, shows nothing"}`;
}

function sumOf({ outcomes }: ReadMatrix): string {
  const count = (isCounted: (outcome: ReadOutcome) => boolean): number =>
    outcomes.filter(isCounted).length;
  const leaks = count(({ leak }) => leak !== undefined);
  const verdicts = (["deny", "ask", "allow", "abstain", "none"] as const)
    .map((verdict) => [verdict, count((outcome) => outcome.verdict === verdict)] as const)
    .filter(([, times]) => times > 0)
    .map(([verdict, times]) => `${times} ${verdict}`);
  return `${leaks} of ${outcomes.length} leak (${verdicts.join(", ")})`;
}

/** Inside a table a bar must be escaped even in code, and a code span with backticks needs two around it. */
function code(command: string): string {
  const text = command.replaceAll("|", "\\|");
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const matrices = new Map<string, ReadMatrix>();
  for (const shell of ["bash", "zsh"] as const) {
    const lacking = shell === "zsh" ? await whyMissing(["zsh"]) : undefined;
    if (lacking === undefined) matrices.set(shell, await runReadForms(shell));
    else process.stderr.write(`left out: ${lacking}\n`);
  }
  const text = pageText(matrices);
  process.stdout.write(text);
  if (!process.argv.includes("--write")) return;
  mkdirSync(join(root, dirname(page)), { recursive: true });
  writeFileSync(join(root, page), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
