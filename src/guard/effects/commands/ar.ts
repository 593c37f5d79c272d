// ar, ranlib, strip and objcopy: archives of object files, and copies of them with less or other content.
import { knownPrefix, literal, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const ABOUT_ITSELF = flags("hV", "--help --version --info");
/** Options of strip and objcopy alike. */
const SHARED = {
  format: taking(
    "-I --input-target -O --output-target -F --target -R --remove-section --remove-relocations -N --strip-symbol --keep-section -K --keep-symbol",
  ),
  style: flags(
    "-p --preserve-dates -D --enable-deterministic-archives -U --disable-deterministic-archives -g --strip-debug --strip-dwo --strip-unneeded --only-keep-debug -M --merge-notes --no-merge-notes --keep-section-symbols --keep-file-symbols -w --wildcard -x --discard-all -X --discard-locals -v --verbose -S",
  ),
  about: ABOUT_ITSELF,
};

export const ar: CommandModel = command({
  names: ["ar", "llvm-ar"],
  own: "the first word is letters without a dash, and says which of the words behind it are a member, a count and the archive: `ar rcsb x lib.a y`",
  options: {},
  effects: ({ name, args }): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.every((word) => /^(?:--version|--help|-V|-h)$/.test(word ?? "?"))) return [];
    const isPlugin = words.some((word) => word?.startsWith("--plugin") === true);
    return [
      ...(isPlugin ? [cannotTell("unknown-option", `a plugin of \`${name}\``)] : []),
      ...inFiles(name, args),
      ...packs(args),
    ];
  },
});

export const ranlib: CommandModel = command({
  names: ["ranlib", "llvm-ranlib"],
  options: { style: flags("DUtqacs"), about: flags("hvV", "--help --version") },
  effects: ({ name, operands, has }) =>
    has("about")
      ? []
      : [
          ...inFiles(name, operands),
          ...operands.flatMap((path) => [reads(path), writes(path, "change")]),
        ],
});

export const strip: CommandModel = command({
  names: ["strip", "llvm-strip"],
  options: { ...SHARED, output: taking("o"), more: flags("-s --strip-all -d") },
  effects: ({ name, operands, has, values }, context) => {
    if (has("about")) return [];
    const outputs = values("output");
    return [
      ...inFiles(name, operands),
      ...operands.map((path) => reads(path)),
      ...(outputs.length > 0 ? outputs : operands).map((path) =>
        writes(path, "change", { content: contentOf(operands, context) }),
      ),
    ];
  },
});

export const objcopy: CommandModel = command({
  names: ["objcopy", "llvm-objcopy"],
  options: {
    ...SHARED,
    added: taking("--add-section --update-section"),
    dumped: taking("--dump-section"),
    file: role(
      "input",
      taking(
        "--redefine-syms --strip-symbols --strip-unneeded-symbols --keep-symbols --localize-symbols --globalize-symbols --keep-global-symbols --weaken-symbols --add-gnu-debuglink",
      ),
    ),
    more: taking(
      "-B --binary-architecture -j --only-section --strip-unneeded-symbol -L --localize-symbol --globalize-symbol -G --keep-global-symbol -W --weaken-symbol --interleave-width -b --byte --gap-fill --pad-to --set-start --change-start --adjust-start --change-addresses --adjust-vma --change-section-address --adjust-section-vma --change-section-lma --change-section-vma --set-section-flags --set-section-alignment --rename-section --long-section-names --reverse-bytes --redefine-sym --srec-len --add-symbol --alt-machine-code --prefix-symbols --prefix-sections --prefix-alloc-sections --file-alignment --heap --image-base --section-alignment --stack --subsystem --verilog-data-width",
    ),
    glued: maybeTaking("-i --interleave --compress-debug-sections --elf-stt-common"),
    others: flags(
      "--strip-all --debugging --extract-dwo --extract-symbol --localize-hidden --weaken --change-warnings --no-change-warnings --adjust-warnings --no-adjust-warnings --change-leading-char --remove-leading-char --srec-forceS3 --writable-text --readonly-text --pure --impure --decompress-debug-sections",
    ),
  },
  effects: ({ name, operands, has, values }, context) => {
    if (has("about")) return [];
    const [input = [], output = input] = operands;
    return [
      ...inFiles(name, operands),
      ...operands.slice(0, 1).map((path) => reads(path)),
      ...values("added").map((word) => reads(behindSign(word))),
      ...(operands.length === 0
        ? []
        : [writes(output, "change", { content: contentOf(operands, context) })]),
      ...values("dumped").map((word) => writes(behindSign(word), "create")),
    ];
  },
});

function contentOf(files: readonly Text[], context: Pick<ModelContext, "contentOf">): TextSet {
  return madeOf(files.flatMap((file) => context.contentOf(file)));
}

/** The file of `name=file`. */
function behindSign(word: Text): Text {
  return literal((textOf(word) ?? "?").replace(/^[^=]*=/, ""));
}

/** Options that stand in a file are read by nobody here. */
function inFiles(name: string, words: readonly Text[]): readonly Consequence[] {
  return words.some((word) => knownPrefix(word).startsWith("@"))
    ? [cannotTell("unknown-option", `options of \`${name}\` that stand in a file`)]
    : [];
}

/** `ar rcs lib.a a.o b.o`: a letter says what to do with the archive and its members. */
function packs(args: readonly Text[]): readonly Consequence[] {
  const [told = [], ...rest] = args;
  const letters = (textOf(told) ?? "?").replace(/^-/, "");
  const files = rest.filter((word) => !knownPrefix(word).startsWith("-"));
  // With some letters a word stands in front of the archive: a member, or a count.
  const [archive, ...members] = files.slice(/[abiN]/.test(letters) ? 1 : 0);
  if (archive === undefined) return [];
  if (/[tp]/.test(letters)) return [reads(archive), prints(madeOf([archive]))];
  if (letters.includes("x"))
    return [
      reads(archive),
      ...(members.length > 0 ? members : [literal(".")]).map((path) =>
        writes(path, "create", { reach: "tree" }),
      ),
    ];
  if (letters.includes("d") || letters.includes("m") || letters.includes("s"))
    return [
      reads(archive),
      writes(archive, "change"),
      ...(/[rq]/.test(letters) ? members : []).map((path) => reads(path)),
    ];
  if (!/[rq]/.test(letters))
    return [cannotTell("unknown-option", "a letter of `ar` that sallyport does not know")];
  return [writes(archive, "change"), ...members.map((path) => reads(path))];
}
