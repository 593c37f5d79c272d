// Gives the client one prompt after another on its standard input, each when the one before it has its result and its own command, if any, succeeds.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [file = "", program = "", ...args] = process.argv.slice(2);
const prompts = JSON.parse(readFileSync(file, "utf8"));
const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
let rest = "";
/** A prompt is its text, or `{ prompt, once }` with a command line that fails for as long as it is to wait. */
const next = async () => {
  const given = prompts.shift();
  if (given === undefined) return child.stdin.end();
  const { prompt, once } = typeof given === "string" ? { prompt: given } : given;
  // TIME: the pace of a poll, which ends as soon as it is so.
  while (once !== undefined && spawnSync("/bin/sh", ["-c", once]).status !== 0) await pause(100);
  const message = { role: "user", content: prompt };
  child.stdin.write(`${JSON.stringify({ type: "user", message })}\n`);
};
child.stdout.on("data", (bytes) => {
  process.stdout.write(bytes);
  rest += bytes;
  const lines = rest.split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) if (typeOf(line) === "result") void next();
});
const typeOf = (line) => {
  try {
    return JSON.parse(line).type;
  } catch {
    return undefined;
  }
};
child.on("close", (code) => process.exit(code ?? 1));
void next();
