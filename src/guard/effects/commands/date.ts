// date: the time in a format; setting the clock changes the machine.
import {
  append,
  EMPTY,
  hole,
  knownPrefix,
  literal,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const SETS_CLOCK: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "machine", operation: "set-clock" },
};

export const date: CommandModel = command({
  names: ["date", "gdate"],
  options: {
    set: taking("-s --set"),
    file: role("input", taking("-f --file")),
    when: taking("-d --date -r --reference --rfc-3339 -v"),
    iso: maybeTaking("-I --iso-8601"),
    style: flags(
      "--debug --resolution -R --rfc-email --rfc-822 --rfc-2822 -u --utc --universal -j -n",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has }) => {
    const format = operands.find((word) => knownPrefix(word).startsWith("+"));
    const sets = has("set") || operands.some((word) => !knownPrefix(word).startsWith("+"));
    return [
      ...(sets ? [SETS_CLOCK] : []),
      prints([append(outputOf(format, has("iso"), !has("when")), literal("\n"))]),
    ];
  },
});

/** Formats that print digits and nothing that could be a way in a path. */
const DIGITS = /^[-_0^#]?\d*[YmdHMSsNjyuwVWUGgCIFTRzZqkl]$/;

/** How many digits stand for a part of today's date, and what stands between them. */
const TODAY: Readonly<Record<string, string>> = {
  "%Y": "dddd",
  "%m": "dd",
  "%d": "dd",
  "%H": "dd",
  "%M": "dd",
  "%S": "dd",
  "%y": "dd",
  "%j": "ddd",
  "%F": "dddd-dd-dd",
  "%T": "dd:dd:dd",
  "%R": "dd:dd",
  "%s": "dddddddddd",
};

/** A part of the output; `isToday`, that no option says of another time. */
function partOf(piece: string, isToday: boolean): Text {
  const shape = isToday && Object.hasOwn(TODAY, piece) ? TODAY[piece] : undefined;
  if (shape !== undefined)
    return [hole("unmodelled", { splits: false, like: shape.replaceAll("d", "[0-9]") })];
  const isNumber = DIGITS.test(piece.slice(1)) && !/[zZkl]$/.test(piece);
  return [isNumber ? hole("unmodelled", { splits: false, like: "[0-9]*" }) : hole("unmodelled")];
}

function outputOf(format: Text | undefined, isIso: boolean, isToday: boolean): Text {
  const text = format === undefined ? undefined : textOf(format);
  if (format === undefined)
    return [isIso ? hole("unmodelled", { splits: false, like: "[0-9]*" }) : hole("unmodelled")];
  if (text === undefined) return [hole("unmodelled")];
  return text
    .slice(1)
    .split(/(%[-_0^#]?\d*[a-zA-Z%+:]+?)/)
    .reduce<Text>((result, piece) => {
      if (piece === "%%") return append(result, literal("%"));
      if (piece === "%n") return append(result, literal("\n"));
      if (!piece.startsWith("%"))
        return append(result, piece === "" ? (EMPTY[0] ?? []) : literal(piece));
      return append(result, partOf(piece, isToday));
    }, []);
}
