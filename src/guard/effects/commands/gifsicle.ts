// gifsicle: makes and changes animated GIF files.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, writes } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { isFile } from "../model/filter.ts";
import { madeBeside } from "../arguments/generated-names.ts";

export const gifsicle: CommandModel = fileProgram({
  names: ["gifsicle"],
  operands: "inputs",
  inPlace: "-b --batch",
  outputs: "-o --output",
  inputs: "--use-colormap",
  choices:
    "--delete --insert-before --append --replace -B --background --crop -S --logical-screen -p --position -t --transparent -c --comment -n --name -d --delay -D --disposal -k --colors --color-method --gamma --resize --resize-width --resize-height --resize-fit --resize-touch --scale --resize-method --resize-colors -j --threads",
  glued: "-l --loopcount -O --optimize --lossy -f --dither",
  flags:
    "-m --merge -e --explode -E --explode-by-name -I --info --color-info --cinfo --extension-info --xinfo --size-info --sinfo -V --verbose -h -w --no-warnings --no-ignore-errors --conserve-memory --multifile --done --crop-transparency --flip-horizontal --flip-vertical -i --interlace --rotate-90 --rotate-180 --rotate-270 --no-rotate --no-comments --no-names --no-extensions -U --unoptimize --careful --same-delay --no-background",
  more: ({ args, operands }) =>
    args.some((word) => /^(?:-[eE]|--explode.*)$/.test(textOf(word) ?? ""))
      ? operands.filter(isFile).map((path) => writes(madeBeside(path), "create"))
      : [],
});
