// Commands that the client runs without any rule because it takes them for harmless. Only forms that were measured.
import type { CommandWord } from "./command-words.ts";

/** What may stand behind a program: a test of each option, and how many other words. */
type Harmless = {
  /** Options, whole words; a value of theirs is a word of its own. */
  readonly options: RegExp;
  /** Words that are no options: any at all unless said otherwise. */
  readonly words?: "any" | "none" | RegExp;
  /** Variables and arithmetic in the words are no obstacle. */
  readonly isLoose?: boolean;
  /** Nor are wildcards. */
  readonly takesGlobs?: boolean;
};

const any = /^-/;
const none = /(?!)/;
const loose = (options: RegExp, words: "any" | "none" = "any"): Harmless => ({
  options,
  words,
  isLoose: true,
});

const PROGRAMS: ReadonlyMap<string, Harmless> = new Map<string, Harmless>([
  ["ls", { ...loose(any), takesGlobs: true }],
  ["cat", { ...loose(any), takesGlobs: true }],
  ["head", loose(/^-(?:\d+|[ncqv]|n\d+|c\d+|-lines=\d+)$/)],
  ["tail", loose(/^-(?:\d+|[ncqvf]|n\d+|c\d+|-lines=\d+)$/)],
  ["wc", { ...loose(any), takesGlobs: true }],
  ["echo", { ...loose(any), takesGlobs: true }],
  ["true", loose(/^--/, "none")],
  ["false", loose(none, "none")],
  ["sleep", loose(none)],
  ["test", loose(any)],
  ["[", loose(any)],
  ["which", loose(none)],
  ["type", loose(/^-a$/)],
  ["basename", loose(none)],
  ["dirname", loose(none)],
  ["realpath", loose(none)],
  ["readlink", loose(/^-f$/)],
  ["stat", loose(/^-c$/)],
  ["nl", loose(none)],
  ["tac", loose(none)],
  ["rev", loose(none)],
  ["strings", loose(/^-n$/)],
  ["hexdump", loose(/^-C$/)],
  ["od", loose(/^-c$/)],
  ["diff", loose(/^-[ruq]$/)],
  ["du", loose(/^-[shac]+$/)],
  ["df", loose(/^-h$/)],
  ["cut", loose(/^-(?:[dfc]|[dfc]\S*)$/)],
  ["tr", loose(/^-d$/)],
  ["paste", loose(none)],
  ["column", loose(/^-t$/)],
  ["fold", loose(/^-w$/)],
  ["comm", loose(none)],
  ["cmp", loose(none)],
  ["pr", loose(none)],
  ["fmt", loose(none)],
  ["expand", loose(none)],
  ["unexpand", loose(none)],
  ["tsort", loose(none)],
  ["expr", loose(none)],
  ["seq", loose(none)],
  ["id", loose(/^-u$/)],
  ["uname", loose(/^-a$/, "none")],
  ["whoami", loose(none, "none")],
  ["pwd", loose(none, "none")],
  ["hostname", loose(/^-f$/, "none")],
  ["uptime", loose(none, "none")],
  ["nproc", loose(none, "none")],
  ["cal", loose(none, "none")],
  ["history", loose(none, "none")],
  ["groups", loose(none, "none")],
  ["arch", loose(none, "none")],
  ["locale", loose(none, "none")],
  ["free", loose(/^-m$/, "none")],
  ["cd", loose(none)],
  ["grep", { options: /^-(?:[rnilcEvwHhoqsRF]+|[eABCmf]|-include=\S+|-file=\S+)$/ }],
  ["egrep", { options: none }],
  ["fgrep", { options: none }],
  ["fd", { options: none }],
  ["pgrep", { options: /^-f$/ }],
  ["rg", { options: /^-[nile]$/ }],
  ["sort", { options: /^-[runk]+$/ }],
  ["uniq", { options: /^-c$/, words: "none" }],
  ["file", { options: /^-i$/ }],
  ["base64", { options: /^-d$/ }],
  ["md5sum", { options: /^-c$/ }],
  ["sha1sum", { options: none }],
  ["sha256sum", { options: /^-c$/ }],
  ["jq", { options: /^(?:-r|--arg)$/ }],
  ["tree", { options: /^-L$/ }],
  ["date", { options: /^-[ud]$/, words: /^(?:\+.*|yesterday)$/ }],
  ["ps", { options: /^-ef$/ }],
  ["printf", { options: none }],
]);

