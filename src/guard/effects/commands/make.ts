// make: the recipes of a makefile, for the goals that are named.
import {
  append,
  EMPTY,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
  reads,
} from "../command-model.ts";
import type { CodeOrigin } from "../effect.ts";
import { codeFrom, isFile } from "../filter.ts";
import { recipesOf } from "../languages/makefile.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";
import { releasesByName } from "../releases.ts";
import { runsFrom } from "../project-scripts.ts";
import { namedFiles } from "../verbs.ts";

/** Names that make looks for, in its order. */
const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];

export const make: CommandModel = command({
  names: ["make", "gmake"],
  options: {
    about: flags("vh", "--version --help"),
    file: taking("f", "--file --makefile"),
    directory: taking("C", "--directory"),
    include: taking(
      "IoW",
      "--include-dir --old-file --assume-old --what-if --new-file --assume-new",
    ),
    code: taking("E", "--eval"),
    jobs: maybeTaking("jl", "--jobs --load-average --debug --output-sync --max-load --shuffle"),
    sync: maybeTaking("O"),
    style: flags(
      "bmBdeiknpqrRsStw",
      "--always-make --environment-overrides --ignore-errors --keep-going --just-print --dry-run --recon --print-data-base --question --no-builtin-rules --no-builtin-variables --silent --quiet --no-silent --no-keep-going --stop --touch --trace --print-directory --no-print-directory --warn-undefined-variables --check-symlink-times",
    ),
    links: flags("L"),
  },
  effects: (invocation, context) => {
    const { args, operands, has, values: valuesOf, name, stdin } = invocation;
    if (has("about") && operands.length === 0 && !has("file")) return [];
    const words = operands.flatMap((word) => textOf(word) ?? []);
    const variables = new Map(
      words.flatMap((word) => {
        const found = /^([\w.-]+)[:?+]*=(.*)$/s.exec(word);
        return found === null ? [] : [[found[1] ?? "", found[2] ?? ""] as const];
      }),
    );
    const goals = words.filter((word) => !/^[\w.-]+[:?+]*=/.test(word));
    const [directory] = valuesOf("directory");
    const at = (file: Text): Text =>
      directory === undefined ? file : append(append(directory, literal("/")), file);
    const files = makefilesOf(valuesOf("file"), at, stdin, context);
    return [
      ...namedFiles(args, context),
      ...(files.length === 0 ? [runsFrom(name)] : []),
      ...files.flatMap(({ opened, origin, texts }) => [
        ...opened,
        runsFrom(name, origin),
        ...texts.flatMap((text) => recipesOf(text, goals, variables)).map(recipe(directory)),
      ]),
      ...releasesByName(name, goals),
      ...valuesOf("code").map((text) => recipe(directory)(textOf(text) ?? "")),
    ];
  },
});

type Makefile = {
  readonly opened: readonly Consequence[];
  readonly origin: CodeOrigin;
  readonly texts: readonly string[];
};

function makefilesOf(
  named: readonly Text[],
  at: (file: Text) => Text,
  stdin: TextSet | undefined,
  context: ModelContext,
): readonly Makefile[] {
  if (named.length === 0) {
    for (const file of MAKEFILES) {
      const code = context.codeAt(at(literal(file)));
      if (code !== undefined) return [{ opened: [reads(at(literal(file)))], ...code }];
    }
    return [];
  }
  return named.map((file): Makefile => {
    const path = isFile(file) ? at(file) : file;
    const content = codeFrom(path, stdin, context);
    const texts = content.flatMap((text) => textOf(text) ?? []);
    const isFetched = sourcesOf(content).some(({ kind }) => kind === "network");
    if (isFetched) return { opened: [], origin: "download", texts };
    if (!isFile(file)) return { opened: [], origin: "inline", texts };
    const code = context.codeAt(path) ?? { origin: "project", texts: [] };
    return { opened: [reads(path)], origin: code.origin, texts: [...texts, ...code.texts] };
  });
}

function recipe(directory: Text | undefined): (text: string) => Consequence {
  return (text) => ({
    kind: "script",
    texts: text === "" ? EMPTY : [literal(text)],
    positional: [],
    isCovered: true,
    ...(directory === undefined ? {} : { directory }),
  });
}
