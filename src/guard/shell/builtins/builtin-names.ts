// What is told by a builtin's name alone: whether a program does the same, whether it takes names of variables.
import { type Text, textOf } from "../values/text.ts";

/** Builtins that exist as programs too: what `xargs`, `env` or `find -exec` run under these names. */
const PROGRAM_TWINS = new Set(["echo", "printf", "test", "[", "true", "false", "pwd"]);

/** Whether a program of the same name does what the builtin does. */
export function hasProgramTwin(name: string): boolean {
  return PROGRAM_TWINS.has(name);
}

/** Builtins that take names of variables and evaluate the subscripts in them. */
const NAME_TAKING = new Set([
  ...[
    "test",
    "[",
    "printf",
    "read",
    "unset",
    "declare",
    "typeset",
    "local",
    "readonly",
    "export",
    "integer",
    "float",
  ],
  ...["mapfile", "readarray", "getopts", "wait", "let"],
]);

/** Whether a builtin takes names of variables, and evaluates the subscripts in them. */
export function takesNames(name: string): boolean {
  return NAME_TAKING.has(name);
}

/** Whether a text, taken as the name of a variable, runs a command in its subscript. */
export function holdsSubscriptCode(text: Text): boolean {
  const value = textOf(text);
  return value !== undefined && /\[[^\][]*(\$\(|`|[<>]\()/.test(value);
}
