// Minified JavaScript as far as reading lists and objects needs it: where a value ends, what an object's or list's members are.

/** A member of an object or list: its text, and where it begins in what was read. */
export type Member = { readonly text: string; readonly at: number };

/** Before these a slash begins a regular expression. */
const BEFORE_EXPRESSION = /[(,=:[!&|?{};+\s]/;

/** Where the text, template or expression that begins at `at` ends; `at` itself where none begins there. */
function quotedEnd(text: string, at: number): number {
  const mark = text[at] ?? "";
  if (mark === '"' || mark === "'" || mark === "`") {
    let end = at + 1;
    while (end < text.length && text[end] !== mark) end += text[end] === "\\" ? 2 : 1;
    return end + 1;
  }
  if (mark !== "/" || !BEFORE_EXPRESSION.test(text[at - 1] ?? "(")) return at;
  let isClass = false;
  let end = at + 1;
  for (; end < text.length && (isClass || text[end] !== "/"); end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === "[") isClass = true;
    else if (text[end] === "]") isClass = false;
    else if (text[end] === "\n") return at;
  }
  return end + 1;
}

/** Where the value that begins at `at` ends: before the comma, semicolon or bracket that closes what it stands in. */
export function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let here = at; here < text.length; ) {
    const quoted = quotedEnd(text, here);
    if (quoted !== here) {
      here = quoted;
      continue;
    }
    const letter = text[here] ?? "";
    if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) {
      if (depth === 0) return here;
      depth -= 1;
    } else if (depth === 0 && (letter === "," || letter === ";")) return here;
    here += 1;
  }
  return text.length;
}

/** The members of the object or list whose bracket stands at `at`. */
export function objectMembers(text: string, at: number): readonly Member[] {
  const members: Member[] = [];
  for (let here = at + 1; here < text.length; ) {
    const end = valueEnd(text, here);
    const member = text.slice(here, end);
    if (member !== "") members.push({ text: member, at: here });
    if (text[end] !== ",") break;
    here = end + 1;
  }
  return members;
}

/** What stands in double quotes, in order. */
export function quotedTexts(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner]) => inner ?? "");
}
