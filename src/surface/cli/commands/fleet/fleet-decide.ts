// `sallyport fleet` where somebody decides: import, move, attest, measure, release, advance, hold, resume, take-back, tick, publish.
import { createHash } from "node:crypto";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { KIND_NAMES, type Kind, identityOf } from "#assure/rollout/inventory.ts";
import { type Deed, type FleetState, trackName } from "#assure/rollout/journal.ts";
import { nextOf } from "#assure/rollout/progress.ts";
import { FACTS } from "#assure/rollout/steps.ts";
import { userName } from "#platform/user.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import {
  addDeeds,
  readFleet,
  readListing,
  TABLE_BYTES_MAX,
  writeListing,
} from "../../../services/fleet/fleet-folder.ts";
import { recordDeeds } from "../../../services/fleet/fleet-record.ts";
import {
  type BuildOrder,
  buildRelease,
  bundleText,
  raiseBundle,
} from "../../../services/fleet/release.ts";
import { writeAssignments } from "../../../services/fleet/publishing.ts";
import { deedsDue, lookAtFleet, type LookedAt } from "../../../services/fleet/rollout.ts";
import { readVersions } from "../policy/policy-bundle.ts";
import {
  buildOrder,
  fleetDirectory,
  fleetOptions,
  keyOptions,
  lookNow,
  namedTrack,
  readTier,
} from "./fleet-context.ts";

