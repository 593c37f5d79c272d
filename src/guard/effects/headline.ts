// One effect as the words that a person decides by: what would happen, in a dozen words, with places as people name them.
import { clipped } from "#base/clipped.ts";
import { named } from "#base/named.ts";
import { isWithin } from "#base/path.ts";
import { describeDestination } from "./describe.ts";
import { engineInWords } from "./engine-words.ts";
import { thingsInWords } from "../vocabulary/account-things.ts";
import { forgeInWords } from "./forge-words.ts";
import { lossInWords } from "./loss-in-words.ts";
import type {
  DataSource,
  Destination,
  Effect,
  Target,
  UnknownReason,
} from "../vocabulary/effect.ts";

/** Directories that paths are shown from: `src/a.ts` in the project, `~/a` in the home. */
type Home = { readonly projectRoot: string; readonly home: string };

/**
 * What the effect does, as the rest of a sentence that begins with "this": "reads `.env`". `place`: the existing path that a rule
 * was matched by, where the effect means more than one.
 */
export function headlineOf(effect: Effect, where: Home, place?: string): string {
  const target = (one: Target): string => targetInWords(one, where, place);
  switch (effect.kind) {
    case "read":
      return readInWords(effect.target, target);
    case "write":
      if (effect.worktree !== undefined)
        return `${WORKTREES[String(effect.worktree)] ?? "takes away"} a git worktree in ${target(effect.target)}`;
      return `${WRITES[effect.mode]} ${target(effect.target)}`;
    case "delete":
      return `deletes ${target(effect.target)}`;
    case "egress":
      return egressInWords(effect, where);
    case "execute":
      return executionInWords(effect);
    case "history":
      return historyInWords(effect);
    case "publish":
      return publishInWords(effect);
    case "deploy":
      return deployInWords(effect);
    case "install":
      return installInWords(effect);
    case "privilege":
      return PRIVILEGES[effect.means] ?? `gains more rights with ${named(effect.means)}`;
    case "persist":
      return `${PERSISTENCE[effect.means] ?? `sets up something that runs on its own later (${effect.means})`}${effect.target === undefined ? "" : `: ${target(effect.target)}`}`;
    case "tamper":
      return `${CONTROLS[effect.control] ?? `touches ${effect.control}`}${effect.target === undefined ? "" : `: ${target(effect.target)}`}`;
    case "unknown":
      return `${UNKNOWN[effect.reason]}: ${clipped(effect.detail, DETAIL_CHARS_MAX)}`;
    default:
      return effect satisfies never;
  }
}

/** Characters of what an unknown effect says of itself. */
const DETAIL_CHARS_MAX = 80;

const WRITES = {
  create: "writes",
  append: "adds to",
  change: "changes",
  tracked: "lets git change",
  cache: "writes a cache in",
} as const satisfies Record<(Effect & { kind: "write" })["mode"], string>;

/** What happens to a further working tree; one that is made anew is told by `true`. */
const WORKTREES: Readonly<Record<string, string>> = { true: "adds", moved: "moves" };

const PARTLY_KNOWN = "is only partly known before it runs";

const UNKNOWN = {
  budget: "is too long to be checked to its end",
  syntax: "has a syntax error",
  dialect: "means different things in different shells",
  "dynamic-command": PARTLY_KNOWN,
  "dynamic-code": PARTLY_KNOWN,
  "dynamic-path": PARTLY_KNOWN,
  "unknown-option": "may use options that change what it does",
  "unknown-tool": "uses an unknown tool",
  "malformed-input": "has an input that cannot be read",
  "missing-fact": "depends on something that could not be looked up",
  unmodelled: "does something unclear",
} as const satisfies Record<UnknownReason, string>;

const PRIVILEGES: Readonly<Record<string, string>> = {
  setuid: "makes a program run with the rights of its owner (setuid)",
  "world-writable": "lets every user of this machine change a file",
  "access-list": "gives another user the right to change a file",
  container: "gains rights over this machine with a container",
  accounts: "changes users of this machine or their rights",
  "user-namespace": "acts as root in a namespace of its own",
  "outside-sandbox": "runs outside of the sandbox",
  "packet-capture": "records what this machine sends and receives",
  "system-owner": "changes the owner of a file",
};

