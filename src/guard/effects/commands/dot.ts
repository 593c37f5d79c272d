// dot and the other programs of Graphviz: draw graphs.
import { append, hole, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

export const dot: CommandModel = command({
  names: ["dot", "neato", "fdp", "sfdp", "circo", "twopi", "osage", "patchwork"],
  options: {
    output: taking("-o"),
    outputs: flags("-O"),
    library: taking("-l"),
    choice: taking("-T -G -N -E -A -K -s -n -q"),
    glued: maybeTaking("-P"),
    style: flags("-V -v -x -y -c -Lg -LO -Ln -?"),
  },
  effects: ({ operands, stdin, has, values }, context) => {
    const { opened, texts } = inputsOf(operands, stdin, context);
    const suffix: Text = [hole("unmodelled", { splits: false, like: "*" })];
    const beside = has("outputs") ? operands.map((path) => append(path, suffix)) : [];
    const written = [...values("output"), ...beside].filter((path) => textOf(path) !== "");
    return [
      ...[...opened, ...values("library").map((path) => reads(path))],
      ...written.map((path) => writes(path, "create", { content: madeOf(texts) })),
      prints(madeOf(texts)),
    ];
  },
});
