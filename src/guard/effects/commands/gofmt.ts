// gofmt and goimports: show how Go files would be formatted, and write them back with -w.
import { literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { sourcesBelow } from "../paths/source-trees.ts";

export const gofmt: CommandModel = command({
  names: ["gofmt", "goimports", "gofumpt"],
  options: {
    style: flags("-l -d -s -e -v -extra"),
    write: flags("-w"),
    rewriting: taking("-r -local -lang -modpath -srcdir"),
  },
  effects: ({ operands, stdin, has }, context) => {
    const roots = operands.length === 0 && stdin === undefined ? [literal("/dev/stdin")] : operands;
    const texts = [...roots.flatMap((root) => context.contentOf(root)), ...(stdin ?? [])];
    return [
      ...operands.map((root) => (context.isFile(root) ? reads(root) : reads(root, "tree", "*.go"))),
      ...(has("write")
        ? operands.flatMap((root): readonly Consequence[] =>
            context.isFile(root)
              ? [writes(root, "change")]
              : sourcesBelow(root, "go", context).map((path) => writes(path, "change")),
          )
        : []),
      prints(madeOf(texts)),
    ];
  },
});
