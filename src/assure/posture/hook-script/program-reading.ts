// Reads a hook in Python or JavaScript lightly: the calls by which such hooks read, match, print and end, found in text without comments.
import {
  type At,
  type Ended,
  type HookReading,
  type Printed,
  STOPS,
  type Subject,
  subjectOf,
} from "./reading.ts";
import { braced, indented } from "./program-branches.ts";
import { executedIn, fetchedIn, loggedIn, logsIn, sentIn } from "./program-acts.ts";
import { matchedIn } from "./program-patterns.ts";
import { programFault } from "./program-syntax.ts";
import { bracketed, ProgramValues, withArguments } from "./program-values.ts";

/** Reads a program. What it does not know it leaves out: no fault is made up of what is not understood. */
export function readProgram(source: string, language: "python" | "javascript"): HookReading {
  const text = withoutComments(source, language);
  const branchesAt = language === "python" ? indented(text) : braced(text);
  const subjects = subjectsOfNames(text);
  const values = new ProgramValues(text);
  const of = (expression: string): Subject | undefined => {
    const asked = /(?:\[["'](\w+)["']\]|\.get\(\s*["'](\w+)["'][^()]*\)|\??\.(\w+))$/.exec(
      expression.replace(/\.(?:lower|strip|toLowerCase|trim|toString)\(\)$/, ""),
    );
    const key = asked?.[1] ?? asked?.[2] ?? asked?.[3];
    const own = key === undefined ? undefined : subjectOf(key);
    const root = /^[A-Za-z_$][\w$]*/.exec(expression)?.[0] ?? "";
    if (own !== undefined && own !== "other" && subjects.has(root)) return own;
    const word =
      /[A-Za-z_$][\w$]*(?=\W*$)/.exec(
        expression.replace(/\.(?:lower|strip|toLowerCase|trim)\(\)$/, ""),
      )?.[0] ?? "";
    return (
      subjects.get(word) ??
      (/tool_input|["'](?:command|file_path)["']/.test(expression)
        ? subjectOf(expression)
        : undefined)
    );
  };
  const raised = raisedIn(text, language, branchesAt);
  const whole = new Set(
    [...subjects].flatMap(([name, subject]) => (subject === "payload" ? [name] : [])),
  );
  return {
    problem: programFault(source, language),
    unset: unsetIn(text),
    fields: fieldsIn(text, whole),
    printed: [
      ...printedIn(text, branchesAt, values),
      ...saidAtEnd(text, branchesAt),
      ...raised.map(
        ({ said, at, order, branches }): Printed => ({
          ...{ at, order, text: said, to: 2, branches, isBuilt: false, subjects: [] },
        }),
      ),
    ],
    ended: [...endedIn(text, branchesAt), ...returnedIn(text, values, branchesAt), ...raised],
    matched: matchedIn(text, values, of),
    unquoted: [],
    executed: executedIn(text, subjects),
    sent: sentIn(text),
    fetched: fetchedIn(text),
    logs: [...logsIn(text, whole), ...loggedIn(text, whole)],
    refusesBroken: !swallowsFaults(text, language),
  };
}

/**
 * Whether a fault while reading is caught and the program then ends well. WHY otherwise it refuses: an exception that nobody catches
 * ends with 1, which `onFailure` is for.
 */
function swallowsFaults(text: string, language: "python" | "javascript"): boolean {
  const refusal = /\b[12]\b|\bdeny|\bask\b|\bblock|refuse|raise|throw|fail|die\(/;
  const reading = /json|JSON|stdin|readFileSync\(0|readInput|read_input/;
  return caughtIn(text, language).some(
    ({ tried, body }) => reading.test(tried) && !refusal.test(body),
  );
}

/** What is tried and what is done where it fails. */
function caughtIn(
  text: string,
  language: "python" | "javascript",
): readonly { readonly tried: string; readonly body: string }[] {
  if (language === "javascript")
    return [...text.matchAll(/\btry\s*(?=\{)/g)].flatMap((match) => {
      const open = match.index + match[0].length;
      const tried = bracketed(text, open);
      const rest = text.slice(open + tried.length + 2);
      const handler = /^\s*catch\s*(?:\([^)]*\)\s*)?(?=\{)/.exec(rest);
      return handler === null ? [] : [{ tried, body: bracketed(rest, handler[0].length) }];
    });
  const pattern =
    /^([ \t]*)try:[^\n]*\n((?:(?!\1except)[^\n]*\n)*)\1except[^\n]*:[ \t]*([^\n]*)\n?((?:\1[ \t]+[^\n]*\n?)*)/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    tried: match[2] ?? "",
    body: `${match[3] ?? ""}${match[4] ?? ""}`,
  }));
}

function withoutComments(source: string, language: "python" | "javascript"): string {
  const blank = (found: string) => found.replaceAll(/[^\n]/g, " ");
  const strings =
    /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/.source;
  const comment = language === "python" ? "#[^\\n]*" : "//[^\\n]*|/\\*[^]*?\\*/";
  return source.replaceAll(
    new RegExp(`(${strings})|(${comment})`, "g"),
    (found: string, text?: string) => (text === undefined ? blank(found) : found),
  );
}

function unsetIn(text: string): readonly At[] {
  const pattern =
    /(?:os\.environ(?:\.get\(|\[)|os\.getenv\(|process\.env(?:\.|\[))\s*["'`]?([A-Z_][A-Z0-9_]*)/g;
  const taken = [...text.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b/g)].flatMap((match) =>
    (match[1] ?? "").split(",").map((one) => ({
      at: match.index,
      text: /^\s*([A-Z_][A-Z0-9_]*)/.exec(one)?.[1] ?? "",
    })),
  );
  return [
    ...[...text.matchAll(pattern)].map((match) => ({ at: match.index, text: match[1] ?? "" })),
    ...taken,
  ];
}

/** Names that hold the payload or a part of it, by what they are set from. */
function subjectsOfNames(text: string): ReadonlyMap<string, Subject> {
  const known = new Map<string, Subject>();
  for (const match of text.matchAll(
    /(?:(?:^[ \t]*|\b(?:const|let|var)\s+)(?!(?:try|else|finally|if|elif|while|for|with|case|default|return)\b)([A-Za-z_$][\w$]*)\s*:[\w.<>[\]| ,]+?|(?:^|[\s;({])(?:const |let |var )?([A-Za-z_$][\w$]*))\s*:?=(?![=>])\s*([^\n]+)/gm,
  )) {
    const [, typed, bare = "", value = ""] = match;
    const name = typed ?? bare;
    // Words of a command are whole words already; the environment is no payload.
    if (/environ|process\.env|getenv|split\(/.test(value)) continue;
    if (
      /json\.loads?\(|JSON\.parse\(|sys\.stdin\.read|readFileSync\((?:0|["']\/dev\/stdin)|(?:Deno|Bun)\.stdin\b/.test(
        value,
      )
    )
      known.set(name, loadedPart(value));
    else if (
      /tool_input["'\])}.?]*[^\n]*["'.]command\b|\.get\(["']command["']|\.command\b|\[["']command["']\]/.test(
        value,
      )
    )
      known.set(name, "command");
    else if (/file_path|notebook_path/.test(value)) known.set(name, "path");
    else if (/new_string|["'.]content\b|tool_response|["'.]prompt\b/.test(value))
      known.set(name, "content");
    else if (/tool_name/.test(value)) known.set(name, "tool");
    else {
      const from = /^([A-Za-z_$][\w$]*)\b/.exec(
        value.replace(/^(?:str|String|Path|os\.path\.\w+|path\.\w+)\(/, ""),
      )?.[1];
      const before = from === undefined ? undefined : known.get(from);
      if (before !== undefined && before !== "payload") known.set(name, before);
    }
  }
  for (const match of text.matchAll(
    /\{((?:[^{}\n]|\{[^{}\n]*\})*)\}\s*(?::\s*\w+\s*)?=\s*(?:await\s+)?(?:JSON\.parse|[A-Za-z_$][\w$]*\b)/g,
  ))
    for (const one of (match[1] ?? "").matchAll(/(\w+)(?:\s*:\s*([A-Za-z_$][\w$]*))?/g)) {
      const [, key = "", name = key] = one;
      const subject = key === "tool_input" || key === "tool_response" ? "other" : subjectOf(key);
      if (subject !== "other" || key.startsWith("tool_")) known.set(name, subject);
    }
  return known;
}

/** What is taken of the payload where it is read: all of it, or what the members after the call name. */
function loadedPart(value: string): Subject {
  const call = /(?:json\.loads?|JSON\.parse)\(/.exec(value);
  if (call === null) return "payload";
  const open = call.index + call[0].length - 1;
  const path = value.slice(open + bracketed(value, open).length + 2);
  const keys = [...path.matchAll(/\[["'](\w+)["']\]|\.get\(\s*["'](\w+)["']|\.(\w+)(?!\w*\()/g)];
  if (keys.length === 0) return "payload";
  const found = subjectOf(keys.map(([, a, b, c]) => a ?? b ?? c ?? "").join("."));
  // A part that is no text of its own is looked into further.
  return found === "payload" ? "other" : found;
}

function fieldsIn(text: string, whole: ReadonlySet<string>): readonly At[] {
  const found: At[] = [];
  for (const match of text.matchAll(/\{([^{}]*)\}\s*=\s*(JSON\.parse\(|[\w$]+\s*;?\s*$)/gm)) {
    const from = match[2] ?? "";
    const open = match.index + match[0].length - 1;
    const isAll = from.startsWith("JSON")
      ? !/^\s*\??\./.test(text.slice(open + bracketed(text, open).length + 2))
      : whole.has(from.replace(/\W+$/, ""));
    if (!isAll) continue;
    for (const one of (match[1] ?? "").split(",")) {
      const field = /^\s*([a-z]\w*)/.exec(one)?.[1];
      if (field !== undefined) found.push({ at: match.index, text: field });
    }
  }
  for (const name of whole) {
    const own = name.replaceAll("$", "\\$");
    const pattern = new RegExp(
      `(?<![\\w.$])${own}(?:\\.get\\(\\s*["'](\\w+)|\\[["'](\\w+)["']\\]|\\??\\.([a-z]\\w*)\\b(?!\\())`,
      "g",
    );
    for (const match of text.matchAll(pattern)) {
      const field = match[1] ?? match[2] ?? match[3] ?? "";
      if (!/^(?:get|keys|items|values|length|toString|trim|strip|decode)$/.test(field))
        found.push({ at: match.index ?? 0, text: field });
    }
  }
  return found;
}

function printedIn(
  text: string,
  branchesAt: (place: number) => readonly string[],
  values: ProgramValues,
): readonly Printed[] {
  const pattern =
    /(?:\bprint|sys\.stdout\.write|sys\.stderr\.write|json\.dump|console\.(?:log|info|debug|error|warn)|process\.(?:stdout|stderr)\.write)\s*\(/g;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const place = match.index;
    const inside = bracketed(text, place + match[0].length - 1);
    const isError =
      /stderr|console\.(?:error|warn)/.test(match[0]) ||
      /file\s*=\s*sys\.stderr|sys\.stderr\s*$/.test(inside);
    const body = values.resolve(inside);
    const isBuilt = /json\.dump|JSON\.stringify/.test(`${match[0]}${body}`);
    const pasted = !isBuilt && isPasted(body);
    const made = (at: number, said: string): Printed => ({
      at,
      order: at,
      text: `${isBuilt ? "{" : ""}${said.replaceAll(/'/g, '"')}${pasted ? "\u0002" : ""}`,
      to: isError ? 2 : 1,
      branches: branchesAt(at),
      isBuilt,
      subjects: pasted ? ["other"] : [],
    });
    // What a function prints of its parameters is told by its calls.
    const own = values.functions.find(
      ({ from, to, parameters, gives }) =>
        place >= from && place < to && parameters.length > 0 && gives === undefined,
    );
    const calls = own === undefined ? [] : values.callsOf(own);
    return own === undefined || calls.length === 0
      ? [made(place, body)]
      : calls.map(({ at, args }) =>
          made(at, values.resolve(withArguments(body, own.parameters, args))),
        );
  });
}

/** A text that values are put into by the language: a template, `%`, `+`, `format`. */
function isPasted(text: string): boolean {
  return (
    /^\s*f["']/.test(text) ||
    /\$\{/.test(text) ||
    /["']\s*[%+]\s*[A-Za-z_]|[\w)\]]\s*\+\s*["']/.test(text) ||
    /["']\s*\.\s*format\(|["']\.concat\(/.test(text)
  );
}

/** Words with which a program of Python ends: they go to standard error. */
function saidAtEnd(
  text: string,
  branchesAt: (place: number) => readonly string[],
): readonly Printed[] {
  return [...text.matchAll(/(?:\bsys\.exit|\braise\s+SystemExit)\s*\(\s*(f?["'][^\n]*)/g)].map(
    ({ index, 1: said = "" }) => ({
      ...{ at: index, order: index, text: said, to: 2, branches: branchesAt(index) },
      ...{ isBuilt: false, subjects: [] },
    }),
  );
}

function endedIn(text: string, branchesAt: (place: number) => readonly string[]): readonly Ended[] {
  const pattern =
    /(?:sys\.exit|\bos\._exit|(?:process|Deno)\.exit|raise\s+SystemExit|(?<![\w.])(?:exit|quit))\s*\(\s*(f?["'][^\n]*|[^()\s](?:[^()\n]*[^()\s])?|)\s*\)|(?:process|Deno)\.exitCode\s*=\s*(\d+)/g;
  return [...text.matchAll(pattern)].map((match) => {
    const code = match[1] === "" ? "0" : (match[1] ?? match[2] ?? "");
    const branches = branchesAt(match.index);
    const status = /^\d+$/.test(code)
      ? Number(code)
      : /^f?["']/.test(code)
        ? 1
        : /\b2\b/.test(code)
          ? 2
          : undefined;
    const { index } = match;
    return {
      ...{ at: index, order: index, text: match[0], status, branches },
      onInput: branches.length > 0,
    };
  });
}

/** Ends by an exception that says that something is refused and that nothing here catches: with the status 1. */
function raisedIn(
  text: string,
  language: "python" | "javascript",
  branchesAt: (place: number) => readonly string[],
): readonly (Ended & { readonly said: string })[] {
  const pattern =
    language === "python"
      ? /^[ \t]*(?:raise\s+(?!SystemExit)\w+\(|assert\s)[^\n]*/gm
      : /\bthrow\s+(?:new\s+)?\w+\([^\n]*/g;
  const catches = caughtIn(text, language);
  const isEverywhere = language === "javascript" && /\.catch\(|uncaughtException/.test(text);
  return [...text.matchAll(pattern)].flatMap(({ index, 0: found }) => {
    const said = /["'`].*/.exec(found.replace(/^\s*assert\s.*,(?=\s*f?["'])/, ""))?.[0] ?? "";
    const branches = branchesAt(index);
    const isInFunction = branches.some((one) => one.startsWith("def"));
    const isCaught =
      isEverywhere || catches.some(({ tried }) => isInFunction || tried.includes(found.trim()));
    if (isCaught || !STOPS.test(said)) return [];
    return [
      {
        ...{ at: index, order: index, text: found.trim(), status: 1, branches, said },
        onInput: branches.length > 0 || /^\s*assert/.test(found),
      },
    ];
  });
}

/** Ends by what a function gives back, where the program ends with it: `sys.exit(main())`. */
function returnedIn(
  text: string,
  { functions }: ProgramValues,
  branchesAt: (place: number) => readonly string[],
): readonly Ended[] {
  const called = new Set(
    [
      ...text.matchAll(
        /(?:\bexit|SystemExit)\s*\(\s*(?:await\s+)?(?:asyncio\.run\()?(\w+)\(|\bexitCode\s*=\s*(?:await\s+)?(\w+)\(|(\w+)\(\)\.then\((?:process\.exit|\(?\w+\)?\s*=>\s*process\.exit)/g,
      ),
    ].map(([, a, b, c]) => a ?? b ?? c ?? ""),
  );
  return functions
    .filter(({ name }) => called.has(name))
    .flatMap(({ from, to }) =>
      [...text.slice(from, to).matchAll(/\breturn\s+(\d+)\b/g)].map((match) => {
        const place = from + match.index;
        const branches = branchesAt(place);
        return {
          ...{ at: place, order: place, text: match[0], status: Number(match[1]), branches },
          onInput: branches.some((one) => !one.startsWith("def")),
        };
      }),
    );
}
