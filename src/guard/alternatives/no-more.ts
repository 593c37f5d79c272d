// Whether a form of a call does nothing that the call itself would not have done.
import { compileGlob } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { DataSource, Destination, Effect, Target } from "../vocabulary/effect.ts";
import type { Decision } from "../policy/decision.ts";

/** What a form is held against, and the absolute path that it makes where nothing lies, if it makes one. */
type Held = { readonly refused: readonly Effect[]; readonly makes: string | undefined };

/**
 * Whether each effect of a form is one of the refused call, or less than one. Besides it may read what it is allowed to read,
 * and run programs that do nothing but what is listed beside them.
 */
export function doesNoMore(form: Decision, refused: Decision, makes: string | undefined): boolean {
  const held = { refused: refused.effects, makes };
  return form.effects.every(
    (effect) => (effect.kind === "read" && form.verdict === "allow") || isCovered(effect, held),
  );
}

function isCovered(effect: Effect, held: Held): boolean {
  const { refused } = held;
  switch (effect.kind) {
    case "read":
      return refused.some((one) => one.kind === "read" && reaches(one.target, effect.target));
    case "write":
      return isWriteCovered(effect, held);
    case "delete":
      return refused.some(
        (one) =>
          (one.kind === "delete" && reaches(one.target, effect.target)) ||
          (one.kind === "write" && isRefilled(refused) && reaches(one.target, effect.target)),
      );
    case "egress":
      return refused.some(
        (one) =>
          one.kind === "egress" &&
          reachesHost(one.destination, effect.destination) &&
          (one.asks !== true || effect.asks === true) &&
          effect.carries.every((source) => one.carries.some((other) => isSame(other, source))),
      );
    case "execute":
      return (
        effect.reach === "modelled" ||
        refused.some(
          (one) =>
            one.kind === "execute" &&
            one.reach === "unbounded" &&
            one.origin === effect.origin &&
            isSameProgram(one.program, effect.program),
        )
      );
    case "history":
      return refused.some(
        (one) =>
          one.kind === "history" &&
          one.remote === effect.remote &&
          (one.operation === effect.operation ||
            (one.operation === "force-push" && effect.operation === "force-push-with-lease")) &&
          haveNoMore(one.refs, effect.refs),
      );
    case "publish":
      return refused.some(
        (one) =>
          one.kind === "publish" &&
          one.channel === effect.channel &&
          one.destination === effect.destination &&
          haveNoMore(one.refs, effect.refs),
      );
    case "install":
      return refused.some(
        (one) =>
          one.kind === "install" &&
          one.manager === effect.manager &&
          (one.runsScripts || !effect.runsScripts) &&
          effect.packages.every((name) => one.packages.includes(name)),
      );
    case "deploy":
    case "privilege":
    case "persist":
    case "tamper":
    case "unknown":
      return refused.some((one) => one.kind === effect.kind && isSame(what(one), what(effect)));
    default:
      return effect satisfies never;
  }
}

function isWriteCovered(
  { target, mode }: Extract<Effect, { readonly kind: "write" }>,
  { refused, makes }: Held,
): boolean {
  if (makes !== undefined && target.kind === "path" && isWithin(makes, target.path)) return true;
  return refused.some((one) => {
    if (one.kind === "write" || one.kind === "delete") {
      if (reaches(one.target, target)) return true;
    }
    // What git puts aside it keeps, and it was going to be thrown away.
    return mode === "tracked" && one.kind === "history" && one.remote === undefined;
  });
}

/** An install makes its directories anew: what it fills there it also takes away. */
function isRefilled(refused: readonly Effect[]): boolean {
  return refused.some(({ kind }) => kind === "install");
}

/** Whether what an effect lands on includes what another one does. */
function reaches(one: Target, other: Target): boolean {
  if (isSame(one, other)) return true;
  if (one.kind === "unresolved")
    return (
      one.reach === "tree" &&
      (one.within === undefined || isWithin(one.within, placeOf(other) ?? "/"))
    );
  if (other.kind === "unresolved") return one.kind === "path" && isTreeOf(one, other.within);
  if (one.kind === "pattern")
    return one.path === other.path || (other.kind === "path" && compileGlob(one.path)(other.path));
  if (other.kind === "pattern") return isTreeOf(one, placeOf(other));
  const isEntry = one.path === other.path && (one.reach === "tree" || other.reach === "entry");
  return isEntry || isTreeOf(one, other.path);
}

function isTreeOf({ path, reach }: Extract<Target, { kind: "path" }>, place?: string): boolean {
  return reach === "tree" && place !== undefined && isWithin(path, place);
}

/** A directory that all of a target lies in. */
function placeOf(target: Target): string | undefined {
  switch (target.kind) {
    case "path":
      return target.path;
    case "pattern":
      return target.path.replace(/\/[^/]*[*?[{\\!].*$/s, "") || "/";
    case "unresolved":
      return target.within;
    default:
      return target satisfies never;
  }
}

function reachesHost(one: Destination, other: Destination): boolean {
  if (one.host === undefined && one.known === undefined) return true;
  return one.host === other.host && one.port === other.port && one.known === other.known;
}

function isSameProgram(one: string | undefined, other: string | undefined): boolean {
  // Verbs of one program run the same code of the project.
  return one?.split(" ", 1)[0] === other?.split(" ", 1)[0];
}

/** Whether no reference is meant but those that were; of those that are not known all may be. */
function haveNoMore(
  before: readonly string[] | undefined,
  now: readonly string[] | undefined,
): boolean {
  return before === undefined || now?.every((ref) => before.includes(ref)) === true;
}

/** What an effect is, without where in the text it comes from. */
function what(effect: Effect): object {
  return { ...effect, via: undefined, at: undefined };
}

function isSame(one: DataSource | Target | object, other: DataSource | Target | object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
