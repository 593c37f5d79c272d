// What was decided about a fleet, entry by entry, each joined to the one before it; and what follows from all of them.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { REVOKED_MAX, VERSION_MAX } from "#govern/bundle/bundle.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import { STAGES } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import type { Tier } from "./fleet-file.ts";
import type { MovedTier } from "./tiering.ts";
import { type BundleName, endOf, handedOut, type Track } from "./progress.ts";

/** Bytes of a journal, and characters of one of its lines. */
export const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;
const LINE_CHARS_MAX = 64 * 1024;
const REASONS_MAX = 16;
/** People of one training; a line holds them all. */
export const TRAINED_MAX = 200;

const text = v.pipe(v.string(), v.maxLength(1_000));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const timeMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15));
const reasons = v.pipe(v.array(text), v.maxLength(REASONS_MAX));
const bundle = v.strictObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  content: hash,
});
const on = { policy: word, tier: v.picklist(TIERS) };
const at = { ring: v.pipe(v.number(), v.integer(), v.minValue(0)), stage: v.picklist(STAGES) };

/** What happened. `by` is a person, or `sallyport` where the figures decided. */
const deedSchema = v.variant("what", [
  v.strictObject({
    what: v.literal("released"),
    policy: word,
    tiers: v.pipe(v.array(v.picklist(TIERS)), v.minLength(1)),
    stages: v.strictObject({ observe: bundle, ask: bundle, enforce: bundle }),
    back: v.nullable(bundle),
  }),
  v.strictObject({ what: v.literal("advanced"), ...on, ...at }),
  v.strictObject({ what: v.literal("completed"), ...on }),
  v.strictObject({ what: v.picklist(["held", "taken-back"]), ...on, reasons }),
  v.strictObject({ what: v.literal("resumed"), ...on, reasons }),
  /** A bundle with a higher version and the same rules, for machines that had a higher one of another policy. */
  v.strictObject({ what: v.literal("raised"), of: hash, bundle }),
  /** Versions that no machine is to have: each bundle that is built from now on names them. */
  v.strictObject({
    what: v.literal("revoked"),
    versions: v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(VERSION_MAX))),
      v.minLength(1),
      v.maxLength(REVOKED_MAX),
    ),
    because: text,
  }),
  v.strictObject({
    what: v.literal("moved"),
    remote: word,
    tier: v.picklist(TIERS),
    because: text,
  }),
  /** A fact that a person stands for: `document` is the digest of what they looked at. */
  v.strictObject({
    what: v.literal("attested"),
    fact: word,
    owner: word,
    document: v.nullable(hash),
    expiresMs: v.nullable(timeMs),
    note: text,
  }),
  /** A figure that another command measured: `document` is the digest of its report. */
  v.strictObject({
    what: v.literal("measured"),
    fact: word,
    value: v.number(),
    document: hash,
  }),
  /** People took part in a training: `document` is the digest of the record, such as a list that they signed. */
  v.strictObject({
    what: v.literal("trained"),
    course: word,
    people: v.pipe(v.array(word), v.minLength(1), v.maxLength(TRAINED_MAX)),
    onMs: timeMs,
    document: hash,
  }),
]);
const entrySchema = v.strictObject({
  number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  timeMs,
  by: word,
  before: v.union([hash, v.literal("")]),
  deed: deedSchema,
});
const lineSchema = v.strictObject({ entry: entrySchema, hash });

export type Deed = Readonly<v.InferOutput<typeof deedSchema>>;
export type Entry = Readonly<v.InferOutput<typeof entrySchema>>;
export type Attested = Extract<Deed, { what: "attested" }> & { readonly timeMs: number };
export type Measured = Extract<Deed, { what: "measured" }> & { readonly timeMs: number };

/** That somebody was trained; `entry` is the number of the one that says so. */
export type Trained = {
  readonly onMs: number;
  readonly entry: number;
  readonly document: string;
  readonly by: string;
};

/** What follows from a journal. */
export type FleetState = {
  /** Entries, and the hash of the last one: what comes next names it. */
  readonly size: number;
  readonly head: string;
  /** By `<policy>/<tier>`. */
  readonly tracks: ReadonlyMap<string, Track>;
  readonly moved: ReadonlyMap<string, MovedTier>;
  readonly attested: ReadonlyMap<string, Attested>;
  readonly measured: ReadonlyMap<string, Measured>;
  /** The last training of a person in a course, by `trainedName`. */
  readonly trained: ReadonlyMap<string, Trained>;
  /** The newest bundle with the same rules as another, by the content of that one. */
  readonly raised: ReadonlyMap<string, BundleName>;
  readonly revoked: ReadonlySet<number>;
  readonly entries: readonly Entry[];
};

/** How a track is named. */
export function trackName({ policy, tier }: Pick<Track, "policy" | "tier">): string {
  return `${policy}/${tier}`;
}

/** By what a course of a person is known. */
export function trainedName(course: string, person: string): string {
  return `${course}\n${person.toLowerCase()}`;
}

/** What is put together while a journal is read. */
type Growing = {
  size: number;
  head: string;
  readonly tracks: Map<string, Track>;
  readonly moved: Map<string, MovedTier>;
  readonly attested: Map<string, Attested>;
  readonly measured: Map<string, Measured>;
  readonly trained: Map<string, Trained>;
  readonly raised: Map<string, BundleName>;
  readonly revoked: Set<number>;
  readonly entries: Entry[];
};

function copyOf(state: FleetState | undefined): Growing {
  return {
    size: state?.size ?? 0,
    head: state?.head ?? "",
    tracks: new Map(state?.tracks),
    moved: new Map(state?.moved),
    attested: new Map(state?.attested),
    measured: new Map(state?.measured),
    raised: new Map(state?.raised),
    trained: new Map(state?.trained),
    revoked: new Set(state?.revoked),
    entries: [...(state?.entries ?? [])],
  };
}

