// `declare` and its relatives, and `unset`: what they make of variables.
import { hasNamedKeys } from "../values/name-maps.ts";
import { runPrompt } from "../values/embedded-code.ts";
import { isSecretVariable } from "#base/secret-variables.ts";
import { EITHER } from "../values/results.ts";
import { withElement, withoutElement } from "../values/arrays.ts";
import { arithmeticOf } from "../expansion/arithmetic.ts";
import { integerOf } from "./assignments.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { type Io, callSiteOf, type Result } from "../values/host.ts";
import type { Trait } from "../values/variables.ts";
import { concat, union } from "../values/text-sets.ts";
import {
  EMPTY,
  SECRET_VARIABLE,
  hole,
  known,
  literal,
  type Text,
  type TextSet,
  textOf,
  textsOf,
} from "../values/text.ts";
import { isFileMap } from "../expansion/zsh-modules.ts";

const LETTERS: Readonly<Record<string, Trait>> = {
  u: "upper",
  l: "lower",
  c: "capital",
  i: "integer",
  r: "readonly",
  A: "map",
};

/** What the options of a declaration say of its variables. The first word is the builtin. */
export function declaredTraits(words: readonly string[]): ReadonlySet<Trait> {
  const [name = "", ...options] = words;
  const traits = new Set<Trait>();
  if (name === "readonly") traits.add("readonly");
  if (name === "integer") traits.add("integer");
  for (const option of options) {
    if (!/^-[A-Za-z]/.test(option)) continue;
    for (const letter of option.slice(1)) {
      const trait = LETTERS[letter];
      if (trait !== undefined) traits.add(trait);
    }
  }
  return traits;
}

/** Whether a declaration in a function makes a variable of its own there. */
export function isLocal(name: string, io: Io): boolean {
  if (name === "local" || name === "private") return true;
  return /^(?:declare|typeset|integer|float)$/.test(name) && io.inFunction === true;
}

/** Whether every variable is printed: no name is given, and the options ask for no functions and for no rare attribute. */
function printsVariables(args: readonly Text[]): boolean {
  return args.every((text) => {
    const value = textOf(text);
    return (
      value !== undefined && /^(?:--|[-+][A-Za-z]*)$/.test(value) && !/[fFaAirnulzU]/.test(value)
    );
  });
}

/** What the options of one declaration ask for. */
type Asked = {
  readonly traits: ReadonlySet<Trait>;
  readonly dropped: ReadonlySet<Trait>;
  readonly isExported: boolean | undefined;
  readonly isGlobal: boolean;
  readonly isReference: boolean | undefined;
  readonly prints: boolean;
  readonly isFunctions: boolean;
  /** Options that zsh alone has, or that nothing is known of. */
  readonly isStrange: boolean;
};

function askedOf(name: string, options: readonly string[]): Asked {
  const on = options.filter((option) => option.startsWith("-")).join("");
  const off = options.filter((option) => option.startsWith("+")).join("");
  const isExport = name === "export";
  return {
    traits: declaredTraits([name, ...options]),
    dropped: declaredTraits([name === "readonly" ? "" : name, `-${off.replaceAll("+", "")}`]),
    isExported:
      (isExport && !/n/.test(on)) || /x/.test(on)
        ? true
        : isExport || /x/.test(off)
          ? false
          : undefined,
    isGlobal: /g/.test(on),
    isReference: isExport ? undefined : /n/.test(on) ? true : /n/.test(off) ? false : undefined,
    prints: /[pF]/.test(on),
    isFunctions: /f/.test(on),
    isStrange: name === "float" || /[LRZTUEFhHtwmkz]/.test(on),
  };
}

