// What only a team's pages show: an overview of all its machines, alerts by detection, and the machines themselves.
import * as v from "valibot";
import { ONLINE_MS } from "#assure/rollout/company.ts";
import type { HostReport, SeenHost } from "#record/fleet/host-report.ts";
import type { Filter } from "#record/index/filter.ts";
import type { GroupField, Table } from "#record/index/question.ts";
import { teamFilter, type TeamStore } from "../../services/fleet/team-store.ts";
import { readFolderHosts } from "../../services/fleet/hosts-reading.ts";
import { outOfPolicy } from "../../services/fleet/out-of-policy.ts";
import { readDetections } from "../../services/log/detections.ts";
import type { DashboardParts } from "../context/parts.ts";
import { endpoint } from "./endpoint.ts";
import { command } from "./fields.ts";
import { decidedIn, PERIODS } from "./decided.ts";

const HOUR_MS = 3_600_000;
/** Hours of a period, with the one that is under way: whole hours are counted while events come in. */
const HOURS = { "24h": 24, "7d": 24 * 7, "30d": 24 * 30 } as const;
/** Machines that a page shows, those that want a look first; the rest are counted. */
const MACHINES_SHOWN = 200;
/** Detections, and machines of one that are named. */
const ALERTS_MAX = 500;

type TeamParts = Pick<DashboardParts, "clock"> & { readonly team: TeamStore };

/** Counts events of the last hours; our own probes are none. */
function countLately(
  { team, clock }: TeamParts,
  {
    filter,
    hours,
    by,
  }: { readonly filter: string; readonly hours: number; readonly by: readonly GroupField[] },
): Promise<Table> {
  const untilMs = (Math.floor(clock.nowMs() / HOUR_MS) + 1) * HOUR_MS;
  const time: Filter = { kind: "time", fromMs: untilMs - hours * HOUR_MS, untilMs };
  const said = teamFilter(`${filter} canary:false`, clock.nowMs());
  const inOrder = by.some((field) => field === "hour" || field === "day");
  return team.count({ filter: { kind: "all", parts: [said, time] }, by, inOrder, limit: 1_000 });
}

/** The overview over the store of a team. */
export async function teamOverview(parts: TeamParts, period: keyof typeof PERIODS) {
  const { clock, team } = parts;
  const count = (filter: string, by: readonly GroupField[]) =>
    countLately(parts, { filter, hours: HOURS[period], by });
  const [times, rules, drift, prompts, alerts, size, hosts] = await Promise.all([
    count("kind:decision", [PERIODS[period], "verdict"]),
    count("kind:decision verdict:deny,ask", ["rule", "verdict"]),
    count("kind:drift", ["what"]),
    count("kind:decision", ["prompt"]),
    count("kind:alert", ["what"]),
    team.size(),
    team.hosts(),
  ]);
  const there = hosts.filter((host) => isThere(host, clock.nowMs()));
  const reported = (is: (report: HostReport) => boolean) =>
    there.filter(({ report }) => is(report)).length;
  return {
    command: "sallyport collector search kind:decision --reader reader.url",
    period,
    ...decidedIn({ times, rules, drift, prompts }),
    guard: { verdict: null, daemon: false, projects: [], problem: null },
    incidents: { open: 0, byLevel: {} },
    approvals: null,
    questions: null,
    posture: null,
    log: { events: size.entries, checkpointMs: null, problem: null },
    isNew: false,
    team: {
      logs: size.logs,
      machines: hosts.length,
      online: there.length,
      unverified: reported(({ canary }) => canary !== "held"),
      drifted: reported((report) => report.drift > 0),
      alerts: alerts.rows.reduce((sum, [, events]) => sum + Number(events), 0),
    },
  };
}

const isThere = ({ seenMs }: SeenHost, nowMs: number): boolean => nowMs - seenMs <= ONLINE_MS;

