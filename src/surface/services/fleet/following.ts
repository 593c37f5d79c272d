// A machine of a fleet follows what is published for it: the bundle that its assignment names is put in force, or taken away.
import { createHash, randomInt } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import {
  ASSIGNMENT_DAYS_MAX,
  type Assignment,
  assignmentPath,
  bundlePath,
  requireFor,
} from "#govern/bundle/assignment.ts";
import {
  type Bundle,
  BUNDLE_CHARS_MAX,
  REVOKED_MAX,
  revokedSchema,
} from "#govern/bundle/bundle.ts";
import type { Stage } from "#guard/policy/policy.ts";
import type { NoteVerifier } from "#record/log/note.ts";
import { keyLabel } from "../policy/bundle-keys.ts";
import { readBundle } from "../policy/signed-bundle.ts";
import { examineText, pinnedKeys, storedIn, storeIn } from "../policy/managed-folder.ts";
import { followedFile } from "../policy/layers.ts";
import type { BundleSource } from "../policy/policy-place.ts";
import type { PublishedSource } from "./published-source.ts";
import { ASSIGNMENT_BYTES_MAX, readAssignment, requireAssigned } from "./signed-assignment.ts";

const DAY_MS = 86_400_000;
/** WHY: ten thousand machines that were switched on at once do not ask at once for ever. */
const JITTER_PERCENT = 20;
/** UTF-8 takes at most three bytes for what a string counts as one. */
const BUNDLE_BYTES_MAX = 3 * BUNDLE_CHARS_MAX;

const stateSchema = v.strictObject({
  format: v.literal(1),
  /** The text of the assignment that was followed last; null before the first. */
  taken: v.nullable(v.pipe(v.string(), v.maxLength(ASSIGNMENT_BYTES_MAX))),
  /** SHA-256 of the bundle that following put here; null for none. */
  installed: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  /**
   * Versions that bundles of the fleet revoked, under the key that signed them. WHY beside the bundle in place: whoever puts an older one
   * there by hand takes its list away with it.
   */
  revoked: v.optional(v.nullable(revokedSchema), null),
  /** Code of the Failure for which what is published is not followed; empty while it is. */
  trouble: v.pipe(v.string(), v.regex(/^[a-z-]{0,40}$/)),
});

/** What is kept of following on a machine. */
export type FollowState = Readonly<v.InferOutput<typeof stateSchema>>;

const NOTHING: FollowState = {
  format: 1,
  taken: null,
  installed: null,
  revoked: null,
  trouble: "",
};

/** Which machine follows which fleet, into which folder. */
export type Follower = {
  readonly fleet: string;
  readonly machine: string;
  readonly folder: BundleSource;
  readonly nowMs: () => number;
};

/**
 * What became of one look. `waiting`: nothing is published for the machine, and what is there stays. `kept`: no bundle is to be in
 * force, and the one that is there was not put there by the fleet.
 */
export type Followed = {
  readonly outcome: "unchanged" | "installed" | "removed" | "waiting" | "kept";
  readonly number?: number;
  readonly version?: number | null;
  readonly stage?: Stage | null;
  /** Days since the assignment was signed, where those are too many. */
  readonly oldDays?: number;
};

/** The state in a text; what is none says nothing. */
export function readFollowState(text: string | undefined): FollowState {
  const parsed = v.safeParse(stateSchema, text === undefined ? undefined : readJson(text));
  return parsed.success ? parsed.output : NOTHING;
}

