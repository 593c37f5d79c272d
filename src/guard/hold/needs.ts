// What a call needs of the machine beyond its project, told by its effects: all that the kernel lets it have.
import { cleanPath, isWithin, joinPath, parentPath } from "#base/path.ts";
import { isLoopback } from "../effects/network/destination.ts";
import { ENVIRONMENT_FILE } from "../shell/values/text.ts";
import type { GitSettings } from "../vocabulary/git-settings.ts";
import type { Effect, Target, WorktreeChange } from "../vocabulary/effect.ts";
import { putsTrees } from "./moved-entries.ts";

/** The parts of a call that say what it needs. */
export type NeedyCall = {
  readonly effects: readonly Effect[];
  readonly projectRoot: string;
  /** Names of the programs that run, without directories. */
  readonly programs: readonly string[];
  /** Files that it may load because it is shown views of them. */
  readonly views?: readonly string[];
  /** Whose settings git may write by what it is told. */
  readonly gitSettings?: readonly GitSettings[];
  /** A directory beside `/tmp` that each session has as its own. */
  readonly temporary?: string | undefined;
};

/** What a call gets of the machine, if all of its effects may happen. Paths are absolute. */
export type HoldNeeds = {
  /**
   * `none`: no host but those of the session itself. `loopback`: what listens on the machine's own addresses, which only a
   * call without unforeseen code gets. `hosts`: hosts elsewhere.
   */
  readonly network: "none" | "loopback" | "hosts";
  /** Ports of the machine's own addresses that it asks; undefined stands for one that is not known. */
  readonly ports: readonly (number | undefined)[];
  /** Places that the policy hides, and that the call was judged to read. */
  readonly reads: readonly string[];
  /** Files of which it is shown a view, whatever its programs are given otherwise: it was judged by that. */
  readonly views: readonly string[];
  /** Places outside of the project that it was judged to change; caches of programs and scratch files left out. */
  readonly writes: readonly Write[];
  /** Places of the project that it was judged to change, each by itself. */
  readonly changes: readonly string[];
  /** Working trees that git takes away, where nothing else of the call is shown what lies in them, or puts it elsewhere. */
  readonly removes: readonly string[];
  /** Working trees that git moves. */
  readonly moves: readonly string[];
  /** Code runs here that no evaluation foresees. */
  readonly isUnbounded: boolean;
  /** Code runs in a container, at the order of an engine of this machine: no profile of the call holds it. */
  readonly hasEngine: boolean;
  /** It gains rights that nothing held can have. */
  readonly isPrivileged: boolean;
  readonly programs: readonly string[];
  /** Whose settings git itself may write; none beside unforeseen code. */
  readonly gitSettings: readonly GitSettings[];
  /** It only shows variables: what is set for programs of the sandbox would be among them. */
  readonly showsVariables: boolean;
};

/** A place that is written: the entry itself, or all below it. `isGone`: it is taken away, all of it. */
export type Write = { readonly path: string; readonly isTree: boolean; readonly isGone: boolean };

/** Ports of services by the scheme of an address that names none. */
const USUAL_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ssh: 22,
  git: 9418,
  ftp: 21,
  ws: 80,
  wss: 443,
  ldap: 389,
  postgresql: 5432,
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  mongodb: 27_017,
  amqp: 5672,
  nats: 4222,
  memcached: 11_211,
};

/** Where scratch files lie: each session has its own. */
const SCRATCH = ["/tmp", "/var/tmp", "/dev", "/proc"];

