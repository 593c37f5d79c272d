// lz4: compresses files beside themselves, or into the file that is named behind one.
import type { CommandModel } from "../model/command-model.ts";
import { compressor } from "../bytes/compressor.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";
import { unpackLz4 } from "../../bytes/uncompressed-blocks.ts";

export const lz4: CommandModel = compressor({
  names: ["lz4", "unlz4", "lz4cat", "lz4c"],
  unpacking: ["unlz4"],
  printing: ["lz4cat"],
  suffixes: { ".lz4": "" },
  added: ".lz4",
  deletesInput: false,
  isOutputSecond: true,
  options: {
    unpack: flags("-d --decompress --uncompress"),
    pack: flags("-z --compress"),
    stdout: flags("-c --stdout --to-stdout"),
    keep: flags("-k --keep"),
    remove: flags("--rm"),
    look: flags("-t --test --list"),
    many: flags("-m --multiple"),
    recursive: flags("-r"),
    dictionary: taking("-D"),
    numbers: maybeTaking("-B -b -e -i -T --fast --best --threads"),
    style: flags(
      "-f --force -l -v --verbose -q --quiet -h -H -V --sparse --no-sparse --content-size --no-content-size --frame-crc --no-frame-crc --no-crc --favor-decSpeed -n",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  unpackedOf: unpackLz4,
});
