// Globs of a policy held against recorded shapes of paths: yes, no, or not to be told because a part is a stand-in.
import { compileGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import { foldName } from "#base/fold-name.ts";
import { hasKnownEnding, hiddenPart, type Shaper } from "#record/event/place-shape.ts";

/** 0 no, 1 not to be told, 2 yes: the weakest of all is `Math.min`, the strongest of any `Math.max`. */
export type Sureness = 0 | 1 | 2;

/** A glob over shapes. */
export type ShapeGlob = {
  /** Sureness with which a path, split at its slashes, matches. */
  match(parts: readonly string[]): Sureness;
  /** The same for the glob without its last part. */
  matchHolder(parts: readonly string[]): Sureness;
  /** The directory, as parts, of a glob that is nothing but a directory and `/**`. */
  readonly tree: readonly string[] | undefined;
  /** The literal parts that it begins with. */
  readonly base: readonly string[];
  /** The one name that it speaks of at any depth: the last of a path, or of a directory above it. */
  readonly anywhere: { readonly shape: string; readonly isAbove: boolean } | undefined;
};

type Part =
  | { readonly kind: "name"; readonly shape: string }
  | { readonly kind: "any" }
  | { readonly kind: "partly"; readonly test: (part: string) => Sureness }
  /** `**` within a part: it crosses slashes. */
  | { readonly kind: "glued" };

/** Compiles an absolute glob; `roots` are the shapes that it may begin with. */
export function compileShapeGlob(
  glob: string,
  roots: readonly string[],
  shaper: Shaper,
): ShapeGlob {
  const held = roots.filter((root) => glob === root || glob.startsWith(`${root}/`));
  const anchored = Math.max(0, ...held.map((root) => root.split("/").length));
  const parts = glob
    .split("/")
    .map(
      (part, at): Part => (at < anchored ? { kind: "name", shape: part } : partOf(part, shaper)),
    );
  const holder = parts.slice(0, -1);
  const literal = parts.findIndex(({ kind }) => kind !== "name");
  const base = parts
    .slice(0, literal < 0 ? -1 : literal)
    .flatMap((part) => (part.kind === "name" ? [part.shape] : []));
  const isTree = parts.at(-1)?.kind === "any" && literal === parts.length - 1;
  const match = matcher(parts);
  let holderMatch: ReturnType<typeof matcher> | undefined;
  return {
    match,
    matchHolder: (path) => (holderMatch ??= matcher(holder))(path),
    tree: isTree ? base : undefined,
    base,
    anywhere: anywhereOf(parts),
  };
}

function anywhereOf([, second, third, fourth, ...more]: readonly Part[]): ShapeGlob["anywhere"] {
  if (second?.kind !== "any" || third?.kind !== "name" || more.length > 0) return undefined;
  if (fourth !== undefined && fourth.kind !== "any") return undefined;
  return { shape: third.shape, isAbove: fourth !== undefined };
}

/** How surely a path, split at its slashes, matches one of many globs: names that they speak of are looked up at once. */
export function anyShapeGlob(globs: readonly ShapeGlob[]): (parts: readonly string[]) => Sureness {
  const [last, above] = [new Set<string>(), new Set<string>()];
  for (const { anywhere } of globs)
    if (anywhere !== undefined) (anywhere.isAbove ? above : last).add(anywhere.shape);
  const others = globs.filter(({ anywhere }) => anywhere === undefined);
  return (parts) => {
    if (last.has(parts.at(-1) ?? "")) return 2;
    for (let at = 1; above.size > 0 && at < parts.length - 1; at += 1)
      if (above.has(parts[at] ?? "")) return 2;
    let best: Sureness = 0;
    for (const glob of others) {
      best = strongest(best, glob.match(parts));
      if (best === 2) return 2;
    }
    return best;
  };
}

/** Whether a glob of one text, such as a branch, may be held against shapes at all: it hides no part of a name. */
export function isWholeParts(glob: string): boolean {
  return glob.split("/").every((part) => part === "*" || part === "**" || !hasMagic(part));
}

function partOf(part: string, shaper: Shaper): Part {
  if (part === "**") return { kind: "any" };
  if (part.includes("**")) return { kind: "glued" };
  if (hasMagic(part)) return { kind: "partly", test: partTest(foldName(part)) };
  const text = unescapeGlob(part);
  return { kind: "name", shape: text === "" ? "" : shaper.part(text) };
}

type PathTest = (path: readonly string[]) => Sureness;

function matcher(parts: readonly Part[]): PathTest {
  if (parts.some(({ kind }) => kind === "glued")) return () => 1;
  const [, second, third, fourth] = parts;
  // WHY: nearly all globs are a name anywhere, or all below one, and a call is held against hundreds of them.
  if (second?.kind === "any" && third !== undefined && third.kind !== "any") {
    if (parts.length === 3) return (path) => partMatch(third, path.at(-1) ?? "");
    if (parts.length === 4 && fourth?.kind === "any") return someHolder(third);
  }
  const needed = parts.flatMap((part) => (part.kind === "name" ? [part.shape] : []));
  const wanted = needed.filter((shape) => shape !== "");
  const isFixed = second?.kind === "name";
  return (path) => {
    if (isFixed && path[1] !== second.shape) return 0;
    return wanted.every((shape) => path.includes(shape)) ? walk(parts, path) : 0;
  };
}

/** Whether one of the directories above the last part matches. */
function someHolder(part: Part): PathTest {
  return (path) => {
    let best: Sureness = 0;
    for (let at = 1; at < path.length - 1; at += 1) {
      best = strongest(best, partMatch(part, path[at] ?? ""));
      if (best === 2) return 2;
    }
    return best;
  };
}

/** Part by part, all ways at once: `states[at]` is how surely the first `at` parts of the glob match what was read. */
function walk(parts: readonly Part[], path: readonly string[]): Sureness {
  let states: Sureness[] = skip(parts, [2]);
  for (const text of path) {
    const next: Sureness[] = [];
    for (const [at, part] of parts.entries()) {
      const sure = states[at] ?? 0;
      if (sure === 0) continue;
      if (part.kind === "any") next[at] = strongest(next[at], sure);
      if (part.kind === "any" && at < parts.length - 1) continue;
      const step = part.kind === "any" ? 2 : partMatch(part, text);
      next[at + 1] = strongest(next[at + 1], weakest(sure, step));
    }
    states = skip(parts, next);
  }
  return states[parts.length] ?? 0;
}

/** `**` with something behind it may stand for no directory. */
function skip(parts: readonly Part[], states: Sureness[]): Sureness[] {
  for (const [at, part] of parts.entries()) {
    if (part.kind !== "any" || at === parts.length - 1) continue;
    states[at + 1] = strongest(states[at + 1], states[at] ?? 0);
  }
  return states;
}

function partMatch(part: Part, text: string): Sureness {
  switch (part.kind) {
    case "name":
      return part.shape === text ? 2 : 0;
    case "any":
      return 2;
    case "glued":
      return 1;
    case "partly":
      return part.test(text);
    default:
      return part satisfies never;
  }
}

/** Parts of which a test remembers what became of them. */
const PARTS_MAX = 4_096;

function partTest(glob: string): (part: string) => Sureness {
  if (glob === "*") return (part) => (part === "" ? 0 : 2);
  const known = new Map<string, Sureness>();
  return (part) => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const sure = partlyMatch(glob, part);
    if (known.size < PARTS_MAX) known.set(part, sure);
    return sure;
  };
}

function partlyMatch(glob: string, text: string): Sureness {
  const hidden = hiddenPart(text);
  if (hidden === undefined) return compileGlob(glob)(text) ? 2 : 0;
  if (/[?[\]\\]/.test(glob)) return 1;
  const { head, tail } = hidden;
  const pieces = glob.split("*");
  const [start = "", end = ""] = [pieces[0], pieces.at(-1)];
  if (start !== "" && start.startsWith(".") !== (head === ".")) return 0;
  if (end !== "" && tail === "" && hasKnownEnding(`x${end}`)) return 0;
  if (end !== "" && tail !== "" && !tail.endsWith(end) && !end.endsWith(tail)) return 0;
  const isPlain = pieces.slice(1, -1).every((piece) => piece === "");
  const isSureStart = start === "" || start === head;
  return isPlain && isSureStart && tail.endsWith(end) ? 2 : 1;
}

/** The stronger of two. */
export function strongest(first: Sureness | undefined, second: Sureness): Sureness {
  return first === undefined || second > first ? second : first;
}

/** The weaker of two. */
export function weakest(first: Sureness, second: Sureness): Sureness {
  return first < second ? first : second;
}
