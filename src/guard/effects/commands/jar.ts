// jar, javap and jarsigner: archives of Java, what their classes hold, and who signed them.
import { literal, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../command-model.ts";
import { madeOf } from "../filter.ts";
import { optionValues } from "../option-list.ts";
import { namedFiles } from "../verbs.ts";

export const jar: CommandModel = command({
  names: ["jar", "javap", "jarsigner", "jdeps"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (words.every((word) => /^(?:--version|--help|-version|-help|-h|-\?)$/.test(word))) return [];
    const opened = [...namedFiles(args, context), prints(madeOf([]))];
    switch (name) {
      case "jar":
        return [...opened, ...archive(args, words)];
      case "jarsigner":
        return words.some((word) => /^-verify$/.test(word))
          ? opened
          : [
              ...opened,
              ...optionValues(args, "-keystore").map((path) => reads(path)),
              ...optionValues(args, "-signedjar").map((path) => writes(path, "create")),
              ...args.slice(-2, -1).map((path) => writes(path, "change")),
            ];
      default:
        return [
          ...opened,
          ...optionValues(args, "-cp", "-classpath", "--class-path", "--module-path", "-p")
            .flatMap((word) => (textOf(word) ?? "?").split(":"))
            .filter((path) => path !== "")
            .map((path) => reads(literal(path.replace(/\/?\*$/, "")), "tree", "*.class")),
          ...optionValues(args, "--generate-module-info", "--dot-output", "-dotoutput").map(
            (path) => writes(path, "create", { reach: "tree" }),
          ),
        ];
    }
  },
});

/** `jar tf x.jar`, `jar --extract --file x.jar`, `jar cfe x.jar Main -C build .`. */
function archive(args: readonly Text[], words: readonly string[]): readonly Consequence[] {
  const letters = /^-?[cutxifvme0MnPs]+$/.test(words[0] ?? "")
    ? (words[0] ?? "").replace(/^-/, "")
    : "";
  const has = (letter: string, long: string): boolean =>
    letters.includes(letter) || words.includes(long);
  const file = letters.includes("f")
    ? args
        .slice(letters.indexOf("m") >= 0 && letters.indexOf("m") < letters.indexOf("f") ? 2 : 1)
        .slice(0, 1)
    : optionValues(args, "-f", "--file");
  if (has("t", "--list") || has("i", "--describe-module") || words.includes("-d"))
    return file.map((path) => reads(path));
  if (has("x", "--extract")) {
    const places = optionValues(args, "-C", "--dir");
    return [
      ...file.map((path) => reads(path)),
      ...(places.length > 0 ? places : [literal(".")]).map((path) =>
        writes(path, "create", { reach: "tree" }),
      ),
    ];
  }
  const inputs = args
    .slice(letters === "" ? 0 : 1 + file.length)
    .filter((_, at, rest) => !(textOf(rest[at] ?? []) ?? "?").startsWith("-"));
  return [
    ...file.map((path) => writes(path, "create")),
    ...inputs.filter((path) => !file.includes(path)).map((path) => reads(path, "tree")),
  ];
}
