// What expressions of Perl are worth: lists, texts put together and decoded, files that patterns name.
import type { ValueRules } from "../evaluation/value-rules.ts";
import {
  cut,
  fromBase64,
  fromCodes,
  formattedText,
  fromHex,
  globbed,
  glued,
  lower,
  named,
  reversed,
  upper,
  whole,
} from "../evaluation/value-functions.ts";
import { type ValueFunction, oneText, type Value } from "../evaluation/value.ts";

const list = (items: readonly (Value | undefined)[]): Value | undefined =>
  items.every((item) => item !== undefined) ? { kind: "list", items: flat(items) } : undefined;

function flat(items: readonly Value[]): readonly Value[] {
  return items.flatMap((item) => (item.kind === "list" ? item.items : [item]));
}

/** A list backwards; where a text is wanted, its characters. */
const backwards: ValueFunction = (args, context) => {
  const [only, ...more] = args;
  if (more.length === 0 && only?.kind === "text") return undefined;
  return reversed([list(args)], context);
};

const packed: ValueFunction = ([how, value, ...more], context) => {
  const template = oneText(how) ?? "";
  if (/^H\*$/.test(template)) return whole(fromHex([value], context), more);
  return /^[CU]\*$/.test(template) ? fromCodes([list([value, ...more])], context) : undefined;
};

const unpacked: ValueFunction = ([how, value], context) =>
  oneText(how) === "m" ? fromBase64([value], context) : undefined;

export const perlValues: ValueRules = {
  bindings: {
    assignsSeveral: false,
    takesRest: true,
    access: new Set(["->", "::"]),
    changes: new Set(["chop", "chomp", "read", "sysread", "substr", "splice", "vec"]),
    implicit: /^(?:\$[ab]|[$@](?:_|\W.*|\d+|ARGV|0))$/,
    spoils: /^(?:local|eval|tie|no|__unknown_part__)$/,
    changesLists: /^(?:push|unshift|pop|shift|splice|delete|map|grep)$/,
    each: new Set(),
  },
  constants: {},
  environment: "$ENV",
  functions: named<ValueFunction>(
    [([between, ...items]) => glued(list(items), between), "join"],
    [
      ([at, value, ...more]) =>
        oneText(at) === undefined ? undefined : whole(cut(value, at), more),
      "split",
    ],
    [backwards, "reverse"],
    [upper, "uc"],
    [lower, "lc"],
    [globbed(false), "glob"],
    [packed, "pack"],
    [formattedText, "sprintf"],
    [unpacked, "unpack"],
    [fromBase64, "decode_base64 MIME::Base64::decode_base64"],
    [fromCodes, "chr"],
  ),
  methods: {},
  properties: {},
  joins: new Set(["."]),
  joinsPaths: false,
  roundLists: "flat",
  unary: new Set(["uc", "lc", "glob", "chr", "decode_base64", "MIME::Base64::decode_base64"]),
  tolerant: new Set(),
  callsTexts: false,
  sends: new Set(),
  joinsNumbers: true,
};
