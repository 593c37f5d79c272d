// The verifier in Python of docs/verifier, running beside a test: one question a line, one answer a line.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../docs/verifier/verify_log.py", import.meta.url));

/** Whether this machine has python3. */
export function hasPython(): boolean {
  return spawnSync("python3", ["-c", "import sys"]).status === 0;
}

export type PythonQuestion =
  | {
      readonly log: string;
      readonly head?: string;
      readonly kept?: readonly string[];
      readonly certificates?: readonly string[];
    }
  | { readonly proof: string }
  | { readonly pack: string };
export type PythonAnswer = {
  readonly good: boolean;
  /** Index of the first bad entry; null where none is named. */
  readonly first?: number | null;
  readonly faults?: readonly string[];
  readonly text?: string;
};

export type PythonVerifier = {
  ask(question: PythonQuestion): Promise<PythonAnswer>;
  close(): void;
};

/** Starts it with the keys that it trusts. */
export function startPython(key: string, witnessKeys: readonly string[]): PythonVerifier {
  const trusted = witnessKeys.flatMap((text) => ["--witness-key", text]);
  const child: ChildProcessWithoutNullStreams = spawn(
    "python3",
    ["-B", SCRIPT, "lines", "--key", key, ...trusted],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => (complaint += text.toString("utf8")));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the python verifier ended: ${complaint}`);
      return JSON.parse(String(value)) as PythonAnswer;
    },
    close: () => void child.kill(),
  };
}