/** Reads a journal. Throws a Failure `fleet-journal` where a line is none, or does not follow from the one before it. */
export function readJournal(content: string, file: string): FleetState {
  const state = copyOf(undefined);
  const lines = content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const refuse = (why: string): never => {
      throw new Failure(
        "fleet-journal",
        `\`${file}\` cannot be relied on: line ${index + 1} ${why}; take it back from version control or a backup`,
        { at: { file, line: index + 1 } },
      );
    };
    const parsed =
      line.length > LINE_CHARS_MAX ? undefined : v.safeParse(lineSchema, readJson(line));
    if (parsed?.success !== true) return refuse("is no entry");
    const { entry, hash: said } = parsed.output;
    if (entryHash(entry) !== said) return refuse("was changed");
    if (entry.number !== state.size + 1 || entry.before !== state.head)
      return refuse("does not follow from the one before it");
    follow(state, entry, said);
  }
  return state;
}

/** The line of what happens next, with what then follows. Throws a Failure `fleet-order` for what cannot happen now. */
export function addDeed(
  state: FleetState,
  { deed, by, timeMs: now }: { readonly deed: Deed; readonly by: string; readonly timeMs: number },
): { readonly line: string; readonly state: FleetState } {
  const entry = { number: state.size + 1, timeMs: now, by, before: state.head, deed };
  const checked = v.parse(entrySchema, entry);
  const own = entryHash(checked);
  const next = copyOf(state);
  follow(next, checked, own);
  return { line: `${canonicalJson({ entry: checked, hash: own } as Json)}\n`, state: next };
}

function entryHash(entry: Entry): string {
  return createHash("sha256")
    .update(`sallyport/fleet-journal/v1\n${canonicalJson(entry as Json)}`)
    .digest("hex");
}

function follow(state: Growing, entry: Entry, head: string): void {
  const { deed, timeMs: now, by } = entry;
  switch (deed.what) {
    case "released":
      for (const tier of deed.tiers) begin(state.tracks, { ...deed, tier }, now);
      break;
    case "advanced": {
      const { ring, stage } = deed;
      change(state, deed, { ring, stage, sinceMs: now, standing: "running", reason: "" });
      break;
    }
    case "completed":
      change(state, deed, { sinceMs: now, standing: "complete", reason: "" });
      break;
    case "held":
    case "taken-back":
      change(state, deed, { standing: deed.what, reason: deed.reasons.join("; ") });
      break;
    case "resumed":
      // What went on while it was held is not what it is judged by.
      change(state, deed, { sinceMs: now, standing: "running", reason: "" });
      break;
    case "raised":
      state.raised.set(deed.of, deed.bundle);
      break;
    case "revoked":
      revoke(state, deed.versions);
      break;
    case "moved":
      state.moved.set(deed.remote, { tier: deed.tier, because: deed.because, by });
      break;
    case "attested":
      state.attested.set(deed.fact, { ...deed, timeMs: now });
      break;
    case "measured":
      state.measured.set(deed.fact, { ...deed, timeMs: now });
      break;
    case "trained":
      for (const person of deed.people) {
        const key = trainedName(deed.course, person);
        const { onMs, document } = deed;
        // What is put on record late does not set back what is newer.
        if ((state.trained.get(key)?.onMs ?? -1) <= onMs)
          state.trained.set(key, { onMs, document, entry: entry.number, by });
      }
      break;
    default:
      throw new Error(`no such deed: ${String(deed satisfies never)}`);
  }
  state.size = entry.number;
  state.head = head;
  state.entries.push(entry);
}

function begin(
  tracks: Map<string, Track>,
  { policy, tier, stages, back }: Extract<Deed, { what: "released" }> & { readonly tier: Tier },
  now: number,
): void {
  const name = trackName({ policy, tier });
  const last = tracks.get(name);
  const ended = last === undefined ? { bundle: undefined } : endOf(last);
  if (ended === undefined)
    throw new Failure(
      "fleet-order",
      `a release of ${name} is under way: let it end, or take it back with \`sallyport fleet take-back ${name}\``,
    );
  tracks.set(name, {
    policy,
    tier,
    before: ended.bundle,
    release: { stages, back: back ?? undefined },
    ring: 0,
    stage: "observe",
    sinceMs: now,
    standing: "running",
    reason: "",
  });
}

/** What machines are to have must not be what they refuse. */
function revoke({ tracks, raised, revoked }: Growing, versions: readonly number[]): void {
  for (const track of tracks.values())
    for (const { version, content } of handedOut(track))
      for (const one of [version, raised.get(content)?.version])
        if (one !== undefined && versions.includes(one))
          throw new Failure(
            "fleet-order",
            `version ${one} is one that ${trackName(track)} hands out: take it back with \`sallyport fleet take-back ${trackName(track)}\`, or release another first`,
          );
  for (const version of versions) revoked.add(version);
  if (revoked.size > REVOKED_MAX)
    throw new Failure("fleet-order", `a fleet revokes at most ${REVOKED_MAX} versions`);
}

function change(
  { tracks }: Growing,
  on: { readonly policy: string; readonly tier: Tier },
  to: Partial<Track>,
): void {
  const name = trackName(on);
  const track = tracks.get(name);
  if (track === undefined)
    throw new Failure(
      "fleet-order",
      `no release of ${name} is under way: \`sallyport fleet release\` begins one`,
    );
  if (track.standing === "complete" || track.standing === "taken-back")
    throw new Failure("fleet-order", `the release of ${name} has ended (${track.standing})`);
  tracks.set(name, { ...track, ...to });
}
