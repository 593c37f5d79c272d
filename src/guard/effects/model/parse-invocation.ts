// Splits the words of a call into options and operands by the list of options that a model declares: the one place that does.
import { keptFor } from "#base/lazily.ts";
import type { TextSet, Text } from "../../shell/values/text.ts";
import {
  dropKnown,
  knownPrefix,
  literal,
  mayStartWithDash,
  textOf,
} from "../../shell/values/text.ts";
import type { CommandModel, Invocation, OptionSpec } from "./command-model.ts";

/** Splits the words of a call into options and operands, as GNU getopt_long does: clusters, glued values, abbreviations, `--`. */
export function parseInvocation(
  model: Pick<CommandModel, "options" | "optionsEnd" | "own">,
  name: string,
  args: readonly Text[],
  stdin: TextSet | undefined,
): Invocation {
  const isExpression = model.optionsEnd === "expression";
  const isOwn = model.own !== undefined;
  const parsed = isExpression || isOwn ? undefined : splitWords(model, args);
  const found = parsed?.found ?? new Map<string, readonly Text[]>();
  return {
    name,
    args,
    operands: parsed?.operands ?? args,
    behindDashes: parsed?.behindDashes,
    unknownOptions: parsed?.strange ?? [],
    isMixed: parsed?.isMixed === true,
    isShifted: parsed?.isShifted === true,
    uncertain:
      parsed?.uncertain ??
      (!isOwn && args.some((word) => textOf(word) === undefined && mayStartWithDash(word))),
    stdin,
    has: (option) => found.has(option),
    values: (option) => found.get(option) ?? [],
  };
}

/** What was found among the words so far. */
type Parsed = {
  readonly found: Map<string, Text[]>;
  readonly operands: Text[];
  behindDashes: readonly Text[] | undefined;
  readonly strange: string[];
  uncertain: boolean;
  isShifted: boolean;
  isMixed: boolean;
};

/** The words of a call, and the place of the first one behind the option at hand. */
type Behind = { readonly args: readonly Text[]; readonly from: number };

/** An option that was found, with what is glued to it, and the words behind it. */
type Given = { readonly match: Match; readonly glued?: Text | undefined; readonly behind: Behind };

function splitWords(
  { options, optionsEnd }: Pick<CommandModel, "options" | "optionsEnd">,
  args: readonly Text[],
): Parsed {
  const parsed: Parsed = {
    found: new Map(),
    operands: [],
    behindDashes: undefined,
    strange: [],
    uncertain: false,
    isShifted: false,
    isMixed: false,
  };
  const { operands } = parsed;
  const byName = spellingsOf(options);
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word);
    const start = text ?? knownPrefix(word);
    if (text === "--") {
      parsed.behindDashes = args.slice(at + 1);
      operands.push(...parsed.behindDashes);
      break;
    }
    if (text === undefined && mayStartWithDash(word)) parsed.uncertain = true;
    if (!start.startsWith("-") || start === "-") {
      // `foreman run PROGRAM`: its words have options of their own.
      const verb = text === undefined ? undefined : byName.get(text);
      if (verb?.spec.words === "to-end") {
        take({ match: verb, behind: { args, from: at + 1 } }, parsed);
        break;
      }
      if (optionsEnd === "first-operand") {
        operands.push(...args.slice(at));
        break;
      }
      operands.push(word);
      continue;
    }
    parsed.isMixed ||= operands.length > 0;
    parsed.isShifted ||= parsed.uncertain;
    const behind = { args, from: at + 1 };
    at += start.startsWith("--")
      ? takeLong(word, start, behind, byName, parsed)
      : takeCluster(word, start, behind, byName, parsed);
  }
  return parsed;
}

/** `--long`, `--long=value`, and what is plainly short for one. Returns how many further words were taken. */
function takeLong(
  word: Text,
  start: string,
  behind: Behind,
  byName: Spellings,
  parsed: Parsed,
): number {
  const equals = start.indexOf("=");
  const long = equals < 0 ? start : start.slice(0, equals);
  const match = byName.get(long) ?? abbreviation(long, byName);
  if (match === undefined || (textOf(word) === undefined && equals < 0)) {
    parsed.strange.push(long);
    return 0;
  }
  if (equals < 0) return take({ match, behind }, parsed);
  return take({ match, glued: dropKnown(word, equals + 1), behind }, parsed);
}

