// coredumpctl: what programs left in memory when they died, which may be anything that they knew.
import { literal } from "../../shell/values/text.ts";
import { reads, writes } from "../model/command-model.ts";
import { optionValues } from "../model/option-list.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";
import { unbounded } from "../languages/interpret.ts";

export const coredumpctl = classifiedBySubcommand({
  readOnly: { coredumpctl: /^((-\S+\s+)*(list|info)(\s+\S+)*|--no-pager|)$/ },
  otherwise: ({ args, words }) => [
    reads(literal("/var/lib/systemd/coredump"), "tree"),
    ...optionValues(args, "-o", "--output").map((path) => writes(path, "create")),
    // A debugger is started, which runs what it is told.
    ...(words.some((word) => /^(?:debug|gdb)$/.test(word)) ? unbounded("inline", "gdb") : []),
  ],
});
