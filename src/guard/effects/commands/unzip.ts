// unzip: unpacks archives below a directory, or to the output.
import {
  append,
  dropKnown,
  knownPrefix,
  literal,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import { HERE, unpacksAnywhere, unpacksInto } from "../bytes/archive.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const unzip: CommandModel = command({
  names: ["unzip", "zipinfo", "funzip"],
  options: {
    directory: taking("-d"),
    output: flags("-p -c"),
    look: flags("-l -t -Z -z"),
    anywhere: flags("-:"),
    password: taking("-P"),
    encoding: taking("-O -I"),
    style: flags(
      "-f -u -v -n -o -j -U -C -X -K -q -a -aa -b -B -D -DD -E -F -i -J -L -LL -M -N -s -S -T -V -W -Y -^ -h -hh -1 -2 -m",
    ),
    excludes: flags("-x"),
    about: ABOUT,
  },
  effects: ({ name, operands, has, values, stdin, args }, context) => {
    const [archive] = operands;
    if (archive === undefined) return name === "funzip" ? [prints(madeOf(stdin ?? []))] : [];
    // Wildcards that the shell left alone are looked up by unzip itself.
    const pattern = textOf(archive);
    const found: Consequence[] = isFile(archive) ? [reads(archive)] : [];
    if (pattern !== undefined && /[*?[]/.test(pattern))
      found.push(reads([{ kind: "glob", glob: pattern }]));
    if (textOf(archive)?.endsWith(".zip") !== true && isFile(archive))
      found.push(reads(append(archive, literal(".zip"))));
    const content = isFile(archive) ? context.contentOf(archive) : (stdin ?? []);
    if (context.variable("UNZIP") !== undefined)
      found.push(cannotTell("unknown-option", "options of unzip in a variable"));
    // A lone -v lists as well.
    if (has("output") || has("look") || name !== "unzip")
      return [...found, prints(madeOf(content))];
    const glued = args
      .filter((word) => /^-d./.test(knownPrefix(word)))
      .map((word) => dropKnown(word, 2));
    // Of several in one spelling the last one counts, where they are not an error.
    const directories: readonly Text[] = [...values("directory").slice(-1), ...glued.slice(-1)];
    for (const directory of directories.length === 0 ? [HERE] : directories) {
      found.push(unpacksInto(directory, content));
      if (has("excludes")) continue;
      for (const member of operands.slice(1))
        found.push(writes(append(append(directory, literal("/")), member), "create", { content }));
    }
    if (has("anywhere")) found.push(unpacksAnywhere(content));
    return [...found, prints(madeOf([]))];
  },
});
