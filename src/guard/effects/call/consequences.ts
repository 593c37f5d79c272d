// From what models say of a call to its effects, with what that changes for the rest of it.
import { baseName, joinPath } from "#base/path.ts";
import type { Continuation, CallSite } from "../../shell/values/host.ts";
import { concat, union } from "../../shell/values/text-sets.ts";
import {
  EMPTY,
  ENVIRONMENT_FILE,
  holdsVariable,
  hole,
  literal,
  programOf,
  sourcesOf,
  type Text,
  textOf,
  type TextSet,
  weightOf,
} from "../../shell/values/text.ts";
import type { Subjects } from "../../vocabulary/effect.ts";
import type { Consequence, EffectBody } from "../model/command-model.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { pathOfUrl } from "../network/url-paths.ts";
import { fileOfUrl } from "../paths/file-urls.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { QUIET_DEVICES } from "./devices.ts";
import type { EffectNotes } from "./effect-notes.ts";
import type { FileEffects } from "./file-effects.ts";
import type { KnownPaths } from "./known-paths.ts";
import type { ProgramSearch } from "./program-search.ts";
import type { SeenFiles } from "./seen-files.ts";
import { isOfSystem } from "./system-programs.ts";
import type { VariableCode } from "./variable-code.ts";

type Parts = {
  readonly spend: (steps: number) => boolean;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
  readonly paths: KnownPaths;
  readonly changes: FileEffects;
  readonly search: ProgramSearch;
  readonly variables: VariableCode;
  readonly seen: SeenFiles;
};

/** Follows consequences. */
export class Consequences {
  readonly #spend: (steps: number) => boolean;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #targets: CallTargets;
  readonly #paths: KnownPaths;
  readonly #changes: FileEffects;
  readonly #search: ProgramSearch;
  readonly #variables: VariableCode;
  readonly #seen: SeenFiles;

  constructor(parts: Parts) {
    this.#spend = parts.spend;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#targets = parts.targets;
    this.#paths = parts.paths;
    this.#changes = parts.changes;
    this.#search = parts.search;
    this.#variables = parts.variables;
    this.#seen = parts.seen;
  }

