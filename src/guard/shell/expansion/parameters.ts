// Parameter expansion: `$x`, `${x:-y}`, `${r[@]}` and their relatives, over abstract text.
import { isLooseItem } from "../values/arrays.ts";
import { numbersOf } from "./arithmetic.ts";
import type { Expanded, Expanders, Presence } from "./expansion.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import { operate } from "./operations.ts";
import type { Scope } from "../values/scope.ts";
import type { ParameterExpansionPart, ParameterOperation, Word } from "../syntax/syntax.ts";
import { EMPTY, hole, literal, sourcesOf, type TextSet } from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import { base, keysOf, indirect, lengthOf } from "./parameter-values.ts";
import {
  ANY_FIELDS,
  COUNTED,
  flat,
  KEPT,
  isCounted,
  ownName,
  unknownText,
} from "./special-parameters.ts";

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
  const at = { part, isSet, scope, io, shell, expanders };
  if (value.kind === "list") return operateList(operation, value, at);
  return { kind: "text", texts: operated(operation, value.texts, at) };
}

/** Where an operation stands: its parameter, whether that is set, and the shell that expands it. */
type OperationSite = {
  readonly part: ParameterExpansionPart;
  readonly isSet: Presence;
  readonly scope: Scope;
  readonly io: Io;
  readonly shell: Shell;
  readonly expanders: Expanders;
};

function operated(operation: ParameterOperation, texts: TextSet, at: OperationSite): TextSet {
  return operate({ ...at, operation, texts });
}

/** What an operation makes of a list, item by item or of all together. */
function operateList(
  applied: ParameterOperation,
  list: Extract<Expanded, { kind: "list" }>,
  at: OperationSite,
): Expanded {
  const { part, isSet, scope, io, shell, expanders } = at;
  const { items } = list;
  if (applied.type === "Default") {
    const isSure = items !== undefined && items.length > 0 && isSet === "yes";
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
  const isJoined = part.parameter === "*" || part.index?.text === "*";
  if (isJoined && shell.dialects.includes("zsh"))
    return { kind: "list", items: [[[hole("dialect", { sources: sourcesOf(items.flat()) })]]] };
  if (applied.type === "Slice") return sliced(applied, items, at);
  if (applied.type === "Transform" && /^[AaKk]$/.test(applied.operand.text))
    return {
      kind: "list",
      items: [[[hole("unmodelled", { sources: sourcesOf(items.flat()) })]]],
    };
  return { kind: "list", items: items.map((texts) => kept(texts, operated(applied, texts, at))) };
}

/** `${list[@]:offset:length}`. */
function sliced(
  applied: Extract<ParameterOperation, { type: "Slice" }>,
  items: readonly TextSet[],
  { part, scope, io, shell, expanders }: OperationSite,
): Expanded {
  const isPositional = part.parameter === "@" || part.parameter === "*";
  const numbers = [applied.offset, applied.length].map((word) =>
    word === undefined ? undefined : numberOf(word, scope, io, shell, expanders),
  );
  const [offset, length] = numbers;
  const elements = isPositional ? undefined : scope.get(part.parameter)?.elements;
  const isDense =
    isPositional ||
    (elements?.every((element, at) => element.key === String(at)) === true &&
      !scope.isMap(part.parameter));
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
  const isZsh = shell.dialects.includes("zsh");
  // zsh counts from the end of the parameters alone, and begins at the first where that is before it.
  if (offset < 0 && isZsh && items.length + offset < 0) {
    if (shell.dialects.includes("bash"))
      return { kind: "list", items: [[[hole("dialect", { sources: sourcesOf(items.flat()) })]]] };
    return { kind: "list", items: items.slice(0, length) };
  }
  const start = offset < 0 ? all.length + offset : offset;
  if (start < 0) return { kind: "list", items: [] };
  const end = length === undefined ? all.length : start + length;
  return { kind: "list", items: all.slice(start, end) };
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
  const [found, ...others] = numbersOf(expanders.text(word, scope, io), scope, io, shell) ?? [];
  return found === undefined || others.length > 0 ? undefined : Number(found);
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
    shell.host.unknown("dialect", "an expansion with flags of zsh", callSiteOf(scope, io));
    return unknownText();
  }
  return madeOf(part, scope, io, shell);
}

/** Something made of the variables that are named in an expansion which is not worked out, in any number of fields. */
function madeOf(part: ParameterExpansionPart, scope: Scope, io: Io, shell: Shell): Expanded {
  if (/\$\(|`|[<>=]\(/.test(part.text.slice(1))) {
    shell.host.unknown(
      "dialect",
      "an expansion that sallyport does not know",
      callSiteOf(scope, io),
    );
    for (const code of commandsIn(part.text)) shell.runText([literal(code)], scope.fork(), io);
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

/** Commands that stand in a text that is not taken apart: `$(…)`, `<(…)`, and those between backticks. */
function commandsIn(text: string): readonly string[] {
  const found = [...text.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code);
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== "(" || !/[$<>=]/.test(text[at - 1] ?? "") || text[at + 1] === "(") continue;
    let depth = 1;
    let end = at + 1;
    for (; end < text.length && depth > 0; end += 1)
      depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
    if (depth === 0) found.push(text.slice(at + 1, end - 1));
    at = end - 1;
  }
  return found;
}
