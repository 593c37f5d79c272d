// What expressions of R are worth: paths, texts pasted together, vectors.
import { textOf } from "../../shell/values/text.ts";
import type { ValueRules } from "./evaluation/value-rules.ts";
import {
  entries,
  fromCodes,
  globbed,
  lastPart,
  lower,
  named,
  parentOf,
  slashedParts,
  textually,
  together,
  trimmed,
  upper,
} from "./evaluation/value-functions.ts";
import {
  environmentValue,
  expandHome,
  joined,
  type ValueFunction,
  textValue,
  type Value,
} from "./evaluation/value.ts";

const vector: ValueFunction = (args) => {
  const items = args.flatMap((arg): readonly (Value | undefined)[] =>
    arg?.kind === "list" ? arg.items : [arg],
  );
  return items.every((item) => item !== undefined) ? { kind: "list", items } : undefined;
};

/** `paste("a", "b")` with a space between. */
const pasted: ValueFunction = ([first, ...rest]) =>
  rest.reduce((value, arg) => joined(joined(value, textValue(" ")), arg), first);

const arguments_: ValueFunction = ([value], { operands }) =>
  value !== undefined && operands.every((word) => textOf(word) !== undefined)
    ? { kind: "list", items: operands.map((word): Value => ({ kind: "text", texts: [word] })) }
    : undefined;

export const rValues: ValueRules = {
  bindings: {
    assignsSeveral: false,
    access: new Set(["::", ":::"]),
    changes: new Set(),
    spoils:
      /^(?:assign|attach|delayedAssign|makeActiveBinding|environment|with|within|__unknown_part__)$/,
    changesLists: /^(?:append|names|attr)$/,
    each: new Set(),
  },
  constants: {},
  environment: "Sys.environment",
  functions: named<ValueFunction>(
    [slashedParts, "file.path"],
    [vector, "c list"],
    [together, "paste0"],
    [pasted, "paste"],
    [([value], context) => expandHome(value, context), "path.expand normalizePath"],
    [([name], context) => environmentValue(name, context), "Sys.getenv"],
    [() => textValue("."), "getwd"],
    [textually, "as.character"],
    [parentOf, "dirname"],
    [lastPart, "basename"],
    [upper, "toupper"],
    [lower, "tolower"],
    [trimmed, "trimws"],
    [fromCodes, "intToUtf8"],
    [globbed(false), "Sys.glob"],
    [
      (args, context) => (args.length > 1 ? undefined : entries(false)(args, context)),
      "list.files dir",
    ],
    [arguments_, "commandArgs"],
  ),
  methods: {},
  properties: {},
  joins: new Set(),
  firstPlace: 1,
  joinsPaths: false,
  roundLists: "none",
  unary: new Set(),
  tolerant: new Set(),
  callsTexts: false,
  sends: new Set(),
  joinsNumbers: false,
};
