// What an abstract argument vector may be as real fields, and whether some fields are among that; in linear time.
import type { Piece, Text } from "#guard/shell/values/text.ts";

/** Ends each field when they are compared; no generated program prints it. */
export const END = "\x1f";

/** One character that passes, or parts that come any number of times or at most once. */
type Pattern =
  | { readonly kind: "one"; readonly passes: (character: string) => boolean }
  | {
      readonly kind: "repeated";
      readonly parts: readonly Pattern[];
      readonly times: "any" | "once";
    };

const anything: Pattern = many({ kind: "one", passes: () => true });
const inField: Pattern = many({ kind: "one", passes: (character) => character !== END });
const end = literally(END);

const ANY_WORDS: Piece = {
  kind: "hole",
  reason: "unmodelled",
  splits: true,
  like: undefined,
  sources: [],
};

/** All the fields that a text may become, each with its end. */
export function fieldsOf(text: Text): readonly Pattern[] {
  // Behind what may be several words anything may stand: a pattern there is that of the last of them.
  const splitAt = text.findIndex((piece) => piece.kind === "hole" && piece.splits);
  if (splitAt !== -1 && text.some(({ kind }) => kind === "glob")) {
    const isFirst = text.slice(0, splitAt).some(({ kind }) => kind === "glob");
    return fieldsOf([...(isFirst ? [] : text.slice(0, splitAt)), ANY_WORDS]);
  }
  // A pattern stays as it is or becomes any number of files that match it.
  if (text.some((piece) => piece.kind === "glob")) {
    const asIs = text.flatMap((piece) =>
      piece.kind === "glob"
        ? literally(piece.extended ?? piece.glob)
        : piecePattern(piece, anything),
    );
    const names = text.flatMap((piece) => piecePattern(piece, inField));
    return [repeated([...asIs, ...end], "once"), repeated([...names, ...end])];
  }
  const [only, ...others] = text;
  if (others.length === 0 && only?.kind === "hole" && only.splits && only.like !== undefined)
    return [repeated([...globPattern(only.like), ...end])];
  // Where all of it may be no field at all.
  if (text.length > 0 && text.every((piece) => piece.kind === "hole" && piece.splits))
    return [repeated([anything, ...end], "once")];
  return [...text.flatMap((piece) => piecePattern(piece, anything)), ...end];
}

function piecePattern(piece: Piece, any: Pattern): readonly Pattern[] {
  if (piece.kind === "text") return literally(piece.text);
  if (piece.kind === "glob") return globPattern(piece.glob);
  if (!piece.splits) return piece.like === undefined ? [inField] : globPattern(piece.like);
  if (piece.like === undefined) return [any];
  const like = globPattern(piece.like);
  return [repeated([...like, repeated([...end, ...like])], "once")];
}

function many(pattern: Pattern): Pattern {
  return repeated([pattern]);
}

function repeated(parts: readonly Pattern[], times: "any" | "once" = "any"): Pattern {
  return { kind: "repeated", parts, times };
}

function literally(text: string): readonly Pattern[] {
  return [...text].map((wanted) => ({
    kind: "one",
    passes: (character: string) => character === wanted,
  }));
}

/** A glob (base/glob.ts syntax) within one field. */
function globPattern(glob: string): readonly Pattern[] {
  const tokens = glob.match(/\*\*\/?|\*|\?|\[[^\]]+\]|\\[^]|[^]/gu) ?? [];
  return tokens.flatMap((token): readonly Pattern[] => {
    if (token.startsWith("**")) return [inField];
    const isName = (character: string): boolean => character !== END && character !== "/";
    if (token === "*") return [many({ kind: "one", passes: isName })];
    if (token === "?") return [{ kind: "one", passes: isName }];
    if (token.startsWith("[") && token.length > 1) {
      // A glob may escape any character; an expression only those that it has a use for.
      const characters = token.replace("[!", "[^").replace(/\\([^\\\]^-])/gu, "$1");
      const expression = new RegExp(`^${characters}$`, "su");
      return [
        { kind: "one", passes: (character) => isName(character) && expression.test(character) },
      ];
    }
    return literally(token.length > 1 && token.startsWith("\\") ? token.slice(1) : token);
  });
}

type Node = { passes?: (character: string) => boolean; next: number[] };

/** Whether the patterns, one after the other, match the whole text. */
export function matches(patterns: readonly Pattern[], text: string): boolean {
  const nodes: Node[] = [{ next: [] }];
  const last = addAll(patterns, 0, nodes);
  let states = reach([0], nodes);
  for (const character of text) {
    const after: number[] = [];
    for (const at of states) {
      const node = nodes[at];
      if (node?.passes?.(character) === true) after.push(...node.next);
    }
    if (after.length === 0) return false;
    states = reach(after, nodes);
  }
  return states.has(last);
}

function addAll(patterns: readonly Pattern[], from: number, nodes: Node[]): number {
  let at = from;
  for (const pattern of patterns) {
    if (pattern.kind === "one") {
      const node = nodes.push({ passes: pattern.passes, next: [] }) - 1;
      const after = nodes.push({ next: [] }) - 1;
      nodes[at]?.next.push(node);
      nodes[node]?.next.push(after);
      at = after;
      continue;
    }
    const start = nodes.push({ next: [] }) - 1;
    nodes[at]?.next.push(start);
    const finish = addAll(pattern.parts, start, nodes);
    const after = nodes.push({ next: [] }) - 1;
    nodes[start]?.next.push(after);
    nodes[finish]?.next.push(pattern.times === "any" ? start : after);
    at = after;
  }
  return at;
}

function reach(from: readonly number[], nodes: readonly Node[]): Set<number> {
  const reached = new Set<number>();
  const pending = [...from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const node = nodes[at];
    if (node !== undefined && node.passes === undefined) pending.push(...node.next);
  }
  return reached;
}
