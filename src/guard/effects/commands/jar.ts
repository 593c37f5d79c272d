// jar, javap and jarsigner: archives of Java, what their classes hold, and who signed them.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { namedFiles } from "../model/verbs.ts";

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
  // The words behind the letters come in the order of these: the archive, the manifest, the class that starts.
  const order = [...letters].filter((letter) => "fme".includes(letter));
  const ofLetter = (letter: string): readonly Text[] =>
    order.includes(letter) ? args.slice(1 + order.indexOf(letter)).slice(0, 1) : [];
  const file = order.includes("f") ? ofLetter("f") : optionValues(args, "-f", "--file");
  if (has("t", "--list") || has("i", "--describe-module") || words.includes("-d"))
    return file.map((path) => reads(path));
  const rest = args.slice(letters === "" ? 0 : 1 + order.length);
  if (has("x", "--extract")) {
    const places = optionValues(args, "-C", "--dir");
    return [
      ...file.map((path) => reads(path)),
      ...(places.length > 0 ? places : [literal(".")]).flatMap((place) =>
        taken(letters === "" ? undefined : rest, place).map((path) =>
          writes(path, "create", { reach: "tree" }),
        ),
      ),
    ];
  }
  return [
    ...file.map((path) => writes(path, "create")),
    ...ofLetter("m").map((path) => reads(path)),
    ...packed(rest)
      .filter((path) => !file.includes(path))
      .map((path) => reads(path, "tree")),
  ];
}

/** What is packed: words, and behind `-C folder` the next of them as seen from there. */
function packed(words: readonly Text[]): readonly Text[] {
  const found: Text[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? [];
    const folder = words[at + 1];
    if (textOf(word) === "-C" && folder !== undefined) {
      found.push(append(append(folder, literal("/")), words[at + 2] ?? []));
      at += 2;
    } else if (textOf(word)?.startsWith("-") !== true) found.push(word);
  }
  return found;
}

/** The name of an entry in which no part begins with a dot or a dash. */
const PLAIN_MEMBER = /^\w[\w$.-]*(?:\/\w[\w$.-]*)*\/?$/;

/** Where what is unpacked may lie: all below the place, or below the entries that plain names pick. */
function taken(words: readonly Text[] | undefined, place: Text): readonly Text[] {
  const names = words?.map((word) => textOf(word) ?? "?") ?? [];
  const isPlain = names.every((name) => PLAIN_MEMBER.test(name));
  if (names.length === 0 || !isPlain) return [place];
  return names.map((name) => append(append(place, literal("/")), literal(name)));
}
