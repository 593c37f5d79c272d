// What the client does with the text of a skill or command before the model sees it: arguments filled in, shell lines run, files put in.
import { readFrontMatter } from "#base/front-matter.ts";

/** A shell line that the client runs by itself when the text is loaded. */
export type SkillShell = {
  /** The command with the arguments filled in: each way in which a client may do that. */
  readonly readings: readonly string[];
  /** Its line in the file, from 1. */
  readonly line: number;
};

/** A file that the text puts into the prompt, as it is written there. */
export type SkillMention = { readonly path: string; readonly line: number };

/** What is filled into a text. */
export type SkillFill = {
  readonly args: string;
  /** Absolute directory of the file. */
  readonly directory: string;
  /** Names that the head of the file gives to arguments, in their order. */
  readonly names?: readonly string[];
};

/** Names are few; what is more stays a variable that nobody knows. */
const NAMES_MAX = 32;

/** The names that the head of a text gives to arguments; none where they cannot be told, so that they stay variables of the shell. */
export function argumentNames(text: string): readonly string[] {
  const values = readFrontMatter(text).values("arguments") ?? [];
  const names = values.flatMap((value) => value.split(/[\s,]+/));
  return names.filter((name) => /^[A-Za-z_]\w*$/.test(name)).slice(0, NAMES_MAX);
}

/** As the client looks for them (2.1.197 to 2.1.332): blocks that open with ```! up to the next fence, and !`...` behind a space or at a line's start. */
const BLOCK = "```!";
const FENCE = "```";
const INLINE = /(?<=^|\s)!`([^`]+)`/gm;
const MENTION = /(?<=^|\s)@([\w./~-]+)/gm;

/** The shell lines of a text, in the order in which they stand. */
export function shellOf(text: string, fill: SkillFill): readonly SkillShell[] {
  const readings = WAYS.map((first) => [...shellIn(filledIn(text, fill, first))]);
  const [one = [], other = []] = readings;
  if (one.length !== other.length)
    return [...one, ...other].map(({ command, line }) => ({ readings: [command], line }));
  return one.map(({ command, line }, index) => ({
    readings: [...new Set([command, other[index]?.command ?? command])],
    line,
  }));
}

/** The text with the arguments filled in, in each way in which a client may do that. */
export function filledTexts(text: string, fill: SkillFill): readonly string[] {
  return [...new Set(WAYS.map((first) => filledIn(text, fill, first)))];
}

/** The files that a text mentions with `@`. */
export function mentionsOf(text: string, fill: SkillFill): readonly SkillMention[] {
  const filled = filledIn(text, fill, 0);
  const lineOf = lineCounter(filled);
  return [...filled.matchAll(MENTION)].map((match) => ({
    path: match[1] ?? "",
    line: lineOf(match.index),
  }));
}

/** WHY two: `$1` is the second argument for newer clients and was the first for older ones. */
const WAYS = [0, 1] as const;

function* shellIn(written: string): Iterable<{ readonly command: string; readonly line: number }> {
  // The client (2.1.328, 2.1.332) takes returns at line ends away, 2.1.197 only the last one of a block.
  const text = written.replaceAll("\r\n", "\n");
  const inline = [...text.matchAll(INLINE)].map((match) => ({
    at: match.index,
    command: match[1] ?? "",
  }));
  const found = [...blocksIn(text), ...inline].sort((one, other) => one.at - other.at);
  const lineOf = lineCounter(text);
  for (const { at, command } of found)
    if (command.trim() !== "") yield { command, line: lineOf(at) };
}

function blocksIn(text: string): readonly { readonly at: number; readonly command: string }[] {
  const found: { at: number; command: string }[] = [];
  for (let at = text.indexOf(BLOCK); at !== -1; ) {
    const end = text.indexOf(FENCE, at + BLOCK.length);
    if (end === -1) break;
    const command = text.slice(at + BLOCK.length, end).replace(/^\s+/, "");
    found.push({ at, command: command.endsWith("\n") ? command.slice(0, -1) : command });
    at = text.indexOf(BLOCK, end + FENCE.length);
  }
  return found;
}

/** Gives the line of a place, from 1. Places are asked for in their order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let from = 0;
  return (at) => {
    for (let next = text.indexOf("\n", from); next !== -1 && next < at; ) {
      line += 1;
      from = next + 1;
      next = text.indexOf("\n", from);
    }
    return line;
  };
}

/** The text as the client has it when it looks for shell lines: arguments are code by then, and may bring such a line themselves. */
function filledIn(text: string, { args, directory, names = [] }: SkillFill, first: 0 | 1): string {
  if (!text.includes("$")) return text;
  const words = wordsOf(args);
  const at = (index: number): string => words[index] ?? "";
  let filled = text;
  for (const [index, name] of names.entries())
    filled = filled.replace(new RegExp(`(?<!\\\\)\\$${name}(?![\\w[])`, "g"), () => at(index));
  return filled
    .replace(/(?<!\\)\$ARGUMENTS\[(\d{1,3})\]/g, (_all, index: string) => at(Number(index)))
    .replace(/(?<!\\)\$ARGUMENTS\b/g, () => args)
    .replace(/(?<!\\)\$(\d{1,3})(?!\w)/g, (_all, index: string) => at(Number(index) - first))
    .replaceAll("${CLAUDE_SKILL_DIR}", () => directory);
}

/** The arguments as words: quotes keep one together and are not part of it. */
function wordsOf(args: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < args.length; at += 1) {
    const here = args[at] ?? "";
    if (quote === "" && /\s/.test(here)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (here === quote) quote = "";
    else if (quote === "" && (here === "'" || here === '"')) {
      quote = here;
      word ??= "";
    } else {
      if (here === "\\" && quote !== "'") at += 1;
      word = (word ?? "") + (args[at] ?? "");
    }
  }
  return word === undefined ? words : [...words, word];
}