const PERSISTENCE: Readonly<Record<string, string>> = {
  "shell-startup": "changes what every new shell runs",
  "scheduled-task": "sets up a task that runs by itself later",
  "session-schedule": "sets up a task that runs by itself later",
  service: "sets up or changes a service that starts by itself",
  "remote-login": "changes who can log in to this machine",
  "git-execution": "makes git run a program by itself",
  "directory-environment": "sets up commands that run when somebody enters a directory",
  "editor-startup": "makes an editor or an agent run a program by itself",
  container: "starts a container that restarts by itself",
  "git-remote": "changes where git pushes to or pulls from",
};

const CONTROLS: Readonly<Record<string, string>> = {
  "client-settings": "touches the settings of Claude Code",
  "client-mods": "writes where code is loaded into Claude Code",
  sallyport: "touches sallyport itself",
  "shell-snapshot": "touches the shell setup that Claude Code keeps for this session",
  decoy: "touches a decoy",
};

function readInWords(target: Target, words: (target: Target) => string): string {
  const path = target.kind === "unresolved" ? "" : target.path;
  if (path === "/proc/self/environ") return "reads the environment variables of this session";
  if (/^\/proc\/[^/]+\/environ$/.test(path))
    return "reads the environment variables of other programs";
  if (target.kind === "path" && target.usedTo !== undefined)
    return `uses the private key ${words(target)} to ${target.usedTo}`;
  return `reads ${words(target)}`;
}

function targetInWords(target: Target, where: Home, place: string | undefined): string {
  const below = target.reach === "tree" ? " and everything in it" : "";
  const example = place === undefined ? "" : `, such as ${pathInWords(place, where)}`;
  switch (target.kind) {
    case "path": {
      const { path, real, copies } = target;
      if (copies !== undefined)
        return `what git keeps of ${pathInWords(copies.workTree, where)}${example}`;
      const link = real === path ? "" : ` (a link to ${pathInWords(real, where)})`;
      const isSame = place === path || place === real;
      return `${pathInWords(path, where)}${link}${below}${isSame ? "" : example}`;
    }
    case "pattern":
      return `files like ${pathInWords(plainGlob(target.path), where)}${below}${example}`;
    case "unresolved":
      return target.within === undefined
        ? `a path that is only known when it runs${example}`
        : `a path below ${pathInWords(target.within, where)} that is only known when it runs${example}`;
    default:
      return target satisfies never;
  }
}

/** A glob without what it says of hidden files, as whoever typed it wrote it. */
function plainGlob(glob: string): string {
  return glob.replace(/\[!\.\](\*?)/g, (_, star: string) => (star === "" ? "?" : "*"));
}

/** A path as people name it where the session is. */
export function pathInWords(path: string, { projectRoot, home }: Home): string {
  if (path === projectRoot) return "the project's directory";
  if (path === home) return "your home directory (`~`)";
  if (isWithin(projectRoot, path)) {
    const inside = path.slice(projectRoot.length + 1);
    // What looks like a path of the home or an option is none.
    return named(/^[~-]/.test(inside) ? `./${inside}` : inside);
  }
  return named(isWithin(home, path) ? `~${path.slice(home.length)}` : path);
}

function egressInWords({ destination, carries }: Effect & { kind: "egress" }, where: Home): string {
  const host = hostInWords(destination);
  const cargo = [
    ...new Set(carries.flatMap((source) => sourceInWords(source, destination, where))),
  ];
  const [first, second] = cargo;
  if (first === undefined) return `contacts ${host}`;
  const rest = cargo.length > 2 ? ` and ${cargo.length - 1} other things` : ` and ${second}`;
  return `sends ${first}${second === undefined ? "" : rest} to ${host}`;
}

export function hostInWords(destination: Destination): string {
  if (destination.host !== undefined) return describeDestination(destination);
  if (destination.known === "remote") return "the repository's remote";
  if (destination.known === "account") return "a service that you are signed in to";
  return "a host that is only known when it runs";
}

/** Names in the line that people decide by. */
const LOST_MAX = 3;

/** What leaves; words of the call itself are there for everybody to see. */
function sourceInWords(source: DataSource, { host }: Destination, where: Home): readonly string[] {
  switch (source.kind) {
    case "file":
      return [
        `${targetInWords(source.target, where, undefined)}${source.isView === true ? " with made-up values" : ""}`,
      ];
    case "network":
      // A host gets back what it sent in any conversation.
      return source.destination.host === host
        ? []
        : [`what ${hostInWords(source.destination)} sent`];
    case "repository":
      return ["files of the repository"];
    case "environment":
      return ["all environment variables"];
    case "variable":
      return ["a variable that looks secret"];
    case "processes":
      return ["the list of processes"];
    case "unknown":
      return ["data that is only known when it runs"];
    case "argument":
      return [];
    default:
      return source satisfies never;
  }
}

