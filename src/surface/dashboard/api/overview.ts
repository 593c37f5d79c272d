// The overview: is the guard in force, what was decided, what waits for a person, is the record whole.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { CHECKPOINT_PATH } from "#record/log/layout.ts";
import type { Table } from "#record/index/question.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { openApprovals } from "../../services/approvals/approval-book.ts";
import { openIncidents } from "../../services/incidents/incident-store.ts";
import { readTrend } from "../../services/posture/trend.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { decidedIn, PERIODS, VERDICTS } from "./decided.ts";
import { endpoint } from "./endpoint.ts";
import { command } from "./fields.ts";
import { askTable } from "./team-events.ts";
import { teamOverview } from "./team.ts";

/** WHY kept so long: a status proves itself by two calls that are on record, and an open page must not fill the log. */
const STATUS_MS = 10 * 60_000;

const check = v.object({
  about: v.string(),
  level: v.string(),
  text: v.string(),
  repair: v.optional(v.string()),
});
const statusSchema = v.object({
  verdict: v.string(),
  projects: v.array(
    v.object({ project: v.optional(v.string()), verdict: v.string(), checks: v.array(check) }),
  ),
});
type Status = v.InferOutput<typeof statusSchema>;

const answer = v.object({
  command,
  period: v.picklist(["24h", "7d", "30d"]),
  guard: v.object({
    /** What `sallyport status --all` says; null when it could not be asked. */
    verdict: v.nullable(v.string()),
    daemon: v.boolean(),
    projects: v.array(
      v.object({
        root: v.nullable(v.string()),
        verdict: v.string(),
        checks: v.array(check),
      }),
    ),
    problem: v.nullable(v.string()),
  }),
  verdicts: v.array(
    v.object({
      timeMs: v.number(),
      ...Object.fromEntries(VERDICTS.map((name) => [name, v.number()])),
    }),
  ),
  prompts: v.object({
    calls: v.number(),
    asked: v.number(),
    per100: v.nullable(v.number()),
    /** Calls that ran unasked where the client alone would have asked, asked about where it would not have, and asked about by the client itself. */
    spared: v.number(),
    added: v.number(),
    left: v.number(),
  }),
  reasons: v.array(v.object({ rule: v.string(), verdict: v.string(), count: v.number() })),
  incidents: v.object({ open: v.number(), byLevel: v.record(v.string(), v.number()) }),
  /** Null over the store of a team: approvals are asked for on each machine. */
  approvals: v.nullable(v.object({ open: v.number() })),
  /** Questions of the guard that wait for an answer now; null where the daemon could not be asked, and over the store of a team. */
  questions: v.nullable(v.object({ waiting: v.number(), untilMs: v.nullable(v.number()) })),
  posture: v.nullable(v.object({ root: v.string(), score: v.number(), atMs: v.number() })),
  drift: v.array(v.object({ what: v.string(), count: v.number() })),
  log: v.object({
    events: v.number(),
    checkpointMs: v.nullable(v.number()),
    problem: v.nullable(v.string()),
  }),
  /** No call was ever judged here: the page explains how to begin. */
  isNew: v.boolean(),
  /** What machines of a team reported of themselves, and the alerts of the period; null on one machine. */
  team: v.nullable(
    v.object({
      logs: v.number(),
      machines: v.number(),
      online: v.number(),
      unverified: v.number(),
      drifted: v.number(),
      alerts: v.number(),
    }),
  ),
});

let lastStatus: { readonly root: string; readonly at: number; readonly status: Status } | undefined;

