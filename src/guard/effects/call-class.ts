// The class of a call: one word for the farthest that its effects go, for people, counters and summaries. Rules never read it.
import { isLoopback } from "./network/destination.ts";
import type { Effect, Target } from "../vocabulary/effect.ts";

/**
 * Classes from the mildest to the gravest. `read-only`: it only looks. `local-compute`: it builds, tests or changes files of the
 * project or of scratch space. `dependency`: code of others comes. `external`: it goes beyond the project: to hosts, running
 * systems, other files of the machine, or to more rights. `unclear`: what it does cannot be told.
 */
export const CALL_CLASSES = [
  "read-only",
  "local-compute",
  "dependency",
  "external",
  "unclear",
] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** What a class means, for a person. */
export const CLASS_WORDS: Readonly<Record<CallClass, string>> = {
  "read-only": "it only looks",
  "local-compute": "it builds, tests or changes the project",
  dependency: "code of others comes",
  external: "it goes beyond the project, or takes rights",
  unclear: "what it does cannot be told",
};

/** The class of a call with these effects. WHY `external` hides `unclear`: what is known to go out says more than a doubt. */
export function classOfCall(effects: readonly Effect[], projectRoot: string): CallClass {
  const found = new Set(effects.map((effect) => classOfEffect(effect, projectRoot)));
  const order = ["external", "unclear", "dependency", "local-compute"] as const;
  return order.find((one) => found.has(one)) ?? "read-only";
}

function classOfEffect(effect: Effect, projectRoot: string): CallClass {
  switch (effect.kind) {
    case "read":
      return "read-only";
    case "write":
      if (effect.mode === "cache" || isSink(effect.target)) return "read-only";
      return isNear(effect.target, projectRoot) ? "local-compute" : "external";
    case "delete":
      return isNear(effect.target, projectRoot) ? "local-compute" : "external";
    case "egress": {
      const { host } = effect.destination;
      return host !== undefined && isLoopback(host) ? "local-compute" : "external";
    }
    case "execute":
      if (effect.origin === "download") return "external";
      if (effect.origin === "generated" || effect.origin === "unknown") return "unclear";
      if (effect.reach === "modelled") return "read-only";
      return effect.origin === "system" ? "unclear" : "local-compute";
    case "history":
      return effect.remote === undefined ? "local-compute" : "external";
    case "install":
      return "dependency";
    case "publish":
    case "deploy":
    case "privilege":
    case "persist":
    case "tamper":
      return "external";
    case "unknown":
      return "unclear";
    default:
      return effect satisfies never;
  }
}

/** Writing there changes nothing. */
function isSink(target: Target): boolean {
  return (
    target.kind === "path" &&
    /^\/dev\/(?:null|zero|full|tty|stdout|stderr|fd\/\d+)$/.test(target.path)
  );
}

/** In the project or in scratch space, as far as the beginning of the place tells. */
function isNear(target: Target, projectRoot: string): boolean {
  const place =
    target.kind === "path"
      ? target.real
      : target.kind === "pattern"
        ? target.path.replace(/[*?[\\].*$/s, "")
        : target.within;
  if (place === undefined) return false;
  return [projectRoot, "/tmp", "/var/tmp", "/private/tmp"].some(
    (root) => root !== "" && (place === root || place.startsWith(`${root}/`)),
  );
}
