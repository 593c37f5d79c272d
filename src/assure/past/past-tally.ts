// What past sessions come to: calls by what they would have met, what reached the model, hosts, what was destroyed, questions, cost.
import { dayOf } from "#base/day.ts";
import { foundTogether } from "#guard/content/bulk.ts";
import { isAtLeast, type Family, type Tier } from "#guard/content/detection/finding.ts";
import { UNSCANNED } from "#guard/content/finding-class.ts";
import { scanText } from "#guard/content/scan.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import { EFFECT_KINDS, type EffectKind } from "#guard/vocabulary/effect.ts";
import { type Destroyed, destroyedBy, type Place } from "./destroyed.ts";
import type { Prices, Usage } from "./prices.ts";
import type { Asked, Passage } from "./transcript-row.ts";

/** Groups of one kind that are kept apart; what is beyond them is counted with its kind alone. */
const GROUPS_MAX = 4_000;
/** Characters of a text that are looked through; no tool's answer is as long. */
const TEXT_CHARS_MAX = 4 * 1024 * 1024;
/** Findings of one text that are counted. */
const FINDINGS_OF_TEXT = 256;
/** Texts whose findings are kept for equal ones. */
const TEXTS_KEPT_MAX = 20_000;

/** What a call said, ready to show: nothing in it is a value that a detector finds. */
export type Shown = {
  readonly text: string;
  readonly changes: readonly string[];
  readonly reads: readonly string[];
  readonly hosts: readonly string[];
};

/** When it was, in which session, and in which project: the key is its root. */
export type At = { readonly timeMs: number; readonly session: string; readonly project: string };

/** A call with what became of it. `unfinished`: the transcript ends before its answer. */
export type PastCall = At & {
  readonly tool: string;
  readonly mode: string | undefined;
  readonly decision: Decision;
  readonly passage: Passage | "unfinished";
  readonly asked: Asked;
  readonly place: Place;
  shown(): Shown;
};

/** Things alike: how many, in how many sessions, and when first and last. */
export type Group<Of> = Of & {
  readonly calls: number;
  readonly sessions: number;
  readonly firstDay: string;
  readonly lastDay: string;
};

export type Restricted = {
  readonly verdict: "deny" | "ask";
  readonly rule: string;
  readonly effect: EffectKind | undefined;
  readonly project: string;
  readonly tool: string;
  readonly shown: Shown;
  /** Calls in a mode in which the client asks nobody. */
  readonly bypassed: number;
};
export type Reached = {
  readonly family: Family;
  readonly tier: Tier;
  readonly detector: string;
  readonly via: string;
  readonly project: string;
};
export type Ruined = Destroyed & { readonly project: string; readonly shown: Shown };

export type Spent = {
  readonly project: string;
  readonly model: string;
  requests: number;
  input: number;
  output: number;
  cacheWrite: number;
  cacheRead: number;
  /** Dollars of the requests that have a price, and how many have none. */
  usd: number;
  unpriced: number;
};

export type PastSums = {
  readonly sessions: number;
  readonly firstDay: string | undefined;
  readonly lastDay: string | undefined;
  readonly calls: number;
  readonly passages: Readonly<Record<PastCall["passage"], number>>;
  /** Of calls that ran or may have run. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly restricted: readonly Group<Restricted>[];
  readonly reached: readonly (Group<Reached> & { readonly values: number })[];
  /** Texts that were longer than what is looked through, or took too many steps. */
  readonly unscanned: number;
  readonly hosts: readonly Group<{ readonly host: string }>[];
  /** Calls that may have reached a host of which the name cannot be told. */
  readonly hostsUntold: number;
  readonly destroyed: readonly Group<Ruined>[];
  readonly questions: {
    /** Calls of which the client wrote whether it asked. */
    readonly told: number;
    readonly untold: number;
    readonly yes: number;
    readonly no: number;
    /** Asked by the client, and the policy would have said yes, asked, refused, or left it to the client. */
    readonly would: Readonly<Record<Verdict, number>>;
    /** Ran without a question, and the policy would have asked. */
    readonly fresh: number;
  };
  readonly spent: readonly Spent[];
  /** Dollars that the client itself counted, of how many sessions. */
  readonly told: { readonly usd: number; readonly sessions: number };
  /** Calls beyond the groups that are kept apart. */
  readonly omitted: number;
};

export type PastTally = {
  call(call: PastCall): void;
  text(at: At, via: string, text: string): void;
  usage(at: At, usage: Usage): void;
  told(session: string, usd: number): void;
  result(): PastSums;
};

