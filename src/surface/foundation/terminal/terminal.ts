// Talking to a person: plain lines, colour only on a terminal, and no control character of anybody else's.
import { once } from "node:events";
import { printable } from "#base/printable.ts";

/** Where commands write and ask; tests pass their own. */
export type Terminal = {
  /** One line, or several, on standard output. */
  print(text: string): void;
  /** One line on standard error. */
  warn(text: string): void;
  /** True when a person can answer a question. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Asks a question that is answered with yes or no, as often as it takes. Whoever ends it without an answer says no. */
  confirm(question: string, options?: Confirmation): Promise<boolean>;
  /** Asks for a line of text; undefined when it is ended without one. */
  ask?(question: string): Promise<string | undefined>;
  /** Nobody reads what is printed. */
  readonly isSilent?: boolean;
};

/** How a question with yes and no is asked. */
export type Confirmation = {
  /** What Enter takes; default no. */
  readonly isYesByDefault?: boolean;
  /** Shows more, for the answer `d`; without it there is no such answer. */
  readonly details?: (() => void) | undefined;
};

const colours = { red: 31, green: 32, cyan: 36, dim: 2 } as const;

/** The terminal of this process. Colour needs a terminal, and `NO_COLOR` and `TERM=dumb` switch it off. */
export function openTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const wantsColour = !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    warn: (text) => void process.stderr.write(`${text}\n`),
    // WHY asked for: to open standard input takes longer than most commands take, and few look.
    get isInteractive() {
      return Boolean(process.stdout.isTTY && process.stdin.isTTY);
    },
    hasColour: Boolean(process.stdout.isTTY && wantsColour),
    confirm: askYesOrNo,
    ask: readLine,
  };
}

/** Prints a line and waits for a slow reader, so that a long log does not pile up in memory. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
}

/** The text in a colour, or as it is. */
export function paint(terminal: Terminal, colour: keyof typeof colours, text: string): string {
  return terminal.hasColour ? `\u001B[${colours[colour]}m${text}\u001B[0m` : text;
}

/** A unified diff with its lines coloured; what could steer the terminal is escaped, tabs stay. */
export function paintDiff(terminal: Terminal, diff: string): string {
  return diff
    .split("\n")
    .map((line) => {
      const safe = line.split("\t").map(printable).join("\t");
      if (line.startsWith("+")) return paint(terminal, "green", safe);
      if (line.startsWith("-")) return paint(terminal, "red", safe);
      return line.startsWith("@@") ? paint(terminal, "cyan", safe) : safe;
    })
    .join("\n");
}

/** What a person types after a question; nothing when there is nobody. */
export async function askText(question: string): Promise<string> {
  return (await readLine(question)) ?? "";
}

/** The line that is typed after a question; undefined when it is ended by Ctrl-C, Ctrl-D or a terminal that is gone. */
async function readLine(question: string): Promise<string | undefined> {
  // WHY only here: loading it is a part of every start, and few commands ask.
  const { createInterface } = await import("node:readline/promises");
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<undefined>((resolve) =>
    reader.once("close", () => resolve(undefined)),
  );
  const answered = reader.question(`${question} `).catch(() => undefined);
  const line = await Promise.race([answered, closed]);
  reader.close();
  // What comes next begins on a line of its own.
  if (line === undefined) process.stdout.write("\n");
  return line?.trim();
}

async function askYesOrNo(
  question: string,
  { isYesByDefault = false, details }: Confirmation = {},
): Promise<boolean> {
  const letters = isYesByDefault ? "Y/n" : "y/N";
  const choice = details === undefined ? letters : `${letters}/d`;
  for (;;) {
    const answer = await readLine(`${question} [${choice}]`);
    if (answer === undefined) return false;
    if (answer === "") return isYesByDefault;
    if (/^(?:y|yes)$/i.test(answer)) return true;
    if (/^(?:n|no)$/i.test(answer)) return false;
    if (details !== undefined && /^(?:d|diff)$/i.test(answer)) details();
    else
      process.stdout.write(`answer y or n${details === undefined ? "" : ", or d for the diff"}\n`);
  }
}
