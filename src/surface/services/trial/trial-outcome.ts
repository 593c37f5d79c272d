// What becomes of a trial: the plan that makes its changes in the project, and what stands against that.
import { counted } from "#base/counted.ts";
import type { ChangeRecord } from "../undo/change-records.ts";
import type { CopyStore } from "../undo/copy-store.ts";
import { planTakeBack, type TakeBackPlan } from "../undo/take-back.ts";
import type { TrialEnd } from "./run-trial.ts";
import { type JudgedChange, verdictOf } from "./trial-calls.ts";

/** Plans it: to take the project "back" from what it is now to what the command left. */
export function planCommit(
  end: TrialEnd,
  { root, store }: { readonly root: string; readonly store: CopyStore },
): { readonly chosen: readonly ChangeRecord[]; readonly plan: TakeBackPlan } {
  const record: ChangeRecord = {
    id: end.id,
    timeMs: Date.now(),
    root,
    what: "try",
    tool: "try",
    sessionId: "",
    callId: `trial-${end.id}`,
    isShared: false,
    isCut: false,
    changes: end.changes.map(({ path, before, after }) => ({ path, before: after, after: before })),
  };
  const chosen = [record];
  return { chosen, plan: planTakeBack(chosen, chosen, { root, store, over: new Set() }) };
}

/**
 * Why nothing of it can be committed; undefined where it can. Without anybody to be asked only what the policy allows is, of a
 * command that ended well.
 */
export function whyNotCommitted({
  end,
  judged,
  plan,
  isAsked,
}: {
  readonly end: TrialEnd;
  readonly judged: readonly JudgedChange[];
  readonly plan: TakeBackPlan;
  readonly isAsked: boolean;
}): string | undefined {
  const verdict = verdictOf(judged);
  const refused = judged.filter((one) => one.verdict === "deny").length;
  if (verdict === "deny") return `the policy refuses ${counted(refused, "change")}`;
  if (end.isCut) return "it changed more places than are looked at";
  if (end.meanwhile.length > 0)
    return "somebody else changed the same places while it ran; try it again";
  const stuck = plan.steps.filter(({ obstacle }) => obstacle !== undefined).length;
  if (stuck > 0) return `${counted(stuck, "change")} cannot be committed`;
  if (end.leftOut.some((path) => path.split("/").includes(".git")))
    return "it changed what git keeps of the project, which a trial cannot commit";
  if (isAsked) return undefined;
  if (end.status !== 0) return `the command ended with ${end.status}`;
  return verdict === "ask" ? "the policy asks about some changes, and nobody was asked" : undefined;
}
