// Operators of the common languages on constants: texts and lists put together, formats, arithmetic of whole numbers.
import { formatted, isWord } from "./constant-formats.ts";
import {
  binary,
  byteList,
  bytes,
  type Constant,
  giveUp,
  holds,
  isList,
  number,
  SIZE_MAX,
  text,
  together,
} from "./constant-values.ts";
/** How tightly operators bind. */
export const BINDING: Readonly<Record<string, number>> = {
  "?": 1,
  "||": 2,
  "??": 2,
  or: 2,
  "&&": 3,
  and: 3,
  "==": 4,
  "===": 4,
  "!=": 4,
  "!==": 4,
  eq: 4,
  ne: 4,
  in: 4,
  "<": 4,
  ">": 4,
  "<=": 4,
  ">=": 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  ".": 9,
  "..": 9,
  "*": 10,
  "/": 10,
  "//": 10,
  "%": 10,
  x: 10,
  "=~": 11,
  "**": 12,
};
/** What an operator makes of two values, in a language. */
export function operated(
  language: string,
  sign: string,
  left: Constant,
  right: Constant,
): Constant {
  const isNumber = (value: Constant): boolean =>
    typeof value === "number" || typeof value === "bigint";
  if (
    sign === "." ||
    sign === ".." ||
    (sign === "+" &&
      (isWord(left) || isWord(right) || isList(left)) &&
      !/^(?:perl|php|lua)$/.test(language))
  ) {
    if (language === "python" && isNumber(left) !== isNumber(right)) return giveUp();
    return together(left, right);
  }
  if (sign === "%" && isWord(left) && /^(?:python|ruby)$/.test(language))
    return formatted(text(left), isList(right) ? right : [right]);
  if (sign === "*" && language === "ruby" && isList(left)) return left.map(text).join(text(right));
  if ((sign === "*" || sign === "x") && (isWord(left) || isWord(right)) && language !== "php") {
    const [word, times] = isWord(left) ? [left, right] : [right, left];
    if (number(times) * text(word).length > SIZE_MAX || number(times) < 0) return giveUp();
    return text(word).repeat(number(times));
  }
  if (sign === "^" && isWord(left) && isWord(right) && /^(?:perl|php)$/.test(language)) {
    const [one, two] = [binary(left), binary(right)];
    const length =
      language === "php" ? Math.min(one.length, two.length) : Math.max(one.length, two.length);
    return bytes(
      byteList(
        Array.from({ length }, (_, at) => (one.charCodeAt(at) || 0) ^ (two.charCodeAt(at) || 0)),
      ),
    );
  }
  if (sign === "<<" && language === "ruby") return giveUp();
  if (/^(?:\|\||or|\?\?)$/.test(sign)) return holds(left) ? left : right;
  if (/^(?:&&|and)$/.test(sign)) return holds(left) ? right : left;
  if (/^[=!]==?$|^(?:eq|ne)$/.test(sign))
    return sign.startsWith("!") || sign === "ne"
      ? text(left) !== text(right)
      : text(left) === text(right);
  return arithmetic(sign, left, right);
}

/** Whole numbers as they are written. */
export function numeral(digits_: string): Constant {
  const digits = digits_.replaceAll("_", "").replace(/^0([0-7]+)$/, "0o$1");
  if (digits.endsWith("n") || /^\d{16,}$/.test(digits) || /^0x[0-9a-f]{14,}$/i.test(digits))
    return BigInt(digits.replace(/n$/, ""));
  const value = Number(digits);
  return Number.isFinite(value) ? value : giveUp();
}

function arithmetic(sign: string, left: Constant, right: Constant): Constant {
  if (typeof left === "bigint" || typeof right === "bigint")
    return bigArithmetic(sign, BigInt(left as bigint), BigInt(right as bigint));
  const [one, two] = [number(left), number(right)];
  const result = {
    "+": one + two,
    "-": one - two,
    "*": one * two,
    "/": one / two,
    "//": Math.floor(one / two),
    "%": ((one % two) + two) % two,
    "^": one ^ two,
    "&": one & two,
    "|": one | two,
    "<<": one << two,
    ">>": one >> two,
    "**": one ** two,
    "<": Number(one < two),
    ">": Number(one > two),
    "<=": Number(one <= two),
    ">=": Number(one >= two),
  }[sign];
  return result === undefined || !Number.isFinite(result) ? giveUp() : result;
}

function bigArithmetic(sign: string, one: bigint, two: bigint): Constant {
  switch (sign) {
    case "&":
      return one & two;
    case ">>":
      return two > 4_096n ? giveUp() : one >> two;
    case "^":
      return one ^ two;
    case "%":
      return two === 0n ? giveUp() : one % two;
    case "+":
      return one + two;
    default:
      return giveUp();
  }
}
