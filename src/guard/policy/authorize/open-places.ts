// Files that a rule keeps by their place and that hold nothing it is about: git tracks them unchanged, or this session made them.
import { isWithin } from "#base/path.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { type Policy, type Rule, sourceOf } from "../policy.ts";
import { type Containment, isByPlace } from "./contained.ts";

/** What is judged. */
type Judged = {
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly reader: FactReader;
  readonly containment: Pick<Containment, "ofOwnMaking">;
  readonly isCommand: boolean;
  readonly isFileChange: boolean;
};

/**
 * Tells of a file that a rule about places does not count for it; undefined where that is no question. Of managed rules it is none: who
 * forbids a place for a whole organisation may mean it. And it is one only where calls are held: there git commits no other change of
 * such a file, so that nothing comes to lie open by the session's own doing, and a held call sees the file as it is whatever the rule
 * says. Of what a command prints the values are looked at; of what comes into the context without a call, nobody looks.
 */
export function openTest(
  effect: Effect,
  rule: Rule,
  judged: Judged,
): ((path: string) => boolean) | undefined {
  if (!isByPlace(rule) || sourceOf(rule, judged.policy).layer === "managed") return undefined;
  const is = effect.kind === "read" ? readTest(judged) : changeTest(effect, rule, judged);
  const { projectRoot } = judged.session;
  return is === undefined ? undefined : (path) => isWithin(projectRoot, path) && is(path);
}

/** Whether everybody who has the repository has what is in a file, or this session has. */
function readTest({
  reader,
  containment,
  isCommand,
}: Judged): ((path: string) => boolean) | undefined {
  if (!isCommand) return undefined;
  return (path) => {
    const standing = reader.ask({ kind: "containment" });
    if (standing?.kind === "containment" && standing.sandbox?.perCall !== true) return false;
    const answer = reader.ask({ kind: "open", path });
    if (standing === undefined || answer?.kind !== "open") return false;
    if (answer.isOpen) return true;
    const as = shownAs(path, reader);
    // WHY where it writes it: nothing else of that name comes into its sight.
    return as === "made" || (as === "missing" && containment.ofOwnMaking(path).isContained);
  };
}

/**
 * Whether nothing of anybody else is lost by a change of a file that a rule keeps by its name: nothing is there, or this session made
 * it. WHY only of a call that reaches no host, or one whose text is known: what it puts there is then made of what it may see.
 */
function changeTest(
  effect: Effect,
  { verdict, when }: Rule,
  { reader, containment, isCommand, isFileChange }: Judged,
): ((path: string) => boolean) | undefined {
  if (effect.kind !== "write" && effect.kind !== "delete") return undefined;
  if (verdict !== "ask" || when.named !== true) return undefined;
  const { target } = effect;
  if (target.kind !== "path" || target.reach !== "entry") return undefined;
  if (!isCommand && !isFileChange) return undefined;
  return (path) => {
    // What a link leads to is another file, with a name of its own.
    if (target.real !== target.path || path !== target.path) return false;
    const as = shownAs(path, reader);
    const isOwn = as === "made" || (as === "missing" && effect.kind === "write");
    return isOwn && (!isCommand || containment.ofOwnMaking().isContained);
  };
}

function shownAs(path: string, reader: FactReader): string | undefined {
  const answer = reader.ask({ kind: "shown", path });
  return answer?.kind === "shown" ? answer.as : undefined;
}
