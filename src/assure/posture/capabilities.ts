// What the commands of a repository can do, by the guard's effects: network, git, deployment, credentials, generated code.
import { isForSecrets } from "#assure/scan/file-kinds.ts";
import { describeDestination, describeEffect } from "#guard/effects/describe.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

/** Kinds of what a command can do that matter to a reader, the gravest first (M15.20). */
export const CAPABILITIES = [
  ...(["privilege", "tamper", "persist", "deploy", "publish", "git", "credentials"] as const),
  ...(["generated", "network", "install", "unknown"] as const),
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** One command of the repository with what it can do; details are words for people, bounded. */
export type CommandInput = {
  /** File that holds the command, as people are shown it. */
  readonly file: string;
  /** Name of the script or target. */
  readonly name: string;
  readonly can: readonly { readonly kind: Capability; readonly details: readonly string[] }[];
};

/** All commands that were looked at, and how many were left. */
export type Capabilities = {
  readonly commands: readonly CommandInput[];
  readonly left: number;
};

/** Details of one kind that are kept. */
const DETAILS_MAX = 8;

/** What these effects let a command do. */
export function capabilitiesOf(effects: readonly Effect[]): CommandInput["can"] {
  const found = new Map<Capability, Set<string>>();
  for (const effect of effects) {
    const kind = kindOf(effect);
    if (kind === undefined) continue;
    const details = found.get(kind) ?? new Set<string>();
    if (details.size < DETAILS_MAX) details.add(detailOf(effect));
    found.set(kind, details);
  }
  return CAPABILITIES.flatMap((kind) => {
    const details = found.get(kind);
    return details === undefined ? [] : [{ kind, details: [...details] }];
  });
}

function kindOf(effect: Effect): Capability | undefined {
  switch (effect.kind) {
    case "privilege":
    case "tamper":
    case "persist":
    case "deploy":
    case "install":
    case "unknown":
      return effect.kind;
    case "publish":
      return effect.channel === "git" ? "git" : "publish";
    case "history":
      return "git";
    case "egress":
      return "network";
    case "read":
      return effect.target.kind === "path" && isForSecrets(effect.target.path)
        ? "credentials"
        : undefined;
    case "execute":
      return effect.origin === "generated" || effect.origin === "download"
        ? "generated"
        : undefined;
    case "write":
    case "delete":
      return undefined;
    default:
      return effect satisfies never;
  }
}

function detailOf(effect: Effect): string {
  if (effect.kind === "egress") return describeDestination(effect.destination);
  if (effect.kind === "deploy") return `${effect.system} ${effect.operation}`.trim();
  return describeEffect(effect);
}

/** How many commands can do what. */
export function capabilityCounts({
  commands,
}: Capabilities): readonly { readonly kind: Capability; readonly commands: readonly string[] }[] {
  return CAPABILITIES.flatMap((kind) => {
    const own = commands.filter(({ can }) => can.some((one) => one.kind === kind));
    return own.length === 0 ? [] : [{ kind, commands: own.map(({ name }) => name) }];
  });
}
