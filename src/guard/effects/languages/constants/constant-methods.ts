// Methods of texts, bytes and lists of constants in the common languages.
import { decodeBase64, decodeUtf16 } from "../../bytes/decoders.ts";
import { decodeHexadecimal, encodeHexadecimal } from "../../../bytes/encodings.ts";
import {
  called,
  cut,
  decodedBy,
  functionOf,
  type Given,
  bytesOfNumber,
  patternOf,
} from "./constant-functions.ts";
import { braced, formatted, isWord, packed, transliterated, unpacked } from "./constant-formats.ts";
import {
  binary,
  byteList,
  bytes,
  type Constant,
  giveUp,
  holds,
  isList,
  isObject,
  items,
  number,
  required,
  reversed,
  chargeLists,
  SIZE_MAX,
  sliced,
  text,
  together,
} from "./constant-values.ts";

type Method = (receiver: Constant, given: Given) => Constant;

/** What a method of a value makes; undefined where no such method is known. */
export function methodOf(name: string): Method | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined) return undefined;
  return (value, given) => {
    chargeLists([value, ...given.args]);
    return method(value, given);
  };
}

/** `Buffer.from(value, "hex")`. */
export function buffer({ args: [value, how] }: Given): Constant {
  switch (how === undefined ? "utf8" : text(how)) {
    case "base64":
    case "base64url":
      return bytes(decodeBase64(text(value)));
    case "hex":
      return bytes(decodeHexadecimal(text(value)));
    case "latin1":
    case "binary":
      return bytes(text(value));
    case "utf8":
    case "utf-8":
    case "ascii":
      return bytes(binary(value));
    default:
      return giveUp();
  }
}

const texts =
  (make: (value: string, ...args: readonly string[]) => Constant): Method =>
  (value, { args }) =>
    make(text(value), ...args.map(text));

const splits: Method = (value, { args: [at, limit], language }) => {
  if (limit !== undefined) return giveUp();
  if (isObject(at, "thing")) return split(text(value), at);
  if (at === undefined || (language === "ruby" && at === " "))
    return text(value)
      .split(/\s+/)
      .filter((one) => one !== "");
  return text(value).split(text(at));
};

/** A text cut at a pattern. */
export function split(value: string, at: Constant | undefined): readonly Constant[] {
  if (isWord(at)) return value.split(text(at));
  return value.split(expressionOf(at));
}

function expressionOf(value: Constant | undefined, global = false): RegExp {
  if (!isObject(value, "thing") || value.path !== "pattern") return giveUp();
  const [, source = "", flags = ""] = /^\/([\s\S]*)\/([a-z]*)$/.exec(value.code) ?? giveUp();
  return patternOf(
    source,
    [...new Set(`${flags.replace(/[^gims]/g, "")}${global ? "g" : ""}`)].join(""),
  );
}

/** `replace`, `gsub`: a text or pattern by a text or what a function makes of each. */
function replaces(everywhere: boolean): Method {
  return (value, { args: [from, to], language }) => {
    if (language === "lua") return replacedInLua(value, from, to, language);
    const pattern = isWord(from) ? undefined : expressionOf(from, everywhere);
    const by = (...found: readonly unknown[]): string => {
      if (isWord(to)) return /[\\$]/.test(text(to)) ? giveUp() : text(to);
      const groups = found
        .slice(
          0,
          found.findIndex((one) => typeof one === "number"),
        )
        .map(String);
      return text(called(to, groups, language));
    };
    if (pattern !== undefined) return text(value).replace(pattern, by);
    return everywhere
      ? text(value).replaceAll(text(from), (one) => by(one, 0))
      : text(value).replace(text(from), (one) => by(one, 0));
  };
}

/** Patterns of lua that are plain characters or dots. */
function replacedInLua(
  value: Constant,
  from: Constant | undefined,
  to: Constant | undefined,
  language: string,
): Constant {
  const pattern = text(from);
  if (/[%*+?()[\]^$-]/.test(pattern)) return giveUp();
  return text(value).replace(new RegExp(pattern, "gs"), (one) =>
    isWord(to) ? text(to) : text(called(to, [one], language)),
  );
}

