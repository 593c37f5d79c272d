// A line that a person types and nobody sees: a password or a new secret.
import { ReadStream, WriteStream } from "node:tty";
import { openSync } from "node:fs";
import { Failure } from "#base/failure.ts";

const LINE_CHARS_MAX = 64 * 1024;
const INTERRUPT = "\u0003";
const END_OF_INPUT = "\u0004";

/** Asks at the controlling terminal and resolves to what was typed. Rejects with a Failure where there is none, and on Ctrl-C. */
export async function hiddenLine(question: string): Promise<string> {
  const [input, output] = openBoth();
  output.write(question);
  input.setRawMode(true);
  try {
    return await typed(input);
  } finally {
    input.setRawMode(false);
    output.write("\n");
    input.destroy();
    output.destroy();
  }
}

function typed(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = "";
    input.setEncoding("utf8");
    input.on("data", (chunk: string) => {
      for (const character of chunk) {
        if (character === INTERRUPT || line.length > LINE_CHARS_MAX)
          return reject(new Failure("terminal", "nothing was typed; nothing changed"));
        if (character === "\r" || character === "\n" || character === END_OF_INPUT)
          return resolve(line);
        if (character === "\u007F" || character === "\b") line = line.slice(0, -1);
        else line += character;
      }
      return undefined;
    });
  });
}

function openBoth(): readonly [ReadStream, WriteStream] {
  try {
    return [new ReadStream(openSync("/dev/tty", "r")), new WriteStream(openSync("/dev/tty", "w"))];
  } catch (cause) {
    throw new Failure(
      "terminal",
      "there is no terminal to type the value at: pipe it in with `--stdin`, or have one made with `--generate`",
      { cause },
    );
  }
}