/** Looks again and again until `ended`; `trouble` is told of each look that failed, and what is in force stays. */
export async function followOn(
  source: PublishedSource,
  who: Follower,
  how: {
    readonly everyMs: number;
    readonly ended: Promise<unknown>;
    readonly news: (followed: Followed) => void;
    readonly trouble: (failure: Failure) => void;
  },
): Promise<void> {
  const { everyMs, ended, news, trouble } = how;
  let isEnded = false;
  let wake = (): void => undefined;
  const end = ended.then(() => {
    isEnded = true;
    wake();
  });
  while (!isEnded) {
    await followOnce(source, who).then(news, (cause: unknown) => {
      if (!(cause instanceof Failure)) throw cause;
      trouble(cause);
    });
    if (isEnded) break;
    const pauseMs = (everyMs * (100 - JITTER_PERCENT / 2 + randomInt(JITTER_PERCENT + 1))) / 100;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  await end;
}

/** Looks once, and does what the assignment says. Rejects with a Failure where it is not followed; what is there stays then. */
export async function followOnce(source: PublishedSource, who: Follower): Promise<Followed> {
  const path = followedFile(who.folder);
  const stored = await storedIn(path);
  const state = readFollowState(stored?.text);
  const keep = async (next: FollowState): Promise<void> => {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    await storeIn(path, { expected: stored, text: `${JSON.stringify(next)}\n` });
  };
  try {
    const { followed, ...kept } = await follow(source, who, state);
    await keep({ format: 1, ...kept, trouble: "" });
    return followed;
  } catch (cause) {
    // WHY kept beside it: the daemons of the machine report it, and have no other way to know.
    if (cause instanceof Failure)
      await keep({ ...state, trouble: cause.code.slice(0, 40) }).catch(() => undefined);
    throw cause;
  }
}

type Step = {
  readonly followed: Followed;
  readonly taken: string | null;
  readonly installed: string | null;
  readonly revoked: FollowState["revoked"];
};

async function follow(source: PublishedSource, who: Follower, state: FollowState): Promise<Step> {
  const { fleet, machine, folder, nowMs } = who;
  const path = assignmentPath(fleet, machine);
  const text = await source.read(path, ASSIGNMENT_BYTES_MAX);
  const { taken, installed, revoked } = state;
  if (text === undefined) return { followed: { outcome: "waiting" }, taken, installed, revoked };
  const keys = pinnedKeys(folder);
  const signed = readAssignment(text, path);
  requireAssigned(signed, keys, path);
  const { assignment } = signed;
  const before = takenUnder(keys, taken);
  requireFor(assignment, { fleet, machine, taken: before?.number ?? 0 });
  if (before?.number === assignment.number && taken !== text)
    throw new Failure(
      "assignment-altered",
      `the assignment ${assignment.number} was followed before and said something else; publish it with a higher number`,
    );
  const now = { folder, keys, installed, revoked, nowMs: nowMs() };
  const done = await carryOut(source, assignment, now);
  const days = Math.floor((nowMs() - assignment.issuedMs) / DAY_MS);
  const { number, bundle } = assignment;
  return {
    followed: {
      outcome: done.outcome,
      number,
      version: bundle?.version ?? null,
      stage: bundle?.stage ?? null,
      ...(days > ASSIGNMENT_DAYS_MAX ? { oldDays: days } : {}),
    },
    taken: text,
    installed: done.installed,
    revoked: done.revoked,
  };
}

/** The assignment that was followed last, where its key is still pinned: a key that was taken back sets no lowest number. */
function takenUnder(keys: readonly NoteVerifier[], text: string | null): Assignment | undefined {
  if (text === null) return undefined;
  try {
    const signed = readAssignment(text, "the one before");
    requireAssigned(signed, keys, "the one before");
    return signed.assignment;
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

async function carryOut(
  source: PublishedSource,
  { bundle }: Assignment,
  now: {
    readonly folder: BundleSource;
    readonly keys: readonly NoteVerifier[];
    readonly installed: string | null;
    readonly revoked: FollowState["revoked"];
    readonly nowMs: number;
  },
): Promise<Pick<Step, "installed" | "revoked"> & Pick<Followed, "outcome">> {
  const { folder, keys, revoked, nowMs } = now;
  const stored = await storedIn(folder.file);
  const there = stored === undefined ? null : digestOf(stored.text);
  if (bundle === null) {
    if (there === null) return { outcome: "unchanged", installed: null, revoked };
    // WHY: a fleet that is just being introduced names no bundle for most machines, and takes nothing away that is not its own.
    if (there !== now.installed) return { outcome: "kept", installed: null, revoked };
    await storeIn(folder.file, { expected: stored, text: undefined });
    return { outcome: "removed", installed: null, revoked };
  }
  const { content, version, stage } = bundle;
  if (stored !== undefined && there === content) {
    const { bundle: own } = readBundle(stored.text, folder.file);
    return { outcome: "unchanged", installed: content, revoked: withRevoked(revoked, own) };
  }
  const path = bundlePath(content);
  const text = await source.read(path, BUNDLE_BYTES_MAX);
  if (text === undefined || digestOf(text) !== content)
    throw new Failure(
      "assignment-bundle",
      `the bundle \`${path}\` that the assignment names is ${text === undefined ? "not there" : "another one"}; publish it again`,
    );
  const found = await examineText(text, path, { keys, installed: stored?.text, nowMs });
  if (found.signed.bundle.version !== version || (found.policy.stage ?? "enforce") !== stage)
    throw new Failure(
      "assignment-bundle",
      `the bundle \`${path}\` has another version or stage than the assignment says; publish it again`,
    );
  const isPinned = keys.some((key) => keyLabel(key) === revoked?.key);
  if (isPinned && revoked?.versions.includes(version) === true)
    throw new Failure(
      "bundle-revoked",
      `the bundle \`${path}\` is not used: version ${version} was revoked; publish a newer one`,
    );
  await storeIn(folder.file, { expected: stored, text });
  return {
    outcome: "installed",
    installed: content,
    revoked: withRevoked(revoked, found.signed.bundle),
  };
}

/** What is revoked once a bundle was taken. Of more than fit the highest stay: they are those that may come again. */
function withRevoked(
  before: FollowState["revoked"],
  { key, revoked }: Pick<Bundle, "key" | "revoked">,
): FollowState["revoked"] {
  const all = new Set([...(before?.key === key ? before.versions : []), ...revoked]);
  if (all.size === 0) return before;
  const versions = [...all].toSorted((one, other) => one - other).slice(-REVOKED_MAX);
  return { key, versions };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
