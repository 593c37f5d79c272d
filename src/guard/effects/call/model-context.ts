// What a model may ask while it says what a call does.
import { baseName, cleanPath, isWithin, joinPath, joinRaw, parentPath } from "#base/path.ts";
import { isSilent } from "#base/redirecting-variables.ts";
import type { Facts, GitFacts } from "../../facts/facts.ts";
import type { CallSite, ProgramCall } from "../../shell/values/host.ts";
import { isMadePath, madeIn } from "../../shell/values/some-directory.ts";
import { known, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import { withoutUps } from "../../shell/values/ways-up.ts";
import { wasWritten } from "../paths/written-places.ts";
import type { ModelContext } from "../model/command-model.ts";
import { isLoopback } from "../network/destination.ts";
import type { DataSource, Effect } from "../../vocabulary/effect.ts";
import { type InheritedWorld, originOf } from "../variables/inherited.ts";
import type { Ask } from "../paths/targets.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { isStrange } from "./code-origins.ts";
import type { EffectNotes } from "./effect-notes.ts";
import type { FileContents } from "./file-contents.ts";
import type { KnownPaths } from "./known-paths.ts";
import { hasChanged, lostWork, mayFollowOthers } from "./lost-work.ts";
import type { ProgramSearch } from "./program-search.ts";
import { projectFiles } from "./project-files.ts";

/** What models may ask about. */
export type ModelWorld = {
  readonly facts: Facts;
  readonly ask: Ask;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
  readonly contents: FileContents;
  readonly paths: KnownPaths;
  readonly search: ProgramSearch;
  readonly world: InheritedWorld;
};

/** The context of one call of a program whose effects stand at `inner`. */
export function modelContext(known: ModelWorld, call: ProgramCall, inner: CallSite): ModelContext {
  const { facts, notes, files, targets, contents, paths, search, world } = known;
  return {
    codeAt: (path) => contents.codeAt(path, inner),
    consumer: call.consumer,
    contentOf: (path) => contents.of(path, inner),
    wasWritten: (path) =>
      targets
        .of(path, "entry", inner)
        .some((target) => target.kind === "path" && wasWritten(facts.writtenPaths, target.real)),
    textAt: (path) => contents.of(path, inner).flatMap((text) => contents.onDisk(text)),
    git: (directory) => repositoryAt(directory, inner, known),
    home: facts.session.home,
    directory: inner.directories.length === 1 ? inner.directories[0] : undefined,
    untouched: (path) => contents.untouched(path, facts),
    lockAt: (path, format) => contents.lockAt(path, format, facts),
    mayHaveWritten: (name, directory) => contents.mayHaveWritten(name, directory, facts),
    variableNames: (by) => namesOf(by, call, facts),
    projectFiles: projectFiles(facts, files, known.ask),
    isOfSession: (number) => {
      const answer = known.ask({ kind: "process", number, root: facts.session.projectRoot });
      return answer?.kind === "process" && answer.isOfSession;
    },
    // WHY nothing before: the server may be another one once something was started, ended or reached.
    isOwnServer: (port) => {
      if ([...notes.effects()].some(mayServeOthers)) return false;
      const answer = known.ask({ kind: "server", port });
      return answer?.kind === "server" && answer.isOfSession;
    },
    ownPaths: facts.session.ownPaths,
    find: (program, directories) => search.find(program, directories, inner),
    isUserControlled: (variable, path) => {
      const { environment } = facts;
      const isInherited =
        !call.environment.has(variable) &&
        textOf(call.scope.value(variable)?.[0] ?? []) === environment?.variables.get(variable);
      return isInherited && path.startsWith("/") && originOf(cleanPath(path), world) === undefined;
    },
    below: (path) => {
      const [directory] = inner.directories;
      if (inner.directories.length !== 1 || directory === undefined) return undefined;
      const whole = joinPath(directory, path);
      if (!isWithin(directory, whole) || directory === "/") return undefined;
      return whole === directory ? "" : `${whole.slice(directory.length + 1)}/`;
    },
    isDirectory: (path) => paths.isDirectory(path, inner),
    isFile: (path) => paths.isFile(path, inner),
    isNoDirectory: (path) => paths.isNoDirectory(path, inner),
    isMissing: (path) => paths.isCertainlyMissing(path, inner),
    mayMove: (path) => paths.mayMove(path, inner),
    madeIn: (directory) =>
      [...files.entries()]
        .filter(([path, content]) => parentPath(path) === directory && content.some(hasText))
        .map(([path]) => baseName(path)),
    brought: () => broughtByGit(notes),
    branches: () => notes.branches(),
    isLink: (path) =>
      targets
        .of(path, "entry", inner)
        .some((target) => target.kind !== "path" || target.path !== target.real),
    matches: (glob) => paths.matches(glob, inner),
    placeOf: (path) => paths.placeOf(path, inner),
    unkept: (root, skips, isOthers = false) =>
      (isOthers ? mayFollowOthers(notes.effects(), root) : hasChanged(notes.effects()))
        ? undefined
        : paths.unkept(root, skips),
    lost: (repository, act) => lostWork(repository, act, known),
    realOf: (path) => paths.realOf(path, inner),
    searchPath: search.searchPath(call.scope),
    // A shell that is started knows the functions that were exported: where `sh` is bash, that one too.
    startedBy: call.scope.exportedFunctions.has(call.name) ? undefined : call.place.via.at(-1),
    provedByReading: () => notes.provedByReading(),
    variable: (variable) => call.environment.get(variable) ?? toldBy(variable, call, facts),
    valuesOf: (variable) => call.environment.get(variable) ?? call.scope.value(variable),
  };
}

/** What `ModelContext.variable` says of a variable that does not stand before the program. */
function toldBy(
  variable: string,
  { scope }: ProgramCall,
  { environment }: Facts,
): TextSet | undefined {
  const value = environment?.variables.get(variable);
  const isReported = value !== undefined && environment?.doubtful?.has(variable) !== true;
  if (!isReported || !scope.variables.isAsInherited(variable)) return scope.value(variable);
  return isSilent(variable, value) ? undefined : known(value);
}

function namesOf(
  by: Parameters<ModelContext["variableNames"]>[0],
  { environment, scope }: ProgramCall,
  { shell }: Facts,
): Iterable<string> {
  const { variables } = scope;
  const isAsBefore = (name: string): boolean => {
    const values = variables.get(name)?.values ?? [];
    const before = shell.variables.get(name);
    return before !== undefined && values.every((value) => textOf(value) === before);
  };
  switch (by) {
    case "program":
      return environment.keys();
    case "shell":
      return [...variables.keys()].filter((name) => !isAsBefore(name));
    case "start":
      return [...variables.inherited.keys(), ...shell.variables.keys()];
    default:
      return by satisfies never;
  }
}

function broughtByGit(notes: EffectNotes): readonly DataSource[] {
  return [...notes.effects()].flatMap((effect): DataSource[] =>
    effect.kind === "egress" && effect.via.at(-1) === "git" && isStrange(effect.destination)
      ? [{ kind: "network", destination: effect.destination }]
      : [],
  );
}

function repositoryAt(
  directory: Text | undefined,
  place: CallSite,
  { ask, notes }: ModelWorld,
): GitFacts | undefined | "unanswered" {
  const [from] = place.directories;
  const value = directory === undefined ? "" : textOf(directory);
  if (place.directories.length !== 1 || from === undefined || value === undefined)
    return "unanswered";
  const path = withoutUps(joinRaw(from, value), ask);
  if (isMadePath(path)) return repositoryInNew(path, ask, notes);
  const answer = ask({ kind: "git", directory: path });
  return answer?.kind === "git" ? answer.repository : "unanswered";
}

/** In a directory that the call has just made lies no repository but one that git makes there, if none lies around it. */
function repositoryInNew(path: string, ask: Ask, notes: EffectNotes): undefined | "unanswered" {
  const isFilled = [...notes.effects()].some(
    (effect) =>
      effect.kind === "write" &&
      effect.mode !== "tracked" &&
      effect.target.reach === "tree" &&
      (effect.target.kind !== "pattern" || effect.target.isNew === true),
  );
  const around = ask({ kind: "git", directory: madeIn(path) });
  const isNone = around?.kind === "git" && around.repository === undefined;
  return isNone && !isFilled ? undefined : "unanswered";
}

function hasText(text: Text): boolean {
  return text.length > 0;
}

/** Whether something else may listen on a port of this machine after an effect. */
function mayServeOthers(effect: Effect): boolean {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
      return false;
    case "execute":
      return effect.reach === "unbounded";
    case "egress":
      return !isLoopback(effect.destination.host ?? "");
    default:
      return true;
  }
}
