// Retention as data: the longest period for evidence, the shortest for personal content, and what may leave because of it.
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Hold } from "#govern/retention/hold.ts";
import { type Framework, parseRecordClass, periodsUnder } from "#govern/retention/periods.ts";
import { type AgedEntry, type AwaitedEntries, startPlan } from "#govern/retention/plan.ts";
import { EVENT_KINDS } from "#record/event/event.ts";
import { loadRecordClasses } from "#surface/foundation/product/shipped-data.ts";

const DAY = 86_400_000;
const classes = loadRecordClasses();

describe("the periods that ship", () => {
  test.each<[Framework[], readonly string[]]>([
    [
      [],
      [
        "calls 400 default",
        "governance 2192 default",
        "machines 400 default",
        "operations 400 default",
        "sessions 14 default",
        "texts 400 default",
      ],
    ],
    [
      ["soc2"],
      [
        "calls 400 soc2",
        "governance 400 soc2",
        "machines 400 soc2",
        "operations 400 soc2",
        "sessions 14 default",
        "texts 400 default",
      ],
    ],
    [
      ["soc2", "hipaa"],
      [
        "calls 2192 hipaa",
        "governance 2192 hipaa",
        "machines 400 soc2",
        "operations 2192 hipaa",
        "sessions 14 default",
        "texts 400 default",
      ],
    ],
    [
      ["hipaa", "gdpr"],
      [
        "calls 2192 hipaa",
        "governance 2192 hipaa",
        "machines 400 default",
        "operations 2192 hipaa",
        "sessions 7 gdpr",
        "texts 90 gdpr",
      ],
    ],
    [
      ["gdpr"],
      [
        "calls 400 default",
        "governance 2192 default",
        "machines 400 default",
        "operations 400 default",
        "sessions 7 gdpr",
        "texts 90 gdpr",
      ],
    ],
  ])("under %j are %j", (frameworks, expected) => {
    const kept = periodsUnder(classes, frameworks);
    expect(kept.map(({ id, days, by }) => `${id} ${days} ${by}`)).toEqual(expected);
  });
  test("cover every kind of event once", () => {
    const kinds = classes.flatMap((one) => one.kinds);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(EVENT_KINDS.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });
  test.each([
    ["id: other", "the id is not"],
    ["days: 0", "`days` is not valid"],
    ["is: maybe", "`is` is not valid"],
    ["frameworks: { iso: { days: 1, reason: x, source: y } }", "`frameworks.iso` is not valid"],
    ["frameworks: { soc2: { days: 1, reason: x } }", "source"],
  ])("with %s are refused", (line, said) => {
    const [key = ""] = line.split(":");
    const text = [
      ...["id: calls", "title: x", "description: y", "is: evidence", "kinds: []", "days: 9"],
      ...["reason: z", "frameworks: {}"],
    ].map((one) => (one.startsWith(`${key}:`) ? line : one));
    expect(() => parseRecordClass(text.join("\n"), "calls.yaml", "calls")).toThrow(said);
  });
});

test("the page of periods is what ships", async () => {
  const rows = classes.flatMap(({ id, title, is, days, reason, frameworks }) => {
    const limit = is === "evidence" ? "at least" : "at most";
    const row = (by: string, count: number, why: string, source: string) =>
      `| ${id} | ${by} | ${limit} ${count} days | ${why} | ${source} |`;
    const named = Object.entries(frameworks).map(([by, one]) =>
      row(by, one.days, one.reason, one.source),
    );
    return [row(`${title}, without a framework`, days, reason, ""), ...named];
  });
  const page = [
    "# Periods of retention",
    "",
    "Generated from `data/retention/` by `UPDATE=1 npx vitest run test/govern/retention`. Of evidence the longest period of the chosen frameworks",
    "counts, of personal content the shortest. The numbers are choices with their reasons: no framework names most of them, and an assessor decides.",
    "",
    "| class | framework | period | why | source |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "| class | kinds of events |",
    "|---|---|",
    ...classes.map(({ id, kinds }) => `| ${id} | ${kinds.join(", ") || "none: files"} |`),
    "",
  ].join("\n");
  const file = new URL("../../../docs/reference/retention.md", import.meta.url);
  if (process.env["UPDATE"] === "1") await writeFile(file, page);
  expect(await readFile(file, "utf8")).toBe(page);
});

describe("what leaves", () => {
  const NOW = 1_000 * DAY;
  const kept = periodsUnder(classes, ["soc2"]);
  const entry = (index: number, ageDays: number, more: Partial<AgedEntry> = {}): AgedEntry => ({
    index,
    timeMs: NOW - ageDays * DAY,
    kind: "decision",
    session: "s1",
    user: "ada",
    isSealed: false,
    sets: undefined,
    ...more,
  });
  const hold = (scope: Hold["scope"]): Hold => ({
    id: "0".repeat(16),
    reason: "x",
    owner: "x",
    approver: "x",
    createdMs: 0,
    scope,
  });
  const planOf = (
    entries: readonly AgedEntry[],
    holds: readonly Hold[] = [],
    hereDays = 400,
    awaited: readonly AwaitedEntries[] = [],
  ) => {
    const planner = startPlan(entries[0]?.index ?? 0, {
      nowMs: NOW,
      hereDays,
      classes: kept,
      holds,
      awaited,
    });
    entries.every((one) => planner.add(one));
    return planner.plan();
  };

  test("is what is older than the days here, counted by class, with what the archive owes", () => {
    const plan = planOf([
      entry(512, 500),
      entry(513, 450, { kind: "policy" }),
      entry(514, 401),
      entry(515, 400, { kind: "strange" }),
      entry(516, 399),
      entry(517, 500),
    ]);
    expect(plan.end).toBe(516);
    expect(plan.stop).toEqual({ why: "age", index: 516, atMs: NOW + DAY });
    expect(plan.leaving).toEqual([
      {
        id: "calls",
        entries: 2,
        fromMs: NOW - 500 * DAY,
        untilMs: NOW - 401 * DAY,
        archivedUntilMs: NOW - DAY,
      },
      {
        id: "governance",
        entries: 1,
        fromMs: NOW - 450 * DAY,
        untilMs: NOW - 450 * DAY,
        archivedUntilMs: NOW - 50 * DAY,
      },
      {
        id: "other",
        entries: 1,
        fromMs: NOW - 400 * DAY,
        untilMs: NOW - 400 * DAY,
        archivedUntilMs: NOW,
      },
    ]);
    expect(planOf([entry(0, 500)]).stop).toBeUndefined();
    expect(planOf([entry(0, -1)]).end).toBe(0);
  });
  test("stays for a target that has not got it, and thirty days at most", () => {
    const entries = [entry(0, 431), entry(1, 429), entry(2, 420), entry(3, 410)];
    const awaited = [
      { target: "siem", next: 9 },
      { target: "bucket", next: 2 },
    ];
    const plan = planOf(entries, [], 400, awaited);
    expect(plan.end).toBe(2);
    expect(plan.stop).toEqual({
      why: "export",
      index: 2,
      target: "bucket",
      untilMs: NOW + 10 * DAY,
    });
    // Nothing was ever delivered: what has waited for the thirty days leaves all the same.
    expect(planOf(entries, [], 400, [{ target: "siem", next: 0 }]).end).toBe(1);
    expect(planOf(entries).end).toBe(4);
  });
  test.each<[string, Hold["scope"], Partial<AgedEntry>, number]>([
    ["its session", { of: "session", id: "s2" }, { session: "s2" }, 1],
    ["another session", { of: "session", id: "s3" }, { session: "s2" }, 3],
    ["its person", { of: "subject", name: "BO" }, { user: "bo" }, 1],
    ["somebody, and it cannot be opened", { of: "subject", name: "bo" }, { isSealed: true }, 1],
    ["all", { of: "all" }, {}, 0],
    ["its time", { of: "period", fromMs: NOW - 450.5 * DAY, untilMs: NOW - 449.5 * DAY }, {}, 1],
    ["a later time", { of: "period", fromMs: NOW, untilMs: null }, {}, 3],
    [
      "a later time, and it set that hold",
      { of: "period", fromMs: NOW, untilMs: null },
      { sets: "0".repeat(16) },
      1,
    ],
  ])("ends at an entry when a hold is over %s", (_, scope, more, end) => {
    const plan = planOf([entry(0, 500), entry(1, 450, more), entry(2, 410)], [hold(scope)]);
    expect(plan.end).toBe(end);
    expect(plan.stop?.why).toBe(end === 3 ? undefined : "hold");
  });
  test("ends at what this version cannot read", () => {
    const plan = planOf([entry(0, 500), entry(1, 450, { timeMs: undefined }), entry(2, 410)]);
    expect([plan.end, plan.stop]).toEqual([1, { why: "unread", index: 1 }]);
  });
});
