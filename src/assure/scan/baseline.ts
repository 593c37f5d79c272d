// The baseline file: findings that somebody answers for until a day, known by a slow digest so that the file betrays no value.
import { scryptSync } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { isDay } from "./allowance.ts";
import type { Acceptance } from "./scan-finding.ts";

const BASELINE_FORMAT = 1;
/**
 * Cost of one digest, about 10 ms. WHY slow: the file is committed, passwords are few, and a fast digest of one is soon
 * guessed. It is made only for findings whose rule and file stand in the baseline.
 */
const SCRYPT = { N: 4096, r: 8, p: 1 } as const;
const DIGEST_BYTES = 15;
const ENTRIES_MAX = 20_000;

const day = v.pipe(v.string(), v.check(isDay, "is no day `YYYY-MM-DD`"));
const standing = { owner: v.pipe(v.string(), v.minLength(1)), until: day, reason: v.string() };
const schema = v.object({
  format: v.literal(BASELINE_FORMAT),
  // WHY no other name: scanners take a value that is called a salt for a secret.
  mark: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/)),
  accepted: v.pipe(
    v.array(v.object({ rule: v.string(), file: v.string(), digest: v.string(), ...standing })),
    v.maxLength(ENTRIES_MAX),
  ),
  notLookedAt: v.optional(
    v.pipe(v.array(v.object({ what: v.string(), ...standing })), v.maxLength(ENTRIES_MAX)),
    [],
  ),
});

/** A baseline as it stands in its file. `mark`: a salt of 16 bytes, base64url. */
export type Baseline = v.InferOutput<typeof schema>;

/** Reads a baseline. Throws a Failure that says where it is wrong. */
export function parseBaseline(text: string, file: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(
      "baseline",
      "the baseline is no JSON; write it again with `--write-baseline`",
      {
        at: { file },
      },
    );
  }
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  const issue = read.issues[0];
  const place = v.getDotPath(issue) ?? "the whole";
  throw new Failure("baseline", `\`${place}\` of the baseline is not as it has to be; correct it`, {
    at: { file },
  });
}

/** The text of a baseline's file. */
export function baselineText(baseline: Baseline): string {
  return `${JSON.stringify(baseline, undefined, 2)}\n`;
}

/** What stands for a value in a baseline with this salt. */
export function slowDigest(salt: string, rule: string, value: string): string {
  const key = Buffer.concat([Buffer.from(salt, "base64url"), Buffer.from(rule)]);
  return scryptSync(value, key, DIGEST_BYTES, SCRYPT).toString("base64url");
}

/** What a baseline says of findings and places; `value` is asked for its digest and not kept. */
export type BaselineReading = {
  readonly acceptance: (
    rule: string,
    file: string,
    value: string,
  ) => Acceptance | { readonly ended: string; readonly owner: string } | undefined;
  readonly acceptsUnseen: (what: string) => boolean;
};

/** A baseline made ready for asking. `today` is `YYYY-MM-DD`: what ended before it accepts nothing. */
export function readBaseline(baseline: Baseline, today: string): BaselineReading {
  const byPlace = new Map<string, Baseline["accepted"][number][]>();
  for (const entry of baseline.accepted) {
    const key = JSON.stringify([entry.rule, entry.file]);
    const known = byPlace.get(key);
    if (known === undefined) byPlace.set(key, [entry]);
    else known.push(entry);
  }
  const unseen = new Set(
    baseline.notLookedAt.flatMap(({ what, until }) => (until < today ? [] : [what])),
  );
  return {
    acceptance(rule, file, value) {
      const entries = byPlace.get(JSON.stringify([rule, file]));
      if (entries === undefined) return undefined;
      const digest = slowDigest(baseline.mark, rule, value);
      const same = entries.filter((entry) => entry.digest === digest);
      const entry = same.find(({ until }) => until >= today) ?? same[0];
      if (entry === undefined) return undefined;
      const { owner, until, reason } = entry;
      if (until < today) return { ended: until, owner };
      return { by: "baseline", owner, until, reason };
    },
    acceptsUnseen: (what) => unseen.has(what),
  };
}
