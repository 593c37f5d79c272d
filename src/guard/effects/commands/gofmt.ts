// gofmt: shows how Go files would be formatted; writing them back is not modelled.
import { literal } from "../../shell/text.ts";
import { type CommandModel, command, prints, reads } from "../command-model.ts";
import { madeOf } from "../filter.ts";
import { flags, taking } from "../option-list.ts";

export const gofmt: CommandModel = command({
  names: ["gofmt"],
  options: { style: flags("-l -d -s -e"), rewriting: taking("-r") },
  effects: ({ operands, stdin }, context) => {
    const roots = operands.length === 0 && stdin === undefined ? [literal("/dev/stdin")] : operands;
    const texts = [...roots.flatMap((root) => context.contentOf(root)), ...(stdin ?? [])];
    return [
      ...operands.map((root) => (context.isFile(root) ? reads(root) : reads(root, "tree", "*.go"))),
      prints(madeOf(texts)),
    ];
  },
});
