// What many machines counted on a day, in columns of numbers; and days added up from one cut to the next, which is all that figures ask for.
import { readJson } from "#base/json.ts";
import type { HostDay, SeenDay } from "./host-report.ts";
import { HOST_DAY_COUNTS } from "./postgres-schema.ts";

const COUNTS = HOST_DAY_COUNTS.map(([, field]) => field);
type Count = (typeof COUNTS)[number];
/** Rows of a day: each machine has one for each policy that was in force. */
const ROWS_MAX = 1_000_000;
const NAMES_MAX = 100_000;
const STAGES = ["", "observe", "ask", "enforce"] as const;

/** A rule, or the use of an exception, on all machines together. `machines`: on the day on which it was on most. */
export type NamedCounts = {
  readonly name: string;
  readonly asked: number;
  readonly refused: number;
  readonly allowed: number;
  /** As a day has them of a rule. */
  readonly replayed: number;
  readonly freed: number;
  readonly machines: number;
};

/** Rules of some days, and exceptions with how often each was used, as `asked`. */
export type DayNames = {
  readonly rules: readonly NamedCounts[];
  readonly exceptions: readonly NamedCounts[];
};

/** A day in columns: the same place in each is the same row. A version of 0 is no bundle. */
export type DayColumns = DayNames & {
  readonly machines: readonly string[];
  readonly versions: readonly number[];
  readonly stages: readonly number[];
  readonly counts: Readonly<Record<Count, readonly number[]>>;
};

/** `cuts` are days such as `2026-11-20`, in order: days are added up from one to the next. Rules and exceptions come from `namesSince` on. */
export type AskedDays = {
  readonly cuts: readonly string[];
  readonly namesSince?: string | undefined;
};

/** Days from the first cut on, added up, each as the first day that it stands for; and what they say of rules and exceptions. */
export type ReadDays = { readonly days: readonly SeenDay[]; readonly names: DayNames };

/** Puts the rows of one day into columns. */
export function columnsOf(rows: Iterable<SeenDay>): DayColumns {
  const machines: string[] = [];
  const versions: number[] = [];
  const stages: number[] = [];
  const counts = Object.fromEntries(COUNTS.map((field) => [field, [] as number[]])) as Record<
    Count,
    number[]
  >;
  const names = createNames();
  for (const { machine, version, stage, day } of rows) {
    machines.push(machine);
    versions.push(version ?? 0);
    stages.push(STAGES.indexOf(stage ?? ""));
    for (const field of COUNTS) counts[field].push(day[field]);
    names.addDay(machine, day);
  }
  return { machines, versions, stages, counts, ...names.all() };
}

/** The columns in a text; undefined for what is none. WHY by hand: it is read for each day, and the program that reads is waited for. */
export function parseColumns(text: string): DayColumns | undefined {
  const read = readJson(text) as Partial<Record<keyof DayColumns, unknown>> | undefined;
  if (typeof read !== "object" || read === null) return undefined;
  const { machines, versions, stages, rules, exceptions } = read;
  if (!Array.isArray(machines) || machines.length > ROWS_MAX) return undefined;
  const counts = columnsIn(read.counts, machines.length);
  const isWhole =
    counts !== undefined &&
    machines.every((one) => typeof one === "string" && one.length <= 128) &&
    areCounts(versions, machines.length) &&
    areCounts(stages, machines.length) &&
    stages.every((one) => one < STAGES.length) &&
    areNamed(rules) &&
    areNamed(exceptions);
  return isWhole
    ? {
        machines,
        versions,
        stages,
        counts,
        rules: rules.map(whole),
        exceptions: exceptions.map(whole),
      }
    : undefined;
}

function columnsIn(given: unknown, length: number): DayColumns["counts"] | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  // Versions before those that counted them.
  const none = Array.from({ length }, () => 0);
  const columns: Partial<Record<Count, unknown>> = {
    spared: none,
    added: none,
    left: none,
    ...given,
  };
  const isWhole = COUNTS.every((field) => areCounts(columns[field], length));
  return isWhole ? (columns as DayColumns["counts"]) : undefined;
}

/** What a version wrote that judged no rule again. */
function whole(named: OlderCounts): NamedCounts {
  return { replayed: 0, freed: 0, ...named };
}

type OlderCounts = Omit<NamedCounts, "replayed" | "freed"> & {
  readonly replayed?: number;
  readonly freed?: number;
};

function areCounts(column: unknown, length: number): column is number[] {
  if (!Array.isArray(column) || column.length !== length) return false;
  for (const one of column) if (!Number.isSafeInteger(one) || one < 0) return false;
  return true;
}

function areNamed(list: unknown): list is OlderCounts[] {
  return (
    Array.isArray(list) &&
    list.length <= NAMES_MAX &&
    list.every((one: unknown) => {
      if (typeof one !== "object" || one === null) return false;
      const { name, asked, refused, allowed, machines } = one as Partial<NamedCounts>;
      const { replayed = 0, freed = 0 } = one as Partial<NamedCounts>;
      return (
        typeof name === "string" &&
        name.length <= 200 &&
        areCounts([asked, refused, allowed, replayed, freed, machines], 6)
      );
    })
  );
}

