// What expressions of Python are worth: paths, texts put together and decoded, modules by computed names.
import { textOf } from "../../../shell/values/text.ts";
import type { ValueRules } from "../evaluation/value-rules.ts";
import {
  cut,
  entries,
  fromBase64,
  fromCodes,
  fromHex,
  globbed,
  globbedBelow,
  glued,
  items,
  joinsPath,
  lastPart,
  lower,
  named,
  parentOf,
  replaced,
  reversed,
  rot13,
  same,
  textually,
  trimmed,
  upper,
  whole,
} from "../evaluation/value-functions.ts";
import {
  environmentValue,
  eitherOf,
  expandHome,
  likeValue,
  type ValueFunction,
  oneText,
  pathOf,
  textValue,
  textsOfValue,
  type Value,
} from "../evaluation/value.ts";

/** `os.getenv("X", "/tmp")`: the variable or what stands for it. */
const variable: ValueFunction = ([name, otherwise, ...more], context) => {
  const value = environmentValue(name, context);
  if (more.length > 0) return undefined;
  return otherwise === undefined ? value : eitherOf([value, otherwise]);
};

/** `getattr(os, "system")`. */
const attribute: ValueFunction = ([owner, name]) => {
  const member = oneText(name);
  return owner?.kind === "name" && member !== undefined
    ? { kind: "name", path: `${owner.path}.${member}` }
    : undefined;
};

const module: ValueFunction = ([name]) => {
  const path = oneText(name);
  return path === undefined ? undefined : { kind: "name", path };
};

/** Directories below a root, their directories and their files. */
const walked: ValueFunction = ([root]) => {
  const texts = textsOfValue(root);
  if (texts === undefined) return undefined;
  const below = pathOf([root, likeValue("**")]);
  const directory = eitherOf([root, below]);
  const names: Value = { kind: "many", item: likeValue("*") };
  return directory === undefined
    ? undefined
    : { kind: "many", item: { kind: "list", items: [directory, names, names] } };
};

/** `codecs.decode(text, "rot13")`. */
const decodes: ValueFunction = ([value, how], context) => {
  switch (oneText(how)?.toLowerCase().replaceAll("-", "")) {
    case "rot13":
    case "rot_13":
      return rot13([value], context);
    case "base64":
      return fromBase64([value], context);
    case "hex":
      return fromHex([value], context);
    case undefined:
    case "utf8":
    case "utf_8":
    case "ascii":
    case "latin1":
      return how === undefined || oneText(how) !== undefined ? value : undefined;
    default:
      return undefined;
  }
};

/** `"{}/{}".format(a, b)` with nothing in the braces. */
const formatted: ValueFunction = ([template, ...args]) => {
  const text = oneText(template);
  if (text === undefined || /\{[^}]/.test(text)) return undefined;
  const [first = "", ...rest] = text.split("{}");
  return rest.reduce<Value | undefined>((value, piece, at) => {
    const arg = args[at];
    return arg === undefined || value === undefined
      ? undefined
      : textsOf([value, arg, textValue(piece)]);
  }, textValue(first));
};

function textsOf(parts: readonly Value[]): Value | undefined {
  return glued({ kind: "list", items: parts }, textValue(""));
}

/** `str.translate(str.maketrans("abc", "xyz"))`: the table is a list of two texts. */
const translated: ValueFunction = ([value, table]) => {
  const [from, to] = table?.kind === "list" ? table.items.map(oneText) : [];
  const text = oneText(value);
  if (from === undefined || to === undefined || text === undefined || from.length !== to.length)
    return undefined;
  return textValue([...text].map((char) => to[from.indexOf(char)] ?? char).join(""));
};

const table: ValueFunction = ([from, to, ...more]) =>
  from === undefined || to === undefined || more.length > 0
    ? undefined
    : { kind: "list", items: [from, to] };

/** `Path("x").with_suffix(".bak")`, of which only the directory is followed. */
const beside: ValueFunction = ([value, name], context) => {
  const parent = parentOf([value], context);
  return pathOf([parent, name]);
};

