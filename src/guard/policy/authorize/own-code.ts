// Code that a person's own rule for the client may speak for: that of the project, and what stands in the command and was read.
import type { Effect } from "../../vocabulary/effect.ts";

/** Whether code of the project runs that nobody foresees. */
export function isProjectCode(effect: Effect): boolean {
  return effect.kind === "execute" && effect.reach === "unbounded" && effect.origin === "project";
}

/** Whether code in the command runs of which everything was read. */
export function isReadCode(effect: Effect): boolean {
  return effect.kind === "execute" && effect.reach === "modelled" && effect.origin === "inline";
}