const GIT: ReadonlyMap<string, Harmless> = new Map<string, Harmless>([
  ["status", { options: /^-(?:s|sb|-short|-)$/ }],
  ["log", { options: /^-(?:\d+|[nSp]|-oneline|-graph|-stat|-format=\S+|-author=\S+|-)$/ }],
  ["diff", { options: /^-(?:-stat|-cached|-staged|-name-only|-no-index|-)$/ }],
  ["show", { options: /^--stat$/ }],
  ["branch", { options: /^-(?:a|v|r|-show-current|-merged)$/, words: "none" }],
  ["tag", { options: /^-(?:l|-list)$/, words: "none" }],
  ["remote", { options: /^-v$/, words: "none" }],
  ["rev-parse", { options: /^--show-toplevel$/ }],
  ["rev-list", { options: none }],
  ["blame", { options: /^-L$/ }],
  ["ls-files", { options: /^-o$/ }],
  ["grep", { options: /^-(?:n|-)$/ }],
  ["describe", { options: /^--tags$/ }],
  ["shortlog", { options: /^-sn$/ }],
  ["merge-base", { options: none }],
  ["cat-file", { options: /^-[pt]$/ }],
]);

const DOCKER: ReadonlyMap<string, Harmless> = new Map<string, Harmless>([
  ["ps", { options: /^-a$/, words: "none" }],
  ["images", { options: /^-q$/, words: "none" }],
  ["inspect", { options: none }],
]);

/** Whether a command, its program first, is one that the client runs unasked wherever its paths are allowed. */
export function isHarmless(words: readonly CommandWord[]): boolean {
  const [program, ...rest] = words;
  switch (program?.value) {
    case "git":
      return isVerb(GIT, rest) || GIT_LISTS.test(rest.map(({ value }) => value).join(" "));
    case "docker":
      return isVerb(DOCKER, rest);
    case "find":
      return isHarmlessFind(rest);
    case "sed":
      return isHarmlessSed(rest);
    case "xargs":
      return isHarmlessXargs(rest);
    case "node":
    case "python3":
      return rest.length === 1 && /^(?:--version|-v)$/.test(rest[0]?.value ?? "");
    default: {
      const harmless = PROGRAMS.get(program?.value ?? "");
      return harmless !== undefined && fits(rest, harmless);
    }
  }
}

/** Whether the client runs a program unasked whatever stands behind it, wherever its paths are allowed. */
export function isAlwaysHarmless(program: string): boolean {
  const harmless = PROGRAMS.get(program);
  if (harmless === undefined) return false;
  const { options, words = "any", isLoose, takesGlobs } = harmless;
  return options === any && words === "any" && isLoose === true && takesGlobs === true;
}

function isVerb(verbs: ReadonlyMap<string, Harmless>, words: readonly CommandWord[]): boolean {
  const harmless = verbs.get(words[0]?.value ?? "");
  return harmless !== undefined && fits(words.slice(1), harmless);
}

/** Verbs of git with a verb of their own; measured with nothing behind them. */
const GIT_LISTS = /^(?:stash list|stash show|reflog show)$/;

function fits(words: readonly CommandWord[], harmless: Harmless): boolean {
  return words.every((word) => {
    if (word.isGlob && harmless.takesGlobs !== true) return false;
    if (word.value === undefined && harmless.isLoose !== true) return false;
    // WHY: a dollar sign or a backtick that quotes made harmless is none to the client where it checks options.
    if (harmless.isLoose !== true && /[$`]/.test(word.raw)) return false;
    const text = word.value ?? "";
    if (text === "--" && harmless.isLoose === true) return harmless.words !== "none";
    if (text.startsWith("-") && text !== "-") return harmless.options.test(text);
    const { words: allowed = "any" } = harmless;
    return allowed === "any" || (allowed !== "none" && allowed.test(text));
  });
}

function isHarmlessFind(words: readonly CommandWord[]): boolean {
  const known =
    /^-(?:name|iname|type|maxdepth|mindepth|print|print0|path|newer|size|empty|printf|L|not|o|a)$/;
  return words.every((word) => {
    const text = word.value ?? word.raw;
    return !word.isGlob && !word.raw.includes("$") && (!text.startsWith("-") || known.test(text));
  });
}

/** `sed -n` with lines to print, or `sed` without a file. */
function isHarmlessSed(words: readonly CommandWord[]): boolean {
  const [first, second, ...files] = words;
  if (first?.value === "-n") {
    return /^(?:p|(?:\d+(?:,\d+)?p;?)+)$/.test(second?.value ?? "") && files.every(isPlainFile);
  }
  return words.length === 1 && /^s\/[\w .-]*\/[\w .-]*\/g?$/.test(first?.value ?? "");
}

function isPlainFile(word: CommandWord): boolean {
  return word.value !== undefined && !word.value.startsWith("-");
}

function isHarmlessXargs(words: readonly CommandWord[]): boolean {
  const name = words[0]?.value;
  if (name === undefined) return words.length === 0;
  return /^(?:echo|grep|wc)$/.test(name) && isHarmless(words);
}
