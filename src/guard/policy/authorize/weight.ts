// How grave an effect is beside the others of its call: which of several reasons a person is told first.
import { globBase } from "#base/glob.ts";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { DataSource, Effect, Target } from "../../vocabulary/effect.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Reason } from "../decision.ts";
import { carriesNothing } from "../side-conditions.ts";

/**
 * A reason and its weight among those of its verdict. `grave`: data leaves for good. `slight`: a rule that would ask cannot
 * be ruled out, or its place is hit in passing by something far wider.
 */
export type EvaluatedReason = {
  readonly reason: Reason;
  readonly weight: Weight;
  /** The file of which the call is shown a view, where the effect is harmless for that alone. */
  readonly view?: string;
};
/** How grave, of what a person is told first. */
export type Weight = "grave" | "plain" | "slight";

/** A reason of plain weight. */
export function plain(reason: Reason): EvaluatedReason {
  return { reason, weight: "plain" };
}

const DATABASES = /^(?:postgres(?:ql)?|mysql|mariadb|redis|mongodb)/;

/** What the call as a whole does, beside one effect of it. */
export type Whole = {
  /** It changes what a database server keeps. */
  readonly ofStore: boolean;
  /** What writes single files. */
  readonly writers: readonly (Effect & { readonly kind: "write" })[];
  /** Git puts files of the project's history into a tree elsewhere. */
  readonly ofOtherTree: boolean;
};

/** How grave an effect is that a rule certainly speaks of. */
export function weightOf(effect: Effect, session: SessionFacts, whole: Whole): Weight {
  switch (effect.kind) {
    case "publish":
      return "grave";
    case "history":
      // What lies in a tree elsewhere, named to git as its own, is told as what it is: files that are changed there.
      if (effect.remote === undefined) return whole.ofOtherTree ? "slight" : "plain";
      return "grave";
    case "egress":
      // Statements that a database is sent are what is done there.
      if (DATABASES.test(effect.destination.scheme ?? "")) return "plain";
      if (whole.ofStore && effect.carries.every(isOfCall)) return "plain";
      return effect.destination.known === undefined && !carriesNothing(effect) ? "grave" : "plain";
    case "delete":
      // A file that is put aside and written anew is told as what it is then, and not as what is gone.
      return whole.writers.some((writer) => isReplaced(effect, writer)) ? "slight" : "plain";
    case "tamper":
    case "persist":
      return effect.target !== undefined && isFarWider(effect.target, session) ? "slight" : "plain";
    default:
      return "plain";
  }
}

/** Whether what is sent stands in the call itself, or came from where it goes. */
function isOfCall({ kind }: DataSource): boolean {
  return kind === "argument" || kind === "network";
}

/** Whether another program than the one that takes a file away puts one in its place. */
function isReplaced(
  { target, via, at }: Effect & { readonly kind: "delete" },
  writer: Effect & { readonly kind: "write" },
): boolean {
  return (
    target.kind === "path" &&
    target.reach === "entry" &&
    writer.target.kind === "path" &&
    writer.target.path === target.path &&
    JSON.stringify([writer.via, writer.at]) !== JSON.stringify([via, at])
  );
}

/** What the call does as a whole, from all of its effects. */
export function wholeOf(effects: readonly Effect[], { projectRoot }: SessionFacts): Whole {
  const tracked = effects.flatMap((effect) =>
    effect.kind === "write" && effect.mode === "tracked" && effect.target.kind === "path"
      ? [effect.target.real]
      : [],
  );
  return {
    ofStore: effects.some((effect) => effect.kind === "deploy" && effect.system === "database"),
    writers: effects.flatMap((effect) =>
      effect.kind === "write" && effect.target.reach === "entry" ? [effect] : [],
    ),
    ofOtherTree:
      tracked.includes(joinPath(projectRoot, ".git")) &&
      tracked.some((path) => !isWithin(projectRoot, path)),
  };
}

/** Whether a target is a top directory, the whole home or project: what is hit inside is not what was aimed at. */
function isFarWider(target: Target, { home, projectRoot }: SessionFacts): boolean {
  if (target.kind === "unresolved" || (target.kind === "path" && target.reach === "entry"))
    return false;
  const base = target.kind === "path" ? target.real : globBase(target.path);
  return parentPath(base) === "/" || [home, projectRoot].some((root) => isWithin(base, root));
}
