// pdftk: joins, splits, fills and stamps PDF files, by words in the place of options.
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { numbered } from "../arguments/generated-names.ts";

const OPERATIONS = new Set([
  ...["cat", "shuffle", "burst", "rotate", "generate_fdf", "fill_form", "background", "stamp"],
  ...["multibackground", "multistamp", "dump_data", "dump_data_utf8", "dump_data_fields", "filter"],
  ...[
    "dump_data_fields_utf8",
    "dump_data_annots",
    "update_info",
    "update_info_utf8",
    "unpack_files",
  ],
  ...["attach_files", "output", "input_pw", "encrypt_128bit", "compress", "uncompress", "flatten"],
]);
const WITH_FILE =
  /^(?:fill_form|background|stamp|multibackground|multistamp|update_info\w*|attach_files)$/;
const SEVERAL = /^(?:burst|unpack_files)$/;

export const pdftk: CommandModel = command({
  names: ["pdftk", "pdftk.pdftk-java"],
  optionsEnd: "own",
  options: {},
  effects: ({ args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 0 || words.includes("--help") || words.includes("--version"))
      return [prints([[]])];
    const first = words.findIndex((word) => word !== undefined && OPERATIONS.has(word));
    const inputs = (first < 0 ? args : args.slice(0, first)).map(withoutHandle);
    const given = args.filter((_, at) => WITH_FILE.test(words[at - 1] ?? ""));
    const results = args.filter((_, at) => words[at - 1] === "output");
    const read = [...inputs, ...given].filter(isFile);
    const content = madeOf(read.flatMap((path) => context.contentOf(path)));
    const isSeveral = words.some((word) => SEVERAL.test(word ?? ""));
    const usual = isSeveral && results.length === 0 ? ["pg_*.pdf", "doc_data.txt"] : [];
    return [
      ...read.map((path) => reads(path)),
      ...results
        .filter(isFile)
        .map((path) =>
          writes(numbered(path), "create", { content, reach: isSeveral ? "tree" : "entry" }),
        ),
      ...usual.map((like) =>
        writes([hole("unmodelled", { like, splits: false })], "create", { content }),
      ),
      ...(words.includes(undefined) && first < 0
        ? [cannotTell("dynamic-command", "a call of `pdftk` that is not known")]
        : []),
      prints([[], ...content]),
    ];
  },
});

/** `A=in.pdf` gives a file a short name. */
function withoutHandle(word: Text): Text {
  const handle = /^[A-Z]+=/.exec(knownPrefix(word))?.[0].length ?? 0;
  const [piece, ...more] = word;
  return piece?.kind === "text" ? [...literal(piece.text.slice(handle)), ...more] : word;
}
