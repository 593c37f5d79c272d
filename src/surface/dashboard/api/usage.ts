// Endpoints of what work costs, how often people are asked, and what was found in contents; never a value.
import * as v from "valibot";
import { notesOf } from "#assure/activity/spending-notes.ts";
import { periodsUnder } from "#govern/retention/periods.ts";
import { loadRecordClasses } from "../../foundation/product/shipped-data.ts";
import { openRetentionFile } from "../../services/exceptions/retention-file.ts";
import { readUsage } from "../../services/telemetry/usage-file.ts";
import { keptSpending } from "../../services/log/spending.ts";
import { looksByDashboard } from "../context/kept-looks.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, nothing } from "./fields.ts";

const number = v.number();
const sums = v.object({
  sessions: number,
  calls: number,
  requests: number,
  costUsdMicros: number,
  loops: number,
  loopTokens: number,
  loopCostUsdMicros: number,
  tokens: v.object({ input: number, output: number, cacheRead: number, cacheCreation: number }),
  questions: v.object({
    asked: number,
    allowed: number,
    refused: number,
    nobody: number,
    timed: number,
  }),
});
/** What one model cost on one day, as the client's own counters say. */
const modelDay = v.object({
  day: v.string(),
  model: v.string(),
  costUsdMicros: number,
  tokens: number,
});
const usage = v.object({
  all: sums,
  rows: v.array(
    v.object({ ...sums.entries, key: v.optional(v.string()), name: v.optional(v.string()) }),
  ),
  loops: v.array(v.unknown()),
  notes: v.array(v.string()),
});
/** Rows and loops of a page: the command has all. */
const ROWS_MAX = 500;
const DAY_MS = 86_400_000;
const DAYS = { "7d": 7, "30d": 30, "90d": 90 } as const;

const place = v.looseObject({
  owner: v.string(),
  what: v.string(),
  path: v.string(),
  bytes: v.number(),
});
const request = v.looseObject({
  erasure: v.string(),
  target: v.string(),
  to: v.string(),
  destination: v.string(),
  entries: v.number(),
  askedMs: v.number(),
  state: v.string(),
  note: v.string(),
});
type Place = v.InferOutput<typeof place>;
const PLACES_OLD_MS = 60_000;
const looksOf = looksByDashboard<Place[]>(PLACES_OLD_MS);

/** The terms that hold, as the command says them. WHY not by the command: it looks what would leave, and reads the whole log for that. */
function retentionOf({ directories }: DashboardParts) {
  const order = openRetentionFile(directories).current();
  return {
    isOrdered: order !== undefined,
    classes: periodsUnder(loadRecordClasses(), order?.frameworks ?? []).map(
      ({ kinds, source, ...rest }) => ({ ...rest, kinds: [...kinds], source: source ?? null }),
    ),
  };
}

/** Cost and tokens of each model by day, the oldest day first. */
function modelDays(file: string, sinceMs: number): v.InferOutput<typeof modelDay>[] {
  const { days } = readUsage(file);
  return Object.entries(days)
    .filter(([day]) => Date.parse(day) + DAY_MS > sinceMs)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .flatMap(([day, { models }]) =>
      Object.entries(models).map(([model, told]) => ({
        day,
        model,
        costUsdMicros: Math.round((told["costUsd"] ?? 0) * 1_000_000),
        tokens: Object.entries(told)
          .filter(([name]) => name.startsWith("tokens."))
          .reduce((sum, [, count]) => sum + count, 0),
      })),
    );
}