type Row = SeenDay & { readonly day: Mutable<HostDay> };
type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/**
 * Adds days up. A row stands for all days of a machine from its day until the next cut, under one policy and stage, without rules.
 * `cuts` are days in order; what is before the first is left out.
 */
export function createSpans(cuts: readonly string[]) {
  const groups = new Map<string, Map<string, Row>>();
  const spanOf = (day: string): string | undefined => cuts.findLast((cut) => cut <= day);
  const groupOf = (span: string, version: number, stage: number) => {
    const key = `${span} ${version} ${stage}`;
    const group = groups.get(key) ?? new Map<string, Row>();
    groups.set(key, group);
    return group;
  };
  let last = { span: "", version: 0, stage: 0, group: new Map<string, Row>() };
  const rowOf = (span: string, machine: string, version: number, stage: number) => {
    // Rows that follow each other are mostly of one policy.
    if (last.span !== span || last.version !== version || last.stage !== stage)
      last = { span, version, stage, group: groupOf(span, version, stage) };
    const { group } = last;
    let row = group.get(machine);
    if (row === undefined) {
      row = {
        machine,
        version: version === 0 ? null : version,
        stage: STAGES[stage] === "" ? null : (STAGES[stage] as SeenDay["stage"]),
        day: emptyDay(span),
      };
      group.set(machine, row);
    }
    return row.day;
  };
  return {
    /** Whether anything of this day is asked for. */
    takes: (day: string): boolean => spanOf(day) !== undefined,
    addColumns(day: string, { machines, versions, stages, counts }: DayColumns): void {
      const span = spanOf(day);
      if (span === undefined) return;
      const { calls, sessions, asked, refused, allowed, declined } = counts;
      const { waitedMs, overrides, failures, spared, added, left } = counts;
      // WHY one by one: a loop over the names of columns takes five times as long.
      for (let row = 0; row < machines.length; row++) {
        const sums = rowOf(span, machines[row] ?? "", versions[row] ?? 0, stages[row] ?? 0);
        sums.calls += calls[row] ?? 0;
        sums.sessions += sessions[row] ?? 0;
        sums.asked += asked[row] ?? 0;
        sums.refused += refused[row] ?? 0;
        sums.allowed += allowed[row] ?? 0;
        sums.declined += declined[row] ?? 0;
        sums.waitedMs += waitedMs[row] ?? 0;
        sums.overrides += overrides[row] ?? 0;
        sums.failures += failures[row] ?? 0;
        sums.spared += spared[row] ?? 0;
        sums.added += added[row] ?? 0;
        sums.left += left[row] ?? 0;
      }
    },
    rows: (): readonly SeenDay[] => [...groups.values()].flatMap((group) => [...group.values()]),
  };
}

function emptyDay(day: string): Mutable<HostDay> {
  return {
    day,
    calls: 0,
    sessions: 0,
    asked: 0,
    refused: 0,
    allowed: 0,
    declined: 0,
    waitedMs: 0,
    overrides: 0,
    failures: 0,
    spared: 0,
    added: 0,
    left: 0,
    rules: [],
    exceptions: [],
  };
}

type Known = Mutable<NamedCounts> & { last: string };

/** Adds names up: rules and exceptions of days, and of sums of days. */
export function createNames() {
  const rules = new Map<string, Known>();
  const exceptions = new Map<string, Known>();
  return {
    /** The day of one machine; its rows of a day come one after the other. */
    addDay(machine: string, day: HostDay): void {
      for (const { rule: name, ...counts } of day.rules)
        addNamed(rules, { name, ...counts, machines: 1 }, machine);
      for (const { exception: name, used } of day.exceptions)
        addNamed(exceptions, { ...usedOnly(used), name }, machine);
    },
    /** Another day of all machines. */
    addNames(day: DayNames): void {
      for (const one of day.rules) addNamed(rules, one, "");
      for (const one of day.exceptions) addNamed(exceptions, one, "");
    },
    all: (): DayNames => ({ rules: countsIn(rules), exceptions: countsIn(exceptions) }),
  };
}

function countsIn(known: ReadonlyMap<string, Known>): readonly NamedCounts[] {
  return [...known.values()].map((one) => {
    const { name, asked, refused, allowed, replayed, freed, machines } = one;
    return { name, asked, refused, allowed, replayed, freed, machines };
  });
}

/** The use of an exception by one machine. */
const usedOnly = (used: number) => ({
  asked: used,
  refused: 0,
  allowed: 0,
  replayed: 0,
  freed: 0,
  machines: 1,
});

/** `machine` is empty for a day of all machines. */
function addNamed(into: Map<string, Known>, one: NamedCounts, machine: string): void {
  const known = into.get(one.name);
  if (known === undefined) {
    if (into.size < NAMES_MAX) into.set(one.name, { ...one, last: machine });
    return;
  }
  known.asked += one.asked;
  known.refused += one.refused;
  known.allowed += one.allowed;
  known.replayed += one.replayed;
  known.freed += one.freed;
  if (machine === "") known.machines = Math.max(known.machines, one.machines);
  else if (known.last !== machine) known.machines += 1;
  known.last = machine;
}
