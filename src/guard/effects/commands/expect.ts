// expect and unbuffer: run a program on a terminal of its own and answer what it asks.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { madeOf } from "../model/filter.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";
import { originOfFile, unbounded } from "../languages/interpret.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";

export const expect: CommandModel = command({
  names: ["expect", "unbuffer", "autoexpect"],
  optionsEnd: "first-operand",
  options: {
    code: taking("-c"),
    file: taking("-f -b"),
    debugging: taking("-D"),
    style: flags("-d -i -n -N -v -h -p -q -version --version --help"),
  },
  effects: ({ name, operands, values, stdin, has }, context) => {
    if (name === "unbuffer")
      return operands.length === 0
        ? []
        : [...compresses(["tclsh8.6", "sh", "stty"]), { kind: "run", argv: operands, stdin }];
    const texts = [
      ...values("code"),
      ...(operands.length === 0 && values("file").length === 0 ? (stdin ?? []) : []),
    ];
    const files = [...values("file"), ...(has("code") ? [] : operands.slice(0, 1))].filter(
      (path) => textOf(path) !== "-",
    );
    return [
      ...files.flatMap((path) => [reads(path), ...unbounded(originOfFile(path, context), name)]),
      ...texts.flatMap((text): readonly Consequence[] => [
        ...started(textOf(text)),
        ...unbounded(originOf(textOf(text)), name),
      ]),
      prints(madeOf(texts)),
    ];
  },
});

function originOf(text: string | undefined): CodeOrigin {
  if (text === undefined) return "unknown";
  return obeysNetwork(text) ? "download" : "inline";
}

/** Programs that a text starts, and files that it opens, where that stands plainly. */
function started(text: string | undefined): readonly Consequence[] {
  return [
    ...(text ?? "").matchAll(
      /(?:^|[;\n{[])\s*(spawn|exec|system|open|source)\s+(?:-\w+\s+)*([^;\n\]}]+)/g,
    ),
  ].flatMap(([, how = "", words = ""]): readonly Consequence[] =>
    how === "open" || how === "source"
      ? [
          reads(
            literal(
              words
                .trim()
                .split(/\s+/)[0]
                ?.replace(/^["{]|["}]$/g, "") ?? "",
            ),
          ),
        ]
      : shellRuns(words.replace(/[{}]/g, "'")),
  );
}