  /** Turns one consequence into effects; what only the shell can follow is given back. */
  follow(consequence: Consequence, place: CallSite): readonly Continuation[] {
    switch (consequence.kind) {
      case "reads":
        this.#changes.read(consequence, place);
        return [];
      case "writes":
        this.#changes.change(consequence.path, consequence.mode, place, {
          reach: consequence.reach ?? "entry",
          isWhole:
            consequence.sameAs !== undefined && !this.#paths.isFile(consequence.sameAs, place),
          replaces: consequence.replaces === true,
          ...(consequence.worktree === undefined ? {} : { worktree: consequence.worktree }),
          ...(consequence.copyOf === undefined
            ? {}
            : { copyOf: consequence.copyOf, keeps: consequence.keepsOld === true }),
        });
        this.#standIn(consequence, place);
        if (consequence.sameAs !== undefined)
          this.#targets.rename(consequence.path, consequence.sameAs, place);
        if (consequence.keepsContent !== true) {
          if (consequence.reach === "tree") this.#changedTree(consequence, place);
          this.wrote(consequence.path, consequence.content ?? [[hole("dynamic-code")]], place, {
            isFile: consequence.isFile === true,
          });
        }
        return [];
      case "deletes":
        this.#changes.delete(consequence.path, consequence.reach, place, consequence.filter);
        return [];
      case "contacts": {
        const file = fileOfUrl(consequence.url);
        if (file !== undefined)
          this.#changes.read({ kind: "reads", path: file, reach: "entry" }, place);
        this.#notes.add(
          {
            kind: "egress",
            destination: {
              ...parseDestination(consequence.url, consequence.scheme),
              ...(consequence.path === undefined ? {} : { path: consequence.path }),
            },
            carries: consequence.carries,
            ...(consequence.asks === true ? { asks: true } : {}),
            ...(consequence.method === undefined
              ? {}
              : methodAt(consequence.url, consequence.method)),
          },
          place,
        );
        return [];
      }
      case "effect":
        if (consequence.effect.kind === "execute" && consequence.effect.reach === "unbounded")
          this.#files.changeAnything(consequence.effect.origin === "project");
        this.#follows(consequence.effect);
        this.#notes.add(consequence.effect, place);
        return [];
      case "signs":
        this.#notes.signs(consequence.use);
        return [];
      case "settles":
        this.#notes.settles(consequence.whose);
        return [];
      case "remote":
        this.#notes.reaches(consequence.use);
        return [];
      case "takes-branch":
        this.#notes.takesBranch(consequence.branch);
        return [];
      case "unknown":
        this.#notes.unknown(consequence.reason, consequence.detail, place);
        return [];
      case "run":
      case "script":
      case "output":
        return [consequence];
      default:
        return consequence satisfies never;
    }
  }

  /** What a file that was opened for writing holds afterwards. `isFile`: it is a file, no directory. */
  wrote(
    target: Text,
    content: TextSet,
    place: CallSite,
    { isFile }: { readonly isFile: boolean },
  ): void {
    const value = textOf(target);
    // WHY not in a file: what it holds then is worth nothing, and whoever reads it there is judged by that.
    if (value === undefined || (value.startsWith("/dev/") && value !== "/dev/null"))
      this.#seen.shows(content);
    // A file that holds a variable of that kind can be read in the next call.
    if (holdsVariable(content)) this.#notes.add({ kind: "read", target: ENVIRONMENT_FILE }, place);
    const [, scheme, host, port] = /^\/dev\/(tcp|udp)\/([^/]+)\/(\d+)$/.exec(value ?? "") ?? [];
    if (scheme !== undefined) this.#sent(scheme, literal(`${host}:${port}`), content, place);
    for (const directory of place.directories) {
      if (value === undefined || (directory === undefined && !value.startsWith("/"))) {
        this.#files.changeAnything();
        continue;
      }
      const path = joinPath(directory ?? "/", value);
      if (QUIET_DEVICES.test(path)) continue;
      // What variables name may be code of this call from now on.
      this.#variables.lookAgain();
      const earlier = this.#files.get(path);
      if (!this.#spend(weightOf([...content, ...(earlier ?? [])]))) {
        this.#files.set(path, [[hole("budget", { sources: sourcesOf(content) })]], isFile);
        continue;
      }
      const left = this.#fails(path, directory, place) ? union(content, EMPTY) : content;
      // Whether this write replaced or followed the earlier one is not tracked: any of the contents may be there.
      this.#files.set(
        path,
        earlier === undefined ? left : union(earlier, left, concat(earlier, left)),
        isFile,
      );
    }
  }

  /** Whether there is no directory to write in: who reads the file then gets nothing (`rm -rf "$(cat no/such)/"`). */
  #fails(path: string, directory: string | undefined, place: CallSite): boolean {
    const parent = joinPath(path, "..");
    return parent !== directory && this.#paths.isCertainlyMissing(literal(parent), place);
  }

  /** What goes into a socket of bash is not told where it is opened; statements and the whole environment are told here. */
  #sent(scheme: string, address: Text, content: TextSet, place: CallSite): void {
    const carries = sourcesOf(content);
    if (carries.some(({ kind }) => kind === "environment"))
      this.#notes.add(
        { kind: "egress", destination: parseDestination(address, scheme), carries },
        place,
      );
    if (scheme !== "tcp") return;
    for (const consequence of databaseTraffic(address, { texts: content }))
      this.follow(consequence, place);
  }

  /** Remembers that a program of the system can be started by the path that is written: a link to it, or a copy. */
  #standIn(
    { path, sameAs, content = EMPTY }: Extract<Consequence, { kind: "writes" }>,
    place: CallSite,
  ): void {
    const names = [
      sameAs === undefined ? undefined : (programOf(sameAs) ?? textOf(sameAs)),
      ...sourcesOf(content).map((source) =>
        source.kind === "file" && source.target.kind === "path" ? source.target.path : undefined,
      ),
    ];
    const program = names.find((name) => name !== undefined && isOfSystem(name));
    if (program === undefined) return;
    for (const target of this.#targets.of(path, "entry", place))
      if (target.kind === "path") this.#search.standIn(target.path, baseName(program));
  }

  #changedTree(
    { path, mode, content }: Extract<Consequence, { kind: "writes" }>,
    place: CallSite,
  ): void {
    const sources = sourcesOf(content ?? EMPTY);
    for (const target of this.#targets.of(path, "entry", place)) {
      if (target.kind !== "path") this.#files.changeAnything();
      else if (mode === "tracked" && sources.length === 0)
        for (const root of [target.path, target.real]) this.#files.track(root);
      else for (const root of [target.path, target.real]) this.#files.addTree(root, sources);
    }
  }

  /** Remembers where version control may have put other files than facts show. */
  #follows(effect: EffectBody): void {
    if (effect.kind !== "write" || effect.mode !== "tracked") return;
    if (effect.target.kind === "path") this.#files.track(effect.target.path);
    else this.#files.changeAnything();
  }
}

/** What following a consequence costs beside itself: what is written is gone through. */
export function weightOfConsequence(consequence: Consequence): number {
  return consequence.kind === "writes" && consequence.content !== undefined
    ? weightOf(consequence.content)
    : 0;
}

/** A method, and the path that it is for. */
function methodAt(url: Text, verb: string): { readonly verb: string; readonly subjects: Subjects } {
  const path = pathOfUrl(url);
  return { verb, subjects: path === undefined ? [] : [path] };
}
