// Reads a hook in Python or JavaScript lightly: the calls by which such hooks read, match, print and end, found in text without comments.
import {
  type At,
  type Ended,
  type HookReading,
  type Printed,
  type Subject,
  subjectOf,
} from "./reading.ts";
import { braced, indented } from "./program-branches.ts";
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
  const whole = new Set(
    [...subjects].flatMap(([name, subject]) => (subject === "payload" ? [name] : [])),
  );
  return {
    problem: programFault(source, language),
    unset: unsetIn(text),
    fields: fieldsIn(text, whole),
    printed: [...printedIn(text, branchesAt, values), ...saidAtEnd(text, branchesAt)],
    ended: endedIn(text, branchesAt),
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

/** Code that is made of what an address answers. */
function fetchedIn(text: string): readonly At[] {
  if (
    !/\b(?:urlopen|urlretrieve|requests\.get|httpx\.get|fetch|https?\.get|axios\.get)\s*\(/.test(
      text,
    )
  )
    return [];
  return at(
    text,
    /(?<![\w.])(?:exec|eval|compile|new Function|Function)\s*\(\s*(?!["'`])|\b(?:runInThisContext|runInNewContext|importlib\.import_module)\s*\(/g,
  );
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

function at(text: string, pattern: RegExp): readonly At[] {
  return [...text.matchAll(pattern)].map((match) => ({
    at: match.index ?? 0,
    text: match[0].slice(0, 200),
  }));
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
    /(?:^|[\s;({])(?:const |let |var )?([A-Za-z_$][\w$]*)\s*=(?!=)\s*([^\n]+)/g,
  )) {
    const [, name = "", value = ""] = match;
    // Words of a command are whole words already; the environment is no payload.
    if (/environ|process\.env|getenv|split\(/.test(value)) continue;
    if (
      /json\.loads?\(|JSON\.parse\(|sys\.stdin\.read|readFileSync\((?:0|["']\/dev\/stdin)/.test(
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
  for (const match of text.matchAll(/\{([^{}\n]*)\}\s*=\s*(?:JSON\.parse|[A-Za-z_$][\w$]*\b)/g))
    for (const name of (match[1] ?? "").split(/[\s,:]+/)) {
      if (name === "command") known.set(name, "command");
      if (name === "file_path") known.set(name, "path");
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
    /(?:sys\.exit|\bos\._exit|process\.exit|raise\s+SystemExit|(?<![\w.])(?:exit|quit))\s*\(\s*(f?["'][^\n]*|[^()\n]*?)\s*\)|process\.exitCode\s*=\s*(\d+)/g;
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

function executedIn(text: string, subjects: ReadonlyMap<string, Subject>): readonly At[] {
  const pattern =
    /(?:\bos\.(?:system|popen)|\bsubprocess\.\w+|(?<![\w.])(?:eval|exec|execSync|spawnSync|spawn)|child_process["')]*\.\w+|new Function|\.execSync)\s*\(/g;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const inside = bracketed(text, (match.index ?? 0) + match[0].length - 1);
    const isShell =
      !/subprocess|spawn/.test(match[0]) || /shell\s*[=:]\s*(?:True|true)/.test(inside);
    const [first = ""] = inside.split(/,(?![^[]*\])/);
    const names = [...first.matchAll(/[A-Za-z_$][\w$]*/g)].map(([name]) => name);
    const hasInput = names.some((name) => subjects.has(name)) && !/^\s*\[/.test(first);
    return isShell && hasInput ? [{ at: match.index ?? 0, text: match[0] }] : [];
  });
}

function sentIn(text: string): readonly At[] {
  return [
    ...text.matchAll(
      /(?:requests\.(?:post|put)|urlopen|urllib\.request\.Request|\bfetch|axios\.post|httpx\.post)\s*\(/g,
    ),
  ].flatMap((match) => {
    const inside = bracketed(text, (match.index ?? 0) + match[0].length - 1);
    const isLocal = /https?:\/\/(?:localhost|127\.|\[::1\])/.test(inside);
    const carries =
      /json\s*=|data\s*=|body\s*[:,]|JSON\.stringify/.test(inside) ||
      /^\s*\w+\s*,\s*\w+/.test(inside);
    return carries && !isLocal ? [{ at: match.index ?? 0, text: match[0] }] : [];
  });
}

/** Parts of the payload that are content as a whole: input, output and prompts. */
const CONTENT_FIELDS =
  /["'](?:prompt|tool_response|tool_output|tool_input)["']\s*(?:\)|\])\s*(?![.[])|\.(?:prompt|tool_response|tool_input)\b\s*(?![.?[\w])/;

/** Content of which only the size, the names or the digest is taken is not written down. */
function withoutMeasures(text: string): string {
  return text.replaceAll(
    /\b(?:len|sorted|list|sha256|hash|type|Object\.keys)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g,
    "0",
  );
}

/** Words of a log that the language keeps itself. */
function loggedIn(text: string, whole: ReadonlySet<string>): HookReading["logs"] {
  return [
    ...text.matchAll(
      /\b(?:logging|logger|log|syslog)\.(?:debug|info|warning|error|critical|log|syslog)\s*\(/g,
    ),
  ].flatMap((match) => {
    const inside = bracketed(text, match.index + match[0].length - 1);
    const isAll =
      /sys\.stdin|readFileSync\(0/.test(inside) ||
      listedNames(inside).some((name) => whole.has(name)) ||
      CONTENT_FIELDS.test(withoutMeasures(inside));
    return isAll ? [{ at: match.index, text: match[0], subjects: ["payload"] as const }] : [];
  });
}

/** Names that stand by themselves, with no member after them. */
function listedNames(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w.$"'])[A-Za-z_$][\w$]*(?![\w.[("'])/g)].map(([name]) => name);
}

function logsIn(text: string, whole: ReadonlySet<string>): HookReading["logs"] {
  const pattern =
    /(?:open\(\s*[^\n]*?["'][aw]\+?["'][^\n]*|(?:appendFileSync|writeFileSync|appendFile|writeFile)\(([^\n]*))/g;
  return [...text.matchAll(pattern)].map((match) => {
    const around = text.slice(match.index, (match.index ?? 0) + 400);
    const name =
      /(?:json\.dumps?|JSON\.stringify|\.write|appendFileSync|writeFileSync)\([^\n]*?\b([A-Za-z_$][\w$]*)\s*[,)+]/.exec(
        around.slice(match[0].startsWith("open") ? match[0].length : 0),
      )?.[1];
    const writesAll = [...whole].some((one) =>
      new RegExp(
        `(?:dumps?|stringify|write|FileSync)\\([^\\n]*(?<![\\w.])${one.replaceAll("$", "\\$")}(?![\\w.\\[])`,
      ).test(around),
    );
    const made =
      name === undefined
        ? null
        : new RegExp(`\\b${name.replaceAll("$", "\\$")}\\s*=\\s*\\{`).exec(text);
    const body = withoutMeasures(
      `${made === null ? "" : bracketed(text, made.index + made[0].length - 1)}${around}`,
    );
    if (CONTENT_FIELDS.test(body))
      return { at: match.index ?? 0, text: match[0].slice(0, 200), subjects: ["content"] };
    return {
      at: match.index ?? 0,
      text: match[0].slice(0, 200),
      subjects: writesAll || (name !== undefined && whole.has(name)) ? ["payload"] : [],
    };
  });
}
