// What conditions ask of an effect beside its place: origins, programs, branches, hosts, remotes and what leaves.
import { compileGlob } from "#base/glob.ts";
import { isLoopback } from "../effects/network/destination.ts";
import { isServicePort } from "../effects/network/service-ports.ts";
import type { Destination, Effect } from "../vocabulary/effect.ts";
import { isSameProgram } from "./commands.ts";
import { machinePort } from "./machine-ports.ts";
import type { Condition, Policy } from "./policy.ts";
import { placesMatch } from "./remotes.ts";

/** The word for ports of this machine at which such services listen. */
const MACHINE_SERVICES = "machine-services";

/** Whether a rule speaks of services of this machine, and the effect reaches one at a port that the policy names. */
export function isNamedService(
  { hosts }: Condition,
  effect: Effect,
  { machinePorts = [] }: Pick<Policy, "machinePorts">,
): boolean {
  if (hosts?.length !== 1 || hosts[0] !== MACHINE_SERVICES || effect.kind !== "egress")
    return false;
  const { host, port } = effect.destination;
  return machinePorts.some((entry) => {
    const named = machinePort(entry);
    return named.port === port && (named.address === undefined || named.address === host);
  });
}

function isMachineService(host: string, port: number | undefined): boolean {
  return port !== undefined && isServicePort(port) && isLoopback(host);
}

/** Whether nothing leaves but the words of the call itself. */
export function carriesNothing(effect: Effect): boolean {
  return effect.kind === "egress" && effect.carries.every(({ kind }) => kind === "argument");
}

function asksOnly(effect: Effect): boolean {
  return effect.kind === "egress" && effect.asks === true && carriesNothing(effect);
}

/** Whether git keeps all that an effect takes away: in its log, under other references, or in the index. */
function isRecoverable(effect: Effect): boolean {
  if (effect.kind !== "history" || effect.remote !== undefined) return false;
  const { operation, lost } = effect;
  if (operation === "amend") return true;
  return lost !== undefined && lost.files.length + lost.commits.length + lost.more === 0;
}

/** Whether a condition speaks of what is sent, which no boundary but the guard sees. */
export function namesCargo({ carriesNothing, asksOnly, carries }: Condition): boolean {
  return [carriesNothing, asksOnly, carries].some((part) => part !== undefined);
}

/** Whether the effect meets them: with `some` if it possibly does, with `every` if it certainly does. */
export function sideConditions(
  when: Condition,
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  if (when.operations !== undefined) {
    const operation = operationOf(effect);
    if (operation === undefined || !when.operations.includes(operation)) return false;
  }
  if (
    when.origins !== undefined &&
    !(effect.kind === "execute" && when.origins.includes(effect.origin))
  )
    return false;
  if (when.reach !== undefined && !(effect.kind === "execute" && when.reach === effect.reach))
    return false;
  if (when.programs !== undefined) {
    if (
      effect.kind !== "execute" ||
      effect.program === undefined ||
      !when.programs.includes(effect.program)
    )
      return false;
  }
  if (when.refs !== undefined && !refsMatch(when.refs, effect, quantifier)) return false;
  if (when.recoverable !== undefined && isRecoverable(effect) !== when.recoverable) return false;
  if (when.carriesNothing !== undefined) {
    if (carriesNothing(effect) !== when.carriesNothing) return false;
  }
  if (when.asksOnly !== undefined && asksOnly(effect) !== when.asksOnly) return false;
  if (when.carries !== undefined && !carriesOf(when.carries, effect, quantifier)) return false;
  if (when.managers !== undefined && !managerMatches(when.managers, effect)) return false;
  if (when.systems !== undefined && !systemMatches(when.systems, effect, quantifier)) return false;
  return placesMatch(when, effect, quantifier) && hostsMatch(when, effect, quantifier);
}

/** A rule that allows speaks of what carries these kinds and no others. */
function carriesOf(
  kinds: NonNullable<Condition["carries"]>,
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  if (effect.kind !== "egress" || effect.carries.length === 0) return false;
  return effect.carries[quantifier](({ kind }) => kinds.includes(kind));
}

function managerMatches(managers: readonly string[], effect: Effect): boolean {
  return effect.kind === "install" && managers.some((one) => isSameProgram(effect.manager, one));
}

/** In place of another machine's name where that is not known. */
const SOME_SYSTEM = "remote";

function systemMatches(
  systems: readonly string[],
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  if (effect.kind !== "deploy") return false;
  if (effect.system === SOME_SYSTEM) return quantifier === "some";
  return systems.includes(effect.system);
}

/** What rules name of an effect beside its kind. */
export function operationOf(effect: Effect): string | undefined {
  switch (effect.kind) {
    case "history":
    case "deploy":
      return effect.operation;
    case "publish":
      return effect.channel;
    case "install":
      return installOf(effect);
    case "unknown":
      return effect.reason;
    case "write":
      return effect.worktree === true || effect.worktree === "clean" ? "worktree" : effect.mode;
    case "delete":
      return effect.kind;
    case "privilege":
    case "persist":
      return effect.means;
    case "tamper":
      return effect.control;
    default:
      return undefined;
  }
}

function installOf({ locked, declared }: Extract<Effect, { kind: "install" }>): string {
  if (locked !== undefined) return "locked";
  return declared === undefined ? "unlocked" : "declared";
}

function refsMatch(
  globs: readonly string[],
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  if (effect.kind !== "publish" && effect.kind !== "history") return false;
  if (effect.refs === undefined) return quantifier === "some";
  const tests = globs.map((glob) => compileGlob(glob));
  const matches = (ref: string): boolean => tests.some((test) => test(ref));
  return quantifier === "some" ? effect.refs.some(matches) : effect.refs.every(matches);
}

function hostsMatch(when: Condition, effect: Effect, quantifier: "some" | "every"): boolean {
  if (when.hosts === undefined && when.exceptHosts === undefined) return true;
  if (effect.kind !== "egress") return false;
  const { destination } = effect;
  const among = (hosts: readonly string[]): boolean =>
    hosts.some((one) => destinationIs(destination, one));
  if (destination.host === undefined && destination.known === undefined)
    return quantifier === "some";
  return (
    (when.hosts === undefined || among(when.hosts)) &&
    !(when.exceptHosts !== undefined && among(when.exceptHosts))
  );
}

/**
 * `loopback`, `machine-services` (what of it does more than a call shows), `own-remote`, `own-account`, `own-search` (that of
 * the client), an exact name, or `*.name` for sub-domains.
 */
function destinationIs({ host, port, known, scheme }: Destination, pattern: string): boolean {
  if (pattern === "own-remote") return known === "remote";
  if (pattern === "own-account") return known === "account";
  if (pattern === "own-search") return scheme === "client" && host === "web-search";
  if (host === undefined) return false;
  if (pattern === "loopback") return isLoopback(host);
  if (pattern === MACHINE_SERVICES) return isMachineService(host, port);
  if (pattern.startsWith("*."))
    return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  return host === pattern;
}
