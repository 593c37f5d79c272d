// What a text of GraphQL asks for: only queries, or which fields of mutations; read strictly, for who cannot be read is refused.

const CHARS_MAX = 1_048_576;
const TOKENS_MAX = 100_000;
/** Ignored signs, comments, strings and block strings, names, numbers and punctuators (GraphQL's specification, October 2021, 2.1). */
const TOKEN =
  /[\s,\ufeff]+|#[^\n\r]*|"""(?:[^"\\]|\\[^]|"(?!""))*"""|"(?:[^"\\\n\r]|\\.)*"|[_A-Za-z]\w*|\.\.\.|-?\d[\w.+-]*|[!$&():=@[\]{|}]/y;

/** A field of a mutation, and the variable that is its whole `input`, where that is the one argument. */
export type MutatedField = { readonly name: string; readonly input: string | undefined };

/** Root fields of all mutations in a text; none for queries alone. Undefined for what cannot be read, and for subscriptions. */
export function mutatedFields(text: string): readonly MutatedField[] | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const fields: MutatedField[] = [];
  let at = 0;
  while (at < tokens.length) {
    const word = tokens[at] ?? "";
    if (!/^(?:query|mutation|fragment|\{)$/.test(word)) return undefined;
    const open = word === "{" ? at : openingOf(tokens, at);
    const end = open === undefined ? undefined : closing(tokens, open);
    if (open === undefined || end === undefined) return undefined;
    const found = word === "mutation" ? rootFields(tokens.slice(open + 1, end)) : [];
    if (found === undefined) return undefined;
    fields.push(...found);
    at = end + 1;
  }
  return tokens.length === 0 ? undefined : fields;
}

function tokensOf(text: string): readonly string[] | undefined {
  if (text.length > CHARS_MAX) return undefined;
  const tokens: string[] = [];
  const form = new RegExp(TOKEN);
  while (form.lastIndex < text.length) {
    const [word] = form.exec(text) ?? [];
    if (word === undefined || tokens.length > TOKENS_MAX) return undefined;
    if (!/^[\s,\ufeff#]/.test(word)) tokens.push(word);
  }
  return tokens;
}

/** Where the selection of a definition opens, past the braces of values in its variables and directives. */
function openingOf(tokens: readonly string[], from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    if (tokens[at] === "(") depth += 1;
    else if (tokens[at] === ")") depth -= 1;
    else if (tokens[at] === "{" && depth === 0) return at;
  }
  return undefined;
}

/** Where what opens here closes. */
function closing(tokens: readonly string[], from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    if (/^[({[]$/.test(tokens[at] ?? "")) depth += 1;
    if (/^[)}\]]$/.test(tokens[at] ?? "")) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Fields by their names, not their aliases. Undefined where a fragment brings some: which, is not followed. */
function rootFields(tokens: readonly string[]): readonly MutatedField[] | undefined {
  const fields: MutatedField[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const word = tokens[at] ?? "";
    if (word === "(" || word === "{") {
      const end = closing(tokens, at);
      if (end === undefined) return undefined;
      at = end;
    } else if (word === "@") at += 1;
    else if (!/^[_A-Za-z]/.test(word)) return undefined;
    else {
      if (tokens[at + 1] === ":") at += 2;
      fields.push({ name: tokens[at] ?? "", input: inputOf(tokens.slice(at + 1, at + 7)) });
    }
  }
  return fields.length === 0 ? undefined : fields;
}

/** The variable of `(input: $variable)`. */
function inputOf([open, key, colon, dollar, name, close]: readonly string[]): string | undefined {
  const isOne = open === "(" && key === "input" && colon === ":" && dollar === "$";
  return isOne && close === ")" ? name : undefined;
}
