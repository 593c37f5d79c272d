// The figures that the steps of a rollout ask for, read off machines, inventory, journal and policies that were tried.
import { type Company, hasWanted, type JudgedTrack } from "./company.ts";
import { KIND_NAMES } from "./inventory.ts";
import type { FleetState } from "./journal.ts";
import type { FrictionSums } from "./friction.ts";
import { type TrainingRow, trainedPercent } from "./training.ts";
import { type FactName, type KnownFacts, standsFor } from "./steps.ts";

/** How one policy answered when it was tried, in percent. */
export type TriedPolicy = {
  readonly policy: string;
  readonly refusesSecrets: boolean;
  readonly refusesDestruction: boolean;
  readonly asksBeforeLeaving: boolean;
  /** Percent of ordinary commands that run unasked. */
  readonly safePercent: number;
};

/** Age beyond which what another command measured says nothing any more. */
const MEASURED_MS = 30 * 86_400_000;

/** Everything that is known now. What is not known is left out, and meets no criterion. */
export function knownFacts(
  company: Company,
  state: FleetState,
  {
    tracks,
    week,
    tried,
    given,
    training = [],
  }: {
    readonly tracks: readonly JudgedTrack[];
    readonly week: FrictionSums;
    readonly tried: readonly TriedPolicy[];
    /** Exceptions that the policies give. */
    readonly given: number;
    readonly training?: readonly TrainingRow[];
  },
): KnownFacts {
  const { machines, repositories, listed, nowMs } = company;
  const online = machines.filter(({ isOnline }) => isOnline);
  const reports = online.flatMap(({ host }) => (host === undefined ? [] : [host.report]));
  const share = <Item>(items: readonly Item[], is: (item: Item) => boolean): number | undefined =>
    items.length === 0 ? undefined : (100 * items.filter(is).length) / items.length;
  const kinds = KIND_NAMES.filter(
    (kind) => listed[kind].length > 0 || standsFor(state.attested.get(`inventory.${kind}`), nowMs),
  );
  const tiers = [...new Set(machines.map(({ tier }) => tier))];
  const listedMachines = machines.filter(({ isListed }) => isListed);
  const servers = reports.reduce((sum, { mcp }) => sum + mcp.servers, 0);
  const approved = reports.reduce((sum, { mcp }) => sum + mcp.approved, 0);
  const figures: Partial<Record<FactName, number | undefined>> = {
    "inventory.kinds": kinds.length,
    "inventory.conflicts": KIND_NAMES.reduce(
      (sum, kind) => sum + listed[kind].filter(({ conflicts }) => conflicts.length > 0).length,
      0,
    ),
    "repositories.classified": share(repositories, ({ by }) => by !== "otherwise"),
    "tiers.policy": share(tiers, (tier) => tracks.some(({ track }) => track.tier === tier)),
    "policies.refuse-secrets": share(tried, ({ refusesSecrets }) => refusesSecrets),
    "policies.refuse-destruction": share(tried, ({ refusesDestruction }) => refusesDestruction),
    "policies.ask": share(tried, ({ asksBeforeLeaving }) => asksBeforeLeaving),
    "policies.run-safe":
      tried.length === 0 ? undefined : Math.min(...tried.map(({ safePercent }) => safePercent)),
    "machines.held": share(reports, ({ held }) => held),
    "machines.verified": share(reports, ({ canary }) => canary === "held"),
    "machines.reporting": share(listedMachines, ({ isOnline }) => isOnline),
    "machines.drifted": share(reports, ({ drift }) => drift > 0),
    "mcp.approved": servers === 0 ? undefined : (100 * approved) / servers,
    "tracks.enforced": share(
      online,
      (machine) => machine.wanted?.stage === "enforce" && hasWanted(machine),
    ),
    "tracks.held": tracks.filter(({ track }) => ["held", "taken-back"].includes(track.standing))
      .length,
    "questions.hundred": week.calls === 0 ? undefined : (100 * week.asked) / week.calls,
    "training.current": trainedPercent(training),
    "exceptions.count": reports.reduce((sum, { exceptions }) => sum + exceptions, given),
  };
  for (const [fact, { value, timeMs }] of state.measured)
    if (nowMs - timeMs <= MEASURED_MS) figures[fact as FactName] ??= value;
  return {
    figures: Object.fromEntries(
      Object.entries(figures).filter(([, value]) => value !== undefined),
    ) as KnownFacts["figures"],
    attested: state.attested,
    nowMs,
  };
}
