// The sandbox of the client from a policy: what commands may not read, write or reach, whatever they are.
import { WORLD_WRITABLE } from "#guard/effects/paths/permissions.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import { patternsOf } from "#guard/policy/sandbox-holds.ts";
import { isOfProcesses } from "#guard/policy/process-files.ts";
import { isOutside } from "#guard/policy/sandbox-patterns.ts";
import { namesCargo } from "#guard/policy/side-conditions.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { gatewayNetwork } from "./gateway-settings.ts";
import type { Extent } from "./permission-rules.ts";
import type { Site } from "./site.ts";
import type { Target } from "./target.ts";

/** What the sandbox holds of one rule. */
export type Contained = {
  readonly extent: Extent;
  readonly how: string;
  readonly denyRead: readonly string[];
  readonly allowRead: readonly string[];
  readonly denyWrite: readonly string[];
};

/** Whether a target's settings can make containment a fact: any repository cancels that of a person (measured). */
export function canContain({ scope, platform }: Target, { sandbox }: Site): boolean {
  return sandbox.enabled && platform !== "windows" && (scope === "managed" || scope === "system");
}

/** What the sandbox holds of a rule that restricts. What only asks is contained as well where that is not lifted by an answer. */
export function containedBy({ when, verdict }: Rule): Contained {
  if (verdict === "allow") return notContained("it holds, and allows nothing");
  const { modes, branches, ci, labels, hours, detectors, chains } = when;
  const only = [modes, branches, ci, labels, hours, detectors, chains];
  if (only.some((condition) => condition !== undefined))
    return notContained("it is the same in every session");
  if (when.tools !== undefined && !when.tools.includes("Bash"))
    return notContained("it holds commands and no other tools");
  const parts = when.effects.flatMap((effect): readonly Contained[] => {
    switch (effect) {
      case "read":
        return [reads(when, verdict)];
      case "write":
        return [writes(when, verdict, true)];
      case "delete":
        // What may not be written cannot be committed either, so that a rule about deleting writes nothing here.
        return when.effects.includes("write") ? [] : [writes(when, verdict, false)];
      case "egress":
        return [held("commands reach only the hosts that are listed")];
      case "privilege":
        return [
          giveRights(when)
            ? held("no command gains rights in it; inside of the project it may give them")
            : held("no command gains rights in it", "whole"),
        ];
      case "persist":
        return [held("nothing outside of the project can be written")];
      case "tamper":
        return [held("our files and the client's own lie outside of the project")];
      case "unknown":
      case "execute":
        return [
          held("whatever runs writes nothing outside of the project and reaches no other host"),
        ];
      default:
        return [];
    }
  });
  if (parts.length === 0) return notContained("what an allowed host is asked to do is not seen");
  return {
    extent: parts.every(({ extent }) => extent === "whole")
      ? "whole"
      : parts.every(({ extent }) => extent === "none")
        ? "none"
        : "part",
    how: [...new Set(parts.map(({ how }) => how))].join("; "),
    denyRead: parts.flatMap(({ denyRead }) => denyRead),
    allowRead: parts.flatMap(({ allowRead }) => allowRead),
    denyWrite: parts.flatMap(({ denyWrite }) => denyWrite),
  };
}

/** Whether a rule about rights speaks of those that are given to others as well: files of the project keep their modes there. */
function giveRights({ operations }: Rule["when"]): boolean {
  return operations === undefined || operations.includes(WORLD_WRITABLE);
}

/** WHY nothing of what only asks: an answer could not lift it. */
function reads({ paths, exceptPaths, operations }: Rule["when"], verdict: string): Contained {
  if (verdict !== "deny") return notContained("an answer of a person could not lift it");
  if (paths === undefined || operations !== undefined)
    return notContained("commands could not run without reading");
  if (paths.every(isOfProcesses)) return held("commands see the processes of their own call alone");
  const denyRead = paths.flatMap(patternsOf);
  if (denyRead.length === 0) return notContained("its paths have no form that holds there");
  const how =
    "of what was there when the call began, by commands: copies under another name are read";
  return { ...held(how), denyRead, allowRead: (exceptPaths ?? []).flatMap(patternsOf) };
}

