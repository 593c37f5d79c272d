// What the client itself says to a command that is to run held, joined with our decision: the client will see our text alone.
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { NativeAnswer } from "#guard/native/stack.ts";
import { builtin } from "#guard/policy/authorize/reasons.ts";
import type { Decision, Reason } from "#guard/policy/decision.ts";

/**
 * The decision with the client's own rules for what the agent wrote: they will be held against our text alone. Its refusal
 * and its question stand above an allow of ours, and where the policy has no opinion the client's is taken.
 */
export function withClientAnswer(
  decision: Decision,
  { verdict, rule, why, isProtection }: NativeAnswer,
  mode: PermissionMode,
): Decision {
  const said = rule === undefined ? why : `\`${rule.list}: ${rule.text}\` in ${rule.file}`;
  const isFirm = rule !== undefined || isProtection === true;
  if (verdict === "deny" && (isFirm || decision.verdict === "abstain"))
    return stricter(decision, "deny", `your own settings refuse it: ${said}`);
  if (decision.verdict === "ask") return decision;
  if (verdict === "ask" && rule !== undefined)
    return stricter(decision, "ask", `your own settings ask about it: ${said}`);
  if (verdict === "ask" && isProtection === true && mode === "auto")
    return { ...decision, verdict: "abstain" };
  if (verdict === "ask" && isProtection === true)
    return stricter(decision, "ask", `the client would ask: ${said}`);
  if (decision.verdict === "allow") return decision;
  // A mode with a judge of its own is left to it, with the command as it was written.
  if (mode === "auto") return decision;
  if (verdict === "allow") {
    const text = `the client itself allows it: ${said}`;
    const reason: Reason = { ...builtin("allow", "client-allows", text) };
    return { ...decision, verdict: "allow", reasons: [reason] };
  }
  return stricter(decision, "ask", `the client would ask: ${said}`);
}

function stricter(decision: Decision, verdict: "deny" | "ask", text: string): Decision {
  const rule = verdict === "deny" ? "client-refuses" : "client-asks";
  const what = verdict === "deny" ? "is refused by your own settings" : "needs your yes";
  const reason: Reason = {
    ...builtin(verdict, rule, text),
    told: { what, why: text },
    instead: "ask the person to change that setting, or find another way",
  };
  return { ...decision, verdict, reasons: [reason, ...decision.reasons] };
}