export const overviewEndpoints = [
  endpoint({
    method: "GET",
    path: "/overview",
    about:
      "Whether the guard is in force, what was decided lately, what waits, and whether the log is whole.",
    role: "viewer",
    of: "both",
    input: v.strictObject({ period: v.optional(v.picklist(["24h", "7d", "30d"]), "24h") }),
    answer,
    async work(parts, { input: { period } }) {
      const { directories, clock, team } = parts;
      const since = `time:-${period} canary:false`;
      if (team !== undefined) return teamOverview({ ...parts, team }, period);
      const count = (filter: string, by: Parameters<typeof counted>[2]) =>
        counted(parts, filter, by);
      const [guard, questions, times, rules, drift, prompts, log] = await Promise.all([
        guardOf(parts),
        questionsOf(parts),
        count(`kind:decision ${since}`, [PERIODS[period], "verdict"]),
        count(`kind:decision verdict:deny,ask ${since}`, ["rule", "verdict"]),
        count(`kind:drift ${since}`, ["what"]),
        count(`kind:decision ${since}`, ["prompt"]),
        logOf(parts),
      ]);
      const decided = decidedIn({ times, rules, drift, prompts });
      const open = openIncidents(directories)
        .all()
        .incidents.filter(({ state, drill }) => state !== "closed" && drill !== true);
      const projects = readProjectRegister(directories.projectsFile);
      const waiting = openApprovals(directories)
        .all(clock.nowMs())
        .all.filter(({ state }) => state === "open");
      return {
        command: "sallyport status --all && sallyport log stats --by rule,verdict",
        period,
        guard,
        ...decided,
        incidents: { open: open.length, byLevel: countBy(open.map(({ level }) => level)) },
        approvals: { open: waiting.length },
        questions,
        posture: lastPosture(
          parts,
          projects.map(({ root }) => root),
        ),
        log,
        isNew: decided.prompts.calls === 0 && (await isWithoutCalls(parts)),
        team: null,
      };
    },
  }),
];

function counted(
  parts: DashboardParts,
  filter: string,
  by: readonly ("hour" | "day" | "verdict" | "rule" | "what" | "prompt")[],
): Promise<Table> {
  const inOrder = by.some((field) => field === "hour" || field === "day");
  return askTable(parts, { filter, by, inOrder, limit: 1_000 });
}

async function questionsOf({ order }: DashboardParts) {
  const told = await order({ order: "questions" }).catch(() => undefined);
  if (told?.kind !== "questions") return null;
  const waiting = told.questions.filter(({ state }) => state === "waiting");
  const ends = waiting.map(({ expiresMs }) => expiresMs);
  return { waiting: waiting.length, untilMs: ends.length === 0 ? null : Math.min(...ends) };
}

/** WHY asked only where the period has none: a large log is counted for nothing else. */
async function isWithoutCalls(parts: DashboardParts): Promise<boolean> {
  const { rows } = await counted(parts, "kind:decision canary:false", ["verdict"]);
  return rows.length === 0;
}

function countBy(words: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const word of words) found[word] = (found[word] ?? 0) + 1;
  return found;
}

async function guardOf(parts: DashboardParts) {
  const { directories, clock, run, live } = parts;
  if (readProjectRegister(directories.projectsFile).length === 0)
    return { verdict: null, daemon: live.isThere(), projects: [], problem: null };
  try {
    const known = lastStatus;
    const isFresh = known?.root === directories.root && clock.monotonicMs() - known.at < STATUS_MS;
    const status = isFresh
      ? known.status
      : readAnswer(await run(["status", "--all", "--json"]), statusSchema);
    if (!isFresh) lastStatus = { root: directories.root, at: clock.monotonicMs(), status };
    const projects = status.projects.map(({ project, verdict, checks }) => ({
      root: project ?? null,
      verdict,
      checks,
    }));
    return {
      verdict: status.verdict,
      daemon: existsSync(directories.lockFile),
      projects,
      problem: null,
    };
  } catch {
    const problem = "the status cannot be asked; `sallyport status --all` says more";
    return { verdict: null, daemon: live.isThere(), projects: [], problem };
  }
}

/** The audit that was remembered last, of the guarded projects. */
function lastPosture({ directories }: DashboardParts, roots: readonly string[]) {
  const points = roots.flatMap((root) => {
    const point = readTrend(directories, root).at(-1);
    return point === undefined ? [] : [{ root, score: point.score, atMs: Date.parse(point.at) }];
  });
  return points.toSorted((one, other) => other.atMs - one.atMs)[0] ?? null;
}

/** WHY not verified here: that reads the whole log; the page of the log has it. */
async function logOf({ view, directories }: DashboardParts) {
  try {
    const { size } = await (await view()).checkpoint();
    const { mtimeMs } = statSync(join(directories.log, CHECKPOINT_PATH));
    return { events: size, checkpointMs: Math.round(mtimeMs), problem: null };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : "the log cannot be read";
    return { events: 0, checkpointMs: null, problem };
  }
}
