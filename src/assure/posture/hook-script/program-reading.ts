// Reads a hook in a language other than the shell's lightly: how such a program reads, matches, prints, runs others and ends.
import { type Token, tokenize } from "#guard/effects/languages/evaluation/tokens.ts";
import { blocksOf } from "#guard/effects/languages/syntax/blocks.ts";
import { ProgramText } from "#guard/effects/languages/syntax/program-text.ts";
import { executedIn, fetchedIn, logsIn, sentIn } from "./program-acts.ts";
import { type Program, callsIn } from "./program-calls.ts";
import { diesIn, endedIn, returnedIn, swallowsFaults, saidAt } from "./program-ends.ts";
import { formsOf, type ProgramLanguage } from "./program-languages.ts";
import { matchedIn } from "./program-matches.ts";
import { fieldsIn, subjectsIn } from "./program-subjects.ts";
import { ProgramValues, withArguments } from "./program-values.ts";
import { programReaders } from "./readers.ts";
import type { HookReading, Printed, At } from "./reading.ts";

/** Reads a program. What it does not know it leaves out: no fault is made up of what is not understood. */
export function readProgram(source: string, language: ProgramLanguage): HookReading {
  const forms = formsOf(language);
  const code = new ProgramText(source, forms.layout);
  const program: Program = {
    code,
    text: code.text,
    forms,
    values: new ProgramValues(code),
    blocksAt: blocksOf(code, forms.blocks),
  };
  const subjects = subjectsIn(program);
  const whole = new Set(
    [...subjects].flatMap(([name, subject]) => (subject === "payload" ? [name] : [])),
  );
  const died = diesIn(program);
  return {
    problem: programFault(source, language),
    unset: forms.variables.flatMap((pattern) =>
      [...code.text.matchAll(pattern)].map(({ index, 1: name = "" }) => ({
        at: index,
        text: name.toUpperCase(),
      })),
    ),
    fields: fieldsIn(program, whole),
    printed: [...printedIn(program), ...died.flatMap(({ printed }) => printed)],
    ended: [...endedIn(program), ...returnedIn(program), ...died.map(({ ended }) => ended)],
    matched: matchedIn(program, subjects),
    unquoted: [],
    executed: executedIn(program, subjects),
    sent: sentIn(program),
    fetched: fetchedIn(program),
    logs: logsIn(program, subjects),
    refusesBroken: !swallowsFaults(program),
    readers: programReaders(code.text, language),
  };
}

// What a program prints, to the client and to standard error, with everything that is known of its names put in.

/** Everything that is printed. */
function printedIn(program: Program): readonly Printed[] {
  return [
    ...program.forms.prints.flatMap((one) =>
      callsIn(program, one).flatMap(({ at, name, inside }) => {
        const given = one.isWhole === true ? name : inside.trimStart();
        if (one.first?.test(given) === false) return [];
        const rest =
          one.first === undefined ? given : given.replace(one.first, "").replace(/^\s*,\s*/, "");
        return printedAt(program, { at, name, to: one.to, given: rest });
      }),
    ),
    ...saidAtEnd(program),
  ];
}

type Print = {
  readonly at: number;
  readonly name: string;
  readonly to: 1 | 2;
  readonly given: string;
};

function printedAt(program: Program, { at, name, to, given }: Print): readonly Printed[] {
  const { values, forms, blocksAt } = program;
  const body = forms.capitals.reduce(
    (made, word) =>
      made.replaceAll(
        new RegExp(`\\b${word}\\b`, "g"),
        `${word[0]?.toLowerCase()}${word.slice(1)}`,
      ),
    values.resolve(given),
  );
  const isBuilt = forms.builds.test(`${name}(${body}`);
  const isPasted = !isBuilt && forms.pastes.test(body);
  const made = (place: number, said: string): Printed => ({
    at: place,
    order: place,
    branches: blocksAt(place),
    isBuilt,
    text: `${isBuilt ? "{" : ""}${said.replaceAll("'", '"')}${isPasted ? "\u0002" : ""}`,
    to: forms.toError.test(given) ? 2 : to,
    subjects: isPasted ? ["other"] : [],
  });
  // What a function prints of its parameters is told by its calls.
  const own = values.functions.find(
    ({ from, to: end, parameters, gives }) =>
      at >= from && at < end && parameters.length > 0 && gives === undefined,
  );
  const calls = own === undefined ? [] : values.callsOf(own);
  return own === undefined || calls.length === 0
    ? [made(at, body)]
    : calls.map((call) =>
        made(call.at, values.resolve(withArguments(body, own.parameters, call.args))),
      );
}

/** Words with which a program ends: they go to standard error. */
function saidAtEnd(program: Program): readonly Printed[] {
  if (program.forms.textStatus === undefined) return [];
  return program.forms.exits.flatMap((calls) =>
    callsIn(program, calls).flatMap(({ at, inside }) =>
      /^\s*f?["']/.test(inside) ? [saidAt(program, at, inside)] : [],
    ),
  );
}

// Whether a Python or JavaScript program can be read at all: brackets that do not fit and statements without their colon.

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
/** Statements of Python that a colon ends. */
const HEADED = /^(?:if|elif|else|for|while|try|except|finally|with|def|class)$/;

/** The first thing that keeps it from running, where one is certain. What the lexer cannot read is no fault. */
function programFault(source: string, language: ProgramLanguage): At | undefined {
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
