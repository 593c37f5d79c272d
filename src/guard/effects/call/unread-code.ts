// Whether what a program does runs code that nobody has read.
import { textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { isManager } from "../declared/declared-install.ts";

/** Whether code runs that may do anything. */
export function runsUnread(consequences: readonly Consequence[]): boolean {
  return consequences.some(
    (one) =>
      one.kind === "effect" && one.effect.kind === "execute" && one.effect.reach === "unbounded",
  );
}

/** Whether code runs that may do anything, and no manager of packages that its words are for. */
export function runsCode(consequences: readonly Consequence[]): boolean {
  return (
    runsUnread(consequences) &&
    !consequences.some(
      (one) =>
        (one.kind === "effect" && one.effect.kind === "install") ||
        (one.kind === "run" && isManager(textOf(one.argv[0] ?? []) ?? "")),
    )
  );
}
