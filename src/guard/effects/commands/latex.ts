// latex and its family: set documents, which are programs that open files and, where they are let, run commands.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { originOfFile } from "../languages/interpret.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { madeIn } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Commands that stand in the text of a call: what TeX hands to a shell, and files that it takes in. */
const SHELL =
  /\\(?:immediate\s*)?(?:write18|input\s*\|)\s*[{"]+([^}"]*)[}"]|\\(?:ShellEscape|directlua)\s*\{(?:os\.execute\(['"])?([^}'"]*)/g;
const TAKEN_IN =
  /\\(?:input|include|openin\d*=|lstinputlisting|verbatiminput|InputIfFileExists)\s*\{?([\w./~-]+)/g;

export const latex: CommandModel = command({
  names: [
    ...["tex", "latex", "pdftex", "pdflatex", "xetex", "xelatex", "luatex", "lualatex", "context"],
    ...["latexmk", "tectonic", "bibtex", "biber", "makeindex", "dvips", "dvipdfmx", "texi2pdf"],
    ...[
      "texi2dvi",
      "arara",
      "pdfcrop",
      "latexdiff",
      "chktex",
      "lacheck",
      "makeglossaries",
      "kpsewhich",
    ],
  ],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 0 || words.some((word) => /^--?(?:version|help|v)$/.test(word ?? "")))
      return [prints([[]])];
    const folder = valueAfter(
      args,
      /^--?(?:output-directory|outdir|output-dir|aux-directory|auxdir)(?==|$)/,
    );
    const files = args.filter((word) => isFile(word) && !/^[-\\]/.test(knownPrefix(word)));
    const content = madeOf(files.flatMap((path) => context.contentOf(path)));
    const inline = words.filter((word) => word?.includes("\\") === true);
    return [
      ...files.map((path) => reads(path)),
      ...files.map((path) => writes(madeIn(folder ?? [], path), "create", { content })),
      ...(folder === undefined ? [] : [writes(folder, "create", { reach: "tree", content })]),
      ...inline.flatMap((text): readonly Consequence[] => inText(text ?? "")),
      runsFrom(
        name,
        files.map((path) => originOfFile(path, context)).includes("download")
          ? "download"
          : "project",
      ),
      prints(content),
    ];
  },
});

function valueAfter(args: readonly Text[], option: RegExp): Text | undefined {
  const at = args.findIndex((word) => option.test(knownPrefix(word)));
  const text = textOf(args[at] ?? []);
  if (at < 0 || text === undefined) return undefined;
  return text.includes("=") ? literal(text.slice(text.indexOf("=") + 1)) : args[at + 1];
}

/** What the text of a call does, as far as it says so plainly. */
function inText(text: string): readonly Consequence[] {
  return [
    ...[...text.matchAll(SHELL)].flatMap(([, first, second]) => shellRuns(first ?? second ?? "")),
    ...[...text.matchAll(TAKEN_IN)].map(([, path = ""]) => reads(literal(path))),
  ];
}
