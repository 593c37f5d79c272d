// What a parameter holds before operators change it: elements, keys, lengths, what a name refers to.
import { elementAt, isListed, isLooseItem, itemsOf, nextIndex } from "../values/arrays.ts";
import { inspectSubscripts, numbersOf } from "./arithmetic.ts";
import type { Expanded, Expanders } from "./expansion.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { Variable } from "../values/variables.ts";
import type { ParameterExpansionPart } from "../syntax/syntax.ts";
import {
  EMPTY,
  ENVIRONMENT,
  hole,
  known,
  literal,
  SECRET_VARIABLE,
  sourcesOf,
  type TextSet,
  textOf,
  textsOf,
} from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import {
  ANY_FIELDS,
  flat,
  KEPT,
  NUMBER,
  parameterValue,
  unknownText,
} from "./special-parameters.ts";
import { isFileMap, readFiles } from "./zsh-modules.ts";

export function base(
  part: ParameterExpansionPart,
  scope: Scope,
  io: Io,
  shell: Shell,
  expanders: Expanders,
): Expanded {
  const isFiles = isFileMap(part.parameter, shell.dialects);
  if (part.index === undefined && !isFiles)
    return parameterValue(part.parameter, scope, shell.dialects);
  if (isFiles) {
    const paths =
      part.index === undefined || /^[@*]$|^\(/.test(part.index.text)
        ? undefined
        : expanders.text(part.index, scope, io);
    return { kind: "text", texts: readFiles(paths, scope, io, shell) };
  }
  if (part.index === undefined) return parameterValue(part.parameter, scope, shell.dialects);
  const variable = scope.get(part.parameter);
  const index = part.index.text;
  const isZsh = shell.dialects.includes("zsh");
  if (index === "@" || index === "*")
    return { kind: "list", items: allItems(part, variable, scope, isZsh) };
  // Indexing may run a substitution: it is expanded for its effects whatever the element is.
  const subscripts = expanders.text(part.index, scope, io);
  const isMap = scope.isMap(part.parameter);
  const isQuoted = isZsh && /["'\\]/.test(index);
  const keys = isMap
    ? isQuoted
      ? undefined
      : textsOf(subscripts)
    : indexesOf(subscripts, variable, scope, io, shell);
  if (variable === undefined || KEPT.has(part.parameter)) return unknownText();
  const elements = variable.elements;
  if (elements === undefined) {
    if (isZsh) return { kind: "text", texts: lost(variable.values) };
    const isFirst = keys?.every((key) => key === "0") === true;
    return { kind: "text", texts: isFirst ? variable.values : union(EMPTY, variable.values) };
  }
  if (isZsh && (keys === undefined || /[,(]/.test(index)))
    return { kind: "list", items: [lost(elements.flatMap((one) => one.values))] };
  const missing: TextSet = variable.absent === undefined ? [] : EMPTY;
  if (keys === undefined) return { kind: "text", texts: elementAt(elements, undefined) };
  return { kind: "text", texts: union(missing, ...keys.map((key) => elementAt(elements, key))) };
}

/** The keys that subscripts stand for; undefined when one is not known. */
function indexesOf(
  subscripts: TextSet,
  variable: Variable | undefined,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly string[] | undefined {
  const elements = variable?.elements ?? [];
  const keys: string[] = [];
  const numbers = numbersOf(subscripts, scope, io, shell);
  if (numbers === undefined) return undefined;
  for (const number of numbers.map(Number)) {
    for (const dialect of shell.dialects) {
      if (number < 0 && !isListed(elements)) return undefined;
      const counted = number < 0 ? nextIndex(elements) + number : number;
      keys.push(String(dialect === "zsh" && number >= 0 ? counted - 1 : counted));
      // Options of zsh let it count from there.
      if (dialect === "zsh" && number === 0) keys.push("0");
    }
  }
  return keys;
}

function allItems(
  part: ParameterExpansionPart,
  variable: Variable | undefined,
  scope: Scope,
  isZsh: boolean,
): readonly TextSet[] {
  if (variable === undefined)
    return scope.missing(part.parameter).absent === "yes" && !isZsh ? [] : [ANY_FIELDS];
  if (KEPT.has(part.parameter) || variable.refersTo === "") return [ANY_FIELDS];
  if (variable.absent === "maybe")
    return [
      [
        [
          hole("missing-fact", {
            sources: sourcesOf([
              ...variable.values,
              ...(variable.elements ?? []).flatMap((one) => one.values),
            ]),
          }),
        ],
      ],
    ];
  if (variable.elements !== undefined)
    return itemsOf(variable.elements, scope.isMap(part.parameter));
  // In zsh nothing is one empty field here.
  if (variable.absent === "yes") return isZsh ? [ANY_FIELDS] : [];
  return [variable.values];
}

export function keysOf(part: ParameterExpansionPart, scope: Scope): Expanded {
  const elements = scope.get(part.parameter)?.elements;
  if (elements === undefined || !isListed(elements)) return { kind: "list", items: [ANY_FIELDS] };
  const keys = elements.map((one) => known(one.key ?? ""));
  if (!scope.isMap(part.parameter)) return { kind: "list", items: keys };
  return { kind: "list", items: keys.map(() => union(...keys)) };
}

/** What any variable may hold: those of the environment too, keys and tokens among them. */
const ANY_VARIABLE: TextSet = [[hole("missing-fact", { sources: [ENVIRONMENT, SECRET_VARIABLE] })]];

export function indirect(
  part: ParameterExpansionPart,
  value: Expanded,
  scope: Scope,
  io: Io,
  shell: Shell,
): Expanded {
  const isReference = scope.variables.get(part.parameter)?.refersTo;
  if (isReference !== undefined) return { kind: "text", texts: known(isReference) };
  const names = value.kind === "text" ? textsOf(value.texts) : undefined;
  if (names === undefined) {
    if (value.kind === "text" && sourcesOf(value.texts).length > 0)
      shell.host.unknown(
        "dynamic-code",
        "the name of a variable that was read",
        callSiteOf(scope, io),
      );
    return { kind: "list", items: [ANY_VARIABLE] };
  }
  if (names.some((name) => /\[[\s\S]*(?:\$\(|`|\$\{|[<>]\()/.test(name)))
    shell.host.unknown("dynamic-code", "a subscript that may run a command", callSiteOf(scope, io));
  else inspectSubscripts(names.map(literal), scope, io, shell);
  if (names.some((name) => !/^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*])$/.test(name)))
    return { kind: "list", items: [ANY_FIELDS] };
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return parameterValue(only, scope, shell.dialects);
  return {
    kind: "text",
    texts: union(...names.map((name) => flat(parameterValue(name, scope, shell.dialects), scope))),
  };
}

export function lengthOf(value: Expanded): TextSet {
  if (value.kind === "list") {
    const { items } = value;
    return items === undefined || items.some(isLooseItem)
      ? [[NUMBER]]
      : known(String(items.length));
  }
  return union(
    value.texts.map((text) => {
      const string = textOf(text);
      return string === undefined ? [NUMBER] : [{ kind: "text", text: String([...string].length) }];
    }),
  );
}

function lost(texts: TextSet): TextSet {
  return [[hole("unmodelled", { sources: sourcesOf(texts) })]];
}
