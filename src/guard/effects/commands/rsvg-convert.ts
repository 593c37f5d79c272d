// rsvg-convert: draws SVG files; a drawing may take in pictures that lie beside it.
import { EMPTY, textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { isFile, readsUnknown } from "../model/filter.ts";

/** A reference that is neither inside the drawing nor a link that nobody follows. */
const TAKES_IN =
  /\bhref\s*=\s*["'](?!#|data:|https?:|mailto:)|@import|<!ENTITY|url\(\s*["']?(?!#|data:)|<xi:include/i;

export const rsvgConvert: CommandModel = fileProgram({
  names: ["rsvg-convert"],
  operands: "inputs",
  inputs: "-s --stylesheet",
  outputs: "-o --output",
  choices:
    "-l --accept-language -b --background-color -i --export-id -f --format --left --page-height --page-width -d --dpi-x -p --dpi-y -w --width -h --height --top -z --zoom -x --x-zoom -y --y-zoom",
  flags: "-? -a --keep-aspect-ratio --keep-image-data --no-keep-image-data -u --unlimited -v",
  more: ({ operands, stdin }, context) => {
    const files = operands.filter(isFile);
    const texts =
      files.length > 0 ? files.flatMap((path) => context.textAt(path)) : (stdin ?? EMPTY);
    return texts
      .map((text) => textOf(text))
      .some((text) => text === undefined || TAKES_IN.test(text))
      ? readsUnknown("files that a drawing takes in")
      : [];
  },
});
