// The words and names of a readable text as the index holds them: keyed stand-ins, of which only the holder of the key can make more.
import { type NameKind, NAME_KINDS, namesIn, saidIn } from "../event/readable-part.ts";
import type { JsonObject } from "../log/leaf.ts";

/** The stand-in of a word: letters and digits in lower case. Equal words have equal ones. */
export type StandIn = (word: string) => string;

const STAND_IN_CHARS = 10;
const CACHED_MAX = 20_000;
const WORDS_MAX = 600;
const PARTS_MAX = 400;
const PROGRAMS_MAX = 32;
const WORD = /[\p{L}\p{N}]+/gu;

/** Stand-ins under an installation's digest, each made once. */
export function standInUnder(digest: (domain: "word", text: string) => string): StandIn {
  const known = new Map<string, string>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const made = digest("word", word).slice(0, STAND_IN_CHARS).toLowerCase();
    if (known.size >= CACHED_MAX) known.clear();
    known.set(word, made);
    return made;
  };
}

/** Letters that begin the stand-ins of a kind, so that a word is never taken for a part of a path. All paths have one. */
const LETTERS: Readonly<Record<NameKind | "text", string>> = {
  text: "t",
  reads: "p",
  changes: "p",
  hosts: "h",
  remotes: "r",
  branches: "b",
  packages: "k",
  servers: "m",
};
/** Around each name, so that nothing runs from one into the next. It is no stand-in: those are longer. */
const begin = (kind: NameKind): string => `${LETTERS[kind]}0`;
const end = (kind: NameKind): string => `${LETTERS[kind]}1`;

/** What the index holds of the readable part of an event, in order. For whatever is not in it, total. */
export function readableWords(sealed: JsonObject, standIn: StandIn): readonly string[] {
  const text = saidIn(sealed);
  const words = text === undefined ? [] : ["t0", ...textWords(text, standIn)];
  const names = NAME_KINDS.flatMap((kind) =>
    namesIn(sealed, kind).flatMap((name) => [
      begin(kind),
      ...partsOf(kind, name).map((part) => LETTERS[kind] + standIn(part)),
      end(kind),
    ]),
  );
  return [...words, ...names.slice(0, PARTS_MAX), ...ranWords(sealed)];
}

/** What stands for a program that ran, by the digest of its name as events hold it. */
export function ranWord(digest: string): string {
  return `g${digest.toLowerCase()}`;
}

function ranWords(sealed: JsonObject): readonly string[] {
  const { ran } = sealed;
  if (!Array.isArray(ran)) return [];
  const digests = ran.filter((one) => typeof one === "string" && /^[A-Za-z0-9]{8,64}$/.test(one));
  return digests.slice(0, PROGRAMS_MAX).map((one) => ranWord(String(one)));
}

/** The words of a text that follow one another; none where it has none. */
export function textWords(text: string, standIn: StandIn): readonly string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  return words.slice(0, WORDS_MAX).map((word) => LETTERS.text + standIn(word));
}

/**
 * What stands for a name that is asked for: a path by any of its parts that follow one another, a host or a branch by its end, a package,
 * a remote and a server as a whole. `*` is any name of the kind. Empty where nothing of the name could be met.
 */
export function namePhrase(kind: NameKind, name: string, standIn: StandIn): readonly string[] {
  if (name === "*") return [begin(kind)];
  const parts = partsOf(kind, name).map((part) => LETTERS[kind] + standIn(part));
  if (parts.length === 0) return [];
  switch (kind) {
    case "reads":
    case "changes":
      return name.startsWith("/") ? [begin(kind), ...parts] : parts;
    case "hosts":
    case "branches":
      return [...parts, end(kind)];
    case "packages":
    case "remotes":
    case "servers":
      return [begin(kind), ...parts, end(kind)];
    default:
      return kind satisfies never;
  }
}

function partsOf(kind: NameKind, name: string): readonly string[] {
  const folded = name.toLowerCase();
  switch (kind) {
    case "reads":
    case "changes":
    case "branches":
      // The first part of an absolute path is nothing: it is what tells it from one of the project.
      return folded.startsWith("/")
        ? ["/", ...split(folded, /\//)]
        : split(folded.replace(/^\.\//, ""), /\//);
    case "hosts":
      return split(folded, /\./);
    case "packages":
      // A version is not part of the name; a scope is.
      return split(folded.replace(/(?<=.)[@=<>~^].*$/, ""), /\s/);
    case "remotes":
    case "servers":
      return split(folded, /\s/);
    default:
      return kind satisfies never;
  }
}

function split(text: string, at: RegExp): readonly string[] {
  return text.split(at).filter((part) => part !== "");
}
