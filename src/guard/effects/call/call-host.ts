// The shell evaluator's world: asks models about programs, turns words into targets, and collects effects.
import { withSomeOutput } from "../programs/programs-without-output.ts";
import { CONSEQUENCES_PAST_STEPS, FIELDS_MAX, PATHS_PER_STEP, STEPS_MAX } from "#base/limits.ts";
import { baseName, cleanPath } from "#base/path.ts";
import type { FactAnswer, FactQuery, Facts } from "../../facts/facts.ts";
import type { Continuation, CallSite, ProgramCall, ShellHost } from "../../shell/values/host.ts";
import { isSomePath } from "../../shell/values/some-directory.ts";
import { EMPTY, type Text, textOf, type TextSet, sourcesOf } from "../../shell/values/text.ts";
import { union } from "../../shell/values/text-sets.ts";
import { asksForHelpOrVersion } from "../arguments/help-and-version.ts";
import type { CommandModel, Consequence, EffectBody } from "../model/command-model.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { findCommand } from "../commands/index.ts";
import type { Effect, UnknownReason } from "../../vocabulary/effect.ts";
import type { GitSettings } from "../../vocabulary/git-settings.ts";
import type { SignatureUse } from "../../vocabulary/signature-use.ts";
import type { RemoteUse } from "../../vocabulary/remote-use.ts";
import { printsEnvironment } from "../variables/environment.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import { lentByMask } from "../paths/permissions.ts";
import { aimedAtGuard, mentionsGuard } from "../services/guard-processes.ts";
import { endedWatchers } from "../services/security-services.ts";
import { programsNamed } from "../programs/option-named-programs.ts";
import { roleEffects } from "../model/option-roles.ts";
import { type Origin, ranCommand, type RanCommand } from "../model/ran-command.ts";
import { optionsFromVariables, withOptions } from "../variables/option-env-vars.ts";
import { namedInCodeOf } from "../arguments/inline-code.ts";
import { isToldWithin, withDeclared } from "../declared/declared-install.ts";
import { readsImplicitConfig } from "../paths/implicit-config-files.ts";
import { type ToldCall, toldHosts } from "../arguments/told-hosts.ts";
import { dryRunEffects } from "../arguments/dry-run.ts";
import { showsNetworkResponse } from "../network/network-responses.ts";
import { withSearchedFiles } from "../paths/searched-files.ts";
import { printsSetup, setupCode } from "../projects/shell-init-code.ts";
import { disclosedSecrets } from "../services/secret-disclosure.ts";
import { HeavyCall } from "../model/heavy-call.ts";
import { lockedBefore } from "./locked-before.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { type Consequences, weightOfConsequence } from "./consequences.ts";
import { openDevice, openSomeHost } from "./devices.ts";
import { withLoaded } from "../arguments/loaded-files.ts";
import { showsNoValue } from "../arguments/unshown-output.ts";
import { withoutValues } from "../../shell/values/text-changes.ts";
import type { EffectNotes } from "./effect-notes.ts";
import type { FileEffects } from "./file-effects.ts";
import type { GivenCode } from "./given-code.ts";
import { modelContext } from "./model-context.ts";
import type { ProgramSearch } from "./program-search.ts";
import { isFollowed, isSilent } from "./seen-files.ts";
import { sessionCode } from "./session-code.ts";
import { UnknownPrograms } from "./unknown-programs.ts";
import { UnreadableCode } from "./unreadable-code.ts";
import { isExported, type VariableCode } from "./variable-code.ts";
import { CallParts } from "./call-parts.ts";
import { noteOptionDoubts } from "./option-doubts.ts";
import { saidByWords } from "./said-by-words.ts";
import { runsCode, runsUnread } from "./unread-code.ts";

/** Commands of a call of which rules about command lines may speak. */
const COMMANDS_MAX = 512;

/** Collects the effects of one call. */
export class CallHost implements ShellHost {
  readonly #reader: FactReader;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #commands: RanCommand[] = [];
  /** Builtins that are listed, each once however often a loop runs it. */
  readonly #builtins = new Set<string>();
  readonly #programs = new Set<string>();
  readonly #search: ProgramSearch;
  readonly #changes: FileEffects;
  readonly #variables: VariableCode;
  readonly #given: GivenCode;
  readonly #unreadable: UnreadableCode;
  readonly #consequences: Consequences;
  readonly #known: CallParts;
  readonly #stepsGiven: number;
  #unknownPrograms: UnknownPrograms | undefined;
  #steps = 0;

