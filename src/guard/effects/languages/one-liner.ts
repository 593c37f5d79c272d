// Interpreters that take code from an option, a file or the input, declared by how their options are spelled.
import { dropKnown, EMPTY, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
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
  return command({
    names: spec.names,
    own: "letters of the interpreter may take code, and the words behind it are the program's",
    options: {},
    effects: ({ name, args, stdin }, context) => {
      const split = splitWords(spec, args);
      if (split.isAbout) return [prints(EMPTY)];
      const around: Surroundings = {
        stdin,
        operands: split.rest,
        ...(spec.printed === undefined ? {} : { printed: spec.printed }),
      };
      return [
        ...runsFetched(name, [...split.files, ...split.rest.slice(0, 1)]),
        ...split.unknownOptions.map(
          (option): Consequence => ({
            kind: "unknown",
            reason: "unknown-option",
            detail: `\`${name}\` has an option that sallyport does not know: \`${option}\``,
          }),
        ),
        ...(split.isTyped ? unbounded("inline", name) : []),
        ...(split.loads > 0 ? unbounded("project", spec.language.name) : []),
        ...runs(spec, split, around, context),
      ];
    },
  });
}

type Words = {
  readonly isAbout: boolean;
  readonly isTyped: boolean;
  readonly code: readonly Text[];
  readonly files: readonly Text[];
  readonly rest: readonly Text[];
  readonly loads: number;
  readonly unknownOptions: readonly string[];
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

function splitWords(spec: OneLiner, args: readonly Text[]): Words {
  const list = (line: string | undefined): ReadonlySet<string> => new Set(line?.split(" "));
  const [code, files, loads] = [list(spec.code), list(spec.files), list(spec.loads)];
  const [values, flags, about] = [list(spec.values), list(spec.flags), list(spec.about)];
  const found = {
    code: [] as Text[],
    files: [] as Text[],
    loads: 0,
    unknownOptions: [] as string[],
  };
  const typed = list(spec.typed);
  let isAbout = false;
  let isTyped = false;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = textOf(word) ?? knownPrefix(word);
    if (text === "--") {
      at += 1;
      break;
    }
    if (!text.startsWith("-") || text === "-") break;
    const { option, glued } = optionOf(text, word, [code, files, loads, values]);
    const value = (): Text => {
      if (glued !== undefined) return glued;
      at += 1;
      return args[at] ?? [];
    };
    if (code.has(option)) {
      const given = value();
      found.code.push(spec.decode?.(option, given) ?? given);
    } else if (files.has(option)) found.files.push(value());
    else if (loads.has(option)) {
      value();
      found.loads += 1;
    } else if (values.has(option)) value();
    else if (about.has(option)) isAbout = true;
    else if (typed.has(option)) isTyped = true;
    else if (!flags.has(option) && !flags.has(option.replace(/=.*$/s, "=")))
      found.unknownOptions.push(/^-[\w-]{1,30}$/.test(option) ? option : "-…");
  }
  const runsNothing = found.code.length + found.files.length === 0 && at >= args.length && !isTyped;
  return { ...found, rest: args.slice(at), isTyped, isAbout: isAbout && runsNothing };
}

/** The option and a value that is glued to it: `-e'code'`, `--eval=code`. */
function optionOf(
  text: string,
  word: Text,
  taking: readonly ReadonlySet<string>[],
): { readonly option: string; readonly glued: Text | undefined } {
  const takes = (option: string): boolean => taking.some((set) => set.has(option));
  const equals = text.indexOf("=");
  if (takes(text)) return { option: text, glued: undefined };
  if (equals > 0 && takes(text.slice(0, equals)))
    return { option: text.slice(0, equals), glued: dropKnown(word, equals + 1) };
  const letter = text.slice(0, 2);
  return takes(letter) && text.length > 2 && !text.startsWith("--")
    ? { option: letter, glued: dropKnown(word, 2) }
    : { option: text, glued: undefined };
}