type ConsentArgs = {
  readonly fleet?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** Shows deeds, asks, puts them on record. Undefined where nobody agreed. */
export async function decide(
  args: ConsentArgs,
  { folder }: Pick<LookedAt, "folder">,
  { deeds, notes }: { readonly deeds: readonly Deed[]; readonly notes: readonly string[] },
): Promise<FleetState | undefined> {
  const request = changeRequest({ ...args, directory: folder.directory }, openTerminal());
  const consent = await seekConsent(request, { diff: "", notes, question: "decide this?" });
  if (consent === "declined") process.exitCode = exitCodes.found;
  if (consent !== "given") {
    await tell(args, { outcome: consent, deeds }, "nothing was changed");
    return undefined;
  }
  const state = addDeeds(folder.directory, folder.state, {
    deeds,
    by: userName(),
    timeMs: Date.now(),
  });
  await recordDeeds(state.entries.slice(-deeds.length), folder.file.name);
  await tell(args, { outcome: "given", deeds, entries: state.size }, "done, and on record");
  return state;
}

/** `sallyport fleet import`. */
export const importCommand = defineCommand({
  meta: {
    name: "import",
    description: `takes an export of another system into the inventory: CSV or JSON of a device management, a directory, a source control, or
a list of your own. What the same source listed before is replaced

  sallyport fleet import laptops.csv --kind devices --source jamf
  sallyport fleet import repositories.json --kind repositories --source github --dry-run`,
  },
  args: {
    file: { type: "positional", required: true, description: "the export" },
    kind: { type: "string", required: true, valueHint: "KIND", description: KIND_NAMES.join(", ") },
    source: { type: "string", default: "file", valueHint: "NAME", description: "who listed it" },
    fleet: fleetOptions.fleet,
    ...consentOptions,
  },
  async run({ args }) {
    const kind = KIND_NAMES.find((one): one is Kind => one === args.kind);
    if (kind === undefined)
      throw new Failure(
        "usage",
        `\`${printable(args.kind)}\` is no kind: ${KIND_NAMES.join(", ")}`,
      );
    if (!/^[a-z0-9-]{1,64}$/.test(args.source))
      throw new Failure(
        "usage",
        "`--source` is a short name: lower case letters, digits and dashes",
      );
    const directory = fleetDirectory(args);
    const listing = readListing(args.file, { kind, source: args.source, nowMs: Date.now() });
    const names = listing.items.slice(0, 5).map(({ name }) => name);
    const request = changeRequest({ ...args, directory }, openTerminal());
    const notes = [
      `${listing.items.length} ${kind} from ${args.source}: ${names.join(", ")}${listing.items.length > names.length ? ", ..." : ""}`,
    ];
    const consent = await seekConsent(request, { diff: "", notes: notes.map(printable) });
    const file = consent === "given" ? writeListing(directory, listing) : null;
    if (consent === "declined") process.exitCode = exitCodes.found;
    await tell(
      args,
      { outcome: consent, kind, items: listing.items.length, file },
      consent === "given" ? `${listing.items.length} ${kind} are listed` : "nothing was changed",
    );
  },
});

/** `sallyport fleet move`. */
export const moveCommand = defineCommand({
  meta: {
    name: "move",
    description: `gives a repository a tier, before every rule of the fleet's file. Machines that work on it get the policy of their new tier
with the next \`publish\`

  sallyport fleet move github.com/acme/billing regulated --reason "card data"`,
  },
  args: {
    repository: { type: "positional", required: true, description: "its remote, as host/path" },
    tier: { type: "positional", required: true, description: "the tier" },
    reason: { type: "string", required: true, valueHint: "TEXT", description: "why" },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    const looked = await lookNow(args);
    const remote = identityOf("repositories", args.repository);
    const tier = readTier(args.tier);
    const before = looked.company.repositories.find((one) => one.remote === remote);
    const deed: Deed = { what: "moved", remote, tier, because: args.reason };
    const note = `${remote}: ${before?.tier ?? "not known until now"} -> ${tier}`;
    await decide(args, looked, { deeds: [deed], notes: [printable(note)] });
  },
});

/** The SHA-256 of a document. Throws a Failure `usage` where it cannot be read. */
export async function digestOf(path: string): Promise<string> {
  const read = await readRegularFile(path, TABLE_BYTES_MAX);
  if (read?.complete === true) return createHash("sha256").update(read.bytes).digest("hex");
  throw new Failure(
    "usage",
    `\`${printable(path)}\` cannot be read, or has more than ${TABLE_BYTES_MAX} bytes`,
  );
}

/** `sallyport fleet attest`. */
export const attestCommand = defineCommand({
  meta: {
    name: "attest",
    description: `puts on record that somebody stands for what no machine can see. It ends, and is then missing again

  sallyport fleet attest isolation.tiers --owner ada --document review.pdf --for 365d`,
  },
  args: {
    fact: {
      type: "positional",
      required: true,
      description: "what, as `fleet plan` names it; inventory.KIND where there is none of a kind",
    },
    owner: { type: "string", required: true, valueHint: "WHO", description: "who stands for it" },
    document: {
      type: "string",
      valueHint: "FILE",
      description: "what they looked at: its digest is kept",
    },
    for: { type: "string", default: "365d", valueHint: "TIME", description: "how long it counts" },
    note: { type: "string", default: "", valueHint: "TEXT", description: "words to it" },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    if (!/^[a-z0-9.-]{1,64}$/.test(args.fact))
      throw new Failure("usage", "name the fact as `sallyport fleet plan` does");
    if (Object.hasOwn(FACTS, args.fact))
      throw new Failure("usage", `\`${args.fact}\` is read off figures, and nobody can attest it`);
    const looked = await lookNow(args);
    const deed: Deed = {
      what: "attested",
      fact: args.fact,
      owner: args.owner,
      note: args.note,
      document: args.document === undefined ? null : await digestOf(args.document),
      expiresMs: Date.now() + readSpan(args.for, 400),
    };
    await decide(args, looked, {
      deeds: [deed],
      notes: [printable(`${args.owner} stands for ${args.fact} for ${args.for}`)],
    });
  },
});

/** Facts that machines do not report, and other commands measure. */
const MEASURABLE: readonly string[] = ["redteam.green", "audit.critical", "ci.hardened"];

/** `sallyport fleet measure`. */
export const measureCommand = defineCommand({
  meta: {
    name: "measure",
    description: `puts a figure on record that another command measured, with the digest of its report. It counts for thirty days

  sallyport redteam run --json > redteam.json; sallyport fleet measure redteam.green 1 --report redteam.json`,
  },
  args: {
    fact: { type: "positional", required: true, description: MEASURABLE.join(", ") },
    value: { type: "positional", required: true, description: "the figure" },
    report: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "the report that says so",
    },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    if (!MEASURABLE.includes(args.fact))
      throw new Failure(
        "usage",
        `\`${printable(args.fact)}\` is not measured so: ${MEASURABLE.join(", ")}`,
      );
    const value = Number(args.value);
    if (args.value.trim() === "" || !Number.isFinite(value))
      throw new Failure("usage", "the figure is a number");
    const looked = await lookNow(args);
    const deed: Deed = {
      what: "measured",
      fact: args.fact,
      value,
      document: await digestOf(args.report),
    };
    await decide(args, looked, { deeds: [deed], notes: [printable(`${args.fact} is ${value}`)] });
  },
});

