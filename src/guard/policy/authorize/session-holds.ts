// Sessions that are held: which calls a quarantine, a lockdown or a refused session still lets through.
import type { Effect } from "../../vocabulary/effect.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Reason } from "../decision.ts";
import { builtin } from "./reasons.ts";

/** Whether a call runs in the user's shell, and whether it is known what that shell makes of a command. */
export type ShellUse = "none" | "known" | "unknown";

/** A quarantined session may only read, and where commands are held as well, only by tools of the client. */
export function holdReasons(
  effects: readonly Effect[],
  facts: Facts,
  shell: ShellUse,
): readonly Reason[] {
  if (!facts.holds.quarantined) return [];
  const { instead } = facts.holds;
  if (facts.holds.everything === true && instead !== undefined)
    return [heldReason(facts.holds.reason ?? "no reason given", instead)];
  if (facts.holds.everything === true)
    return [
      {
        ...builtin("deny", "lockdown", facts.holds.reason ?? "every call is refused"),
        told: {
          what: "comes during a lockdown: every call is refused",
          why: facts.holds.reason ?? "somebody locked this machine's sessions down",
        },
      },
    ];
  const isCommandHeld = facts.holds.withoutCommands === true && shell !== "none";
  const harmless = effects.every(
    (effect) =>
      effect.kind === "read" || (effect.kind === "execute" && effect.reach === "modelled"),
  );
  if (harmless && !isCommandHeld) return [];
  const held = facts.holds.reason ?? "no reason given";
  return [
    {
      ...builtin("deny", "quarantine", `the session is held, it may only read: ${held}`),
      instead: "ask the person to run `sallyport init` in the project; until then only read",
      told: { what: "is more than reading, and this session may only read for now", why: held },
    },
  ];
}

/** A session of which every call is refused until a person releases it. */
function heldReason(why: string, instead: string): Reason {
  return {
    ...builtin("deny", "held", `the session is held, and every call of it is refused: ${why}`),
    instead,
    told: { what: "comes in a session that is held: every call of it is refused", why },
  };
}
