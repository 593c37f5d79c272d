// Effects that rules tell apart: for each kind, one effect for each way in which rules can look at it, its place left open.
import type {
  CodeOrigin,
  DataSource,
  Destination,
  Effect,
  EffectKind,
  UnknownReason,
  WriteMode,
} from "#guard/vocabulary/effect.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import { REFS } from "./clean-text.ts";
import { memberships } from "./membership.ts";

/** Samples of a kind. `isComplete`: every effect of the kind is judged as one of them, its place left aside. */
export type Samples = { readonly effects: readonly Effect[]; readonly isComplete: boolean };

type Body<Kind extends EffectKind> = Omit<Extract<Effect, { kind: Kind }>, "kind" | "via" | "at">;

/** States in which globs of references are followed. */
const REF_STATES_MAX = 20_000;
const NOTHING_LOST = { files: [], commits: [], more: 0 } as const;
/** Stands for each word that no rule names. */
const UNNAMED = "another";
const UNPLACED = { kind: "unresolved", within: undefined, reach: "entry" } as const;

const WRITE_MODES: readonly WriteMode[] = ["change", "create", "append", "tracked", "cache"];
const ORIGINS: readonly CodeOrigin[] = [
  ...(["system", "project", "generated", "download", "inline", "unknown"] as const),
];
const HISTORY: readonly Body<"history">["operation"][] = [
  ...(["force-push", "force-push-with-lease", "delete-ref", "reset"] as const),
  ...(["discard", "rewrite", "amend", "prune"] as const),
];
const UNKNOWN: readonly UnknownReason[] = [
  ...(["unmodelled", "budget", "syntax", "dialect", "dynamic-command", "dynamic-code"] as const),
  ...(["dynamic-path", "unknown-option", "unknown-tool", "malformed-input"] as const),
  "missing-fact",
];

/** The samples of a kind for these rules. An effect with a place has an unresolved one, which stands for any. */
export function samplesOf(kind: EffectKind, rules: readonly Rule[]): Samples {
  const conditions = rules.map(({ when }) => when);
  const whole = (effects: readonly Effect[]): Samples => ({ effects, isComplete: true });
  const operations = named(conditions, "operations");
  switch (kind) {
    case "read":
      return whole([made("read", { target: UNPLACED })]);
    case "delete":
      return whole([made("delete", { target: UNPLACED })]);
    case "write":
      return whole([
        ...WRITE_MODES.map((mode) => made("write", { target: UNPLACED, mode })),
        made("write", { target: UNPLACED, mode: "tracked", worktree: true }),
      ]);
    case "persist":
    case "tamper":
      return whole(placedOrNot(kind, operations));
    case "privilege":
      return whole(operations.map((means) => made("privilege", { means, user: undefined })));
    case "deploy": {
      const systems = [...new Set([...named(conditions, "systems"), "kubernetes", "remote"])];
      return whole(
        systems.flatMap((system) =>
          operations.map((operation) => made("deploy", { system, operation })),
        ),
      );
    }
    case "unknown":
      return whole(UNKNOWN.map((reason) => made("unknown", { reason, detail: reason })));
    case "install": {
      const managers = ["npm", ...named(conditions, "managers")];
      const places = remotesOf(conditions.flatMap(placesNamed));
      return whole(managers.flatMap((manager) => installsWith(manager, places)));
    }
    case "execute":
      return whole(executions(conditions));
    case "egress":
      return whole(egresses(conditions));
    case "history":
    case "publish":
      return withRefs(kind, rules);
    default:
      return kind satisfies never;
  }
}

function made<Kind extends EffectKind>(kind: Kind, body: Body<Kind>): Effect {
  return { kind, via: [], at: undefined, ...body } as unknown as Effect;
}

function named(
  conditions: readonly Condition[],
  key: "operations" | "programs" | "managers" | "systems",
): readonly string[] {
  return [...new Set([...conditions.flatMap((when) => when[key] ?? []), UNNAMED])];
}

function placedOrNot(kind: "persist" | "tamper", operations: readonly string[]): readonly Effect[] {
  const of = (what: string, target: typeof UNPLACED | undefined): Effect =>
    kind === "persist"
      ? made("persist", { means: what, target })
      : made("tamper", { control: what, target });
  return operations.flatMap((what) => [of(what, undefined), of(what, UNPLACED)]);
}

/** Installs of what is named anew and of what the project names, and those by a lock file from each of these registries. */
function installsWith(manager: string, registries: readonly string[]): readonly Effect[] {
  const some = { manager, packages: ["left-pad"], runsScripts: true };
  return [
    made("install", some),
    made("install", { ...some, packages: [], declared: { files: [] } }),
    ...registries.map((registry) =>
      made("install", {
        manager,
        packages: [],
        runsScripts: false,
        locked: { files: [], registries: [registry] },
      }),
    ),
  ];
}

function executions(conditions: readonly Condition[]): readonly Effect[] {
  const programs = [...named(conditions, "programs"), undefined];
  return programs.flatMap((program) =>
    ORIGINS.flatMap((origin) =>
      (["modelled", "unbounded"] as const).map((reach) =>
        made("execute", { program, origin, reach }),
      ),
    ),
  );
}

/** One source of each kind. */
const SOURCES: { readonly [Kind in DataSource["kind"]]: Extract<DataSource, { kind: Kind }> } = {
  argument: { kind: "argument" },
  environment: { kind: "environment" },
  file: { kind: "file", target: UNPLACED },
  network: {
    kind: "network",
    destination: { host: undefined, port: undefined, scheme: undefined },
  },
  processes: { kind: "processes", guard: false },
  repository: { kind: "repository" },
  unknown: { kind: "unknown" },
  variable: { kind: "variable" },
};

