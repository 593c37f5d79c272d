// bb, clojure, raku, ghc, swift, nim, crystal and others: run code from an option or a file; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

const about = "-v --version -h --help";

export const clojure = oneLiner({
  names: ["bb", "lein-exec", "planck", "lumo", "nbb", "joker"],
  language: sighted("Clojure code"),
  code: "-e --eval",
  files: "-f --file -i --init",
  loads: "-cp --classpath -m --main -x -X -M",
  about,
});

export const raku = oneLiner({
  names: ["raku", "perl6", "rakudo"],
  language: sighted("Raku code"),
  code: "-e",
  loads: "-I -M",
  flags: "-n -p",
  about,
});

export const otherLanguages = oneLiner({
  names: [
    "ocaml",
    "crystal",
    "nim",
    "nimscript",
    "octave",
    "octave-cli",
    "maxima",
    "scilab",
    "janet",
    "fennel",
    "newlisp",
    "picolisp",
    "gst",
    "pike",
    "rdmd",
    "swipl",
    "gprolog",
  ],
  language: sighted("code of another language"),
  code: "-e --eval -g -x",
  loads: "-I -L",
  about,
});
