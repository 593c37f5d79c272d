// Safer forms of a refused command, as whole command texts. Only proposals: the caller judges each before anybody sees it.
import type { Decision, Reason } from "../policy/decision.ts";
import type { Cause, Rewrite } from "./rewrite.ts";
import { rewritesOf } from "./rewrites.ts";
import { edited, simpleCommands, type SimpleCommand } from "./simple-commands.ts";

/** A proposal; `needs` and `makes` are paths as a command would name them. */
export type Proposal = Omit<Rewrite, "edits"> & { readonly command: string };

/** Characters of a command for which a safer form is looked for; nobody reads a longer one. */
const COMMAND_CHARS_MAX = 4_000;

/** Forms in which what stopped the command would not happen, the nearest first. Empty for what runs anyway. */
export function proposals(source: string, decision: Decision): readonly Proposal[] {
  const [reason] = decision.reasons;
  const stopped = decision.verdict === "deny" || decision.verdict === "ask";
  if (!stopped || reason === undefined || source.length > COMMAND_CHARS_MAX) return [];
  const cause = causeOf(reason, decision);
  const found = new Map<string, Proposal>();
  for (const command of concerned(source, reason, decision)) {
    for (const { edits, ...about } of rewritesOf(command, cause)) {
      const text = edited(source, edits).trim();
      if (text !== source && text !== "") found.set(text, { command: text, ...about });
    }
  }
  return [...found.values()];
}

function causeOf(reason: Reason, decision: Decision): Cause {
  const effect = reason.effect === undefined ? undefined : decision.effects[reason.effect];
  if (effect === undefined) return { kind: "unknown", path: undefined };
  const named =
    "target" in effect && effect.target?.kind === "path" ? effect.target.path : undefined;
  return { kind: effect.kind, path: reason.place ?? named };
}

/** The simple commands that the effect comes from: those inside its piece of the text, or around it. */
function concerned(source: string, reason: Reason, decision: Decision): readonly SimpleCommand[] {
  const at = reason.effect === undefined ? undefined : decision.effects[reason.effect]?.at;
  const all = simpleCommands(source);
  if (at === undefined) return all;
  return all.filter(({ start, end }) => start < at.end && at.start < end);
}