/** Begins to count. `digest` of a value is the same for equal ones alone, and tells nothing of it. */
export function startPast(prices: Prices, digest: (text: string) => string): PastTally {
  const sessions = new Set<string>();
  const span = { firstMs: Infinity, lastMs: -Infinity };
  const passages = { ran: 0, rejected: 0, unknown: 0, unfinished: 0 };
  const verdicts = { deny: 0, ask: 0, abstain: 0, allow: 0 };
  const counts = { calls: 0, unscanned: 0, hostsUntold: 0, omitted: 0 };
  const restricted = groups<Omit<Restricted, "bypassed"> & { bypassed: number }>();
  const reached = groups<Reached & { readonly values: Set<string> }>();
  const hosts = groups<{ readonly host: string }>();
  const destroyed = groups<Ruined>();
  const questions = { told: 0, untold: 0, yes: 0, no: 0, fresh: 0 };
  const would = { deny: 0, ask: 0, abstain: 0, allow: 0 };
  const spent = new Map<string, Spent>();
  const told = new Map<string, number>();
  const texts = new Map<string, readonly Found[]>();
  const seen = ({ session, timeMs }: At): void => {
    sessions.add(session);
    span.firstMs = Math.min(span.firstMs, timeMs);
    span.lastMs = Math.max(span.lastMs, timeMs);
  };
  const question = ({ asked, passage, decision: { verdict } }: PastCall): void => {
    if (asked === "unknown") {
      questions.untold += 1;
      return;
    }
    questions.told += 1;
    if (asked === "never") {
      if (passage === "ran" && verdict === "ask") questions.fresh += 1;
      return;
    }
    questions[asked] += 1;
    would[verdict] += 1;
  };
  const lookThrough = (text: string): readonly Found[] => {
    const key = digest(text);
    const before = texts.get(key);
    if (before !== undefined) return before;
    const looked = text.slice(0, TEXT_CHARS_MAX);
    const { findings, isTruncated } = scanText(looked, "past", { max: FINDINGS_OF_TEXT });
    if (isTruncated || text.length > TEXT_CHARS_MAX) counts.unscanned += 1;
    const found = [...findings, ...foundTogether(findings, looked)]
      .filter(({ detector, tier }) => detector !== UNSCANNED && isAtLeast(tier, "medium"))
      .map(({ detector, family, tier, start, end }) => ({
        detector,
        family,
        tier,
        value: digest(text.slice(start, end)),
      }));
    const kept = found.length === 0 ? NOTHING_FOUND : found;
    if (texts.size < TEXTS_KEPT_MAX) texts.set(key, kept);
    return kept;
  };
  return {
    call(call) {
      seen(call);
      counts.calls += 1;
      passages[call.passage] += 1;
      question(call);
      if (call.passage === "rejected") return;
      const { decision, project, tool, mode, place } = call;
      const { verdict, reasons, effects } = decision;
      verdicts[verdict] += 1;
      if (verdict === "deny" || verdict === "ask") {
        const rule = reasons[0]?.rule ?? "";
        const effect = effects[reasons[0]?.effect ?? -1]?.kind;
        const shown = call.shown();
        const key = [verdict, rule, project, shown.text].join("\n");
        const group = restricted.add(key, call, () => ({
          verdict,
          rule,
          effect,
          project,
          tool,
          shown,
          bypassed: 0,
        }));
        if (group !== undefined && mode === "bypassPermissions") group.bypassed += 1;
      }
      const names = new Set<string>();
      let isUntold = false;
      for (const effect of effects) {
        if (effect.kind !== "egress") continue;
        if (effect.destination.host === undefined) isUntold = true;
        else names.add(effect.destination.host);
      }
      if (isUntold) counts.hostsUntold += 1;
      for (const host of names) hosts.add(host, call, () => ({ host }));
      for (const one of destroyedBy(effects, place)) {
        const shown = call.shown();
        const key = [one.what, one.undo, project, shown.text].join("\n");
        destroyed.add(key, call, () => ({ ...one, project, shown }));
      }
    },
    text(at, via, text) {
      seen(at);
      for (const { detector, family, tier, value } of lookThrough(text)) {
        const { project } = at;
        const key = [detector, tier, via, project].join("\n");
        const make = () => ({ detector, family, tier, via, project, values: new Set<string>() });
        reached.add(key, at, make)?.values.add(value);
      }
    },
    usage(at, usage) {
      seen(at);
      const key = `${at.project}\n${usage.model}`;
      const zero = { requests: 0, input: 0, output: 0, cacheWrite: 0, cacheRead: 0 };
      const sum = spent.get(key) ?? {
        project: at.project,
        model: usage.model,
        ...zero,
        usd: 0,
        unpriced: 0,
      };
      if (!spent.has(key) && spent.size >= GROUPS_MAX) {
        counts.omitted += 1;
        return;
      }
      spent.set(key, sum);
      sum.requests += 1;
      sum.input += usage.input;
      sum.output += usage.output;
      sum.cacheWrite += usage.cacheWrite5m + usage.cacheWrite1h;
      sum.cacheRead += usage.cacheRead;
      const usd = prices.costOf(usage);
      if (usd === undefined) sum.unpriced += 1;
      else sum.usd += usd;
    },
    told(session, usd) {
      told.set(session, Math.max(usd, told.get(session) ?? 0));
    },
    result: () => ({
      sessions: sessions.size,
      firstDay: Number.isFinite(span.firstMs) ? dayOf(span.firstMs) : undefined,
      lastDay: Number.isFinite(span.lastMs) ? dayOf(span.lastMs) : undefined,
      calls: counts.calls,
      passages,
      verdicts,
      unscanned: counts.unscanned,
      restricted: restricted.list().toSorted(byHarm),
      reached: reached
        .list()
        .map(({ values, ...one }) => ({ ...one, values: values.size }))
        .toSorted(byFamily),
      hosts: hosts.list().toSorted(byCalls),
      hostsUntold: counts.hostsUntold,
      destroyed: destroyed.list().toSorted(byUndo),
      questions: { ...questions, would },
      spent: [...spent.values()].toSorted(
        (one, other) => other.usd - one.usd || other.requests - one.requests,
      ),
      told: { usd: [...told.values()].reduce((sum, usd) => sum + usd, 0), sessions: told.size },
      omitted:
        counts.omitted +
        [restricted, reached, hosts, destroyed].reduce((sum, one) => sum + one.omitted(), 0),
    }),
  };
}