function writes(
  { paths, operations }: Rule["when"],
  verdict: string,
  isWriting: boolean,
): Contained {
  const inside = (paths ?? ["<project>"]).filter((glob) => !isOutside(glob));
  if (inside.length === 0) return held("nothing outside of the project can be written", "whole");
  const some = inside.length < (paths ?? []).length;
  if (verdict !== "deny" || operations !== undefined || !isWriting)
    return some
      ? held("nothing outside of the project can be written")
      : notContained("inside of the project commands may write");
  const denyWrite = inside.flatMap(patternsOf);
  if (denyWrite.length === 0) return notContained("inside of the project commands may write");
  return { ...held("what was there when the call began"), denyWrite };
}

function held(how: string, extent: Extent = "part"): Contained {
  return { extent, how, denyRead: [], allowRead: [], denyWrite: [] };
}

function notContained(how: string): Contained {
  return { ...held(how), extent: "none" };
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];

/** What of our own data nobody in the sandbox may read. */
function ownSecrets({ service, hooks }: Site): readonly string[] {
  // WHY not the data of the machine's guard: they are closed to every account, and what cannot be reached cannot be hidden.
  const own = hooks?.transport === "machine" ? undefined : hooks?.data;
  const places = unique([service?.data, own].filter((data) => data !== undefined));
  return places.flatMap((data) => [`${data}/keys`, `${data}/tls`]);
}

/** Whether a condition is met by whatever goes to a host that is not listed; what narrows it in another way leaves the question open. */
function deniesOtherHosts(when: Condition): boolean {
  return (
    when.effects.includes("egress") &&
    Object.entries(when).every(
      ([name, part]) => name === "effects" || name === "exceptHosts" || part === undefined,
    )
  );
}

/** Hosts that rules of a verdict name. */
function hostsOf(verdict: Rule["verdict"], rules: readonly Rule[]): readonly string[] {
  return unique(
    rules.flatMap(({ verdict: own, when }) =>
      own === verdict && when.effects.includes("egress") && !namesCargo(when)
        ? (when.hosts ?? []).filter((host) => host.includes("."))
        : [],
    ),
  );
}

/** Hosts that commands reach. */
export function allowedHosts(rules: readonly Rule[], { sandbox }: Site): readonly string[] {
  return unique([...sandbox.allowedDomains, ...hostsOf("allow", rules)]);
}

/** Hosts that commands must not reach. */
export function deniedHosts(rules: readonly Rule[]): readonly string[] {
  return hostsOf("deny", rules);
}

/** For each rule that denies every host but some: those. */
export function exceptedHosts(rules: readonly Rule[]): readonly (readonly string[])[] {
  return rules.flatMap(({ verdict, when }) =>
    verdict === "deny" && deniesOtherHosts(when) ? [when.exceptHosts ?? []] : [],
  );
}

/** The `sandbox` object of managed settings. */
export function sandboxSettings(rules: readonly Rule[], site: Site): Json {
  const contained = rules.map(containedBy);
  const { allowWrite, hiddenVariables } = site.sandbox;
  const deniedDomains = deniedHosts(rules);
  const isStrict = exceptedHosts(rules).length > 0;
  return {
    enabled: true,
    failIfUnavailable: true,
    allowUnsandboxedCommands: false,
    autoAllowBashIfSandboxed: false,
    enableWeakerNestedSandbox: false,
    filesystem: {
      denyRead: unique([...contained.flatMap(({ denyRead }) => denyRead), ...ownSecrets(site)]),
      allowRead: unique(contained.flatMap(({ allowRead }) => allowRead)),
      allowManagedReadPathsOnly: true,
      denyWrite: unique([
        ...contained.flatMap(({ denyWrite }) => denyWrite),
        // A policy of the repository may only be made stricter, and is gone where its file is.
        "./.sallyport/policy.yaml",
      ]),
      allowWrite: unique(allowWrite),
    },
    network: {
      ...gatewayNetwork(site),
      allowedDomains: allowedHosts(rules, site),
      ...(deniedDomains.length === 0 ? {} : { deniedDomains }),
      allowManagedDomainsOnly: true,
      // Where the policy denies what is not listed there is nothing to ask a person.
      ...(isStrict ? { strictAllowlist: true } : {}),
      allowAllUnixSockets: false,
    },
    ...(hiddenVariables.length === 0
      ? {}
      : { credentials: { envVars: hiddenVariables.map((name) => ({ name, mode: "deny" })) } }),
  };
}