const maps: Method = (value, { args: [work], language }) => {
  const list = items(value).map((one, at) =>
    called(work, isObject(work, "callable") ? [one, at].slice(0, 1) : [one], language),
  );
  return isObject(value, "bytes") ? bytes(byteList(list.map((one) => number(one) & 0xff))) : list;
};

function reduces(fromEnd: boolean): Method {
  return (value, { args: [work, start], language }) => {
    const list = fromEnd ? [...items(value)].reverse() : items(value);
    const sign = isWord(work) ? text(work) : undefined;
    const all = start === undefined ? list : [start, ...list];
    return required(
      all.reduce<Constant | undefined>((sum, one) => {
        if (sum === undefined) return one;
        return sign === undefined
          ? called(work, [sum, one], language)
          : sign === "+"
            ? together(sum, one)
            : giveUp();
      }, undefined),
    );
  };
}

const joins: Method = (value, { args: [one], language }) => {
  if (language === "python")
    return isObject(value, "bytes")
      ? bytes(items(one).map(binary).join(value.binary))
      : items(one).map(text).join(text(value));
  const between = one === undefined ? (language === "javascript" ? "," : "") : text(one);
  const flat = (list: readonly Constant[]): readonly Constant[] =>
    list.flatMap((item) => (language === "ruby" && isList(item) ? flat(item) : [item]));
  return flat(items(value)).map(text).join(between);
};

/** `slice(1, -1)`, `[1..]`. */
const slices: Method = (value, { args: [from, to] }) =>
  sliced(
    value,
    from === undefined ? undefined : number(from),
    to === undefined ? undefined : number(to),
  );

const written: Method = (value, { args: [how], language }) => {
  if (
    how === undefined ||
    !(typeof value === "number" || typeof value === "bigint" || isObject(value, "bytes"))
  )
    return text(value);
  if (typeof value === "number" || typeof value === "bigint") return value.toString(number(how));
  if (language !== "javascript") return giveUp();
  switch (text(how).toLowerCase()) {
    case "hex":
      return encodeHexadecimal(value.binary);
    case "latin1":
    case "binary":
      return value.binary;
    case "utf16le":
    case "ucs2":
      return required(decodeUtf16(value.binary));
    case "utf8":
    case "utf-8":
    case "ascii":
      return text(value);
    default:
      return giveUp();
  }
};

const swapped = (value: string): string =>
  [...value]
    .map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()))
    .join("");

/** Characters of a set taken from one end or both. */
const stripped =
  (start: boolean, end: boolean): Method =>
  (value, { args: [set] }) => {
    const taken = set === undefined || set === null ? " \t\r\n" : text(set);
    let said = text(value);
    while (start && said !== "" && taken.includes(said[0] ?? "")) said = said.slice(1);
    while (end && said !== "" && taken.includes(said.at(-1) ?? "")) said = said.slice(0, -1);
    return said;
  };

const translates: Method = (value, { args: [one, two] }) => {
  if (two !== undefined) return transliterated(value, text(one), text(two));
  const table = isObject(one, "table") ? one.entries : giveUp();
  return [...text(value)]
    .map((char) => {
      const by = table.get(char) ?? table.get(String(char.codePointAt(0)));
      return by === undefined
        ? char
        : by === null
          ? ""
          : typeof by === "number"
            ? String.fromCodePoint(by)
            : text(by);
    })
    .join("");
};

const padded =
  (atStart: boolean): Method =>
  (value, { args: [width, by] }) => {
    const size = number(width);
    if (size > SIZE_MAX) return giveUp();
    const fill = by === undefined ? " " : text(by);
    return atStart ? text(value).padStart(size, fill) : text(value).padEnd(size, fill);
  };

const chunks: Method = (value, { args: [size] }) => {
  const [list, many] = [items(value), number(size)];
  if (many < 1) return giveUp();
  return Array.from({ length: Math.ceil(list.length / many) }, (_, at) =>
    list.slice(at * many, (at + 1) * many),
  );
};

