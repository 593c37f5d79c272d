// What expressions of Lua are worth: texts put together and turned round, lists in braces.
import type { ValueRules } from "./evaluation/value-rules.ts";
import {
  fromCodes,
  glued,
  lower,
  named,
  reversed,
  textually,
  upper,
} from "./evaluation/value-functions.ts";
import {
  environmentValue,
  itemOf,
  likeValue,
  type ValueFunction,
  textValue,
} from "./evaluation/value.ts";

/** `ipairs{…}` and `pairs{…}`: places and items. */
const pairs: ValueFunction = ([list]) => {
  const item = itemOf(list);
  return item === undefined
    ? undefined
    : { kind: "many", item: { kind: "list", items: [likeValue("*"), item] } };
};

export const luaValues: ValueRules = {
  bindings: {
    assignsSeveral: true,
    access: new Set([".", ":"]),
    changes: new Set(),
    spoils: /^(?:_ENV|_G|setfenv|debug|rawset|goto|__unknown_part__)$/,
    changesLists: /^(?:insert|remove|sort|move)$/,
    each: new Set(),
  },
  constants: {},
  environment: "os.environment",
  functions: named<ValueFunction>(
    [([name], context) => environmentValue(name, context), "os.getenv"],
    [reversed, "string.reverse"],
    [upper, "string.upper"],
    [lower, "string.lower"],
    [fromCodes, "string.char utf8.char"],
    [textually, "tostring"],
    [([list, between]) => glued(list, between ?? textValue("")), "table.concat"],
    [pairs, "ipairs pairs"],
  ),
  methods: named<ValueFunction>([reversed, "reverse"], [upper, "upper"], [lower, "lower"]),
  properties: {},
  joins: new Set([".."]),
  firstPlace: 1,
  joinsPaths: false,
  curlyLists: true,
  roundLists: "none",
  unary: new Set(),
  tolerant: new Set(),
  callsTexts: false,
  sends: new Set(),
  joinsNumbers: true,
};
