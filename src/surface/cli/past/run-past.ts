// Past sessions from transcripts to sums: each file read once, each call judged and counted in its turn.
import { createHmac, randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Prices } from "#assure/past/prices.ts";
import { type PastCall, type PastSums, type Shown, startPast } from "#assure/past/past-tally.ts";
import type { TranscriptRow, Told } from "#assure/past/transcript-row.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { FactAnswer, SessionFacts } from "#guard/facts/facts.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { namesIn } from "#record/event/readable-part.ts";
import { readableCall } from "#record/event/readable.ts";
import { stringOrEmpty } from "#base/json.ts";
import { LEFT_OUT } from "../../services/undo/project-state.ts";
import { isWithinPeriod, type Period } from "../log/period.ts";
import { findTranscripts } from "./find-transcripts.ts";
import { type JudgedPast, openPastJudge } from "./judge-past.ts";
import { transcriptRows } from "./read-rows.ts";

/** How far ahead of this machine's clock a row may be and still be believed. */
const AHEAD_MS = 86_400_000;
/** Calls and requests whose ids are remembered, so that a session which was resumed or copied is not counted twice. */
const IDS_MAX = 1_000_000;
/** Where nothing that is deleted was meant to stay. */
const TEMPORARY: readonly string[] = [temporaryDirectory(), "/tmp", "/var/tmp"];
/** Names of a kind that are shown of one call. */
const NAMES_MAX = 4;
/** A value in a shown text, as the record marks it. */
const PLACEHOLDER = /\[\[SP:([a-z0-9/-]{1,64}):[A-Z2-7]{8}\]\]/g;
export const MARK = "AAAAAAAA";

/** What could not be read or believed, by what it is; `example` is a file. */
export type Trouble = { readonly what: string; readonly count: number; readonly example: string };
export type PastRun = {
  readonly sums: PastSums;
  readonly files: number;
  readonly bytes: number;
  readonly trouble: readonly Trouble[];
  readonly judged: { readonly made: number; readonly kept: number };
};

/** Reads and judges all of it. Writes nothing. Throws a Failure where the place of the transcripts cannot be read at all. */
export async function runPast(asked: {
  readonly from: string;
  readonly policy: Policy;
  readonly prices: Prices;
  readonly period: Period;
  readonly home: string;
  readonly held: FactAnswer | undefined;
  readonly nowMs: number;
  readonly onProgress?: (bytes: number, of: number, calls: number) => void;
}): Promise<PastRun> {
  const { from, policy, prices, period, home, held, nowMs, onProgress } = asked;
  const key = randomBytes(32);
  const digest = (text: string): string => createHmac("sha256", key).update(text).digest("base64");
  const tally = startPast(prices, digest);
  const judge = openPastJudge(policy, { home, held });
  const trouble = new Map<string, Trouble>();
  const note = (what: string, example: string): void => {
    const before = trouble.get(what);
    trouble.set(what, {
      what,
      count: (before?.count ?? 0) + 1,
      example: before?.example ?? example,
    });
  };
  const found = findTranscripts(from);
  for (const directory of found.unreadable) note("directories that could not be read", directory);
  if (found.isCut) note("more files or deeper directories than are read", from);
  const of = found.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const ids = new Set<string>();
  const isNew = (id: string): boolean => {
    if (id === "") return true;
    if (ids.has(id)) return false;
    if (ids.size < IDS_MAX) ids.add(id);
    return true;
  };
  let bytes = 0;
  let calls = 0;
  for (const { path } of found.files) {
    const file = startFile({ tally, judge, period, isNew, home });
    let lastMs: number | undefined;
    try {
      const hears = {
        fault: (why: string) => note(FAULTS[why] ?? why, path),
        bytes: (count: number) => {
          bytes += count;
        },
      };
      for await (const row of transcriptRows(path, hears)) {
        const isAhead = row.timeMs !== undefined && row.timeMs > nowMs + AHEAD_MS;
        if (isAhead) note("rows dated in the future: taken for as late as the row before", path);
        if (row.timeMs === undefined && row.told.some(({ kind }) => kind !== "cost"))
          note("rows without a readable time: taken for as late as the row before", path);
        const timeMs = isAhead ? lastMs : (row.timeMs ?? lastMs);
        lastMs = timeMs;
        if (row.session === undefined) {
          note("rows that name no session: passed over", path);
          continue;
        }
        const unread = await file.row(row, row.session, timeMs ?? nowMs);
        for (const what of unread) note(what, path);
        calls += row.told.filter(({ kind }) => kind === "call").length;
        onProgress?.(bytes, of, calls);
      }
    } catch (cause) {
      note(`files that could not be read (${codeOf(cause)})`, path);
    }
    file.end();
  }
  onProgress?.(of, of, calls);
  return {
    sums: tally.result(),
    files: found.files.length,
    bytes: of,
    trouble: [...trouble.values()],
    judged: judge.counts(),
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  "no JSON": "lines that are no JSON",
  cut: "files that end within a line",
  "too long": "lines that are too long to be read",
};

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code !== "string") throw cause;
  return code;
}

