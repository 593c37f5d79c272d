// Asking the person who sits at the controlling terminal: a random word to type, which no pipe or file can answer.
import { randomInt } from "node:crypto";
import { closeSync, constants, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { ReadStream, WriteStream } from "node:tty";
import { Failure } from "#base/failure.ts";

const SYLLABLES = 3;
const ANSWER_MS_MAX = 60_000;

/** A word that is easily typed and not known before it is shown. */
export function randomWord(): string {
  const pick = (letters: string) => letters[randomInt(letters.length)] ?? "";
  return Array.from({ length: SYLLABLES }, () => pick("bdfgklmnprstvz") + pick("aeiou")).join("");
}

/**
 * Shows the lines and a random word at the controlling terminal and resolves to whether the word was typed there. Throws a
 * Failure where there is no such terminal, or where it belongs to a session of the client.
 */
export async function typedAtTerminal(
  lines: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const word = randomWord();
  const question = [...lines, `type \`${word}\` to go on: `].join("\n");
  return (await lineAtTerminal(question, environment)) === word;
}

/** What is typed at the controlling terminal for a question, without the spaces around it. Throws as `typedAtTerminal`. */
export async function lineAtTerminal(
  question: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  refuseSession(environment);
  const input = new ReadStream(openTerminal(constants.O_RDONLY));
  const output = new WriteStream(openTerminal(constants.O_WRONLY));
  try {
    output.write(question);
    return await firstLine(input);
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** Throws the Failure that `typedAtTerminal` would, before work that is done for the person who is then asked. */
export function requireTerminal(environment: NodeJS.ProcessEnv = process.env): void {
  refuseSession(environment);
  closeSync(openTerminal(constants.O_RDONLY));
}

function refuseSession(environment: NodeJS.ProcessEnv): void {
  if (environment["CLAUDECODE"] === undefined) return;
  throw new Failure(
    "terminal",
    "this runs inside a session of Claude Code; a person types it at a terminal of their own",
  );
}

function openTerminal(access: number): number {
  try {
    return openSync("/dev/tty", access | constants.O_NOCTTY);
  } catch (cause) {
    throw new Failure(
      "terminal",
      "this must be typed by a person at a terminal, and there is none here",
      { cause },
    );
  }
}

function firstLine(input: ReadStream): Promise<string> {
  const reader = createInterface({ input });
  return new Promise((resolve) => {
    const timer = setTimeout(() => reader.close(), ANSWER_MS_MAX);
    reader.once("line", (line) => resolve(line.trim()));
    reader.once("close", () => {
      clearTimeout(timer);
      resolve("");
    });
    reader.once("line", () => reader.close());
  });
}
