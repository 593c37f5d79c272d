// Code that variables make programs run: those of the call, and those that its commands inherit.
import { isWithin } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Continuation, CallSite, ProgramCall } from "../../shell/values/host.ts";
import type { Scope } from "../../shell/values/scope.ts";
import {
  append,
  dropKnown,
  knownPrefix,
  literal,
  type Text,
  textOf,
  type TextSet,
} from "../../shell/values/text.ts";
import { makesProgramsRunCode, namesCode } from "../variables/environment.ts";
import { isFollowed, placesOfCode } from "../variables/code-path-env-vars.ts";
import { foreignOrigin, placesNamed } from "../programs/external-code.ts";
import { mayBeTold } from "../variables/execution-env-vars.ts";
import { crontabCopy } from "../arguments/generated-names.ts";
import {
  codeNamed,
  type InheritedCode,
  inheritedTable,
  isCommandVariable,
  type InheritedTable,
  type InheritedWorld,
  piecesOf,
  runsValueOf,
} from "../variables/inherited.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { CodeOrigins } from "./code-origins.ts";
import type { EffectNotes } from "./effect-notes.ts";

/** Who may heed a variable: whoever runs later, the program that it was set for, or one of which it is told again. */
export type Heeder = "anyone" | "told-again" | { readonly program: string };

/** How often a program may stand around a call of itself that has a variable in front of it. */
const WITHIN_ITSELF_MAX = 8;

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

  /** A variable got a value: some make programs run code. `heeder`: who may heed it, as far as that is known. */
  assigned(name: string, values: TextSet, place: CallSite, heeder: Heeder): void {
    if (
      heeder !== "told-again" &&
      makesProgramsRunCode(name, values, this.#facts.session.home) &&
      !(typeof heeder === "object" && isFollowed(heeder.program, name, values)) &&
      !this.#isCodeOfProject(name, values, place)
    )
      this.#notes.unknown(
        "dynamic-code",
        `\`${name}\` makes programs run or load what it names`,
        place,
      );
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

  /** Whether all that the variable names lies in the project, and is noted as code that may run. */
  #isCodeOfProject(name: string, values: TextSet, place: CallSite): boolean {
    const { projectRoot, home } = this.#facts.session;
    const [directory, ...others] = place.directories;
    if (directory === undefined || others.length > 0 || projectRoot === home) return false;
    const paths = values.map((value) => placesOfCode(name, textOf(value), directory));
    if (!paths.every((some) => some?.every((path) => isWithin(projectRoot, path)) === true))
      return false;
    for (const path of paths.flatMap((some) => some ?? [])) {
      const origin = this.#world.isWrittenBelow(path) ? "generated" : "project";
      this.#runsInherited({ variable: name, path, origin }, place);
    }
    return true;
  }

  /** The shell of a Bash call starts: what the variables that it inherits make it run. */
  startShell(place: CallSite): void {
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
  commandsNamed(name: string, call: ProgramCall): readonly Continuation[] {
    const { place } = call;
    return this.allSet(call, isCommandVariable).flatMap(([variable, values]) => {
      if (!runsValueOf(variable, name)) return [];
      // WHY: what such a command starts inherits the variable too, without end; its value was followed where it began.
      const within = place.via.filter((one) => one === name).length;
      if (!call.environment.has(variable)) {
        if (within > 0) return [];
      } else if (within > WITHIN_ITSELF_MAX) {
        this.#notes.unknown("budget", `\`${variable}\` makes \`${name}\` start itself`, place);
        return [];
      }
      const texts = values.flatMap((text) =>
        name === "crontab" ? this.#linesOfCrontab(text, call) : [lineNamed(variable, text)],
      );
      return [{ kind: "script", texts, positional: [] } as const];
    });
  }

  /** The values that this call gives a variable of a program; undefined for one that it leaves as it was inherited. */
  valuesSet(variable: string, call: ProgramCall): TextSet | undefined {
    const own = call.environment.get(variable);
    if (own !== undefined) return own;
    const kept = call.scope.variables.get(variable);
    if (kept?.exported !== true || call.scope.variables.isAsInherited(variable)) return undefined;
    const inherited = this.#facts.environment?.variables.get(variable);
    return kept.values.every((text) => textOf(text) === inherited) ? undefined : kept.values;
  }

  /** Variables of this call by which a program may be told what to run, load or obey, and whose values nobody follows. */
  tellsUnread(name: string, call: ProgramCall): readonly string[] {
    const { home } = this.#facts.session;
    const told = (variable: string, values: TextSet): boolean =>
      mayBeTold(name, variable, { values, home }) &&
      // That is noted wherever it is set.
      !makesProgramsRunCode(variable, values, home) &&
      !isFollowed(name, variable, values);
    const found = [...call.environment].flatMap(([variable, values]) =>
      told(variable, values) ? [variable] : [],
    );
    for (const [variable, { exported: isExportedOne }] of call.scope.variables) {
      if (!isExportedOne || call.environment.has(variable)) continue;
      const values = this.valuesSet(variable, call);
      if (values !== undefined && told(variable, values)) found.push(variable);
    }
    return found;
  }

  /** All variables of a program to which this call gives values: those in front of it, and those exported before. */
  allSet(
    call: ProgramCall,
    isMeant: (variable: string) => boolean = () => true,
  ): readonly (readonly [string, TextSet])[] {
    const found: (readonly [string, TextSet])[] = [...call.environment];
    for (const [variable, { exported: isExportedOne }] of call.scope.variables) {
      if (!isExportedOne || call.environment.has(variable) || !isMeant(variable)) continue;
      const values = this.valuesSet(variable, call);
      if (values !== undefined) found.push([variable, values]);
    }
    return found;
  }

  /** crontab runs the editor with the copy of the table behind its words, and in `/tmp` wherever the copy is. */
  #linesOfCrontab(value: Text, call: ProgramCall): readonly Text[] {
    const inherited = this.#facts.environment?.variables.get("TMPDIR");
    const folders =
      this.valuesSet("TMPDIR", call) ??
      (inherited === undefined ? undefined : [literal(inherited)]);
    return crontabCopy(folders).map(({ file }) =>
      append(append(literal("cd /tmp || exit; "), append(value, literal(" "))), file),
    );
  }

  /** What variables name may be code of this call from now on. */
  lookAgain(): void {
    this.#inherited = undefined;
  }

  #inheritedTable(): InheritedTable {
    this.#inherited ??= inheritedTable(this.#facts.environment, this.#world);
    return this.#inherited;
  }

  #runsInherited({ variable, path, origin }: InheritedCode, place: CallSite): void {
    const via = [...place.via, `$${variable}`];
    this.#files.changeAnything();
    this.#notes.add(
      { kind: "execute", program: path, origin, reach: "unbounded" },
      { ...place, via },
    );
  }
}

/** The line that a program makes of the value of a variable. */
function lineNamed(variable: string, value: Text): Text {
  const line = dropKnown(value, knownPrefix(value).startsWith("|") ? 1 : 0);
  const known = textOf(line);
  return /^LESS(?:OPEN|CLOSE)$/.test(variable) && known !== undefined
    ? literal(known.replaceAll("%%", "%"))
    : line;
}

/** Whether programs inherit a variable. */
export function isExported(scope: Scope, variable: string): boolean {
  return scope.variables.get(variable)?.exported === true;
}
