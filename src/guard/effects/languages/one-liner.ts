// Interpreters that take code from an option, a file or the input, declared by how their options are spelled.
import { dropKnown, EMPTY, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFetched } from "../network/package-source.ts";
import {
  interpret,
  interpretFile,
  type OwnReading,
  type Surroundings,
  unbounded,
} from "./interpret.ts";
import type { Language } from "./evaluation/language.ts";

/** Lists of options are words of a line. */
export type OneLiner = {
  readonly names: readonly string[];
  readonly language: Language | OwnReading;
  /** Options whose value is code; with a glued one too where it is a single letter. */
  readonly code: string;
  /** Options whose value is a file of code. */
  readonly files?: string;
  /** Options whose value is a module or a folder of code. */
  readonly loads?: string;
  /** Options with a value that changes nothing, and such without one or (`--project=`) with one that is glued alone. */
  readonly values?: string;
  readonly flags?: string;
  /** Options behind which the input is code as well, as a person would type it. */
  readonly typed?: string;
  /** Options that only print something about the program. */
  readonly about?: string;
  /** Turns the value of a code option into code. */
  readonly decode?: (option: string, text: Text) => Text;
  readonly printed?: NonNullable<Surroundings["printed"]>;
};

/** The model of such an interpreter. What is given to its code is what follows it. */
export function oneLiner(spec: OneLiner): CommandModel {
  const code = spec.code.split(" ");
  const listed = (line: string | undefined): readonly string[] => line?.split(" ") ?? [];
  return command({
    names: spec.names,
    optionsEnd: "first-operand",
    options: {
      flags: flags(...listed(spec.flags).filter((name) => !name.endsWith("="))),
      glued: maybeTaking(
        ...listed(spec.flags).flatMap((name) => (name.endsWith("=") ? [name.slice(0, -1)] : [])),
      ),
      typed: flags(...listed(spec.typed)),
      about: flags(...listed(spec.about)),
      values: taking(...listed(spec.values)),
      loads: taking(...listed(spec.loads)),
      files: taking(...listed(spec.files)),
      // Each by itself, as its value may be written in a way of its own.
      ...Object.fromEntries(code.map((name) => [name, taking(name)])),
    },
    effects: ({ name, operands, has, values, stdin }, context) => {
      const pieces = code.flatMap((option) =>
        values(option)
          .flatMap(withoutSign)
          .map((text) => spec.decode?.(option, text) ?? text),
      );
      const files = values("files").flatMap(withoutSign);
      const isRun = pieces.length + files.length + operands.length > 0 || has("typed");
      if (has("about") && !isRun) return [prints(EMPTY)];
      const around: Surroundings = {
        stdin,
        operands,
        ...(spec.printed === undefined ? {} : { printed: spec.printed }),
      };
      return [
        ...runsFetched(name, [...files, ...operands.slice(0, 1)]),
        ...(has("typed") ? unbounded("inline", name) : []),
        ...(has("loads") ? unbounded("project", spec.language.name) : []),
        ...runs(spec, { code: pieces, files, rest: operands }, around, context),
      ];
    },
  });
}

/** A value that is glued to a letter, with the sign in front of it (`-e=code`) and without: programs differ. */
function withoutSign(value: Text): readonly Text[] {
  return /^=./.test(knownPrefix(value)) ? [value, dropKnown(value, 1)] : [value];
}

type Words = {
  readonly code: readonly Text[];
  readonly files: readonly Text[];
  readonly rest: readonly Text[];
};

function runs(
  { language }: OneLiner,
  { code, files, rest }: Words,
  around: Surroundings,
  context: ModelContext,
): readonly Consequence[] {
  const [file, ...operands] = rest;
  const found = files.flatMap((one) => interpretFile(one, language, context, around));
  const pieces = code.flatMap((text) => interpret([text], language, context, around));
  if (code.length > 0 || files.length > 0) return [...found, ...pieces];
  if (file !== undefined && textOf(file) !== "-")
    return interpretFile(file, language, context, { ...around, operands });
  return interpret(around.stdin ?? EMPTY, language, context, {
    ...around,
    stdin: undefined,
    operands,
  });
}
