// date: the time in a format; setting the clock changes the machine.
import { append, EMPTY, hole, knownPrefix, literal, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, prints, reads } from "../command-model.ts";
import { ABOUT, flags, maybeTaking, taking } from "../option-list.ts";

const SETS_CLOCK: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "machine", operation: "set-clock" },
};

export const date: CommandModel = command({
  names: ["date", "gdate"],
  options: {
    set: taking("-s --set"),
    file: taking("-f --file"),
    when: taking("-d --date -r --reference --rfc-3339 -v"),
    iso: maybeTaking("-I --iso-8601"),
    style: flags(
      "--debug --resolution -R --rfc-email --rfc-822 --rfc-2822 -u --utc --universal -j -n",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const format = operands.find((word) => knownPrefix(word).startsWith("+"));
    const sets = has("set") || operands.some((word) => !knownPrefix(word).startsWith("+"));
    return [
      ...(sets ? [SETS_CLOCK] : []),
      ...values("file").map((path) => reads(path)),
      prints([append(outputOf(format, has("iso")), literal("\n"))]),
    ];
  },
});

/** Formats that print digits and nothing that could be a way in a path. */
const DIGITS = /^[-_0^#]?\d*[YmdHMSsNjyuwVWUGgCIFTRzZqkl]$/;

function outputOf(format: Text | undefined, isIso: boolean): Text {
  const text = format === undefined ? undefined : textOf(format);
  const part = hole("unmodelled", { splits: false, like: "[0-9]*" });
  if (format === undefined) return [isIso ? part : hole("unmodelled")];
  if (text === undefined) return [hole("unmodelled")];
  return text
    .slice(1)
    .split(/(%[-_0^#]?\d*[a-zA-Z%+:]+?)/)
    .reduce<Text>((result, piece) => {
      if (piece === "%%") return append(result, literal("%"));
      if (piece === "%n") return append(result, literal("\n"));
      if (!piece.startsWith("%"))
        return append(result, piece === "" ? (EMPTY[0] ?? []) : literal(piece));
      return append(result, [
        DIGITS.test(piece.slice(1)) && !/[zZkl]$/.test(piece) ? part : hole("unmodelled"),
      ]);
    }, []);
}
