// Several lines of which each is known to look like one of some globs: what `ls` and `find` print. Together, and one by one.
import { hasMagic, unescapeGlob } from "#base/glob.ts";
import {
  append,
  hole,
  type Hole,
  type Listed,
  literal,
  sourcesOf,
  type Text,
  textOf,
  type TextSet,
  wordLike,
} from "./text.ts";
import { union, widened } from "./text-sets.ts";

/** Of so many kinds of lines each stands last once: that place decides what some programs do with a name. */
const LAST_MAX = 12;

/**
 * With texts that each are any number of lines of one kind, those that are lines of all kinds. WHY: beside one another they
 * say that only one kind is printed, but a command may get names of every kind at once.
 */
export function withMixedLines(texts: TextSet): TextSet {
  const kinds = texts.flatMap((text) => lineKind(text) ?? []);
  if (kinds.length < 2) return texts;
  if (kinds.length > LAST_MAX) return union(texts, [[anyOf(kinds)]]);
  return union(
    texts,
    kinds.map((last) => joined([...kinds.filter((kind) => kind !== last), last])),
  );
}

/** What the lines look like of which a text is any number; undefined for any other text. */
function lineKind(text: Text): Hole | undefined {
  const [only, ...others] = text;
  const isKind = only?.kind === "hole" && only.splits && only.like !== undefined;
  return isKind && others.length === 0 ? only : undefined;
}

function joined(kinds: readonly Hole[]): Text {
  return kinds.flatMap((kind, at): Text => [...(at === 0 ? [] : literal("\n")), kind]);
}

function anyOf(kinds: readonly Hole[]): Hole {
  const likes = kinds.map((kind) => kind.like ?? "**");
  const sources = sourcesOf(kinds.map((kind) => [kind]));
  if (likes.some(hasMagic)) return hole("budget", { sources });
  const names = likes.map(unescapeGlob);
  const { like } = widened(names.map(literal));
  const isShown = like === "*" && !names.some((name) => name.startsWith("."));
  return hole("budget", {
    sources,
    ...(like === undefined ? {} : { like: isShown ? "[!.]*" : like }),
  });
}

/** The lines of a text, cut at every newline that is known. */
export function linesOf(text: Text): readonly Text[] {
  const lines: Text[] = [];
  let line: Text = [];
  for (const piece of text) {
    const [first = "", ...rest] = piece.kind === "text" ? piece.text.split("\n") : [];
    line = append(line, piece.kind === "text" ? literal(first) : [piece]);
    for (const next of rest) {
      lines.push(line);
      line = literal(next);
    }
  }
  return line.length === 0 && lines.length > 0 ? lines : [...lines, line];
}

/** Lines that are looked at one by one; more of them are not known. */
const LINES_MAX = 2_000;

/** Texts that a command printed, seen as values of a variable that `read` fills: one line each. */
export function lines(texts: TextSet): TextSet {
  const result: Text[] = [];
  for (const text of texts) {
    const value = textOf(text);
    if (value === undefined) {
      for (const line of linesOf(text)) result.push(lineText(line));
    } else for (const line of value.replace(/\n$/, "").split("\n")) result.push(literal(line));
    if (result.length > LINES_MAX) return [[hole("budget", { sources: sourcesOf(texts) })]];
  }
  return union(result);
}

function lineText(text: Text): Text {
  if (textOf(text) !== undefined) return text;
  const line = hole("dynamic-code", { sources: sourcesOf([text]), ...lineLike(text) });
  return line.like === undefined ? [line] : wordLike(line.like, line);
}

function lineLike(text: Text): { like?: string; listed?: Listed } {
  const only = text.length === 1 ? text[0] : undefined;
  if (only?.kind !== "hole") return {};
  return {
    ...(only.like === undefined ? {} : { like: only.like }),
    ...(only.listed === undefined ? {} : { listed: only.listed }),
  };
}
