// Commands of a collector as processes: one that ends by itself, and one that serves until it is asked to end.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../../../program.ts";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

function start(args: readonly string[]): { child: ChildProcess; texts: [string, string] } {
  const child = spawn(process.execPath, [...PROGRAM, ...args], { cwd: repository });
  const texts: [string, string] = ["", ""];
  for (const [place, stream] of [child.stdout, child.stderr].entries())
    stream.setEncoding("utf8").on("data", (part: string) => {
      texts[place === 0 ? 0 : 1] += part;
    });
  return { child, texts };
}

/** A command with its exit code, what it prints and what it warns of. */
export async function sallyport(
  ...args: readonly string[]
): Promise<readonly [number | null, string, string]> {
  const { child, texts } = start(args);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return [code, ...texts];
}

/** A command that serves: resolves with its first line, and with a way to ask it to end that gives its exit code. */
export async function serving(
  ...args: readonly string[]
): Promise<{ readonly line: string; end(): Promise<number | null> }> {
  const { child, texts } = start(args);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", () => texts[0].includes("\n") && resolve());
    void ended.then((code) => reject(new Error(`ended with ${code}: ${texts[1]}`)));
  });
  return {
    line: texts[0].trim(),
    end() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
