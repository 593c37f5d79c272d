// What expressions of Ruby are worth: paths, texts put together and decoded.
import { textOf } from "../../shell/values/text.ts";
import type { ValueRules } from "./evaluation/value-rules.ts";
import {
  cut,
  entries,
  fromBase64,
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
  same,
  slashedParts,
  textually,
  trimmed,
  upper,
  whole,
} from "./evaluation/value-functions.ts";
import {
  environmentValue,
  expandHome,
  type ValueFunction,
  oneText,
  pathOf,
  textValue,
  type Value,
} from "./evaluation/value.ts";

/** `File.expand_path("x", "~/dir")`: the second word comes first. */
const expanded: ValueFunction = ([path, base, ...more], context) => {
  if (more.length > 0) return undefined;
  const value = expandHome(path, context);
  return base === undefined ? value : pathOf([expandHome(base, context), value]);
};

/** `text.unpack1("m")`: base64; `("H*")`: hexadecimal digits, of a text or of the list that `pack` stands on. */
const unpacked: ValueFunction = ([value, how], context) => {
  switch (oneText(how)) {
    case "m":
    case "m0":
      return fromBase64([value], context);
    default:
      return undefined;
  }
};

const packed: ValueFunction = ([value, how], context) => {
  const [only] = value?.kind === "list" && value.items.length === 1 ? value.items : [];
  return /^H\*?$/.test(oneText(how) ?? "") ? fromHex([only], context) : undefined;
};

const translated: ValueFunction = ([value, from, to], context) =>
  oneText(from) === "A-Za-z" && oneText(to) === "N-ZA-Mn-za-m"
    ? rot13([value], context)
    : undefined;

/** `send(:system, "x")` on a module: its function of that name. */
const constantOf: ValueFunction = ([name]) => {
  const path = oneText(name);
  return path === undefined ? undefined : { kind: "name", path };
};

const arguments_: ValueRules["constants"][string] = ({ operands }) =>
  operands.every((word) => textOf(word) !== undefined)
    ? { kind: "list", items: operands.map((word): Value => ({ kind: "text", texts: [word] })) }
    : undefined;

export const rubyValues: ValueRules = {
  bindings: {
    assignsSeveral: true,
    access: new Set([".", "::", "&."]),
    changes: new Set(),
    textsChange: true,
    implicit: /^(?:\$.|_[1-9]|it)$/,
    // Texts of ruby change in place.
    spoils:
      /^(?:<<|.*!|concat|insert|prepend|replace|clear|setbyte|force_encoding|eval|instance_variable_set|binding|__unknown_part__|\|\|=)$/,
    changesLists:
      /^(?:push|append|unshift|pop|shift|delete|delete_at|delete_if|keep_if|fill|store)$/,
    each: new Set(["each", "map", "select", "each_entry", "reject", "filter"]),
  },
  constants: {
    "Dir.home": (context) => textValue(context.home),
    "Dir.pwd": () => textValue("."),
    __dir__: () => textValue("."),
    "File.SEPARATOR": () => textValue("/"),
    ARGV: arguments_,
  },
  environment: "ENV",
  functions: named<ValueFunction>(
    [slashedParts, "File.join"],
    [expanded, "File.expand_path File.absolute_path"],
    [parentOf, "File.dirname"],
    [
      ([value, ...more], context) => (more.length === 0 ? lastPart([value], context) : undefined),
      "File.basename",
    ],
    [textually, "String Pathname Pathname.new"],
    [([name], context) => environmentValue(name, context), "ENV.fetch"],
    [fromBase64, "Base64.decode64 Base64.strict_decode64 Base64.urlsafe_decode64"],
    [formattedText, "sprintf format Kernel.sprintf Kernel.format"],
    [globbed(false), "Dir.glob"],
    [entries(false), "Dir.children Dir.entries Dir.each_child"],
    [constantOf, "Object.const_get Kernel.const_get"],
  ),
  methods: {
    ...named<ValueFunction>(
      [([list, between]) => glued(list, between ?? textValue("")), "join"],
      [([value, at, ...more]) => whole(cut(value, at), more), "split"],
      [reversed, "reverse"],
      [upper, "upcase"],
      [lower, "downcase"],
      [trimmed, "strip"],
      [textually, "to_s to_str to_path dup freeze"],
      [unpacked, "unpack1"],
      [packed, "pack"],
      [translated, "tr"],
      [same, "to_a"],
    ),
  },
  properties: {},
  joins: new Set(["+"]),
  joinsPaths: false,
  roundLists: "none",
  unary: new Set(),
  tolerant: new Set(),
  callsTexts: false,
  sends: new Set(["send", "public_send", "__send__"]),
  joinsNumbers: false,
};
