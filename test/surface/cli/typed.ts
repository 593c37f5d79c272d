// Commands of ours run as a person types them: with a terminal that `script` makes, or without any.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { PROGRAM } from "../../program.ts";

export const hasScript = spawnSync("script", ["--version"]).status === 0;

export type Typed = { readonly code: number | null; readonly text: string };
/** `data` is the data directory, `home` that of the person; `program`: what node is given, the sources unless named. */
export type Person = {
  readonly data: string;
  readonly home: string;
  readonly program?: readonly string[];
};

const environmentOf = ({ home }: Person) => ({ PATH: "/usr/bin:/bin", HOME: home });
const programOf = ({ program = PROGRAM }: Person) => program;

/** All that a process says until it ends. */
export function finish(child: ChildProcess, onText?: (text: string) => void): Promise<Typed> {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      onText?.(text);
    });
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
}

/** The one JSON value among what a person sees at the terminal too. */
export function jsonIn({ text }: Typed): unknown {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^type `\w+` to go on: /, ""));
  const values = lines.filter((line) => line.startsWith("{"));
  if (values.length !== 1) throw new Error(`not one JSON value in: ${text}`);
  return JSON.parse(values[0] ?? "");
}

/** Runs it in a session of its own, so that there is no terminal whatever the tests run in. */
export function withoutTerminal(person: Person, ...args: readonly string[]): Promise<Typed> {
  const words = [...programOf(person), ...args, "--data", person.data];
  const options = { env: environmentOf(person), detached: true } as const;
  return finish(spawn(process.execPath, words, { ...options, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs it at a terminal that `script` makes, and types what `answer` makes of the word that is shown. */
export function atTerminal(
  person: Person,
  answer: (word: string) => string,
  ...args: readonly string[]
): Promise<Typed> {
  const words = [process.execPath, ...programOf(person), ...args, "--data", person.data];
  const line = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], { env: environmentOf(person) });
  let isAnswered = false;
  return finish(child, (text) => {
    const word = /type `(\w+)` to go on/.exec(text)?.[1];
    if (word === undefined || isAnswered) return;
    isAnswered = true;
    child.stdin.write(`${answer(word)}\n`);
  });
}
