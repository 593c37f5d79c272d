// Globs over absolute paths: matching in linear time, and whether two globs can meet (decision 0052).
//
// Syntax: `*` and `?` stay within a path part, `[...]` is a character class, `**/` is any number of directories, `**` at
// the end (or glued to other characters) is any text, a backslash makes the next character literal.
import { foldName } from "./fold-name.ts";
import { type GlobStep, toCharacters, tokenize } from "./glob/steps.ts";
import { simulate, toExpression } from "./glob/matching.ts";

export type GlobOptions = {
  /** Compare without regard to case. */
  readonly ignoreCase?: boolean;
  /** Whether `*`, `?` and `[...]` match a dot at the start of a path part. Default true. */
  readonly dotfiles?: boolean;
};

/** Turns literal text into a glob that matches just that text. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, "\\$&");
}

/** Whether the glob has anything but literal text in it. */
export function hasMagic(glob: string): boolean {
  return tokenize(glob, false).some((token) => token.kind !== "text");
}

/** A glob step by step, each text one character; with `ignoreCase` as it is held against folded names. */
export function globSteps(glob: string, ignoreCase: boolean): readonly GlobStep[] {
  return tokenize(ignoreCase ? foldName(glob) : glob, false).flatMap(toCharacters);
}

/** The text of a glob without wildcards, its escapes removed. */
export function unescapeGlob(glob: string): string {
  return glob.replace(/\\([\s\S])/g, "$1");
}

/** The longest directory that every match lies in or below. */
export function globBase(glob: string): string {
  let text = "";
  for (const token of tokenize(glob, false)) {
    if (token.kind !== "text") return text.slice(0, Math.max(1, text.lastIndexOf("/"))) || "/";
    text += token.text;
  }
  return text.slice(0, Math.max(1, text.lastIndexOf("/"))) || "/";
}

/** Compiles a glob into a test. The test takes time linear in the path for a given glob, whatever the input. */
export function compileGlob(glob: string, options: GlobOptions = {}): (path: string) => boolean {
  const { ignoreCase = false, dotfiles = true } = options;
  const key = `${ignoreCase ? "i" : "e"}${dotfiles ? "d" : "h"}${glob}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const exact = testOf(ignoreCase ? foldName(glob) : glob, dotfiles);
  const test = ignoreCase ? (path: string): boolean => exact(foldName(path)) : exact;
  remember(compiled, key, test);
  return test;
}

/** As `compileGlob` with `ignoreCase`, for paths that `foldName` was applied to: of many globs each path is folded once. */
export function compileForFolded(glob: string): (folded: string) => boolean {
  const key = `f${glob}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const test = testOf(foldName(glob), true);
  remember(compiled, key, test);
  return test;
}

/** The test of a glob, compiled when a path first gets past its literal ends. */
function testOf(glob: string, dotfiles: boolean): (path: string) => boolean {
  const start = glob.slice(0, literalEnd(glob));
  const tail = literalTail(glob);
  let needed: string | undefined;
  let whole: ((path: string) => boolean) | undefined;
  return (path) => {
    // WHY first: a call is held against hundreds of globs, nearly all of which end here, uncompiled.
    if (!path.startsWith(start) || !path.endsWith(tail)) return false;
    // WHY then: of a project each entry is held against all of them, and few have what stands between the wildcards.
    needed ??= longestLiteral(glob);
    if (!path.includes(needed)) return false;
    whole ??= compileFolded(glob, dotfiles);
    return whole(path);
  };
}

/** A test of whether a path matches one of many globs, case disregarded: quick where hardly any path does. */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map((glob) => compileFolded(foldName(glob), true));
  const literals = new Set(globs.map((glob) => longestLiteral(foldName(glob))));
  const needed = [...literals].map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  // WHY: every match holds the literal part of its glob, and looking for all of them at once is one pass over the path.
  const mayMatch = new RegExp(needed.length === 0 ? "(?!)" : needed.join("|"), "s");
  return (path) => {
    const text = foldName(path);
    return mayMatch.test(text) && tests.some((test) => test(text));
  };
}

/** The longest text that every match of a glob holds. */
function longestLiteral(glob: string): string {
  let longest = "";
  let optional = 0;
  for (const token of tokenize(glob, false)) {
    if (token.kind === "skip") optional = token.count + 1;
    if (token.kind === "text" && optional <= 0 && token.text.length > longest.length)
      longest = token.text;
    optional -= 1;
  }
  return longest;
}

/** Compiles a glob whose case, like that of the paths, is folded where it does not count. */
function compileFolded(glob: string, dotfiles: boolean): (path: string) => boolean {
  const tokens = tokenize(glob, false);
  if (tokens.every((token) => token.kind === "text")) {
    const text = tokens.map((token) => (token.kind === "text" ? token.text : "")).join("");
    return (path) => path === text;
  }
  // WHY: V8's RegExp backtracks; with at most two free wildcards the worst case stays quadratic and it is ten times
  // faster than the simulation below, which serves every other glob.
  const free = tokens.filter((token) => token.kind === "part" || token.kind === "any").length;
  if (free <= 2 && dotfiles) {
    const expression = new RegExp(toExpression(tokens), "us");
    return (path) => expression.test(path);
  }
  const steps = tokens.flatMap(toCharacters);
  return (path) => simulate(steps, path, dotfiles);
}