/** One machine as it reported itself. */
export const machineRow = v.object({
  machine: v.string(),
  seenMs: v.number(),
  isThere: v.boolean(),
  skewMs: v.number(),
  product: v.string(),
  client: v.string(),
  system: v.string(),
  canary: v.string(),
  /** The version and stage of its bundle; null without one. */
  policy: v.nullable(v.object({ version: v.number(), stage: v.string() })),
  trouble: v.string(),
  drift: v.number(),
  held: v.boolean(),
  /** Why it is out of policy, the gravest first; empty where it is not. */
  reasons: v.array(v.string()),
});

/** Machines that report to the store of a team, or into the folder of the fleet; none where there is neither. */
export async function reportedHosts({
  team,
  fleet,
}: Pick<DashboardParts, "team" | "fleet">): Promise<readonly SeenHost[]> {
  if (team !== undefined) return team.hosts();
  return fleet === undefined ? [] : readFolderHosts(fleet);
}

/**
 * Machines that reported, those out of policy first. `without` are those that are there and do not have what they are to have, as the
 * releases of the fleet say.
 */
export function machineRows(
  hosts: readonly SeenHost[],
  { nowMs, without }: { readonly nowMs: number; readonly without: readonly string[] },
) {
  const strays = new Set(without);
  const rows = hosts.map((host): v.InferOutput<typeof machineRow> => {
    const { machine, seenMs, skewMs, report } = host;
    const { product, client, system, canary, bundle, trouble, drift, held } = report;
    return {
      machine,
      seenMs,
      skewMs,
      isThere: isThere(host, nowMs),
      product,
      client,
      system,
      canary,
      trouble,
      drift,
      held,
      reasons: [
        ...outOfPolicy(host, nowMs),
        ...(strays.has(machine) ? ["it does not have the policy that it is to have"] : []),
      ],
      policy: bundle === null ? null : { version: bundle.version, stage: bundle.stage },
    };
  });
  const wanting = ({ canary, trouble, reasons }: (typeof rows)[number]) =>
    Number(canary === "failed") * 4 + Number(trouble !== "") * 2 + Number(reasons.length > 0);
  const sorted = rows.toSorted((one, other) => wanting(other) - wanting(one));
  const machines = sorted.slice(0, MACHINES_SHOWN);
  return {
    machines,
    moreMachines: sorted.length - machines.length,
    outOfPolicy: rows.filter(({ reasons }) => reasons.length > 0).length,
  };
}

const alertRow = v.object({
  /** The detection, and what its file says; null where this installation does not know it. */
  rule: v.string(),
  title: v.nullable(v.string()),
  level: v.nullable(v.string()),
  count: v.number(),
  firstMs: v.number(),
  lastMs: v.number(),
});

export const teamEndpoints = [
  endpoint({
    method: "GET",
    path: "/alerts",
    about: "Alerts of all machines of a team by detection, those of the newest first.",
    role: "viewer",
    of: "team",
    input: v.strictObject({ period: v.optional(v.picklist(["24h", "7d", "30d"]), "7d") }),
    answer: v.object({ command, items: v.array(alertRow) }),
    async work({ team, clock, directories }, { input: { period } }) {
      if (team === undefined) return { command: "", items: [] };
      const { rows } = await countLately(
        { team, clock },
        { filter: "kind:alert", hours: HOURS[period], by: ["hour", "what"] },
      );
      const found = new Map<string, { count: number; firstMs: number; lastMs: number }>();
      for (const [hour, what, events] of rows) {
        const ms = Number(hour);
        const one = found.get(String(what)) ?? { count: 0, firstMs: ms, lastMs: ms };
        one.count += Number(events);
        one.lastMs = ms;
        found.set(String(what), one);
      }
      const known = new Map(
        readDetections(directories.root).rules.map(({ rule }) => [rule.meta.name, rule.meta]),
      );
      return {
        command: "sallyport collector search kind:alert --reader reader.url",
        items: [...found]
          .map(([rule, times]) => {
            const { title = null, level = null } = known.get(rule) ?? {};
            return { rule, title, level, ...times };
          })
          .toSorted((one, other) => other.lastMs - one.lastMs || other.count - one.count)
          .slice(0, ALERTS_MAX),
      };
    },
  }),
];
