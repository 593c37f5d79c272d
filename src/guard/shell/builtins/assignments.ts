// Assignments: to variables, to elements of arrays and maps, and to whole arrays.
import { arithmeticOf, numbersOf } from "../expansion/arithmetic.ts";
import {
  type Elements,
  elementAt,
  isListed,
  isLooseItem,
  itemsOfFields,
  looseElements,
  nextIndex,
  withElement,
  withMore,
} from "../values/arrays.ts";
import { runPrompt } from "../values/embedded-code.ts";
import { hasNamedKeys } from "../values/name-maps.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { Assignment, Word, WordPart } from "../syntax/syntax.ts";
import { concat, union } from "../values/text-sets.ts";
import {
  dropKnown,
  EMPTY,
  hole,
  known,
  literal,
  sourcesOf,
  type TextSet,
  textsOf,
} from "../values/text.ts";
import { expandAssigned, expandToText, joined, partText } from "../expansion/word-texts.ts";
import { expandTilde } from "../expansion/tildes.ts";
import { expandWords } from "../expansion/words.ts";
import { isFileMap, writeFiles } from "../expansion/zsh-modules.ts";

/** Assigns in `scope`. `isOfCommand`: for the command that follows alone. */
export function assign(
  node: Assignment,
  scope: Scope,
  io: Io,
  shell: Shell,
  isOfCommand = false,
): void {
  const { name } = node;
  if (scope.get(name)?.refersTo === "")
    shell.host.unknown("unmodelled", "a name reference that is not known", callSiteOf(scope, io));
  if (node.value.type === "ArrayValue") {
    assignArray(node, node.value.elements, scope, io, shell);
    return;
  }
  let values = expandAssigned(node.value, scope, io, shell);
  if (node.index !== undefined) {
    assignElement(node, node.index, values, scope, io, shell);
    return;
  }
  const variable = scope.get(name);
  const isInteger = variable?.traits?.has("integer") === true;
  if (isInteger) values = integerOf(values, scope, io, shell);
  if (node.append === true) {
    if (variable?.elements !== undefined && shell.dialects.includes("zsh")) {
      scope.setElements(name, withMore(variable.elements, [values]), scope.isMap(name));
      return;
    }
    const earlier = variable?.values ?? scope.value(name) ?? EMPTY;
    values = isInteger
      ? integerOf(concat(concat(earlier, known("+")), values), scope, io, shell)
      : concat(earlier, values);
  }
  // Bash: a GLOBIGNORE that is not empty makes `*` match dot files too.
  if (name === "GLOBIGNORE") scope.options.add("dotglob");
  shell.host.assigned(name, values, callSiteOf(scope, io), isOfCommand);
  runPrompt(name, values, scope, io, shell);
  assignText(name, values, scope, shell);
}

/** Assigns one text: bash gives it to the first element of an array, zsh puts it in the place of all. */
export function assignText(name: string, values: TextSet, scope: Scope, shell: Shell): void {
  const variable = scope.get(name);
  if (variable?.elements === undefined || !shell.dialects.includes("zsh")) {
    scope.set(name, values);
    return;
  }
  const { elements: _, ...single } = variable;
  const target = scope.targetOf(name);
  if (shell.dialects.includes("bash"))
    scope.setElements(name, looseElements([...itemsFlat(variable.elements), ...values]));
  else {
    scope.variables.set(target, single);
    scope.set(name, values);
  }
}

/** Assigns to an element of an array under a key that is not worked out. */
export function assignSomeElement(name: string, values: TextSet, scope: Scope): void {
  const earlier = itemsFlat(scope.get(name)?.elements ?? []);
  scope.setElements(name, looseElements([...earlier, ...values]), scope.isMap(name));
}

function itemsFlat(elements: Elements): TextSet {
  return elements.flatMap((element) => element.values);
}

/** The numbers that texts stand for in a variable that was declared to hold one. */
export function integerOf(values: TextSet, scope: Scope, io: Io, shell: Shell): TextSet {
  return union(...values.map((text) => arithmeticOf(text, scope, io, shell)));
}