/** Works out what a call needs, were all of its effects allowed. Total. */
export function needsOf(call: NeedyCall): HoldNeeds {
  const { effects, projectRoot, programs, views = [], gitSettings = [], temporary } = call;
  const scratch = temporary === undefined ? SCRATCH : [...SCRATCH, temporary];
  const isUnbounded = effects.some(
    (effect) =>
      effect.kind === "unknown" ||
      (effect.kind === "execute" && effect.reach === "unbounded" && !isOfEngine(effect)),
  );
  const reads = new Set<string>();
  const writes = new Map<string, Write>();
  const changes = new Set<string>();
  const removes = new Set<string>();
  const moves = new Set<string>();
  const note = (target: Target, worktree?: WorktreeChange): void => {
    const isGone = worktree !== undefined && worktree !== true;
    const path = placeOf(target);
    if (path === undefined || path === "/") return;
    if (isGone && !isWithin(path, projectRoot)) (worktree === "moved" ? moves : removes).add(path);
    if (isWithin(projectRoot, path)) {
      if (target.kind === "path" && target.reach === "entry") changes.add(path);
      return;
    }
    if (scratch.some((place) => isWithin(place, path)) && !isWithin(path, projectRoot)) return;
    const isTree = target.kind !== "path" || target.reach === "tree";
    const before = writes.get(path);
    writes.set(path, {
      path,
      isTree: isTree || before?.isTree === true,
      isGone: isGone || before?.isGone === true,
    });
  };
  const noteRemote = (written: string): void => {
    const path = cleanPath(joinPath(projectRoot, written.replace(/^file:\/\//, "")));
    if (path !== "/" && !isWithin(projectRoot, path))
      writes.set(path, { path, isTree: true, isGone: false });
  };
  for (const effect of effects) {
    if (effect.kind === "read") {
      const path = placeOf(effect.target);
      const isEntry = effect.target.kind === "path" && effect.target.reach === "entry";
      // WHY not a key beside unforeseen code: that code would see what the program only works with.
      const isGiven =
        effect.target.kind !== "path" ||
        (effect.target.isKey ?? effect.target.usedTo) === undefined ||
        !isUnbounded;
      // WHY not what is loaded: that it may be, is said of the view.
      const isViewed =
        path !== undefined &&
        effect.target.kind === "path" &&
        effect.target.isLoaded === true &&
        views.includes(path);
      if (path !== undefined && isEntry && isGiven && !isViewed) reads.add(path);
    }
    if (effect.kind === "write" && effect.mode !== "cache") note(effect.target, effect.worktree);
    if (effect.kind === "delete") note(effect.target);
    if (effect.kind === "persist" && effect.target !== undefined) note(effect.target);
    if (effect.kind === "egress" && effect.destination.path !== undefined)
      noteRemote(effect.destination.path);
  }
  return {
    network: networkOf(effects, isUnbounded),
    ports: effects.flatMap((effect) =>
      effect.kind === "egress" && isLoopback(effect.destination.host ?? "")
        ? [effect.destination.port ?? USUAL_PORTS[effect.destination.scheme ?? ""]]
        : [],
    ),
    reads: [...reads],
    // WHY not what is read besides: that was judged by itself.
    views: views.filter((path) => !reads.has(path)),
    writes: [...writes.values()],
    changes: [...changes],
    removes: isUnbounded || effects.some(searches) || putsTrees(effects) ? [] : [...removes],
    moves: isUnbounded ? [] : [...moves],
    isUnbounded,
    hasEngine: effects.some(isOfEngine),
    isPrivileged: effects.some(
      ({ kind, ...rest }) =>
        kind === "privilege" && "means" in rest && rest.means !== "outside-sandbox",
    ),
    programs,
    gitSettings: isUnbounded ? [] : gitSettings,
    showsVariables: !isUnbounded && effects.some(readsVariables),
  };
}

function readsVariables(effect: Effect): boolean {
  return (
    effect.kind === "read" &&
    effect.target.kind === "path" &&
    effect.target.real === ENVIRONMENT_FILE.real
  );
}

/** Whether files are read that the call does not name one by one: rules gave way for that, because secrets are hidden from it. */
function searches(effect: Effect): boolean {
  if (effect.kind !== "read") return false;
  const { target } = effect;
  return target.kind !== "path" || (target.reach === "tree" && target.copies === undefined);
}

/**
 * Whether code runs in a container. What a stranger sends into one is not meant: whoever brings it is to be foreseen, and is
 * not.
 */
function isOfEngine(effect: Effect): boolean {
  return (
    effect.kind === "execute" &&
    effect.reach === "unbounded" &&
    effect.origin !== "download" &&
    /^(?:docker|podman|nerdctl)(?:-compose$|-compose | |$)/.test(effect.program ?? "")
  );
}

/** WHY nothing of the machine's own addresses beside unforeseen code: what listens there trusts whoever can reach it. */
function networkOf(effects: readonly Effect[], isUnbounded: boolean): HoldNeeds["network"] {
  let network: HoldNeeds["network"] = "none";
  for (const effect of effects) {
    switch (effect.kind) {
      case "publish":
        // A repository of this machine is a place and no host.
        if (effect.channel === "git" && isPath(effect.destination)) break;
        return "hosts";
      case "install":
        return "hosts";
      case "deploy":
        // Processes of the session are ended where they run.
        if (effect.system === "processes") break;
        return "hosts";
      case "egress": {
        const { host, path } = effect.destination;
        if (path !== undefined) break;
        if (host === undefined || !isLoopback(host)) return "hosts";
        if (!isUnbounded) network = "loopback";
        break;
      }
      case "execute":
        if (effect.origin === "download") return "hosts";
        break;
      default:
    }
  }
  return network;
}

/** Whether a remote is written as a path of this machine. */
export function isPath(destination: string | undefined): boolean {
  return destination !== undefined && /^(?:\.{0,2}\/|file:\/\/\/|\.\.?$)/.test(destination);
}

/** The place that a target names, or the nearest directory that certainly holds it; undefined where that may be anywhere. */
function placeOf(target: Target): string | undefined {
  switch (target.kind) {
    case "path":
      return target.real;
    case "pattern": {
      const cut = target.path.search(/[*?[{]/);
      return cut < 0 ? target.path : parentPath(`${target.path.slice(0, cut)}x`);
    }
    case "unresolved":
      return target.within;
    default:
      return target satisfies never;
  }
}
