// od: bytes of files as numbers.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

export const od: CommandModel = filter(["od"], {
  choice: taking("-A --address-radix --endian -j --skip-bytes -N --read-bytes -t --format -S"),
  widths: maybeTaking("--strings -w --width"),
  style: flags("-v --output-duplicates --traditional -a -b -c -d -f -h -i -l -o -s -x"),
});
