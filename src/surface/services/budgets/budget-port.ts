// What answering hooks asks of budgets.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Budget } from "#guard/policy/budget.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Project } from "../projects/project.ts";
import type { Reached } from "./budget-check.ts";

type About = Pick<HookEvent, "sessionId" | "agentId">;

/** Budgets as hooks see them. Nothing here reads a file before it answers, or throws. */
export type BudgetPort = {
  /** The budgets of the policy in force; none where there is no policy, because every call is refused then. */
  of(project: Project): Promise<readonly Budget[]>;
  /** An event came: time goes by, and the session's transcript is read on. Nothing where no budget is in force. */
  touch(project: Project, event: HookEvent, budgets?: readonly Budget[]): void;
  /** Budgets of which a step is reached, the strictest first. `call` is about to be made. */
  reached(
    project: Project,
    event: About,
    budgets: readonly Budget[],
    call?: ToolCall,
  ): readonly Reached[];
  /** What became of a call of which budgets were asked. */
  decided(
    project: Project,
    event: About,
    call: ToolCall,
    told: { readonly verdict: Verdict; readonly reached: readonly Reached[] },
  ): void;
  /** A call ran, so a person who was asked said yes. `said` is its outcome. */
  ended(project: Project, event: About, call: ToolCall, said: string): void;
  /** A person heard of these. */
  told(reached: readonly Reached[]): void;
  /** Calls in a row that were refused because they make no progress. */
  refusedRepeats(event: About): number;
};
