// groff, nroff, troff and man's other helpers: set texts in pages; a text of theirs names files and, if let, commands.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Requests that take files in by name, write them, or run commands where that is let. */
const REQUEST =
  /^[.'][ \t]*(?:so|mso|msoquiet|soquiet|psbb|open|opena|pi|sy|cf|trf|hpf|hpfa|PSPIC|nx|warn|de|am|di|ig|if|ie|el|while)\b|\\X/m;
/** Programs that `groff`, `nroff` and `man` put one after the other. */
export const HELPERS: readonly string[] =
  "sh locale nroff groff troff grotty grops gropdf grolj4 grohtml pre-grohtml post-grohtml preconv tbl eqn neqn pic refer grn soelim chem".split(
    " ",
  );
const INCLUDED = /^[.'][ \t]*(?:so|soquiet|mso|cf|trf|nx|psbb|PSPIC)[ \t]+(\S+)/gm;

const effects: CommandModel["effects"] = ({ operands, stdin, has, name }, context) => {
  if (has("about")) return [];
  const { opened, texts } = inputsOf(operands, stdin, context);
  const known = texts.map((text) => textOf(text));
  const isPlain = known.every((text) => text !== undefined && !REQUEST.test(text));
  const included = known.flatMap((text) => [...(text ?? "").matchAll(INCLUDED)]);
  return [
    ...opened,
    ...compresses(name.endsWith("roff") && name !== "troff" ? HELPERS : []),
    ...included.map(([, path = ""]) => reads(literal(path))),
    ...(isPlain ? [] : [runsFrom(name, operands.length > 0 ? "project" : "inline")]),
    prints(madeOf(texts.length === 0 ? EMPTY : texts)),
  ];
};

export const groff: CommandModel = command({
  names: ["groff", "nroff", "troff", "refer", "grap"],
  options: {
    trees: role("input tree", taking("-F -I -M")),
    choice: taking("-d -f -K -L -n -o -P -r -T -w -W"),
    macro: taking("-m"),
    glued: maybeTaking("-D"),
    style: flags(
      "-U -h -v -V -e -g -j -k -p -s -t -G -J -R -a -b -c -i -l -z -C -E -N -S -X -Z -q -u",
    ),
    about: ABOUT,
  },
  effects,
});

/** WHY one model each: a letter that takes a value in groff takes none in some of these. */
export const groffHelpers: readonly CommandModel[] = [
  helper(["tbl"], "", "-C -v"),
  helper(["eqn", "neqn"], "-d -f -m -p -s -T", "-C -N -R -r -v"),
  helper(["pic"], "-T", "-C -n -S -U -c -t -v -x -z"),
  helper(["soelim"], "", "-C -r -t -v"),
  helper(["preconv"], "-D -e", "-d -h -r -v"),
];

function helper(names: readonly string[], choice: string, style: string): CommandModel {
  return command({
    names,
    options: {
      trees: role("input tree", taking(names.includes("soelim") ? "-I" : "-M")),
      ...(choice === "" ? {} : { choice: taking(choice) }),
      style: flags(style),
      about: ABOUT,
    },
    effects,
  });
}
