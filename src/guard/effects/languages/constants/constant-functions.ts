// Functions of the common languages that make texts, bytes and lists of constants, by their last names.
import {
  decodeAscii85,
  decodeBase32,
  decodeBase64,
  decodeBase85,
  decodeEntities,
  decodePercent,
  decodeQuotedPrintable,
  decodeRot13,
  decodeUtf16,
  decodeUuBody,
} from "../../bytes/decoders.ts";
import { decodeHexadecimal, encodeHexadecimal } from "../../../bytes/encodings.ts";
import { unpackedBytes } from "../../bytes/unpacking.ts";
import { formatted, packed, structured, transliterated, unpacked } from "./constant-formats.ts";
import { readJson } from "../formats/json.ts";
import {
  binary,
  byteList,
  bytes,
  type Callable,
  type Constant,
  giveUp,
  isList,
  isObject,
  items,
  number,
  required,
  reversed,
  chargeLists,
  SIZE_MAX,
  text,
  together,
} from "./constant-values.ts";

/** A call of a function: what it is given, by place and by name, and in which language. */
export type Given = {
  readonly args: readonly Constant[];
  readonly named: ReadonlyMap<string, Constant>;
  readonly language: string;
};

export type ConstantFunction = (given: Given) => Constant;

/** Calls what the program wrote down, or a function by its name. */
export function called(
  value: Constant | undefined,
  args: readonly Constant[],
  language: string,
): Constant {
  if (isObject(value, "callable")) return value.call(args);
  const name = isObject(value, "thing") ? value.path : language === "php" ? text(value) : giveUp();
  const work = functionOf(name);
  if (work !== undefined) return work({ args, named: new Map(), language });
  return isObject(value, "thing") ? required(value.call?.(args)) : giveUp();
}

/** The function of a dotted name, where it only makes values. */
export function functionOf(path: string): ConstantFunction | undefined {
  const last = path.split(/\.|::|->/).at(-1) ?? "";
  const name = [path, last].find((one) => Object.hasOwn(FUNCTIONS, one));
  const work = name === undefined ? undefined : FUNCTIONS[name];
  if (work === undefined) return undefined;
  return (given) => {
    chargeLists(given.args);
    return work(given);
  };
}

const first =
  (make: (value: Constant, given: Given) => Constant): ConstantFunction =>
  (given) =>
    make(required(given.args[0]), given);

const decodes = (decoder: (binary: string) => string | undefined): ConstantFunction =>
  first((value) => bytes(decoder(binary(value))));

/** Characters by their numbers, given one by one or as a list. */
const characters: ConstantFunction = ({ args, language }) => {
  const codes = args.length === 1 && isList(args[0]) ? args[0] : args;
  if (/^(?:perl|php|lua)$/.test(language))
    return bytes(byteList(codes.map((one) => number(one) & 0xff)));
  return codes.map((one) => String.fromCodePoint(codeOf(one))).join("");
};

function codeOf(value: Constant): number {
  const code = number(value);
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? code : giveUp();
}

/** `int("2f", 16)`. */
function wholeNumber(value: Constant, base: Constant | undefined): number {
  if (base === undefined || typeof value === "number") return Math.trunc(number(value));
  const digits = text(value)
    .trim()
    .replace(/^0[xob]/i, "");
  const result = Number.parseInt(digits, number(base));
  return Number.isSafeInteger(result) ? result : giveUp();
}

/** `range(0, 10, 2)`. */
const range: ConstantFunction = ({ args, language }) => {
  const [one = 0, two, three] = args.map(number);
  const isInclusive = language === "php";
  const [from, to, step] = two === undefined ? [0, one, 1] : [one, two, three ?? 1];
  const found: number[] = [];
  for (
    let at = from;
    step > 0 ? (isInclusive ? at <= to : at < to) : at > to;
    at += step || giveUp()
  ) {
    if (found.length > SIZE_MAX) giveUp();
    found.push(at);
  }
  return found;
};

/** `map(f, list)` with the function first. */
const mapped: ConstantFunction = ({ args: [work, ...lists], language }) => {
  const [list] = lists.map((one) => items(one, language !== "php"));
  if (lists.length !== 1) return giveUp();
  return required(list).map((one) => called(work, [one], language));
};

/** `reduce(f, list)`. */
const reduced: ConstantFunction = ({ args: [one, two, start], language }) => {
  const [work, list] = language === "php" ? [two, one] : [one, two];
  const all = start === undefined || start === null ? items(list) : [start, ...items(list)];
  return required(
    all.reduce<Constant | undefined>(
      (sum, item) => (sum === undefined ? item : called(work, [sum, item], language)),
      undefined,
    ),
  );
};

