// What a Python or JavaScript hook holds its input against: texts within it, expressions, lists of both.
import { bracketed, expressionAt, type ProgramValues } from "./program-values.ts";
import type { Matched, Subject } from "./reading.ts";

/** An expression that may hold input: a name, a chain of members, one in brackets with a default, a call on it. */
const TARGET =
  /(\(?[A-Za-z_$][\w$.?]*(?:\[["'][\w]+["']\]|\.get\([^()]*\))*(?:\s*\?\?\s*["']["']\))?(?:\(\))?(?:\.(?:lower|strip|toLowerCase|trim)\(\))*)/
    .source;
const TEXT = /([rbu]?"(?:[^"\\\n]|\\.)*"|[rbu]?'(?:[^'\\\n]|\\.)*'|`[^`$]*`)/.source;
const NAME = /([A-Za-z_$][\w$]*)/.source;
const REGEX = /(\/(?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*\/[a-z]*)/.source;

type Form = Matched["form"];

/** Everything that input is held against. `of` says what an expression holds of the payload. */
export function matchedIn(
  text: string,
  values: ProgramValues,
  of: (expression: string) => Subject | undefined,
): readonly Matched[] {
  const found: Matched[] = [];
  const add = (at: number, shown: string, pattern: string, form: Form, target: string) => {
    const subject = of(target.replace(/^\(/, "").replace(/\s*\?\?.*$/, ""));
    if (subject === undefined) return;
    for (const one of textsOf(pattern, values))
      found.push({ at, text: shown.slice(0, 200), pattern: one, form, isWhole: false, subject });
  };
  const loops = loopsIn(text, values);
  const patternsOf = (word: string, at: number): readonly string[] => {
    const loop = loops.find(({ name, from, to }) => name === word && at >= from && at <= to);
    return loop?.items ?? [word];
  };
  const each = (source: string, form: Form, pattern: number, target: number) => {
    for (const match of text.matchAll(new RegExp(source, "g")))
      for (const one of patternsOf(match[pattern] ?? "", match.index))
        add(match.index, match[0], one, formOf(one, form), match[target] ?? "");
  };
  const word = `(?:${TEXT}|${NAME})`;
  each(`(?<![\\w.])${TEXT}\\s+in\\s+${TARGET}`, "fixed", 1, 2);
  each(`(?<!for\\s+|[\\w.])${NAME}(?:\\.\\w+\\(\\))?\\s+in\\s+${TARGET}`, "fixed", 1, 2);
  for (const at of [2, 3])
    each(
      `${TARGET}\\??\\.(?:includes|indexOf|find|count|search|match)\\(\\s*${word}`,
      "fixed",
      at,
      1,
    );
  each(`${TARGET}\\??\\.(?:match|search|matchAll)\\(\\s*${REGEX}`, "regex", 2, 1);
  for (const at of [1, 2])
    each(
      `(?<![\\w.])re\\.(?:search|match|findall|finditer|fullmatch)\\(\\s*${word}\\s*,\\s*${TARGET}`,
      "regex",
      at,
      3,
    );
  each(`${REGEX}\\.(?:test|exec)\\(\\s*${TARGET}`, "regex", 1, 2);
  each(`(?<![\\w.])${NAME}\\.(?:test|exec|search|findall)\\(\\s*${TARGET}`, "regex", 1, 2);
  for (const at of [2, 3]) each(`fnmatch(?:case)?\\(\\s*${TARGET}\\s*,\\s*${word}`, "glob", at, 1);
  return found;
}

/** WHY by the text: a name may stand for an expression of the language or for a text. */
function formOf(text: string, form: Form): Form {
  return text.startsWith("/") ? "regex" : form;
}

/** The texts of a literal or of a name that stands for one; none of a name that only running tells. */
function textsOf(word: string, values: ProgramValues): readonly string[] {
  const value = /^[A-Za-z_$][\w$]*$/.test(word)
    ? (values.valueOf(word) ?? madeOf(word, values))
    : word;
  if (value === undefined) return [];
  const regex = /^\/((?:[^/\\\n]|\\.)+)\/[a-z]*$/.exec(value)?.[1];
  if (regex !== undefined) return [regex];
  const literal = /^[rbu]?(["'`])((?:(?!\1)[^\\]|\\.)*)\1$/.exec(value)?.[2];
  return literal === undefined ? [] : [literal];
}

/** The expression that a name was made of: `re.compile(...)`, `new RegExp(...)`, a literal. */
function madeOf(name: string, values: ProgramValues): string | undefined {
  return values.patternOf(name);
}

type Loop = {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly items: readonly string[];
};

/** Names that run over a list of texts, where they do, and the texts. */
function loopsIn(text: string, values: ProgramValues): readonly Loop[] {
  const list = (expression: string): readonly string[] => {
    const written = /^[A-Za-z_$][\w$]*$/.test(expression)
      ? (values.valueOf(expression) ?? values.patternOf(expression) ?? "")
      : expression;
    if (!/^[[({]|^new Set\(|^(?:set|frozenset|tuple)\(/.test(written)) return [];
    return [
      ...written.matchAll(
        /[rbu]?"(?:[^"\\\n]|\\.)*"|[rbu]?'(?:[^'\\\n]|\\.)*'|\/(?:[^/\\\n]|\\.)+\/[a-z]*/g,
      ),
    ].map(([one]) => one);
  };
  const after = [
    ...text.matchAll(/\bfor\s+(?:\(\s*(?:const|let)\s+)?(\w+)\s+(?:in|of)\s+(?=[\w$[({])/g),
  ].map((match) => {
    const open = match.index + match[0].length;
    const expression = /^[[({]/.test(text[open] ?? "")
      ? `${text[open]}${bracketed(text, open)}]`
      : (/^[\w$]+/.exec(text.slice(open))?.[0] ?? "");
    // A comprehension speaks of its name before the `for`.
    return {
      ...{ name: match[1] ?? "", from: Math.max(0, match.index - 120), to: open + 600 },
      items: list(expression),
    };
  });
  const called = [
    ...text.matchAll(
      /([A-Za-z_$][\w$]*|\])\.(?:some|find|filter|forEach|every)\(\s*\(?(\w+)\)?\s*=>/g,
    ),
  ].map((match) => {
    const expression =
      match[1] === "]"
        ? text.slice(text.lastIndexOf("[", match.index), match.index + 1)
        : (match[1] ?? "");
    const body = expressionAt(text, match.index + match[0].length);
    const to = match.index + match[0].length + body.length;
    return { name: match[2] ?? "", from: match.index, to, items: list(expression) };
  });
  return [...after, ...called].filter(({ items }) => items.length > 0);
}
