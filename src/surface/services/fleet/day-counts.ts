// How the days of this machine went, in numbers, out of the index: calls, questions and how they were answered, what it cost.
import { dayOf } from "#base/day.ts";
import { GIVEN_PREFIX } from "#govern/library/given.ts";
import {
  type ExceptionDay,
  type HostDay,
  REPORT_EXCEPTIONS_MAX,
  REPORT_RULES_MAX,
  type RuleDay,
} from "#record/fleet/host-report.ts";
import type { Question, QuestionAnswer } from "#record/index/question.ts";
import type { ReplayRules, StoppedCalls } from "./rule-replay.ts";

const DAY_MS = 86_400_000;
/** A call of before midnight may be answered and end after it. */
const AFTER_MS = 2 * 3_600_000;
const EXCEPTION_NAME = /^[a-z0-9.-]{1,100}$/;
const RULE_NAME = /^[a-z0-9:/.+_-]{1,200}$/;

/** WHY a call is counted as `log cost` does it: what ran was allowed, whatever else was said of it; each call is one, however often it is judged. */
const CALLS = `SELECT count(*), coalesce(sum(asked), 0), coalesce(sum(refused), 0), coalesce(sum(asked AND yes), 0),
  coalesce(sum(asked AND NOT yes AND no), 0),
  coalesce(sum(CASE WHEN asked AND yes AND answered >= judged THEN answered - judged
    WHEN asked AND yes AND began >= judged THEN began - judged ELSE 0 END), 0)
FROM (SELECT
  max(kind = 'decision' AND verdict = 'ask') AS asked, max(kind = 'decision' AND verdict = 'deny') AS refused,
  max(kind = 'result' OR (kind = 'telemetry' AND what = 'tool_decision' AND outcome = 'accept')) AS yes,
  max(kind = 'telemetry' AND what = 'tool_decision' AND outcome = 'reject') AS no,
  min(CASE WHEN kind = 'decision' THEN time_ms END) AS judged,
  max(CASE WHEN kind = 'telemetry' AND what = 'tool_decision' AND outcome = 'accept' THEN time_ms END) AS answered,
  max(CASE WHEN kind = 'result' AND duration > 0 THEN time_ms - duration END) AS began
  FROM events WHERE time_ms >= :from AND time_ms < :late AND canary = 0 AND call_id <> ''
    AND kind IN ('decision', 'result', 'telemetry') GROUP BY call_id)
WHERE judged >= :from AND judged < :until`;

const OTHERS = `SELECT count(DISTINCT CASE WHEN session_id <> '' THEN session_id END),
  coalesce(sum((kind = 'off' AND what = 'start') OR (kind = 'exception' AND what = 'grant') OR (kind = 'policy' AND what = 'observed')), 0),
  coalesce(sum(kind = 'failure'), 0), coalesce(min(event_index), 0)
FROM events WHERE time_ms >= :from AND time_ms < :until AND canary = 0`;

const RULES = `SELECT marks.value, count(DISTINCT CASE WHEN marks.verdict = 'ask' THEN events.call_id END) AS asked,
  count(DISTINCT CASE WHEN marks.verdict = 'deny' THEN events.call_id END) AS refused,
  count(DISTINCT CASE WHEN marks.verdict = 'ask' AND events.call_id IN (SELECT call_id FROM events WHERE time_ms >= :from AND time_ms < :late
    AND (kind = 'result' OR (kind = 'telemetry' AND what = 'tool_decision' AND outcome = 'accept'))) THEN events.call_id END)
FROM marks JOIN events ON events.event_index = marks.event_index
WHERE marks.field = 'rule' AND marks.event_index >= :first AND marks.time_ms >= :from AND marks.time_ms < :until
  AND marks.canary = 0 AND events.kind = 'decision' AND marks.verdict IN ('ask', 'deny')
GROUP BY marks.value ORDER BY asked + refused DESC, marks.value`;

/** Calls of one rule that are judged again: the latest. */
const REPLAYED_MAX = 40;
const STOPPED = `SELECT max(marks.event_index) AS place FROM marks JOIN events ON events.event_index = marks.event_index
WHERE marks.field = 'rule' AND marks.value = :rule AND marks.event_index >= :first AND marks.time_ms >= :from AND marks.time_ms < :until
  AND marks.canary = 0 AND events.kind = 'decision' AND marks.verdict IN ('ask', 'deny')
GROUP BY events.call_id ORDER BY place DESC`;

/** What decisions did to the questions of people, each call once. */
const PROMPTS = `SELECT count(DISTINCT CASE WHEN marks.value = 'spared' THEN events.call_id END), count(DISTINCT CASE WHEN marks.value = 'added' THEN events.call_id END),
  count(DISTINCT CASE WHEN marks.value = 'left' THEN events.call_id END)
FROM marks JOIN events ON events.event_index = marks.event_index
WHERE marks.field = 'prompt' AND marks.event_index >= :first AND marks.time_ms >= :from AND marks.time_ms < :until AND marks.canary = 0`;