function executionInWords({ program, origin, engine }: Effect & { kind: "execute" }): string {
  if (engine !== undefined) return engineInWords(engine);
  const what = program === undefined ? "" : ` (${named(program)})`;
  switch (origin) {
    case "system":
      return program === undefined ? "runs a program" : `runs ${named(program)}`;
    case "project":
      return `runs code of this project${what}`;
    case "generated":
      return `runs code that was written in this session${what}`;
    case "download":
      return `runs code that comes from the network${what}`;
    case "inline":
      return `runs code that stands in the command${what}`;
    case "unknown":
      return program === undefined
        ? "runs code that is only known when it runs"
        : `runs ${named(program)}, and it is not known which program that is`;
    default:
      return origin satisfies never;
  }
}

function historyInWords({ operation, remote, refs, lost }: Effect & { kind: "history" }): string {
  const loss = lost && lossInWords(lost, LOST_MAX);
  if (loss !== undefined) return `would lose ${loss}`;
  const branch = refs === undefined || refs.length === 0 ? "a branch" : namesOf(refs);
  const on = remote === undefined || remote === "unknown" ? "" : ` on ${addressInWords(remote)}`;
  switch (operation) {
    case "force-push":
      return `overwrites the history of ${branch}${on}`;
    case "force-push-with-lease":
      return `replaces commits of ${branch}${on} (force with lease)`;
    case "delete-ref":
      return refs === undefined ? `deletes a branch or tag${on}` : `deletes ${branch}${on}`;
    case "reset":
      return "moves the branch and drops changes that are not committed";
    case "discard":
      return "drops changes that are not committed";
    case "rewrite":
      return "rewrites commits";
    case "amend":
      return "makes the last commit anew";
    case "prune":
      return "deletes commits for good that no branch holds";
    default:
      return operation satisfies never;
  }
}

function publishInWords(effect: Effect & { kind: "publish" }): string {
  const { channel, destination, refs, forge, subjects } = effect;
  if (forge !== undefined && (refs === undefined || refs.length === 0))
    return forgeInWords(forge, destination ?? "the forge", thingsInWords(subjects));
  const to = destination === undefined ? "" : ` to ${addressInWords(destination)}`;
  switch (channel) {
    case "git":
      return `pushes ${refs === undefined || refs.length === 0 ? "commits" : namesOf(refs)}${to}`;
    case "package":
      return `publishes a package${to}`;
    case "release":
      if (refs !== undefined && refs.length > 0)
        return `asks others${to === "" ? "" : ` at ${to.slice(4)}`} to take ${namesOf(refs)}`;
      return `publishes${to === "" ? " something" : to}`;
    default:
      return channel satisfies never;
  }
}

/** Where something goes, without what a person knows by heart, and never with a password. */
function addressInWords(address: string): string {
  const plain = address
    .replace(/^[a-z+]+:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(/\.git$/, "");
  return named(plain === "" ? address : plain);
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, 2).map(named).join(" and ");
  return names.length > 2 ? `${named(names[0] ?? "")} and ${names.length - 1} more` : shown;
}

function deployInWords({ system, operation, subjects }: Effect & { kind: "deploy" }): string {
  const things = system === "forge" ? thingsInWords(subjects) : undefined;
  if (things !== undefined) return `${things} at the forge`;
  const known = DEPLOYMENTS[`${system} ${operation}`];
  if (known !== undefined) return known;
  if (operation === "") return `acts on ${system}`;
  if (operation === "remote-command") return `runs a command on ${named(system)}`;
  if (operation === "remote-write") return `writes files on ${named(system)}`;
  return `runs ${named(operation)} on ${system}`;
}

const DEPLOYMENTS: Readonly<Record<string, string>> = {
  "database destroy-data": "deletes or overwrites data in a database",
  "database change-data": "changes data in a database",
  "database change": "changes a database",
  "database migrate": "changes the structure of a database",
  "services stop": "stops a service of this machine",
  "services restart": "restarts a service of this machine",
  "processes end": "ends programs that are running",
  "processes attach": "looks into or changes a program that is running",
};

function installInWords({ manager, packages, ...kind }: Effect & { kind: "install" }): string {
  if (kind.locked !== undefined) return `installs what the lock file names, with ${manager}`;
  if (kind.declared !== undefined)
    return `installs what the project's own files name, with ${manager}`;
  const known = packages.filter((name) => name !== "");
  return `installs ${known.length === 0 ? "packages" : namesOf(known)} with ${manager}`;
}
