// The shell evaluator's world: asks models about programs, turns words into targets, and collects effects.
import { compileGlob, escapeGlob, globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import {
  EFFECTS_MAX,
  FIELDS_MAX,
  PATHS_PER_STEP,
  PROGRAM_DIRECTORIES_MAX,
  SCRIPT_FILES_MAX,
  STEPS_MAX,
} from "#base/limits.ts";
import { baseName, cleanPath, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { FactAnswer, FactQuery, Facts, GitFacts } from "../facts.ts";
import type { Continuation, Place, ProgramCall, ShellHost } from "../shell/host.ts";
import type { Scope } from "../shell/scope.ts";
import { isShellWord } from "../shell/shell-words.ts";
import { isSomePath } from "../shell/some-directory.ts";
import {
  dropKnown,
  concat,
  EMPTY,
  ENVIRONMENT,
  hole,
  knownPrefix,
  literal,
  programOf,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  union,
  weightOf,
  wholeFile,
} from "../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  type EffectBody,
  type ModelContext,
  parseInvocation,
} from "./command-model.ts";
import { isOwnPackage, isOwnProgram, ownCommand, ownFile, ownHook } from "./commands/sallyport.ts";
import { findCommand } from "./commands/index.ts";
import { databaseTraffic } from "./database-traffic.ts";
import { isLoopback, parseDestination } from "./destination.ts";
import type {
  CodeOrigin,
  DataSource,
  Destination,
  Effect,
  LeftOut,
  Reach,
  Skips,
  Target,
  UnknownReason,
  WriteMode,
} from "./effect.ts";
import { makesProgramsRunCode, namesCode, printsEnvironment } from "./environment.ts";
import type { FactReader } from "./fact-reader.ts";
import { aimedAtGuard, HARMS_GUARD, isGuardProcess, mentionsGuard } from "./guard-processes.ts";
import {
  runsValueOf,
  codeNamed,
  type InheritedCode,
  inheritedTable,
  type InheritedTable,
  type InheritedWorld,
  originOf,
  piecesOf,
} from "./inherited.ts";
import { fileOfUrl } from "./file-urls.ts";
import { isInterpreter, readsCodeFromInput, runsAddress } from "./interpreters.ts";
import { obeysNetwork } from "./languages/remote-control.ts";
import { classifyChange, touchesHistory, touchesOwn } from "./places.ts";
import { throughProcess } from "./process-paths.ts";
import { seePath, type SeenPath, shadowOf } from "./search-path.ts";
import { mayShowHidden, withAllBelow, withChangedFiles, withWhatIsAdded } from "./searched.ts";
import { type Origin, type RanCommand, ranCommand } from "./ran-command.ts";
import { resolveTargets } from "./targets.ts";

/** Directories of the system from which a program's plain name is trusted to be that program. */
const SYSTEM_BINARIES = new Set([
  "/bin",
  "/usr/bin",
  "/sbin",
  "/usr/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/opt/homebrew/bin",
]);

/** Functions that bash and zsh call for a name that they cannot find. */
const HANDLERS = ["command_not_found_handle", "command_not_found_handler"];

const QUIET_DEVICES = /^\/dev\/(null|zero|full|random|urandom|stdin|stdout|stderr|tty|fd\/\d+)$/;

/** Paths at which projects keep copies of programs that a model knows. */
const PROJECT_PROGRAM = /(?:^|\/)\.?bin\/[^/]+$|(?:^|\/)(?:gradlew|mvnw|artisan|manage\.py)$/;

/** Paths of the program that loads and starts others. */
const LOADER = /^\/(?:usr\/)?lib(?:32|64)?\/(?:[\w-]+\/)?ld-(?:linux|musl)[\w.-]*$/;

/** Words that are paths, from the root or home on, and not less. */
const NAMED = /^\/[^/\s]+\/[^\s]+$/;

/** Programs with a model that translate or run code which they are given in languages that are not read. */
const TRANSLATORS =
  /^(?:[gmn]?awk|elixir|erl|groovy|osascript|sqlite3|go|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|rustc|deno|bun|vim?|vim|nvim|view|ex|emacs|gdb|lua[\d.]*|luajit|tclsh[\d.]*|expect|m4|R|Rscript|julia|swift|kotlinc?|scala)$/;

/** Programs with a model that run a file which they are given. */
const LOADERS = /^(?:java|groovy|scala|kotlin|swift|elixir|escript|julia|mono|dotnet|wine)$/;

/** Paths at which our own programs are installed. */
const OWN_BINARY = /\/\.?bin\/sallyport(?:-hook)?$/;

/** Characters of a variable in which paths are looked for. */
const PATH_LIST_CHARS_MAX = 4_096;

const SHELL = /^(?:ba|da|z|k|a)?sh$/;

/** The program that runs a script, with the words of its first line; a shell where no line says so. Empty: no text. */
function interpreterOf(script: string): readonly string[] {
  if (script.includes("\0")) return [];
  const line = /^#![ \t]*([^\n]{1,256})/.exec(script)?.[1];
  if (line === undefined) return ["sh"];
  const words = line.trim().split(/[ \t]+/);
  const named =
    baseName(words[0] ?? "") === "env" ? words.slice(1).filter((word) => word !== "-S") : words;
  return [baseName(named[0] ?? ""), ...named.slice(1)];
}

/** Places that are kept of one effect. */
const ORIGINS_MAX = 16;
/** Commands of a call of which rules about command lines may speak. */
const COMMANDS_MAX = 512;

/** Collects the effects of one call. */
export class CallHost implements ShellHost {
  readonly #facts: Facts;
  readonly #reader: FactReader;
  readonly #effects = new Map<string, Effect>();
  /** Where each effect comes from, by its key; nothing where it comes from more places than are kept. */
  readonly #origins = new Map<string, Origin[] | undefined>();
  readonly #commands: RanCommand[] = [];
  /** Builtins that are listed, each once however often a loop runs it. */
  readonly #builtins = new Set<string>();
  readonly #programs = new Set<string>();
  /** Content of files that the call itself wrote, and of pipes it made, by path. */
  readonly #written = new Map<string, TextSet>();
  /** Directories below which the call itself wrote files whose names are not known. */
  readonly #trees = new Map<string, readonly DataSource[]>();
  /** Directories below which version control put files of its history in this call. */
  readonly #tracked = new Set<string>();
  /** Paths that the call itself made further names of others, by path; undefined: of something that is not known. */
  readonly #names = new Map<string, string | undefined>();
  /** Programs of the system that the call itself put under another path, by that path. */
  readonly #stands = new Map<string, string>();
  /** Files that ran as code, with where. */
  readonly #ranFrom = new Map<string, Place>();
  #steps = 0;
  #pipes = 0;
  /** Whether something ran in this call that may have changed any file. */
  #anythingChanged = false;
  /** How many files of scripts were looked into. */
  #scriptFiles = 0;
  /** Whether a program without a model was given an address in this call. */
  #hasStrangerFetched = false;
  #pathChanged = false;
  readonly #world: InheritedWorld;
  /** Directories by search path, and search paths as they are seen from a directory: most commands have one. */
  readonly #searchPaths = new Map<string, readonly string[] | undefined>();
  readonly #seenPaths = new Map<string, SeenPath>();
  #inherited: InheritedTable | undefined;
  /** Programs that were nowhere to be found before the call, with the effect that they have if the call makes them. */
  readonly #absent = new Map<string, { readonly body: EffectBody; readonly place: Place }>();

  constructor(facts: Facts, reader: FactReader) {
    this.#facts = facts;
    this.#reader = reader;
    this.#world = {
      session: facts.session,
      isWritten: (path) => facts.writtenPaths.has(path) || this.#written.has(path),
      isWrittenBelow: (path) =>
        [...facts.writtenPaths, ...this.#written.keys()].some((one) => isWithin(path, one)),
      exists: (path) => {
        const answer = this.ask({ kind: "path", path });
        return answer?.kind === "path" && answer.type !== "missing";
      },
    };
  }

  /** All that was found. What is written later may be there in time, by a loop, a job in the background or a named pipe. */
  effects(): readonly Effect[] {
    for (const [path, place] of this.#ranFrom) {
      if (this.#originOf(path) !== "download") continue;
      this.add({ kind: "execute", program: path, origin: "download", reach: "unbounded" }, place);
    }
    for (const [name, { body, place }] of this.#absent)
      if (this.#mayHaveMade(name)) this.add(body, place);
    const effects = withWhatIsAdded([...this.#effects.values()]);
    if (this.#names.size > 0 || mayShowHidden(effects)) return effects.map(withAllBelow);
    return effects.map((effect) => withChangedFiles(effect, effects));
  }

  programs(): readonly string[] {
    return [...this.#programs];
  }

  /** The programs that run, in the order in which they were found, as far as they are kept. */
  commands(): readonly RanCommand[] {
    return this.#commands;
  }

  /** From where the effects come, in their order; undefined for one that comes from more places than are kept. */
  origins(): readonly (readonly Origin[] | undefined)[] {
    return [...this.#effects.keys()].map((key) => this.#origins.get(key));
  }

  steps(): number {
    return this.#steps;
  }

  /** Notes an effect, each only once; past EFFECTS_MAX only that there were more. */
  add(body: EffectBody, place: Pick<Place, "via" | "at" | "isCovered">): void {
    if (place.isCovered === true && isVague(body)) return;
    const effect: Effect = { ...body, via: place.via, at: place.at };
    if (this.#effects.size >= EFFECTS_MAX) {
      const more: Effect = {
        kind: "unknown",
        reason: "budget",
        detail: "more effects than are listed",
        via: [],
        at: undefined,
      };
      this.#effects.set("more", more);
      return;
    }
    const key = JSON.stringify({ ...body });
    if (!this.#effects.has(key)) this.#effects.set(key, effect);
    const origins = this.#origins.get(key) ?? [];
    if (this.#origins.has(key) && origins.length === 0) return;
    const isFull = origins.length >= ORIGINS_MAX;
    this.#origins.set(key, isFull ? undefined : [...origins, { via: place.via, at: place.at }]);
  }

  /** A file tool reads a path; with reach `tree` all below it whose name matches `filter`. */
  readTool(path: Text, place: Place, reach: Reach = "entry", filter?: string): void {
    this.#read({ kind: "reads", path, reach, ...(filter === undefined ? {} : { filter }) }, place);
  }

  /** A file tool writes a path. */
  writeTool(path: Text, mode: "create" | "change", place: Place): void {
    this.#change(path, mode, place);
  }

  /** WHY: a path that stands for several is nowhere on disk; what is true of it cannot be looked up. */
  ask(query: FactQuery): FactAnswer | undefined {
    const { path, pattern, root, directory } = {
      path: "",
      pattern: "",
      root: "",
      directory: "",
      ...query,
    };
    if ([path, pattern, root, directory].some(isSomePath)) return undefined;
    return this.#reader.ask(query);
  }

  spend(steps = 1): boolean {
    if (this.#steps >= STEPS_MAX) return false;
    this.#steps = Math.min(STEPS_MAX, this.#steps + steps);
    if (this.#steps === STEPS_MAX) {
      this.add(
        { kind: "unknown", reason: "budget", detail: "the command takes too long to evaluate" },
        { via: [], at: undefined },
      );
    }
    return this.#steps < STEPS_MAX;
  }

  unknown(reason: UnknownReason, detail: string, place: Place): void {
    this.add({ kind: "unknown", reason, detail }, place);
  }

  assigned(name: string, values: TextSet, place: Place): void {
    if (makesProgramsRunCode(name, values, this.#facts.session.home)) {
      this.unknown("dynamic-code", `\`${name}\` makes programs run or load what it names`, place);
    }
    if (namesCode(name) && this.#namesDownload(values, place))
      this.add(
        { kind: "execute", program: undefined, origin: "download", reach: "unbounded" },
        place,
      );
    for (const value of values) {
      const pieces = piecesOf(name, textOf(value) ?? "");
      const code = codeNamed({ variable: name, pieces }, this.#world);
      if (code?.origin === "generated") this.#runsInherited(code, place);
    }
    if (name === "PATH") this.#pathChanged = true;
  }

  /** Whether one of the paths in a variable is, or holds, what came from the network in this call. */
  #namesDownload(values: TextSet, place: Place): boolean {
    if (this.#written.size === 0) return false;
    const paths = values.flatMap((value) => {
      const names = (textOf(value) ?? "").slice(0, PATH_LIST_CHARS_MAX).split(/[:=\s]+/);
      return place.directories.flatMap((directory) =>
        names.filter((name) => name !== "").map((name) => joinPath(directory ?? "/", name)),
      );
    });
    return paths.some((path) =>
      [path, ...[...this.#written.keys()].filter((written) => isWithin(path, written))].some(
        (one) => this.#originOf(one) === "download",
      ),
    );
  }

  filesChanged(pattern: string): boolean {
    if (this.#anythingChanged) return true;
    if (this.#written.size === 0) return false;
    if (!this.spend(Math.ceil(this.#written.size / PATHS_PER_STEP))) return true;
    const base = globBase(pattern);
    const roots = [...this.#trees.keys()];
    if (roots.some((root) => isWithin(root, base) || isWithin(base, root))) return true;
    const test = hasMagic(pattern)
      ? compileGlob(pattern)
      : (path: string) => path === unescapeGlob(pattern) || path === pattern;
    return [...this.#written.keys()].some((path) => test(path) || isWithin(pattern, path));
  }

  environment(consumer: readonly string[] | undefined, place: Place): TextSet {
    const output: TextSet[] = [];
    for (const consequence of printsEnvironment(consumer)) {
      if (consequence.kind === "output") output.push(consequence.texts);
      else this.#follow(consequence, place);
    }
    return union(...output);
  }

  pipePath(content: TextSet): string {
    this.#pipes += 1;
    const path = `/dev/fd/${1000 + this.#pipes}`;
    this.#written.set(path, content);
    return path;
  }

  builtin(call: Pick<ProgramCall, "name" | "argv" | "place">): void {
    const ran = ranCommand(call);
    const key = JSON.stringify(ran);
    if (this.#builtins.has(key)) return;
    this.#builtins.add(key);
    this.#list(ran, call.place);
  }

  ran(name: string, place: Place): void {
    this.#programs.add(name);
    this.add({ kind: "execute", program: name, origin: "system", reach: "modelled" }, place);
  }

  open(access: "read" | "write" | "append", target: Text, place: Place): TextSet {
    const value = textOf(target);
    if (value !== undefined && value.startsWith("/dev/")) {
      const special = this.#openDevice(cleanPath(value), place);
      if (special !== undefined) return special;
    }
    if (access === "read") {
      this.#read({ kind: "reads", path: target, reach: "entry" }, place);
      return this.#content(target, place);
    }
    this.#change(target, access === "write" ? "create" : "append", place);
    return EMPTY;
  }

  wrote(target: Text, content: TextSet, place: Place): void {
    const value = textOf(target);
    // A file that holds a variable of that kind can be read in the next call.
    if (ENVIRONMENT.kind === "file" && sourcesOf(content).includes(ENVIRONMENT))
      this.add({ kind: "read", target: ENVIRONMENT.target }, place);
    const socket = /^\/dev\/tcp\/([^/]+)\/(\d+)$/.exec(value ?? "");
    if (socket !== null) {
      const address = literal(`${socket[1] ?? ""}:${socket[2] ?? ""}`);
      for (const consequence of databaseTraffic(address, { texts: content }))
        this.#follow(consequence, place);
    }
    for (const directory of place.directories) {
      if (value === undefined || (directory === undefined && !value.startsWith("/"))) {
        this.#anythingChanged = true;
        continue;
      }
      const path = joinPath(directory ?? "/", value);
      if (QUIET_DEVICES.test(path)) continue;
      // What variables name may be code of this call from now on.
      this.#inherited = undefined;
      const earlier = this.#written.get(path);
      if (!this.spend(weightOf([...content, ...(earlier ?? [])]))) {
        this.#written.set(path, [[hole("budget", { sources: sourcesOf(content) })]]);
        continue;
      }
      // Whether this write replaced or followed the earlier one is not tracked: any of the contents may be there.
      this.#written.set(
        path,
        earlier === undefined ? content : union(earlier, content, concat(earlier, content)),
      );
    }
  }

  code(texts: TextSet, place: Place): TextSet {
    const readable: Text[] = [];
    for (const text of texts) {
      if (textOf(text) !== undefined) readable.push(text);
      else readable.push(...this.#unreadableCode(text, place));
    }
    return readable.length === 0 ? EMPTY : readable;
  }

  #list(command: RanCommand, place: Place): void {
    if (this.#commands.length < COMMANDS_MAX) this.#commands.push(command);
    else this.unknown("budget", "more commands than are listed", place);
  }

  program(call: ProgramCall): readonly Continuation[] {
    const { place } = call;
    this.#list(ranCommand(call), place);
    for (const [name, values] of call.environment) this.assigned(name, values, place);
    const model =
      this.#pathChanged && !call.name.includes("/")
        ? undefined
        : findCommand(this.#trustedName(call.name, place));
    const name = baseName(call.name);
    for (const code of this.#inheritedTable().of(name))
      if (!call.environment.has(code.variable) && isExported(call.scope, code.variable))
        this.#runsInherited(code, place);
    const shadows = this.#shadowsOf(call);
    if (shadows.length > 0) {
      const found = shadows.flatMap((path) => this.#unknownProgram({ ...call, name: path }));
      return [...found, ...(model === undefined ? [] : this.#namesake(model, call))];
    }
    if (model === undefined) {
      // Another search path may lead to another program, and most likely leads to the one of that name.
      const usual = this.#pathChanged && !call.name.includes("/") ? findCommand(name) : undefined;
      return [
        ...this.#unknownProgram(call),
        ...(usual === undefined ? [] : this.#namesake(usual, call)),
      ];
    }
    this.#programs.add(name);
    this.add({ kind: "execute", program: name, origin: "system", reach: "modelled" }, place);
    return [...this.#commandsNamed(name, call), ...this.#modelled(model, call, place)];
  }

  /** The commands that variables of this call name for the program: its pager, its editor, what it connects by. */
  #commandsNamed(name: string, { environment, place }: ProgramCall): readonly Continuation[] {
    return [...environment].flatMap(([variable, values]) => {
      // WHY: what such a command starts inherits the variable too, without end.
      if (!runsValueOf(variable, name) || place.via.includes(name)) return [];
      const texts = values.map((text) =>
        dropKnown(text, knownPrefix(text).startsWith("|") ? 1 : 0),
      );
      return [{ kind: "script", texts, positional: [] } as const];
    });
  }

  /** The shell of a Bash call starts: what the variables that it inherits make it run. */
  startShell(place: Place): void {
    for (const code of this.#inheritedTable().shell(this.#facts.shell.dialect))
      this.#runsInherited(code, place);
  }

  #inheritedTable(): InheritedTable {
    this.#inherited ??= inheritedTable(this.#facts.environment, this.#world);
    return this.#inherited;
  }

  #runsInherited({ variable, path, origin }: InheritedCode, place: Place): void {
    const via = [...place.via, `$${variable}`];
    this.#anythingChanged = true;
    this.add({ kind: "execute", program: path, origin, reach: "unbounded" }, { ...place, via });
  }

  /** The paths at which a plain name may find a program of the project or of this session first. */
  #shadowsOf({ name, scope, place }: ProgramCall): readonly string[] {
    const [directory] = place.directories;
    if (name.includes("/") || directory === undefined) return [];
    const world = {
      ...this.#world,
      isMade: (path: string) => this.#written.has(path),
      ask: (query: FactQuery) => this.ask(query),
    };
    const paths = (scope.value("PATH") ?? []).flatMap((text) => textOf(text) ?? []);
    return paths.flatMap((path) => {
      const key = `${directory}\0${path}`;
      const seen = this.#seenPaths.get(key) ?? seePath(path, directory, world);
      this.#seenPaths.set(key, seen);
      return shadowOf(name, seen, world) ?? [];
    });
  }

  /** Follows what a model says of a call. */
  #modelled(model: CommandModel, call: ProgramCall, place: Place): readonly Continuation[] {
    const name = baseName(call.name);
    const invocation = parseInvocation(model, name, call.argv.slice(1), call.stdin);
    const isSet = (variable: string): boolean =>
      call.environment.has(variable) || isExported(call.scope, variable);
    for (const option of invocation.strange) {
      this.unknown(
        "unknown-option",
        `\`${name}\` has an option that is not modelled: \`${option}\``,
        place,
      );
    }
    if (invocation.isMixed && isSet("POSIXLY_CORRECT"))
      this.unknown(
        "unknown-option",
        `under \`POSIXLY_CORRECT\` an option of \`${name}\` behind an operand is none`,
        place,
      );
    if (invocation.uncertain && model.hasHarmlessOptions !== true)
      this.unknown(
        "unknown-option",
        `an argument of \`${name}\` that is not known may be an option`,
        place,
      );
    const inner: Place = { ...place, via: [...place.via, name] };
    const context: ModelContext = {
      codeAt: (path) => this.#codeAt(path, inner),
      consumer: call.consumer,
      contentOf: (path) => this.#content(path, inner),
      wasWritten: (path) =>
        this.#targets(path, "entry", inner).some(
          (target) => target.kind === "path" && this.#facts.writtenPaths.has(target.real),
        ),
      textAt: (path) => this.#content(path, inner).flatMap((text) => this.#onDisk(text)),
      git: (directory) => this.#git(directory, inner),
      home: this.#facts.session.home,
      find: (program, directories) => this.#find(program, directories, inner),
      isPersons: (variable, path) => {
        const { environment } = this.#facts;
        const isInherited =
          !call.environment.has(variable) &&
          textOf(call.scope.value(variable)?.[0] ?? []) === environment?.variables.get(variable);
        return (
          isInherited &&
          path.startsWith("/") &&
          originOf(cleanPath(path), this.#world) === undefined
        );
      },
      below: (path) => {
        const [directory] = inner.directories;
        if (inner.directories.length !== 1 || directory === undefined) return undefined;
        const whole = joinPath(directory, path);
        if (!isWithin(directory, whole) || directory === "/") return undefined;
        return whole === directory ? "" : `${whole.slice(directory.length + 1)}/`;
      },
      isDirectory: (path) => this.#isDirectory(path, inner),
      isFile: (path) => this.#isFile(path, inner),
      isMissing: (path) => this.#isCertainlyMissing(path, inner),
      mayMove: (path) => this.#mayMove(path, inner),
      madeIn: (directory) =>
        [...this.#written]
          .filter(([path, content]) => parentPath(path) === directory && content.some(hasText))
          .map(([path]) => baseName(path)),
      brought: () => this.#broughtByGit(),
      isLink: (path) =>
        this.#targets(path, "entry", inner).some(
          (target) => target.kind !== "path" || target.path !== target.real,
        ),
      matches: (glob) => this.#matches(glob, inner),
      placeOf: (path) => this.#placeOf(path, inner),
      realOf: (path) => this.#realOf(path, inner),
      searchPath: this.#searchPath(call.scope),
      variable: (variable) => call.environment.get(variable) ?? call.scope.value(variable),
    };
    const consequences = model.effects(invocation, context);
    if (TRANSLATORS.test(name) && this.#isGivenRemoteControl(call))
      this.add({ kind: "execute", program: name, origin: "download", reach: "unbounded" }, place);
    const words = call.argv.slice(1).map((word) => textOf(word));
    if (
      /^(?:deno|bun|osascript)$/.test(name) &&
      readsCodeFromInput(name, words) &&
      sourcesOf(call.stdin ?? EMPTY).some((source) => source.kind === "network")
    )
      this.add({ kind: "execute", program: name, origin: "download", reach: "unbounded" }, place);
    const isRunner = name === "go" ? textOf(call.argv[1] ?? []) === "run" : LOADERS.test(name);
    if (isRunner && this.#isGivenBrought(call))
      this.add({ kind: "execute", program: name, origin: "download", reach: "unbounded" }, place);
    const isAimed = call.argv.slice(1, FIELDS_MAX).some(mentionsGuard);
    return (isAimed ? aimedAtGuard(consequences) : consequences).flatMap((consequence) =>
      this.#follow(consequence, inner),
    );
  }

  /** Turns one consequence into effects; what only the shell can follow is given back. */
  #follow(consequence: Consequence, place: Place): readonly Continuation[] {
    switch (consequence.kind) {
      case "reads":
        this.#read(consequence, place);
        return [];
      case "writes":
        this.#change(
          consequence.path,
          consequence.mode,
          place,
          consequence.reach,
          consequence.sameAs !== undefined && !this.#isFile(consequence.sameAs, place),
        );
        this.#standIn(consequence, place);
        if (consequence.sameAs !== undefined)
          this.#rename(consequence.path, consequence.sameAs, place);
        if (consequence.keepsContent !== true) {
          if (consequence.reach === "tree") this.#changedTree(consequence, place);
          this.wrote(consequence.path, consequence.content ?? [[hole("dynamic-code")]], place);
        }
        return [];
      case "deletes":
        this.#delete(consequence.path, consequence.reach, place, consequence.filter);
        return [];
      case "contacts": {
        const file = fileOfUrl(consequence.url);
        if (file !== undefined) this.#read({ kind: "reads", path: file, reach: "entry" }, place);
        this.add(
          {
            kind: "egress",
            destination: parseDestination(consequence.url, consequence.scheme),
            carries: consequence.carries,
          },
          place,
        );
        return [];
      }
      case "effect":
        if (consequence.effect.kind === "execute" && consequence.effect.reach === "unbounded")
          this.#anythingChanged = true;
        this.#follows(consequence.effect);
        this.add(consequence.effect, place);
        return [];
      case "unknown":
        this.unknown(consequence.reason, consequence.detail, place);
        return [];
      case "run":
      case "script":
      case "output":
        return [consequence];
      default:
        return consequence satisfies never;
    }
  }

  #changedTree(
    { path, mode, content }: Extract<Consequence, { kind: "writes" }>,
    place: Place,
  ): void {
    const sources = sourcesOf(content ?? EMPTY);
    for (const target of this.#targets(path, "entry", place)) {
      if (target.kind !== "path") this.#anythingChanged = true;
      else if (mode === "tracked" && sources.length === 0)
        for (const root of [target.path, target.real]) this.#tracked.add(root);
      else
        for (const root of [target.path, target.real]) {
          const earlier = this.#trees.get(root) ?? [];
          const known = new Set(earlier.map((source) => JSON.stringify(source)));
          const added = sources.filter((source) => !known.has(JSON.stringify(source)));
          this.#trees.set(root, [...earlier, ...added]);
        }
    }
  }

  /** Remembers where version control may have put other files than facts show. */
  #follows(effect: EffectBody): void {
    if (effect.kind !== "write" || effect.mode !== "tracked") return;
    if (effect.target.kind === "path") this.#tracked.add(effect.target.path);
    else this.#anythingChanged = true;
  }

  /** What the call itself brought to a path, or to the tree that it lies in. */
  #broughtTo(path: string): readonly DataSource[] {
    const written = sourcesOf(this.#written.get(path) ?? EMPTY);
    const trees = [...this.#trees].filter(([root]) => isWithin(root, path));
    return [...written, ...trees.flatMap(([, sources]) => sources)];
  }

  /** Whether the call itself may have replaced the file at a path by something that facts do not show. */
  #mayBeReplaced(path: string): boolean {
    return (
      this.#anythingChanged ||
      [...this.#trees.keys(), ...this.#tracked].some((root) => isWithin(root, path))
    );
  }

  #placeOf(text: Text, place: Place): string | undefined {
    const [target, ...others] = this.#targets(text, "entry", place);
    return target?.kind === "path" && others.length === 0 ? target.real : undefined;
  }

  #realOf(text: Text, place: Place): string | undefined {
    const [target, ...others] = this.#targets(text, "entry", place);
    if (target?.kind !== "path" || others.length > 0) return undefined;
    if (this.#mayBeReplaced(target.path) || this.#written.has(target.path)) return undefined;
    const answer = this.ask({ kind: "path", path: target.path });
    return answer?.kind === "path" ? target.real : undefined;
  }

  #isFile(text: Text, place: Place): boolean {
    const targets = this.#targets(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every((target) => {
        if (target.kind !== "path" || this.#written.has(target.path)) return false;
        const answer = this.ask({ kind: "path", path: target.path });
        return answer?.kind === "path" && answer.type === "file";
      })
    );
  }

  #isCertainlyMissing(text: Text, place: Place): boolean {
    const targets = this.#targets(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every(
        (target) =>
          target.kind === "path" &&
          !this.#written.has(target.path) &&
          !this.#mayBeReplaced(target.path) &&
          this.#isMissing(target.path),
      )
    );
  }

  #mayMove(text: Text, place: Place): boolean {
    const moved = [...this.#tracked, ...this.#trees.keys()];
    return this.#targets(text, "entry", place).some(
      (target) =>
        target.kind !== "path" ||
        moved.some((root) => isWithin(root, target.real) || isWithin(target.real, root)),
    );
  }

  #broughtByGit(): readonly DataSource[] {
    return [...this.#effects.values()].flatMap((effect): DataSource[] =>
      effect.kind === "egress" && effect.via.at(-1) === "git" && isStrange(effect.destination)
        ? [{ kind: "network", destination: effect.destination }]
        : [],
    );
  }

  #isDirectory(text: Text, place: Place): boolean {
    const targets = this.#targets(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every((target) => {
        if (target.kind !== "path" || this.#written.has(target.path)) return false;
        if (this.#mayBeReplaced(target.path)) return false;
        const answer = this.ask({ kind: "path", path: target.path });
        return answer?.kind === "path" && answer.type === "directory";
      })
    );
  }

  /** Paths below the working directory, those that the call itself wrote included. */
  #matches(glob: string, place: Place): readonly string[] | undefined {
    const [directory] = place.directories;
    if (place.directories.length !== 1 || directory === undefined || this.#mayBeReplaced(directory))
      return undefined;
    if ([...this.#trees.keys()].some((root) => isWithin(directory, root))) return undefined;
    const prefix = directory === "/" ? "/" : `${directory}/`;
    const pattern = `${escapeGlob(prefix)}${glob}`;
    const answer = this.ask({ kind: "glob", pattern, dotfiles: false, ignoreCase: false });
    if (answer?.kind !== "glob" || !answer.complete) return undefined;
    const test = compileGlob(pattern);
    const written = [...this.#written.keys()].filter((path) => test(path));
    return [...answer.paths, ...written]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
  }

  #targets(text: Text, reach: Reach, place: Place, filter?: string): readonly Target[] {
    const ask = (query: FactQuery): FactAnswer | undefined => this.ask(query);
    const targets = resolveTargets(text, reach, place.directories, ask, filter);
    if (this.#names.size === 0) return targets;
    return [...targets, ...targets.flatMap((target) => this.#otherNames(target))];
  }

  /** Remembers that a program of the system can be started by the path that is written: a link to it, or a copy. */
  #standIn(
    { path, sameAs, content = EMPTY }: Extract<Consequence, { kind: "writes" }>,
    place: Place,
  ): void {
    const names = [
      sameAs === undefined ? undefined : (programOf(sameAs) ?? textOf(sameAs)),
      ...sourcesOf(content).map((source) =>
        source.kind === "file" && source.target.kind === "path" ? source.target.path : undefined,
      ),
    ];
    const program = names.find((name) => name !== undefined && isOfSystem(name));
    if (program === undefined) return;
    for (const target of this.#targets(path, "entry", place))
      if (target.kind === "path") this.#stands.set(target.path, baseName(program));
  }

  /** Remembers that the call makes `path` lead where `other` leads: facts from before the call do not show it. */
  #rename(path: Text, other: Text, place: Place): void {
    const ask = (query: FactQuery): FactAnswer | undefined => this.ask(query);
    const from = resolveTargets(other, "entry", place.directories, ask);
    // Files that only a pattern names are ordinary ones, unless the pattern meets a name that the call itself made.
    const made = [...this.#names.keys()];
    const plain = from.every((one) => one.kind === "pattern" && !made.some(compileGlob(one.path)));
    if (plain && from.length > 0) return;
    const [real] = from.map((target) => (target.kind === "path" ? target.real : undefined));
    for (const target of resolveTargets(path, "entry", place.directories, ask)) {
      if (target.kind === "path")
        this.#names.set(target.path, from.length === 1 ? real : undefined);
      else this.#anythingChanged = true;
    }
  }

  /** Where a path leads through names that the call itself made. */
  #otherNames(target: Target): readonly Target[] {
    if (target.kind === "unresolved") return [];
    return [...this.#names].flatMap(([name, other]): Target[] => {
      const below = target.kind === "path" ? target.path : globBase(target.path);
      if (!isWithin(name, below) && !(target.kind === "path" && isWithin(name, target.real)))
        return [];
      if (other === undefined)
        return [{ kind: "unresolved", within: undefined, reach: target.reach }];
      if (target.kind === "path") {
        const raw = throughProcess(`${other}/${target.path.slice(name.length)}`, undefined);
        if (raw === undefined)
          return [{ kind: "unresolved", within: undefined, reach: target.reach }];
        const path = cleanPath(raw);
        return [{ kind: "path", path, real: path, reach: target.reach }];
      }
      const prefix = escapeGlob(name);
      if (!target.path.startsWith(prefix))
        return [{ kind: "unresolved", within: undefined, reach: target.reach }];
      return [{ ...target, path: `${escapeGlob(other)}${target.path.slice(prefix.length)}` }];
    });
  }

  #read(
    { path, reach, filter, skips, leaves, words }: Extract<Consequence, { kind: "reads" }>,
    place: Place,
  ): void {
    for (const found of this.#targets(path, reach, place, filter)) {
      const target = withoutAll(found, { skips, leaves, words });
      if (target.kind === "path" && (QUIET_DEVICES.test(target.path) || this.#isPipe(target.path)))
        continue;
      this.add({ kind: "read", target }, place);
      if (touchesOwn(target, this.#facts.session))
        this.add({ kind: "tamper", control: "sallyport", target }, place);
    }
  }

  #change(
    text: Text,
    mode: WriteMode,
    place: Place,
    reach: Reach = "entry",
    isWhole = false,
  ): void {
    this.#changeProgram(text, place);
    for (const entry of this.#targets(text, "entry", place)) {
      const target: Target = { ...entry, reach };
      if (target.kind === "path" && (QUIET_DEVICES.test(target.path) || this.#isPipe(target.path)))
        continue;
      this.add({ kind: "write", target, mode }, place);
      this.#classify(isWhole ? { ...target, reach: "tree" } : target, "write", place);
    }
  }

  #delete(text: Text, reach: Reach, place: Place, filter?: string): void {
    this.#changeProgram(text, place);
    for (const named of this.#targets(text, reach, place, filter)) {
      // With a slash at its end a link is followed all the same.
      const isFollowed = reach === "tree" && textOf(text)?.endsWith("/") === true;
      const target = isFollowed ? named : this.#entryItself(named);
      this.add({ kind: "delete", target }, place);
      // WHY the reach that was asked for: what is below may be there by then, and a filter was made a glob already.
      const isNarrow = filter !== undefined && target.kind === "path";
      this.#classify(filter === undefined ? { ...target, reach } : target, "delete", place);
      if (isNarrow) {
        const path = `${target.path === "/" ? "" : escapeGlob(target.path)}/**/${filter}`;
        this.#classify({ kind: "pattern", path, reach: "entry" }, "delete", place);
      }
    }
  }

  /** Wherever a program of ours lies, what changes it changes a control. */
  #changeProgram(text: Text, place: Place): void {
    const isOwn = isOwnPackage(programOf(text) ?? "") || OWN_BINARY.test(textOf(text) ?? "");
    if (isOwn) this.#follow(HARMS_GUARD, place);
  }

  /** Deleting does not follow a link at the end of a path, only those on the way. */
  #entryItself(target: Target): Target {
    if (target.kind !== "path" || target.path === target.real || target.path === "/") return target;
    const answer = this.ask({ kind: "path", path: parentPath(target.path) });
    if (answer?.kind !== "path") return target;
    return { ...target, real: joinPath(answer.real, baseName(target.path)) };
  }

  #classify(target: Target, change: "write" | "delete", place: Place): void {
    if (touchesHistory(target))
      this.add({ kind: "history", operation: "rewrite", remote: undefined }, place);
    for (const found of classifyChange(target, this.#facts.session, change)) {
      if (found.kind === "persist")
        this.add({ kind: "persist", means: found.means, target }, place);
      else if (found.kind === "privilege")
        this.add({ kind: "privilege", means: found.means, user: undefined }, place);
      else this.add({ kind: "tamper", control: found.means, target }, place);
    }
  }

  #isPipe(path: string): boolean {
    return /^\/dev\/fd\/\d+$/.test(path);
  }

  #openDevice(path: string, place: Place): TextSet | undefined {
    if (this.#isPipe(path) && this.#written.has(path)) return this.#written.get(path);
    if (path === "/dev/null") return EMPTY;
    if (QUIET_DEVICES.test(path)) return [[hole("missing-fact")]];
    const network = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(path);
    if (network === null) return undefined;
    const destination = {
      host: (network[2] ?? "").toLowerCase(),
      port: Number(network[3]) || undefined,
      scheme: network[1],
    };
    this.add({ kind: "egress", destination, carries: [{ kind: "unknown" }] }, place);
    return [[hole("dynamic-code", { sources: [{ kind: "network", destination }] })]];
  }

  /** What reading a file gives: what the call itself wrote there, else something that comes from that file. */
  #content(text: Text, place: Place): TextSet {
    const value = textOf(text);
    const written =
      value === undefined
        ? []
        : place.directories.flatMap((directory) => {
            if (directory === undefined && !value.startsWith("/")) return [];
            const path = joinPath(directory ?? "/", value);
            const content = this.#written.get(path);
            return content === undefined ? [] : [{ path, content }];
          });
    const replaced =
      written.length === place.directories.length &&
      written.every(({ path }) => this.#isPipe(path) || this.#isMissing(path));
    const contents = union(...written.map(({ content }) => content));
    if (replaced) return contents;
    const sources = this.#targets(text, "entry", place).flatMap((target): DataSource[] => [
      { kind: "file", target },
      ...(target.kind === "path" && this.#trees.size > 0
        ? this.#broughtTo(target.path).filter((source) => source.kind === "network")
        : []),
    ]);
    if (this.#cameWithFetch(text, place))
      sources.push({
        kind: "network",
        destination: { host: undefined, port: undefined, scheme: undefined },
      });
    const asItWas: TextSet = [[hole("dynamic-code", { sources, isWhole: true })]];
    // WHY: whether the write really happened (a branch, `noclobber`) is not tracked: the old content may still be there.
    return written.length === 0 ? asItWas : union(contents, asItWas);
  }

  /** The text that facts show of a file; where something in the call may have changed it, what was given as well. */
  #onDisk(text: Text): TextSet {
    const whole = wholeFile(text);
    if (whole?.kind !== "path") return [text];
    const answer = this.ask({ kind: "text", path: whole.real });
    if (answer?.kind !== "text" || !answer.complete || answer.text === undefined) return [text];
    return this.#mayBeReplaced(whole.real) ? [literal(answer.text), text] : [literal(answer.text)];
  }

  /** The texts that a file with code of the project may hold, and where that code comes from; undefined: no such file. */
  #codeAt(text: Text, place: Place): ReturnType<ModelContext["codeAt"]> {
    const [target, ...others] = this.#targets(text, "entry", place);
    if (target?.kind !== "path" || others.length > 0) return { texts: [], origin: "unknown" };
    const arrived = this.#written.get(target.path);
    const hasArrived = arrived !== undefined || this.#broughtTo(target.path).length > 0;
    const answer = this.ask({ kind: "path", path: target.path });
    if (answer?.kind === "path" && answer.type !== "file" && !hasArrived) return undefined;
    this.#scriptFiles += 1;
    const mayLook = this.#scriptFiles <= SCRIPT_FILES_MAX;
    const file = mayLook ? this.ask({ kind: "text", path: target.real }) : undefined;
    const before = file?.kind === "text" && file.complete ? file.text : undefined;
    const texts = mayLook ? (arrived ?? []).flatMap((one) => textOf(one) ?? []) : [];
    const origin = this.#originOf(target.real);
    return {
      texts: before === undefined ? texts : [...texts, before],
      // What lies elsewhere is no worse known than the project's own.
      origin: origin === "generated" || origin === "download" ? origin : "project",
    };
  }

  /** Whether the call itself made a file of files of the project alone, all as they were before the session. */
  #isMadeOfProject(path: string): boolean {
    const content = this.#written.get(path) ?? [];
    const isMade = content.every(
      (text) => text.some(({ kind }) => kind === "hole") && sourcesOf([text]).length > 0,
    );
    return (
      content.length > 0 &&
      isMade &&
      sourcesOf(content).every(
        (source) =>
          source.kind === "file" &&
          source.target.kind === "path" &&
          source.target.reach === "entry" &&
          this.#originOf(source.target.real) === "project",
      )
    );
  }

  /**
   * Whether a file can only have come from the network: it was not there before the call, and the call contacted a host
   * and ran nothing of the project that could have made it.
   */
  #cameWithFetch(text: Text, place: Place): boolean {
    const effects = [...this.#effects.values()];
    const hasFetched =
      this.#hasStrangerFetched ||
      effects.some((effect) => effect.kind === "egress" && isStrange(effect.destination));
    const couldMake = effects.some(
      (effect) =>
        effect.kind === "execute" && effect.reach === "unbounded" && effect.origin !== "system",
    );
    if (!hasFetched || couldMake) return false;
    const targets = this.#targets(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every(
        (target) =>
          target.kind === "path" &&
          !this.#isPipe(target.path) &&
          !QUIET_DEVICES.test(target.path) &&
          !this.#written.has(target.path) &&
          this.#isMissing(target.path),
      )
    );
  }

  /** Whether nothing was at the path before the call. */
  #isMissing(path: string): boolean {
    const answer = this.ask({ kind: "path", path });
    return answer?.kind === "path" && answer.type === "missing";
  }

  /** Code whose text is not known: says where it comes from; gives the text if it is a file that facts can show. */
  #unreadableCode(text: Text, place: Place): readonly Text[] {
    const sources = sourcesOf([text]);
    for (const one of sources)
      if (one.kind === "file" && one.target.kind === "path")
        this.#ranFrom.set(one.target.path, place);
    const whole = wholeFile(text);
    if (whole?.kind === "path") {
      const { real, path } = whole;
      const origin = this.#originOf(real);
      const answer = this.ask({ kind: "text", path: real });
      const script = answer?.kind === "text" && answer.complete ? answer.text : undefined;
      // WHY: what was written in this session is followed, and stays code that nobody has read.
      const isRead = script !== undefined && origin !== "generated";
      this.add(
        { kind: "execute", program: path, origin, reach: isRead ? "modelled" : "unbounded" },
        place,
      );
      if (script !== undefined && this.#mayBeReplaced(real)) {
        // What is read of it now may not be what runs then.
        const isMade =
          this.#anythingChanged || [...this.#trees.keys()].some((root) => isWithin(root, real));
        const later: CodeOrigin = isMade ? "generated" : "project";
        this.add({ kind: "execute", program: path, origin: later, reach: "unbounded" }, place);
      }
      if (script === undefined) this.#anythingChanged = true;
      return script === undefined ? [] : [literal(script)];
    }
    this.#anythingChanged = true;
    const origin: CodeOrigin = sources.some((one) => one.kind === "network")
      ? "download"
      : sources.some((one) => one.kind === "file")
        ? "project"
        : "unknown";
    this.add({ kind: "execute", program: undefined, origin, reach: "unbounded" }, place);
    if (origin === "unknown") this.unknown("dynamic-code", "code whose text is not known", place);
    return withStandIns(text);
  }

  #originOf(path: string): CodeOrigin {
    if (this.#broughtTo(path).some((source) => source.kind === "network")) return "download";
    if (this.#facts.writtenPaths.has(path) || this.#written.has(path)) return "generated";
    if (isWithin(this.#facts.session.projectRoot, path)) return "project";
    return SYSTEM_BINARIES.has(parentPath(path)) || isWithin("/usr", path) ? "system" : "unknown";
  }

  /** The plain name, if the program is the system's; the path otherwise, which no model has. */
  #trustedName(name: string, place: Place): string {
    if (!name.includes("/")) return name;
    const [directory] = place.directories;
    if (!name.startsWith("/") && (directory === undefined || place.directories.length > 1))
      return name;
    const path = joinPath(directory ?? "/", name);
    return SYSTEM_BINARIES.has(parentPath(path)) || LOADER.test(path) ? baseName(path) : name;
  }

  /** A program without a model may do anything; words that name existing files are taken as read, for the reason given. */
  #unknownProgram(call: ProgramCall): readonly Continuation[] {
    const { place, name } = call;
    if (this.#isNowhere(name, call.scope, place)) return [];
    const [directory] = place.directories;
    let origin: CodeOrigin = "system";
    if (this.#pathChanged && !name.includes("/")) origin = "unknown";
    if (name.includes("/")) {
      const path = joinPath(directory ?? "/", name);
      const answer = this.ask({ kind: "path", path });
      origin = this.#originOf(answer?.kind === "path" ? answer.real : path);
      const everywhere = place.directories.map((one) => joinPath(one ?? "/", name));
      if (this.#written.has(path)) origin = this.#originOf(path);
      if (everywhere.some((one) => this.#originOf(one) === "download")) origin = "download";
      else if (this.#cameWithFetch(literal(path), place)) origin = "download";
      else if (this.#isMadeOfProject(path)) origin = "project";
    }
    this.add({ kind: "execute", program: name, origin, reach: "unbounded" }, place);
    this.#anythingChanged = true;
    if (
      addressesIn(call.argv).some(
        (one) => one.kind === "network" && !isLoopback(one.destination.host ?? ""),
      )
    )
      this.#hasStrangerFetched = true;
    this.#codeOnInput(call);
    const inner: Place = { ...place, via: [...place.via, name] };
    // WHY: whatever copy of our program it is, what it is asked to do says whether the guard would stand afterwards.
    for (const consequence of this.#ownProgram(name, call.argv.slice(1), inner))
      this.#follow(consequence, inner);
    if (call.argv.slice(1, FIELDS_MAX).some((word) => this.#meansControls(word, inner)))
      this.#follow(HARMS_GUARD, inner);
    for (const argument of call.argv.slice(1, FIELDS_MAX)) this.#mayRead(argument, inner);
    // A copy in the project (`.venv/bin/pip`, `./gradlew`) may do anything, and surely what its name says.
    const stands = place.directories.flatMap(
      (one) => this.#stands.get(joinPath(one ?? "/", name)) ?? [],
    );
    const meant = PROJECT_PROGRAM.test(name) ? baseName(name) : stands[0];
    const namesake = meant === undefined ? undefined : findCommand(meant);
    return [
      ...(namesake === undefined ? [] : this.#namesake(namesake, call)),
      ...this.#scriptBehind(call),
      {
        kind: "output",
        texts: [
          [
            hole("unmodelled", {
              sources: [
                ...sourcesOf(call.argv),
                ...sourcesOf(call.stdin ?? EMPTY),
                ...addressesIn(call.argv),
                { kind: "unknown" },
              ],
            }),
          ],
        ],
      },
    ];
  }

  /** A script that is run by its path surely does what its text says, as far as the call wrote it or facts show it. */
  #scriptBehind({ name, argv, place }: ProgramCall): readonly Continuation[] {
    const [directory] = place.directories;
    if (!name.includes("/") || place.directories.length > 1) return [];
    const path = joinPath(directory ?? "/", name);
    const texts = this.#written.get(path) ?? this.#scriptOnDisk(path);
    const shells: Text[] = [];
    const found: Continuation[] = [];
    for (const text of texts) {
      const script = textOf(text);
      const [interpreter, ...options] = script === undefined ? [] : interpreterOf(script);
      if (interpreter === undefined) continue;
      if (SHELL.test(interpreter)) shells.push(text);
      else if (findCommand(interpreter) !== undefined)
        found.push({
          kind: "run",
          argv: [...[interpreter, ...options, path].map(literal), ...argv.slice(1)],
          isCovered: true,
        });
    }
    if (shells.length > 0)
      found.push({ kind: "script", texts: shells, positional: argv.slice(1), isCovered: true });
    return found;
  }

  /** The text of a script that lies below the project or was written earlier in the session. */
  #scriptOnDisk(path: string): TextSet {
    const answer = this.ask({ kind: "path", path });
    if (answer?.kind !== "path" || answer.type !== "file") return [];
    const origin = this.#originOf(answer.real);
    if ((origin !== "project" && origin !== "generated") || PROJECT_PROGRAM.test(path)) return [];
    this.#scriptFiles += 1;
    if (this.#scriptFiles > SCRIPT_FILES_MAX) return [];
    const file = this.ask({ kind: "text", path: answer.real });
    const text = file?.kind === "text" && file.complete ? file.text : undefined;
    const isScript = text?.startsWith("#!") === true || /\.(?:ba|z|k)?sh$/.test(path);
    return text !== undefined && isScript ? [literal(text)] : [];
  }

  /** Whether a word of a program without a model names our own files, there or not, or a process that judges. */
  #meansControls(word: Text, place: Place): boolean {
    const isPlain = textOf(word)?.startsWith("-") === false;
    const targets = isPlain ? this.#targets(word, "entry", place) : [];
    return (
      isGuardProcess(word) || targets.some((target) => touchesOwn(target, this.#facts.session))
    );
  }

  /** What a program surely does that may do anything besides, by the model of its name. */
  #namesake(model: CommandModel, call: ProgramCall): readonly Continuation[] {
    return this.#modelled(model, call, { ...call.place, isCovered: true }).flatMap((next) =>
      next.kind === "output" ? [] : [{ ...next, isCovered: true as const }],
    );
  }

  #ownProgram(name: string, args: readonly Text[], place: Place): readonly Consequence[] {
    const hook = ownHook(name);
    if (hook !== undefined) return hook;
    if (isOwnPackage(baseName(name)) || isOwnProgram(name)) return ownCommand(args);
    if (!name.includes("/")) return [];
    const own = this.#targets(literal(name), "entry", place).find((target) =>
      touchesOwn(target, this.#facts.session),
    );
    return own?.kind === "path" ? ownFile(own.real, args) : [];
  }

  /** Whether a name certainly means nothing: the shell says so and goes on. */
  #isNowhere(name: string, scope: Scope, place: Place): boolean {
    // A dot may be a suffix alias of zsh; a handler of the user's runs whatever it likes for such names.
    if (!/^[\w-]{1,255}$/.test(name) || isShellWord(name) || !this.#facts.shell.known) return false;
    if (HANDLERS.some((handler) => scope.functions.has(handler))) return false;
    // Start-up files may add to a search path that no snapshot ends with.
    const { shell, environment } = this.#facts;
    if (!shell.variables.has("PATH") && environment?.isExact !== true) return false;
    const directories = this.#searchPath(scope);
    return directories !== undefined && this.#find(name, directories, place) === "nowhere";
  }

  /** The directories in which programs are looked for, those that programs fall back on included. */
  #searchPath(scope: Scope): readonly string[] | undefined {
    const [path, ...others] = scope.value("PATH") ?? [];
    const value = path === undefined || others.length > 0 ? undefined : textOf(path);
    if (value === undefined || this.#pathChanged) return undefined;
    if (!this.#searchPaths.has(value)) this.#searchPaths.set(value, directoriesIn(value));
    return this.#searchPaths.get(value);
  }

  #find(program: string, directories: readonly string[], place: Place): string | undefined {
    if (this.#anythingChanged) return undefined;
    const answer = this.ask({ kind: "program", name: program, directories });
    if (answer?.kind !== "program" || answer.directory !== undefined)
      return answer?.kind === "program" ? answer.directory : undefined;
    const body = { kind: "execute", program, origin: "generated", reach: "unbounded" } as const;
    this.#absent.set(program, { body, place });
    return "nowhere";
  }

  /** Whether something in the call may put a program of this name where it is looked for. */
  #mayHaveMade(name: string): boolean {
    if (this.#anythingChanged || this.#pathChanged || this.#trees.size > 0) return true;
    return [...this.#effects.values()].some((effect) => {
      switch (effect.kind) {
        case "write": {
          const { target } = effect;
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

  /** An interpreter that is given no file runs what comes in. */
  #codeOnInput(call: ProgramCall): void {
    const name = baseName(call.name);
    const operands = call.argv.slice(1).map((word) => textOf(word));
    const given = call.argv.slice(1, FIELDS_MAX).flatMap((word) => this.#writtenText(word, call));
    const texts = [...operands, ...(call.stdin ?? EMPTY).map(textOf), ...given];
    const obeys = texts.some((text) => text !== undefined && obeysNetwork(text));
    if (obeys || runsAddress(name, operands) || this.#runsBrought(name, call)) {
      this.add(
        { kind: "execute", program: call.name, origin: "download", reach: "unbounded" },
        call.place,
      );
    }
    if (!readsCodeFromInput(baseName(call.name), operands)) return;
    if (sourcesOf(call.stdin ?? EMPTY).some((source) => source.kind === "network")) {
      this.add(
        { kind: "execute", program: call.name, origin: "download", reach: "unbounded" },
        call.place,
      );
    }
  }

  /** Whether a program is given code that lets the network say what runs: in its words, on its input or in a file of the call. */
  #isGivenRemoteControl(call: ProgramCall): boolean {
    const words = call.argv.slice(1, FIELDS_MAX);
    const texts = [
      ...[...words, ...(call.stdin ?? EMPTY)].map(textOf),
      ...words.flatMap((word) => this.#writtenText(word, call)),
    ];
    return texts.some((text) => text !== undefined && obeysNetwork(text));
  }

  /** What the call itself wrote to the file that a word names. */
  #writtenText(word: Text, { place }: ProgramCall): readonly (string | undefined)[] {
    const value = textOf(word);
    if (value === undefined || this.#written.size === 0) return [];
    return place.directories.flatMap((directory) =>
      (this.#written.get(joinPath(directory ?? "/", value)) ?? []).map(textOf),
    );
  }

  /** An interpreter is given a file that came from the network in this call. */
  #runsBrought(name: string, call: ProgramCall): boolean {
    return isInterpreter(name) && this.#isGivenBrought(call);
  }

  #isGivenBrought({ argv, place }: ProgramCall): boolean {
    return argv.slice(1, FIELDS_MAX).some((word) => {
      const value = textOf(word);
      if (value === undefined || value.startsWith("-")) return false;
      return sourcesOf(this.#content(word, place)).some((source) => source.kind === "network");
    });
  }

  #mayRead(argument: Text, place: Place): void {
    const value = textOf(argument);
    if (value === undefined) {
      const glued = /^-{1,2}[A-Za-z0-9-]*=?/.exec(knownPrefix(argument));
      if (
        glued === null &&
        argument.every((piece) => piece.kind !== "hole" || piece.like !== undefined)
      ) {
        this.#read({ kind: "reads", path: argument, reach: "entry" }, place);
      }
      return;
    }
    for (const candidate of new Set([
      value,
      value.replace(/^[^=]*=/, ""),
      value.replace(/^-[A-Za-z]/, ""),
    ])) {
      if (
        candidate === "" ||
        candidate.startsWith("-") ||
        candidate.length > 4096 ||
        /^[a-z]+:\/\//i.test(candidate)
      )
        continue;
      for (const target of this.#targets(literal(candidate), "entry", place)) {
        if (target.kind !== "path") continue;
        const answer = this.ask({ kind: "path", path: target.path });
        const isThere = answer?.kind === "path" && answer.type === "file";
        // What is named as a path is meant, there or not.
        const isMeant =
          answer?.kind === "path" && answer.type === "missing" && NAMED.test(candidate);
        if (isThere || isMeant)
          this.#read({ kind: "reads", path: literal(target.path), reach: "entry" }, place);
      }
    }
  }

  #git(directory: Text | undefined, place: Place): GitFacts | undefined | "unanswered" {
    const [from] = place.directories;
    const value = directory === undefined ? "" : textOf(directory);
    if (place.directories.length !== 1 || from === undefined || value === undefined)
      return "unanswered";
    const answer = this.ask({ kind: "git", directory: joinPath(from, value) });
    return answer?.kind === "git" ? answer.repository : "unanswered";
  }
}

/** A host that the person did not configure, beyond this machine. */
function isStrange({ known, host }: Destination): boolean {
  return known === undefined && !isLoopback(host ?? "");
}

function isExported(scope: Scope, variable: string): boolean {
  return scope.variables.get(variable)?.exported === true;
}

/**
 * Code of which parts are not known, with a plain word in the place of each: what the rest of it surely does shows in it. It
 * stands beside what says that the code may do anything. None where nothing but a name is known.
 */
function withStandIns(text: Text): readonly Text[] {
  const isPartlyKnown = text.some(
    (piece) => piece.kind === "text" && /\w\s|[|;&<>]/.test(piece.text),
  );
  if (!isPartlyKnown || weightOf([text]) > 0) return [];
  return [
    literal(text.map((piece) => (piece.kind === "text" ? piece.text : "something")).join("")),
  ];
}

/** Whether a name is one that the shell looks for, or a path of a program of the system. */
function isOfSystem(name: string): boolean {
  return !name.includes("/") || SYSTEM_BINARIES.has(parentPath(name));
}

/** The directories of a search path, and those that programs fall back on; undefined where one is relative. */
function directoriesIn(path: string): readonly string[] | undefined {
  const entries = path.split(":");
  if (entries.some((entry) => !entry.startsWith("/"))) return undefined;
  const all = [...new Set([...entries.map(cleanPath), ...SYSTEM_BINARIES])];
  return all.length > PROGRAM_DIRECTORIES_MAX ? undefined : all;
}

/** Addresses among the words of a program without a model: what it prints may come from there. */
function addressesIn(argv: readonly Text[]): readonly DataSource[] {
  return argv
    .filter((word) => /^(?!file:)[a-z][a-z0-9+.-]*:\/\/./.test(knownPrefix(word)))
    .map((word) => ({ kind: "network", destination: parseDestination(word) }));
}

/** What is searched of a target: a file that is named outright is searched whatever is left out of trees. */
function withoutAll(
  target: Target,
  without: {
    readonly skips: Skips | undefined;
    readonly leaves: LeftOut | undefined;
    readonly words: readonly string[] | undefined;
  },
): Target {
  const { skips, leaves, words } = without;
  const shown = words === undefined ? {} : { shows: { words, changed: [] } };
  if (target.kind === "pattern") return { ...target, ...shown };
  if (target.kind !== "path" || target.reach !== "tree") return target;
  return {
    ...target,
    ...shown,
    ...(skips === undefined ? {} : { skips }),
    ...(leaves === undefined ? {} : { leaves }),
  };
}

/** Whether an effect says no more than that something cannot be told. */
function isVague(body: EffectBody): boolean {
  switch (body.kind) {
    case "unknown":
      return true;
    case "execute":
      return body.origin === "unknown";
    case "read":
    case "write":
    case "delete":
      return body.target.kind === "unresolved";
    default:
      return false;
  }
}

function hasText(text: Text): boolean {
  return text.length > 0;
}
