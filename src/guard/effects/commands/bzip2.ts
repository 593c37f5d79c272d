// bzip2 and its relatives: compress files in place, or to the output.
import type { CommandModel } from "../model/command-model.ts";
import { compressor } from "../bytes/compressor.ts";
import { ABOUT, DIGITS, flags } from "../model/option-list.ts";

export const bzip2: CommandModel = compressor({
  names: ["bzip2", "bunzip2", "bzcat"],
  unpacking: ["bunzip2"],
  printing: ["bzcat"],
  suffixes: { ".tbz2": ".tar", ".tbz": ".tar", ".bz2": "", ".bz": "" },
  added: ".bz2",
  deletesInput: true,
  options: {
    unpack: flags("-d --decompress"),
    pack: flags("-z --compress"),
    stdout: flags("-c --stdout"),
    keep: flags("-k --keep"),
    look: flags("-t --test"),
    style: flags(
      "-f --force -q --quiet -v --verbose -L --license -V -s --small -h --fast --best --repetitive-fast --repetitive-best",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
});
