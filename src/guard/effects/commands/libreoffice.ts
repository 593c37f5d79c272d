// libreoffice without a window: turns documents into other formats; documents may hold macros and take other files in.
import { knownPrefix, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, prints, reads, writes } from "../model/command-model.ts";
import { isFile } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { madeIn } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

export const libreoffice: CommandModel = command({
  names: ["libreoffice", "soffice", "lowriter", "localc", "loimpress", "lodraw", "unoconv"],
  options: {
    folder: taking("--outdir"),
    format: taking("--convert-to --infilter -f"),
    printer: taking("--printer-name --print-to-file --pt -pt"),
    listening: taking("--accept"),
    output: taking("-o --output"),
    style: flags(
      "--headless --invisible --norestore --nologo --nodefault --nofirststartwizard --nolockcheck --safe-mode --minimized --writer --calc --draw --impress --math --base --view -n -p --cat --convert-images-to-jpg --show -v --version -h --help --unaccept --quickstart --terminate_after_init",
    ),
    settings: flags("-env"),
  },
  effects: ({ operands, values, has }) => {
    // `-env:UserInstallation=file:///…` names where the settings of the person are kept.
    const files = operands.filter(
      (word) => isFile(word) && !knownPrefix(word).startsWith("macro:"),
    );
    const folder = values("folder").at(-1);
    return [
      ...files.map((path) => reads(path)),
      ...(has("format")
        ? files.map((path) => writes(madeIn(folder ?? literal(""), path), "create"))
        : []),
      ...values("output").map((path) => writes(path, "create", { reach: "tree" })),
      ...(operands.length === 0 && !values("listening").some((word) => textOf(word) !== "")
        ? []
        : [runsFrom("libreoffice")]),
      prints([[]]),
    ];
  },
});
