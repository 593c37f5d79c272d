// guile and other Schemes and Lisps: run code from an option, a file or the input; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const guile = oneLiner({
  names: ["guile", "guile3.0", "racket", "csi", "chez", "chezscheme", "sbcl", "clisp", "ecl"],
  language: sighted("Scheme code"),
  code: "-c -e --eval --expr -x --eval-expr",
  files: "-s -l --load -f --script",
  loads: "-L -C -t -r",
  flags:
    "-q --no-auto-compile --noinform --non-interactive --no-userinit --quit --disable-debugger --auto-compile",
  about: "-v --version -h --help",
});
