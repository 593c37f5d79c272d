// Credentials by their issuer's format: one declaration each, made into a detector.
import type { Detector, Hit, Surroundings } from "./detector.ts";
import type { Tier } from "./finding.ts";
import { isPlaceholder } from "./placeholder.ts";

/** Where a value was found: `match` holds the groups of the pattern, `start` is the value's place in `window`. */
export type Candidate = {
  readonly match: RegExpExecArray;
  readonly window: string;
  readonly start: number;
  readonly surroundings: Surroundings;
};

/**
 * One kind of credential.
 *
 * `issuer` is who gives it out and `source` the public document with its format. `pattern` has the flag `g`, no backreference and no
 * unbounded repeat of what can match in several ways; its group `value` is the secret, or the whole match where there is none. It
 * says where a token begins and ends (`(?<![\w-])`, `(?![\w-])`). Regular expressions are compiled by the engine on first use.
 * `check` decides what the pattern cannot: checksum, structure, entropy; it gives a tier where this one is more or less sure.
 * Placeholders and examples are left out before it is asked, unless `keepsPlaceholders`.
 */
export type Credential = CredentialForm & {
  readonly issuer: string;
  readonly source: string;
};

/** What of it a detector is made of. Where a row is declared in `data/detectors`, issuer and source are said there alone. */
export type CredentialForm = {
  readonly id: string;
  readonly title: string;
  readonly keywords: readonly string[];
  readonly pattern: RegExp;
  readonly check?: (value: string, candidate: Candidate) => boolean | Tier;
  readonly tier?: Tier;
  readonly before?: number;
  readonly after?: number;
  readonly rank?: number;
  readonly keepsPlaceholders?: boolean;
};

/** The detector of one kind of credential: of tier `high` and rank 30 unless told. */
export function credential(kind: Credential): Detector {
  return credentialDetector(kind);
}

/** The same of a kind whose issuer and source stand elsewhere. */
export function credentialDetector(kind: CredentialForm): Detector {
  const { id, title, keywords, before, after, tier = "high", rank = 30 } = kind;
  return {
    id,
    title,
    family: "secret",
    tier,
    rank,
    keywords,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    find: (window, surroundings) => hitsOf(kind, window, surroundings),
  };
}

const NONE: readonly Hit[] = [];

/** WHY no generator: most windows hold nothing, and making one costs more than the search. */
function hitsOf(kind: CredentialForm, window: string, surroundings: Surroundings): readonly Hit[] {
  const { pattern } = kind;
  pattern.lastIndex = 0;
  let match = pattern.exec(window);
  if (match === null) return NONE;
  const hits: Hit[] = [];
  for (; match !== null; match = pattern.exec(window)) {
    if (match[0] === "") pattern.lastIndex += 1;
    const hit = hitOf(kind, match, window, surroundings);
    if (hit !== undefined) hits.push(hit);
  }
  return hits;
}

function hitOf(
  { check, keepsPlaceholders }: CredentialForm,
  match: RegExpExecArray,
  window: string,
  surroundings: Surroundings,
): Hit | undefined {
  const value = match.groups?.["value"] ?? match[0];
  if (value === "") return undefined;
  // The group is searched from the match's end: what stands before it names the value and may repeat it.
  const start = match.index + match[0].lastIndexOf(value);
  if (keepsPlaceholders !== true && isPlaceholder(value)) return undefined;
  const candidate = { match, window, start, surroundings };
  const verdict = check === undefined ? true : check(value, candidate);
  if (verdict === false) return undefined;
  const end = start + value.length;
  return verdict === true ? { start, end } : { start, end, tier: verdict };
}