/** Exceptions of the managed policy: those of this machine's operator are nobody else's. */
const EXCEPTIONS = `SELECT marks.value, count(DISTINCT events.call_id) AS used
FROM marks JOIN events ON events.event_index = marks.event_index
WHERE marks.field = 'exception' AND marks.event_index >= :first AND marks.time_ms >= :from AND marks.time_ms < :until
  AND marks.canary = 0 AND events.kind = 'decision' AND marks.value LIKE '${GIVEN_PREFIX}%'
GROUP BY marks.value ORDER BY used DESC, marks.value`;

type Ask = (question: Extract<Question, { ask: "select" }>) => Promise<QuestionAnswer>;

/**
 * Builds the counts. The day before is counted until two hours after its end and then kept; the day that goes on is counted again
 * when something came into the log.
 */
export function createDayCounts({
  ask,
  size,
  nowMs,
  replay,
}: {
  readonly ask: Ask;
  /** Entries of the log now. */
  readonly size: () => number;
  readonly nowMs: () => number;
  /** Judges calls again without the rule that stopped them, of a day that is over; nothing is without it. */
  readonly replay?: ReplayRules;
}): () => Promise<readonly HostDay[]> {
  const kept = new Map<string, { readonly day: HostDay; readonly size: number }>();
  return async () => {
    const today = Math.floor(nowMs() / DAY_MS) * DAY_MS;
    const days: HostDay[] = [];
    for (const fromMs of [today - DAY_MS, today]) {
      const name = dayOf(fromMs);
      const known = kept.get(name);
      const before = size();
      const isOver = nowMs() > fromMs + DAY_MS + AFTER_MS;
      const isKept = known !== undefined && (known.size === before || (isOver && known.size < 0));
      const day = isKept ? known.day : await countDay(ask, fromMs, isOver ? replay : undefined);
      kept.set(name, { day, size: isOver ? -1 : before });
      days.push(day);
    }
    for (const name of kept.keys()) if (!days.some(({ day }) => day === name)) kept.delete(name);
    return days;
  };
}

/** Counts one day, UTC. Rejects with the Failure of an index that does not answer. */
export async function countDay(ask: Ask, fromMs: number, replay?: ReplayRules): Promise<HostDay> {
  const range = { from: fromMs, until: fromMs + DAY_MS, late: fromMs + DAY_MS + AFTER_MS };
  const rows = async (
    sql: string,
    more: Readonly<Record<string, number | string>> = {},
    limit = 1,
  ): Promise<readonly (readonly (string | number | null)[])[]> => {
    const answered = await ask({ ask: "select", sql, parameters: { ...range, ...more }, limit });
    return answered.kind === "table" ? answered.rows : [];
  };
  const [calls = [], others = []] = [(await rows(CALLS))[0], (await rows(OTHERS))[0]];
  const [sessions, overrides, failures, first] = others.map(Number);
  const rules = (await rows(RULES, { first: first ?? 0 }, REPORT_RULES_MAX)).flatMap(ruleOf);
  const [spared, added, left] = ((await rows(PROMPTS, { first: first ?? 0 }))[0] ?? []).map(Number);
  const placesOf = async (rule: string): Promise<readonly number[]> =>
    (await rows(STOPPED, { first: first ?? 0, rule }, REPLAYED_MAX)).map(([place]) =>
      Number(place),
    );
  const exceptions = await rows(EXCEPTIONS, { first: first ?? 0 }, REPORT_EXCEPTIONS_MAX);
  const [all, asked, refused, allowed, declined, waitedMs] = calls.map(Number);
  return {
    day: dayOf(fromMs),
    calls: all ?? 0,
    sessions: sessions ?? 0,
    asked: asked ?? 0,
    refused: refused ?? 0,
    allowed: allowed ?? 0,
    declined: declined ?? 0,
    waitedMs: Math.round(waitedMs ?? 0),
    overrides: overrides ?? 0,
    failures: failures ?? 0,
    spared: spared ?? 0,
    added: added ?? 0,
    left: left ?? 0,
    rules: replay === undefined ? rules : await replayed(rules, replay, placesOf),
    exceptions: exceptions.flatMap(exceptionOf),
  };
}

/** The rules with what their calls came to without each. What the guard stops of its own accord is no rule of a policy. */
async function replayed(
  rules: readonly RuleDay[],
  replay: ReplayRules,
  placesOf: (rule: string) => Promise<readonly number[]>,
): Promise<RuleDay[]> {
  const stopped: StoppedCalls[] = [];
  for (const { rule } of rules)
    stopped.push({ rule, places: rule.startsWith("guard/") ? [] : await placesOf(rule) });
  // Where the log cannot be read now, the day is told without it.
  const told = await replay(stopped).catch(() => []);
  return rules.map((rule, at) => ({ ...rule, ...told[at] }));
}

function exceptionOf([value, used]: readonly (string | number | null)[]): readonly ExceptionDay[] {
  const exception = String(value).slice(GIVEN_PREFIX.length);
  return EXCEPTION_NAME.test(exception) ? [{ exception, used: Number(used) }] : [];
}

function ruleOf([rule, asked, refused, allowed]: readonly (
  | string
  | number
  | null
)[]): readonly RuleDay[] {
  const name = String(rule);
  if (!RULE_NAME.test(name)) return [];
  return [
    {
      rule: name,
      asked: Number(asked),
      refused: Number(refused),
      allowed: Number(allowed),
      replayed: 0,
      freed: 0,
    },
  ];
}