/** Notes an option with its values. Returns how many of the words behind it were taken. */
function take({ match: { key, spec }, glued, behind }: Given, { found }: Parsed): number {
  const isGlued = glued !== undefined;
  const isNeeded = spec.value === "required";
  const { args, from } = behind;
  const end = isNeeded ? endOfValues(spec, behind, isGlued) : from;
  const missing = isNeeded && !isGlued && from >= args.length ? [[]] : [];
  const ending = isNeeded ? endingOf(spec) : undefined;
  const values = [
    ...(isGlued ? [glued] : []),
    ...args.slice(from, end),
    ...missing,
    // So that several of them stay apart.
    ...(ending === undefined ? [] : [literal(ending)]),
  ];
  found.set(key, [...(found.get(key) ?? []), ...values]);
  const isEnded = ending !== undefined && textOf(args[end] ?? []) === ending && !isGlued;
  return (isEnded ? end + 1 : end) - from;
}

/** The word that ends the values of an option, and is none of them. */
function endingOf({ words }: OptionSpec): ";" | "--" | undefined {
  if (words === "to-semicolon") return ";";
  return words === "to-dashes" ? "--" : undefined;
}

/** The place of the first word behind an option that is no value of it. */
function endOfValues(spec: OptionSpec, { args, from }: Behind, isGlued: boolean): number {
  const { words = 1 } = spec;
  if (typeof words === "number") return Math.min(args.length, from + words - (isGlued ? 1 : 0));
  if (words === "to-end") return args.length;
  const ending = endingOf(spec);
  if (ending !== undefined && isGlued) return from;
  const isEnd = ending === undefined ? startsAnew : (word: Text) => textOf(word) === ending;
  const end = args.findIndex((word, at) => at >= from && isEnd(word));
  return end < 0 ? args.length : end;
}

function startsAnew(word: Text): boolean {
  return textOf(word) === "@" || knownPrefix(word).startsWith("-");
}

type Match = { readonly key: string; readonly spec: OptionSpec };

type Spellings = ReadonlyMap<string, Match>;

/** The options of a model by their spellings, which never change: made once for each model. */
const spellingsOf = keptFor((options: CommandModel["options"]): Spellings => {
  const found = new Map<string, Match>();
  for (const [key, spec] of Object.entries(options))
    for (const spelling of spec.names) found.set(spelling, { key, spec });
  return found;
});

/** `-abc`, `-n5`, `-n 5`, and old-style long options with one dash, with `=` or without. Returns how many further words were taken. */
function takeCluster(
  word: Text,
  start: string,
  behind: Behind,
  byName: Spellings,
  parsed: Parsed,
): number {
  const whole = byName.get(start);
  if (whole !== undefined && start.length > 2) return take({ match: whole, behind }, parsed);
  // Programs in Go write `-chdir=infra`.
  const equals = start.indexOf("=");
  const named = equals > 2 ? byName.get(start.slice(0, equals)) : undefined;
  if (named !== undefined && named.spec.value !== "none")
    return take({ match: named, glued: dropKnown(word, equals + 1), behind }, parsed);
  for (let at = 1; at < start.length; at += 1) {
    const match = byName.get(`-${start[at]}`);
    if (match === undefined) {
      parsed.strange.push(`-${start[at]}`);
      continue;
    }
    const rest = dropKnown(word, at + 1);
    if (match.spec.value === "none") {
      take({ match, behind }, parsed);
      continue;
    }
    const taken = take({ match, glued: rest.length > 0 ? rest : undefined, behind }, parsed);
    if (match.spec.value === "optional")
      addCluster(start.slice(at + 1), behind.args[behind.from], byName, parsed.found);
    return taken;
  }
  if (textOf(word) === undefined) parsed.strange.push(`${start}?`);
  return 0;
}

/**
 * What stands behind a letter that may have a value of its own can be letters as well: `-vw FILE` is `-v -w FILE` for one
 * program and `-v` with the value `w` for another. Where all of it reads as options, they count too; the next word stays
 * what it is besides.
 */
function addCluster(
  letters: string,
  next: Text | undefined,
  byName: Spellings,
  into: Map<string, Text[]>,
): void {
  const found: (readonly [string, Text | undefined])[] = [];
  for (const [at, letter] of [...letters].entries()) {
    const match = byName.get(`-${letter}`);
    if (match === undefined) return;
    if (match.spec.value === "required") {
      const glued = letters.slice(at + 1);
      if (glued !== "" || next !== undefined)
        found.push([match.key, glued === "" ? next : [{ kind: "text", text: glued }]]);
      break;
    }
    found.push([match.key, undefined]);
  }
  for (const [key, value] of found)
    into.set(key, [...(into.get(key) ?? []), ...(value === undefined ? [] : [value])]);
}

function abbreviation(long: string, byName: Spellings): Match | undefined {
  if (long.length < 3) return undefined;
  const keys = new Map(
    [...byName]
      .filter(([spelling]) => spelling.startsWith(long))
      .map(([, match]) => [match.key, match]),
  );
  return keys.size === 1 ? [...keys.values()][0] : undefined;
}
