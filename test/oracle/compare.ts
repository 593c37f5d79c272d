// Prediction against what the kernel saw: which events no effect covers, and which effects no event bears out.
import { compileGlob, unescapeGlob } from "#base/glob.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import { BUILTINS } from "#guard/shell/builtins/builtins.ts";
import { isHelper, isOwnBook } from "./own-books.ts";
import type { Observed } from "./trace.ts";
import type { World } from "./world.ts";

export type Comparison = {
  /** What happened and no effect says. */
  readonly missed: readonly Observed[];
  /** Effects on files, programs and hosts of which nothing was seen, not even an attempt. */
  readonly extra: readonly Effect[];
  readonly unknown: readonly Effect[];
  /** Whether an effect says that something may do anything. */
  readonly unbounded: boolean;
};

/** What happened, and what was said of it before. */
export type Evidence = {
  readonly command: string;
  readonly world: World;
  readonly effects: readonly Effect[];
  readonly events: readonly Observed[];
  /** Whether there is something at a path after the command. */
  isThere(path: string): boolean;
  /** Whether a path is or was a directory. */
  isDirectory(path: string): boolean;
  /** Whether there was something at a path before it. */
  wasThere(path: string): boolean;
  /** The name that an address was given for. */
  nameOf(address: string): string | undefined;
};

/** Compares a command's effects with what happened. An `unknown` covers nothing. */
export function compare(evidence: Evidence): Comparison {
  const { effects, events } = evidence;
  const missed = events.filter(
    (event) =>
      event.outcome !== "failed" &&
      mustBeSaid(event, evidence) &&
      !isPredicted(event, evidence) &&
      !isUnbounded(event, evidence),
  );
  return {
    missed: withoutRepeats(missed),
    extra: effects.filter((effect) => !isSeen(effect, evidence)),
    unknown: effects.filter((effect) => effect.kind === "unknown"),
    unbounded: effects.some(mayDoAnything),
  };
}

function withoutRepeats(events: readonly Observed[]): readonly Observed[] {
  const keys = new Set<string>();
  return events.filter((event) => {
    const key = JSON.stringify({ ...event, programs: event.programs[0], outcome: "" });
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  });
}

