// What a program holds its input against: texts within it, expressions, lists of both.
import type { Program } from "./program-calls.ts";
import { subjectIn, type Subjects } from "./program-subjects.ts";
import type { Matched } from "./reading.ts";

const NAME = /^[$@]?[A-Za-z_][\w$]*$/;
const ITEMS =
  /[rbu]?"(?:[^"\\\n]|\\.)*"|[rbu]?'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|(?<![\w)])\/(?:[^/\\\n]|\\.)+\/[a-z]*/g;

/** Everything that input is held against. */
export function matchedIn(program: Program, subjects: Subjects): readonly Matched[] {
  const { text, forms } = program;
  const loops = loopsIn(program);
  return forms.matches.flatMap(({ pattern, form, target, what }) =>
    [...text.matchAll(pattern)].flatMap((match): readonly Matched[] => {
      const held = (match[target] ?? "").replace(/^\(/, "").replace(/\s*\?\?.*$/, "");
      const subject = subjectOfTarget(held, subjects, program);
      if (subject === undefined) return [];
      const written = (match[what] ?? "").trim();
      const loop = loops.find(
        ({ name, from, to }) => name === written && match.index >= from && match.index <= to,
      );
      return (loop?.items ?? [written]).flatMap((one) =>
        patternsOf(one, program, form).map((found) => ({
          at: match.index,
          text: match[0].slice(0, 200),
          isWhole: false,
          subject,
          ...found,
        })),
      );
    }),
  );
}

function subjectOfTarget(
  expression: string,
  subjects: Subjects,
  { forms }: Program,
): Matched["subject"] | undefined {
  const bare = expression.replace(/\.(?:lower|strip|toLowerCase|trim|toString)\(\)$/, "");
  const own = subjectIn(bare, subjects, forms);
  if (own !== undefined) return own;
  const last = /[A-Za-z_$][\w$]*(?=\W*$)/.exec(bare)?.[0] ?? "";
  return subjects.get(last);
}

/** The texts of a literal or of a name that stands for one; none of a name that only running tells. */
function patternsOf(
  word: string,
  { values }: Program,
  form: Matched["form"],
): readonly Pick<Matched, "pattern" | "form">[] {
  const value = NAME.test(word) ? (values.valueOf(word) ?? values.patternOf(word)) : word;
  if (value === undefined) return [];
  const regex = /^m?([/#~])((?:(?!\1)[^\\\n]|\\.)+)\1[a-z]*$/.exec(value)?.[2];
  if (regex !== undefined) return [{ pattern: regex, form: "regex" }];
  const literal = /^[rbu]?(["'`])((?:(?!\1)[^\\]|\\.)*)\1$/.exec(value)?.[2];
  return literal === undefined ? [] : [{ pattern: literal, form }];
}

type Loop = {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly items: readonly string[];
};

/** `for x in list`, `for (const x of list)`, `for _, x := range list`, `foreach ($x in list)`, `foreach (list as $x)`, `for my $x (list)`. */
const OVER =
  /\bfor(?:each)?\s+(?:\(\s*)?(?:(?:const|let|var|my)\s+)?(?:_,\s*)?([$@]?\w+)\s*(?:=\s*range\s|in\s|of\s|(?=\())\s*(?=[\w$@%[({])|\bforeach\s*\(\s*(\S[^\n]*?)\s+as\s+(\$\w+)\s*\)/g;
/** `list.some((x) => …)`, `list.any? { |x| … }`. */
const EACH =
  /((?:%w|qw)\W[^\])}]*[\])}]|[\])]|[$@]?[A-Za-z_$][\w$]*)(?:\.freeze)?\.(?:(?:some|find|filter|forEach|every)\(\s*\(?(\w+)\)?\s*=>|(?:any\?|each|find|detect|select|none\?)\s*(?:do|\{)\s*\|(\w+)\|)/g;
/** Characters in which a name that runs over a list is looked for. WHY before too: a comprehension speaks of its name first. */
const BEFORE = 120;
const BEHIND = 600;

/** Names that run over a list of texts, where they do, and the texts. */
function loopsIn(program: Program): readonly Loop[] {
  const { text } = program;
  const over = [...text.matchAll(OVER)].map((match) => {
    const from = match.index + match[0].length;
    const list = match[2] ?? listAt(program, from);
    return { name: match[1] ?? match[3] ?? "", from: match.index, list };
  });
  const each = [...text.matchAll(EACH)].map((match) => {
    const [, written = "", arrow, block] = match;
    const close = match.index;
    const open = /^[\])]$/.test(written) ? program.code.closing(close) : undefined;
    const list = open === undefined ? written : text.slice(open, close + 1);
    return { name: arrow ?? block ?? "", from: match.index, list };
  });
  return [...over, ...each]
    .map(({ name, from, list }) => ({
      name,
      from: Math.max(0, from - BEFORE),
      to: from + BEHIND,
      items: itemsOf(list, program),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The list that stands at a place: in brackets, or by its name. */
function listAt({ text, code }: Program, from: number): string {
  return /[[({]/.test(text[from] ?? "")
    ? text.slice(from, (code.closing(from) ?? from) + 1)
    : (/^(?:(?:%w|qw)\W[^\])}]*|@\([^)]*\)|\[\]string\{[^}]*\}|[$@]?[\w$]+)/.exec(
        text.slice(from, from + 2_000),
      )?.[0] ?? "");
}

function itemsOf(list: string, { values, code, text }: Program): readonly string[] {
  if (NAME.test(list.trim())) {
    const name = list.trim();
    const value = values.valueOf(name) ?? values.patternOf(name) ?? "";
    if (/^[[({]|^new Set\(|^(?:set|frozenset|tuple)\(/.test(value)) return itemsIn(value);
    const set = new RegExp(`(?:^|[\\s;(])${name.replaceAll("$", "\\$")}\\s*=\\s*`).exec(text);
    const made = set === null ? "" : code.expression(set.index + set[0].length);
    return /^(?:%w|qw|@\(|\[|\()/.test(made) ? itemsIn(made) : [];
  }
  return itemsIn(list);
}

function itemsIn(list: string): readonly string[] {
  const words = /^[(\s]*(?:%w|qw)\W([^\])}]*)/.exec(list)?.[1];
  return words === undefined
    ? [...list.matchAll(ITEMS)].map(([one]) => one)
    : words
        .split(/\s+/)
        .filter((one) => one !== "")
        .map((one) => `"${one}"`);
}