  /** Throws a `HeavyCall` past `stepsGiven`. */
  constructor(facts: Facts, reader: FactReader, stepsGiven: number = STEPS_MAX) {
    this.#reader = reader;
    this.#stepsGiven = stepsGiven;
    const known = new CallParts(facts, {
      ask: (query) => this.ask(query),
      spend: (steps) => this.spend(steps),
      asNamed: (model, call) => this.#namesake(model, call),
    });
    this.#known = known;
    this.#notes = known.notes;
    this.#files = known.files;
    this.#search = known.search;
    this.#changes = known.changes;
    this.#variables = known.variables;
    this.#given = known.given;
    this.#consequences = known.consequences;
    this.#unreadable = new UnreadableCode(known);
  }

  /** All that was found. What is written later may be there in time, by a loop, a job in the background or a named pipe. */
  effects(): readonly Effect[] {
    this.#unreadable.noteDownloads();
    this.#search.noteMade();
    this.#noteSessionCode();
    const noted = lockedBefore([...this.#notes.effects()], this.#files, this.#commands);
    return withSearchedFiles(noted, this.#known.targets.hasNames);
  }

  #noteSessionCode(): void {
    const { facts } = this.#known;
    const known = { facts, files: this.#files, commands: this.#commands };
    for (const { via, at, ...body } of sessionCode([...this.#notes.effects()], known))
      this.#notes.add(body, { via, at });
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
    return this.#notes.origins();
  }

  /** What the call does with signatures of version control. */
  signatures(): readonly SignatureUse[] {
    return this.#notes.signatures();
  }

  /** Whose settings git may write. */
  gitSettings(): readonly GitSettings[] {
    return this.#notes.gitSettings();
  }

  /** What is printed to whoever called. */
  printed(output: TextSet): void {
    this.#known.seen.shows(output);
  }

  /** Files, real paths, that are read and of which nothing is shown, kept or sent. */
  unseen(): ReadonlySet<string> {
    return this.#known.seen.unseen();
  }

  /** Remotes that the call reaches over ssh or http. */
  remotes(): readonly RemoteUse[] {
    return this.#notes.remotes();
  }

  /** Whether what is noted is all only because code of another language was read. */
  isProvenByReading(): boolean {
    return this.#notes.isProvenByReading;
  }

  steps(): number {
    return this.#steps;
  }

  /** Notes an effect, each only once; past EFFECTS_MAX only that there were more. */
  add(body: EffectBody, place: Pick<CallSite, "via" | "at" | "isCovered">): void {
    this.#notes.add(body, place);
  }

  unknown(reason: UnknownReason, detail: string, place: CallSite): void {
    this.#notes.unknown(reason, detail, place);
  }

  /** A file tool reads a path. */
  readTool(path: Text, place: CallSite): void {
    this.#changes.read({ kind: "reads", path, reach: "entry" }, place);
  }

  /** A file tool searches what lies below a path. */
  searchTool(reads: Extract<Consequence, { kind: "reads" }>, place: CallSite): void {
    this.#changes.read(reads, place);
  }

  /** A file tool writes a path. */
  writeTool(path: Text, mode: "create" | "change", place: CallSite): void {
    this.#changes.change(path, mode, place);
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
    if (this.#steps > this.#stepsGiven) throw new HeavyCall();
    if (this.#steps === STEPS_MAX) {
      this.#notes.add(
        { kind: "unknown", reason: "budget", detail: "the command takes too long to evaluate" },
        { via: [], at: undefined },
      );
    }
    return this.#steps < STEPS_MAX;
  }

  assigned(name: string, values: TextSet, place: CallSite, isOfProgram = false): void {
    this.#variables.assigned(name, values, place, isOfProgram ? "told-again" : "anyone");
    if (name === "PATH") this.#search.pathChanged();
  }

  filesChanged(pattern: string, by: "name" | "anything" = "anything"): boolean {
    if (by === "anything" && this.#files.isAnythingChanged) return true;
    if (this.#files.size === 0) return false;
    if (!this.spend(Math.ceil(this.#files.size / PATHS_PER_STEP))) return true;
    return this.#files.mayMatch(pattern);
  }

  environment(consumer: readonly string[] | undefined, place: CallSite): TextSet {
    const output: TextSet[] = [];
    for (const consequence of printsEnvironment(consumer, false)) {
      if (consequence.kind === "output") output.push(consequence.texts);
      else this.#consequences.follow(consequence, place);
    }
    return union(...output);
  }

  pipePath(content: TextSet): string {
    return this.#files.addPipe(content);
  }

  builtin(call: Pick<ProgramCall, "name" | "argv" | "place">): void {
    const ran = ranCommand(call);
    const key = JSON.stringify(ran);
    if (this.#builtins.has(key)) return;
    this.#builtins.add(key);
    this.#list(ran, call.place);
    if (call.name === "umask")
      for (const effect of lentByMask(call.argv.slice(1))) this.#notes.add(effect, call.place);
  }

  ran(name: string, place: CallSite): void {
    this.#programs.add(name);
    this.#notes.add({ kind: "execute", program: name, origin: "system", reach: "modelled" }, place);
  }

  open(access: "read" | "write" | "append", target: Text, place: CallSite): TextSet {
    const value = textOf(target);
    if (value !== undefined && value.startsWith("/dev/")) {
      const special = openDevice(cleanPath(value), place, this.#known);
      if (special !== undefined) return special;
    }
    if (value === undefined) openSomeHost(target, place, this.#notes);
    if (access === "read") {
      const followed = { ...place, isFollowed: true as const };
      this.#changes.read({ kind: "reads", path: target, reach: "entry" }, followed);
      return this.#known.contents.of(target, place);
    }
    this.#changes.change(target, access === "write" ? "create" : "append", place);
    return EMPTY;
  }

  wrote(target: Text, content: TextSet, place: CallSite): void {
    this.#consequences.wrote(target, content, place, { isFile: true });
  }

  code(texts: TextSet, place: CallSite): TextSet {
    return this.#unreadable.readable(texts, place);
  }

  /** The shell of a Bash call starts: what the variables that it inherits make it run. */
  startShell(place: CallSite): void {
    this.#variables.startShell(place);
  }

  #list(command: RanCommand, place: CallSite): void {
    if (this.#commands.length < COMMANDS_MAX) this.#commands.push(command);
    else this.unknown("budget", "more commands than are listed", place);
  }

  program(call: ProgramCall): readonly Continuation[] {
    const { place } = call;
    this.#files.beginProgram();
    this.#list(ranCommand(call), place);
    for (const [variable, values] of call.environment) {
      this.#variables.assigned(variable, values, place, { program: baseName(call.name) });
      if (variable === "PATH") this.#search.pathChanged();
    }
    const model =
      this.#search.isPathChanged && !call.name.includes("/")
        ? undefined
        : findCommand(this.#search.trustedName(call.name, place));
    const name = baseName(call.name);
    this.#variables.startProgram(name, call);
    for (const shown of disclosedSecrets(name, call.argv.slice(1), call.consumer))
      this.#consequences.follow(shown, place);
    for (const one of saidByWords(name, call)) this.#consequences.follow(one, place);
    return withSomeOutput(this.#trusted(model, call), call);
  }

  /** What a call of a program does, that may be another one than its name says. */
  #trusted(model: CommandModel | undefined, call: ProgramCall): readonly Continuation[] {
    const name = baseName(call.name);
    const shadows = this.#search.shadowsOf(call);
    if (shadows.length > 0) {
      const found = shadows.flatMap((path) => this.#unknown().run({ ...call, name: path }));
      return [...found, ...(model === undefined ? [] : this.#namesake(model, call))];
    }
    if (!this.#search.isPathChanged && printsSetup(call.name, call.argv.slice(1)))
      return this.#started(model, call).map((next) =>
        next.kind === "output" ? { ...next, texts: setupCode(name) } : next,
      );
    return this.#started(model, call);
  }

  /** A program that is the one of its name, or one without a model. */
  #started(model: CommandModel | undefined, call: ProgramCall): readonly Continuation[] {
    const { place } = call;
    const name = baseName(call.name);
    if (model === undefined) {
      // Another search path may lead to another program, and most likely leads to the one of that name.
      const usual =
        this.#search.isPathChanged && !call.name.includes("/") ? findCommand(name) : undefined;
      const inner = { ...place, via: [...place.via, name] };
      const told = toldHosts(this.#toldCall(name, call, call.argv.slice(1)), [], () =>
        modelContext(this.#known, call, inner),
      );
      return [
        ...this.#unknown().run(call),
        ...this.#follow(told, inner),
        ...(usual === undefined ? [] : this.#namesake(usual, call)),
      ];
    }
    this.#programs.add(name);
    this.#notes.add({ kind: "execute", program: name, origin: "system", reach: "modelled" }, place);
    return [
      ...this.#variables.commandsNamed(name, call),
      ...programsNamed(name, call.argv.slice(1)),
      ...this.#modelled(model, call, place),
    ];
  }

  /** Follows what a model says of a call. */
  #modelled(model: CommandModel, call: ProgramCall, place: CallSite): readonly Continuation[] {
    const name = baseName(call.name);
    const valuesOf = (variable: string) => this.#variables.valuesSet(variable, call);
    const { args, open } = withOptions(name, call.argv.slice(1), valuesOf);
    const shownNothing = isSilent(name, args, call.stdin) || showsNoValue(name, args);
    const isOpen = isFollowed(name) || shownNothing;
    if (!isOpen) this.#known.seen.shows(call.stdin ?? EMPTY);
    const inner = withLoaded(
      { ...place, via: [...place.via, name], ...(isOpen ? { isFollowed: true as const } : {}) },
      name,
      args,
    );
    for (const variable of open)
      this.#notes.unknown(
        "unknown-option",
        `\`${variable}\` gives \`${name}\` options that are not known`,
        place,
      );
    const about = asksForHelpOrVersion(model, { name, args }, () =>
      modelContext(this.#known, call, inner),
    );
    if (about !== undefined) this.#tellsUnread(name, call);
    if (about !== undefined)
      return [
        ...about,
        ...readsImplicitConfig(name, modelContext(this.#known, call, inner)),
      ].flatMap((consequence) => this.#consequences.follow(consequence, inner));
    const invocation = parseInvocation(model, name, args, call.stdin);
    const isSet = (variable: string): boolean =>
      call.environment.has(variable) || isExported(call.scope, variable);
    noteOptionDoubts({ model, name, invocation, isSet, place }, this.#notes);
    const context = modelContext(this.#known, call, inner);
    const effects = [
      ...model.effects(invocation, context),
      ...roleEffects(model.options, invocation),
    ];
    const said = withDeclared(name, args, effects, context);
    const told = toldHosts(this.#toldCall(name, call, args), said, () => context);
    const consequences = showsNetworkResponse([...dryRunEffects(name, args, said), ...told]);
    const isUnread = runsUnread(consequences);
    if (!isUnread) this.#tellsUnread(name, call);
    this.#given.noteOfModelled(name, call, place);
    // `npx json -I -f package.json …`: what the project's own code is given a manifest for.
    if (runsCode(consequences) && args.some((word) => isToldWithin(textOf(word) ?? "")))
      this.#files.changeAnything();
    const all = [
      ...consequences,
      ...(isUnread ? [] : readsImplicitConfig(name, context)),
      ...optionsFromVariables(name, consequences, valuesOf),
      ...namedInCodeOf(name, call, this.#known.session.home),
    ];
    const words = call.argv.slice(1, FIELDS_MAX);
    // WHY not as a copy of a file: a value that is put among others is taken for one of them.
    if (all.some(keepsWords)) this.#known.seen.shows(words);
    const aimed = words.some(mentionsGuard) ? aimedAtGuard(all) : all;
    const next = this.#follow([...aimed, ...endedWatchers(name, words, all)], inner);
    if (!shownNothing) return next;
    return next.map((one) =>
      one.kind === "output" ? { ...one, texts: withoutValues(one.texts) } : one,
    );
  }

  #toldCall(name: string, call: ProgramCall, args: readonly Text[]): ToldCall {
    return {
      name,
      args: args.slice(0, FIELDS_MAX),
      stdin: call.stdin,
      variables: () => this.#variables.allSet(call),
    };
  }

  /** Variables of the call may make a program run something that, by its words, runs nothing that nobody has read. */
  #tellsUnread(name: string, call: ProgramCall): void {
    for (const variable of this.#variables.tellsUnread(name, call)) {
      this.#files.changeAnything();
      this.#notes.unknown(
        "dynamic-code",
        `\`${variable}\` may make \`${name}\` run or load what it names`,
        call.place,
      );
    }
  }

  /** WHY each costs a step: words of which each is taken with each other make thousands. */
  #follow(consequences: readonly Consequence[], place: CallSite): readonly Continuation[] {
    const next: Continuation[] = [];
    for (const [at, consequence] of consequences.entries()) {
      if (!this.spend(1 + weightOfConsequence(consequence)) && at >= CONSEQUENCES_PAST_STEPS) {
        this.#files.changeAnything();
        break;
      }
      next.push(...this.#consequences.follow(consequence, place));
    }
    return next;
  }

  /** WHY made when needed: most calls run known programs only. */
  #unknown(): UnknownPrograms {
    this.#unknownPrograms ??= new UnknownPrograms(this.#known);
    return this.#unknownPrograms;
  }

  /** What a program surely does that may do anything besides, by the model of its name. */
  #namesake(model: CommandModel, call: ProgramCall): readonly Continuation[] {
    return this.#modelled(model, call, { ...call.place, isCovered: true }).flatMap((next) =>
      next.kind === "output" ? [] : [{ ...next, isCovered: true as const }],
    );
  }
}

/** Whether a file is written that may hold words of its call; the answer of a host is made there. */
function keepsWords(one: Consequence): boolean {
  if (one.kind !== "writes") return false;
  const { content = [] } = one;
  return content.length === 0 || sourcesOf(content).some(({ kind }) => kind !== "network");
}
