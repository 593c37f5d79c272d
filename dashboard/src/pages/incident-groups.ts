// Incidents as an analyst goes through them: narrowed by what is chosen, and those of one detection, project and person as one row.
import type { IncidentRow } from "./incident-answer.ts";

/** Several incidents of one detection, project and person; `first` is the newest of them. */
export type IncidentGroup = {
  readonly key: string;
  readonly rule: string;
  readonly project: string | null;
  readonly person: string | null;
  readonly incidents: readonly IncidentRow[];
  readonly newest: IncidentRow;
  readonly level: string;
  readonly alerts: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Each once. */
  readonly outcomes: readonly string[];
  readonly owners: readonly string[];
};

const LEVELS = ["informational", "low", "medium", "high", "critical"];
export const levelRank = (level: string): number => LEVELS.indexOf(level);

/** Outcomes in words, as titles of alerts begin. */
export const OUTCOMES: Readonly<Record<string, string>> = {
  blocked: "Blocked",
  asked: "Asked",
  left: "Left to the client",
  ran: "Ran",
  "ran-held": "Ran in the sandbox",
};

/** What can be chosen, and what of a row it is compared with. */
export const FACETS = {
  level: ({ level }: IncidentRow) => [level],
  rule: ({ rules }: IncidentRow) => rules,
  project: ({ project }: IncidentRow) => [project ?? ""],
  person: ({ person }: IncidentRow) => [person ?? ""],
  outcome: ({ outcome }: IncidentRow) => [outcome ?? ""],
  owner: ({ owner }: IncidentRow) => [owner ?? "nobody"],
} as const;
export type FacetName = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

/** The rows that meet what is chosen in the address, and all of its words. `without` leaves one choice out, for its own counts. */
export function narrowed(
  rows: readonly IncidentRow[],
  query: URLSearchParams,
  without?: FacetName,
): readonly IncidentRow[] {
  const chosen = FACET_NAMES.filter((name) => name !== without).flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = [row.id, row.title, row.owner, row.person, row.project, ...row.rules]
      .join(" ")
      .toLowerCase();
    return (
      chosen.every(([name, value]) => FACETS[name](row).includes(value)) &&
      words.every((word) => text.includes(word))
    );
  });
}

/** The newest group first. A drill stands alone: it is no work. */
export function grouped(rows: readonly IncidentRow[]): readonly IncidentGroup[] {
  const groups = new Map<string, IncidentRow[]>();
  for (const row of rows) {
    const { rules, project, person, drill, id } = row;
    const key = drill ? id : JSON.stringify([rules[0] ?? "", project, person]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups]
    .flatMap(([key, incidents]) => {
      const [newest] = incidents.toSorted((one, other) => other.lastMs - one.lastMs);
      return newest === undefined ? [] : [groupOf(key, incidents, newest)];
    })
    .toSorted((one, other) => other.lastMs - one.lastMs);
}

function groupOf(
  key: string,
  incidents: readonly IncidentRow[],
  newest: IncidentRow,
): IncidentGroup {
  const [gravest = newest] = incidents.toSorted(
    (one, other) => levelRank(other.level) - levelRank(one.level),
  );
  return {
    key,
    incidents,
    newest,
    rule: newest.rules[0] ?? "",
    project: newest.project,
    person: newest.person,
    level: gravest.level,
    alerts: incidents.reduce((sum, { alerts }) => sum + alerts, 0),
    firstMs: incidents.reduce((least, { firstMs }) => Math.min(least, firstMs), newest.firstMs),
    lastMs: newest.lastMs,
    outcomes: [...new Set(incidents.flatMap(({ outcome }) => outcome ?? []))],
    owners: [...new Set(incidents.map(({ owner }) => owner ?? "nobody"))],
  };
}
