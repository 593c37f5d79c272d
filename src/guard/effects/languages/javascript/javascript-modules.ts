// Modules of a program in JavaScript: which it loads, by which names, and what it waits for.
import type { Prepared } from "../evaluation/language.ts";
import type { Observations } from "../evaluation/observations.ts";
import { isName, isOperator, type Token } from "../evaluation/tokens.ts";
import { plainForms } from "./javascript-forms.ts";
import { isValue } from "./javascript-lexicon.ts";
import { GLOBALS, MODULES } from "./javascript-globals.ts";

/** The tokens that remain without what loads modules, and what names stand for. */
export function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  // Fields of the global object under other names.
  if (tokens.some((token) => token.kind === "name" && token.text === "__proto__"))
    seen.cannotTell();
  if (tokens.some((token, at) => namesAwait(token, tokens[at - 1], tokens[at + 1])))
    seen.cannotTell();
  if (tokens.some((token, at) => isFrom(token, tokens[at - 1]) && loadsOther(tokens, at + 1)))
    seen.cannotTell();
  const aliases = new Map<string, string>();
  const named = markSubscripts(joinModules(plainForms(tokens)));
  const dropped = new Set<number>();
  const drop = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) dropped.add(at);
  };
  named.forEach((token, at) => {
    if (token.kind !== "name") return;
    const path = memberPath(named, at + 2);
    const next = named[at + 1];
    const before = named[at - 1];
    const declared = before?.kind === "name" && /^(const|let|var|import|as)$/.test(before.text);
    const module = path.split(".")[0] ?? "";
    if (declared && isOperator(next, "=") && MODULES.has(module) && path !== "") {
      aliases.set(token.text, path);
      drop(at, at + 1 + path.split(".").length * 2);
    }
    // `import fs from "fs"`, `import * as fs from "fs"`
    const source = named[at + 2];
    if (declared && next?.kind === "name" && next.text === "from" && source?.kind === "name") {
      aliases.set(token.text, source.text);
      drop(at, at + 3);
    }
  });
  for (const [name, path] of destructured(named, drop)) aliases.set(name, path);
  for (const [name, path] of promised(named, drop)) aliases.set(name, path);
  // What is left of an import statement whose names are told.
  named.forEach((token, at) => {
    if (token.kind !== "name" || token.text !== "import") return;
    const isAll = isOperator(named[at + 1], "*") && isName(named[at + 2], "as");
    const end = isAll ? at + 3 : at + 1;
    if (dropped.has(end)) drop(at, end);
  });
  return { tokens: named.filter((_, at) => !dropped.has(at)), aliases };
}

function isFrom(token: Token, before: Token | undefined): boolean {
  return isName(token, "from") && !isOperator(before, ".") && !isOperator(before, "?.");
}

/** `from "./x.mjs"`, of an import or of an export: the module runs, unless it is one of node's own. */
function loadsOther(tokens: readonly Token[], start: number): boolean {
  let at = start;
  while (tokens[at]?.kind === "end") at += 1;
  const source = tokens[at];
  return source?.kind === "string" && moduleOf(source.text) === undefined;
}

/** `require("node:fs")`, `await import("fs")` and `from "fs"` become the name of the module. */
function joinModules(tokens: readonly Token[]): readonly Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const [open, text, close] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const loads =
      token.kind === "name" &&
      /^(require|import)$/.test(token.text) &&
      !isOperator(tokens[at - 1], ".");
    const module =
      loads && isOperator(open, "(") && isOperator(close, ")") && text?.kind === "string"
        ? moduleOf(text.text)
        : undefined;
    const from =
      token.kind === "name" && token.text === "from" && open?.kind === "string"
        ? moduleOf(open.text)
        : undefined;
    if (module !== undefined) {
      if (joined[joined.length - 1]?.kind === "name" && lastText(joined) === "await") joined.pop();
      joined.push(...module);
      at += 3;
      // `(await import("fs")).readFileSync`
      const opener = joined[joined.length - module.length - 1];
      if (isOperator(opener, "(") && isOperator(tokens[at + 1], ")")) {
        joined.splice(joined.length - module.length - 1, 1);
        at += 1;
      }
    } else if (from !== undefined) {
      joined.push(token, ...from);
      at += 1;
    } else joined.push(token);
  }
  return joined.filter((token, at) => !awaits(token, joined[at - 1], joined[at + 1]));
}

/** What is waited for is what there is afterwards: `await readdir("src")` gives the names. */
function awaits(token: Token, before: Token | undefined, next: Token | undefined): boolean {
  return (
    token.kind === "name" &&
    token.text === "await" &&
    !isOperator(before, ".") &&
    (next?.kind === "name" || isOperator(next, "("))
  );
}