/** `declare`, `local`, `export` and their relatives. */
export function declare(call: BuiltinCall): Result {
  const { name, args, scope, io, shell, consumer } = call;
  if (name !== "local" && name !== "readonly" && printsVariables(args)) {
    return { output: shell.host.environment(consumer, callSiteOf(scope, io)), status: "either" };
  }
  const isOption = (text: Text): boolean => /^[-+]/.test(textOf(text) ?? knownStart(text));
  // `local -` keeps what the function does to the options to itself.
  if (name === "local" && args.some((text) => textOf(text) === "-"))
    scope.locals = new Set([...scope.locals, "-"]);
  const asked = askedOf(
    name,
    args.filter(isOption).map((text) => textOf(text) ?? knownStart(text)),
  );
  for (const text of args.filter((one) => !isOption(one))) declareOne(text, asked, call);
  // zsh shows numbers in the base, or with the digits, that the options ask for.
  if (shell.dialects.includes("zsh") && args.some((text) => /^\d+$/.test(textOf(text) ?? "")))
    for (const text of args) {
      const [, declared] = /^([A-Za-z_]\w*)=/.exec(textOf(text) ?? knownStart(text)) ?? [];
      if (declared !== undefined) scope.set(declared, [[hole("dialect", { splits: false })]]);
    }
  const isSecret = args.some((text) => isSecretVariable(textOf(text) ?? ""));
  return asked.prints || args.length === 0
    ? {
        output: [[hole("missing-fact", isSecret ? { sources: [SECRET_VARIABLE] } : {})]],
        status: "either",
      }
    : EITHER;
}

function declareOne(text: Text, asked: Asked, call: BuiltinCall): void {
  const { name, scope, io, shell } = call;
  const value = textOf(text);
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?(\+?=)?/.exec(value ?? knownStart(text));
  if (found === null) {
    if (value === undefined)
      shell.host.unknown(
        "dynamic-command",
        "a declaration whose name is not known",
        callSiteOf(scope, io),
      );
    return;
  }
  const variable = found[1] ?? "";
  if (asked.isFunctions) {
    if (asked.isExported === true) scope.exportedFunctions.add(variable);
    return;
  }
  if (asked.isReference !== undefined) {
    refer(variable, found[2] === undefined ? undefined : rest(text, found[0]), asked, call);
    return;
  }
  const isOwn = isLocal(name, io) && !asked.isGlobal;
  const isNew = isOwn && !scope.locals.has(variable);
  if (isOwn) scope.locals = new Set([...scope.locals, variable]);
  if (found[2] === undefined) {
    // The elements of an array were assigned while the words were read.
    const isMade = scope.get(variable)?.elements !== undefined && !isNew;
    const earlier = scope.unsureLocals.has(variable) ? scope.variables.get(variable) : undefined;
    if (isNew && !isMade && earlier === undefined)
      scope.variables.set(variable, { values: EMPTY, exported: false, absent: "yes" });
    // Where it may be local already, it may keep what it has.
    else if (isNew && !isMade && earlier !== undefined)
      scope.variables.set(variable, {
        ...earlier,
        values: union(earlier.values, EMPTY),
        absent: "maybe",
      });
    scope.declareTraits(variable, asked.traits, asked.dropped);
    if (asked.isExported !== undefined) scope.export(variable, asked.isExported);
    return;
  }
  const given: TextSet = [rest(text, found[0])];
  const [, subscript] = /\[([^\]]*)\]/.exec(found[0]) ?? [];
  if (subscript !== undefined) {
    declareElement(variable, subscript, given, call);
    return;
  }
  shell.host.assigned(variable, given, callSiteOf(scope, io));
  runPrompt(variable, given, scope, io, shell);
  const earlier = scope.value(variable) ?? EMPTY;
  if (isNew) scope.variables.delete(variable);
  // A readonly variable refuses what comes after this value.
  const shapes = new Set([...asked.traits].filter((trait) => trait !== "readonly"));
  scope.declareTraits(variable, shapes, asked.dropped);
  const isInteger = scope.get(variable)?.traits?.has("integer") === true;
  const isAppended = found[2] === "+=";
  const values = isInteger
    ? integerOf(isAppended ? concat(concat(earlier, known("+")), given) : given, scope, io, shell)
    : isAppended
      ? concat(earlier, given)
      : given;
  const known_ = asked.isStrange ? madeOf(values) : values;
  scope.set(variable, known_, asked.isExported);
  if (asked.traits.has("readonly")) scope.declareTraits(variable, new Set(["readonly"]), new Set());
}

