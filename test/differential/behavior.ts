// One observed behaviour: a case, what came of it, and the parts by which two trees are compared.
import { createHash } from "node:crypto";

/** What cases are of; the order in which they are observed. */
export const KINDS = [
  ...(["graded", "corpus", "hostile", "content", "posture", "detection"] as const),
  ...(["hook", "page", "program", "lines"] as const),
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * One case. `id` is the same in every tree that has the case, and names no file that may move. `parts` are texts by name:
 * the verdict, the rule, the words, the effects. Of a sealed case the parts are digests and `shown` is empty.
 */
export type Behavior = {
  readonly kind: Kind;
  readonly id: string;
  /** What was asked, for people. */
  readonly shown: string;
  readonly parts: Readonly<Record<string, string>>;
};

/** A case as it is observed. */
export type Observed = Behavior & { readonly isSealed?: boolean };

/** The folders of the project that a case is of: their places differ from run to run. */
export type Where = { readonly root: string; readonly project: string; readonly home: string };

/** Takes one observed case; `where` is the project that it is of. */
export type Observe = (one: Observed, where?: Where) => void;

/** Characters of one part that are kept; of longer ones the beginning and a digest. */
const PART_CHARS_MAX = 4000;
const SHOWN_CHARS_MAX = 300;

/** SHA-256 of a text, short: enough to tell the cases of one corpus apart. */
export function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The texts of a case without what differs from run to run, bounded, and of a sealed one without its words. */
export function settledBehavior(
  { kind, id, shown, parts, isSealed = false }: Observed,
  places: readonly (readonly [text: string, name: string])[],
): Behavior {
  const settle = (text: string): string => {
    const named = places.reduce((rest, [place, name]) => rest.replaceAll(place, name), text);
    if (isSealed) return shortDigest(named);
    if (named.length <= PART_CHARS_MAX) return named;
    return `${named.slice(0, PART_CHARS_MAX)} (${named.length} characters, ${shortDigest(named)})`;
  };
  return {
    kind,
    id,
    shown: isSealed ? "" : settle(shown).slice(0, SHOWN_CHARS_MAX),
    parts: Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, settle(text)])),
  };
}
