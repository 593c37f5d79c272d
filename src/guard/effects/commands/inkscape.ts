// inkscape without a window: draws SVG files into other formats; actions and extensions are programs.
import { knownPrefix, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { madeBeside } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

export const inkscape: CommandModel = command({
  names: ["inkscape"],
  options: {
    output: taking("-o --export-filename"),
    old: taking("-e --export-png --export-pdf --export-plain-svg --export-ps --export-eps"),
    code: taking("--actions --verb --actions-file --export-extension"),
    choice: taking(
      "-w --export-width -h --export-height -d --export-dpi -i --export-id -a --export-area -b --export-background -y --export-background-opacity --export-type --export-margin --export-ps-level --export-pdf-version --export-png-color-mode --export-png-compression --export-png-antialias --pages --export-page --pdf-page --select --query-id -I --convert-dpi-method -g --pdf-font-strategy",
    ),
    glued: maybeTaking("--export-overwrite --export-use-hints"),
    style: flags(
      "-C --export-area-page -D --export-area-drawing --export-area-snap -j --export-id-only -l -T --export-text-to-path --export-ignore-filters --export-latex -p --pipe -X --query-x -Y --query-y -W --query-width -H --query-height -S --query-all --without-gui -z --vacuum-defs --no-convert-text-baseline-spacing -V --batch-process --shell --with-gui",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, has, args }, context) => {
    if (has("about") || operands.length === 0) return [prints([[]])];
    const files = operands.filter(isFile);
    const content = madeOf(files.flatMap((path) => context.contentOf(path)));
    const outputs = [...values("output"), ...values("old")];
    const isShell = args.some((word) => knownPrefix(word) === "--shell");
    const isExported = args.some((word) => /^--export-(?:type|overwrite)/.test(textOf(word) ?? ""));
    return [
      ...files.map((path) => reads(path)),
      ...outputs.filter(isFile).map((path) => writes(path, "create", { content })),
      ...(outputs.length === 0 && isExported
        ? files.map((path) => writes(madeBeside(path), "create", { content }))
        : []),
      ...(has("code") || isShell ? [cannotTell("dynamic-code", "actions of `inkscape`")] : []),
      // What a drawing takes in, and readers of other formats.
      runsFrom("inkscape"),
      prints(content),
    ];
  },
});