/** `declare 'name[key]=value'`. */
function declareElement(name: string, key: string, given: TextSet, call: BuiltinCall): void {
  const { scope, shell } = call;
  const isMap = hasNamedKeys(name, scope, shell.dialects);
  const isPlain = isMap || (/^\d+$/.test(key) && !shell.dialects.includes("zsh"));
  const earlier = scope.get(name)?.elements ?? [];
  scope.setElements(name, withElement(earlier, isPlain ? key : undefined, given, isMap), isMap);
}

function madeOf(values: TextSet): TextSet {
  return [
    [
      hole("dialect", {
        splits: false,
        sources: values.flatMap((text) =>
          text.flatMap((piece) => (piece.kind === "hole" ? piece.sources : [])),
        ),
      }),
    ],
  ];
}

/** `declare -n`: another name of a variable. */
function refer(name: string, target: Text | undefined, asked: Asked, call: BuiltinCall): void {
  const { scope, io, shell } = call;
  if (isLocal(call.name, io)) scope.locals = new Set([...scope.locals, name]);
  const earlier = scope.variables.get(name);
  if (asked.isReference === false) {
    const { refersTo, ...plain } = earlier ?? { values: EMPTY, exported: false };
    scope.variables.set(name, { ...plain, values: known(refersTo ?? "") });
    return;
  }
  const value = target === undefined ? undefined : textOf(target);
  if (value === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(value) || value === name)
    shell.host.unknown("unmodelled", "a name reference", callSiteOf(scope, io));
  const isPlain = value !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) && value !== name;
  scope.variables.set(name, { values: EMPTY, exported: false, refersTo: isPlain ? value : "" });
}

function knownStart(text: Text): string {
  return text[0]?.kind === "text" ? text[0].text : "";
}

function rest(text: Text, before: string): Text {
  const value = textOf(text);
  if (value !== undefined) return literal(value.slice(before.length));
  const [first, ...more] = text;
  return first?.kind === "text" ? [...literal(first.text.slice(before.length)), ...more] : text;
}

/** `unset`: variables, elements, functions. */
export function unset({ args, scope, io, shell }: BuiltinCall): Result {
  let isFunctions = false;
  let isReference = false;
  for (const text of args) {
    const value = textOf(text);
    if (value === "-f") isFunctions = true;
    else if (value === "-n") isReference = true;
    else if (value === undefined || value.startsWith("-")) continue;
    else if (isFunctions) scope.functions.delete(value);
    else if (isReference) scope.variables.delete(value);
    else if (value.includes("[")) unsetElement(value);
    else if (scope.variables.has(value) || !scope.functions.has(value)) {
      const isOfFunction = scope.locals.has(scope.targetOf(value));
      scope.unset(value);
      // What a caller had under the name may come to light.
      if (io.inFunction === true && !isOfFunction) {
        const variable = scope.get(value);
        if (variable !== undefined)
          scope.variables.set(scope.targetOf(value), {
            ...variable,
            values: [[], [hole("missing-fact")]],
            absent: "maybe",
          });
      }
    } else scope.functions.delete(value);
  }
  return EITHER;

  function unsetElement(target: string): void {
    const found = /^([A-Za-z_][A-Za-z0-9_]*)\[([\s\S]*)\]$/.exec(target);
    const name = found?.[1] ?? "";
    // The element is a file.
    if (isFileMap(name, shell.dialects))
      shell.dispatch([literal("rm"), literal("--"), literal(found?.[2] ?? "")], scope, io, {
        external: true,
      });
    const variable = scope.get(name);
    if (variable?.elements === undefined) return;
    const subscript = found?.[2] ?? "";
    if (subscript === "@" || subscript === "*") {
      scope.setElements(name, [], scope.isMap(name));
      return;
    }
    const isMap = scope.isMap(name);
    const index = textsOf(arithmeticOf(literal(subscript), scope, io, shell))?.[0];
    const isPlain = index !== undefined && Number(index) >= 0 && !shell.dialects.includes("zsh");
    const key = isMap ? subscript : isPlain ? index : undefined;
    scope.setElements(name, withoutElement(variable.elements, key), isMap);
  }
}
