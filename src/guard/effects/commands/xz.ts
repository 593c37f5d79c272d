// xz and lzma: compress files in place, or to the output.
import type { CommandModel } from "../model/command-model.ts";
import { compressor } from "../bytes/compressor.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";
import { unpackStoredXz } from "../../bytes/uncompressed-blocks.ts";

export const xz: CommandModel = compressor({
  names: ["xz", "unxz", "xzcat", "lzma", "unlzma", "lzcat"],
  unpacking: ["unxz", "unlzma"],
  printing: ["xzcat", "lzcat"],
  suffixes: { ".txz": ".tar", ".tlz": ".tar", ".xz": "", ".lzma": "", ".lz": "" },
  added: ".xz",
  deletesInput: true,
  options: {
    unpack: flags("-d --decompress --uncompress"),
    pack: flags("-z --compress"),
    stdout: flags("-c --stdout --to-stdout"),
    keep: flags("-k --keep"),
    look: flags("-l --list -t --test"),
    suffix: taking("-S --suffix"),
    lists: maybeTaking("--files --files0"),
    choice: taking(
      "-F --format -C --check -T --threads --block-size --block-list --flush-timeout --memlimit-compress --memlimit-decompress --memlimit-mt-decompress -M --memlimit --memory",
    ),
    filters: maybeTaking(
      "--lzma1 --lzma2 --x86 --arm --armthumb --arm64 --powerpc --ia64 --sparc --delta",
    ),
    style: flags(
      "--best --fast -f --force --single-stream --no-sparse --ignore-check -e --extreme -q --quiet -v --verbose -Q --no-warn --robot --info-memory --no-adjust -h -H --long-help -V",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  unpackedOf: unpackStoredXz,
});
