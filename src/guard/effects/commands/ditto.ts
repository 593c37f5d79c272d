// ditto: trees are copied, packed and unpacked on macOS.
import { type CommandModel, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { copiedOperands } from "../paths/destinations.ts";
import { flags, taking } from "../model/option-list.ts";

export const ditto: CommandModel = command({
  names: ["ditto"],
  options: {
    about: flags("-h --help"),
    packs: flags("-c"),
    unpacks: flags("-x"),
    style: flags(
      "-z -j -k -v -V -X --rsrc --norsrc --extattr --noextattr --qtn --noqtn --acl --noacl --sequesterRsrc --keepParent --nocache --hfsCompression --nohfsCompression --preserveHFSCompression --nopreserveHFSCompression --clone --noclone --zlibCompressionLevel --nonAtomicCopies",
    ),
    named: taking("--arch --bom --password --lang"),
  },
  effects: ({ operands, has }) => {
    if (has("about")) return [];
    const sources = copiedOperands(operands);
    return [
      ...sources.map((path) => reads(path, has("unpacks") ? "entry" : "tree")),
      ...operands
        .slice(-1)
        .map((path) => writes(path, "create", { reach: has("packs") ? "entry" : "tree" })),
    ];
  },
});
