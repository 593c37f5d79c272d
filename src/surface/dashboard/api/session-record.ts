// One session of the record as pages show it: its story in figures, its timeline, its graph; read once while the log does not grow.
import { sessionStory, type Story, type StoryEvent } from "#assure/activity/session-story.ts";
import { filledString, finiteNumber, isObject, isStringArray } from "#base/json.ts";
import type { SessionGraph } from "#detect/session/graph.ts";
import { describeEvent, timeText } from "#record/event/describe.ts";
import { describeRecorded } from "#record/event/recorded-effect.ts";
import { saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { readSession, sessionGraph } from "../../services/log/recorded-session.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault } from "./endpoint.ts";
import { type RuleWords, wordsOfRules } from "./rule-words.ts";
import { teamSession } from "./team-sessions.ts";

/** Nodes of a graph that is summarised: as many as a session's events make. */
const NODES_MAX = 120_000;
const TEXT_CHARS = 2_000;
const EFFECTS_SHOWN = 12;
/** Sessions that are kept in memory: the one that is looked at, and the one before. */
const KEPT_MAX = 2;

export type TimelineItem = {
  readonly index: number;
  readonly timeMs: number;
  readonly what: "prompt" | "call" | "held" | "change" | "session" | "finding" | "other";
  readonly kind: string;
  readonly text: string;
  readonly tool: string | null;
  readonly verdict: string | null;
  readonly isEnforced: boolean;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly effects: string[];
  readonly chains: string[];
  readonly agent: string | null;
  /** How the call ended: success, failure, did not run; null while that is not on record. */
  outcome: string | null;
  durationMs: number | null;
  readonly isErased: boolean;
  readonly isForged: boolean;
};

export type SessionRecord = {
  readonly id: string;
  readonly story: Story;
  readonly items: readonly TimelineItem[];
  readonly graph: SessionGraph;
  readonly expired: number;
  readonly isCut: boolean;
  /** In the store of a team whose session it is: the machine, and the pseudonym of the person. */
  readonly machine: string | null;
  readonly pseudonym: string | null;
};

type Kept = { readonly size: number; readonly record: Promise<SessionRecord> };
/** WHY weak: what was opened of a session goes with the server that shows it. */
const keptBy = new WeakMap<DashboardParts, Map<string, Kept>>();

/** Reads a session by the client's id or a pseudonym. Throws an ApiFault where the log has nothing of it. */
export async function openSession(parts: DashboardParts, id: string): Promise<SessionRecord> {
  const size = await sizeOf(parts, id);
  const kept = keptBy.get(parts) ?? new Map<string, Kept>();
  keptBy.set(parts, kept);
  const known = kept.get(id);
  if (known?.size === size) return known.record;
  const record = readRecord(parts, id);
  kept.delete(id);
  kept.set(id, { size, record });
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_MAX) break;
    kept.delete(oldest);
  }
  record.catch(() => kept.delete(id));
  return record;
}

/** Whether something was added: entries of the log, or the newest event of a team's session. */
async function sizeOf({ team, view }: DashboardParts, id: string): Promise<number> {
  return team === undefined ? (await view()).size() : team.newestOf(id);
}

async function readRecord(parts: DashboardParts, id: string): Promise<SessionRecord> {
  const { team } = parts;
  const own = { machine: null, pseudonym: null };
  const { events, ...read } =
    team === undefined ? { ...(await readOwn(parts, id)), ...own } : await teamSession(team, id);
  const [first] = events;
  if (first === undefined)
    throw new ApiFault("not-found", `the log has no event of a session \`${id}\``);
  const story = sessionStory(events);
  // Which policy a machine has is not known here.
  const words: RuleWords =
    team === undefined ? await wordsOfRules(parts, story.place) : { of: () => undefined };
  const items = timelineOf(events, words);
  const graph = sessionGraph(events, NODES_MAX);
  const pseudonym = filledString(first.metadata["session"]) ?? id;
  return { id: pseudonym, story, items, graph, ...read };
}

