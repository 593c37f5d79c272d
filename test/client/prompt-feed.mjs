// Gives the client one prompt after another on its standard input, each when the one before it has its result.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const [file = "", program = "", ...args] = process.argv.slice(2);
const prompts = JSON.parse(readFileSync(file, "utf8"));
const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
let rest = "";
const next = () => {
  const prompt = prompts.shift();
  if (prompt === undefined) return child.stdin.end();
  const message = { role: "user", content: prompt };
  child.stdin.write(`${JSON.stringify({ type: "user", message })}\n`);
};
child.stdout.on("data", (bytes) => {
  process.stdout.write(bytes);
  rest += bytes;
  const lines = rest.split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) if (typeOf(line) === "result") next();
});
const typeOf = (line) => {
  try {
    return JSON.parse(line).type;
  } catch {
    return undefined;
  }
};
child.on("close", (code) => process.exit(code ?? 1));
next();
