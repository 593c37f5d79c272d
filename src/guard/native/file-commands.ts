// Programs whose arguments the client takes for paths, and which of the words are paths.
import type { CommandWord } from "./command-words.ts";

/** Paths that a command reads and writes. */
export type PathUse = {
  readonly use: "read" | "write";
  readonly word: CommandWord;
};

/** How the words of a program are read: which of them are paths, and what is done with those. */
type FileProgram = {
  readonly use: "read" | "write";
  /** Words before the first path that are something else, such as the pattern of `grep`. */
  readonly skipped?: number;
  /** Options that stand for a skipped word. */
  readonly instead?: RegExp;
  /** Options whose value is the next word and no path. */
  readonly valued?: RegExp;
};

const READ: FileProgram = { use: "read" };
const WRITE: FileProgram = { use: "write" };
const SEARCH: FileProgram = {
  use: "read",
  skipped: 1,
  instead: /^(?:-[A-Za-z]*[ef]|--(?:regexp|file)(?:=.*)?)$/,
  valued: /^(?:-[A-Za-z]*e|--regexp|-[ABCm]|--(?:after|before)?-?context|--max-count)$/,
};
const readers =
  "cat head tail wc sort uniq cut nl tac rev paste fold column od hexdump strings base64 md5sum sha1sum sha256sum diff cmp comm stat file ls pr fmt expand unexpand tsort cd";

const PROGRAMS: ReadonlyMap<string, FileProgram> = new Map<string, FileProgram>([
  ...readers.split(" ").map((name) => [name, READ] as const),
  ...["touch", "mkdir", "rm", "rmdir", "tee", "mv", "cp"].map((name) => [name, WRITE] as const),
  ...["grep", "egrep", "fgrep", "rg"].map((name) => [name, SEARCH] as const),
  ["awk", { use: "read", skipped: 1, instead: /^-[A-Za-z]*f$/ }],
  ["jq", { use: "read", skipped: 1 }],
  ["sed", { use: "read", skipped: 1, instead: /^(?:-[A-Za-z]*e|--expression(?:=.*)?)$/ }],
]);

/** Programs that only the path rules know about: they write where their words say. */
export const WRITERS: ReadonlySet<string> = new Set(
  [...PROGRAMS].flatMap(([name, { use }]) => (use === "write" ? [name] : [])),
);

/** The paths among the words of a command, its program first. */
export function pathsOf(words: readonly CommandWord[]): readonly PathUse[] {
  const name = words[0]?.value ?? "";
  const rest = words.slice(1);
  if (name === "find") return findPaths(rest);
  if (name === "git") return gitPaths(rest);
  const program = PROGRAMS.get(name);
  if (program === undefined) return [];
  const paths = positional(rest, program);
  if (name === "sed" && !isPrinting(rest)) {
    return paths.flatMap((word) => [
      { use: "read", word },
      { use: "write", word },
    ]);
  }
  if (name === "cp" || name === "mv") {
    // WHY: with options the client no longer tells what is written, and takes all of them for it.
    const isAllWritten = name === "mv" || rest.some(({ raw }) => raw.startsWith("-"));
    return transferred(paths, isAllWritten);
  }
  return paths.map((word) => ({ use: program.use, word }));
}

/** All but the last are read; that one is written, and the others where they are taken away. */
function transferred(paths: readonly CommandWord[], isAllWritten: boolean): readonly PathUse[] {
  return [
    ...paths.slice(0, -1).map((word) => ({ use: "read", word }) as const),
    ...(isAllWritten ? paths : paths.slice(-1)).map((word) => ({ use: "write", word }) as const),
  ];
}

function positional(words: readonly CommandWord[], program: FileProgram): readonly CommandWord[] {
  const found: CommandWord[] = [];
  let skipped = program.skipped ?? 0;
  let isOptions = true;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const text = word.value ?? word.raw;
    if (isOptions && text === "--") isOptions = false;
    else if (isOptions && text.startsWith("-") && text !== "-") {
      if (program.instead?.test(text) === true) skipped = 0;
      if (program.valued?.test(text) === true) at += 1;
    } else if (skipped > 0) skipped -= 1;
    else if (text !== "-") found.push(word);
  }
  return found;
}

/** `sed -n 1,5p` only prints; anything else of sed may write. */
function isPrinting(words: readonly CommandWord[]): boolean {
  const [option, script] = words;
  return option?.value === "-n" && /^(?:[\d,]*p;?)+$/.test(script?.value ?? "");
}

function findPaths(words: readonly CommandWord[]): readonly PathUse[] {
  const found: CommandWord[] = [];
  let isStart = true;
  for (const [at, word] of words.entries()) {
    const text = word.value ?? word.raw;
    if (isStart && /^-[HLPDO]/.test(text)) continue;
    if (/^[-(!,)]/.test(text)) isStart = false;
    else if (isStart) found.push(word);
    else if (/^-(?:newer\w*|samefile|anewer|cnewer|files0-from)$/.test(words[at - 1]?.value ?? ""))
      found.push(word);
  }
  return found.map((word) => ({ use: "read", word }));
}

function gitPaths(words: readonly CommandWord[]): readonly PathUse[] {
  const verb = words[0]?.value;
  if (verb !== "diff" && verb !== "grep") return [];
  const program: FileProgram = verb === "diff" ? READ : SEARCH;
  return positional(words.slice(1), program).map((word) => ({ use: "read", word }));
}

/** The directory that a path with wildcards surely lies in or below; the path itself where there are none. */
export function fixedPart(path: string): string {
  const wildcard = path.search(/[*?[]/);
  if (wildcard < 0) return path;
  const cut = path.slice(0, wildcard).lastIndexOf("/");
  return cut < 0 ? "." : path.slice(0, cut) || "/";
}
