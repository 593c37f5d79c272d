// What an interpreter does with code: text that is known is read lightly, other text is judged by where it comes from.
import { randomDigits } from "./random-digits.ts";
import {
  EMPTY,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { databaseTalk } from "./heuristics/database-traffic.ts";
import type { CodeOrigin, DataSource } from "../../vocabulary/effect.ts";
import { changesDatabase } from "./heuristics/database-clients.ts";
import { namedHarm } from "./heuristics/named-harm.ts";
import type { Language } from "./evaluation/language.ts";
import { readProgram } from "./evaluation/program.ts";
import { HARMS_GUARD } from "../services/guard-processes.ts";
import { probableCode } from "./heuristics/probable.ts";
import { obeysNetwork } from "./heuristics/remote-control.ts";
import { Observations } from "./evaluation/observations.ts";
import { isSmallProgram } from "./small-program/small-program.ts";

/** Stands for a part of the code that is not known: a name that no list has. */
const UNKNOWN_PART = " __unknown_part__ ";

const CHANGED_DATABASE: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "database", operation: "change" },
};

/** What is known beside the code: its input, and what it may be given to work on. */
export type Surroundings = {
  readonly stdin: TextSet | undefined;
  readonly operands: readonly Text[];
  /** Reads one text of code; light reading of `language` unless the caller knows better. */
  readonly read?: (code: string, seen: Observations) => void;
  /** What the code prints, when that is certain. */
  readonly printed?: (code: string, seen: Observations) => TextSet | undefined;
};

/** A language that is read in a way of its own. */
export type OwnReading = {
  readonly name: string;
  readonly read: (code: string, seen: Observations) => void;
};

/** Consequences of running any of the texts as a program of `language`. `origin` is where known text stands. */
export function interpret(
  texts: TextSet,
  language: Language | OwnReading,
  context: ModelContext,
  around: Surroundings,
  origin: CodeOrigin = "inline",
): readonly Consequence[] {
  return texts.flatMap((text) => {
    const whole = textOf(text);
    if (whole !== undefined) return oneProgram(whole, language, context, around, origin);
    const comes = originOf(sourcesOf([text]));
    const pieces = text
      .map((piece) => (piece.kind === "text" ? piece.text : UNKNOWN_PART))
      .join("");
    const onlyHoles = pieces.replaceAll(UNKNOWN_PART, "").trim() === "";
    const seen = onlyHoles ? [] : oneProgram(pieces, language, context, around, origin);
    return [...unbounded(comes, language.name, onlyHoles && comes === "unknown"), ...seen];
  });
}

/** A file that is run as a program: it is read, and what was written there in this call or session is looked at. */
export function interpretFile(
  file: Text,
  language: Language | OwnReading,
  context: ModelContext,
  around: Surroundings,
): readonly Consequence[] {
  const isOfSession = context.wasWritten(file);
  const contents = isOfSession ? context.textAt(file) : context.contentOf(file);
  return [
    reads(file),
    // WHY: what was written in this session is followed, and stays code that nobody has read.
    ...(isOfSession ? unbounded("generated", textOf(file)) : []),
    ...contents.flatMap((text) =>
      textOf(text) === undefined && text.length === 1
        ? unbounded(originOf(sourcesOf([text])), textOf(file), sourcesOf([text]).length === 0)
        : interpret([text], language, context, around, "generated"),
    ),
    prints([
      [hole("unmodelled", { sources: [...sourcesOf(around.stdin ?? EMPTY), { kind: "unknown" }] })],
    ]),
  ];
}

/** Code that may do anything. */
export function unbounded(
  origin: CodeOrigin,
  program: string | undefined,
  isUnknown = false,
): readonly Consequence[] {
  return [
    {
      kind: "effect",
      // An empty word names no file.
      effect: { kind: "execute", program: program || undefined, origin, reach: "unbounded" },
    },
    ...(isUnknown
      ? [
          {
            kind: "unknown",
            reason: "dynamic-code",
            detail: "code whose text is not known",
          } as const,
        ]
      : []),
  ];
}

/** Code that was read, and does no more than is noted of it. */
function wasRead(program: string): readonly Consequence[] {
  return [
    { kind: "effect", effect: { kind: "execute", program, origin: "inline", reach: "modelled" } },
  ];
}

/** Where the code of a file comes from, as far as the call itself put it there. */
export function originOfFile(file: Text, context: ModelContext): CodeOrigin {
  const comes = originOf(sourcesOf(context.contentOf(file)));
  return comes === "download" ? comes : "project";
}

function originOf(sources: readonly DataSource[]): CodeOrigin {
  if (sources.some((source) => source.kind === "network")) return "download";
  return sources.some((source) => source.kind === "file") ? "project" : "unknown";
}

function oneProgram(
  code: string,
  language: Language | OwnReading,
  context: ModelContext,
  { stdin, operands, read, printed }: Surroundings,
  origin: CodeOrigin,
): readonly Consequence[] {
  const seen = new Observations(context, sourcesOf(stdin ?? EMPTY), operands);
  const look = (text: string): void => {
    if (read !== undefined) read(text, seen);
    else if ("read" in language) language.read(text, seen);
    else readProgram(text, language, seen);
  };
  look(code);
  const probable = seen.isProven ? undefined : probableCode(code, language.name);
  if (probable !== undefined) look(probable);
  const output = seen.isProven
    ? (printed?.(code, seen) ?? randomDigits(code, language.name))
    : undefined;
  const isRead = seen.isProven && code.trim() !== "";
  if (isRead) context.provedByReading();
  for (const operand of operands) {
    const text = textOf(operand);
    if (text !== undefined) seen.mentions(text);
  }
  const found = seen.consequences();
  const sources = seen.isProven ? seen.sources : [...seen.sources, { kind: "unknown" } as const];
  return [
    ...(changesDatabase(code) ? [CHANGED_DATABASE] : []),
    ...databaseTalk(code),
    ...found,
    // The parent of what runs here is the client, or its shell.
    ...(/\b(?:getppid|ppid)\b/.test(code) && /\bkill/.test(code) ? [HARMS_GUARD] : []),
    // WHY an effect although the code does nothing else: whether a reading is enough is for the policy to say.
    ...(isRead && !isSmallProgram(code, language.name) ? wasRead(language.name) : []),
    ...(obeysNetwork(code) ? unbounded("download", language.name) : []),
    ...(seen.isProven
      ? []
      : [
          ...namedHarm([code, probable ?? ""].join("\n"), context.home),
          ...unbounded(origin, language.name),
        ]),
    prints(
      output === undefined
        ? [[hole("unmodelled", { sources: [...sources, ...sourcesOf(operands)] })]]
        : output,
    ),
  ];
}

/** Several pieces of code given by repeated options, as lines of one program. */
export function joined(pieces: readonly Text[]): Text {
  return pieces.flatMap((piece, index) => [...(index === 0 ? [] : literal("\n")), ...piece]);
}
