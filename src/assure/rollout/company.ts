// A fleet as it stands: machines with tier, policy and ring, repositories with their tiers, and what each machine is to have.
import { byName } from "#base/by-name.ts";
import { dayOf } from "#base/day.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import { TIERS } from "#govern/library/pack-schema.ts";
import type { Stage } from "#guard/policy/policy.ts";
import { type FleetFile, limitsOf, type Tier } from "./fleet-file.ts";
import {
  identityOf,
  KIND_NAMES,
  type Kind,
  type Listing,
  type Merged,
  mergeListings,
  wordsIn,
} from "./inventory.ts";
import { type FleetState, trackName } from "./journal.ts";
import {
  type BundleName,
  judgeTrack,
  type Move,
  type RingEvidence,
  ringOf,
  type Track,
  wantedIn,
} from "./progress.ts";
import {
  createPolicyChoice,
  createTiering,
  type FleetMachine,
  type Tiered,
  tierOfMachine,
} from "./tiering.ts";

const DAY_MS = 86_400_000;
/** A machine that was not seen for so long is not there. */
export const ONLINE_MS = DAY_MS;
/** And after so long it is taken for gone, unless the inventory lists it. */
const GONE_MS = 90 * DAY_MS;
/** Names of repositories and lists of groups that are remembered, and how long each may be. */
const REMEMBERED = { namesMax: 100_000, charsMax: 4_000 } as const;

export type CompanyMachine = FleetMachine & {
  readonly tier: Tier;
  readonly policy: string;
  readonly ring: number;
  readonly host: SeenHost | undefined;
  readonly isListed: boolean;
  readonly isOnline: boolean;
  /** What it is to have; undefined for no bundle. */
  readonly wanted: Wanted | undefined;
  /** Whether it had a higher version of another policy, below which it takes none: what it is to have must be built anew. */
  readonly needsHigher: boolean;
};

/** A bundle for a machine; `of` is the one of the track, which it is a copy of under a higher version. */
export type Wanted = BundleName & { readonly stage: Stage; readonly of: BundleName };

export type Company = {
  readonly machines: readonly CompanyMachine[];
  readonly repositories: readonly (Tiered & {
    readonly remote: string;
    readonly isListed: boolean;
  })[];
  readonly listed: Readonly<Record<Kind, readonly Merged[]>>;
  readonly nowMs: number;
};

/** What a fleet is put together from. */
export type CompanySources = {
  readonly file: FleetFile;
  readonly state: FleetState;
  readonly listings: readonly Listing[];
  readonly hosts: readonly SeenHost[];
  readonly nowMs: number;
};

export function companyOf({ file, state, listings, hosts, nowMs }: CompanySources): Company {
  const listed = Object.fromEntries(
    KIND_NAMES.map((kind) => [kind, mergeListings(kind, listings)]),
  ) as Record<Kind, readonly Merged[]>;
  // WHY remembered: thousands of machines are in the same groups, and worked on from them are the same few hundred repositories.
  const remoteOf = byName((remote) => identityOf("repositories", remote), REMEMBERED);
  const repositories = repositoriesOf(listed.repositories, hosts, remoteOf);
  const tieringOf = createTiering(file, state.moved);
  const tiered = repositories.map(({ isListed, ...repository }) => ({
    remote: repository.remote,
    isListed,
    ...tieringOf(repository),
  }));
  const tiers = new Map(tiered.map(({ remote, tier }) => [remote, tier]));
  const tierOf = (remote: string): Tier | undefined => tiers.get(remoteOf(remote));
  const policyOf = createPolicyChoice(file);
  const groupsOf = new Map(
    listed.users.map(({ name, fields }) => [name, wordsIn(fields["groups"])]),
  );
  const seen = new Map(hosts.map((host) => [host.machine.toLowerCase(), host]));
  const known = new Map(listed.devices.map((device) => [device.name, device]));
  const names = [...new Set([...known.keys(), ...seen.keys()])];
  const machines: CompanyMachine[] = [];
  const wordsOf = byName(wordsIn, REMEMBERED);
  // WHY no spread here: with ten thousand machines it was two thirds of the time.
  for (const name of names) {
    const host = seen.get(name);
    const device = known.get(name);
    if (device === undefined && (host === undefined || nowMs - host.seenMs > GONE_MS)) continue;
    const person = device?.fields["user"] ?? device?.fields["email"] ?? "";
    const own = wordsOf(device?.fields["groups"] ?? "");
    const of = person === "" ? undefined : groupsOf.get(person.toLowerCase());
    const groups = of === undefined ? own : [...own, ...of];
    const machine = host?.machine ?? name;
    const system = host?.report.system ?? systemOf(device?.fields);
    const on = host?.report.repositories ?? [];
    const given = TIERS.find((one) => one === device?.fields["tier"]);
    const named: FleetMachine = { machine, system, groups, repositories: on, tier: given };
    const tier = tierOfMachine(named, tierOf, file.otherwise);
    const policy = policyOf(named, tier);
    const ring = ringOf(policy, machine, file.rings);
    const track = state.tracks.get(trackName({ policy, tier }));
    const plain = track === undefined ? undefined : wantedIn(track, ring);
    const { wanted, needsHigher } = wantedOf(plain, host, state);
    const isListed = device !== undefined;
    const isOnline = host !== undefined && nowMs - host.seenMs <= ONLINE_MS;
    machines.push({
      machine,
      system,
      groups,
      repositories: on,
      tier,
      policy,
      ring,
      host,
      isListed,
      isOnline,
      wanted,
      needsHigher,
    });
  }
  return { machines, repositories: tiered, listed, nowMs };
}

