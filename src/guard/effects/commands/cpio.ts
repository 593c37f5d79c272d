// cpio: packs files whose names come in, and unpacks archives.
import { append, EMPTY, literal, type Text } from "../../shell/values/text.ts";
import { HERE, unpacksAnywhere, unpacksInto } from "../bytes/archive.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, listedFiles, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const cpio: CommandModel = command({
  names: ["cpio"],
  options: {
    extract: flags("-i --extract"),
    create: flags("-o --create"),
    pass: flags("-p --pass-through"),
    look: flags("-t --list"),
    input: taking("-I"),
    output: taking("-O"),
    archive: taking("-F --file"),
    directory: taking("-D --directory"),
    patterns: taking("-E --pattern-file"),
    toOutput: flags("--to-stdout"),
    inside: flags("--no-absolute-filenames"),
    program: taking("--rsh-command"),
    rename: taking("--rename-batch-file"),
    choice: taking("--block-size -C --io-size -H --format -R --owner -W --warning -M --message"),
    style: flags(
      "-B -c --force-local --quiet -v --verbose -V --dot -b --swap -f --nonmatching -n --numeric-uid-gid -r --rename -s --swap-bytes -S --swap-halfwords --only-verify-crc -A --append --device-independent --reproducible --ignore-devno --renumber-inodes -l --link --absolute-filenames -0 --null -a --reset-access-time -L --dereference -d --make-directories -m --preserve-modification-time --no-preserve-owner --sparse -u --unconditional -? --usage",
    ),
    about: ABOUT,
  },
  effects: (invocation, context) => {
    const { operands, has, values, stdin } = invocation;
    const [directory] = values("directory");
    const from = [...values("input"), ...values("archive")];
    const found: Consequence[] = [...values("patterns"), ...values("rename")].map((path) =>
      reads(path),
    );
    for (const program of values("program")) found.push(runsInShell(program));
    if (has("create") || has("pass")) {
      const { names, consequences } = listedFiles(literal("-"), /[\n\0]/, { stdin }, context);
      const members = names.map((name) => below(directory, name));
      const packed = madeOf(members.flatMap((path) => context.contentOf(path)));
      const outputs = has("pass") ? [] : [...values("output"), ...values("archive")];
      return [
        ...found,
        ...consequences,
        ...members.map((path) => reads(path)),
        ...outputs.map((path) => writes(path, "create", { content: packed })),
        ...(has("pass") ? operands.map((path) => unpacksInto(path, packed)) : []),
        prints(outputs.length === 0 && !has("pass") ? packed : EMPTY),
      ];
    }
    const content = [
      ...from.flatMap((path) => context.contentOf(path)),
      ...(from.length === 0 ? (stdin ?? []) : []),
    ];
    found.push(...from.map((path) => reads(path)));
    if (has("look") || has("toOutput")) return [...found, prints(madeOf(content))];
    if (!has("extract")) return [...found, cannotTell("unknown-option", "cpio without a mode")];
    // Names in the archive that begin with a slash or climb are taken as they are, unless told otherwise.
    return [
      ...found,
      unpacksInto(directory ?? HERE, content),
      ...(has("inside") ? [] : [unpacksAnywhere(content)]),
      prints(madeOf([])),
    ];
  },
});

function below(directory: Text | undefined, path: Text): Text {
  return directory === undefined ? path : append(append(directory, literal("/")), path);
}
