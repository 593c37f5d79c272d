// What `sallyport status` says of holding: whether each command of a session runs in a sandbox that is made for it.
import { printable } from "#base/printable.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { homeDirectory } from "#platform/user.ts";
import { clientSidesOf } from "../hold/client-side.ts";
import { type HoldStatus, holdStatus } from "../hold/hold-status.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";

/** Runs a command as a call would be. Nobody needs that calls are held, so that they are not is a note. */
export async function checkHold(
  root: string,
  { environment }: Pick<Surroundings, "environment">,
  { hold }: Pick<Policy, "hold"> = {},
  standing: () => Promise<HoldStatus> = holdStatus,
): Promise<Check> {
  const note = (text: string): Check => ({ about: "hold", level: "note", text });
  if (hold === "never") return note("the policy has commands run without a sandbox of their own");
  const { hasSandbox } = clientSidesOf(environment["HOME"] ?? homeDirectory())(root);
  if (hasSandbox) return note("the client's own sandbox is on, so commands run in that one");
  const found = await standing();
  if (!found.works) return note(notHeldText(found));
  const shares = found.programs.join === undefined ? ", each with a network of its own" : "";
  const which = hold === "unproven" ? "commands with unforeseen code run" : "each command runs";
  const text = `${which} in a sandbox made for it${shares}: code of the project needs no question`;
  return { about: "hold", level: "ok", text };
}

/** Why commands are not held here, and what repairs it. */
export function notHeldText({ why, repair }: HoldStatus & { readonly works: false }): string {
  return `commands are not held here, so more is asked about: ${printable(why)}; to repair it: ${repair}`;
}