/** WHY a copy with a higher version: machines take no lower one, and one that comes from another policy may have a higher one. */
function wantedOf(
  plain: (BundleName & { readonly stage: Stage }) | undefined,
  host: SeenHost | undefined,
  { raised }: FleetState,
): Pick<CompanyMachine, "wanted" | "needsHigher"> {
  if (plain === undefined) return { wanted: undefined, needsHigher: false };
  const of = { version: plain.version, content: plain.content };
  const has = host?.report.bundle ?? undefined;
  const copy = raised.get(plain.content);
  const fits = ({ version, content }: BundleName): boolean =>
    has === undefined || has.content === content || version > has.version;
  if (fits(of)) return { wanted: { ...plain, of }, needsHigher: false };
  if (copy !== undefined && fits(copy))
    return { wanted: { ...copy, stage: plain.stage, of }, needsHigher: false };
  return { wanted: { ...plain, of }, needsHigher: true };
}

function repositoriesOf(
  listed: readonly Merged[],
  hosts: readonly SeenHost[],
  remoteOf: (remote: string) => string,
) {
  const known = new Map(
    listed.map(({ name, fields }) => [
      name,
      {
        remote: name,
        isListed: true,
        topics: wordsIn(fields["topics"]),
        owners: wordsIn(fields["owners"]),
        data: wordsIn(fields["data"]),
      },
    ]),
  );
  for (const { report } of hosts)
    for (const one of report.repositories) {
      const remote = remoteOf(one);
      if (!known.has(remote))
        known.set(remote, { remote, isListed: false, topics: [], owners: [], data: [] });
    }
  return [...known.values()];
}

function systemOf(fields: Merged["fields"] | undefined): FleetMachine["system"] {
  const said = ["system", "platform", "operating_system", "operatingsystem", "os"]
    .map((key) => fields?.[key] ?? "")
    .join(" ")
    .toLowerCase();
  if (/mac|darwin|os x/.test(said)) return "macos";
  if (said.includes("windows")) return "windows";
  return /linux|ubuntu|debian|fedora|rhel/.test(said) ? "linux" : "other";
}

/** Codes of what is wrong with a bundle or a policy itself. WHY not every trouble: a file server that is down says nothing of them. */
const REFUSAL = /^(?:bundle|policy)-/;

/** Whether a machine has what it is to have. */
export function hasWanted({ wanted, host }: CompanyMachine): boolean {
  return host !== undefined && (host.report.bundle?.content ?? null) === (wanted?.content ?? null);
}

/** Days of a release that has ended whose calls are still shown. */
const ENDED_DAYS = 7;

/** From when on calls of a track are counted: since its stage began; of one that has ended, a week at most. */
export function countedFromMs({ standing, sinceMs }: Track, nowMs: number): number {
  const hasEnded = standing === "complete" || standing === "taken-back";
  return hasEnded ? Math.max(sinceMs, nowMs - ENDED_DAYS * DAY_MS) : sinceMs;
}

/** What is known of the ring under way of a track. `days` are those of all machines, added up at most from one cut to the next. */
export function ringEvidence(
  track: Track,
  { machines, nowMs }: Company,
  days: readonly SeenDay[],
): RingEvidence {
  const own = machines.filter(
    ({ policy, tier, ring }) =>
      policy === track.policy && tier === track.tier && ring === track.ring,
  );
  const online = own.filter(({ isOnline }) => isOnline);
  const count = (is: (machine: CompanyMachine) => boolean): number => online.filter(is).length;
  const names = new Set(own.map(({ machine }) => machine));
  const since = dayOf(countedFromMs(track, nowMs));
  const named = track.release.stages[track.stage];
  const versions = new Set(
    own.flatMap(({ wanted }) => (wanted?.of.content === named.content ? [wanted.version] : [])),
  ).add(named.version);
  const sums = { calls: 0, asked: 0, failures: 0, overrides: 0 };
  for (const seen of days) {
    if (
      seen.version === null ||
      !versions.has(seen.version) ||
      seen.day.day < since ||
      !names.has(seen.machine)
    )
      continue;
    const { calls, asked, failures, overrides } = seen.day;
    sums.calls += calls;
    sums.asked += asked;
    sums.failures += failures;
    sums.overrides += overrides;
  }
  return {
    machines: own.length,
    online: online.length,
    adopted: count(hasWanted),
    unverified: count(({ host }) => host?.report.canary === "failed"),
    refused: count(({ host }) => REFUSAL.test(host?.report.trouble ?? "")),
    drifted: count(({ host }) => (host?.report.drift ?? 0) > 0),
    ...sums,
  };
}

export type JudgedTrack = {
  readonly track: Track;
  readonly evidence: RingEvidence;
  readonly move: Move;
};

/** Every track with what is to become of it now. */
export function judgeTracks(
  { file, state, nowMs }: Pick<CompanySources, "file" | "state" | "nowMs">,
  company: Company,
  days: readonly SeenDay[],
): readonly JudgedTrack[] {
  return [...state.tracks.values()].map((track) => {
    const evidence = ringEvidence(track, company, days);
    const limits = limitsOf(file, track.tier);
    return {
      track,
      evidence,
      move: judgeTrack(track, evidence, { limits, rings: file.rings, nowMs }),
    };
  });
}
