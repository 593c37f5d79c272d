// Which program a name means: the search path, what stands in front of it, and names that mean nothing.
import { PROGRAM_DIRECTORIES_MAX } from "#base/limits.ts";
import { baseName, cleanPath, joinPath, parentPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import type { CallSite, ProgramCall } from "../../shell/values/host.ts";
import type { Scope } from "../../shell/values/scope.ts";
import { isShellWord } from "../../shell/syntax/shell-words.ts";
import { textOf } from "../../shell/values/text.ts";
import type { EffectBody } from "../model/command-model.ts";
import type { InheritedWorld } from "../variables/inherited.ts";
import { type SeenPath, seePath, shadowOf } from "../paths/search-path.ts";
import type { Ask } from "../paths/targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { EffectNotes } from "./effect-notes.ts";
import { SYSTEM_BINARIES } from "./system-programs.ts";

/** Functions that bash and zsh call for a name that they cannot find. */
const HANDLERS = ["command_not_found_handle", "command_not_found_handler"];

/** Paths of the program that loads and starts others. */
const LOADER = /^\/(?:usr\/)?lib(?:32|64)?\/(?:[\w-]+\/)?ld-(?:linux|musl)[\w.-]*$/;

type Parts = {
  readonly facts: Facts;
  readonly ask: Ask;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly world: InheritedWorld;
};

type ShadowWorld = InheritedWorld & {
  readonly isMade: (path: string) => boolean;
  readonly ask: Ask;
};

/** Looks programs of one call up. */
export class ProgramSearch {
  readonly #facts: Facts;
  readonly #ask: Ask;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #world: InheritedWorld;
  #shadows: ShadowWorld | undefined;
  #pathChanged = false;
  /** Directories by search path, and search paths as they are seen from a directory: most commands have one. */
  readonly #searchPaths = new Map<string, readonly string[] | undefined>();
  readonly #seenPaths = new Map<string, SeenPath>();
  /** Programs of the system that the call itself put under another path, by that path. */
  readonly #stands = new Map<string, string>();
  /** Programs that were nowhere to be found before the call, with the effect that they have if the call makes them. */
  readonly #absent = new Map<string, { readonly body: EffectBody; readonly place: CallSite }>();

  constructor(parts: Parts) {
    this.#facts = parts.facts;
    this.#ask = parts.ask;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#world = parts.world;
  }

  /** Made when a program is first looked for. */
  #shadowWorld(): ShadowWorld {
    const isMade = (path: string): boolean => this.#files.has(path);
    this.#shadows ??= { ...this.#world, isMade, ask: this.#ask };
    return this.#shadows;
  }

  /** The plain name, if the program is the system's; the path otherwise, which no model has. */
  trustedName(name: string, place: CallSite): string {
    if (!name.includes("/")) return name;
    const [directory] = place.directories;
    if (!name.startsWith("/") && (directory === undefined || place.directories.length > 1))
      return name;
    const path = joinPath(directory ?? "/", name);
    return SYSTEM_BINARIES.has(parentPath(path)) || LOADER.test(path) ? baseName(path) : name;
  }

  /** Whether the search path is not what facts show. */
  get isPathChanged(): boolean {
    return this.#pathChanged;
  }

  /** The call itself set the search path. */
  pathChanged(): void {
    this.#pathChanged = true;
  }

  /** The directories in which programs are looked for, those that programs fall back on included. */
  searchPath(scope: Scope): readonly string[] | undefined {
    const [path, ...others] = scope.value("PATH") ?? [];
    const value = path === undefined || others.length > 0 ? undefined : textOf(path);
    if (value === undefined || this.#pathChanged) return undefined;
    if (!this.#searchPaths.has(value)) this.#searchPaths.set(value, directoriesIn(value));
    return this.#searchPaths.get(value);
  }

  /** The first of the directories with a program; `nowhere` when none has one, undefined when that cannot be told. */
  find(program: string, directories: readonly string[], place: CallSite): string | undefined {
    if (this.#files.isAnythingChanged) return undefined;
    const answer = this.#ask({ kind: "program", name: program, directories });
    if (answer?.kind !== "program" || answer.directory !== undefined)
      return answer?.kind === "program" ? answer.directory : undefined;
    const body = { kind: "execute", program, origin: "generated", reach: "unbounded" } as const;
    this.#absent.set(program, { body, place });
    return "nowhere";
  }

  /** Whether a name certainly means nothing: the shell says so and goes on. */
  isNowhere(name: string, scope: Scope, place: CallSite): boolean {
    // A dot may be a suffix alias of zsh; a handler of the user's runs whatever it likes for such names.
    if (!/^[\w-]{1,255}$/.test(name) || isShellWord(name) || !this.#facts.shell.known) return false;
    if (HANDLERS.some((handler) => scope.functions.has(handler))) return false;
    // Start-up files may add to a search path that no snapshot ends with.
    const { shell, environment } = this.#facts;
    if (!shell.variables.has("PATH") && environment?.isExact !== true) return false;
    const directories = this.searchPath(scope);
    return directories !== undefined && this.find(name, directories, place) === "nowhere";
  }

  /** The paths at which a plain name may find a program of the project or of this session first. */
  shadowsOf({ name, scope, place }: ProgramCall): readonly string[] {
    const [directory] = place.directories;
    if (name.includes("/") || directory === undefined) return [];
    const paths = (scope.value("PATH") ?? []).flatMap((text) => textOf(text) ?? []);
    return paths.flatMap((path) => {
      const key = `${directory}\0${path}`;
      const seen = this.#seenPaths.get(key) ?? seePath(path, directory, this.#world);
      this.#seenPaths.set(key, seen);
      return shadowOf(name, seen, this.#shadowWorld()) ?? [];
    });
  }

  /** A program of the system can be started by a path that the call made: a link to it, or a copy. */
  standIn(path: string, program: string): void {
    this.#stands.set(path, program);
  }

  /** The program of the system that the call put under a path. */
  standsAt(path: string): string | undefined {
    return this.#stands.get(path);
  }

  /** Notes programs that were nowhere to be found when they were started and that the call may have made. */
  noteMade(): void {
    for (const [name, { body, place }] of this.#absent)
      if (this.#mayHaveMade(name)) this.#notes.add(body, place);
  }

  /** Whether something in the call may put a program of this name where it is looked for. */
  #mayHaveMade(name: string): boolean {
    if (this.#files.isAnythingChanged || this.#pathChanged || this.#files.hasTrees) return true;
    return [...this.#notes.effects()].some((effect) => {
      switch (effect.kind) {
        case "write": {
          const { target, mode } = effect;
          // What a program keeps for itself is no program, and the call has no say in its name.
          if (mode === "cache") return false;
          if (target.kind !== "path" || target.reach === "tree") return true;
          return baseName(target.path) === name || baseName(target.real) === name;
        }
        case "install":
        case "unknown":
          return true;
        case "execute":
          return effect.reach === "unbounded";
        default:
          return false;
      }
    });
  }
}

/** The directories of a search path, and those that programs fall back on; undefined where one is relative. */
function directoriesIn(path: string): readonly string[] | undefined {
  const entries = path.split(":");
  if (entries.some((entry) => !entry.startsWith("/"))) return undefined;
  const all = [...new Set([...entries.map(cleanPath), ...SYSTEM_BINARIES])];
  return all.length > PROGRAM_DIRECTORIES_MAX ? undefined : all;
}
