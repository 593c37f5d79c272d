// What every profile of isolation is made of: the project, what of it is hidden and kept, and what the tier lets it reach.
import type { Tier } from "#govern/library/pack-schema.ts";

/** Where a plan is made for. Paths are absolute and real, and exist. */
export type IsolationPlace = {
  readonly project: string;
  readonly home: string;
  /** Number of the person's account. */
  readonly user: number;
  /** In the project: what must not be read, and what must not change. */
  readonly hiddenFiles: readonly string[];
  readonly hiddenDirectories: readonly string[];
  readonly kept: readonly string[];
  /** Where git keeps the project's data, if outside of it. */
  readonly gitOutside: readonly string[];
  /** Folders of the system that hold programs; `link`: where one that is a link leads. */
  readonly system: readonly { readonly path: string; readonly link?: string | undefined }[];
  /** Files of `/etc` that programs need. */
  readonly configuration: readonly string[];
  /** Programs outside of the system's folders: node, the guard itself. */
  readonly tools: readonly string[];
  /** Folders in which programs are looked for, in their order. */
  readonly searchPath: readonly string[];
};

/** What a plan is to allow. */
export type IsolationWish = {
  /** Undefined: the strictest. */
  readonly tier: Tier | undefined;
  /** Hosts that the policy lets commands reach. */
  readonly hosts: readonly string[];
  /** The proxy through which they are reached; without one nothing is. */
  readonly proxy: string | undefined;
  /** Whoever starts it gives it a network of its own, in which it stays; otherwise it makes one. */
  readonly joinsNetwork?: boolean | undefined;
  /** Variables that are replaced by stand-ins, for which a proxy puts the value. */
  readonly masked: readonly string[];
  /** The base of an image, by digest. */
  readonly image: string;
  /** Version of the client in an image. */
  readonly client: string;
  /** A file outside with a key that lives for a short while, for the client in a container. */
  readonly keyFile: string;
  /** The registry of packages, for builds. */
  readonly registry: string;
};

export type IsolationPlan = IsolationPlace & IsolationWish;

/** A file of a plan. `bytes`: what is no text. */
export type PlannedFile = {
  readonly name: string;
  readonly text: string;
  readonly bytes?: Uint8Array;
  readonly mode: 0o644 | 0o755;
};

/** What a target came to. `notes`: what a person has to know before it is used. */
export type Planned = { readonly files: readonly PlannedFile[]; readonly notes: readonly string[] };

/** Where caches of programs lie: nothing else outside of the project is written. */
export const CACHE_VARIABLES: readonly (readonly [name: string, value: string])[] = [
  ["TMPDIR", "/tmp"],
  ["XDG_CACHE_HOME", "/tmp/.cache"],
  ["XDG_STATE_HOME", "/tmp/.state"],
  ["npm_config_cache", "/tmp/.npm"],
  ["npm_config_update_notifier", "false"],
  ["PIP_CACHE_DIR", "/tmp/.cache/pip"],
  ["GOCACHE", "/tmp/.cache/go"],
];

/** The expectation that a probe inside is held against, as YAML. */
export function expectationText(
  { tier }: Pick<IsolationPlan, "tier">,
  more: readonly string[] = [],
): string {
  return [
    "# What `sallyport sandbox probe --expect` has to find inside. Add what must not be reached from there:",
    "# read: [~/.ssh/id_ed25519]",
    "# connect: ['10.0.0.5:5432']",
    tier === undefined ? "{}" : `tier: ${tier}`,
    ...more,
    "",
  ]
    .filter((line) => line !== "{}" || more.length === 0)
    .join("\n");
}