type Found = {
  readonly detector: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly value: string;
};

const NOTHING_FOUND: readonly Found[] = [];

/** Groups by their keys, as many as are kept apart. */
function groups<Of>() {
  type Counted = {
    readonly of: Of;
    calls: number;
    readonly sessions: Set<string>;
    firstMs: number;
    lastMs: number;
  };
  const byKey = new Map<string, Counted>();
  let omitted = 0;
  return {
    /** Adds one; gives what the group is of, undefined where there is no room for one more. */
    add(key: string, { timeMs, session }: At, make: () => Of): Of | undefined {
      let group = byKey.get(key);
      if (group === undefined) {
        if (byKey.size >= GROUPS_MAX) {
          omitted += 1;
          return undefined;
        }
        group = {
          of: make(),
          calls: 0,
          sessions: new Set(),
          firstMs: timeMs,
          lastMs: timeMs,
        };
        byKey.set(key, group);
      }
      group.calls += 1;
      group.sessions.add(session);
      group.firstMs = Math.min(group.firstMs, timeMs);
      group.lastMs = Math.max(group.lastMs, timeMs);
      return group.of;
    },
    list: (): readonly Group<Of>[] =>
      [...byKey.values()].map(({ of, calls, sessions, firstMs, lastMs }) => ({
        ...of,
        calls,
        sessions: sessions.size,
        firstDay: dayOf(firstMs),
        lastDay: dayOf(lastMs),
      })),
    omitted: () => omitted,
  };
}

type Counts = { readonly calls: number };
const byCalls = (one: Counts, other: Counts): number => other.calls - one.calls;

const HARM: ReadonlyMap<string | undefined, number> = new Map(
  EFFECT_KINDS.map((kind, index) => [kind, index]),
);
function byHarm(one: Restricted & Counts, other: Restricted & Counts): number {
  if (one.verdict !== other.verdict) return one.verdict === "deny" ? -1 : 1;
  const rank = ({ effect }: Restricted): number => HARM.get(effect) ?? EFFECT_KINDS.length;
  return rank(one) - rank(other) || byCalls(one, other);
}

const FAMILIES: readonly Family[] = ["secret", "health", "personal"];
function byFamily(one: Reached & Counts, other: Reached & Counts): number {
  const family = FAMILIES.indexOf(one.family) - FAMILIES.indexOf(other.family);
  if (family !== 0) return family;
  if (one.tier !== other.tier) return isAtLeast(one.tier, other.tier) ? -1 : 1;
  return byCalls(one, other);
}

const UNDO: readonly Destroyed["undo"][] = ["nothing", "unknown", "copies", "reflog", "tools"];
function byUndo(one: Ruined & Counts, other: Ruined & Counts): number {
  return UNDO.indexOf(one.undo) - UNDO.indexOf(other.undo) || byCalls(one, other);
}
