// Reads a hook in Python or JavaScript lightly: the calls by which such hooks read, match, print and end, found in text without comments.
import {
  type At,
  type Ended,
  type HookReading,
  type Matched,
  type Printed,
  type Subject,
  subjectOf,
} from "./reading.ts";

/** Reads a program. What it does not know it leaves out: no fault is made up of what is not understood. */
export function readProgram(source: string, language: "python" | "javascript"): HookReading {
  const text = withoutComments(source, language);
  const branchesAt = language === "python" ? indented(text) : braced(text);
  const subjects = subjectsOfNames(text);
  const of = (expression: string): Subject | undefined => {
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
    problem: undefined,
    unset: unsetIn(text),
    fields: fieldsIn(text, whole),
    printed: printedIn(text, branchesAt),
    ended: endedIn(text, branchesAt),
    matched: matchedIn(text, of),
    unquoted: [],
    executed: executedIn(text, subjects),
    sent: sentIn(text),
    fetched: at(
      text,
      /\b(?:exec|eval)\s*\(\s*(?:requests\.get|urllib|urlopen|await fetch|await \(await fetch)/g,
    ),
    logs: logsIn(text, whole),
    refusesBroken: !swallowsFaults(text, language),
  };
}

/**
 * Whether a fault while reading is caught and the program then ends well. WHY otherwise it refuses: an exception that nobody catches
 * ends with 1, which `onFailure` is for.
 */
function swallowsFaults(text: string, language: "python" | "javascript"): boolean {
  const pattern =
    language === "python"
      ? /^([ \t]*)except[^\n]*:[ \t]*([^\n]*)\n((?:\1[ \t]+[^\n]*\n?)*)/gm
      : /\bcatch\s*(?:\([^)]*\)\s*)?\{([^{}]*)()\}/g;
  const refusal = /\b2\b|deny|ask|block|refuse|raise|throw|fail/;
  return [...text.matchAll(pattern)].some((match) => {
    const body = language === "python" ? `${match[2] ?? ""}${match[3] ?? ""}` : (match[1] ?? "");
    const before = text.slice(Math.max(0, (match.index ?? 0) - 400), match.index);
    return /json|JSON|stdin|readFile/.test(before) && !refusal.test(body);
  });
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
  return [...text.matchAll(pattern)].map((match) => ({
    at: match.index ?? 0,
    text: match[1] ?? "",
  }));
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
      known.set(
        name,
        /["']command["']|\.command\b/.test(value)
          ? "command"
          : /file_path/.test(value)
            ? "path"
            : /file_path/.test(value)
              ? "path"
              : "payload",
      );
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

function fieldsIn(text: string, whole: ReadonlySet<string>): readonly At[] {
  const found: At[] = [];
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

/** The text between a bracket and the one that closes it. */
function bracketed(text: string, open: number): string {
  let depth = 0;
  for (let place = open; place < text.length && place < open + 4_000; place += 1) {
    const character = text[place] ?? "";
    if (/[([{]/.test(character)) depth += 1;
    if (/[)\]}]/.test(character)) depth -= 1;
    if (depth === 0) return text.slice(open + 1, place);
  }
  return text.slice(open + 1, open + 4_000);
}

function printedIn(
  text: string,
  branchesAt: (place: number) => readonly string[],
): readonly Printed[] {
  const pattern =
    /(?:\bprint|sys\.stdout\.write|sys\.stderr\.write|json\.dump|console\.(?:log|info|debug|error|warn)|process\.(?:stdout|stderr)\.write)\s*\(/g;
  return [...text.matchAll(pattern)].map((match) => {
    const place = match.index ?? 0;
    const inside = bracketed(text, place + match[0].length - 1);
    const isError =
      /stderr|console\.(?:error|warn)/.test(match[0]) ||
      /file\s*=\s*sys\.stderr|sys\.stderr\s*$/.test(inside);
    const named =
      /^\s*(?:json\.dumps|JSON\.stringify)\(\s*([A-Za-z_$][\w$]*)/.exec(inside)?.[1] ??
      (match[0].startsWith("json.dump") ? /^\s*(\w+)/.exec(inside)?.[1] : undefined);
    const made =
      named === undefined
        ? undefined
        : new RegExp(`\\b${named.replaceAll("$", "\\$")}\\s*=\\s*\\{`).exec(text);
    const body =
      made === null || made === undefined
        ? inside
        : bracketed(text, made.index + made[0].length - 1);
    const isBuilt = /json\.dump|JSON\.stringify/.test(`${match[0]}${inside}`);
    const pasted =
      !isBuilt &&
      (/^\s*f["']/.test(inside) || /\$\{/.test(inside) || /["']\s*[%+]\s*[A-Za-z_]/.test(inside));
    return {
      ...{
        at: place,
        text: `${isBuilt ? "{" : ""}${body.replaceAll(/'/g, '"')}${pasted ? "\u0002" : ""}`,
      },
      ...{
        to: isError ? (2 as const) : (1 as const),
        branches: branchesAt(place),
        isBuilt,
        subjects: pasted ? (["other"] as const) : [],
      },
    };
  });
}

function endedIn(text: string, branchesAt: (place: number) => readonly string[]): readonly Ended[] {
  const pattern =
    /(?:sys\.exit|\bos\._exit|process\.exit|(?<![\w.])(?:exit|quit))\s*\(\s*([^()\n]*?)\s*\)|process\.exitCode\s*=\s*(\d+)/g;
  return [...text.matchAll(pattern)].map((match) => {
    const code = match[1] === "" ? "0" : (match[1] ?? match[2] ?? "");
    const branches = branchesAt(match.index ?? 0);
    const status = /^\d+$/.test(code) ? Number(code) : /\b2\b/.test(code) ? 2 : undefined;
    return { at: match.index ?? 0, text: match[0], status, branches, onInput: branches.length > 0 };
  });
}

function matchedIn(
  text: string,
  of: (expression: string) => Subject | undefined,
): readonly Matched[] {
  const found: Matched[] = [];
  const add = (
    place: number,
    shown: string,
    pattern: string,
    form: Matched["form"],
    on: string,
  ) => {
    const subject = of(on);
    if (subject !== undefined)
      found.push({ at: place, text: shown.slice(0, 200), pattern, form, isWhole: false, subject });
  };
  for (const match of text.matchAll(/r?["']([^"'\n]+)["']\s+in\s+([\w.$]+(?:\(\))?)/g))
    add(match.index ?? 0, match[0], match[1] ?? "", "fixed", match[2] ?? "");
  for (const match of text.matchAll(
    /([\w.$]+(?:\(\))?)\.(?:includes|indexOf|find|count)\(\s*["'`]([^"'`\n]+)["'`]/g,
  ))
    add(match.index ?? 0, match[0], match[2] ?? "", "fixed", match[1] ?? "");
  for (const match of text.matchAll(
    /re\.(?:search|match|findall|fullmatch)\(\s*r?["']((?:[^"'\\\n]|\\.)*)["']\s*,\s*([\w.$]+(?:\(\))?)/g,
  ))
    add(match.index ?? 0, match[0], match[1] ?? "", "regex", match[2] ?? "");
  for (const match of text.matchAll(
    /\/((?:[^/\\\n]|\\.)+)\/[a-z]*\.(?:test|exec)\(\s*([\w.$]+(?:\(\))?)/g,
  ))
    add(match.index ?? 0, match[0], match[1] ?? "", "regex", match[2] ?? "");
  for (const match of text.matchAll(/([\w.$]+)\.match\(\s*\/((?:[^/\\\n]|\\.)+)\//g))
    add(match.index ?? 0, match[0], match[2] ?? "", "regex", match[1] ?? "");
  for (const list of text.matchAll(
    /(?:for\s+(\w+)\s+in\s+(\w+|[[(])|any\(\s*(\w+)\s+in\s+\w+[^\n]*for\s+\3\s+in\s+(\w+)|(\w+)\.(?:some|find)\(\s*\(?(\w+)\)?\s*=>)/g,
  )) {
    const name = list[2] ?? list[4] ?? list[5];
    const item = list[1] ?? list[3] ?? list[6] ?? "";
    const rest = text.slice(list.index, (list.index ?? 0) + 300);
    const on = new RegExp(
      `\\b${item}(?:\\.\\w+\\(\\))?\\s+in\\s+([\\w.]+(?:\\(\\))?)|([\\w.]+)\\.includes\\(\\s*${item}\\b`,
    ).exec(rest);
    const regex = new RegExp(
      `re\\.search\\(\\s*${item}\\s*,\\s*([\\w.]+)|\\b${item}\\.test\\(\\s*([\\w.]+)`,
    ).exec(rest);
    const isInline = name === "[" || name === "(";
    const made =
      name === undefined || isInline ? null : new RegExp(`\\b${name}\\s*=\\s*[\\[({]`).exec(text);
    if (made === null && !isInline) continue;
    const open = made === null ? list.index + list[0].length - 1 : made.index + made[0].length - 1;
    const items = bracketed(text, open);
    for (const one of items.matchAll(/r?["']((?:[^"'\\\n]|\\.)*)["']|\/((?:[^/\\\n]|\\.)+)\//g)) {
      const target = regex?.[1] ?? regex?.[2] ?? on?.[1] ?? on?.[2];
      if (target !== undefined && target !== name)
        add(open, one[0], one[1] ?? one[2] ?? "", regex === null ? "fixed" : "regex", target);
    }
  }
  return found;
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
    const body = `${made === null ? "" : bracketed(text, made.index + made[0].length - 1)}${around}`;
    if (CONTENT_FIELDS.test(body))
      return { at: match.index ?? 0, text: match[0].slice(0, 200), subjects: ["content"] };
    return {
      at: match.index ?? 0,
      text: match[0].slice(0, 200),
      subjects: writesAll || (name !== undefined && whole.has(name)) ? ["payload"] : [],
    };
  });
}

/** Branches by indentation: of `if`, `for`, `try` and the like, not of functions. */
function indented(text: string): (place: number) => readonly string[] {
  return (place) => {
    const lines = text.slice(0, place).split("\n");
    let depth = /^ */.exec((lines.at(-1) ?? "").replaceAll("\t", "    "))?.[0].length ?? 0;
    const found: string[] = [];
    for (let at = lines.length - 2; at >= 0 && depth > 0; at -= 1) {
      const line = (lines[at] ?? "").replaceAll("\t", "    ");
      const own = /^ */.exec(line)?.[0].length ?? 0;
      if (line.trim() === "" || own >= depth) continue;
      depth = own;
      if (
        /^\s*(?:if|elif|else|for|while|except|try|with)\b/.test(line) &&
        !/^\s*(?:try|with)\b/.test(line)
      )
        found.unshift(String(at));
      if (/^\s*def\b/.test(line)) found.unshift(`def${at}`);
    }
    return found;
  };
}

/** Branches by braces, of conditions and loops. */
function braced(text: string): (place: number) => readonly string[] {
  return (place) => {
    const found: string[] = [];
    let depth = 0;
    for (let at = place - 1; at >= 0; at -= 1) {
      const character = text[at];
      if (character === "}") depth += 1;
      if (character !== "{") continue;
      if (depth > 0) depth -= 1;
      else if (
        /(?:\bif\s*\([^]*\)|\belse|\bcatch[^{]*|\bfor\s*\([^]*\)|\bwhile\s*\([^]*\)|\bcase\s[^{]*)\s*$/.test(
          text
            .slice(Math.max(0, at - 300), at)
            .split(/[;{}]/)
            .at(-1) ?? "",
        )
      )
        found.unshift(String(at));
      else if (/(?:function\b[^{]*|=>\s*)$/.test(text.slice(Math.max(0, at - 200), at)))
        found.unshift(`def${at}`);
    }
    // A condition without braces on the same line.
    const line = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
    return /^\s*(?:\}?\s*else\s+)?if\s*\(/.test(line) && !line.includes("{")
      ? [...found, `line${place}`]
      : found;
  };
}