/** Whether an event is one that a prediction must speak of. */
function mustBeSaid(event: Observed, evidence: Evidence): boolean {
  const { world, command } = evidence;
  switch (event.kind) {
    case "list":
    case "look":
      return false;
    case "read":
      if (isDevice(event.path) || evidence.isDirectory(event.path)) return false;
      if (isOwnBook(event, world) || isOfItsOwn(event, evidence)) return false;
      // Elsewhere programs read what they are made of; what the command itself names is another matter.
      return isWithin(world.root, event.path) || command.includes(event.path);
    case "write":
    case "delete":
      if (isDevice(event.path)) return false;
      if (isOwnBook(event, world) || isTemplate(event, evidence)) return false;
      return !isPassing(event, evidence);
    case "execute":
      // What lies there is a part of another program; a shell that a program starts is seen by what it does.
      if (/^\/usr\/(?:lib|libexec|share)\//.test(event.program)) return false;
      return !isGoBetween(event.programs) && !isHelper(event.programs);
    case "connect":
      // The machine's own resolver, and the look at an address by which the resolver sorts its answers.
      return !(event.port === 53 && event.address === "127.0.0.1") && event.port !== 0;
    case "signal":
      return !event.own;
    default:
      return event satisfies never;
  }
}

function isDevice(path: string): boolean {
  // A descriptor that is opened by its name in `/dev/fd` is seen as what it is.
  return /^\/(?:dev|proc|sys)(?:\/|$)|^\/(?:pipe|socket):\[/.test(path);
}

const SHELLS = new Set(["sh", "dash", "bash", "zsh"]);

/** A shell by which a program starts programs. */
function isGoBetween(programs: readonly string[]): boolean {
  const [shell = "", ...starters] = programs.map(baseName);
  return SHELLS.has(shell) && starters.some((one) => one !== "" && !SHELLS.has(one));
}

/**
 * What git lays down in a repository that it makes: its own configuration and examples of hooks that do not run. The
 * prediction must say of that repository that git keeps its books there.
 */
function isTemplate({ path, programs }: Extract<Observed, { path: string }>, evidence: Evidence) {
  const [, books] =
    /^(.*\/\.git)\/(?:hooks(?:\/[^/]+\.sample)?|config(?:\.lock)?)$/.exec(path) ?? [];
  if (books === undefined || baseName(programs[0] ?? "") !== "git") return false;
  const isSaid = evidence.effects.some(
    (effect) =>
      effect.kind === "write" &&
      effect.mode === "tracked" &&
      effect.target.kind === "path" &&
      isWithin(books, effect.target.path),
  );
  return isSaid && !evidence.wasThere(books);
}

/** A name that came and went within the command: nothing is left of it. */
function isPassing(event: Extract<Observed, { path: string }>, evidence: Evidence): boolean {
  const { path } = event;
  if (evidence.wasThere(path)) return false;
  const last = evidence.events.findLast(
    (other) =>
      other.outcome === "done" &&
      (other.kind === "write" || other.kind === "delete") &&
      other.path === path,
  );
  return last?.kind === "delete";
}

/** What was not there before holds what the command itself put there. */
function isOfItsOwn(event: Extract<Observed, { path: string }>, evidence: Evidence): boolean {
  const { path } = event;
  return (
    !evidence.wasThere(path) &&
    evidence.events.some((other) => other.kind === "write" && other.path === path)
  );
}

function isPredicted(event: Observed, evidence: Evidence): boolean {
  const { effects } = evidence;
  switch (event.kind) {
    case "read":
      return effects.some(
        (effect) => effect.kind === "read" && includes(effect.target, event.path),
      );
    case "write":
      // Making the parents of a directory, or an entry in a directory that is written to, is part of the write.
      return effects.some(
        (effect) =>
          effect.kind === "write" &&
          (includes(effect.target, event.path) ||
            (effect.target.kind === "path" && isWithin(event.path, effect.target.path))),
      );
    case "delete":
      // A name that is there again was replaced: that is a write; and version control takes away what it put there.
      return effects.some(
        (effect) =>
          (effect.kind === "delete" ||
            (effect.kind === "write" &&
              (effect.mode === "tracked" || evidence.isThere(event.path)))) &&
          includes(effect.target, event.path),
      );
    case "execute":
      return effects.some((effect) =>
        effect.kind === "execute"
          ? effect.program !== undefined && baseName(effect.program) === baseName(event.program)
          : // A script is executed when its interpreter reads it.
            effect.kind === "read" &&
            effect.via.length > 0 &&
            event.program.includes("/") &&
            includes(effect.target, joinPath(evidence.world.project, event.program)),
      );
    case "connect":
      return effects.some((effect) => effect.kind === "egress" && reaches(effect, event, evidence));
    case "signal":
      return effects.some(
        (effect) =>
          effect.kind === "tamper" || (effect.kind === "deploy" && effect.system === "processes"),
      );
    case "list":
    case "look":
      return true;
    default:
      return event satisfies never;
  }
}

function reaches(
  { destination }: Extract<Effect, { kind: "egress" }>,
  event: Extract<Observed, { kind: "connect" }>,
  evidence: Evidence,
): boolean {
  if (destination.host === undefined || destination.known !== undefined) return true;
  const name = evidence.nameOf(event.address);
  if (destination.host === name || destination.host === event.address) return true;
  return (
    /^(?:127\.0\.0\.1|::1)$/.test(event.address) &&
    /^(?:localhost|127\.|::1)/.test(destination.host)
  );
}

function mayDoAnything(effect: Effect): effect is Extract<Effect, { kind: "execute" }> {
  return effect.kind === "execute" && effect.reach === "unbounded";
}

/** Whether the event comes from something of which the prediction says that it may do anything. */
function isUnbounded(event: Observed, { effects, events }: Evidence): boolean {
  return effects.filter(mayDoAnything).some(({ program }) => {
    if (program === undefined) return true;
    const name = baseName(program);
    const wasExecuted = events.some(
      (other) => other.kind === "execute" && baseName(other.program) === name,
    );
    // A script that an interpreter reads is no program of its own to the kernel.
    if (!wasExecuted) return true;
    return (
      event.programs.some((one) => baseName(one) === name) ||
      (event.kind === "execute" && baseName(event.program) === name)
    );
  });
}

/** Whether anything was seen of an effect. Of some kinds the kernel sees nothing: those count as seen. */
function isSeen(effect: Effect, evidence: Evidence): boolean {
  const { events } = evidence;
  switch (effect.kind) {
    case "read":
      if (isBookAmong(effect, evidence)) return true;
      // What git shows of a file is most often its own copy, one of its books.
      if (effect.via.at(-1) === "git" && events.some(isBookOfGit)) return true;
      return touches(effect.target, events, ["read", "list", "look", "write", "delete"]);
    case "write":
      if (isBookAmong(effect, evidence)) return true;
      return touches(withJournals(effect), events, ["write", "delete"]);
    case "delete":
      return touches(effect.target, events, ["delete"]);
    case "egress":
      // Another repository of this machine is reached without a network.
      return effect.destination.host === "." || events.some((event) => event.kind === "connect");
    case "execute": {
      const { program } = effect;
      if (program === undefined || isBuiltin(program) || effect.reach === "unbounded") return true;
      // What need not be said when it happens is not missing when it does not.
      const chain = [program, ...effect.via.toReversed()];
      if (isGoBetween(chain) || isHelper(chain)) return true;
      return events.some((event) =>
        event.kind === "execute"
          ? baseName(event.program) === baseName(program)
          : // A script that an interpreter reads.
            "path" in event && event.path === program,
      );
    }
    default:
      return true;
  }
}

/** Which journals of a database come and go is written inside of it: they are seen where it is. */
function withJournals({ target, via }: Extract<Effect, { kind: "write" }>): Target {
  const database = /^(.*)-\*$/.exec(target.kind === "pattern" ? target.path : "")?.[1];
  if (via.at(-1) !== "sqlite3" || database === undefined) return target;
  const path = unescapeGlob(database);
  return { kind: "path", path, real: path, reach: "entry" };
}

/** Whether an effect is on one of the program's own books. What need not be said when it happens is not missing when it does not. */
function isBookAmong(
  effect: Extract<Effect, { kind: "read" | "write" }>,
  { world }: Evidence,
): boolean {
  const { target, kind, via } = effect;
  const programs = via.toReversed();
  if (target.kind !== "path" || programs.length === 0) return false;
  return (
    isWithin(world.root, target.path) &&
    isOwnBook({ kind, path: target.path, outcome: "done", programs }, world)
  );
}

function isBookOfGit(event: Observed): boolean {
  return event.kind === "read" && /\/\.git\/(?:objects\/|index$)/.test(event.path);
}

/** What the shells do themselves, so that no program is seen. */
function isBuiltin(name: string): boolean {
  return BUILTINS.has(name) || ["kill", "time", "which"].includes(name);
}

function touches(
  target: Target,
  events: readonly Observed[],
  kinds: readonly Observed["kind"][],
): boolean {
  if (target.kind === "unresolved") return true;
  // WHY: a program is given its environment when it starts; no file is opened for that.
  if (target.path.startsWith("/dev/") || target.path === "/proc/self/environ") return true;
  return events.some(
    (event) => "path" in event && kinds.includes(event.kind) && includes(target, event.path),
  );
}

/** Whether a target may be the observed path. */
function includes(target: Target, path: string): boolean {
  switch (target.kind) {
    case "path":
      return [target.path, target.real].some(
        (root) => path === root || (target.reach === "tree" && isWithin(root, path)),
      );
    case "pattern": {
      const test = compileGlob(target.path);
      return test(path) || (target.reach === "tree" && ancestors(path).some(test));
    }
    case "unresolved":
      return target.within === undefined || isWithin(target.within, path);
    default:
      return target satisfies never;
  }
}

function ancestors(path: string): string[] {
  return path === "/" ? [] : [parentPath(path), ...ancestors(parentPath(path))];
}
