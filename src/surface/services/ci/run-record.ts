// The record of one run: its log taken in, verified and read, with every call that was refused and the proof of the last event.
import { arrayOrEmpty, isObject, stringOrEmpty } from "#base/json.ts";
import { ownValue } from "#base/own-value.ts";
import { printable, printableJson } from "#base/printable.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { viewLog, type ViewedEntry } from "#record/store/log-view.ts";
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import { entryJson } from "../log/entry-text.ts";
import { takeSpooled } from "../log/spooled-events.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import type { ClientDenial } from "./client-ending.ts";
import type { Refusal } from "./run-summary.ts";

/** Decisions of one run that are read; a run of hours has some thousands. */
const ENTRIES_MAX = 200_000;

/** What is on record of a run. */
export type RunRecord = {
  readonly entries: number;
  readonly isVerified: boolean;
  /** Verifier key of the run's log: with it the proof is checked anywhere. */
  readonly key: string | undefined;
  readonly proof: string | undefined;
  /** Every event as JSON, in its order, with what is sealed left out: artifacts are read by more people than the record is for. */
  readonly lines: readonly string[];
  /** The same with what is sealed, so also what each call said. It is for those who hold the key of the run. */
  readonly meant: readonly string[];
  /** Calls by verdict. */
  readonly calls: Readonly<Record<string, number>>;
  readonly refusals: readonly Refusal[];
  /** Why, by the id of each call that was refused. */
  readonly refused: ReadonlyMap<string, string>;
};

/**
 * Reads the log of a run's data directory. `denials` are the calls that the client says it did not let run: what the guard
 * had no opinion on and no rule allowed is among them.
 */
export async function readRecord(
  data: string,
  denials: readonly ClientDenial[],
  policy: Policy,
): Promise<RunRecord> {
  const reasons = new Map(policy.rules.map((rule) => [ruleName(rule, policy), rule.reason ?? ""]));
  const directories = directoriesIn(data);
  await takeSpooled(directories);
  const { log, keys } = directories;
  const verifier = await readVerifier(keys);
  const view = await viewLog(log, keys);
  const entries = Math.min(await view.size(), ENTRIES_MAX);
  const report =
    verifier === undefined
      ? undefined
      : await checkLog({ log, keys, verifier, kept: [], witnesses: [] });
  const lines: string[] = [];
  const meant: string[] = [];
  const calls: Record<string, number> = {};
  const refusals: Refusal[] = [];
  const refused = new Map<string, string>();
  const tools = new Map<string, string>();
  for await (const entry of view.entries(0, entries)) {
    const told = entryJson(entry);
    lines.push(printableJson(isObject(told) ? { ...told, sealed: null } : told));
    meant.push(printableJson(told));
    const decision = decisionOf(entry, reasons);
    if (decision === undefined) continue;
    calls[decision.verdict] = (calls[decision.verdict] ?? 0) + 1;
    tools.set(decision.id, decision.what);
    if (decision.verdict !== "deny" && decision.verdict !== "ask") continue;
    refused.set(decision.id, `${decision.rule}: ${decision.reason}`);
    refusals.push(decision);
  }
  for (const { id, tool } of denials) {
    if (refused.has(id)) continue;
    const reason = refusalReason("client", reasons);
    refused.set(id, reason);
    refusals.push({
      tool: printable(tool),
      what: tools.get(id) ?? "",
      asked: true,
      rule: "client",
      reason,
    });
  }
  return {
    entries,
    lines,
    meant,
    calls,
    refusals,
    refused,
    isVerified: report !== undefined && report.faults.length === 0,
    key: verifier?.text,
    proof: entries === 0 ? undefined : await view.proof(entries - 1, { entry: true }),
  };
}

type Decided = Refusal & { readonly id: string; readonly verdict: string };

function decisionOf(
  { leaf, sealed }: ViewedEntry,
  reasons: ReadonlyMap<string, string>,
): Decided | undefined {
  if (!("metadata" in leaf)) return undefined;
  const { metadata } = leaf;
  if (metadata["kind"] !== "decision" || metadata["canary"] === true) return undefined;
  const verdict = stringOrEmpty(metadata["verdict"]);
  const rules = arrayOrEmpty(metadata["rules"]).map(stringOrEmpty);
  const asked = rules.some((rule) => rule.endsWith("nobody-to-ask"));
  const programs = arrayOrEmpty(metadata["programs"]).map(stringOrEmpty).join(", ");
  const command = stringOrEmpty(sealed?.["command"]);
  const rule = rules.find((name) => !name.endsWith("nobody-to-ask")) ?? rules[0] ?? "";
  return {
    verdict,
    asked,
    id: stringOrEmpty(sealed?.["toolUseId"]),
    tool: stringOrEmpty(metadata["tool"]),
    what: printable(command === "" ? programs : command),
    rule,
    reason: printable(refusalReason(rule, reasons)),
  };
}

/** Rules of the guard itself that refuse or ask. The event has their names; their words stand in no policy. */
const OF_THE_GUARD: Readonly<Record<string, string>> = {
  "guard/nobody-to-ask": "it would have been asked about, and nobody can answer",
  "guard/unknown-effect": "it does not show what it would do",
  "guard/key": "a key of a hidden file would go to its own host with its true value",
  "guard/quarantine":
    "the session is held and may only read: its settings or hooks are not as they should be",
  "guard/held": "the session is held, and every call of it is refused",
  "guard/lockdown": "every call is refused during a lockdown",
  "guard/timeout": "other large calls were checked before it",
  "guard/failed": "judging it failed",
  "guard/context": "the client would have sent a file with it that the policy keeps back",
  "guard/page": "the page could not be looked through before it reached the model",
  "guard/not-held": "it was to run in a sandbox of its own, and could not",
  "guard/no-rule": "no rule of the run allows it",
  "guard/plan-mode": "the run only plans",
  hold: "it could not be put into its sandbox",
  log: "it could not be put on record, and nothing runs unrecorded",
  client: "no rule of the run allows it",
};
const REASON_CHARS_MAX = 500;

/**
 * The reason in words; never empty. `reasons` are those of the policy by rule. Of a rule that neither knows, it says where its words
 * stand.
 */
export function refusalReason(rule: string, reasons: ReadonlyMap<string, string>): string {
  const known = (reasons.get(rule) ?? "").trim() || ownValue(OF_THE_GUARD, rule);
  if (known !== undefined && known !== "") return known.slice(0, REASON_CHARS_MAX);
  return rule === ""
    ? "the record names no rule: look at its entry in `decisions.jsonl`"
    : "a rule that this policy does not hold any more; its entry is in `decisions.jsonl`";
}
