// Forms of JavaScript that say the same as plainer ones, rewritten to these: `f.call(x, a)`, `Reflect.apply`, templates that a shell runs, Deno's commands.
import { closingOf, isName, isOperator, type Token } from "../evaluation/tokens.ts";

const op = (text: string): Token => ({ kind: "op", text });
const name = (text: string): Token => ({ kind: "name", text });

/** What `.call` and `.apply` take for `this` and what cannot do anything itself. */
const PLAIN_THIS = /^(?:globalThis|[a-z]{1,12})$/;

/** The tokens in plainer forms. What is not surely of these forms stays as it is. */
export function plainForms(tokens: readonly Token[]): readonly Token[] {
  // Most programs have none of them.
  if (!tokens.some(startsForm)) return tokens;
  return denoCommands(applied(shellTemplates(tokens)));
}

function startsForm(token: Token): boolean {
  return token.kind === "op"
    ? token.text === "tagged"
    : token.kind === "name" && /^(?:call|apply|Reflect|Command|run)$/.test(token.text);
}

/** `Bun.$` and `$` in front of a template: a shell of the runtime, or of zx, runs it. */
function shellTemplates(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const text = tokens[at + 1];
    if (token === undefined) break;
    const isShell =
      isOperator(token, "tagged") && isName(found.at(-1), "$") && text?.kind === "string";
    if (!isShell) {
      found.push(token);
      continue;
    }
    found.pop();
    if (isOperator(found.at(-1), ".") && isName(found.at(-2), "Bun")) found.splice(-2);
    found.push({ ...text, kind: "command" });
    at += 1;
  }
  return found;
}

/** `f.call(null, a)`, `f.apply(null, [a])` and `Reflect.apply(f, null, [a])` are `f(a)`. */
function applied(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const [how, open, self, comma] = tokens.slice(at + 1, at + 5);
    const isMember =
      (isOperator(token, ".") || isOperator(token, "?.")) &&
      how?.kind === "name" &&
      /^(?:call|apply)$/.test(how.text) &&
      isOperator(open, "(") &&
      isPlain(self);
    if (isMember && isOperator(comma, ")")) {
      found.push(op("("));
      at += 3;
    } else if (isMember && isOperator(comma, ",")) {
      const rest = how.text === "call" ? at + 5 : listEnd(tokens, at + 5);
      if (rest === undefined) {
        found.push(token);
        continue;
      }
      found.push(op("("));
      if (how.text === "apply") {
        found.push(...applied(tokens.slice(at + 6, rest)));
        at = rest;
      } else at += 4;
    } else if (isName(token, "Reflect") && isName(open, "apply") && isOperator(self, "(")) {
      const end = pathEnd(tokens, at + 4);
      const list = end === undefined ? undefined : listEnd(tokens, end + 3);
      const isForm =
        end !== undefined &&
        isOperator(tokens[end], ",") &&
        isPlain(tokens[end + 1]) &&
        isOperator(tokens[end + 2], ",");
      if (!isForm || list === undefined) {
        found.push(token);
        continue;
      }
      found.push(...tokens.slice(at + 4, end), op("("), ...applied(tokens.slice(end + 4, list)));
      at = list;
    } else found.push(token);
  }
  return found;
}

/** The place after a dotted name that starts at `start`, or after a module in front of it: `require("fs").rmSync`. */
function pathEnd(tokens: readonly Token[], start: number): number | undefined {
  let at = start;
  if (tokens[at]?.kind !== "name") return undefined;
  at += 1;
  if (
    isOperator(tokens[at], "(") &&
    tokens[at + 1]?.kind === "string" &&
    isOperator(tokens[at + 2], ")")
  )
    at += 3;
  while (isOperator(tokens[at], ".") && tokens[at + 1]?.kind === "name") at += 2;
  return at;
}

/** The place of the bracket that closes the list which starts at `start`; undefined where none does, or where it is spread. */
function listEnd(tokens: readonly Token[], start: number): number | undefined {
  if (!isOperator(tokens[start], "[")) return undefined;
  const end = closingOf(tokens, start);
  return end !== undefined && isOperator(tokens[end + 1], ")") ? end : undefined;
}

/** `new Deno.Command("rm", { args: [...] })` and `Deno.run({ cmd: [...] })` start a program as node does. */
function denoCommands(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const isDeno =
      isName(token, "Deno") && isOperator(tokens[at + 1], ".") && isOperator(tokens[at + 3], "(");
    const end = isDeno ? closingOf(tokens, at + 3) : undefined;
    if (end === undefined) {
      found.push(token);
      continue;
    }
    if (isName(tokens[at + 2], "Command") && isOperator(tokens[at + 5], ",")) {
      const words = listNamed(tokens, "args", at + 6, end) ?? [op("["), op("]")];
      const program = tokens[at + 4];
      if (program !== undefined) {
        found.push(name("child_process"), op("."), name("spawn"), op("("), program, op(","));
        found.push(...words);
        at = end - 1;
        continue;
      }
    }
    const words = isName(tokens[at + 2], "run") ? listNamed(tokens, "cmd", at + 4, end) : undefined;
    if (words === undefined) {
      found.push(token);
      continue;
    }
    found.push(name("Bun"), op("."), name("spawn"), op("("), ...words);
    at = end - 1;
  }
  return found;
}

/** The list that a key of an object holds. */
function listNamed(
  tokens: readonly Token[],
  key: string,
  from: number,
  to: number,
): readonly Token[] | undefined {
  for (let at = from; at < to; at += 1) {
    if (
      !isName(tokens[at], key) ||
      !isOperator(tokens[at + 1], ":") ||
      !isOperator(tokens[at + 2], "[")
    )
      continue;
    const end = closingOf(tokens, at + 2);
    return end === undefined ? undefined : tokens.slice(at + 2, end + 1);
  }
  return undefined;
}

function isPlain(token: Token | undefined): boolean {
  return (token?.kind === "name" && PLAIN_THIS.test(token.text)) || token?.kind === "number";
}
