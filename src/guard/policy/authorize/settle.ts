// What a mode of the client, or a policy that leaves nothing open, makes of a judgement.
import type { Effect } from "../../vocabulary/effect.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Reason, Verdict } from "../decision.ts";
import type { Policy } from "../policy.ts";
import { carriesNothing } from "../side-conditions.ts";
import { builtin } from "./reasons.ts";

type Judgement = { readonly verdict: Verdict; readonly reasons: readonly Reason[] };

/**
 * In plan mode a call is allowed only where it is proven to read: an answer of ours would stand above the mode. Under a
 * policy that asks otherwise, what it has no opinion of is a question, which a classifier of the client then never decides. `runsUnasked`:
 * the client runs what such a call brings along without a question of its own (measured: 2.1.197, shell lines of skills), so that what
 * there is no opinion of is a question too.
 */
export function settled(
  judgement: Judgement,
  effects: readonly Effect[],
  {
    policy: { otherwise },
    runsUnasked,
  }: { readonly policy: Policy; readonly runsUnasked: boolean },
  { mode, interactive }: SessionFacts,
): Judgement {
  const isReadingOnly = effects.every(isReading);
  const open =
    mode === "plan" && judgement.verdict === "allow" && !isReadingOnly ? PLANNED : judgement;
  const asksOtherwise = otherwise === "ask" && mode !== "plan";
  if (open.verdict !== "abstain" || !(asksOtherwise || (runsUnasked && !isReadingOnly)))
    return open;
  const asked = open.reasons.map((one): Reason => ({ ...one, verdict: "ask" }));
  if (interactive) return { verdict: "ask", reasons: asked };
  return { verdict: "deny", reasons: [unanswerable(open.reasons[0]), ...asked] };
}

const PLANNED: Judgement = {
  verdict: "abstain",
  reasons: [
    builtin(
      "abstain",
      "plan-mode",
      "in plan mode nothing is answered for a call that does more than read",
    ),
  ],
};

/** The refusal of a question that nobody can answer. */
export function unanswerable(asked: Reason | undefined, because: string = NOBODY): Reason {
  const refused = builtin("deny", "nobody-to-ask", `${because}: ${asked?.text ?? ""}`);
  const { instead, told } = asked ?? {};
  const why = told === undefined ? undefined : { what: told.what, why: `${told.why}; ${because}` };
  return { ...refused, instead, ...(why === undefined ? {} : { told: why }) };
}

/** WHY a refusal of a question that the client would not put: without it the call would run. */
export function withoutQuestion(judgement: Judgement): Judgement {
  if (judgement.verdict !== "ask") return judgement;
  return {
    verdict: "deny",
    reasons: [unanswerable(judgement.reasons[0], NOT_PUT), ...judgement.reasons],
  };
}

const NOT_PUT =
  "a person would have to be asked, and in this mode the client asks nobody about this file";
const NOBODY = "a person would have to be asked, and nobody can answer in this session";

function isReading(effect: Effect): boolean {
  switch (effect.kind) {
    case "read":
      return true;
    case "execute":
      return effect.reach === "modelled";
    case "egress":
      return carriesNothing(effect);
    default:
      return false;
  }
}
