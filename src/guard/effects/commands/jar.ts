// jar, javap and jarsigner: archives of Java, what their classes hold, and who signed them.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { namedFiles } from "../model/verbs.ts";

export const jar: CommandModel = command({
  names: ["jar"],
  own: "letters of the first word, with a dash or without, say in their order what the words behind it are: `jar cfe a.jar Main`",
  options: {},
  effects: ({ args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (words.every((word) => /^(?:--version|--help|-h|-\?)$/.test(word))) return [];
    return [...namedFiles(args, context), prints(madeOf([])), ...archive(args, words)];
  },
});

export const jarsigner: CommandModel = command({
  names: ["jarsigner"],
  options: {
    keys: role("input", taking("-keystore -certchain -conf")),
    output: role("output", taking("-signedjar")),
    asked: role("url", taking("-tsa")),
    code: taking("-altsigner -altsignerpath -providerClass -addprovider -providerPath"),
    choice: taking(
      "-storepass -storetype -keypass -sigfile -digestalg -sigalg -tsacert -tsapolicyid -tsadigestalg -providerName -providerArg -storepass:env -storepass:file -keypass:env -keypass:file",
    ),
    verify: flags("-verify"),
    style: flags(
      "-verbose -verbose:all -verbose:grouped -verbose:summary -certs -revCheck -internalsf -sectionsonly -protected -strict",
    ),
    about: flags("-help --help -h -? -version --version"),
  },
  effects: ({ args, operands, has }, context) => {
    if (has("about")) return [];
    return [
      ...namedFiles(args, context),
      prints(madeOf([])),
      ...(has("code") ? [runsFrom("jarsigner")] : []),
      ...(has("verify") ? [] : operands.slice(0, -1).map((path) => writes(path, "change"))),
    ];
  },
});

const places = taking("-cp -classpath --class-path --module-path --upgrade-module-path");

export const javap: CommandModel = command({
  names: ["javap"],
  options: {
    places,
    choice: taking("--module -m --system -bootclasspath --multi-release"),
    style: flags(
      "-v -verbose -l -public -protected -package -p -private -c -s -sysinfo -constants",
    ),
    about: flags("--help -help -h -? -version --version"),
  },
  effects: (invocation, context) => looks(invocation, context),
});

export const jdeps: CommandModel = command({
  names: ["jdeps"],
  options: {
    places,
    output: role(
      "output tree",
      taking("-dotoutput --dot-output --generate-module-info --generate-open-module"),
    ),
    choice: taking(
      "--system --add-modules --multi-release -m --module --check -p -package --package -e -regex --regex --require -f -filter -include",
    ),
    style: flags(
      "-s -summary -v -verbose -verbose:package -verbose:class -apionly --api-only -jdkinternals --jdk-internals -q -quiet --list-deps --list-reduced-deps --print-module-deps --ignore-missing-deps -filter:package -filter:archive -filter:module -filter:none --missing-deps -P -profile -R --recursive --no-recursive -I --inverse --compile-time",
    ),
    about: flags("--help -help -h -? -version --version"),
  },
  effects: (invocation, context) => looks(invocation, context),
});

function looks({ args, values, has }: Invocation, context: ModelContext): readonly Consequence[] {
  if (has("about")) return [];
  return [
    ...namedFiles(args, context),
    prints(madeOf([])),
    ...values("places")
      .flatMap((word) => (textOf(word) ?? "?").split(":"))
      .filter((path) => path !== "")
      .map((path) => reads(literal(path.replace(/\/?\*$/, "")), "tree", "*.class")),
  ];
}

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
