// An incident turned into tests: a red-team case of its calls in order, and a policy whose examples are the calls that matter.
import { stringify } from "yaml";
import { isAtLeast } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { DrillCall } from "#detect/playbook/playbook.ts";
import type { Reconstruction } from "./reconstruction.ts";
import type { TracedCall } from "./traced-calls.ts";
import { CASE_CALLS_MAX, type CaseInput, type RedTeamCase } from "./red-team-case.ts";

/** Examples that one policy takes from an incident. */
const EXAMPLES_MAX = 500;

type Turned = RedTeamCase["calls"][number];
type Left = RedTeamCase["left"][number];

/** The tests of an incident: a case, and the text of a policy with examples; undefined where no call of it can be an example. */
export type Regression = {
  readonly case: RedTeamCase;
  readonly policy: string | undefined;
  readonly examples: number;
};

export type RegressionWish = {
  /** What is expected from now on of a call that ran and should not have. */
  readonly missed: "deny" | "ask";
  /** The pack that the policy extends. */
  readonly pack: string;
  readonly owner: string;
};

/** Turns what can be turned, and names what cannot. A call that only led to others is a step: nothing is expected of it. */
export function regressionOf(whole: Reconstruction, wish: RegressionWish): Regression {
  const calls: Turned[] = [];
  const left: Left[] = [];
  for (const call of whole.calls) {
    const input = inputOf(call);
    if ("why" in input) left.push({ event: call.event, tool: call.tool, why: input.why });
    else if (calls.length >= CASE_CALLS_MAX)
      left.push({ event: call.event, tool: call.tool, why: "a case has no room for more calls" });
    else
      calls.push({
        call: input,
        was: call.came,
        how: call.how,
        expect: expectedOf(call, wish),
      });
  }
  const id = `incident-${whole.incident.replace(/^inc-/, "").slice(0, 26)}`;
  const [mode = null] = whole.identity.modes;
  const policy = whole.calls.findLast((call) => call.policy !== null)?.policy ?? null;
  const made: RedTeamCase = {
    case: 1,
    id,
    title: whole.title.slice(0, 300),
    from: { incident: whole.incident, drill: whole.drill },
    setting: { mode, policy },
    calls,
    left,
  };
  const examples = examplesOf(calls, whole.incident);
  const pack = {
    id,
    version: "1",
    title: `Calls of the incident ${whole.incident}`,
    extends: [wish.pack],
    review: { owner: wish.owner },
    examples,
  };
  return {
    case: made,
    policy: examples.length === 0 ? undefined : stringify(pack, { lineWidth: 0 }),
    examples: examples.length,
  };
}

/** The calls of a drill as if they had been made. */
export function drillCalls(
  calls: readonly DrillCall[],
  title: string,
  timeMs: number,
): readonly TracedCall[] {
  return calls.map(({ command, came, expect }) => ({
    event: null,
    timeMs,
    tool: "Bash",
    toolUseId: null,
    sessionId: null,
    agentId: null,
    said: command,
    verdict: expect,
    rules: [],
    came,
    why: "as the playbook says",
    how: DRILL_HOW[came],
    alerts: [title],
    mode: null,
    policy: null,
  }));
}

const DRILL_HOW = {
  ran: "allowed-by-config",
  "asked, then ran": "user-approved",
  refused: "blocked-by-hook",
} as const satisfies Readonly<Record<DrillCall["came"], TracedCall["how"]>>;

/** What a call was given, from the readable text of the record; else why that is not all of it. */
function inputOf({ tool, said }: TracedCall): CaseInput | { readonly why: string } {
  if (tool !== "Bash" && tool !== "Read" && tool !== "WebFetch")
    return { why: "the record keeps only a part of what this tool is given" };
  if (said === null) return { why: "its words were not kept, or their key is gone" };
  if (/\[\.\.\. \d+ characters \.\.\.\]|^\(\d+ characters/.test(said))
    return { why: "it is longer than the record keeps" };
  if (/\[\[SP:|(?:=|#)…|…@/.test(said))
    return { why: "something secret stood in it, which the record left out" };
  // The record writes the home as a shell does, and in quotes a shell does not read it so.
  if (tool === "Bash" && /["'][^"']*~/.test(said))
    return { why: "it names the home within quotes, where the record left it out" };
  const { findings, isTruncated } = scanText(said, "command");
  if (isTruncated || findings.some(({ tier }) => isAtLeast(tier, "medium")))
    return { why: "it may hold something secret" };
  if (tool === "Bash") return { tool, command: said };
  return tool === "Read" ? { tool, path: said } : { tool, url: said };
}

/** What was stopped has to be stopped as strictly; what ran and was found has to be stopped from now on. */
function expectedOf(
  { came, verdict, how, alerts, event }: TracedCall,
  { missed }: RegressionWish,
): Turned["expect"] {
  if (event === null) return verdictOf(verdict);
  if (came === "refused") return "deny";
  if (how === "user-approved" || came === "asked, did not run") return "ask";
  return alerts.length > 0 ? missed : "step";
}

function verdictOf(text: string): Verdict {
  return text === "deny" || text === "ask" || text === "allow" ? text : "abstain";
}

function examplesOf(calls: readonly Turned[], incident: string) {
  const seen = new Set<string>();
  return calls
    .flatMap(({ call, expect, how }) => {
      if (call.tool !== "Bash" || expect === "step" || seen.has(call.command)) return [];
      seen.add(call.command);
      return [{ command: call.command, verdict: expect, why: `${incident}: ${how}` }];
    })
    .slice(-EXAMPLES_MAX);
}