/** `sallyport fleet release`. */
export const releaseCommand = defineCommand({
  meta: {
    name: "release",
    description: `builds a policy of the fleet and begins to introduce it: in its first ring, observed. Each stage is a signed bundle, and the way
back is built with it

  sallyport fleet release baseline --key fleet.key
  sallyport fleet release regulated --tier regulated --key fleet.key --for 90d`,
  },
  args: {
    policy: { type: "positional", required: true, description: "its name below `policies`" },
    tier: {
      type: "string",
      valueHint: "TIER",
      description: "one tier (default: every tier whose machines get it)",
    },
    for: {
      type: "string",
      valueHint: "TIME",
      description: "how long the bundles last (default: 180d)",
    },
    ...keyOptions,
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    const looked = await lookNow(args);
    const { company, folder } = looked;
    const all = [
      ...new Set(
        company.machines.filter(({ policy }) => policy === args.policy).map(({ tier }) => tier),
      ),
    ];
    const tiers = args.tier === undefined ? all.toSorted() : [readTier(args.tier)];
    if (tiers.length === 0)
      throw new Failure(
        "usage",
        `no machine gets \`${printable(args.policy)}\`: see \`policies\` of \`fleet.yaml\``,
      );
    const order = buildOrder(args, Date.now());
    const { stages, back } = buildRelease(folder.directory, folder.state, {
      policy: args.policy,
      tiers,
      order,
    });
    const deed: Deed = { what: "released", policy: args.policy, tiers, stages, back: back ?? null };
    const reached = company.machines.filter(
      ({ policy, tier, ring }) => policy === args.policy && tiers.includes(tier) && ring === 0,
    );
    const notes = [
      `${args.policy} for ${tiers.join(", ")}: ${reached.length} machines observe it first, ${folder.file.rings[0]} % of theirs`,
      back === undefined
        ? "taken back, it leaves them without a bundle"
        : "taken back, they get what is in force now",
    ];
    await decide(args, looked, { deeds: [deed], notes: notes.map(printable) });
  },
});

const trackOptions = {
  track: { type: "positional", required: true, description: "the release, as policy/tier" },
  ...fleetOptions,
  ...consentOptions,
} as const;
const reasonOption = {
  reason: { type: "string", required: true, valueHint: "TEXT", description: "why" },
} as const;

/** `sallyport fleet advance`. */
export const advanceCommand = defineCommand({
  meta: {
    name: "advance",
    description: `takes a release to its next stage or ring, if its figures hold; otherwise says what is missing

  sallyport fleet advance baseline/low-risk`,
  },
  args: trackOptions,
  async run({ args }) {
    const looked = await lookNow(args);
    const track = namedTrack(looked, args.track);
    const judged = looked.tracks.find((one) => one.track === track);
    const [deed] = deedsDue({ tracks: judged === undefined ? [] : [judged] });
    if (deed === undefined || (deed.what !== "advanced" && deed.what !== "completed")) {
      const reasons =
        judged === undefined || judged.move.kind === "advance" ? [] : judged.move.reasons;
      throw new Failure(
        "fleet-criteria",
        `${args.track} does not go on: ${reasons.join("; ") || `it is ${track.standing}`}`,
      );
    }
    const to = nextOf(track, looked.folder.file.rings);
    const words =
      to === undefined
        ? "everywhere, for good"
        : `${looked.folder.file.rings[to.ring]} %, ${to.stage}`;
    await decide(args, looked, { deeds: [deed], notes: [printable(`${args.track}: ${words}`)] });
  },
});

function stopping(
  name: "hold" | "resume" | "take-back",
  what: "held" | "resumed" | "taken-back",
  about: string,
) {
  return defineCommand({
    meta: {
      name,
      description: `${about}\n\n  sallyport fleet ${name} baseline/low-risk --reason "a fault in the field"`,
    },
    args: { ...trackOptions, ...reasonOption },
    async run({ args }) {
      const looked = await lookNow(args);
      const { policy, tier } = namedTrack(looked, args.track);
      const deed: Deed = { what, policy, tier, reasons: [args.reason] };
      await decide(args, looked, {
        deeds: [deed],
        notes: [printable(`${args.track}: ${what}, ${args.reason}`)],
      });
    },
  });
}

export const holdCommand = stopping(
  "hold",
  "held",
  "lets a release stay where it is until it is resumed",
);
export const resumeCommand = stopping(
  "resume",
  "resumed",
  "lets a release that is held go on; its days at this stage begin anew",
);
export const takeBackCommand = stopping(
  "take-back",
  "taken-back",
  "ends a release: every machine gets what was in force before it",
);

