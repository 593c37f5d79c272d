// Whether a hook's shell code refuses input that it cannot read, as far as its text tells.
import { childrenOf, type SyntaxNode } from "#guard/shell/syntax/syntax.ts";
import type { Ended } from "./reading.ts";
import { visitAll } from "./shell-input.ts";

/** What ends a run with a refusal. */
const REFUSAL = /exit 2|\bdeny|\bblock|refuse|\bfail\b|\bdie\b/;
const READING = /^(?:jq|gojq|yq|python3?|node|perl|ruby)$/;

/**
 * Whether input that cannot be read leads to a refusal: everything is refused, a trap or `||` refuses, emptiness is tested for, or
 * `set -e` ends the script where the input is read. WHY that counts: `onFailure` is for it, and whether it stands there is another
 * check's.
 */
export function refusesBroken(script: SyntaxNode, text: string, ended: readonly Ended[]): boolean {
  if (ended.some(({ status, branches }) => status === 2 && branches.length === 0)) return true;
  const stopsAtFaults =
    /^[ \t]*set\s+-[a-z]*e|^[ \t]*set\s+-o\s+errexit/m.test(text) ||
    /^#![^\n]*\s-[a-z]*e/.test(text);
  if (passesWithoutProgram(script, text)) return false;
  let refuses = false;
  visitAll(script, (node) => {
    const part = () => text.slice(node.pos, node.end);
    if (node.type === "Command" && node.name?.value === "trap" && REFUSAL.test(part()))
      refuses = true;
    if (node.type === "AndOr" && node.operators.includes("||")) {
      const at = node.operators.indexOf("||");
      const left = text.slice(node.pos, node.commands[at]?.end);
      const right = text.slice(node.commands[at + 1]?.pos, node.end);
      if (/jq|python|node|cat|read|awk|-n\b|-s\b/.test(left) && REFUSAL.test(right)) refuses = true;
    }
    if (node.type === "If") {
      const test = text.slice(node.clause.pos, node.clause.end);
      const body = text.slice(node.then.pos, node.then.end);
      if (/!\s|-z\s|==?\s*""|\$\?/.test(test) && REFUSAL.test(body)) refuses = true;
    }
    if (node.type === "Case" && /(?:""|'')\s*\)[^;]*(?:exit 2|deny|block)/.test(part()))
      refuses = true;
  });
  return refuses || (stopsAtFaults && readsInPlain(script, false));
}

/** Whether a program reads the input where `set -e` sees its fault: in no condition and not before `||`. */
function readsInPlain(node: SyntaxNode, isCondition: boolean): boolean {
  if (node.type === "Command" && !isCondition && READING.test(node.name?.value ?? "")) return true;
  let found = false;
  const look = (child: SyntaxNode, condition: boolean) => {
    found ||= readsInPlain(child, isCondition || condition);
  };
  if (node.type === "AndOr")
    node.commands.forEach((one, at) => look(one, at < node.commands.length - 1));
  else if (node.type === "If" || node.type === "While")
    childrenOf(node, (child) => look(child, child === node.clause));
  else childrenOf(node, (child) => look(child, false));
  return found;
}

/** Whether it ends well where a program that it needs is missing: then it guards nothing. */
function passesWithoutProgram(script: SyntaxNode, text: string): boolean {
  const asks = (node: SyntaxNode | undefined) =>
    node !== undefined &&
    /^!?\s*(?:command\s+-v|which|type|hash)\s/.test(text.slice(node.pos, node.end));
  const endsWell = (node: SyntaxNode | undefined) =>
    node !== undefined && /\bexit(?:\s+0)?\s*(?:[;}\n]|$)/.test(text.slice(node.pos, node.end));
  let passes = false;
  visitAll(script, (node) => {
    if (node.type === "AndOr" && node.operators[0] === "||" && asks(node.commands[0]))
      passes ||= endsWell(node.commands[1]);
    if (node.type === "If" && asks(node.clause) && text.slice(node.clause.pos).startsWith("!"))
      passes ||= endsWell(node.then);
  });
  return passes;
}