function assignElement(
  node: Assignment,
  index: Word,
  given: TextSet,
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const { name } = node;
  const variable = scope.get(name);
  const isMap = hasNamedKeys(name, scope, shell.dialects);
  const subscripts = expandToText(index, scope, io, shell);
  const earlier = variable?.elements ?? asElements(variable);
  // zsh takes quotes in the key of a map for characters of it.
  const isQuoted = shell.dialects.includes("zsh") && /["'\\]/.test(index.text);
  const key = isMap
    ? isQuoted
      ? undefined
      : only(subscripts)
    : indexOf(subscripts, earlier, scope, io, shell);
  // A part of a text, or a range of elements.
  const isWhole = shell.dialects.includes("zsh") && !isMap && variable?.elements === undefined;
  let values = given;
  if (isFileMap(name, shell.dialects)) {
    writeFiles(subscripts, values, scope, io, shell);
    return;
  }
  if (variable?.traits?.has("integer") === true) values = integerOf(values, scope, io, shell);
  if (node.append === true) values = concat(elementAt(earlier, key), values);
  if (isWhole && variable !== undefined) {
    scope.set(name, [[hole("dialect", { sources: sourcesOf([...variable.values, ...values]) })]]);
    return;
  }
  const elements = withElement(earlier, key, values, isMap);
  // zsh fills up what lies between with empty elements.
  const isFilled = shell.dialects.includes("zsh") && !isMap && key !== undefined;
  scope.setElements(name, isFilled ? filledUp(elements) : elements, isMap);
}

function asElements(
  variable: { readonly values: TextSet; readonly absent?: unknown } | undefined,
): Elements {
  if (variable === undefined || variable.absent === "yes") return [];
  return variable.absent === undefined
    ? [{ key: "0", values: variable.values }]
    : looseElements(variable.values);
}

function only(texts: TextSet): string | undefined {
  const [text, ...others] = textsOf(texts) ?? [];
  return others.length === 0 ? text : undefined;
}

function indexOf(
  subscripts: TextSet,
  elements: Elements,
  scope: Scope,
  io: Io,
  shell: Shell,
): string | undefined {
  const [text, ...others] = numbersOf(subscripts, scope, io, shell) ?? [];
  if (text === undefined || others.length > 0 || shell.dialects.length > 1) return undefined;
  const number = Number(text);
  if (number < 0 && !isListed(elements)) return undefined;
  const counted = number < 0 ? nextIndex(elements) + number : number;
  const index = shell.dialects.includes("zsh") && number >= 0 ? counted - 1 : counted;
  return index < 0 || index > ELEMENT_INDEX_MAX ? undefined : String(index);
}

/** Past this the elements between are not listed. */
const ELEMENT_INDEX_MAX = 511;

function filledUp(elements: Elements): Elements {
  if (!isListed(elements)) return elements;
  return Array.from({ length: nextIndex(elements) }, (_, at) => ({
    key: String(at),
    values: elementAt(elements, String(at)),
  }));
}

function assignArray(
  node: Assignment,
  words: readonly Word[],
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  const { name } = node;
  const isMap = hasNamedKeys(name, scope, shell.dialects);
  const variable = scope.get(name);
  const earlier = node.append === true ? (variable?.elements ?? asElements(variable)) : [];
  if (node.index !== undefined) {
    // zsh: `r[1,2]=(a b)`.
    const fields = expandWords(words, scope, io, shell).flat();
    numbersOf(expandToText(node.index, scope, io, shell), scope, io, shell);
    scope.setElements(
      name,
      looseElements([...itemsFlat(variable?.elements ?? []), ...fields]),
      isMap,
    );
    return;
  }
  const isKeyed = words.some((word) => word.text.startsWith("["));
  if (isKeyed) {
    scope.setElements(name, keyedElements(words, earlier, isMap, scope, io, shell), isMap);
    return;
  }
  const vectors = expandWords(words, scope, io, shell);
  const [fields, ...others] = vectors;
  const items = vectors.map(itemsOfFields);
  const isLoose = items.some((list) => list.some(isLooseItem));
  if (fields === undefined || others.length > 0 || isLoose) {
    const isAlike = others.every((list) => list.length === fields?.length);
    if (fields !== undefined && isAlike && !isLoose && !isMap) {
      const all = fields.map((_, at) => union(vectors.map((list) => list[at] ?? [])));
      scope.setElements(name, withMore(earlier, all));
      return;
    }
    scope.setElements(name, looseElements([...itemsFlat(earlier), ...items.flat(2)]), isMap);
    return;
  }
  if (isMap && words.some((word) => /^~|[{$`*?[]/.test(word.text))) {
    // Words are neither split nor matched here, nor their braces and tildes expanded, in one of the dialects.
    const texts = words.flatMap((word) => expandToText(word, scope, io, shell));
    scope.setElements(name, looseElements([...itemsFlat(earlier), ...fields, ...texts]), true);
    return;
  }
  if (isMap) {
    let elements = earlier;
    for (let at = 0; at < fields.length; at += 2) {
      const key = only([fields[at] ?? []]);
      elements = withElement(elements, key, [fields[at + 1] ?? []], true);
    }
    scope.setElements(name, elements, true);
    return;
  }
  scope.setElements(
    name,
    withMore(
      earlier,
      fields.map((text): TextSet => [text]),
    ),
  );
}

/** `([k]=v [l]=w)`: values that are neither split nor matched against files. */
function keyedElements(
  words: readonly Word[],
  before: Elements,
  isMap: boolean,
  scope: Scope,
  io: Io,
  shell: Shell,
): Elements {
  let elements = before;
  for (const word of words) {
    const pair = keyedPair(word, scope, io, shell);
    if (pair === undefined) {
      const fields = expandWords([word], scope, io, shell).flat();
      elements = looseElements([...itemsFlat(elements), ...fields]);
      continue;
    }
    const key = isMap ? only(pair.keys) : indexOf(pair.keys, elements, scope, io, shell);
    // bash takes no empty key, says so and goes on with the next pair.
    if (isMap && key === "" && !shell.dialects.includes("zsh")) continue;
    const values = pair.isAppended ? concat(elementAt(elements, key), pair.values) : pair.values;
    elements = withElement(elements, key, values, isMap);
  }
  return elements;
}

type KeyedPair = {
  readonly keys: TextSet;
  readonly values: TextSet;
  readonly isAppended: boolean;
};

/** The key and the value of `[key]=value`; undefined for a word of another form, and for one with braces. */
function keyedPair(word: Word, scope: Scope, io: Io, shell: Shell): KeyedPair | undefined {
  const parts: readonly WordPart[] = word.parts ?? [
    { type: "Literal", pos: word.pos, end: word.end, text: word.text, value: word.value },
  ];
  if (!word.text.startsWith("[") || parts.some((part) => part.type === "BraceExpansion"))
    return undefined;
  let keys = EMPTY;
  let values: TextSet | undefined;
  let isAppended = false;
  parts.forEach((part, at) => {
    if (values !== undefined) {
      values = joined(values, partText(part, scope, io, shell), shell);
      return;
    }
    const text = part.type === "Literal" || part.type === "Glob" ? part.text : undefined;
    const start = at === 0 ? 1 : 0;
    const found = text === undefined ? null : /\](\+?)=/.exec(text.slice(start));
    if (text === undefined || found === null) {
      const whole = partText(part, scope, io, shell);
      keys = joined(keys, at === 0 ? whole.map((one) => dropKnown(one, 1)) : whole, shell);
      return;
    }
    keys = concat(keys, known(text.slice(start, start + found.index)));
    isAppended = found[1] === "+";
    const raw = text.slice(start + found.index + found[0].length);
    const rest = raw.replace(/\\([\s\S])/g, "$1");
    // Whether a tilde is one here depends on the kind of array.
    values = union([literal(rest)], expandTilde(literal(rest), raw, scope, shell.dialects));
  });
  return values === undefined ? undefined : { keys, values, isAppended };
}
