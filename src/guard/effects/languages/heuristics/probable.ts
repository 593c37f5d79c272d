// What a program that cannot be told probably is: the same program with its constants put together and its detours taken out.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { bare, type Folding, fromNumbers, NAME, NUMBERS, of, quoted, TEXT } from "./folding.ts";
import { searchableText } from "./searchable-text.ts";
import { JAVASCRIPT } from "./javascript-forms.ts";
import { LISP } from "./lisp-forms.ts";
import { LUA } from "./lua-forms.ts";
import { PERL } from "./perl-forms.ts";
import { PHP } from "./php-forms.ts";
import { PYTHON } from "./python-forms.ts";
import { RUBY } from "./ruby-forms.ts";
import { TCL } from "./tcl-forms.ts";

/** Rounds of rewriting: one makes way for another. */
const ROUNDS_MAX = 6;
const CODE_CHARS_MAX = Math.min(4_096, TEXT_CHARS_MAX);

/** `%s` filled with texts. */
function filled(template: string, list: string): string | undefined {
  const values = [...list.matchAll(new RegExp(`${TEXT}|\\d+`, "g"))].map(([one]) =>
    /^\d/.test(one) ? one : bare(one),
  );
  let at = 0;
  const text = bare(template).replace(/%[sd]/g, () => values[at++] ?? "");
  return at === values.length ? quoted(text) : undefined;
}

const EVERYWHERE: readonly Folding[] = [
  of(String.raw`(TEXT)\s*[+.]\s*(TEXT)`, (first, second) => quoted(bare(first) + bare(second))),
  of(String.raw`(TEXT)\s*%\s*(TEXT)`, filled),
  of(String.raw`(TEXT)\s*%\s*\(([^()]{1,400})\)`, filled),
  of(
    String.raw`(TEXT)\.(?:g?sub|replace|replaceAll)\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`,
    (text, from, to) => quoted(bare(text).replaceAll(bare(from), () => bare(to))),
  ),
  of(String.raw`(?:''|"")\.join\(\s*map\(\s*chr\s*,\s*[[(]${NUMBERS}[\])]\s*\)\s*\)`, fromNumbers),
  of(
    String.raw`(?:''|"")\.join\(\s*chr\(NAME\)\s*for\s+NAME\s+in\s*[[(]${NUMBERS}[\])]\s*\)`,
    fromNumbers,
  ),
  of(String.raw`\[${NUMBERS}\]\.map\(&:chr\)\.join(?:\(\s*\))?`, fromNumbers),
  of(String.raw`\[${NUMBERS}\]\.pack\(\s*(?:'[cCU]\*'|"[cCU]\*")\s*\)`, fromNumbers),
  of(String.raw`\bpack\s*\(?\s*(?:'[CU]\*'|"[CU]\*")\s*,\s*${NUMBERS}\)?`, fromNumbers),
  of(
    String.raw`\bjoin\s*\(?\s*(?:''|"")\s*,\s*map\s*\(?\s*chr\s*,\s*${NUMBERS}\)?\)?`,
    fromNumbers,
  ),
  of(String.raw`\bscalar\s*\(?\s*reverse\s*\(?\s*(TEXT)\)?\)?`, (text) =>
    quoted([...bare(text)].reverse().join("")),
  ),
  of(String.raw`\bbytes\(\[${NUMBERS}\]\)(?:\.decode\(\))?`, fromNumbers),
  of(String.raw`(TEXT)\.(?:decode|encode)\(\)`, (text) => text),
  of(String.raw`\.map\(\s*(NAME)\s*=>\s*\1\s*\)`, () => ""),
  // Code in a text.
  of(String.raw`\beval\s*\(?\s*(TEXT)\s*\)?(?=\s*(?:;|$|\n))`, (text) => bare(text)),
  of(String.raw`\beval\s*\(?\s*compile\(\s*(TEXT)[^()]{0,40}\)\s*\)?`, (text) => bare(text)),
  of(
    String.raw`\b(?:new\s+)?Function\(\s*(?:(TEXT)\s*,\s*)?("(?:[^"\\\n]|\\.){1,400}"|'(?:[^'\\\n]|\\.){1,400}')\s*\)\s*\(\s*([\w.]{0,40})\s*\)`,
    (name, code, given) => {
      const text = code.slice(1, -1).replace(/\\(.)/g, "$1");
      return name === undefined
        ? text
        : text.replaceAll(
            new RegExp(`\\b${bare(name).replace(/\W/g, "")}\\(`, "g"),
            () => `${given}(`,
          );
    },
  ),
];

const BY_LANGUAGE: Readonly<Record<string, readonly Folding[]>> = {
  python: PYTHON,
  perl: PERL,
  ruby: RUBY,
  javascript: JAVASCRIPT,
  lua: LUA,
  php: PHP,
  tcl: TCL,
  emacs: LISP,
};

/**
 * The code with what can be worked out of it in place; undefined where that changes nothing. WHY only probable: no grammar
 * stands behind it, so it may say what a program that cannot be told does as well, and never that it does nothing else.
 */
export function probableCode(code: string, language: string): string | undefined {
  const looked = searchableText(code);
  if (looked.length > CODE_CHARS_MAX) return undefined;
  const [word = ""] = language.toLowerCase().split(" ");
  const foldings = [...(BY_LANGUAGE[word === "node" ? "javascript" : word] ?? []), ...EVERYWHERE];
  let folded = looked;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = folded;
    for (const [pattern, rewritten] of foldings)
      folded = folded.replace(
        pattern,
        (whole, ...found) => rewritten(...found.filter((_, at) => at < found.length - 2)) ?? whole,
      );
    folded = withVariables(folded);
    if (folded === before || folded.length > CODE_CHARS_MAX) break;
  }
  return folded === looked ? undefined : folded;
}

/** Texts that are made in several steps, in one: `c = "a"; c += "b"`; plain variables and entries of plain maps in place. */
function withVariables(code: string): string {
  const appended = new RegExp(
    String.raw`([$\w]{1,40})\s*=\s*(${TEXT})\s*[;\n]\s*\1\s*(?:\+=|\.=|<<)\s*(${TEXT})`,
    "g",
  );
  let result = code.replace(
    appended,
    (_, name: string, first: string, second: string) =>
      `${name} = ${quoted(bare(first) + bare(second))}`,
  );
  const entry = new RegExp(
    String.raw`\b(${NAME})\s*=\s*\{\s*(${TEXT})\s*:\s*(${TEXT})\s*\}([\s\S]{0,800}?)\b\1\[\s*\2\s*\]`,
    "g",
  );
  result = result.replace(
    entry,
    (_, _name: string, _key: string, value: string, rest: string) => `${rest}${value}`,
  );
  const called = new RegExp(
    String.raw`\b(${NAME})\s*=\s*lambda\s+(${NAME})\s*:\s*([^;\n]{1,200});\s*\1\(\s*(${TEXT})\s*\)`,
    "g",
  );
  result = result.replace(
    called,
    (_, _name: string, parameter: string, body: string, value: string) =>
      body.replaceAll(new RegExp(`\\b${parameter}\\b`, "g"), () => value),
  );
  const scalar = new RegExp(
    String.raw`\$([ab])\s*=\s*(${TEXT})\s*;([\s\S]{0,400}?)\$\1\b(?!\s*=)`,
    "g",
  );
  return result.replace(
    scalar,
    (_, _name: string, value: string, rest: string) => `${rest}${value}`,
  );
}