/** Two lists item by item; where one goes round for ever, as long as the other. */
const zipped: ConstantFunction = ({ args }) => {
  const lists = args.map((one) => items(one));
  const length = Math.min(...lists.map((list) => list.length));
  return Array.from({ length }, (_, at) => lists.map((list) => required(list[at])));
};

const joined: ConstantFunction = ({ args, language }) => {
  const [one, two, ...rest] = args;
  if (language === "perl") {
    const list = args.slice(1).flatMap((item) => (isList(item) ? item : [item]));
    return list.map(text).join(text(one));
  }
  if (rest.length > 0) return giveUp();
  if (isList(one)) return one.map(text).join(two === undefined ? "" : text(two));
  return items(two).map(text).join(text(one));
};

/** `str_replace(from, to, text)`. */
const replacedIn: ConstantFunction = ({ args: [from, to, value] }) => {
  if (isList(from))
    return from.reduce<string>(
      (sum, one, at) => sum.replaceAll(text(one), () => text(isList(to) ? (to[at] ?? "") : to)),
      text(value),
    );
  return text(value).replaceAll(text(from), () => text(to));
};

/** `strtr` of two lists of characters, or of a table. */
const translated: ConstantFunction = ({ args: [value, from, to] }) => {
  if (!isObject(from, "table")) {
    const [before, after] = [[...text(from)], [...text(to)]];
    return [...text(value)].map((one) => after[before.indexOf(one)] ?? one).join("");
  }
  const [[key, by] = giveUp(), ...others] = [...from.entries];
  return others.length > 0 ? giveUp() : text(value).replaceAll(key, () => text(by));
};

/** Values of JSON. */
function ofJson(value: unknown): Constant {
  if (value === null || ["string", "number", "boolean"].includes(typeof value))
    return value as Constant;
  if (Array.isArray(value)) return value.map(ofJson);
  const entries = Object.entries(value as object).map(([key, one]) => [key, ofJson(one)] as const);
  return { kind: "table", entries: new Map(entries) };
}

/** What a codec of Python by its name makes of a value. */
export function decodedBy(codec: string, value: Constant): Constant {
  switch (codec.toLowerCase().replace(/[-_]/g, "")) {
    case "rot13":
      return decodeRot13(text(value));
    case "hex":
    case "hexcodec":
      return bytes(decodeHexadecimal(binary(value)));
    case "base64":
    case "base64codec":
      return bytes(decodeBase64(binary(value)));
    case "zlib":
    case "zip":
    case "bz2":
      return bytes(unpackedBytes(binary(value)));
    case "uu":
      return giveUp();
    case "utf16le":
    case "ucs2":
      return required(decodeUtf16(binary(value)));
    case "utf16be":
      return required(decodeUtf16(binary(value), true));
    case "unicodeescape":
      return escaped(text(value));
    case "utf8":
    case "ascii":
    case "latin1":
    case "iso88591":
    case "binary":
      return text(value);
    default:
      return giveUp();
  }
}

/** Sequences behind backslashes, as C writes them. */
function escaped(value: string): string {
  return value.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|([\s\S]))/g,
    (...found) => {
      const [, short, long, octal, char] = found as readonly (string | undefined)[];
      if (char !== undefined)
        return { n: "\n", t: "\t", "\\": "\\", "'": "'", '"': '"' }[char] ?? giveUp();
      return String.fromCharCode(
        Number.parseInt(short ?? long ?? octal ?? "", octal === undefined ? 16 : 8),
      );
    },
  );
}

