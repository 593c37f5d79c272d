// ctags and etags: lists where the names in source files are defined.
import { EMPTY, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { isFile, listedFiles, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { runModel } from "../model/verbs.ts";

/** Options with the name of a language in them, which say how it is read: `--c-kinds=f`, `--regex-Make=...`. */
const OF_LANGUAGE =
  /^--(?:[\w+#]+-kinds|(?:alias|kinds|fields|extras|map|roles|regex|mline-regex|kinddef|param|input-encoding)-[^=]+)(?:=|$)/;

const plain: CommandModel = command({
  names: [],
  options: {
    output: taking("-f -o --output"),
    list: taking("-L"),
    options: taking("--options --options-maybe --optlib-dir"),
    choice: taking(
      "--exclude --exclude-exception --filter-terminator --maxdepth --format --etags-include --input-encoding --output-encoding --language-force --languages --langmap --excmd --pattern-length-limit --pseudo-tags --langdef -D -h -I --_xformat -l --language -r --regex -i --include --parse-stdin",
    ),
    form: taking("--output-format"),
    recursive: maybeTaking("--recurse"),
    printing: flags("-x"),
    glued: maybeTaking(
      "--links --append --sort --tag-relative --extras --fields --if0 --line-directives --machinable --with-list-header --quiet --totals --verbose --file-scope --file-tags",
    ),
    filter: maybeTaking("--filter"),
    listing: maybeTaking(
      "--list-aliases --list-extras --list-fields --list-kinds --list-kinds-full --list-map-extensions --list-map-patterns --list-maps --list-params --list-roles --list-subparsers --list-excludes --list-features --list-languages --list-mline-regex-flags --list-pseudo-tags --list-regex-flags --license --print-language --help-full",
    ),
    tree: flags("-R"),
    style: flags(
      "-a -e -u -G -n -N -B -F -V -? -w -C -Q -S --guess-language-eagerly --put-field-prefix --declarations --no-defines --globals --no-globals --members --no-members --ignore-indentation",
    ),
    about: ABOUT,
  },
  effects: (invocation, context) => {
    const { name, operands, values, has, stdin } = invocation;
    if (has("listing") || has("about")) return [prints(madeOf(EMPTY))];
    const lists = [...values("list"), ...(has("filter") ? [literal("-")] : [])].map((list) =>
      listedFiles(list, "\n", invocation, context),
    );
    const files = [...operands.filter(isFile), ...lists.flatMap(({ names }) => names)];
    const isTree = has("tree") || has("recursive");
    const texts = [...files.flatMap((path) => context.contentOf(path)), ...(stdin ?? EMPTY)];
    const isEtags = name === "etags" || invocation.args.some((word) => textOf(word) === "-e");
    const isPrinted =
      has("printing") ||
      has("filter") ||
      values("form").some((form) => /xref|json/.test(textOf(form) ?? ""));
    const usual = isPrinted ? [] : [literal(isEtags ? "TAGS" : "tags")];
    const outputs = has("output") ? values("output").filter(isFile) : usual;
    // Options that the project keeps for everyone may say anything else.
    const kept = context.matches(".ctags.d/*.ctags");
    const isSteered = kept === undefined || kept.length > 0 || has("options");
    return [
      ...files.map((path) => reads(path)),
      ...lists.flatMap(({ consequences }) => consequences),
      ...values("options").map((path) => reads(path, "tree")),
      // WHY: which of the files of a tree it opens stands in hundreds of patterns.
      ...(isTree || isSteered ? [runsFrom(name)] : []),
      // What was written is sorted.
      ...outputs.flatMap((path: Text): readonly Consequence[] => [
        reads(path),
        writes(path, "create", { content: madeOf(texts) }),
      ]),
      ...compresses(["sh", "sort"]),
      prints(madeOf(texts)),
    ];
  },
});

export const ctags: CommandModel = command({
  names: ["ctags", "etags", "ctags-universal", "ctags-exuberant"],
  own: "a person defines languages, and each has options of its name (`--kinds-c++`): what is left without them is read by a list",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const rest = args.filter((word) => !OF_LANGUAGE.test(textOf(word) ?? ""));
    return runModel(plain, { name, args: rest, stdin }, context);
  },
});
