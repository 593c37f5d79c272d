// zstd: compresses files beside themselves, or to the output.
import type { CommandModel } from "../model/command-model.ts";
import { compressor } from "../bytes/compressor.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";
import { unpackZstd } from "../../bytes/uncompressed-blocks.ts";

export const zstd: CommandModel = compressor({
  names: ["zstd", "unzstd", "zstdcat", "zstdmt"],
  unpacking: ["unzstd"],
  printing: ["zstdcat"],
  suffixes: { ".tzst": ".tar", ".zst": "", ".zstd": "" },
  added: ".zst",
  deletesInput: false,
  dictionary: "dictionary",
  options: {
    unpack: flags("-d --decompress --uncompress"),
    pack: flags("-z --compress"),
    stdout: flags("-c --stdout"),
    keep: flags("-k --keep"),
    remove: flags("--rm"),
    look: flags("-l --list -t --test"),
    output: taking("-o"),
    recursive: flags("-r"),
    lists: taking("--filelist"),
    flatFolder: taking("--output-dir-flat"),
    mirrorFolder: taking("--output-dir-mirror"),
    trains: maybeTaking("--train --train-cover --train-fastcover --train-legacy"),
    trained: taking("--maxdict --dictID"),
    dictionary: taking("-D --patch-from"),
    numbers: maybeTaking(
      "-T -M -B -b -e -i --threads --fast --long --adapt --memory --memlimit --format --stream-size --size-hint --auto-threads --target-compressed-block-size --block-size",
    ),
    style: flags(
      "--best --no-name --pass-through --no-pass-through --row-match-finder --no-row-match-finder -S -f --force -h -H -v --verbose -q --quiet --ultra --single-thread --rsyncable --exclude-compressed --no-dictID --check --no-check --sparse --no-sparse --progress --no-progress --no-compress-literals --compress-literals --content-size --no-content-size --asyncio --no-asyncio -V -n",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  unpackedOf: unpackZstd,
});
