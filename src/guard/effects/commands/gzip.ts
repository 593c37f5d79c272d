// gzip and its relatives: compress files in place, or to the output.
import type { CommandModel } from "../model/command-model.ts";
import { compressor } from "../bytes/compressor.ts";
import { inflate } from "../../bytes/inflate.ts";
import { ABOUT, DIGITS, flags, taking } from "../model/option-list.ts";

export const gzip: CommandModel = compressor({
  names: ["gzip", "gunzip", "zcat", "gzcat", "uncompress", "pigz", "unpigz"],
  unpacking: ["gunzip", "uncompress", "unpigz"],
  printing: ["zcat", "gzcat"],
  suffixes: {
    ".tgz": ".tar",
    ".taz": ".tar",
    ".gz": "",
    ".z": "",
    ".Z": "",
    "-gz": "",
    "-z": "",
    _z: "",
  },
  added: ".gz",
  scripts: ["gunzip", "zcat", "gzcat", "uncompress"],
  deletesInput: true,
  options: {
    unpack: flags("-d --decompress --uncompress"),
    stdout: flags("-c --stdout --to-stdout"),
    keep: flags("-k --keep"),
    look: flags("-l --list -t --test"),
    recursive: flags("-r --recursive"),
    suffix: taking("-S --suffix"),
    restore: flags("-N --name"),
    number: taking("-b --bits -p --processes"),
    style: flags(
      "-f --force -h -L --license -n --no-name -q --quiet --rsyncable -v --verbose -V --fast --best --synchronous -a --ascii -i",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  // The parallel one takes the plain format of zlib too.
  unpackedOf: (binary, name) =>
    inflate(binary, "gzip") ?? (name.endsWith("pigz") ? inflate(binary, "zlib") : undefined),
});
