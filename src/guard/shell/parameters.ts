// Parameter expansion: `$x`, `${x:-y}`, `${r[@]}` and their relatives, over abstract text.
import { elementAt, isListed, isLooseItem, itemsOf, nextIndex } from "./arrays.ts";
import { arithmeticOf } from "./arithmetic.ts";
import type { Expanded, Expanders, Presence } from "./expansion.ts";
import { type Io, placeOf, type Shell } from "./host.ts";
import { operate } from "./operations.ts";
import type { Scope } from "./scope.ts";
import type { Variable } from "./variables.ts";
import { directoryText } from "./some-directory.ts";
import type { ParameterExpansionPart, ParameterOperation, Word } from "./syntax.ts";
import {
  concat,
  EMPTY,
  hole,
  known,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  union,
  withSplits,
} from "./text.ts";

const NUMBER = hole("missing-fact", { splits: false, like: "[0-9]*" });
/** The client, whose shell this is. */
const PARENT = hole("missing-fact", {
  splits: false,
  like: "[0-9]*",
  sources: [{ kind: "processes", guard: true }],
});
const ANY_FIELDS: TextSet = [[hole("missing-fact")]];

/** Variables that the shell counts by itself, whatever was assigned to them. */
const COUNTED = new Set([
  ...["RANDOM", "SECONDS", "BASHPID", "PPID", "UID", "EUID", "LINENO", "EPOCHSECONDS", "SRANDOM"],
  ...["OPTIND", "SHLVL"],
]);
/** Variables that the shell sets by itself, to texts. */
const KEPT = new Set([
  ...["_", "REPLY", "OPTARG", "BASH_COMMAND", "EPOCHREALTIME", "FUNCNAME", "BASH_SOURCE"],
  ...["BASH_LINENO", "PIPESTATUS", "DIRSTACK", "GROUPS", "BASH_ARGV", "BASH_ARGC", "BASH_ARGV0"],
  ...["status", "pipestatus", "match", "MATCH", "mbegin", "mend", "MBEGIN", "MEND", "funcstack"],
  ...["dirstack", "history", "commands", "functions", "aliases", "options", "signals", "jobstates"],
]);

/** The value of `$name` for a name or special parameter. */
export function parameterValue(name: string, scope: Scope, dialects: Shell["dialects"]): Expanded {
  if (name === "@" || name === "*") return { kind: "list", items: scope.positional };
  if (/^[0-9]+$/.test(name)) {
    if (name === "0") return { kind: "text", texts: ownName(scope) };
    return { kind: "text", texts: positionalAt(scope.positional, Number(name)) };
  }
  switch (name) {
    case "#":
      return {
        kind: "text",
        texts: isCounted(scope.positional) ? known(String(scope.positional.length)) : [[NUMBER]],
      };
    case "$":
    case "?":
      return { kind: "text", texts: [[NUMBER]] };
    case "!": {
      const job: TextSet = [[hole("missing-fact", { splits: false, like: "[0-9]*", job: true })]];
      // Until something runs in the background there is none.
      return { kind: "text", texts: scope.variables.has("!") ? job : union(EMPTY, job) };
    }
    case "-":
      return { kind: "text", texts: [[hole("missing-fact", { splits: false, like: "*" })]] };
    case "PWD": {
      const assigned = scope.variables.get(name);
      if (assigned === undefined) return { kind: "text", texts: directoryTexts(scope) };
      return { kind: "text", texts: union(assigned.values, directoryTexts(scope)) };
    }
    default:
  }
  const variable = scope.get(name);
  if (COUNTED.has(name))
    return {
      kind: "text",
      texts: union(variable?.values ?? [], [[name === "PPID" ? PARENT : NUMBER]]),
    };
  if (variable === undefined) return { kind: "text", texts: scope.unsetValue(name) };
  if (KEPT.has(name))
    return { kind: "text", texts: union(variable.values, scope.unsetValue(name)) };
  if (variable.refersTo === "") return unknownText();
  if (variable.elements !== undefined) {
    const isMap = scope.isMap(name);
    const first = elementAt(variable.elements, "0");
    if (!dialects.includes("zsh")) return { kind: "text", texts: first };
    const items = itemsOf(variable.elements, isMap);
    if (!dialects.includes("bash")) return { kind: "list", items };
    // WHY: bash takes the first element, zsh all of them; with both possible any element may show up.
    return { kind: "list", items: [union(first, ...items)] };
  }
  return { kind: "text", texts: variable.values };
}

function isCounted(items: readonly TextSet[] | undefined): items is readonly TextSet[] {
  return items !== undefined && !items.some(isLooseItem);
}

function positionalAt(items: readonly TextSet[] | undefined, at: number): TextSet {
  if (items === undefined) return ANY_FIELDS;
  const first = items.findIndex(isLooseItem);
  if (first < 0 || at <= first) return items[at - 1] ?? EMPTY;
  return withSplits(union(EMPTY, ...items.slice(first)), false);
}

/** `$0`: the shell, its script, or whatever the script was called with. */
function ownName(scope: Scope): TextSet {
  if (scope.name !== undefined) return [scope.name];
  // The shell that the client starts, by whatever path.
  return union(known("bash"), [[hole("missing-fact", { splits: false })]]);
}