const METHODS: Readonly<Record<string, Method>> = Object.fromEntries(
  (
    [
      [joins, "join"],
      [splits, "split rsplit"],
      [replaces(true), "replaceAll gsub"],
      [
        (value, given) =>
          replaces(
            given.language === "python" ||
              (isObject(given.args[0], "thing") &&
                given.args[0].code.replace(/.*\//s, "").includes("g")),
          )(value, given),
        "replace",
      ],
      [
        (value, given) =>
          given.language === "lua" ? slicedInLua(value, given) : replaces(false)(value, given),
        "sub",
      ],
      [(value) => reversed(value), "reverse toReversed"],
      [texts((value) => value.toUpperCase()), "upper toUpperCase upcase toLocaleUpperCase"],
      [
        texts((value) => value.toLowerCase()),
        "lower toLowerCase downcase casefold toLocaleLowerCase",
      ],
      [texts(swapped), "swapcase"],
      [
        texts((value) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()),
        "capitalize",
      ],
      [stripped(true, true), "strip trim"],
      [stripped(true, false), "lstrip trimStart"],
      [stripped(false, true), "rstrip trimEnd chomp"],
      [
        texts((value, prefix = "") =>
          value.startsWith(prefix) ? value.slice(prefix.length) : value,
        ),
        "removeprefix delete_prefix",
      ],
      [
        texts((value, suffix = "") =>
          suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value,
        ),
        "removesuffix delete_suffix",
      ],
      [
        (value, { args: [how] }) => decodedBy(how === undefined ? "utf-8" : text(how), value),
        "decode",
      ],
      [
        (value, { args: [how] }) =>
          how === undefined || /^(?:utf-?8|ascii)$/i.test(text(how))
            ? bytes(binary(value))
            : decodedBy(text(how), value),
        "encode",
      ],
      [
        (value, { args, named, language }) =>
          language === "lua" ? formatted(text(value), args) : braced(text(value), args, named),
        "format",
      ],
      [translates, "translate tr"],
      [maps, "map collect flatMap"],
      [(value, given) => (maps(value, given), null), "forEach each"],
      [
        (value, { args: [work], language }) =>
          items(value).filter((one) => holds(called(work, [one], language))),
        "filter select",
      ],
      [reduces(false), "reduce inject"],
      [reduces(true), "reduceRight"],
      [slices, "slice subarray substring"],
      [(value, { args: [from, length] }) => cut(value, number(from), length), "substr"],
      [(value, { args: [place] }) => items(value).at(number(place ?? 0)) ?? giveUp(), "charAt"],
      [
        (value, { args: [place] }) =>
          isObject(value, "bytes") || isList(value)
            ? required(items(value).at(number(place)))
            : text(value).charAt(number(place)),
        "at",
      ],
      [
        (value, { args: [place = 0] }) => text(value).charCodeAt(number(place)),
        "charCodeAt codePointAt",
      ],
      [
        (value, { args }) =>
          args.reduce(
            (sum, one) => (isList(sum) && !isList(one) ? [...sum, one] : together(sum, one)),
            value,
          ),
        "concat",
      ],
      [written, "toString to_s"],
      [
        (value) => value,
        "valueOf to_str dup freeze values to_a to_ary b force_encoding scrub toArray to_sym tobytes",
      ],
      [
        (value, given) =>
          given.args.length > 0 ? (maps([...text(value)], given), null) : [...text(value)],
        "chars each_char",
      ],
      [(value) => [...binary(value)].map((one) => one.charCodeAt(0)), "bytes each_byte codepoints"],
      [(value) => items(value)[0] ?? giveUp(), "first"],
      [(value) => items(value).at(-1) ?? giveUp(), "last"],
      [
        (value, { language }) =>
          typeof value === "number"
            ? String.fromCodePoint(value)
            : language === "ruby"
              ? text(value).slice(0, 1)
              : giveUp(),
        "chr",
      ],
      [(value) => text(value).codePointAt(0) ?? giveUp(), "ord"],
      [
        (value, { language }) =>
          language === "ruby"
            ? Number.parseInt(text(value), 16)
            : [...binary(value)]
                .map((one) => one.charCodeAt(0).toString(16).padStart(2, "0"))
                .join(""),
        "hex",
      ],
      [
        (value, { args: [base] }) =>
          Number.parseInt(text(value), base === undefined ? 10 : number(base)),
        "to_i",
      ],
      [(value) => Number.parseInt(text(value), 8), "oct"],
      [
        (value, { args: [pattern] }) => text(value).match(expressionOf(pattern, true)) ?? [],
        "scan match",
      ],
      [
        (value, { args: [how], language }) =>
          language === "ruby" ? packed(text(how), items(value)) : giveUp(),
        "pack",
      ],
      [(value, { args: [how] }) => unpacked(text(how), value), "unpack1"],
      [
        (value, { args: [how] }) =>
          /^[cC]\*$/.test(text(how))
            ? [...binary(value)].map((one) => one.charCodeAt(0))
            : [unpacked(text(how), value)],
        "unpack",
      ],
      [
        (value, { args: [set] }) =>
          [...text(value)].filter((one) => !text(set).includes(one)).join(""),
        "delete",
      ],
      [padded(false), "padEnd ljust"],
      [padded(true), "padStart rjust"],
      [
        (value, { args: [times] }) =>
          number(times) * text(value).length > SIZE_MAX
            ? giveUp()
            : text(value).repeat(number(times)),
        "repeat rep",
      ],
      [(value) => flattened(items(value)), "flat flatten"],
      [chunks, "each_slice"],
      [(value) => items(value).map((one, at) => [one, at]), "each_with_index"],
      [
        (value, { args: [key, otherwise] }) =>
          isObject(value, "table")
            ? (value.entries.get(text(key)) ?? required(otherwise))
            : giveUp(),
        "get fetch dig",
      ],
      [
        (value, { args: [width, order], named }) =>
          bytesOfNumber(value, number(width), text(order ?? named.get("byteorder") ?? "big")),
        "to_bytes",
      ],
      [
        (value, { args, language }) =>
          called(value, language === "javascript" ? args.slice(1) : args, language),
        "call __call__",
      ],
      [
        (value, { args: [work], language }) => called(work, [value], language),
        "then yield_self tap",
      ],
      [
        (value, { args: [table_], named }) => substituted(text(value), table_, named),
        "substitute safe_substitute",
      ],
    ] as readonly (readonly [Method, string])[]
  ).flatMap(([method, names]) => names.split(" ").map((name) => [name, method] as const)),
);

function flattened(list: readonly Constant[]): readonly Constant[] {
  return list.flatMap((one) => (isList(one) ? flattened(one) : [one]));
}

/** `("abc"):sub(2, -1)`: places from 1, both ends are part of it. */
function slicedInLua(value: Constant, { args: [from, to] }: Given): Constant {
  const start = number(from);
  const end = to === undefined ? -1 : number(to);
  const said = text(value);
  return sliced(said, start > 0 ? start - 1 : start, end < 0 ? said.length + end + 1 : end);
}

/** `$a` and `${a}` by their values. */
function substituted(
  template: string,
  table: Constant | undefined,
  named: ReadonlyMap<string, Constant>,
): string {
  const values = isObject(table, "table") ? table.entries : named;
  return template.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, one?: string, two?: string) =>
    text(required(values.get(one ?? two ?? ""))),
  );
}

/** A function that is a method by its name: `map(&:chr)`, `"".join`. */
export function methodAsFunction(name: string, language: string): Constant {
  return {
    kind: "callable",
    call: ([receiver, ...args]) => {
      const method = methodOf(name);
      const given = { args, named: new Map<string, Constant>(), language };
      return method === undefined
        ? required(functionOf(name))({ ...given, args: [required(receiver), ...args] })
        : method(required(receiver), given);
    },
  };
}
