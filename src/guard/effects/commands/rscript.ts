// Rscript and R: run code from an option, a file or the input.
import { oneLiner } from "../languages/one-liner.ts";
import { printedByR, r } from "../languages/r.ts";

export const rscript = oneLiner({
  names: ["Rscript", "R", "littler"],
  language: r,
  code: "-e",
  files: "-f --file",
  values: "--default-packages --encoding --args",
  flags:
    "--vanilla --slave --no-echo --no-save --no-restore --no-init-file --no-site-file --no-environ --quiet -q -s --silent --verbose",
  about: "--version --help -h",
  printed: printedByR,
});
