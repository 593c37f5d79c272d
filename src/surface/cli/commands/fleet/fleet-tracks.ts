// `sallyport fleet` where a version goes out: release, advance, hold, resume, take-back, revoke, tick, publish.
import { defineCommand } from "citty";
import { type Deed, trackName } from "#assure/rollout/journal.ts";
import { nextOf } from "#assure/rollout/progress.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { consentOptions, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { addDeeds, readFleet } from "../../../services/fleet/fleet-folder.ts";
import { recordDeeds } from "../../../services/fleet/fleet-record.ts";
import { writeAssignments } from "../../../services/fleet/publishing.ts";
import {
  type BuildOrder,
  buildRelease,
  bundleText,
  raiseBundle,
} from "../../../services/fleet/release.ts";
import { deedsDue, lookAtFleet, type LookedAt } from "../../../services/fleet/rollout.ts";
import { readVersions } from "../policy/policy-bundle.ts";
import {
  buildOrder,
  fleetOptions,
  keyOptions,
  lookNow,
  namedTrack,
  readTier,
} from "./fleet-context.ts";
import { decide } from "./fleet-decide.ts";

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
