// Whether a Python or JavaScript program can be read at all: brackets that do not fit and statements without their colon.
import { type Token, tokenize } from "#guard/effects/languages/evaluation/tokens.ts";
import { formsOf, type ProgramLanguage } from "./program-languages.ts";
import type { At } from "./reading.ts";

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
/** Statements of Python that a colon ends. */
const HEADED = /^(?:if|elif|else|for|while|try|except|finally|with|def|class)$/;

/** The first thing that keeps it from running, where one is certain. What the lexer cannot read is no fault. */
export function programFault(source: string, language: ProgramLanguage): At | undefined {
  // WHY not of others: their texts hold what this lexer takes for brackets.
  if (language !== "python" && language !== "javascript") return undefined;
  const { lexicon } = formsOf(language).layout;
  const code = source.replace(/^#![^\n]*/, "");
  const tokens = tokenize(code, lexicon);
  if (tokens === undefined) return undefined;
  const open: string[] = [];
  for (const token of tokens) {
    if (token.kind !== "op") continue;
    const closing = CLOSING[token.text];
    if (closing !== undefined) open.push(closing);
    else if (/^[)\]}]$/.test(token.text) && open.pop() !== token.text)
      return { at: 0, text: `\`${token.text}\` closes what was not opened` };
  }
  const [left] = open;
  if (left !== undefined) return { at: 0, text: `a \`${left}\` is missing` };
  return language === "python" ? colonFault(tokens) : undefined;
}

/** A statement such as `if` whose line ends without a colon. */
function colonFault(tokens: readonly Token[]): At | undefined {
  let depth = 0;
  let head: string | undefined;
  let isFirst = true;
  for (const token of tokens) {
    if (token.kind === "op" && CLOSING[token.text] !== undefined) depth += 1;
    if (token.kind === "op" && /^[)\]}]$/.test(token.text)) depth -= 1;
    if (token.kind === "end" && depth === 0) {
      if (head !== undefined) return { at: 0, text: `\`${head}\` lacks its colon` };
      isFirst = true;
      continue;
    }
    if (isFirst && token.kind === "name" && HEADED.test(token.text)) head = token.text;
    if (depth === 0 && token.kind === "op" && token.text === ":") head = undefined;
    isFirst = false;
  }
  return undefined;
}
