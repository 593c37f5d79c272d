// What the parts of one call share: its notes, files, targets and searches, made in the order in which they need each other.
import { isWithin } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Continuation, ProgramCall } from "../../shell/values/host.ts";
import type { CommandModel } from "../model/command-model.ts";
import type { InheritedWorld } from "../variables/inherited.ts";
import type { Ask } from "../paths/targets.ts";
import { wasWritten } from "../paths/written-places.ts";
import { CallTargets } from "./call-targets.ts";
import { ChangedFiles } from "./changed-files.ts";
import { CodeOrigins } from "./code-origins.ts";
import { Consequences } from "./consequences.ts";
import { EffectNotes } from "./effect-notes.ts";
import { FileContents } from "./file-contents.ts";
import { FileEffects } from "./file-effects.ts";
import { GivenCode } from "./given-code.ts";
import { KnownPaths } from "./known-paths.ts";
import { type ModelWorld } from "./model-context.ts";
import { ProgramSearch } from "./program-search.ts";
import { SeenFiles } from "./seen-files.ts";
import { VariableCode } from "./variable-code.ts";

/** What answers, counts and evaluates for the parts: the host of the call. */
type Owner = {
  readonly ask: Ask;
  readonly spend: (steps: number) => boolean;
  readonly asNamed: (model: CommandModel, call: ProgramCall) => readonly Continuation[];
};

/** What the parts of one call share. WHY one object for all, filled in the order in which they need each other: it is made for every call. */
export class CallParts implements ModelWorld {
  readonly facts: Facts;
  readonly session: Facts["session"];
  readonly ask: Ask;
  readonly spend: Owner["spend"];
  readonly asNamed: Owner["asNamed"];
  readonly notes = new EffectNotes();
  readonly files = new ChangedFiles();
  readonly seen = new SeenFiles();
  readonly targets: CallTargets;
  readonly world: InheritedWorld;
  readonly origins: CodeOrigins;
  readonly contents: FileContents;
  readonly paths: KnownPaths;
  readonly search: ProgramSearch;
  readonly changes: FileEffects;
  readonly variables: VariableCode;
  readonly given: GivenCode;
  readonly consequences: Consequences;

  constructor(facts: Facts, { ask, spend, asNamed }: Owner) {
    this.facts = facts;
    this.session = facts.session;
    this.ask = ask;
    this.spend = spend;
    this.asNamed = asNamed;
    this.targets = new CallTargets(this);
    this.world = worldOf(facts, this.files, ask);
    this.origins = new CodeOrigins(this);
    this.contents = new FileContents(this);
    this.paths = new KnownPaths(this);
    this.search = new ProgramSearch(this);
    this.changes = new FileEffects(this);
    this.variables = new VariableCode(this);
    this.given = new GivenCode(this);
    this.consequences = new Consequences(this);
  }
}

/** What the origin of code that variables name depends on. */
function worldOf(facts: Facts, files: ChangedFiles, ask: Ask): InheritedWorld {
  return {
    session: facts.session,
    isWritten: (path) => wasWritten(facts.writtenPaths, path) || files.has(path),
    isWrittenBelow: (path) =>
      wasWritten(facts.writtenPaths, path) ||
      [...facts.writtenPaths, ...files.paths()].some((one) => isWithin(path, one)),
    exists: (path) => {
      const answer = ask({ kind: "path", path });
      return answer?.kind === "path" && answer.type !== "missing";
    },
  };
}
