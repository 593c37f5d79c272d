// What a policy held back, or would have: calls refused and asked about, by the rule that came first, with redacted commands.
import { stringOrEmpty } from "#base/json.ts";
import { isWithin } from "#base/path.ts";
import { saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** Calls that are told apart; beyond, one that is recorded twice counts twice. */
const CALLS_MAX = 500_000;
/** Reasons, and forms of commands of one reason, that are kept apart; what lies beyond is counted in the sums alone. */
const REASONS_MAX = 1_000;
const COMMANDS_MAX = 500;

/** Verdicts that keep a call from running by itself. */
export type Restraint = "deny" | "ask";

/** How often a form of a command was held back. No word of the command stands in it that the record may not show. */
export type CommandForm = { readonly text: string; readonly calls: number };

/** One rule that came first among the reasons of calls. */
export type RestraintReason = {
  readonly verdict: Restraint;
  /** As reasons name it: `<layer>:<policy>/<rule>`. */
  readonly rule: string;
  readonly calls: number;
  readonly sessions: number;
  /** Most first. */
  readonly commands: readonly CommandForm[];
};

/** All of a period. `observed` of the calls had no verdict enforced because their project was observed only. */
export type RestraintSummary = {
  readonly calls: number;
  readonly sessions: number;
  readonly observed: number;
  readonly refused: number;
  readonly asked: number;
  /** Most calls first. */
  readonly reasons: readonly RestraintReason[];
};

/** A count that goes on; `result` may be asked at any time. */
export type RestraintTally = {
  /** `sealed` is what could be opened of the entry. */
  add(metadata: JsonObject, sealed: JsonObject | undefined): void;
  result(): RestraintSummary;
};

/** Characters of what a call said that are shown. */
const SAID_CHARS = 100;

type Counts = { calls: number; sessions: Set<string>; commands: Map<string, number> };

/** Begins to count judged calls, of one project where `root` is given. Probes of the guard itself are no calls of anybody. */
export function startRestraintTally(root?: string): RestraintTally {
  const seen = new Set<string>();
  const sessions = new Set<string>();
  const reasons = new Map<string, Counts>();
  const sums = { calls: 0, observed: 0, refused: 0, asked: 0 };
  return {
    add(metadata, sealed) {
      if (metadata["kind"] !== "decision" || metadata["canary"] === true) return;
      if (root !== undefined && !isIn(root, sealed?.["cwd"])) return;
      const call = stringOrEmpty(metadata["call"]);
      // WHY: a call that the client asks about is judged again, and is one call.
      if (seen.has(call)) return;
      if (seen.size < CALLS_MAX) seen.add(call);
      const session = stringOrEmpty(metadata["session"]);
      sums.calls += 1;
      sessions.add(session);
      if (metadata["observed"] === true) sums.observed += 1;
      const { verdict } = metadata;
      if (verdict !== "deny" && verdict !== "ask") return;
      sums[verdict === "deny" ? "refused" : "asked"] += 1;
      const [rule] = Array.isArray(metadata["rules"]) ? metadata["rules"] : [];
      const key = `${verdict} ${stringOrEmpty(rule)}`;
      const counts = reasons.get(key) ?? { calls: 0, sessions: new Set(), commands: new Map() };
      if (!reasons.has(key) && reasons.size >= REASONS_MAX) return;
      reasons.set(key, counts);
      counts.calls += 1;
      counts.sessions.add(session);
      const form = formOf(metadata, sealed);
      if (counts.commands.has(form) || counts.commands.size < COMMANDS_MAX)
        counts.commands.set(form, (counts.commands.get(form) ?? 0) + 1);
    },
    result: () => ({
      ...sums,
      sessions: sessions.size,
      reasons: [...reasons].map(([key, counts]) => reasonOf(key, counts)).toSorted(byCalls),
    }),
  };
}

function reasonOf(key: string, { calls, sessions, commands }: Counts): RestraintReason {
  const [verdict = "", rule = ""] = key.split(" ");
  return {
    verdict: verdict === "deny" ? "deny" : "ask",
    rule,
    calls,
    sessions: sessions.size,
    commands: [...commands].map(([text, count]) => ({ text, calls: count })).toSorted(byCalls),
  };
}

function byCalls(one: { readonly calls: number }, other: { readonly calls: number }): number {
  return other.calls - one.calls;
}

/**
 * What the call said; where that is not kept, the command without the stand-ins' digests, so that calls alike are one line; for other
 * tools, and for a command that is one stand-in, the tool and its kinds of effects.
 */
function formOf(metadata: JsonObject, sealed: JsonObject | undefined): string {
  const said = saidIn(sealed);
  if (said !== undefined) {
    const line = said
      .replaceAll(/\[\[SP:([a-z0-9/-]+):[A-Z2-7]+\]\]/g, "<$1>")
      .replaceAll(/\s+/g, " ")
      .trim();
    return line.length > SAID_CHARS ? `${line.slice(0, SAID_CHARS)}...` : line;
  }
  const command = sealed?.["command"];
  const text = typeof command === "string" ? command.replaceAll(/<(\w+):[^>]*>/g, "<$1>") : "";
  if (text !== "" && text !== "<word>") return text;
  const effects = metadata["effects"];
  const kinds =
    typeof effects === "object" && effects !== null && !Array.isArray(effects)
      ? Object.keys(effects)
      : [];
  return [stringOrEmpty(metadata["tool"]), ...kinds.slice(0, 3)].join(" ");
}

function isIn(root: string, cwd: unknown): boolean {
  return typeof cwd === "string" && isWithin(root, cwd);
}