export const usageEndpoints = [
  endpoint({
    method: "GET",
    path: "/usage",
    about:
      "Tokens and money, loops, questions and how they were answered, by day, person, session or repository.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({
      by: v.optional(v.picklist(["day", "user", "session", "repository"]), "day"),
      since: v.optional(v.picklist(["7d", "30d", "90d"]), "30d"),
    }),
    answer: v.object({
      command,
      usage: v.looseObject(usage.entries),
      models: v.array(modelDay),
      /** Rows beyond those that are told. */
      rowsOmitted: v.number(),
    }),
    async work({ run, directories, clock }, { input: { by, since }, signal }) {
      const args = ["log", "cost", "--by", by, "--since", since, "--json"];
      const sinceMs = clock.nowMs() - DAYS[since] * DAY_MS;
      const period = { sinceMs, untilMs: Infinity };
      const kept = await keptSpending(directories, { by, ...period, rowsMax: ROWS_MAX });
      // What cannot be read of the log the command says in words of its own.
      const told =
        kept === undefined || kept.faults > 0
          ? readAnswer(await run(args, { signal }), v.looseObject(usage.entries))
          : { ...kept.spending, notes: [...notesOf(kept.spending)] };
      return {
        command: `sallyport log cost --by ${by} --since ${since}`,
        usage: {
          ...told,
          rows: told.rows.slice(0, ROWS_MAX),
          loops: told.loops.slice(0, ROWS_MAX),
        },
        models: modelDays(directories.telemetryFile, sinceMs),
        rowsOmitted: Math.max(0, told.rows.length - ROWS_MAX) + (kept?.rowsOmitted ?? 0),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/content",
    about: "What was found in contents by kind, and what was then decided; never a value.",
    role: "viewer",
    input: v.strictObject({ since: v.optional(v.picklist(["24h", "7d", "30d"]), "7d") }),
    answer: v.object({
      command,
      items: v.array(v.object({ kind: v.string(), verdict: v.string(), count: v.number() })),
      detectors: v.array(v.object({ detector: v.string(), count: v.number() })),
    }),
    async work({ ask, clock }, { input: { since } }) {
      const filter = `canary:false time:-${since}`;
      const common = { ask: "group", limit: 1_000, inOrder: false, nowMs: clock.nowMs() } as const;
      const [kinds, detectors] = await Promise.all([
        ask({ ...common, filter: `${filter} content:*`, by: ["content", "verdict"] }),
        ask({ ...common, filter: `${filter} detector:*`, by: ["detector"] }),
      ]);
      if (kinds.kind !== "table" || detectors.kind !== "table")
        throw new ApiFault("fault", "the answer makes no sense");
      return {
        command: `sallyport log stats 'content:*' --by content,verdict --since ${since}`,
        items: kinds.rows.map(([kind, verdict, count]) => ({
          kind: String(kind),
          verdict: String(verdict ?? "-"),
          count: Number(count),
        })),
        detectors: detectors.rows.map(([detector, count]) => ({
          detector: String(detector),
          count: Number(count),
        })),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/privacy",
    about: "What is kept of people and where, for how long, and which requests wait.",
    role: "viewer",
    isSensitive: true,
    input: nothing,
    answer: v.object({
      command,
      inventory: v.array(
        v.looseObject({ owner: v.string(), what: v.string(), path: v.string(), bytes: v.number() }),
      ),
      /** When was looked what lies where; null while that is done for the first time. */
      inventoryMs: v.nullable(v.number()),
      retention: v.looseObject({
        isOrdered: v.boolean(),
        classes: v.array(
          v.looseObject({
            id: v.string(),
            title: v.string(),
            days: v.number(),
            reason: v.string(),
          }),
        ),
      }),
      requests: v.array(request),
    }),
    async work(parts, { signal }) {
      const { run, live } = parts;
      const [places, requests] = await Promise.all([
        // WHY kept: a log of millions lies in tens of thousands of files.
        looksOf(parts).look(
          "inventory",
          async () => readAnswer(await run(["privacy", "inventory", "--json"]), v.array(place)),
          () => live.publish({ event: "changed", data: { what: "privacy" } }),
        ),
        run(["privacy", "requests", "--json"], { signal }),
      ]);
      return {
        command: "sallyport privacy inventory && sallyport log retention",
        inventory: places.value ?? [],
        inventoryMs: places.atMs ?? null,
        retention: retentionOf(parts),
        requests: readAnswer(requests, v.array(request)),
      };
    },
  }),
];
