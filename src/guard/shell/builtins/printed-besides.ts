// Builtins that print what the shell has: definitions, options, directories. What it is nobody computes, but that it may be something counts.
import type { Result } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { Redirection } from "../syntax/syntax.ts";
import { hole, type Text, textOf } from "../values/text.ts";
import { union } from "../values/text-sets.ts";

/** The result of a builtin, with what it may print besides. */
export function withPrinted(
  result: Result,
  name: string,
  args: readonly Text[],
  scope: Scope,
): Result {
  return mayPrint(name, args, scope) ? withUnknown(result) : result;
}

function mayPrint(name: string, args: readonly Text[], scope: Scope): boolean {
  const words = args.map((text) => textOf(text) ?? "-?");
  const operands = words.filter((word) => !/^[-+]/.test(word));
  const letters = words.filter((word) => /^[-+]/.test(word)).join("");
  switch (name) {
    case "alias":
      return words.length === 0 || words.some((word) => !word.includes("="));
    case "shopt":
      return !letters.includes("q") && (operands.length === 0 || !/[su]/.test(letters));
    case "setopt":
    case "unsetopt":
      return operands.length === 0;
    case "set":
      return /^[-+][A-Za-z]*o$/.test(words.at(-1) ?? "");
    case "declare":
    case "typeset":
    case "local":
    case "readonly":
      return operands.length === 0 || letters.includes("f");
    case "export":
      return operands.length === 0;
    case "enable":
      return operands.length === 0 || /[ap]/.test(letters);
    case "hash":
      return operands.length === 0 || /[lt]/.test(letters);
    case "help":
    case "pushd":
      return true;
    case "cd":
    case "chdir":
      return words.includes("-") || scope.variables.has("CDPATH");
    default:
      return false;
  }
}

/** Builtins that never complain. */
const SILENT = new Set([":", "true", "false", "echo", "pwd"]);

/** The result of a builtin whose complaints go where its output goes. */
export function withComplaints(
  result: Result,
  name: string | undefined,
  redirects: readonly Redirection[],
): Result {
  const isMerged = redirects.some(
    (one) =>
      one.type === "Redirect" &&
      one.operator === ">&" &&
      one.descriptor?.type === "FileDescriptor" &&
      one.descriptor.value === 2 &&
      one.target?.value !== "-",
  );
  return isMerged && name !== undefined && !SILENT.has(name) ? withUnknown(result) : result;
}

function withUnknown(result: Result): Result {
  return { ...result, output: union(result.output, [[hole("unmodelled")]]) };
}
