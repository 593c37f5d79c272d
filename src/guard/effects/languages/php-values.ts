// What expressions of PHP are worth: texts put together and decoded, files that patterns name, functions by computed names.
import type { ValueRules } from "./evaluation/value-rules.ts";
import {
  cut,
  entries,
  fromBase64,
  fromCodes,
  formattedText,
  fromHex,
  globbed,
  glued,
  lastPart,
  lower,
  named,
  parentOf,
  reversed,
  rot13,
  textually,
  trimmed,
  upper,
  replaced,
} from "./evaluation/value-functions.ts";
import { environmentValue, type ValueFunction, textValue } from "./evaluation/value.ts";

const replacedIn: ValueFunction = ([from, to, value, ...more], context) =>
  more.length > 0 ? undefined : replaced(true)([value, from, to], context);

const implodes: ValueFunction = ([between, list]) =>
  list === undefined && between?.kind === "list"
    ? glued(between, textValue(""))
    : glued(list, between);

export const phpValues: ValueRules = {
  bindings: {
    assignsSeveral: false,
    access: new Set(["->", "::", "?->"]),
    variables: /^[$&]/,
    changes: new Set(
      "preg_match preg_match_all sscanf exec parse_str settype str_replace sort rsort shuffle array_push array_pop array_shift array_unshift array_walk list stream_select similar_text getopt end reset next prev".split(
        " ",
      ),
    ),
    spoils: /^(?:extract|parse_str|eval|compact|global|\$GLOBALS|\$\$.*|static|__unknown_part__)$/,
    changesLists:
      /^(?:array_(?:push|pop|shift|unshift|splice|walk)|sort|rsort|usort|unset|shuffle|ksort)$/,
    each: new Set(),
  },
  constants: {
    PHP_EOL: () => textValue("\n"),
    DIRECTORY_SEPARATOR: () => textValue("/"),
    __DIR__: () => textValue("."),
  },
  environment: "$_ENV",
  functions: named<ValueFunction>(
    [([name], context) => environmentValue(name, context), "getenv"],
    [() => textValue("."), "getcwd"],
    [implodes, "implode join"],
    [
      ([at, value, ...more]) => (more.length > 0 || at === undefined ? undefined : cut(value, at)),
      "explode",
    ],
    [formattedText, "sprintf"],
    [reversed, "strrev array_reverse"],
    [upper, "strtoupper"],
    [lower, "strtolower"],
    [trimmed, "trim"],
    [fromBase64, "base64_decode"],
    [fromHex, "hex2bin"],
    [rot13, "str_rot13"],
    [fromCodes, "chr"],
    [replacedIn, "str_replace"],
    [textually, "strval realpath"],
    [parentOf, "dirname"],
    [lastPart, "basename"],
    [globbed(false), "glob"],
    [entries(false), "scandir"],
  ),
  methods: {},
  properties: {},
  joins: new Set(["."]),
  joinsPaths: false,
  roundLists: "none",
  unary: new Set(),
  tolerant: new Set(),
  callsTexts: true,
  sends: new Set(),
  joinsNumbers: true,
};
