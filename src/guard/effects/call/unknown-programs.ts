// Programs without a model: they may do anything, and some of what they do is sure.
import { isToldWithin } from "../declared/declared-install.ts";
import { namedInCode } from "../arguments/inline-code.ts";
import { disksNamed } from "../arguments/device-arguments.ts";
import { emptiesDatabase } from "../services/database-tasks.ts";
import { foreignOrigin } from "../programs/external-code.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { servicesChanged } from "../arguments/service-arguments.ts";
import { commandWithin } from "../programs/option-named-programs.ts";
import { FIELDS_MAX } from "#base/limits.ts";
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Continuation, CallSite, ProgramCall } from "../../shell/values/host.ts";
import {
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  unshown,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { findCommand } from "../commands/index.ts";
import { isOwnPackage, isOwnProgram, ownCommand, ownFile, ownHook } from "../commands/sallyport.ts";
import { isLoopback, parseDestination } from "../network/destination.ts";
import type { CodeOrigin, DataSource } from "../../vocabulary/effect.ts";
import { HARMS_GUARD, isGuardProcess } from "../services/guard-processes.ts";
import { touchesOwn } from "../paths/places.ts";
import { hostsIn, unmodelledProgramEffects } from "../arguments/unmodelled-program-arguments.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { CodeOrigins } from "./code-origins.ts";
import type { Consequences } from "./consequences.ts";
import { withLoaded } from "../arguments/loaded-files.ts";
import type { EffectNotes } from "./effect-notes.ts";
import { type FileContents, PROJECT_PROGRAM } from "./file-contents.ts";
import type { FileEffects } from "./file-effects.ts";
import type { GivenCode } from "./given-code.ts";
import type { ProgramSearch } from "./program-search.ts";
import type { SeenFiles } from "./seen-files.ts";

const SHELL = /^(?:ba|da|z|k|a)?sh$/;

type Parts = {
  readonly session: Facts["session"];
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
  readonly origins: CodeOrigins;
  readonly contents: FileContents;
  readonly changes: FileEffects;
  readonly search: ProgramSearch;
  readonly given: GivenCode;
  readonly consequences: Consequences;
  readonly asNamed: (model: CommandModel, call: ProgramCall) => readonly Continuation[];
  readonly seen: SeenFiles;
};

/** Follows programs without a model. */
export class UnknownPrograms {
  readonly #session: Facts["session"];
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #targets: CallTargets;
  readonly #origins: CodeOrigins;
  readonly #contents: FileContents;
  readonly #changes: FileEffects;
  readonly #search: ProgramSearch;
  readonly #given: GivenCode;
  readonly #consequences: Consequences;
  readonly #asNamed: (model: CommandModel, call: ProgramCall) => readonly Continuation[];
  readonly #seen: SeenFiles;

  constructor(parts: Parts) {
    this.#seen = parts.seen;
    this.#session = parts.session;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#targets = parts.targets;
    this.#origins = parts.origins;
    this.#contents = parts.contents;
    this.#changes = parts.changes;
    this.#search = parts.search;
    this.#given = parts.given;
    this.#consequences = parts.consequences;
    this.#asNamed = parts.asNamed;
  }

  /** A program without a model may do anything; words that name existing files are taken as read, for the reason given. */
  run(call: ProgramCall): readonly Continuation[] {
    const { place, name } = call;
    this.#seen.shows(call.stdin ?? EMPTY);
    if (this.#search.isNowhere(name, call.scope, place)) return [];
    const script = this.#runsScript(call);
    if (script !== undefined) return script;
    let origin: CodeOrigin = "system";
    if (this.#search.isPathChanged && !name.includes("/")) origin = "unknown";
    if (name.includes("/")) origin = this.#origins.ofProgram(name, place);
    this.#notes.add({ kind: "execute", program: name, origin, reach: "unbounded" }, place);
    // A copy of a program with a model does with a manifest what that says.
    const isModelled = PROJECT_PROGRAM.test(name) && findCommand(baseName(name)) !== undefined;
    const words = call.argv.slice(1, FIELDS_MAX);
    const isTold = !isModelled && words.some((word) => isToldWithin(textOf(word) ?? ""));
    this.#files.changeAnything(origin === "project" && !isTold);
    if (
      addressesIn(call.argv).some(
        (one) => one.kind === "network" && !isLoopback(one.destination.host ?? ""),
      )
    )
      this.#origins.strangerFetched();
    this.#given.noteOfUnknown(call);
    const inner = withLoaded(
      { ...place, via: [...place.via, name] },
      baseName(name),
      call.argv.slice(1, FIELDS_MAX),
    );
    // WHY: whatever copy of our program it is, what it is asked to do says whether the guard would stand afterwards.
    for (const consequence of this.#ownProgram(name, call.argv.slice(1), inner))
      this.#consequences.follow(consequence, inner);
    if (call.argv.slice(1, FIELDS_MAX).some((word) => this.#meansControls(word, inner)))
      this.#consequences.follow(HARMS_GUARD, inner);
    const behind = call.argv.slice(1, FIELDS_MAX);
    for (const consequence of [
      ...unmodelledProgramEffects(behind, !name.includes("/")),
      ...disksNamed(baseName(name), behind),
      ...(name.includes("/") ? [] : servicesChanged(name, behind, call.stdin ?? EMPTY)),
    ])
      this.#consequences.follow(consequence, inner);
    const named = namedInCode(call, this.#session.home).flatMap((one) =>
      this.#consequences.follow(one, inner),
    );
    if (name === "run-parts") this.#noteForeignFolder(call, inner);
    for (const argument of call.argv.slice(1, FIELDS_MAX)) this.#changes.mayRead(argument, inner);
    // A copy in the project (`.venv/bin/pip`, `./gradlew`) may do anything, and surely what its name says.
    const stands = place.directories.flatMap(
      (one) => this.#search.standsAt(joinPath(one ?? "/", name)) ?? [],
    );
    const meant = PROJECT_PROGRAM.test(name) ? baseName(name) : stands[0];
    const namesake = meant === undefined ? undefined : findCommand(meant);
    if (name.includes("/") && namesake === undefined && emptiesDatabase(call.argv))
      for (const consequence of databaseEffect("destroys"))
        this.#consequences.follow(consequence, inner);
    return [
      ...(namesake === undefined ? [] : this.#asNamed(namesake, call)),
      ...this.#scriptBehind(call),
      ...codeOfShell(call),
      ...named,
      ...commandWithin(baseName(name), call.argv.slice(1)),
      ...asSubcommand(baseName(name), call.argv.slice(1)),
      {
        kind: "output",
        texts: [
          [
            hole("unmodelled", {
              sources: [
                ...sourcesOf(call.argv).map(unshown),
                ...sourcesOf(call.stdin ?? EMPTY),
                ...addressesIn(call.argv),
                ...hostsIn(call.argv.slice(1)),
                ...hostsIn(call.argv.slice(1)),
                { kind: "unknown" },
              ],
            }),
          ],
        ],
      },
    ];
  }

  /** A script that the call wrote whole is run by the program of its first line; undefined where that is not certain. */
  #runsScript({ name, argv, place }: ProgramCall): readonly Continuation[] | undefined {
    const [directory, ...others] = place.directories;
    if (!name.includes("/") || directory === undefined || others.length > 0) return undefined;
    const path = joinPath(directory, name);
    if (!this.#files.has(path)) return undefined;
    const runs = this.#contents.of(literal(path), place).map((text) => {
      const script = textOf(text);
      return script === undefined ? undefined : startedBy(script, path);
    });
    if (runs.length === 0 || runs.some((words) => words === undefined)) return undefined;
    return runs.map((words) => ({
      kind: "run",
      argv: [...(words ?? []).map(literal), ...argv.slice(1)],
    }));
  }

  /** `run-parts` runs all that lies in a folder. */
  #noteForeignFolder({ argv, name }: ProgramCall, place: CallSite): void {
    const origins = argv
      .slice(1, FIELDS_MAX)
      .flatMap(
        (word) => foreignOrigin(word, (path) => isWithin(this.#session.projectRoot, path)) ?? [],
      );
    if (origins.length > 0 && !argv.some((word) => /^--(?:test|list)$/.test(textOf(word) ?? "")))
      this.#notes.add(
        { kind: "execute", program: name, origin: "unknown", reach: "unbounded" },
        place,
      );
  }

  /** A script that is run by its path surely does what its text says, as far as the call wrote it or facts show it. */
  #scriptBehind({ name, argv, place }: ProgramCall): readonly Continuation[] {
    const [directory] = place.directories;
    if (!name.includes("/") || place.directories.length > 1) return [];
    const path = joinPath(directory ?? "/", name);
    const texts = this.#files.get(path) ?? this.#contents.scriptOnDisk(path);
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

  /** Whether a word of a program without a model names our own files, there or not, or a process that judges. */
  #meansControls(word: Text, place: CallSite): boolean {
    const isPlain = textOf(word)?.startsWith("-") === false;
    const targets = isPlain ? this.#targets.of(word, "entry", place) : [];
    return isGuardProcess(word) || targets.some((target) => touchesOwn(target, this.#session));
  }

  #ownProgram(name: string, args: readonly Text[], place: CallSite): readonly Consequence[] {
    const hook = ownHook(name);
    if (hook !== undefined) return hook;
    if (isOwnPackage(baseName(name)) || isOwnProgram(name)) return ownCommand(args);
    if (!name.includes("/")) return [];
    const own = this.#targets
      .of(literal(name), "entry", place)
      .find((target) => touchesOwn(target, this.#session));
    return own?.kind === "path" ? ownFile(own.real, args) : [];
  }
}

/**
 * What the kernel starts for a script: the program of its first line, all that follows it there as one word, and the
 * script's path. Where no line says so, the shell runs the text itself.
 */
function startedBy(script: string, path: string): readonly string[] | undefined {
  // WHY: what looks like no text may be a program of its own to the kernel.
  if (!/^(?!MZ|PK)[\t\n\f\r\x1b\x20-\x7e\u00a0-\uffff]*$/.test(script)) return undefined;
  if (!script.startsWith("#!")) return ["sh", path];
  const line = /^#![ \t]*(\/[\w./+-]{1,200})(?:[ \t]+([^\n]{0,100}?))?[ \t]*(?:\n|$)/.exec(script);
  const [, program, word = ""] = line ?? [];
  if (program === undefined) return undefined;
  return word === "" ? [program, path] : [program, word, path];
}

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

/** Addresses among the words of a program without a model: what it prints may come from there. */
function addressesIn(argv: readonly Text[]): readonly DataSource[] {
  return argv
    .filter((word) => /^(?!file:)[a-z][a-z0-9+.-]*:\/\/./.test(knownPrefix(word)))
    .map((word) => ({ kind: "network", destination: parseDestination(word) }));
}

/** What a shell of its own keeps in files: what `save` is given, and what fish keeps for all its sessions. */
function keptBy(name: string, code: string): string {
  if (name === "nu")
    return [...code.matchAll(/\bsave((?:\s+--?\w+)*)\s+(["']?[\w~/.+-]{1,200}["']?)/g)]
      .map(([, , path]) => `\n: >> ${path ?? ""}`)
      .join("");
  const isKept =
    name === "fish" &&
    /\b(?:set\s+(?:-\w*U|--universal)|fish_add_path|funcsave|alias\s+(?:-s|--save)|abbr\s+.*-U)\b/.test(
      code,
    );
  return isKept ? "\n: >> ~/.config/fish/config.fish" : "";
}

/** A program that git runs by its name does under that name what the subcommand does. */
function asSubcommand(name: string, args: readonly Text[]): readonly Continuation[] {
  const subcommand = /^git-([a-z][\w-]{1,40})$/.exec(name)?.[1];
  return subcommand === undefined
    ? []
    : [{ kind: "run", argv: [literal("git"), literal(subcommand), ...args], isCovered: true }];
}

/** Shells of other languages: what their code does is found as far as it reads like that of the shells that are known. */
const OTHER_SHELL = /^(?:fish|xonsh|elvish|nu|osh|ysh|tcsh|csh|mksh|ksh93|pdksh|yash|rc|es|ion)$/;

function codeOfShell({ name, argv }: ProgramCall): readonly Continuation[] {
  if (!OTHER_SHELL.test(baseName(name))) return [];
  const at = argv.findIndex((word) =>
    /^(?:-[a-z]*c|--command|--commands)$/.test(textOf(word) ?? ""),
  );
  const code = at < 1 ? undefined : argv[at + 1];
  const text = code === undefined ? undefined : textOf(code);
  if (text === undefined) return [];
  // WHY: these shells write a command that runs for its own sake in brackets, and a program with `e:` in front.
  const plain = text
    .replace(/[!$]\[([^\]\n]{1,400})\]/g, "$1")
    .replace(/(^|[\s;({|])e:(?=\w)/g, "$1");
  const kept = keptBy(baseName(name), plain);
  return [{ kind: "script", texts: [literal(`${plain}${kept}`)], positional: [], isCovered: true }];
}