/** The value of `${...}`. */
export function expandParameter(
  part: ParameterExpansionPart,
  scope: Scope,
  io: Io,
  shell: Shell,
  expanders: Expanders,
): Expanded {
  if (part.text.startsWith("${(")) return flagged(part, scope, io, shell);
  // What zsh alone reads: `${=x}`, `${^x}`, `${~x}`, `${+x}`.
  if (
    part.text.includes("::=") ||
    part.parameter === "" ||
    !/^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[-@*#?$!_])$/.test(part.parameter)
  )
    return madeOf(part, scope, io, shell);
  let value = base(part, scope, io, shell, expanders);
  if (part.prefix === "#") return { kind: "text", texts: lengthOf(value) };
  let isSet = presence(part, value, scope);
  if (part.prefix === "!") {
    if (part.operation?.type === "Names") return { kind: "list", items: [ANY_FIELDS] };
    const all = part.index?.text === "@" || part.index?.text === "*";
    if (all && part.operation === undefined) return keysOf(part, scope);
    value = indirect(part, value, scope, io, shell);
    isSet = "maybe";
  }
  const operation = part.operation;
  if (operation === undefined) return value;
  if (value.kind === "list") return operateList(part, operation, value, isSet);
  return { kind: "text", texts: one(operation, value.texts) };

  function one(applied: ParameterOperation, texts: TextSet): TextSet {
    return operate({ part, operation: applied, texts, isSet, scope, io, shell, expanders });
  }

  function operateList(
    from: ParameterExpansionPart,
    applied: ParameterOperation,
    list: Extract<Expanded, { kind: "list" }>,
    set: Presence,
  ): Expanded {
    const { items } = list;
    if (applied.type === "Default") {
      const isSure = items !== undefined && items.length > 0 && set === "yes";
      if (isSure && !applied.operator.includes("+") && !isEmptyItem(items)) return list;
      return {
        kind: "text",
        texts: union(
          applied.operator.includes("+") ? EMPTY : flat(list, scope),
          expanders.operand(applied.operand, scope, io),
        ),
      };
    }
    if (items === undefined) return list;
    // In zsh the joined text is changed, where it is one.
    const isJoined = from.parameter === "*" || from.index?.text === "*";
    if (isJoined && shell.dialects.includes("zsh"))
      return { kind: "list", items: [[[hole("dialect", { sources: sourcesOf(items.flat()) })]]] };
    if (applied.type === "Slice") return sliced(from, applied, items);
    if (applied.type === "Transform" && /^[AaKk]$/.test(applied.operand.text))
      return {
        kind: "list",
        items: [[[hole("unmodelled", { sources: sourcesOf(items.flat()) })]]],
      };
    return { kind: "list", items: items.map((texts) => kept(texts, one(applied, texts))) };
  }

  function sliced(
    from: ParameterExpansionPart,
    applied: Extract<ParameterOperation, { type: "Slice" }>,
    items: readonly TextSet[],
  ): Expanded {
    const isPositional = from.parameter === "@" || from.parameter === "*";
    const numbers = [applied.offset, applied.length].map((word) =>
      word === undefined ? undefined : numberOf(word, scope, io, shell, expanders),
    );
    const [offset, length] = numbers;
    const elements = isPositional ? undefined : scope.get(from.parameter)?.elements;
    const isDense =
      isPositional ||
      (elements?.every((element, at) => element.key === String(at)) === true &&
        !scope.isMap(from.parameter));
    if (
      !isDense ||
      items.some(isLooseItem) ||
      offset === undefined ||
      (applied.length !== undefined && (length === undefined || length < 0))
    )
      return {
        kind: "list",
        items: [[[hole("unmodelled", { sources: sourcesOf(items.flat()) })]]],
      };
    // The positional parameters begin with the name of the shell.
    const all = isPositional ? [ownName(scope), ...items] : items;
    const start = offset < 0 ? all.length + offset : offset;
    if (start < 0) return { kind: "list", items: [] };
    const end = length === undefined ? all.length : start + length;
    return { kind: "list", items: all.slice(start, end) };
  }
}

/** An item that stands for any number of fields goes on doing so. */
function kept(before: TextSet, after: TextSet): TextSet {
  return isLooseItem(before) ? [[hole("unmodelled", { sources: sourcesOf(after) })]] : after;
}

function isEmptyItem(items: readonly TextSet[]): boolean {
  return items.length === 1 && (items[0] ?? EMPTY).some((text) => text.length === 0);
}

function numberOf(
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
  expanders: Expanders,
): number | undefined {
  const [text, ...others] = expanders.text(word, scope, io);
  if (text === undefined || others.length > 0) return undefined;
  const number = textsOf(arithmeticOf(text, scope, io, shell))?.[0];
  return number === undefined ? undefined : Number(number);
}

function presence(part: ParameterExpansionPart, value: Expanded, scope: Scope): Presence {
  const name = part.parameter;
  if (/^[0-9]+$/.test(name)) {
    if (name === "0") return "yes";
    if (!isCounted(scope.positional)) return "maybe";
    return Number(name) <= scope.positional.length ? "yes" : "no";
  }
  if (value.kind === "list") {
    if (value.items === undefined || value.items.some(isLooseItem)) return "maybe";
    return value.items.length > 0 ? "yes" : "no";
  }
  if (/^[-#?$]$/.test(name) || name === "PWD") return "yes";
  const variable = scope.get(name) ?? scope.missing(name);
  if (variable.elements !== undefined || KEPT.has(name)) return "maybe";
  if (part.index !== undefined || COUNTED.has(name)) return "maybe";
  if (variable.absent === "yes") return "no";
  return variable.absent === undefined && variable.refersTo !== "" ? "yes" : "maybe";
}

/** Flags of zsh. Some evaluate the value as code or as a prompt; of the others something is made of the value. */
function flagged(part: ParameterExpansionPart, scope: Scope, io: Io, shell: Shell): Expanded {
  const found = /^\$\{\(([^()$`]*)\)([\s\S]*)\}$/.exec(part.text);
  if (!shell.dialects.includes("zsh") || found === null || /[eP%gp]/.test(found[1] ?? "")) {
    shell.host.unknown("dialect", "an expansion with flags of zsh", placeOf(scope, io));
    return unknownText();
  }
  return madeOf(part, scope, io, shell);
}

/** Something made of the variables that are named in an expansion which is not worked out, in any number of fields. */
function madeOf(part: ParameterExpansionPart, scope: Scope, io: Io, shell: Shell): Expanded {
  if (/\$\(|`|[<>=]\(/.test(part.text.slice(1))) {
    shell.host.unknown("dialect", "an expansion that is not modelled", placeOf(scope, io));
  }
  const names = part.text.match(/[A-Za-z_][A-Za-z0-9_]*|[@*]/g) ?? [];
  // `${x::=y}`, or a default that is assigned.
  if (part.text.includes("="))
    for (const name of names)
      if (name.length > 1 || /[A-Za-z_]/.test(name)) scope.set(name, [[hole("dialect")]]);
  const values = names.flatMap((name) =>
    name === "@" || name === "*"
      ? (scope.positional ?? []).flat()
      : [
          ...(scope.value(name) ?? []),
          ...(scope.get(name)?.elements ?? []).flatMap((element) => element.values),
        ],
  );
  return {
    kind: "list",
    items: [[[hole("dialect", { sources: sourcesOf(values) })]]],
  };
}

/** All fields of a list as possible texts of one, joined by a space or by the first character of IFS. */
export function flat(value: Expanded, scope: Scope): TextSet {
  if (value.kind === "text") return value.texts;
  const { items } = value;
  if (items === undefined) return ANY_FIELDS;
  const separators = items.length < 2 ? known(" ") : joiners(scope);
  return items.reduce<TextSet>((sum, item, at) => {
    if (at === 0) return item;
    const joined = concat(concat(sum, separators), item);
    return isLooseItem(item) ? union(sum, joined) : joined;
  }, EMPTY);
}

function joiners(scope: Scope): TextSet {
  const ifs = scope.get("IFS");
  if (ifs === undefined || ifs.absent === "yes") return known(" ");
  const firsts = textsOf(ifs.values);
  if (firsts === undefined) return [[hole("missing-fact", { splits: false })]];
  return union(known(" "), ...firsts.map((text) => known([...text][0] ?? "")));
}

function base(
  part: ParameterExpansionPart,
  scope: Scope,
  io: Io,
  shell: Shell,
  expanders: Expanders,
): Expanded {
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
  for (const text of subscripts) {
    const numbers = textsOf(arithmeticOf(text, scope, io, shell));
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

function keysOf(part: ParameterExpansionPart, scope: Scope): Expanded {
  const elements = scope.get(part.parameter)?.elements;
  if (elements === undefined || !isListed(elements)) return { kind: "list", items: [ANY_FIELDS] };
  const keys = elements.map((one) => known(one.key ?? ""));
  if (!scope.isMap(part.parameter)) return { kind: "list", items: keys };
  return { kind: "list", items: keys.map(() => union(...keys)) };
}

function indirect(
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
        placeOf(scope, io),
      );
    return { kind: "list", items: [ANY_FIELDS] };
  }
  if (names.some((name) => /\[[\s\S]*(?:\$\(|`|\$\{|[<>]\()/.test(name)))
    shell.host.unknown("dynamic-code", "a subscript that may run a command", placeOf(scope, io));
  if (names.some((name) => !/^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*])$/.test(name)))
    return { kind: "list", items: [ANY_FIELDS] };
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return parameterValue(only, scope, shell.dialects);
  return {
    kind: "text",
    texts: union(...names.map((name) => flat(parameterValue(name, scope, shell.dialects), scope))),
  };
}

function lengthOf(value: Expanded): TextSet {
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

function unknownText(): Expanded {
  return { kind: "text", texts: ANY_FIELDS };
}

function directoryTexts(scope: Scope): TextSet {
  return union(
    scope.directories.map(
      (directory): Text =>
        directory === undefined ? [hole("dynamic-path")] : directoryText(directory),
    ),
  );
}
