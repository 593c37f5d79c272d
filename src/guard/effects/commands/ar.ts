// ar, ranlib, strip and objcopy: archives of object files, and copies of them with less or other content.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";

/** Options of strip and objcopy with a value in the next word. */
const TAKING =
  /^-(?:[FIObBKNRjGWLoi]|-(?:input-target|output-target|target|remove-section|keep-section|keep-symbol|strip-symbol|only-section|add-section|update-section|set-section-flags|rename-section|redefine-sym|globalize-symbol|localize-symbol|weaken-symbol|add-gnu-debuglink|dump-section|prefix-symbols|strip-unneeded-symbol|set-start|gap-fill|pad-to))$/;

export const ar: CommandModel = command({
  names: [
    "ar",
    "ranlib",
    "strip",
    "objcopy",
    "llvm-ar",
    "llvm-ranlib",
    "llvm-strip",
    "llvm-objcopy",
  ],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.every((word) => /^(?:--version|--help|-V|-h)$/.test(word ?? "?"))) return [];
    const strange = words.some(
      (word) => word?.startsWith("@") === true || word?.startsWith("--plugin") === true,
    )
      ? [cannotTell("unknown-option", `options of \`${name}\` that stand in a file, or a plugin`)]
      : [];
    const kind = name.replace("llvm-", "");
    if (kind === "ar") return [...strange, ...archives(args)];
    const outputs = optionValues(args, "-o");
    const files = args.filter(
      (word, at) => !knownPrefix(word).startsWith("-") && !TAKING.test(words[at - 1] ?? ""),
    );
    const [input, output] = files;
    const added = args.flatMap((word, at) =>
      /^--(?:add|update)-section$/.test(words[at - 1] ?? "")
        ? [literal((textOf(word) ?? "?").replace(/^[^=]*=/, ""))]
        : [],
    );
    const written =
      kind === "objcopy"
        ? files.length > 1
          ? [output ?? []]
          : [input ?? []]
        : outputs.length > 0
          ? outputs
          : files;
    return [
      ...strange,
      ...[...(kind === "objcopy" ? files.slice(0, 1) : files), ...added].map((path) => reads(path)),
      ...written.map((path) =>
        writes(path, "change", {
          content: madeOf(files.flatMap((file) => context.contentOf(file))),
        }),
      ),
      ...args.flatMap((word, at) =>
        words[at - 1] === "--dump-section"
          ? [writes(literal((textOf(word) ?? "?").replace(/^[^=]*=/, "")), "create")]
          : [],
      ),
    ];
  },
});

/** `ar rcs lib.a a.o b.o`: a letter says what to do with the archive and its members. */
function archives(args: readonly Text[]): readonly Consequence[] {
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
