// Calls whose only hosts are registries of installs by lock files: what they bring is read for them outside, and they reach nothing else.
import { isLoopback } from "../effects/network/destination.ts";
import type { Effect, ExactLock } from "../vocabulary/effect.ts";
import { isPath } from "./needs.ts";

/** What such a call needs. */
export type RegistryReading = {
  readonly locks: readonly ExactLock[];
  /** What is left for the call itself: in the place of each install, code that nobody foresees. */
  readonly effects: readonly Effect[];
  /** Programs that install. */
  readonly managers: readonly string[];
};

/** Works it out; undefined for a call that installs nothing, or that reaches a host in any other way. */
export function readingOf(effects: readonly Effect[]): RegistryReading | undefined {
  const locks = new Map<string, ExactLock>();
  const managers = new Set<string>();
  const left: Effect[] = [];
  for (const effect of effects) {
    if (effect.kind === "install") {
      const { declared, manager, registry, via, at } = effect;
      if (declared?.exact === undefined || registry !== undefined) return undefined;
      locks.set(declared.exact.path, declared.exact);
      managers.add(manager);
      // WHY whatever it is told of scripts: a package may be built all the same.
      left.push({
        kind: "execute",
        program: manager,
        origin: "project",
        reach: "unbounded",
        via,
        at,
      });
    } else if (reachesHosts(effect)) return undefined;
    else left.push(effect);
  }
  return locks.size === 0
    ? undefined
    : { locks: [...locks.values()], effects: left, managers: [...managers] };
}

function reachesHosts(effect: Effect): boolean {
  switch (effect.kind) {
    case "publish":
      return effect.channel !== "git" || !isPath(effect.destination);
    case "deploy":
      return effect.system !== "processes";
    case "egress": {
      const { host, path } = effect.destination;
      return path === undefined && !isLoopback(host ?? "");
    }
    case "execute":
      return effect.origin === "download";
    default:
      return false;
  }
}
