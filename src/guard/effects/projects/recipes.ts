// Recipes that a file of the project holds under names, for the programs that run them: make, just, task, tox and others.
import {
  append,
  EMPTY,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";
import { codeFrom, isFile, madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFrom, runsInside } from "./project-scripts.ts";
import { releasesByName } from "./releases.ts";
import { namedFiles } from "../model/verbs.ts";

/** Recipes of one file that are followed. */
const RECIPES_MAX = 32;
/** Folders above that are looked in by programs that do so. */
const FOLDERS_ABOVE_MAX = 4;

/** A file that holds recipes. `directory`: where they run, when not here. */
export type RecipeFile = {
  readonly opened: readonly Consequence[];
  readonly origin: CodeOrigin;
  readonly texts: readonly string[];
  readonly directory: Text | undefined;
};

/** Where a program looks for its file. `above`: in the folders above too. */
export type RecipePlace = {
  readonly usual: readonly string[];
  readonly directory?: Text | undefined;
  readonly above?: true;
};

/** The first of the usual files that is there; none when none is. */
export function usualFile(place: RecipePlace, context: ModelContext): readonly RecipeFile[] {
  const { directory, above } = place;
  const folders =
    above === undefined
      ? [directory]
      : [
          directory,
          ...UP.map((up) => (directory === undefined ? literal(up) : inside(directory, up))),
        ];
  const candidates = folders.flatMap((folder) =>
    place.usual.map((name) => {
      const path = folder === undefined ? literal(name) : inside(folder, name);
      // WHY: all are asked for before one is chosen, so that the facts of all come at once.
      return { folder, path, isThere: context.isFile(path) };
    }),
  );
  for (const { folder, path, isThere } of candidates) {
    // A file above counts where it is known to be there.
    if (folder !== directory && !isThere) continue;
    const code = context.codeAt(path);
    if (code !== undefined) return [{ opened: [reads(path)], directory: folder, ...code }];
  }
  return [];
}

/**
 * The files of these names here and in the folders above, but those that are certainly not there; `text` is undefined
 * where it cannot be told.
 */
export function filesUpwards(
  names: readonly string[],
  context: ModelContext,
): readonly { readonly name: string; readonly text: string | undefined }[] {
  const paths = ["", ...UP.map((up) => `${up}/`)].flatMap((up) =>
    names.map((name) => ({ name, path: literal(up + name) })),
  );
  // WHY in one go: the facts of all come at once.
  return paths
    .map(({ name, path }) => ({
      name,
      isMissing: context.isMissing(path),
      texts: context.codeAt(path)?.texts,
    }))
    .filter(({ isMissing }) => !isMissing)
    .map(({ name, texts }) => ({ name, text: texts?.length === 1 ? texts[0] : undefined }));
}

const UP = Array.from({ length: FOLDERS_ABOVE_MAX }, (_, above) =>
  Array(above + 1)
    .fill("..")
    .join("/"),
);

function inside(directory: Text, name: string): Text {
  return append(append(directory, literal("/")), literal(name));
}

/** The files that an option names, which may be the input of the call or come from the network. */
export function namedRecipes(
  named: readonly Text[],
  directory: Text | undefined,
  stdin: TextSet | undefined,
  context: ModelContext,
): readonly RecipeFile[] {
  return named.map((file): RecipeFile => {
    const isRelative = isFile(file) && directory !== undefined && !/^[/~]/.test(textOf(file) ?? "");
    const path = isRelative ? append(append(directory, literal("/")), file) : file;
    const content = codeFrom(path, stdin, context);
    const texts = content.flatMap((text) => textOf(text) ?? []);
    const isFetched = sourcesOf(content).some(({ kind }) => kind === "network");
    if (isFetched) return { opened: [], origin: "download", texts, directory };
    if (!isFile(file)) return { opened: [], origin: "inline", texts, directory };
    const code = context.codeAt(path) ?? { origin: "project", texts: [] };
    return {
      opened: [reads(path)],
      origin: code.origin,
      texts: [...texts, ...code.texts],
      directory,
    };
  });
}

/** Lines of a recipe that a shell runs; an effect of unbounded reach stands beside it. */
export function runsRecipe(text: string, directory: Text | undefined): Consequence {
  const interpreter = /^#!\s*(?:\S*\/env\s+(?:-S\s+)?)?(?:\S*\/)?([\w.-]+)[^\n]*\n/.exec(text)?.[1];
  const code = CODE_OPTION[interpreter ?? ""];
  const place = directory === undefined ? {} : { directory };
  if (interpreter !== undefined && code !== undefined)
    return {
      kind: "run",
      argv: [literal(interpreter), literal(code), literal(text)],
      isCovered: true,
      ...place,
    };
  return {
    kind: "script",
    texts: text === "" ? EMPTY : [literal(text)],
    positional: [],
    isCovered: true,
    ...place,
  };
}

/** How interpreters that a first line names take code from a word. */
const CODE_OPTION: Readonly<Record<string, string>> = {
  python: "-c",
  python3: "-c",
  node: "-e",
  ruby: "-e",
  perl: "-e",
};

/** What a program that runs recipes is told: its words, without its options. */
export type RecipeCall = {
  readonly name: string;
  readonly words: readonly string[];
  readonly has: Invocation["has"];
  readonly values: Invocation["values"];
};

/**
 * The model of a program that runs what a file of the project holds under names. Lists of options are lines of
 * spellings; an option that is in none of them does nothing that the code of the project may not do.
 */
export function recipeProgram(spec: {
  readonly names: readonly string[];
  readonly flags: string;
  readonly choices: string;
  /** Options that name the file or the folder. */
  readonly file?: string;
  readonly directory?: string;
  /** Options and verbs behind which all words are a program that runs. */
  readonly program?: string;
  readonly files: readonly string[];
  /** The file is looked for in the folders above too. */
  readonly above?: true;
  /** Options end at the first word that is none. */
  readonly optionsEnd?: "first-operand";
  /** Options with which it only says what it could run, and whether the words say so. */
  readonly looking?: string;
  readonly isReadOnly?: (call: RecipeCall) => boolean;
  /** The shell text that a call leads to. */
  readonly recipes: (text: string, call: RecipeCall) => readonly string[];
  /** What else follows, whatever the files say. */
  readonly more?: (call: RecipeCall, context: ModelContext) => readonly Consequence[];
}): CommandModel {
  return command({
    names: spec.names,
    hasOtherOptions: true,
    optionsEnd: spec.optionsEnd ?? "anywhere",
    options: {
      style: flags(spec.flags),
      named: taking(spec.choices),
      file: taking(spec.file ?? "--file"),
      directory: taking(spec.directory ?? "--directory"),
      looking: maybeTaking("--help", ...(spec.looking === undefined ? [] : [spec.looking])),
      about: flags("--version"),
      program: { names: spec.program?.split(" ") ?? [], value: "required", words: "to-end" },
    },
    effects: ({ name, args, operands, has, values, stdin }, context) => {
      const call = { name, words: operands.flatMap((word) => textOf(word) ?? []), has, values };
      if (has("about") && operands.length === 0) return [];
      const [folder] = values("directory");
      const files =
        values("file").length > 0
          ? namedRecipes(values("file"), folder, stdin, context)
          : usualFile(
              {
                usual: spec.files,
                directory: folder,
                ...(spec.above === undefined ? {} : { above: true }),
              },
              context,
            );
      const opened = [...namedFiles(args, context), ...files.flatMap((file) => file.opened)];
      if (has("looking") || spec.isReadOnly?.(call) === true)
        return [...opened, prints(madeOf(EMPTY))];
      return [
        ...opened,
        ...(files.length === 0 ? [runsFrom(name)] : []),
        ...files.flatMap(({ origin, texts, directory }) => [
          runsFrom(name, origin),
          ...texts
            .flatMap((text) => spec.recipes(text, call))
            .slice(0, RECIPES_MAX)
            .map((text) => runsRecipe(text, directory)),
        ]),
        ...runsInside(values("program")),
        ...releasesByName(name, call.words),
        ...(spec.more?.(call, context) ?? []),
      ];
    },
  });
}