/** Where the first character stands that may be more than itself. */
function literalEnd(glob: string): number {
  const found = glob.search(/[*?[\\]/);
  return found < 0 ? glob.length : found;
}

/** What every match ends in: the text behind the last wildcard. */
export function literalTail(glob: string): string {
  let start = glob.length;
  while (start > 0 && !"*?[]\\".includes(glob[start - 1] ?? "")) start -= 1;
  // The slash of `**/` goes where it stands for no directory.
  return glob.slice(start > 0 && glob[start] === "/" ? start + 1 : start);
}

/** Whether some path matches both globs. May say true where none does (classes are compared coarsely), never the reverse. */
export function globsIntersect(first: string, second: string, ignoreCase = true): boolean {
  const one = preparedGlob(first, ignoreCase);
  const other = preparedGlob(second, ignoreCase);
  // WHY first: most pairs differ in their literal ends, and then nothing has to be taken apart.
  const [short, long] =
    one.start.length <= other.start.length ? [one.start, other.start] : [other.start, one.start];
  if (!long.startsWith(short) || !endAlike(one.tail, other.tail)) return false;
  // WHY remembered: the effects of one call are held against the same places again and again.
  const pair = `${one.text}\0${other.text}`;
  const known = intersections.get(pair);
  if (known !== undefined) return known;
  const answer = statesMeet(statesOf(one), statesOf(other));
  remember(intersections, pair, answer);
  return answer;
}

/** Whether one text is the end of the other. */
function endAlike(one: string, other: string): boolean {
  return one.length <= other.length ? other.endsWith(one) : one.endsWith(other);
}

/** A glob as it is compared: its text, what stands before its first and after its last wildcard, and its steps once they were needed. */
type Prepared = {
  readonly text: string;
  readonly start: string;
  readonly tail: string;
  states: States | undefined;
};

function preparedGlob(glob: string, ignoreCase: boolean): Prepared {
  const memory = ignoreCase ? preparedFolded : preparedExactly;
  const known = memory.get(glob);
  if (known !== undefined) return known;
  const text = ignoreCase ? foldName(glob) : glob;
  const start = text.slice(0, literalEnd(text));
  const prepared = { text, start, tail: literalTail(text), states: undefined };
  remember(memory, glob, prepared);
  return prepared;
}

/** A glob as one number a step: a code point, or what kind of wildcard stands there. */
type States = {
  readonly steps: Int32Array;
  readonly tokens: readonly GlobStep[];
};

const ONE = -1;
const PART = -2;
const ANY = -3;
const CLASS = -4;
const SKIP = -5;
const END = -6;
const SLASH = 0x2f;

/** Entries of each memory below; all of them are forgotten when it is full. */
const REMEMBERED_MAX = 4_096;
const intersections = new Map<string, boolean>();
const preparedFolded = new Map<string, Prepared>();
const preparedExactly = new Map<string, Prepared>();
const compiled = new Map<string, (path: string) => boolean>();

function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  if (memory.size >= REMEMBERED_MAX) memory.clear();
  memory.set(key, value);
}

function statesOf(glob: Prepared): States {
  if (glob.states !== undefined) return glob.states;
  const tokens = tokenize(glob.text, false).flatMap(toCharacters);
  const kinds = { one: ONE, part: PART, any: ANY, class: CLASS, skip: SKIP } as const;
  const steps = Int32Array.from(tokens, (token) =>
    token.kind === "text" ? (token.text.codePointAt(0) ?? 0) : kinds[token.kind],
  );
  glob.states = { steps, tokens };
  return glob.states;
}

/** Whether two globs can read the same text: a search over the pairs of places in them. */
function statesMeet(a: States, b: States): boolean {
  const width = b.steps.length + 1;
  const seen = new Uint8Array((a.steps.length + 1) * width);
  const pending: number[] = [];
  const visit = (i: number, j: number): void => {
    const key = i * width + j;
    if (seen[key] === 1) return;
    seen[key] = 1;
    pending.push(key);
  };
  visit(0, 0);
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    const i = Math.floor(key / width);
    const j = key % width;
    const x = a.steps[i] ?? END;
    const y = b.steps[j] ?? END;
    if (x === END && y === END) return true;
    if (x === SKIP) {
      visit(i + 1, j);
      visit(i + 1 + jumpOf(a, i), j);
    } else if (x === PART || x === ANY) visit(i + 1, j);
    if (y === SKIP) {
      visit(i, j + 1);
      visit(i, j + 1 + jumpOf(b, j));
    } else if (y === PART || y === ANY) visit(i, j + 1);
    if (x === END || y === END || x === SKIP || y === SKIP) continue;
    const meets = x >= 0 ? (y >= 0 ? x === y : takes(b, j, y, x)) : y < 0 || takes(a, i, x, y);
    if (meets) visit(x === PART || x === ANY ? i : i + 1, y === PART || y === ANY ? j : j + 1);
  }
  return false;
}

function jumpOf({ tokens }: States, at: number): number {
  const token = tokens[at];
  return token?.kind === "skip" ? token.count : 0;
}

/** Whether the wildcard at a place takes a character, given as its code point. */
function takes({ tokens }: States, at: number, step: number, code: number): boolean {
  if (step === ANY) return true;
  if (code === SLASH) return false;
  const token = step === CLASS ? tokens[at] : undefined;
  return token?.kind !== "class" || token.test(String.fromCodePoint(code));
}
