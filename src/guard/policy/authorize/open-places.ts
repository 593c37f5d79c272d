// Files that a rule keeps by their place and that lie open all the same: git tracks them, and nobody changed what is hidden in them.
import { isWithin } from "#base/path.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { type Policy, type Rule, sourceOf } from "../policy.ts";
import { isByPlace } from "./contained.ts";

/**
 * Tells of a file whether everybody who has the repository has what is in it, so that a rule about reading does not count for it;
 * undefined where that is no question. Of managed rules it is none: who forbids a place for a whole organisation may mean it. And it is
 * one only where calls are held: there git commits no other change of such a file, so that nothing comes to lie open by the session's
 * own doing, and a held call sees the file as it is whatever the rule says. `isCommand`: of what a command prints the values are looked
 * at; of what comes into the context without a call, nobody looks.
 */
export function openTest(
  effect: Effect,
  rule: Rule,
  {
    policy,
    session,
    reader,
    isCommand,
  }: {
    readonly policy: Policy;
    readonly session: SessionFacts;
    readonly reader: FactReader;
    readonly isCommand: boolean;
  },
): ((path: string) => boolean) | undefined {
  if (!isCommand || effect.kind !== "read" || !isByPlace(rule)) return undefined;
  if (sourceOf(rule, policy).layer === "managed") return undefined;
  return (path) => {
    if (!isWithin(session.projectRoot, path)) return false;
    const standing = reader.ask({ kind: "containment" });
    if (standing?.kind === "containment" && standing.sandbox?.perCall !== true) return false;
    const answer = reader.ask({ kind: "open", path });
    return standing !== undefined && answer?.kind === "open" && answer.isOpen;
  };
}
