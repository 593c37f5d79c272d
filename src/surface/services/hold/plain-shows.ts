// Commands that only show files, told by their text as the client tells them: it knows by that which files the model has read.
import { isWithin } from "#base/path.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { findSandboxProgram } from "../containment/sandbox-programs.ts";

/**
 * A word without expansions, escapes and operators, and what ends a command. WHY no `=` in front: zsh looks for a program of
 * that name.
 */
const TOKEN =
  /[ \t]*(?:(?<end>&&|;|\n)|(?:(?<bare>[\w@%+:,./-][\w@%+=:,./-]*)|'(?<single>[^'\n]*)'|"(?<double>[^"$`\\!\n]*)")(?=[\s;&]|$))/y;
const COMMAND_CHARS_MAX = 1_000;
/** Effects of one command: each file is looked at once more. */
const EFFECTS_MAX = 32;

/**
 * The programs of a command that does nothing but show files: `cat`, `nl`, `head`, `tail`, `sed -n 2,7p`, one after the other,
 * or a single `grep`. Undefined for every other one.
 *
 * WHY these: the client reads them out of the text that runs, notes their files as read, and says later that one of them was
 * changed. A command that was put into its sandbox has another text, and the model would not be told.
 */
export function showingPrograms(command: string): readonly string[] | undefined {
  const listed = TABLE_SHOWN.exec(command.trim());
  if (listed !== null) return [TABLE_PROGRAM, ...(listed[1] === undefined ? [] : [listed[1]])];
  const parts = command.length > COMMAND_CHARS_MAX ? undefined : partsOf(command);
  if (parts === undefined) return undefined;
  const programs = new Set<string>();
  for (const [program = "", ...words] of parts) {
    if (parts.length > 1 && SAYS.has(program)) continue;
    const shows = SHOWS.get(program) ?? (parts.length === 1 ? SEARCHES.get(program) : undefined);
    if (shows === undefined || !shows(words)) return undefined;
    programs.add(program);
  }
  return programs.size === 0 ? undefined : [...programs];
}

/**
 * The person's own table of jobs, as it is listed. WHY outside: the program gets at it by rights of its file, which nothing held gains.
 */
const TABLE_PROGRAM = "crontab";
const TABLE_SHOWN =
  /^crontab -l(?: 2>(?:&1|[ ]?\/dev\/null))?(?: \| (cat|head|tail|wc|sort)(?: -(?:n ?)?\d+| -l)?)?$/;

/** The words of each command; undefined where one could be anything else than what stands there. */
function partsOf(command: string): readonly (readonly string[])[] | undefined {
  const parts: string[][] = [[]];
  const text = command.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text)?.groups;
    if (found === undefined) return undefined;
    const { end, bare, single, double } = found;
    if (end !== undefined) parts.push([]);
    else parts.at(-1)?.push(bare ?? single ?? double ?? "");
  }
  const said = parts.filter((words) => words.length > 0);
  return said.length === 0 ? undefined : said;
}

/** Whether words of a program name one file, beside options that the client knows of it. */
type Shows = (words: readonly string[]) => boolean;

const isOption = (word: string): boolean => word.startsWith("-");

function oneFile(options: RegExp): Shows {
  return (words) =>
    words.filter((word) => !isOption(word)).length === 1 &&
    words.every((word) => !isOption(word) || options.test(word));
}

const lines: Shows = (words) => {
  const [first = "", ...rest] = words;
  const isCount = first === "-n" || first === "--lines";
  const [file, ...others] = isCount
    ? rest.slice(1)
    : /^-(?:n?\d+|-lines=\d+)$/.test(first)
      ? rest
      : words;
  if (isCount && !/^\d+$/.test(rest[0] ?? "")) return false;
  return file !== undefined && !isOption(file) && others.length === 0;
};

const SHOWS: ReadonlyMap<string, Shows> = new Map([
  ["cat", oneFile(/^(?:-n|--number)$/)],
  ["nl", oneFile(/^(?!)/)],
  ["head", lines],
  ["tail", lines],
  [
    "sed",
    ([option, range = "", file = "-", ...others]: readonly string[]) =>
      option === "-n" && /^\d+(?:,\d+)?p$/.test(range) && !isOption(file) && others.length === 0,
  ],
]);

const grep: Shows = (words) => {
  const named = words.filter((word, at) => !isOption(word) && !isContext(words[at - 1]));
  return (
    named.length === 2 &&
    words.every((word) => !isOption(word) || /^-(?:[niwxEFGPHh]+|[ABC]\d*)$/.test(word))
  );
};
const isContext = (word: string | undefined): boolean => /^-[ABC]$/.test(word ?? "");
const SEARCHES: ReadonlyMap<string, Shows> = new Map(
  ["grep", "egrep", "fgrep"].map((name) => [name, grep]),
);

/** Words of the shell that may stand between. */
const SAYS: ReadonlySet<string> = new Set(["echo", "printf", "true"]);

/** The files that a judged command reads, by their real paths, where it does nothing else; undefined where it does. */
export function filesShown(
  { effects, findings, keys = [] }: Decision,
  root: string,
  programs: readonly string[] = [],
): readonly string[] | undefined {
  if (effects.length > EFFECTS_MAX) return undefined;
  if (findings.length > 0 || keys.length > 0) return undefined;
  const files: string[] = [];
  for (const effect of effects) {
    if (isOfSystem(effect)) continue;
    if (effect.kind !== "read" || effect.target.kind !== "path") return undefined;
    const { real, reach } = effect.target;
    if (reach !== "entry" || !isWithin(root, real)) return undefined;
    files.push(real);
  }
  return files.length === 0 && !programs.includes(TABLE_PROGRAM) ? undefined : files;
}

/** A program of the machine runs, which does what else the effects say. */
function isOfSystem(effect: Effect): boolean {
  return effect.kind === "execute" && effect.origin === "system" && effect.reach === "modelled";
}

/** Whether each of these programs is found where only the machine's administrator puts any. */
export function areOfSystem(programs: readonly string[], searchPath: string | undefined): boolean {
  return programs.every(
    (program) => typeof findSandboxProgram(program, undefined, searchPath) === "object",
  );
}
