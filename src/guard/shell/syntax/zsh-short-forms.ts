// Short forms of zsh's compound commands, written out as every shell reads them; a text in which one is not plain stays as it is.
import { behindMeaning } from "./zsh-forms.ts";

/** Words with which a short form begins, or an anonymous function. */
const HAS_SHORT_FORM =
  /\b(?:for|foreach)[ \t]+\w+[ \t]*\(|\b(?:if|while|until)[ \t]+[[(][\s\S]*[\])][ \t]+\{|\brepeat[ \t]|(?:^|[;&|{(\n])[ \t]*\([ \t]*\)[ \t]*\{/;

/** Forms inside of which brackets and ends of commands mean something else here. */
const NOT_FOLLOWED = /<<|\bcase\b|\balways\b|\bselect\b|\bcoproc\b/;

/** A command that does not end where its line or the next semicolon does. */
const COMPOUND = /^(?:for|foreach|if|while|until|repeat|function|do|time)\b|^\(\s*\)/;

/** So many runs of a body are written out. */
const REPEATS_MAX = 64;

/** So many forms of one text are written out, and of a text that is no longer: each takes a look at all of it. */
const FORMS_MAX = 8;
const CHARS_MAX = 1_024;

/** The text with its short forms written out; the same text where there are none, or not all can be. */
export function writtenOut(source: string): string {
  if (source.length > CHARS_MAX) return source;
  if (!HAS_SHORT_FORM.test(source) || NOT_FOLLOWED.test(source)) return source;
  let text = source;
  // From the last one, so that a form inside of another is written out first.
  for (let round = 0; round < FORMS_MAX; round += 1) {
    const next = lastWrittenOut(text, round);
    if (next === undefined) return text;
    text = next;
  }
  return source;
}

function lastWrittenOut(text: string, round: number): string | undefined {
  for (const at of commandStarts(text).reverse()) {
    const found = formAt(text, at, round);
    if (found !== undefined) return `${text.slice(0, at)}${found.text}${text.slice(found.end)}`;
  }
  return undefined;
}

type Form = { readonly text: string; readonly end: number };

/** Places at which a command begins: of the text, behind what ends or opens one. */
function commandStarts(text: string): number[] {
  const starts: number[] = [];
  let isOpen = true;
  for (let at = 0; at < text.length; at = behindMeaning(text, at)) {
    const character = text[at] ?? "";
    if (/[;&|\n]/.test(character)) isOpen = true;
    else if (isOpen && !/\s/.test(character)) {
      starts.push(at);
      isOpen = /[({]/.test(character) || /^(?:do|then|else)(?=\s)/.test(text.slice(at, at + 5));
      if (/^(?:do|then|else)\s/.test(text.slice(at, at + 5))) at += 1 + (text[at] === "d" ? 0 : 2);
    } else if (/[({]/.test(character)) isOpen = true;
  }
  return starts;
}

function formAt(text: string, at: number, round: number): Form | undefined {
  const rest = text.slice(at);
  const loop = /^(for|foreach)[ \t]+([A-Za-z_]\w*)[ \t]*\(/.exec(rest);
  if (loop !== null) return loopForm(text, at + loop[0].length - 1, loop[1] ?? "", loop[2] ?? "");
  const repeat = /^repeat[ \t]+(\d{1,3})(?=[\s;])/.exec(rest);
  if (repeat !== null) {
    const count = Number(repeat[1]);
    const body = count > REPEATS_MAX ? undefined : bodyAt(text, at + repeat[0].length);
    const words = Array.from({ length: count }, (_, one) => one + 1).join(" ");
    return body && { text: `for zsh_repeat_ in ${words}; do ${body.text}\ndone`, end: body.end };
  }
  const keyword = /^(?:if|while|until)(?=[ \t]+[[(])/.exec(rest)?.[0];
  if (keyword !== undefined) return conditionForm(text, at, keyword);
  const anonymous = /^\([ \t]*\)[ \t]*(?=\{\s)/.exec(rest);
  // WHY not behind a pipe or a condition: the function would be made there, and run elsewhere.
  if (anonymous === null || /[|&]$/.test(text.slice(0, at).trimEnd())) return undefined;
  const open = at + anonymous[0].length;
  const close = closing(text, open);
  if (close === undefined) return undefined;
  const name = `zsh_anonymous_${round}_`;
  const body = text.slice(open + 1, close);
  return { text: `${name}() {${body}\n}; ${name}`, end: close + 1 };
}

/** `for name (words) body`, and `foreach name (words) list end`. */
function loopForm(text: string, open: number, word: string, name: string): Form | undefined {
  const close = closing(text, open);
  if (close === undefined || text.slice(open, close).includes("#")) return undefined;
  const head = `for ${name} in ${text.slice(open + 1, close).replaceAll("\n", " ")}; do `;
  if (word === "foreach") {
    const end = commandStarts(text).find(
      (at) => at > close && /^end(?![\w-])/.test(text.slice(at, at + 4)),
    );
    if (end === undefined) return undefined;
    const list = text.slice(close + 1, end).replace(/^[ \t]*;/, "");
    return { text: `${head}${list}\ndone`, end: end + 3 };
  }
  const body = bodyAt(text, close + 1);
  return body && { text: `${head}${body.text}\ndone`, end: body.end };
}

/** `if [[ ]] { } elif [[ ]] { } else { }`, and loops with a body in braces. */
function conditionForm(text: string, at: number, keyword: string): Form | undefined {
  const isIf = keyword === "if";
  let written = "";
  let end = at;
  for (let word: string | undefined = keyword; word !== undefined; ) {
    let open = behindBlanks(text, end + word.length);
    if (word !== "else") {
      const close = closing(text, open);
      if (close === undefined) return undefined;
      written += `${word} ${text.slice(open, close + 1)}; ${isIf ? "then" : "do"} `;
      open = behindBlanks(text, close + 1);
    } else written += "else ";
    const close = text[open] === "{" ? closing(text, open) : undefined;
    if (close === undefined) return undefined;
    written += `${text.slice(open + 1, close)}\n`;
    end = close + 1;
    const next: string | undefined = isIf
      ? /^[ \t]*(elif|else)(?=[\s{[(])/.exec(text.slice(end, end + 64))?.[1]
      : undefined;
    if (next !== undefined) end = behindBlanks(text, end);
    word = word === "else" ? undefined : next;
  }
  return { text: `${written}${isIf ? "fi" : "done"}`, end };
}

/** What a loop runs: a list between `do` and `done` or in braces, or one list of commands joined by `&&`, `||` and `|`. */
function bodyAt(text: string, from: number): Form | undefined {
  const start = from + (/^[ \t]*;?\s*(?=do\s)/.exec(text.slice(from))?.[0].length ?? 0);
  if (/^do\s/.test(text.slice(start, start + 3))) {
    const end = commandStarts(text).filter(
      (at) => at > start && /^(?:do|done)(?!\w)/.test(text.slice(at, at + 5)),
    )[0];
    // A loop inside of this one comes first.
    return end === undefined || !text.startsWith("done", end)
      ? undefined
      : { text: text.slice(start + 2, end), end: end + 4 };
  }
  const at = behindBlanks(text, from);
  if (text[at] === "{" && /\s/.test(text[at + 1] ?? "")) {
    const close = closing(text, at);
    return close === undefined ? undefined : { text: text.slice(at + 1, close), end: close + 1 };
  }
  if (at >= text.length || /[;&|\n)}(]/.test(text[at] ?? "")) return undefined;
  if (COMPOUND.test(text.slice(at, at + 16))) return undefined;
  return listAt(text, at);
}

function listAt(text: string, from: number): Form | undefined {
  let at = from;
  for (; at < text.length; at = behindMeaning(text, at)) {
    const character = text[at] ?? "";
    const pair = text.slice(at, at + 2);
    if (pair === "&&" || pair === "||") {
      const next = behindBlanks(text, at + 2);
      if (COMPOUND.test(text.slice(next, next + 16))) return undefined;
      at += 1;
      continue;
    }
    if (character === "&" && (/[<>]/.test(text[at - 1] ?? "") || text[at + 1] === ">")) continue;
    if (/[;\n)}&]/.test(character)) break;
    if (/[({]/.test(character)) {
      const close = closing(text, at);
      if (close === undefined) return undefined;
      at = close;
    }
  }
  return { text: text.slice(from, at), end: at };
}

/** Where the bracket that opens at a place closes. */
function closing(text: string, open: number): number | undefined {
  const waiting: string[] = [];
  for (let at = open; at < text.length; at = behindMeaning(text, at)) {
    const character = text[at] ?? "";
    const by = { "(": ")", "{": "}", "[": "]" }[character];
    if (by !== undefined) waiting.push(by);
    else if (/[)}\]]/.test(character)) {
      if (waiting.pop() !== character) return undefined;
      if (waiting.length === 0) return at;
    }
  }
  return undefined;
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}
