// Code that variables make programs run: those of the call, and those that its commands inherit.
import { isWithin } from "#base/path.ts";
import type { Facts } from "../../facts.ts";
import type { Continuation, Place, ProgramCall } from "../../shell/host.ts";
import type { Scope } from "../../shell/scope.ts";
import { dropKnown, knownPrefix, literal, textOf, type TextSet } from "../../shell/text.ts";
import { makesProgramsRunCode, namesCode } from "../environment.ts";
import { foreignOrigin, placesNamed } from "../foreign-code.ts";
import {
  codeNamed,
  type InheritedCode,
  inheritedTable,
  type InheritedTable,
  type InheritedWorld,
  piecesOf,
  runsValueOf,
} from "../inherited.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { CodeOrigins } from "./code-origins.ts";
import type { EffectNotes } from "./effect-notes.ts";

type Parts = {
  readonly facts: Facts;
  readonly notes: EffectNotes;
  readonly files: ChangedFiles;
  readonly origins: CodeOrigins;
  readonly world: InheritedWorld;
};

/** Follows variables that name code. */
export class VariableCode {
  readonly #facts: Facts;
  readonly #notes: EffectNotes;
  readonly #files: ChangedFiles;
  readonly #origins: CodeOrigins;
  readonly #world: InheritedWorld;
  #inherited: InheritedTable | undefined;

  constructor(parts: Parts) {
    this.#facts = parts.facts;
    this.#notes = parts.notes;
    this.#files = parts.files;
    this.#origins = parts.origins;
    this.#world = parts.world;
  }

  /** A variable got a value: some make programs run code. */
  assigned(name: string, values: TextSet, place: Place): void {
    if (makesProgramsRunCode(name, values, this.#facts.session.home)) {
      this.#notes.unknown(
        "dynamic-code",
        `\`${name}\` makes programs run or load what it names`,
        place,
      );
    }
    if (namesCode(name) && this.#origins.namesDownload(values, place))
      this.#notes.add(
        { kind: "execute", program: undefined, origin: "download", reach: "unbounded" },
        place,
      );
    for (const value of values)
      for (const path of placesNamed(name, value)) {
        const origin = foreignOrigin(literal(path), (known) =>
          isWithin(this.#facts.session.projectRoot, known),
        );
        if (origin !== undefined)
          this.#notes.add({ kind: "execute", program: path, origin, reach: "unbounded" }, place);
      }
    for (const value of values) {
      const pieces = piecesOf(name, textOf(value) ?? "");
      const code = codeNamed({ variable: name, pieces }, this.#world);
      if (code?.origin === "generated") this.#runsInherited(code, place);
    }
  }

  /** The shell of a Bash call starts: what the variables that it inherits make it run. */
  startShell(place: Place): void {
    for (const code of this.#inheritedTable().shell(this.#facts.shell.dialect))
      this.#runsInherited(code, place);
  }

  /** A program starts: what the variables that it inherits make it run. */
  startProgram(name: string, call: ProgramCall): void {
    for (const code of this.#inheritedTable().of(name))
      if (!call.environment.has(code.variable) && isExported(call.scope, code.variable))
        this.#runsInherited(code, call.place);
  }

  /** The commands that variables of this call name for the program: its pager, its editor, what it connects by. */
  commandsNamed(name: string, { environment, place }: ProgramCall): readonly Continuation[] {
    return [...environment].flatMap(([variable, values]) => {
      // WHY: what such a command starts inherits the variable too, without end.
      if (!runsValueOf(variable, name) || place.via.includes(name)) return [];
      const texts = values.map((text) =>
        dropKnown(text, knownPrefix(text).startsWith("|") ? 1 : 0),
      );
      return [{ kind: "script", texts, positional: [] } as const];
    });
  }

  /** What variables name may be code of this call from now on. */
  lookAgain(): void {
    this.#inherited = undefined;
  }

  #inheritedTable(): InheritedTable {
    this.#inherited ??= inheritedTable(this.#facts.environment, this.#world);
    return this.#inherited;
  }

  #runsInherited({ variable, path, origin }: InheritedCode, place: Place): void {
    const via = [...place.via, `$${variable}`];
    this.#files.changeAnything();
    this.#notes.add(
      { kind: "execute", program: path, origin, reach: "unbounded" },
      { ...place, via },
    );
  }
}

/** Whether programs inherit a variable. */
export function isExported(scope: Scope, variable: string): boolean {
  return scope.variables.get(variable)?.exported === true;
}
