// A policy that arrives in a signed bundle: taken only from a pinned key, never expired, older or revoked.
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import {
  packTexts,
  requireNewer,
  type SignedBundle,
  type Taken,
  takenOf,
} from "#govern/bundle/bundle.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { NoteVerifier } from "#record/log/note.ts";
import { keyLabel, parsePinnedKeys } from "./bundle-keys.ts";
import { readBundle, requireSigned } from "./signed-bundle.ts";
import type { PolicyCopy } from "./policy-copy.ts";
import { readManagedText } from "./policy-file.ts";
import type { BundleSource, CompilePolicy } from "./policy-place.ts";

/** What a bundle amounts to. `trouble`: it counts, and something is wrong with it all the same. */
export type FoundBundle = {
  readonly policy: Policy;
  readonly signature: string;
  readonly bundle: Taken;
  readonly trouble: Failure | undefined;
};

type Circumstances = { readonly compile: CompilePolicy; readonly nowMs: () => number };
type Before = Pick<PolicyCopy, "policy" | "bundle" | "trouble">;

/**
 * Looks into the bundle in its place, on top of what is kept of the one before. Throws a Failure when that one is to stay:
 * `bundle-damaged`, `bundle-keys`, `bundle-key`, `bundle-signature`, `bundle-meaning` or as `requireNewer` does;
 * `bundle-withdrawn` when the key of the one before is not pinned any more either.
 */
export async function lookIntoBundle(
  source: BundleSource,
  before: Before | undefined,
  now: Circumstances,
): Promise<FoundBundle> {
  const { file, owner } = source;
  const pinned = readManagedText(source.keys, owner);
  const keys = parsePinnedKeys(pinned.text, source.keys);
  const taken = keptUnder(keys, before?.bundle);
  const { text, signature } = readManagedText(file, owner);
  try {
    const { signed, policy } = await openBundle(text, { file, keys, compile: now.compile });
    const trouble = expiryOf(signed, { before, taken, nowMs: now.nowMs(), file });
    return {
      policy,
      bundle: takenOf(signed, taken),
      trouble,
      // Keys that are too fresh to be known again: look once more.
      signature: pinned.signature === "" ? "" : signature,
    };
  } catch (cause) {
    const isWithdrawn = before?.policy !== undefined && taken === undefined;
    throw isWithdrawn && cause instanceof Failure ? withdrawn(file, cause) : cause;
  }
}

/** A bundle and its policy, under pinned keys: whatever its time and version. Throws as `lookIntoBundle` does. */
export async function openBundle(
  text: string,
  options: {
    readonly file: string;
    readonly keys: readonly NoteVerifier[];
    readonly compile: CompilePolicy;
  },
): Promise<{ readonly signed: SignedBundle; readonly policy: Policy }> {
  const { file, keys, compile } = options;
  const signed = readBundle(text, file);
  requireSigned(signed, keys, file);
  const { bundle } = signed;
  const policy = await compile(bundle.policy, `${file}:policy`, "managed", packTexts(bundle));
  if (policy.digest === bundle.digest) return { signed, policy };
  throw new Failure(
    "bundle-meaning",
    `the bundle \`${file}\` is not used: to this version of sallyport its policy means something else than was signed; build it again with this version`,
    { at: { file } },
  );
}

/** What was taken before, where its key is still pinned: a key that was taken back sets no lowest version. */
function keptUnder(keys: readonly NoteVerifier[], taken: Taken | undefined): Taken | undefined {
  return keys.some((key) => keyLabel(key) === taken?.key) ? taken : undefined;
}

/**
 * What is to be told of the time of a bundle. The one in force stays when it expires; one that was never in force and is
 * expired is the best that is known, and not enough. Throws as `requireNewer` does.
 */
function expiryOf(
  signed: SignedBundle,
  now: {
    readonly before: Before | undefined;
    readonly taken: Taken | undefined;
    readonly nowMs: number;
    readonly file: string;
  },
): Failure | undefined {
  const { before, taken, nowMs, file } = now;
  const { expiresMs } = signed.bundle;
  const tell = (code: string, what: string) =>
    new Failure(code, `the bundle expired on ${dayOf(expiresMs)}; ${what}; install a newer one`, {
      at: { file },
    });
  const isFirst = before?.policy === undefined || before.trouble?.code === "bundle-stale";
  const isSame = taken?.content === signed.content;
  if (isFirst && nowMs >= expiresMs) {
    requireNewer(signed, taken, { nowMs: Number.NEGATIVE_INFINITY, file });
    return tell("bundle-stale", "it was never in force here, so every call is asked about");
  }
  requireNewer(signed, taken, { nowMs, file });
  return isSame && nowMs >= expiresMs
    ? tell("bundle-expired", "its rules stay in force")
    : undefined;
}

function withdrawn(file: string, { message }: Failure): Failure {
  const what =
    "the key of the bundle in force is not pinned any more, so every call is asked about";
  return new Failure("bundle-withdrawn", `${what}; ${message}`, { at: { file } });
}