const arguments_: ValueRules["constants"][string] = ({ operands }) =>
  operands.every((word) => textOf(word) !== undefined)
    ? {
        kind: "list",
        items: [
          textValue("-c"),
          ...operands.map((word): Value => ({ kind: "text", texts: [word] })),
        ],
      }
    : undefined;

export const pythonValues: ValueRules = {
  bindings: {
    assignsSeveral: true,
    access: new Set(["."]),
    changes: new Set(["del"]),
    spoils: /^(?:globals|locals|vars|setattr|case|__unknown_part__)$/,
    changesLists:
      /^(?:append|extend|insert|pop|remove|clear|sort|reverse|shuffle|heappush|heappop|heapify|insort|update|\+=|\*=|del|__setitem__|rotate)$/,
    each: new Set(),
  },
  constants: {
    "os.sep": () => textValue("/"),
    "os.curdir": () => textValue("."),
    "os.pardir": () => textValue(".."),
    "os.path.sep": () => textValue("/"),
    "os.devnull": () => textValue("/dev/null"),
    "sys.argv": arguments_,
    __file__: () => undefined,
  },
  environment: "os.environ",
  functions: {
    ...named<ValueFunction>(
      [joinsPath, "os.path.join"],
      [
        (args) => (args.length === 0 ? textValue(".") : pathOf(args)),
        "pathlib.Path pathlib.PosixPath pathlib.PurePath",
      ],
      [(_args, context) => textValue(context.home), "pathlib.Path.home"],
      [(args) => (args.length === 0 ? textValue(".") : undefined), "os.getcwd pathlib.Path.cwd"],
      [([value], context) => expandHome(value, context), "os.path.expanduser"],
      [
        textually,
        "str os.fspath os.fsdecode os.fsencode os.path.abspath os.path.normpath os.path.realpath",
      ],
      [same, "list tuple bytes bytearray"],
      [parentOf, "os.path.dirname"],
      [lastPart, "os.path.basename"],
      [variable, "os.getenv os.environ.get"],
      [attribute, "getattr"],
      [module, "__import__ importlib.import_module"],
      [
        fromBase64,
        "base64.b64decode base64.urlsafe_b64decode base64.standard_b64decode binascii.a2b_base64",
      ],
      [fromHex, "bytes.fromhex binascii.unhexlify bytearray.fromhex base64.b16decode"],
      [decodes, "codecs.decode"],
      [fromCodes, "chr"],
      [reversed, "reversed"],
      [table, "str.maketrans bytes.maketrans"],
      [(args, context) => globbed(args.length > 1)(args, context), "glob.glob glob.iglob"],
      [entries(false), "os.listdir"],
      [walked, "os.walk"],
      [items, "set frozenset iter sorted"],
    ),
  },
  methods: {
    ...named<ValueFunction>(
      [([between, list]) => glued(list, between), "join"],
      [([value, at, ...more]) => whole(cut(value, at), more), "split"],
      [replaced(true), "replace"],
      [decodes, "decode encode"],
      [upper, "upper"],
      [lower, "lower"],
      [trimmed, "strip"],
      [formatted, "format"],
      [translated, "translate"],
      [joinsPath, "joinpath"],
      [([value], context) => expandHome(value, context), "expanduser"],
      [same, "resolve absolute as_posix __str__"],
      [globbedBelow(false), "glob"],
      [globbedBelow(true), "rglob"],
      [entries(true), "iterdir"],
      [beside, "with_name"],
    ),
  },
  properties: named<ValueFunction>([parentOf, "parent"], [lastPart, "name"]),
  joins: new Set(["+"]),
  joinsPaths: true,
  roundLists: "lists",
  unary: new Set(),
  tolerant: new Set(["os.walk", "sorted", "glob.glob", "glob.iglob"]),
  callsTexts: false,
  sends: new Set(),
  joinsNumbers: false,
};
