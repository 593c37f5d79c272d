// The argument vectors that the words of a command may become.
import { ARGUMENT_VECTORS_MAX } from "#base/limits.ts";
import { assign } from "./assignments.ts";
import { expandBraces } from "../expansion/braces.ts";
import { declaredTraits, isLocal } from "./declarations.ts";
import type { Io, Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import {
  type Assignment,
  type Command,
  parseCommand,
  type Word,
  type WordPart,
} from "../syntax/syntax.ts";
import {
  append,
  EMPTY,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import { expandAssigned } from "../expansion/word-texts.ts";
import { expandWords } from "../expansion/words.ts";
import type { Fields } from "../values/field-splitting.ts";

/** Arguments of declaration builtins (`export a=b`) are parsed as assignments: give them back as `a=b` fields. */
export function argumentVectors(
  node: Command,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Fields[] {
  const wordsIo: Io = loadsWords(node) ? { ...io, isLoading: true } : io;
  const words: Word[] = node.name === undefined ? [] : [node.name];
  let vectors: readonly Fields[] | undefined;
  for (const argument of node.args) {
    if (argument.type === "Word") {
      if (vectors === undefined) words.push(argument);
      else vectors = product(vectors, expandWords([argument], scope, wordsIo, shell));
      continue;
    }
    vectors ??= expandWords(words, scope, wordsIo, shell);
    const inner = scope.fork();
    // What is declared is a variable of its own where that is local; its earlier shape does not count.
    const flags = (vectors[0] ?? []).map((text) => textOf(text) ?? "");
    // WHY not that it refuses others: that begins behind the value that is read here.
    const traits = new Set([...declaredTraits(flags)].filter((trait) => trait !== "readonly"));
    if (isLocal(flags[0] ?? "", io)) inner.variables.delete(argument.name);
    const braced = bracedValues(argument, inner, io, shell);
    if (braced !== undefined) {
      vectors = product(
        vectors,
        braced.map((text) => [append(literal(`${argument.name}=`), unsplit(text))]),
      );
      continue;
    }
    if (flags.some((flag) => /^-[A-Za-z]*n/.test(flag)) && flags[0] !== "export")
      inner.variables.delete(argument.name);
    inner.declareTraits(argument.name, traits, new Set());
    assign(argument, inner, io, shell);
    const made = inner.get(argument.name);
    if (made?.elements !== undefined) {
      scope.variables.set(scope.targetOf(argument.name), made);
      if (isLocal(flags[0] ?? "", io)) scope.locals = new Set([...scope.locals, argument.name]);
      vectors = product(vectors, [[literal(argument.name)]]);
    } else {
      const values = made?.values ?? EMPTY;
      vectors = product(
        vectors,
        values.map((text) => [append(literal(`${argument.name}=`), unsplit(text))]),
      );
    }
  }
  return vectors ?? expandWords(words, scope, wordsIo, shell);
}

/** Commands that make settings of their words, and those that run their text in the shell itself. */
const LOADS = /^(?:export|declare|typeset|env|eval|source|\.)$/;

/**
 * Whether what the words of a command bring is loaded: `export $(cat .env)`, `env $(grep -v '#' .env) make`, `source <(cat .env)`. WHY
 * whole words: part of one is looked at for what it holds.
 */
function loadsWords({ name, args }: Command): boolean {
  if (name === undefined || !LOADS.test(name.value)) return false;
  const bringing = args.flatMap((word) =>
    word.type === "Word" && /\$\(|`|<\(/.test(word.text) ? [word.parts ?? []] : [],
  );
  return (
    bringing.length > 0 &&
    bringing.every(([part, ...more]) => more.length === 0 && brings(part, name.value))
  );
}

/** WHY quoted only of `eval`: what else is handed on as one text is no list of settings. */
function brings(part: WordPart | undefined, name: string): boolean {
  switch (part?.type) {
    case "CommandExpansion":
    case "ProcessSubstitution":
      return true;
    case "DoubleQuoted":
      return name === "eval" && part.parts.length === 1 && brings(part.parts[0], name);
    default:
      return false;
  }
}

/** In bash a declaration's braces are expanded: of `export x={a,b}` the last one stays. */
function bracedValues(
  argument: Assignment,
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet | undefined {
  const { value } = argument;
  const hasBraces =
    value.type === "Word" && value.parts?.some((part) => part.type === "BraceExpansion") === true;
  if (!hasBraces || !shell.dialects.includes("bash")) return undefined;
  const last = expandBraces(value.text)?.at(-1);
  const command = parseCommand(`x=${last ?? ""}`).script?.commands[0]?.command;
  const only = command?.type === "Command" ? command.prefix[0] : undefined;
  if (last === undefined || only?.type !== "Assignment" || only.value.type !== "Word")
    return [[hole("unmodelled")]];
  const texts = expandAssigned(only.value, scope, io, shell);
  return shell.dialects.includes("zsh")
    ? union(texts, expandAssigned(value, scope, io, shell))
    : texts;
}

function unsplit(text: Text): Text {
  return text.map((piece) => (piece.kind === "hole" ? { ...piece, splits: false } : piece));
}

function product(first: readonly Fields[], second: readonly Fields[]): readonly Fields[] {
  if (first.length * second.length > ARGUMENT_VECTORS_MAX) {
    const joined = hole("budget", { sources: sourcesOf(second.flat()) });
    return first.map((fields) => [...fields, [joined]]);
  }
  return first.flatMap((a) => second.map((b) => [...a, ...b]));
}
