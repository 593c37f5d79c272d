// A program of a tree of its own, run to its end beside other work.
import { spawn } from "node:child_process";

/** Characters of what it said that a failure shows. */
const SAID_CHARS = 4_000;

/** Runs a program to its end, mildly; `say` hears its lines. Throws with the end of what it said where it fails. */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("nice", ["-n", "5", program, ...args], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const take = (chunk: Buffer): void => {
      said = `${said}${chunk.toString("utf8")}`.slice(-SAID_CHARS);
    };
    child.stderr.on("data", take);
    child.stdout.on("data", (chunk: Buffer) => {
      take(chunk);
      for (const line of chunk.toString("utf8").trimEnd().split("\n")) say(line);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`\`${program} ${args.join(" ")}\` ended with ${code}:\n${said.trimEnd()}`),
        );
    });
  });
}