async function readOwn({ ask, clock, view }: DashboardParts, id: string) {
  return readSession(id, { ask, view: await view(), nowMs: clock.nowMs() });
}

/** Events of a session as a person reads them: results stand with their calls, bookkeeping is left out. Total, whatever stands in them. */
export function timelineOf(events: Iterable<StoryEvent>, words: RuleWords): TimelineItem[] {
  const items: TimelineItem[] = [];
  const calls = new Map<string, TimelineItem>();
  for (const event of events) {
    const { metadata } = event;
    const kind = filledString(metadata["kind"]) ?? "unknown";
    const call = filledString(metadata["call"]);
    if (kind === "result") {
      const item = call === undefined ? undefined : calls.get(call);
      if (item !== undefined) {
        item.outcome = filledString(metadata["outcome"]) ?? null;
        item.durationMs = finiteNumber(metadata["durationMs"]) ?? null;
        continue;
      }
    }
    if (kind === "telemetry" || kind === "batch") continue;
    const item = itemOf(event, kind, words);
    items.push(item);
    if (kind === "decision" && call !== undefined) {
      calls.set(call, item);
      if (item.verdict === "deny" && item.isEnforced) item.outcome = "did not run";
    }
  }
  return items;
}

function itemOf(event: StoryEvent, kind: string, words: RuleWords): TimelineItem {
  const { index, timeMs, metadata, sealed, isForged = false } = event;
  const rules = metadata["rules"];
  const rule = isStringArray(rules) ? rules[0] : undefined;
  const verdict = filledString(metadata["verdict"]) ?? null;
  const chains = metadata["chains"];
  const isStopped = verdict === "deny" || verdict === "ask";
  return {
    index,
    timeMs,
    kind,
    what: whatOf(kind, metadata),
    verdict,
    text: textOf(event, kind).slice(0, TEXT_CHARS),
    tool: filledString(sealed?.["tool"]) ?? filledString(metadata["tool"]) ?? null,
    isEnforced: metadata["enforced"] !== false,
    rule: rule ?? null,
    reason: isStopped && isStringArray(rules) ? (words.of(rules)?.reason ?? null) : null,
    effects: effectsOf(metadata, sealed).slice(0, EFFECTS_SHOWN),
    chains: isStringArray(chains) ? [...chains] : [],
    agent: filledString(metadata["agent"]) ?? null,
    outcome: null,
    durationMs: null,
    isForged,
    isErased: sealed === undefined && !isForged && metadata["session"] !== undefined,
  };
}

function whatOf(kind: string, metadata: JsonObject): TimelineItem["what"] {
  switch (kind) {
    case "hook":
      return metadata["event"] === "UserPromptSubmit" ? "prompt" : "session";
    case "decision":
      return "call";
    case "session":
      return "session";
    case "held":
      return "held";
    case "change":
    case "config-change":
      return "change";
    case "alert":
    case "discrepancy":
    case "drift":
    case "failure":
    case "rejected":
      return "finding";
    default:
      return "other";
  }
}

/** What was said; else the line of the log without its time. */
function textOf({ timeMs, metadata, sealed, index }: StoryEvent, kind: string): string {
  const said = saidIn(sealed) ?? filledString(sealed?.["command"]);
  if (said !== undefined) return said;
  if (kind === "hook" && metadata["event"] === "UserPromptSubmit") return "";
  const leaf = { kind: "leaf", id: String(index), timeMs, metadata, sections: [] } as const;
  return describeEvent(leaf, sealed)
    .slice(timeText(timeMs).length)
    .trim()
    .replaceAll(/ {2,}/g, " ");
}

/** Effects of a decision in words, each once; without their key the kinds alone. */
export function effectsOf(metadata: JsonObject, sealed: JsonObject | undefined): string[] {
  const details = sealed?.["effects"];
  const roots = isObject(sealed?.["roots"]) ? (sealed["roots"] as JsonObject) : {};
  if (Array.isArray(details))
    return [
      ...new Set(details.filter(isObject).map((one) => describeRecorded(one as JsonObject, roots))),
    ];
  return isObject(metadata["effects"]) ? Object.keys(metadata["effects"]) : [];
}