/** Whether `await` is the name of something here, which it may be in a script, and stands in no place of the operator. */
function namesAwait(token: Token, before: Token | undefined, next: Token | undefined): boolean {
  if (token.kind !== "name" || token.text !== "await" || isOperator(before, ".")) return false;
  const isDeclared =
    before?.kind === "name" && /^(?:const|let|var|function|class|async|as)$/.test(before.text);
  const isGenerator = isOperator(before, "*") && isOperator(next, "(");
  const isFollowed = next === undefined || next.kind === "end" || next.kind === "op";
  return (
    isDeclared ||
    isGenerator ||
    (isFollowed && !(next?.kind === "op" && /^(?:[([{!+~-]|\.\.\.)$/.test(next.text))) ||
    (next?.kind === "name" && /^(?:of|in|instanceof)$/.test(next.text))
  );
}

function lastText(tokens: readonly Token[]): string {
  const last = tokens[tokens.length - 1];
  return last?.kind === "name" ? last.text : "";
}

function moduleOf(name: string | undefined): readonly Token[] | undefined {
  const [root = "", member] = name?.replace(/^node:/, "").split("/") ?? [];
  if (!MODULES.has(root)) return undefined;
  if (member === undefined) return [{ kind: "name", text: root }];
  return [
    { kind: "name", text: root },
    { kind: "op", text: "." },
    { kind: "name", text: member },
  ];
}

/** Marks `value[...]` with anything but a number or a plain literal: it may reach members that no name shows. */
function markSubscripts(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token, at): readonly Token[] => {
    if (!isOperator(token, "[") && !isOperator(token, "{") && !isOperator(token, ","))
      return [token];
    const before = tokens[at - 1];
    if (!isOperator(token, "[")) return [token];
    const [inside, close, after] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const key = isOperator(before, "{") || isOperator(before, ",");
    if (key)
      return closesWithColon(tokens, at) ? [{ kind: "op", text: "subscript" }, token] : [token];
    if (!isValue(before)) return [token];
    const literal =
      isOperator(close, "]") &&
      (inside?.kind === "number" ||
        (inside?.kind === "string" &&
          inside.text !== undefined &&
          !GLOBALS.has(inside.text) &&
          !isOperator(after, "(")));
    return literal ? [token] : [{ kind: "op", text: "subscript" }, token];
  });
}

function closesWithColon(tokens: readonly Token[], start: number): boolean {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    if (isOperator(tokens[at], "[")) depth += 1;
    if (isOperator(tokens[at], "]")) depth -= 1;
    if (depth === 0) return isOperator(tokens[at + 1], ":") || isOperator(tokens[at + 1], "(");
  }
  return true;
}

function memberPath(tokens: readonly Token[], start: number): string {
  const parts: string[] = [];
  for (let at = start; ; at += 2) {
    const token = tokens[at];
    // A name of a module's member is short.
    if (token?.kind !== "name" || parts.length > 8) return "";
    parts.push(token.text);
    if (!isOperator(tokens[at + 1], ".")) {
      const next = tokens[at + 1];
      return next === undefined || next.kind === "end" || isOperator(next, ",")
        ? parts.join(".")
        : "";
    }
  }
}

/** `const { readFileSync: r } = fs` and `import { r } from "fs"`. */
function destructured(
  tokens: readonly Token[],
  drop: (from: number, to: number) => void,
): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  tokens.forEach((token, at) => {
    if (!isOperator(token, "}")) return;
    const next = tokens[at + 1];
    const from = isOperator(next, "=") || (next?.kind === "name" && next.text === "from");
    const path = from ? memberPath(tokens, at + 2) : "";
    if (!MODULES.has(path.split(".")[0] ?? "")) return;
    let back = at - 1;
    while (back > 0 && !isOperator(tokens[back], "{")) back -= 1;
    const names = tokens.slice(back + 1, at);
    drop(back, at + 2 + path.split(".").length * 2 - 1);
    for (const [local, member] of namesWithin(names)) found.push([local, `${path}.${member}`]);
  });
  return found;
}

/** `readFileSync: r, x as y, z`: the names of the program, each with the member that it stands for. */
function namesWithin(names: readonly Token[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (name?.kind !== "name") continue;
    const separator = names[at + 1];
    const renamed = isOperator(separator, ":") || isName(separator, "as");
    const local = renamed ? names[at + 2] : name;
    if (local?.kind === "name") found.push([local.text, name.text]);
    if (renamed) at += 2;
  }
  return found;
}

/** `import("fs").then((fs) => …)` and `.then(({ rmSync: r }) => …)`: what the function is given is the module. */
function promised(
  tokens: readonly Token[],
  drop: (from: number, to: number) => void,
): readonly (readonly [string, string])[] {
  return tokens.flatMap((token, at): readonly (readonly [string, string])[] => {
    if (!isName(token, "then") || !isOperator(tokens[at - 1], ".")) return [];
    let root = at - 2;
    while (isOperator(tokens[root - 1], ".") && tokens[root - 2]?.kind === "name") root -= 2;
    const path = tokens
      .slice(root, at - 1)
      .map((one) => (one.kind === "name" ? one.text : "."))
      .join("");
    if (!MODULES.has(path.split(".")[0] ?? "") || !isOperator(tokens[at + 1], "(")) return [];
    let start = at + 2;
    while (isName(tokens[start], "async") || isName(tokens[start], "function")) start += 1;
    const inner = isOperator(tokens[start], "(") ? start + 1 : start;
    const first = tokens[inner];
    if (first?.kind === "name") {
      const end = inner === start ? inner + 1 : inner + 2;
      drop(root, at + 1);
      drop(start, isOperator(tokens[end], "=>") ? end + 1 : end);
      return [[first.text, path]];
    }
    if (!isOperator(first, "{")) return [];
    const close = tokens.findIndex((one, place) => place > inner && isOperator(one, "}"));
    if (close < 0) return [];
    drop(root, at + 1);
    drop(start, close + (inner === start ? 1 : 2) + (isOperator(tokens[close + 2], "=>") ? 1 : 0));
    return namesWithin(tokens.slice(inner + 1, close)).map(([local, member]) => [
      local,
      `${path}.${member}`,
    ]);
  });
}