/** `sallyport fleet revoke`. */
export const revokeCommand = defineCommand({
  meta: {
    name: "revoke",
    description: `names versions that no machine is to have, such as one that was signed by mistake: every bundle that is built from now on
revokes them, and \`fleet status\` names the machines that have one. What a release hands out has to be taken back first

  sallyport fleet revoke 12,13 --reason "signed by mistake"`,
  },
  args: {
    versions: { type: "positional", required: true, description: "numbers, with commas" },
    ...reasonOption,
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    const looked = await lookNow(args);
    const versions = [...readVersions(args.versions)];
    const has = looked.company.machines.filter(({ host }) =>
      versions.includes(host?.report.bundle?.version ?? 0),
    );
    await decide(args, looked, {
      deeds: [{ what: "revoked", versions, because: args.reason }],
      notes: [printable(`${versions.join(", ")}: ${has.length} machines have one, ${args.reason}`)],
    });
  },
});

/** `sallyport fleet tick`. */
export const tickCommand = defineCommand({
  meta: {
    name: "tick",
    description: `does what the figures decide: releases go on, are held or are taken back, each with its reason on record. Run it every
quarter of an hour, then \`publish\`. Nothing that a person holds goes on

  sallyport fleet tick --dry-run
  sallyport fleet tick --yes`,
  },
  args: { ...fleetOptions, ...consentOptions },
  async run({ args }) {
    const looked = await lookNow(args);
    const deeds = deedsDue(looked);
    if (deeds.length === 0) return tell(args, { outcome: "unchanged", deeds }, "nothing is due");
    const notes = deeds.map((deed) => {
      const name = "tier" in deed && "policy" in deed ? trackName(deed) : "";
      const why = "reasons" in deed ? `: ${deed.reasons.join("; ")}` : "";
      const to =
        deed.what === "advanced"
          ? ` to ${looked.folder.file.rings[deed.ring]} %, ${deed.stage}`
          : "";
      return printable(`${name} is ${deed.what}${to}${why}`);
    });
    await decide(args, looked, { deeds, notes });
  },
});

/** `sallyport fleet publish`. */
export const publishCommand = defineCommand({
  meta: {
    name: "publish",
    description: `writes what each machine is to have into a folder that any file server hands out: signed, only what changed, bundles first.
Machines take it with \`sallyport fleet follow\`

  sallyport fleet publish /srv/www/fleet --key fleet.key`,
  },
  args: {
    directory: { type: "positional", required: true, description: "the folder" },
    for: {
      type: "string",
      valueHint: "TIME",
      description: "how long bundles last that have to be built anew (default: 180d)",
    },
    ...keyOptions,
    ...fleetOptions,
    ...jsonOption,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const order = buildOrder(args, nowMs);
    const before = await lookNow(args, { nowMs });
    const isRaised = await buildHigher(before, order, nowMs);
    // What machines reported is not read again: what was built changes what they are to have.
    const { company, folder } = isRaised
      ? lookAtFleet(readFleet(before.folder.directory), before.reported, nowMs)
      : before;
    const assignments = company.machines.map(({ machine, wanted }) => ({
      machine,
      bundle:
        wanted === undefined
          ? null
          : { version: wanted.version, content: wanted.content, stage: wanted.stage },
    }));
    const contents = new Map(
      company.machines.flatMap(({ wanted }) =>
        wanted === undefined ? [] : [[wanted.content, wanted] as const],
      ),
    );
    const bundles = [...contents.values()].map((one) => bundleText(folder.directory, one));
    const done = await writeAssignments(args.directory, {
      signer: order.signer,
      fleet: folder.file.name,
      assignments,
      bundles,
      nowMs,
    });
    await tell(
      args,
      { outcome: "published", machines: assignments.length, ...done },
      `${done.written} of ${assignments.length} machines have something new, ${done.bundles} new bundles`,
    );
  },
});

/** Builds anew, on record, what machines are to have and would not take; whether there was something. */
async function buildHigher(
  { company, folder }: LookedAt,
  order: BuildOrder,
  nowMs: number,
): Promise<boolean> {
  const wanted = new Map(
    company.machines.flatMap(({ needsHigher, wanted: one }) =>
      needsHigher && one !== undefined ? [[one.of.content, one.of] as const] : [],
    ),
  );
  let state = folder.state;
  for (const of of wanted.values()) {
    const bundle = raiseBundle(folder.directory, state, { of, order });
    const deed: Deed = { what: "raised", of: of.content, bundle };
    state = addDeeds(folder.directory, state, { deeds: [deed], by: "sallyport", timeMs: nowMs });
  }
  if (wanted.size > 0) await recordDeeds(state.entries.slice(-wanted.size), folder.file.name);
  return wanted.size > 0;
}