function egresses(conditions: readonly Condition[]): readonly Effect[] {
  const hosts = hostsOf(
    conditions.flatMap((when) => [...(when.hosts ?? []), ...(when.exceptHosts ?? [])]),
  );
  const destinations = [...hosts, undefined].flatMap((host): Destination[] => {
    const plain = { host, port: undefined, scheme: "https" };
    const known = (["remote", "account"] as const).map((one) => ({ ...plain, known: one }));
    return [plain, ...known];
  });
  const kinds = new Set<DataSource["kind"]>([
    ...(["argument", "repository"] as const),
    ...conditions.flatMap((when) => when.carries ?? []),
  ]);
  const cargoes = [...kinds].map((kind) => [SOURCES[kind]]);
  const isAsked = conditions.some((when) => when.asksOnly !== undefined);
  return destinations.flatMap((destination) => [
    ...cargoes.map((carries) => made("egress", { destination, carries })),
    ...(isAsked ? [made("egress", { destination, carries: [], asks: true })] : []),
  ]);
}

/**
 * Hosts that patterns tell apart: each that is named, one below each name that stands for those below it, this machine, and
 * one that none names.
 */
function hostsOf(patterns: readonly string[]): readonly string[] {
  const exact = patterns.filter((one) => !one.startsWith("*."));
  const suffixes = [
    ...patterns.filter((one) => one.startsWith("*.")).map((one) => one.slice(2)),
    "localhost",
  ];
  const below = suffixes.flatMap((suffix) => [
    `host.${suffix}`,
    `127.9.9.${suffix}`,
    `127.9.${suffix}`,
  ]);
  const own = ["localhost", "127.0.0.1", "127.9.9.9", "::1"];
  const hosts = ["host.example", ...below, ...own, ...exact];
  // What is no host at all (`own-remote`, capital letters) is none that an effect could have.
  return [...new Set(hosts)].filter((host) => /^[a-z0-9._:-]+$|^[\u0080-\uffff\w.-]+$/.test(host));
}

function withRefs(kind: "history" | "publish", rules: readonly Rule[]): Samples {
  const globs = [...new Set(rules.flatMap(({ when }) => when.refs ?? []))];
  const { classes, isComplete } = memberships(
    globs.map((glob) => ({ glob, ignoreCase: false })),
    REFS,
    REF_STATES_MAX,
  );
  const of = (matching: readonly string[]): readonly string[] =>
    classes
      .filter((one) => one.globs.some((index) => matching.includes(globs[index] ?? "")))
      .map(({ text }) => text);
  const restricted = of(
    rules.flatMap(({ verdict, when }) => (verdict === "allow" ? [] : (when.refs ?? []))),
  );
  // WHY whole lists: an allow rule needs every reference, so what two policies allow of many shows in the longest lists.
  const lists = rules.flatMap(({ verdict, when: { refs } }) => {
    if (refs === undefined || verdict !== "allow") return [];
    const all = of(refs);
    return [all, all.filter((ref) => !restricted.includes(ref))];
  });
  const named = rules.flatMap(({ when }) => placesNamed(when));
  const remotes = ["origin", undefined, ...(named.length === 0 ? [] : remotesOf(named))];
  const isAsked = rules.some(({ when }) => when.recoverable !== undefined);
  const single = globs.length === 0 ? [["work"]] : classes.map(({ text }) => [text]);
  const refs = [...single, ...lists.filter((list) => list.length > 1), undefined, []];
  const effects =
    kind === "publish"
      ? (["git", "package", "release"] as const).flatMap((channel) =>
          refs.flatMap((one) =>
            remotes.map((destination) => made("publish", { channel, destination, refs: one })),
          ),
        )
      : HISTORY.flatMap((operation) =>
          refs.flatMap((one) =>
            remotes.flatMap((remote) => [
              made("history", { operation, remote, refs: one }),
              ...(isAsked && remote === undefined
                ? [made("history", { operation, remote, refs: one, lost: NOTHING_LOST })]
                : []),
            ]),
          ),
        );
  // WHY not with remotes: those tried are some of those that patterns take together.
  const isTried = named.length === 0 && isComplete;
  return { effects, isComplete: isTried && !(lists.length > 0 && rules.some(isSometimes)) };
}

function placesNamed(when: Condition): readonly string[] {
  const { remotes = [], exceptRemotes = [], registries = [], exceptRegistries = [] } = when;
  return [...remotes, ...exceptRemotes, ...registries, ...exceptRegistries];
}

/** Remotes that patterns take, in a way that proves who answers and in one that does not, and others. */
function remotesOf(patterns: readonly string[]): readonly string[] {
  const places = patterns.map((pattern) => {
    const place = pattern.replace(/\*+|\?/g, "x");
    return pattern.includes("/") ? place : `${place}/x/y`;
  });
  const urls = [...places, "another.example/x"].flatMap((place) =>
    place.startsWith("/") ? [place] : [`https://${place}`, `http://${place}`],
  );
  return [...new Set(urls)];
}

/** Whether a rule about references speaks in some circumstances only: then lists without its references are others there. */
function isSometimes({ verdict, when }: Rule): boolean {
  const { refs, tools, modes, branches, ci, labels, hours, detectors, chains } = when;
  const conditions = [tools, modes, branches, ci, labels, hours, detectors, chains];
  return verdict !== "allow" && refs !== undefined && conditions.some((one) => one !== undefined);
}
