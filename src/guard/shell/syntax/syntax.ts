// The adapter over the shell parser: the only file that imports it. Caps what is parsed and never throws.
import { parse } from "unbash";
import { COMMAND_CHARS_MAX, HERE_DOCUMENTS_MAX, OPENERS_MAX } from "#base/limits.ts";

export type {
  AndOr,
  ArithmeticExpression,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  Function as FunctionNode,
  HereDoc,
  ParameterExpansionPart,
  ParameterOperation,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Redirect,
  Redirection,
  Script,
  Statement,
  SyntaxNode,
  TestExpression,
  Word,
  WordPart,
} from "unbash";

export { forEachChild as childrenOf } from "unbash";

import type { ParsedScript, Script } from "unbash";

/**
 * What could be parsed. `script` holds the commands before the first error too, because bash runs them.
 * `problem` says why the tree may not be the whole truth.
 */
export type Parsed = {
  readonly script: ParsedScript | undefined;
  readonly problem: { readonly reason: "syntax" | "budget"; readonly detail: string } | undefined;
};

/** Parses command text. Total: any text gives a result. */
export function parseCommand(source: string): Parsed {
  if (hereDocuments(source) > HERE_DOCUMENTS_MAX) {
    return {
      script: undefined,
      problem: { reason: "budget", detail: "too many here-documents to parse" },
    };
  }
  if (openers(source) > OPENERS_MAX) {
    return {
      script: undefined,
      problem: { reason: "budget", detail: "too many nested openers to parse" },
    };
  }
  const text = source.length > COMMAND_CHARS_MAX ? source.slice(0, COMMAND_CHARS_MAX) : source;
  let script: ParsedScript;
  try {
    script = parse(text);
  } catch {
    return {
      script: undefined,
      problem: { reason: "budget", detail: "too deeply nested to parse" },
    };
  }
  if (text !== source) {
    return {
      script,
      problem: { reason: "budget", detail: `longer than ${COMMAND_CHARS_MAX} characters` },
    };
  }
  if (source.includes("\0")) {
    return { script, problem: { reason: "syntax", detail: "holds a NUL character" } };
  }
  const error = firstErrorOf(script);
  return {
    script,
    problem: error === undefined ? undefined : { reason: "syntax", detail: error },
  };
}

/** What is wrong in a script by itself: that of a substitution has errors of its own, which the whole may not name. */
export function firstErrorOf(script: Script | ParsedScript): string | undefined {
  return "errors" in script ? script.errors?.[0]?.message.toLowerCase() : undefined;
}

/**
 * The deepest nesting that the text could have, counted without parsing: unclosed brackets and substitutions, each kind by
 * itself, because none of one closes one of another. Quotes are not looked at.
 */
function openers(source: string): number {
  const round = { depth: 0, deepest: 0 };
  const curly = { depth: 0, deepest: 0 };
  let backticks = 0;
  for (let at = 0; at < source.length; at += 1) {
    switch (source.charCodeAt(at)) {
      case 0x28: // (
        open(round);
        break;
      case 0x7b: // {
        open(curly);
        break;
      case 0x29: // )
        if (round.depth > 0) round.depth -= 1;
        break;
      case 0x7d: // }
        if (curly.depth > 0) curly.depth -= 1;
        break;
      case 0x60: // `
        if (source.charCodeAt(at - 1) === 0x5c) backticks += 1;
        break;
      default:
    }
  }
  return round.deepest + curly.deepest + backticks / 2;
}

function open(brackets: { depth: number; deepest: number }): void {
  brackets.depth += 1;
  if (brackets.depth > brackets.deepest) brackets.deepest = brackets.depth;
}

/** At most so many here-documents, shifts and here-strings. WHY a bound: the parser looks at all that wait for each one more. */
function hereDocuments(source: string): number {
  let count = 0;
  for (let at = source.indexOf("<<"); at >= 0; at = source.indexOf("<<", at + 2)) count += 1;
  return count;
}