const replacedByCall: ConstantFunction = ({ args: [pattern, work, value], language }) => {
  const found = /^([/~#])([^/~#]*)\1([a-z]*)$/.exec(text(pattern)) ?? giveUp();
  const expression = patternOf(found[2] ?? "", "g");
  return text(value).replace(expression, (...groups: unknown[]) =>
    textOrNothing(called(work, [groups.slice(0, -2).map((one) => String(one))], language)),
  );
};

/** What a thing is as a text is not known, and does not matter where it is thrown away. */
function textOrNothing(value: Constant): string {
  return isObject(value, "thing") ? "" : text(value);
}

/** Patterns that are run on a text: those that take no time beyond its length, so with no repetition but of a fixed count. */
export function patternOf(source: string, flags: string): RegExp {
  const isPlain = source.length <= 60 && !/[*+?|]|\)\{|\{\d*,|\{\d{3}|\\\d/.test(source);
  if (!isPlain) return giveUp();
  try {
    return new RegExp(source, flags);
  } catch {
    return giveUp();
  }
}

function table<T>(...groups: readonly (readonly [T, string])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(
    groups.flatMap(([one, names]) => names.split(" ").map((name) => [name, one] as const)),
  );
}

/** A function with some of what it is given in place. */
function bound(
  work: Constant | undefined,
  before: readonly Constant[],
  language: string,
): Callable {
  return { kind: "callable", call: (args) => called(work, [...before, ...args], language) };
}

const FUNCTIONS: Readonly<Record<string, ConstantFunction>> = table<ConstantFunction>(
  [characters, "chr fromCharCode fromCodePoint string.char utf8.char"],
  [
    first((value) => {
      const said = isObject(value, "bytes") ? value.binary : text(value);
      return said.codePointAt(0) ?? giveUp();
    }),
    "ord string.byte",
  ],
  [
    first((value, { args }) => wholeNumber(value, args[1])),
    "int parseInt tonumber Number intval BigInt",
  ],
  [
    first((value, { language }) =>
      language === "python" ? `0x${number(value).toString(16)}` : wholeNumber(value, 16),
    ),
    "hex hexdec",
  ],
  [first((value) => wholeNumber(value, 8)), "oct octdec"],
  [first((value) => wholeNumber(value, 2)), "bindec"],
  [
    first((value, { args }) => wholeNumber(value, args[1]).toString(number(args[2]))),
    "base_convert",
  ],
  [
    first(
      (value) =>
        (isObject(value, "bytes") ? value.binary : isList(value) ? value : text(value)).length,
    ),
    "len strlen length count sizeof",
  ],
  [
    first((value) => (typeof value === "number" ? giveUp() : bytes(binary(value)))),
    "bytes bytearray Uint8Array",
  ],
  [
    decodes(decodeHexadecimal),
    "bytes.fromhex bytearray.fromhex unhexlify a2b_hex hex2bin b16decode fromhex",
  ],
  [first((value) => encodeHexadecimal(binary(value))), "bin2hex"],
  [
    decodes(decodeBase64),
    "MIME::Base64::decode b64decode urlsafe_b64decode standard_b64decode a2b_base64 base64_decode atob decode_base64 decode64 strict_decode64 urlsafe_decode64 decodebytes",
  ],
  [decodes((one) => decodeBase32(one)), "b32decode"],
  [decodes(decodeBase85), "b85decode"],
  [decodes(decodeAscii85), "a85decode"],
  [decodes(decodeUuBody), "a2b_uu"],
  [decodes((one) => decodeUuBody(one.replace(/`\n$/, ""))), "convert_uudecode"],
  [decodes(decodeQuotedPrintable), "decodestring a2b_qp quoted_printable_decode"],
  [
    decodes((one) => decodePercent(one)),
    "unquote unquote_to_bytes rawurldecode decodeURIComponent decodeURI uri_unescape",
  ],
  [
    decodes((one) => decodePercent(one, true)),
    "urldecode unquote_plus decode_www_form_component CGI.unescape",
  ],
  [
    first((value, { language }) =>
      language === "javascript"
        ? (required(
            decodePercent(
              text(value).replace(/%u([0-9a-fA-F]{4})/g, (_, digits: string) =>
                String.fromCharCode(Number.parseInt(digits, 16)),
              ),
            ),
          ) as Constant)
        : required(decodeEntities(text(value))),
    ),
    "unescape html_entity_decode htmlspecialchars_decode unescapeHTML",
  ],
  [
    first((value, { args }) => {
      const bits = args[1];
      return bytes(unpackedBytes(binary(value), typeof bits === "number" && bits < 0));
    }),
    "decompress inflate gunzip gunzipSync inflateSync unzipSync gzuncompress gzdecode zlib_decode",
  ],
  [decodes((one) => unpackedBytes(one, true)), "inflateRawSync gzinflate"],
  [first((value) => decodeRot13(text(value))), "str_rot13"],
  [first((value) => reversed(value)), "strrev array_reverse reversed string.reverse"],
  [first((value) => text(value).toLowerCase()), "strtolower lc string.lower"],
  [first((value) => text(value).toUpperCase()), "strtoupper uc string.upper"],
  [first((value) => text(value).charAt(0).toLowerCase() + text(value).slice(1)), "lcfirst"],
  [first((value) => escaped(text(value))), "stripcslashes"],
  [
    first((value) => (isObject(value, "thing") ? giveUp() : text(value))),
    "str String tostring strval",
  ],
  [
    first((value, { language }) => [...items(value, language !== "php")]),
    "list tuple Array.from iter",
  ],
  [first((value) => text(value).trim()), "trim"],
  [range, "range"],
  [mapped, "map array_map"],
  [reduced, "reduce array_reduce"],
  [zipped, "zip"],
  [first((value) => items(value).map((one, at) => [at, one])), "enumerate"],
  [joined, "join implode table.concat"],
  [({ args: [at, value] }) => text(value).split(text(at)), "explode"],
  [
    ({ args: [value, size] }) => piecesOf(value, size === undefined ? 1 : number(size)),
    "str_split",
  ],
  [replacedIn, "str_replace"],
  [translated, "strtr"],
  [replacedByCall, "preg_replace_callback"],
  [
    ({ args: [value, times] }) =>
      number(times) > SIZE_MAX ? giveUp() : text(value).repeat(number(times)),
    "str_repeat string.rep",
  ],
  [({ args: [value, from, length] }) => cut(value, number(from), length), "substr mb_substr"],
  [
    ({ args: [template, ...values] }) => formatted(text(template), values),
    "sprintf format string.format",
  ],
  [({ args: [template, values] }) => formatted(text(template), items(values)), "vsprintf"],
  [
    ({ args: [template, ...values], language }) =>
      language === "python"
        ? structured(text(template), values)
        : packed(
            text(template),
            values.flatMap((one) => (isList(one) ? one : [one])),
          ),
    "pack",
  ],
  [({ args: [template, value] }) => unpacked(text(template), required(value)), "unpack"],
  [
    ({ args: [value, codec] }) =>
      decodedBy(codec === undefined ? "utf-8" : text(codec), required(value)),
    "codecs.decode codecs.encode",
  ],
  [
    first((value) => ofJson(readJson(text(value)) ?? giveUp())),
    "json.loads JSON.parse json_decode literal_eval",
  ],
  [
    ({ args: [one, two] }) =>
      two === undefined
        ? giveUp()
        : {
            kind: "table",
            entries: new Map(
              [...text(one)].map((char, at) => [char, [...text(two)][at] ?? giveUp()]),
            ),
          },
    "maketrans",
  ],
  [
    ({ args: [value, width, order], named }) =>
      order === undefined && !named.has("byteorder")
        ? giveUp()
        : bytesOfNumber(required(value), number(width), text(order ?? named.get("byteorder"))),
    "int.to_bytes",
  ],
  [
    ({ args: [one, two] }) => together(required(one), required(two)),
    "operator.add operator.concat",
  ],
  [({ args: [one, two] }) => number(one) ^ number(two), "operator.xor"],
  [
    first((value) =>
      isList(value) ? value.flatMap((one) => (isList(one) ? one : [one])) : giveUp(),
    ),
    "chain.from_iterable",
  ],
  [({ args: [work, ...rest], language }) => bound(work, rest, language), "functools.partial"],
  [({ args: [work, ...rest], language }) => called(work, rest, language), "call_user_func"],
  [
    ({ args: [work, list], language }) => called(work, items(list), language),
    "call_user_func_array",
  ],
  [({ args }) => [...args], "array Array.of table.pack"],
  [
    ({ args: [list] }) => (isObject(list, "table") ? [...list.entries.values()] : items(list)),
    "Object.values array_values",
  ],
  [
    ({ args: [list] }) => (isObject(list, "table") ? [...list.entries.keys()] : giveUp()),
    "Object.keys array_keys",
  ],
  [
    ({ args: [from, to, value] }) => transliterated(required(value), text(from), text(to)),
    "chartr",
  ],
);

/** Bytes of a whole number (`int.to_bytes`). */
export function bytesOfNumber(value: Constant, width: number, order: string): Constant {
  const whole = typeof value === "bigint" ? value : BigInt(number(value));
  const digits = whole.toString(16).padStart(width * 2, "0");
  if (width > SIZE_MAX || digits.length > width * 2 || whole < 0n) return giveUp();
  const all = required(decodeHexadecimal(digits));
  return bytes(order === "big" ? all : [...all].reverse().join(""));
}

/** Part of a text from a place, of a length that counts from the end where it is negative. */
export function cut(
  value: Constant | undefined,
  from: number,
  length: Constant | undefined,
): string {
  const said = text(value);
  const start = from < 0 ? Math.max(said.length + from, 0) : from;
  if (length === undefined || length === null) return said.slice(start);
  const many = number(length);
  return many < 0 ? said.slice(start, many) : said.slice(start, start + many);
}

function piecesOf(value: Constant | undefined, size: number): readonly string[] {
  return size < 1
    ? giveUp()
    : (text(value).match(new RegExp(`[\\s\\S]{1,${Math.trunc(size)}}`, "g")) ?? []);
}
