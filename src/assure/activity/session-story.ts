// One session of the record as a story: what a person asked for, what was done, what was refused or asked about and what came next.
import { filledString, finiteNumber, isObject } from "#base/json.ts";
import { NAME_KINDS, type NameKind, namesIn, saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** An event of the session as it was opened; `sealed` is undefined where its key is gone. */
export type StoryEvent = {
  readonly index: number;
  readonly timeMs: number;
  readonly metadata: JsonObject;
  readonly sealed: JsonObject | undefined;
  /** What it has sealed was not written with the key that it names. */
  readonly isForged?: boolean;
};

/** A call that was not simply let through. `answer`: whether it ran after the question; `next`: what the agent did then. */
export type Stopped = {
  readonly index: number;
  readonly timeMs: number;
  readonly call: string;
  readonly rule: string;
  answer: "ran" | "did not run" | undefined;
  next: string | undefined;
};
/** What happened after one prompt. Lists hold each name once with how often, in order of first sight. */
export type Turn = {
  readonly timeMs: number;
  /** What the person wrote, without secrets; undefined before the first prompt and where it is not kept. */
  readonly prompt: string | undefined;
  calls: number;
  readonly commands: Map<string, number>;
  readonly names: Readonly<Record<NameKind, Map<string, number>>>;
  readonly refused: Stopped[];
  readonly asked: Stopped[];
  /** What the profile of held commands refused them. */
  readonly held: Map<string, number>;
};
/** `erased`: events whose key is gone. `forged`: events whose key is here and does not open them. `omitted`: the oldest turns, beyond the bound. */
export type Story = {
  readonly from: number;
  readonly until: number;
  readonly sessionId: string | undefined;
  readonly user: string | undefined;
  readonly place: string | undefined;
  readonly modes: readonly string[];
  readonly turns: readonly Turn[];
  readonly calls: number;
  /** Of all calls, also of those that the turns do not hold: how many were refused, asked about, ran after the question, and failed. */
  readonly refused: number;
  readonly asked: number;
  readonly ran: number;
  readonly failed: number;
  readonly erased: number;
  readonly forged: number;
  readonly omitted: number;
  readonly tokens: number;
  readonly costUsd: number;
  readonly events: number;
};

/** A call that was asked about: what it did counts once it ended. */
type Asked = Pick<StoryEvent, "metadata" | "sealed"> & {
  readonly stopped: Stopped;
  readonly turn: Turn;
};

const TURNS_MAX = 200;
const WAITING_MAX = 2_000;
const NAMES_MAX = 400;
const STOPPED_MAX = 100;

/** Tells the story of events of one session in the order of the log. */
export function sessionStory(events: Iterable<StoryEvent>): Story {
  const teller = startStory();
  for (const event of events) teller.add(event);
  return teller.result();
}

/** Takes the events one by one; memory is bounded whatever comes. */
export function startStory(): { add(event: StoryEvent): void; result(): Story } {
  const turns: Turn[] = [];
  const waiting = new Map<string, Asked>();
  const modes = new Set<string>();
  const counts = {
    calls: 0,
    refused: 0,
    asked: 0,
    ran: 0,
    failed: 0,
    erased: 0,
    forged: 0,
    omitted: 0,
    tokens: 0,
    costUsd: 0,
    events: 0,
  };
  const seen: {
    from?: number;
    until: number;
    sessionId?: string | undefined;
    user?: string | undefined;
    place?: string | undefined;
  } = { until: 0 };
  let lastStopped: Stopped | undefined;
  const turnAt = (timeMs: number, prompt: string | undefined): Turn => {
    const turn = emptyTurn(timeMs, prompt);
    turns.push(turn);
    if (turns.length > TURNS_MAX) {
      turns.shift();
      counts.omitted += 1;
    }
    return turn;
  };
  let turn: Turn | undefined;
  const decision = (event: StoryEvent): void => {
    const { metadata, sealed } = event;
    turn ??= turnAt(event.timeMs, undefined);
    counts.calls += 1;
    turn.calls += 1;
    const mode = filledString(metadata["mode"]);
    if (mode !== undefined) modes.add(mode);
    const call = callText(metadata, sealed);
    if (lastStopped !== undefined) lastStopped.next = call;
    lastStopped = undefined;
    const verdict = metadata["enforced"] === false ? "allow" : filledString(metadata["verdict"]);
    if (verdict === "deny" || verdict === "ask") {
      const stopped = stoppedBy(event, call);
      counts[verdict === "deny" ? "refused" : "asked"] += 1;
      const list = verdict === "deny" ? turn.refused : turn.asked;
      if (list.length < STOPPED_MAX) list.push(stopped);
      if (verdict === "deny") lastStopped = stopped;
      else if (waiting.size < WAITING_MAX)
        waiting.set(filledString(metadata["call"]) ?? "", { stopped, turn, metadata, sealed });
    } else addDone(turn, metadata, sealed);
  };
  return {
    add(event) {
      const { metadata, sealed, timeMs } = event;
      counts.events += 1;
      seen.from ??= timeMs;
      seen.until = Math.max(seen.until, timeMs);
      if (event.isForged === true) counts.forged += 1;
      else if (sealed === undefined && metadata["session"] !== undefined) counts.erased += 1;
      seen.sessionId ??= filledString(sealed?.["sessionId"]);
      seen.user ??= filledString(sealed?.["user"]);
      seen.place ??= filledString(sealed?.["cwd"]);
      switch (metadata["kind"]) {
        case "hook":
          if (metadata["event"] === "UserPromptSubmit") turn = turnAt(timeMs, saidIn(sealed));
          break;
        case "decision":
          decision(event);
          break;
        case "result": {
          const id = filledString(metadata["call"]) ?? "";
          const asked = waiting.get(id);
          if (asked !== undefined) {
            asked.stopped.answer = "ran";
            counts.ran += 1;
            addDone(asked.turn, asked.metadata, asked.sealed);
            waiting.delete(id);
          }
          if (metadata["outcome"] === "failure") counts.failed += 1;
          break;
        }
        case "held":
          if (turn !== undefined) count(turn.held, filledString(metadata["what"]) ?? "other");
          break;
        case "telemetry":
          addCost(counts, metadata);
          break;
        default:
          break;
      }
    },
    result() {
      for (const { stopped } of waiting.values()) stopped.answer ??= "did not run";
      const { from = 0, until, sessionId, user, place } = seen;
      return { from, until, sessionId, user, place, modes: [...modes], turns, ...counts };
    },
  };
}

function emptyTurn(timeMs: number, prompt: string | undefined): Turn {
  const names = Object.fromEntries(
    NAME_KINDS.map((kind) => [kind, new Map<string, number>()]),
  ) as Record<NameKind, Map<string, number>>;
  return {
    timeMs,
    prompt,
    calls: 0,
    commands: new Map(),
    names,
    refused: [],
    asked: [],
    held: new Map(),
  };
}

function stoppedBy({ index, timeMs, metadata }: StoryEvent, call: string): Stopped {
  const { rules } = metadata;
  const rule = Array.isArray(rules) ? (filledString(rules[0]) ?? "") : "";
  return { index, timeMs, call, rule, answer: undefined, next: undefined };
}

function addDone(turn: Turn, metadata: JsonObject, sealed: JsonObject | undefined): void {
  const text = saidIn(sealed);
  if (metadata["tool"] === "Bash" || metadata["tool"] === "PowerShell")
    count(turn.commands, text ?? filledString(sealed?.["command"]) ?? "a command");
  for (const kind of NAME_KINDS)
    for (const name of namesIn(sealed, kind)) count(turn.names[kind], name);
}

/** What a call said; without its key the tool and the kinds of its effects. */
function callText(metadata: JsonObject, sealed: JsonObject | undefined): string {
  const tool = filledString(metadata["tool"]) ?? "call";
  const text = saidIn(sealed) ?? filledString(sealed?.["command"]);
  if (text !== undefined) return tool === "Bash" ? text : `${tool} ${text}`;
  const effects = isObject(metadata["effects"]) ? Object.keys(metadata["effects"]) : [];
  return `${tool} (${effects.slice(0, 4).join(", ")})`;
}

function addCost(counts: { tokens: number; costUsd: number }, metadata: JsonObject): void {
  const sizes = isObject(metadata["sizes"]) ? metadata["sizes"] : {};
  counts.tokens +=
    (finiteNumber(sizes["inputTokens"]) ?? 0) + (finiteNumber(sizes["outputTokens"]) ?? 0);
  counts.costUsd += (finiteNumber(sizes["costUsdMicros"]) ?? 0) / 1e6;
}

function count(names: Map<string, number>, name: string): void {
  const before = names.get(name);
  if (before === undefined && names.size >= NAMES_MAX) return;
  names.set(name, (before ?? 0) + 1);
}