type FileParts = {
  readonly tally: ReturnType<typeof startPast>;
  readonly judge: ReturnType<typeof openPastJudge>;
  readonly period: Period;
  readonly isNew: (id: string) => boolean;
  readonly home: string;
};
/** A call of which the answer is still to come. */
type Open = Omit<PastCall, "passage" | "asked">;

/** What is remembered while one file is read. */
function startFile({ tally, judge, period, isNew, home }: FileParts) {
  const open = new Map<string, Open>();
  const tools = new Map<string, string>();
  let cwd: string | undefined;
  const told = async (
    one: Told,
    row: TranscriptRow & { readonly session: string; readonly cwd: string },
    at: { readonly timeMs: number; readonly session: string; readonly project: string },
  ): Promise<string | undefined> => {
    switch (one.kind) {
      case "call": {
        if (!isNew(one.id)) return undefined;
        tools.set(one.id, one.tool);
        const judged = await judge.judge(row, one);
        const { decision, facts } = judged;
        if (decision === undefined) return "calls that could not be judged: not counted";
        open.set(one.id === "" ? `none ${open.size}` : one.id, {
          ...at,
          tool: one.tool,
          mode: facts.mode,
          decision,
          place: { root: facts.projectRoot, home, leftOut: LEFT_OUT, temporary: TEMPORARY },
          shown: () => shownOf(judged, facts),
        });
        return undefined;
      }
      case "result": {
        const { passage, asked, texts, id, agent } = one;
        const call = open.get(id);
        judge.ended(row.session, id, agent);
        const tool = tools.get(id);
        // The answer of a call that was counted before, in the transcript that this one continues.
        if (tool === undefined) return undefined;
        tools.delete(id);
        if (call !== undefined) tally.call({ ...call, passage, asked });
        open.delete(id);
        for (const text of texts) tally.text(at, tool, text);
        return undefined;
      }
      case "text":
        if (one.from === "prompt") judge.prompted(row.session, one.text);
        tally.text(at, one.from === "prompt" ? "a prompt" : "an attachment", one.text);
        return undefined;
      case "usage":
        if (isNew(`usage ${one.id}`)) tally.usage(at, one.usage);
        return undefined;
      case "shell":
        judge.shell(row.session, one.shell);
        return undefined;
      case "cost":
        tally.told(row.session, one.usd);
        return undefined;
      default:
        return one satisfies never;
    }
  };
  return {
    /** Counts what a row tells; gives what of it could not be judged. */
    async row(row: TranscriptRow, session: string, timeMs: number): Promise<readonly string[]> {
      cwd = row.cwd ?? cwd;
      if (row.mode !== undefined) judge.mode(session, row.mode);
      if (!isWithinPeriod(timeMs, period)) return [];
      const unread: string[] = [];
      for (const one of row.told) {
        const where = cwd ?? home;
        const at = { timeMs, session, project: judge.rootOf(where) };
        const what = await told(one, { ...row, session, cwd: where }, at);
        if (what !== undefined) unread.push(what);
      }
      return unread;
    },
    /** Calls whose answer never came may have run. */
    end(): void {
      for (const call of open.values())
        tally.call({ ...call, passage: "unfinished", asked: "unknown" });
    },
  };
}

/** What a call said and was about, as the record would keep it: without secrets and personal data. */
function shownOf({ call, decision }: JudgedPast, facts: SessionFacts): Shown {
  if (call === undefined) return { text: "", changes: [], reads: [], hosts: [] };
  const stamp = { mark: () => () => MARK };
  const readable = readableCall(stamp, call, decision?.effects ?? [], {
    facts,
    userSource: "none",
  });
  const sealed = { readable };
  const names = (kind: "changes" | "reads" | "hosts"): readonly string[] =>
    namesIn(sealed, kind).slice(0, NAMES_MAX).map(withoutMarks);
  return {
    text: withoutMarks(stringOrEmpty(readable["text"])),
    changes: names("changes"),
    reads: names("reads"),
    hosts: names("hosts"),
  };
}

/** Values that were left out, by what they are. */
export function withoutMarks(text: string): string {
  return text.replaceAll(PLACEHOLDER, "<$1>");
}

/** Names of projects, each its own: the last part of the path, with a number where two have the same. */
export function projectNames(mask: (text: string) => string): (root: string) => string {
  const names = new Map<string, string>();
  const used = new Map<string, number>();
  return (root) => {
    const known = names.get(root);
    if (known !== undefined) return known;
    const name = mask(basename(root) || "/");
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const own = count === 1 ? name : `${name} (${count})`;
    names.set(root, own);
    return own;
  };
}
