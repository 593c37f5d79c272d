// What expressions of JavaScript are worth: paths, templates, texts put together and decoded, members by computed names.
import type { ValueRules } from "../evaluation/value-rules.ts";
import {
  appendsPath,
  cut,
  entries,
  fromBase64,
  fromCodes,
  fromHex,
  glued,
  joinsPath,
  lastPart,
  lower,
  named,
  parentOf,
  replaced,
  reversed,
  same,
  textually,
  together,
  trimmed,
  upper,
  whole,
} from "../evaluation/value-functions.ts";
import { environmentValue, type ValueFunction, oneText, textValue } from "../evaluation/value.ts";

const module: ValueFunction = ([name]) => {
  const path = oneText(name)
    ?.replace(/^node:/, "")
    .replaceAll("/", ".");
  return path === undefined || !/^[a-z_.0-9]+$/.test(path) ? undefined : { kind: "name", path };
};

/** `Buffer.from(text, "base64")`, of which only the text is followed. */
const buffer: ValueFunction = ([value, how], context) => {
  switch (how === undefined ? "utf8" : oneText(how)) {
    case "base64":
    case "base64url":
      return fromBase64([value], context);
    case "hex":
      return fromHex([value], context);
    case "utf8":
    case "utf-8":
      return value?.kind === "list" ? fromCodes([value], context) : same([value], context);
    default:
      return undefined;
  }
};

/** Without words, or with one for the encoding that texts have anyway. */
const written: ValueFunction = ([value, how], context) =>
  how === undefined || /^utf-?8$/.test(oneText(how) ?? "")
    ? textually([value], context)
    : undefined;

const home: ValueFunction = (_args, context) => textValue(context.home);
const here: ValueFunction = () => textValue(".");

export const javascriptValues: ValueRules = {
  bindings: {
    assignsSeveral: false,
    access: new Set([".", "?."]),
    changes: new Set(),
    loopsOverKeys: true,
    spoils: /^(?:with|__unknown_part__)$/,
    changesLists: /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|assign|length)$/,
    each: new Set(["forEach", "map", "filter", "flatMap", "some", "every", "find"]),
  },
  constants: {
    __dirname: () => textValue("."),
    "path.sep": () => textValue("/"),
    "os.EOL": () => textValue("\n"),
  },
  environment: "process.env",
  functions: named<ValueFunction>(
    [appendsPath, "path.join path.posix.join"],
    [joinsPath, "path.resolve path.posix.resolve"],
    [parentOf, "path.dirname"],
    [
      ([value, ...more], context) => (more.length === 0 ? lastPart([value], context) : undefined),
      "path.basename",
    ],
    [same, "path.normalize Array.from"],
    [textually, "String"],
    [home, "os.homedir"],
    [
      ([name], context) => (oneText(name) === "HOME" ? textValue(context.home) : undefined),
      "Deno.env.get",
    ],
    [here, "process.cwd"],
    [
      module,
      "require import process.getBuiltinModule process.binding process.mainModule.require module.require module._load module.Module._load module.constructor._load process.mainModule.constructor._load",
    ],
    [([name], context) => environmentValue(name, context), "Deno.env.get"],
    [buffer, "Buffer.from"],
    [fromBase64, "atob"],
    [fromCodes, "String.fromCharCode String.fromCodePoint"],
    [entries(false), "fs.readdirSync fs.promises.readdir"],
  ),
  methods: {
    ...named<ValueFunction>(
      [([list, between]) => glued(list, between ?? textValue(",")), "join"],
      [
        ([value, at, ...more]) => (at === undefined ? undefined : whole(cut(value, at), more)),
        "split",
      ],
      [replaced(true), "replaceAll"],
      [replaced(false), "replace"],
      [reversed, "reverse toReversed"],
      [upper, "toUpperCase"],
      [lower, "toLowerCase"],
      [trimmed, "trim"],
      [together, "concat"],
      [written, "toString"],
    ),
  },
  properties: {},
  joins: new Set(["+"]),
  joinsPaths: false,
  roundLists: "none",
  unary: new Set(),
  tolerant: new Set(),
  callsTexts: false,
  sends: new Set(),
  joinsNumbers: true,
};
