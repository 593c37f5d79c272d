// A policy bundle: a managed policy with every pack that it extends, and what makes a machine take it or leave it (decision 0006).
import * as v from "valibot";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";

/** Characters of a bundle; a larger file is refused unread. */
export const BUNDLE_CHARS_MAX = 1_000_000;
/** Packs that a policy may extend, one way or another. */
export const BUNDLE_PACKS_MAX = 64;
/** Versions that a bundle may revoke. */
export const REVOKED_MAX = 1_000;
/** Days that a bundle can last. */
export const BUNDLE_DAYS_MAX = 400;
/** The highest version: large enough for a date and a time. */
export const VERSION_MAX = 99_999_999_999_999;
const DAY_MS = 86_400_000;

const version = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(VERSION_MAX));
const timeMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const packName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
const text = v.pipe(v.string(), v.maxLength(BUNDLE_CHARS_MAX));
/** Name and id of a key, as signed notes name them. */
const key = v.pipe(v.string(), v.maxLength(300), v.regex(/^[^\s+\p{Cc}]+\+[0-9a-f]{8}$/u));
const versions = v.pipe(
  v.array(version),
  v.maxLength(REVOKED_MAX),
  v.check((all) => isAscending(all)),
);

/** What is signed. Times are wall time. */
export const bundleSchema = v.pipe(
  v.strictObject({
    format: v.literal(1),
    version,
    issuedMs: timeMs,
    expiresMs: timeMs,
    /** Whose signature it bears. */
    key,
    /** Versions that no machine takes that took this one, in order. */
    revoked: versions,
    /** Digest of what the policy compiles to: where it compiles to anything else, nobody signed it. */
    digest: hash,
    policy: text,
    /** Every pack that the policy extends, by name and in order: those of the machine are not asked. */
    packs: v.pipe(
      v.array(v.strictObject({ name: packName, text })),
      v.maxLength(BUNDLE_PACKS_MAX),
      v.check((packs) => isAscending(packs.map(({ name }) => name))),
    ),
  }),
  v.check(({ issuedMs, expiresMs }) => {
    return issuedMs < expiresMs && expiresMs - issuedMs <= BUNDLE_DAYS_MAX * DAY_MS;
  }),
  v.check((bundle) => !bundle.revoked.includes(bundle.version)),
);

/** A policy on its way to machines. */
export type Bundle = Readonly<v.InferOutput<typeof bundleSchema>>;

/** Versions that were revoked, under the key that said so. */
export const revokedSchema = v.strictObject({ key, versions });

export const takenSchema = v.strictObject({
  version,
  key,
  expiresMs: timeMs,
  /** Hex SHA-256 of the whole file. */
  content: hash,
  /** Versions above its own that are revoked, by it or by those before it. */
  revoked: versions,
});

/** What is remembered of the bundle that a machine took last. */
export type Taken = Readonly<v.InferOutput<typeof takenSchema>>;

/** A bundle whose signature holds, with the digest of its file. */
export type SignedBundle = { readonly bundle: Bundle; readonly content: string };

/** Texts of the packs of a bundle by name. */
export function packTexts({ packs }: Bundle): Readonly<Record<string, string>> {
  return Object.fromEntries(packs.map(({ name, text: pack }) => [name, pack]));
}

/**
 * Throws a Failure where a bundle is not to be put in the place of the one that was taken before: `bundle-downgrade`,
 * `bundle-altered` for another content of the same version, `bundle-revoked`, `bundle-outdated`. The one that was taken is
 * itself never refused: that it is expired is for its reader to tell.
 */
export function requireNewer(
  { bundle, content }: SignedBundle,
  taken: Taken | undefined,
  now: { readonly nowMs: number; readonly file: string },
): void {
  const refuse = (code: string, why: string): never => {
    throw new Failure(code, `the bundle \`${now.file}\` is not used: ${why}`, {
      at: { file: now.file },
    });
  };
  const { version: its } = bundle;
  if (taken?.content === content) return;
  if (taken !== undefined && its < taken.version)
    refuse(
      "bundle-downgrade",
      `its version ${its} is older than version ${taken.version}, which was taken before; build it again with a higher one`,
    );
  if (its === taken?.version)
    refuse("bundle-altered", `version ${its} was taken before and said something else`);
  if (taken?.revoked.includes(its) === true)
    refuse("bundle-revoked", `version ${its} was revoked; take a newer one`);
  if (now.nowMs >= bundle.expiresMs)
    refuse("bundle-outdated", `it expired on ${dayOf(bundle.expiresMs)}; take a newer one`);
}

/** What is to be remembered of a bundle that takes the place of another. */
export function takenOf({ bundle, content }: SignedBundle, before: Taken | undefined): Taken {
  const { version: its, key: signer, expiresMs } = bundle;
  const all = [...new Set([...(before?.revoked ?? []), ...bundle.revoked])];
  // What is not higher is too old anyway; of more than fit the nearest are those that come next.
  const revoked = all.filter((one) => one > its).toSorted((one, other) => one - other);
  return { version: its, key: signer, expiresMs, content, revoked: revoked.slice(0, REVOKED_MAX) };
}

function isAscending(items: readonly (number | string)[]): boolean {
  return items.every((item, index) => index === 0 || item > (items[index - 1] ?? item));
}
