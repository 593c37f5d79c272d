// asciidoctor: turns AsciiDoc into HTML and other formats; a document may take other files in.
import { EMPTY, textOf } from "../../shell/values/text.ts";
import { type CommandModel, writes } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { madeBeside, madeIn } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Directives and settings that open further files or run something. */
const TAKES_IN =
  /^(?:include|eval)::|^:(?:docinfo|stylesheet|stylesdir|data-uri|source-highlighter|imagesdir|allow-uri-read|iconsdir|highlightjsdir|linkcss|copycss|max-include-depth)[\w-]*!?:|(?:image|video|audio)::?\S*svg|opts=.?inline|\[(?:plantuml|ditaa|graphviz|mermaid|kroki)/im;
const PLAIN_ATTRIBUTE =
  /^(?:toc|toclevels|sectnums|sectnumlevels|icons|experimental|idprefix|idseparator|revnumber|revdate|version|lang|nofooter|noheader|reproducible|table-caption|doctitle|author|email|partnums|sectanchors|sectlinks|hide-uri-scheme|compat-mode|webfonts|nofootnotes)\b/;

export const asciidoctor: CommandModel = fileProgram({
  names: ["asciidoctor"],
  operands: "inputs",
  outputs: "-o --out-file",
  first: "-D --destination-dir",
  choices:
    "-a --attribute -b --backend -d --doctype -S --safe-mode -B --base-dir -R --source-dir --failure-level",
  trees: "-T --template-dir -I --load-path",
  glued: "-h",
  flags:
    "-e --embedded --safe -s --no-header-footer -n --section-numbers -q --quiet --trace -v --verbose -w --warnings -t --timings -V",
  runs: "--eruby -E --template-engine -r --require",
  more: ({ operands, stdin, has, values, args }, context) => {
    const files = operands.filter(isFile);
    const texts =
      files.length > 0 ? files.flatMap((path) => context.textAt(path)) : (stdin ?? EMPTY);
    const attributes = args.flatMap((word, at) => {
      const text = textOf(word) ?? "?";
      return /^(?:-a|--attribute)$/.test(text) ? [textOf(args[at + 1] ?? []) ?? "?"] : [];
    });
    const isPlain =
      texts
        .map((text) => textOf(text))
        .every((text) => text !== undefined && !TAKES_IN.test(text)) &&
      attributes.every((name) => PLAIN_ATTRIBUTE.test(name)) &&
      !has("trees");
    const content = madeOf(texts);
    const folder = values("first").at(-1);
    const results = has("outputs")
      ? []
      : files.map((path) => (folder === undefined ? madeBeside(path) : madeIn(folder, path)));
    return [
      ...results.map((path) => writes(path, "create", { content })),
      ...(isPlain ? [] : [runsFrom("asciidoctor")]),
    ];
  },
});
