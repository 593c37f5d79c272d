// Reads a hook in Ruby, PowerShell, Go, Perl or PHP lightly: how such a program reads, matches, prints, runs others and ends.
import { type OtherLanguage, otherLanguages } from "./other-languages.ts";
import { openBraces, openLines } from "./program-branches.ts";
import { bracketed, expressionAt, ProgramValues } from "./program-values.ts";
import {
  type At,
  type Ended,
  type HookReading,
  type Matched,
  type Printed,
  type Subject,
  subjectOf,
} from "./reading.ts";

type Forms = (typeof otherLanguages)[OtherLanguage];
type Branches = (place: number) => readonly string[];

/** Reads a program. What it does not know it leaves out: no fault is made up of what is not understood. */
export function readOther(source: string, language: OtherLanguage): HookReading {
  const forms = otherLanguages[language];
  const bare = withoutComments(source, forms);
  const text = forms.objects.reduce(
    (made, [from, to]) => made.replaceAll(from, (found) => to.padEnd(found.length)),
    bare,
  );
  const branchesAt = branchesOf(text, forms);
  const subjects = subjectsIn(text, forms);
  const of = (expression: string): Subject | undefined => subjectIn(expression, subjects);
  return {
    problem: undefined,
    unset: [...text.matchAll(forms.variables)].map(({ index, 1: name = "" }) => ({
      at: index,
      text: name.toUpperCase(),
    })),
    fields: fieldsIn(text, subjects),
    printed: printedIn(text, forms, branchesAt),
    ended: endedIn(text, forms, branchesAt),
    matched: matchedIn(text, forms, of),
    unquoted: [],
    executed: executedIn(text, forms, subjects),
    sent: sentIn(text, forms),
    fetched: placesOf(text, forms.fetches),
    logs: logsIn(text, forms, subjects),
    refusesBroken: !swallows(text, forms),
  };
}

function withoutComments(source: string, { comment }: Forms): string {
  const strings = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`/.source;
  return source.replaceAll(
    new RegExp(`(${strings})|(${comment.source})`, "g"),
    (found: string, text?: string) =>
      text === undefined ? found.replaceAll(/[^\n]/g, " ") : found,
  );
}

function placesOf(text: string, pattern: RegExp): readonly At[] {
  return [...text.matchAll(pattern)].map((match) => ({
    at: match.index,
    text: match[0].slice(0, 200),
  }));
}

/** In which conditions a place lies: by braces or by indentation, and by a condition behind the statement on its line. */
function branchesOf(text: string, { isBraced, hasTrailing }: Forms): Branches {
  const around = isBraced ? byBraces(text) : byIndent(text);
  return (place) => {
    const start = text.lastIndexOf("\n", place - 1) + 1;
    const end = text.indexOf("\n", place);
    const rest = text.slice(place, end < 0 ? text.length : end);
    const found = around(place);
    const before = text.slice(start, place);
    const isTrailing = hasTrailing && /["'\d)\]]?\s+(?:if|unless)\s/.test(rest);
    const isShort = /(?:\bor|\band|\|\||&&)\s+$/.test(before);
    return isTrailing || isShort ? [...found, `line${start}`] : found;
  };
}

const BRANCH =
  /(?:^|[\s};)])(?:if|elsif|elseif|else|unless|for|foreach|while|switch|catch|case|default|rescue|when)\b[^{}]*$/i;
const OWN = /(?:^|[\s};])(?:func|function|sub)\b[^{}]*$/i;

function byBraces(text: string): Branches {
  return (place) => {
    const found: string[] = [];
    for (const at of openBraces(text, place)) {
      const head = text.slice(Math.max(0, at - 300), at);
      const own = head.slice(Math.max(head.lastIndexOf("\n"), head.lastIndexOf("{")) + 1);
      if (OWN.test(own)) found.unshift(`def${at}`);
      else if (BRANCH.test(own)) found.unshift(String(at));
    }
    return found;
  };
}

function byIndent(text: string): Branches {
  return (place) => {
    const found: string[] = [];
    for (const [at, line] of openLines(text.slice(0, place))) {
      if (/^\s*def\b/.test(line)) found.unshift(`def${at}`);
      else if (/^\s*(?:if|elsif|else|unless|case|when|while|until|rescue)\b|\bdo\b/.test(line))
        found.unshift(String(at));
    }
    return found;
  };
}

function endedIn(text: string, { exits, dies }: Forms, branchesAt: Branches): readonly Ended[] {
  const made = (index: number, said: string, status: number | undefined): Ended => {
    const branches = branchesAt(index);
    return {
      ...{ at: index, order: index, text: said, status, branches },
      onInput: branches.some((one) => !one.startsWith("def")),
    };
  };
  const byStatus = [...text.matchAll(exits)].map(({ index, 0: said, 1: code = "" }) =>
    made(index, said, statusOf(code)),
  );
  const byDeath = dies.flatMap(({ pattern, status }) =>
    [...text.matchAll(pattern)]
      .filter(({ index }) => !isCaught(text, index))
      .map(({ index, 0: said }) => made(index, said, status)),
  );
  return [...byStatus, ...byDeath];
}

function statusOf(code: string): number | undefined {
  const word = code.trim();
  if (word === "" || word === "true") return 0;
  if (word === "false") return 1;
  return /^\d+$/.test(word) ? Number(word) : undefined;
}

/** WHY: what is thrown within a `try` of the program's own says nothing of how it ends. */
function isCaught(text: string, place: number): boolean {
  let depth = 0;
  for (let at = place - 1; at >= 0; at -= 1) {
    if (text[at] === "}") depth += 1;
    if (text[at] === "{" && depth-- === 0) {
      if (/\b(?:try|eval)\s*$/.test(text.slice(0, at))) return true;
      depth = 0;
    }
  }
  return false;
}

function printedIn(text: string, forms: Forms, branchesAt: Branches): readonly Printed[] {
  const values = new ProgramValues(text);
  const quoted = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g)];
  // The text of a program that is started says `echo` too.
  const isQuoted = ({ index }: { readonly index: number }) =>
    quoted.some((one) => one.index < index && index < one.index + one[0].length);
  const found = (pattern: RegExp) =>
    [...text.matchAll(pattern)].filter((match) => !isQuoted(match));
  return forms.prints.flatMap(({ pattern, to, isBefore = false }) =>
    found(pattern).map((match): Printed => {
      const from = match.index + match[0].length;
      const written = isBefore ? match[0] : argumentAt(text, from, match[0]);
      const body = forms.members.reduce(
        (made, name) =>
          made.replaceAll(
            new RegExp(`\\b${name}\\b`, "g"),
            `${name[0]?.toLowerCase()}${name.slice(1)}`,
          ),
        values.resolve(written),
      );
      const isBuilt = forms.builds.test(`${match[0]}${body}`);
      const pasted = !isBuilt && forms.pastes.test(body);
      return {
        ...{ at: match.index, order: match.index, to, branches: branchesAt(match.index), isBuilt },
        text: `${isBuilt ? "{" : ""}${body.replaceAll("'", '"')}${pasted ? "\u0002" : ""}`,
        subjects: pasted ? ["other"] : [],
      };
    }),
  );
}

/** What a print is given: in its brackets, or to the end of the statement without a condition behind it. */
function argumentAt(text: string, from: number, head: string): string {
  const whole = head.endsWith("(") ? bracketed(text, from - 1) : expressionAt(text, from);
  return whole.replace(/\s(?:if|unless)\s(?!.*["'][^"']*$).*$/, "");
}

/** Names that hold the payload or a part of it, by what they are set from. */
function subjectsIn(text: string, { loads }: Forms): ReadonlyMap<string, Subject> {
  const known = new Map<string, Subject>();
  for (const [, decoded, filled] of text.matchAll(
    /\bDecode\(&(\w+)\)|Unmarshal\([^,]+,\s*&(\w+)\)/g,
  ))
    known.set(decoded ?? filled ?? "", "payload");
  for (const { 1: name = "", 2: value = "" } of text.matchAll(
    /(?:^|[\s;({])(?:my\s+|var\s+)?(\$?[A-Za-z_]\w*)(?:\s*,\s*\w+)?\s*:?=(?![=~>])\s*([^\n]+)/gm,
  )) {
    if (/getenv|ENV\b|env:|split|Fields\(|shellsplit/i.test(value)) continue;
    const loaded = loads.exec(value);
    if (loaded === null) {
      const subject = subjectIn(value, known);
      if (subject !== undefined) known.set(name, subject);
      continue;
    }
    const part = subjectOf(value.slice(loaded.index + loaded[0].length));
    known.set(name, part === "other" ? "payload" : part === "payload" ? "other" : part);
  }
  return known;
}

/** What an expression holds of the payload: by the last member that it names, or by its root. */
function subjectIn(expression: string, known: ReadonlyMap<string, Subject>): Subject | undefined {
  const root = /^\W*?(\$?[A-Za-z_]\w*)/.exec(expression.trim())?.[1] ?? "";
  const before = known.get(root);
  if (before !== undefined && before !== "payload" && before !== "other") return before;
  if (before === undefined && !/tool_input|ToolInput/.test(expression)) return undefined;
  const named = subjectOf(
    expression
      .slice(0, 200)
      .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase(),
  );
  if (named !== "other" && named !== "payload") return named;
  // A part of the payload that is no text of its own is looked into further.
  return before === "payload" &&
    /\b(?:tool_(?:input|response)|Tool(?:Input|Response))\b/.test(expression)
    ? "other"
    : before;
}

/** Members that are asked of the payload's root. */
function fieldsIn(text: string, known: ReadonlyMap<string, Subject>): readonly At[] {
  return [...known].flatMap(([name, subject]) =>
    subject !== "payload"
      ? []
      : [
          ...text.matchAll(
            new RegExp(
              `(?<![\\w$.])${name.replace("$", "\\$")}(?:->)?(?:\\.(?:fetch|dig)\\(\\s*["':](\\w+)|[[{]\\s*["':]?(\\w+)["']?\\s*[\\]}]|\\.([a-z]\\w*_\\w+|tool|input|command|args|file|event)\\b(?!\\())`,
              "g",
            ),
          ),
        ].map((match) => ({ at: match.index, text: match[1] ?? match[2] ?? match[3] ?? "" })),
  );
}

function matchedIn(
  text: string,
  { matches }: Forms,
  of: (expression: string) => Subject | undefined,
): readonly Matched[] {
  const loops = loopsIn(text);
  return matches.flatMap(({ pattern, form, target, what }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const subject = of(match[target] ?? "");
      if (subject === undefined) return [];
      const written = (match[what] ?? "").trim();
      const isText = /^["'`/]/.test(written) || form === "regex";
      const texts = isText ? [written] : (loops.get(written) ?? []);
      return texts.map((one) => ({
        ...{ at: match.index, text: match[0].slice(0, 200), form, isWhole: false, subject },
        pattern: one.replace(/^m?(["'`/|{])([^]*)\1[a-z]*$/, "$2"),
      }));
    }),
  );
}

/** Names that run over a list of texts, and the texts. */
function loopsIn(text: string): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>();
  const textsOf = (list: string): readonly string[] =>
    /^\s*(?:%w|qw)/.test(list)
      ? list.replace(/^\s*(?:%w|qw)\W|[\])}]$/g, "").split(/\s+/)
      : [...list.matchAll(/"[^"\n]*"|'[^'\n]*'|`[^`\n]*`/g)].map(([one]) => one);
  for (const { 1: name = "", 2: list = "" } of text.matchAll(
    /(?:^|[\s;(])(?:my\s+)?([$@]?[A-Za-z_]\w*)\s*:?=\s*((?:%w|qw|@\(|\[|\(|\[\]string\{)[^\])}]*)/gm,
  ))
    lists.set(name, textsOf(list));
  const found = new Map<string, readonly string[]>();
  const asQuoted = (items: readonly string[]) =>
    items.filter((one) => one !== "").map((one) => (/^["'`]/.test(one) ? one : `"${one}"`));
  const each =
    /((?:%w|qw)\W[^\])}]*[\])}]|[[(@][^\])]*[\])]|[$@]?[A-Za-z_]\w*)(?:\.freeze)?\.(?:any\?|each|find|detect|select|none\?)\s*(?:do|\{)\s*\|(\w+)\|/g;
  for (const { 1: list = "", 2: name = "" } of text.matchAll(each))
    found.set(name, asQuoted(lists.get(list) ?? textsOf(list)));
  const over =
    /\bforeach\s*\(\s*(\$\w+)\s+in\s+([^)\n]+)\)|\bforeach\s*\(\s*(\S[^\n]*?)\s+as\s+(\$\w+)\s*\)|\bfor(?:each)?\s+(?:my\s+)?(\$\w+)\s*\(([^)\n]+)\)|\bfor\s+_,\s*(\w+)\s*:?=\s*range\s([^\n]+)\{[ \t]*$/gm;
  for (const match of text.matchAll(over)) {
    const name = match[1] ?? match[4] ?? match[5] ?? match[7] ?? "";
    const list = (match[2] ?? match[3] ?? match[6] ?? match[8] ?? "").trim();
    found.set(name, asQuoted(lists.get(list) ?? textsOf(list)));
  }
  return found;
}

function executedIn(
  text: string,
  { runs, pastes }: Forms,
  known: ReadonlyMap<string, Subject>,
): readonly At[] {
  const names = [...known.keys()].map((name) => name.replace("$", "\\$")).join("|");
  if (names === "") return [];
  const held = new RegExp(`(?<![\\w$])(?:${names})(?!\\w)`);
  return runs.flatMap(({ pattern, needsText }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const from = match.index + match[0].length;
      const given = match[1] ?? match[2] ?? argumentAt(text, from, match[0]);
      // A list of words starts a program without a shell.
      const isList = needsText && /^\s*(?:["'][^"'$#]*["']|\w+)\s*,/.test(given);
      const isFilled = !needsText || pastes.test(given) || /^\s*\$?\w+\s*$/.test(given);
      return held.test(given) && isFilled && !isList
        ? [{ at: match.index, text: match[0].slice(0, 200) }]
        : [];
    }),
  );
}

function sentIn(text: string, { sends }: Forms): readonly At[] {
  return placesOf(text, sends).filter(({ at }) => {
    const around = text.slice(at, at + 400);
    const before = text.slice(Math.max(0, at - 400), at);
    return !/https?:\/\/(?:localhost|127\.|\[::1\])/.test(`${before}${around}`);
  });
}

function logsIn(
  text: string,
  { writes }: Forms,
  known: ReadonlyMap<string, Subject>,
): HookReading["logs"] {
  return placesOf(text, writes).map(({ at, text: said }) => {
    const start = text.lastIndexOf("\n", at - 1) + 1;
    const around = text.slice(start, at + 300);
    const isAll = [...known].some(
      ([name, subject]) =>
        (subject === "payload" || subject === "content") &&
        new RegExp(
          `(?<![\\w$])${name.replace("$", "\\$")}(?:\\.(?:to_json|inspect|to_s)\\b|(?![\\w.[]|->|\\s*[=:]))`,
        ).test(around),
    );
    const isContent = /(?:tool_input|tool_response|prompt)["'}\]]*\s*(?![\w.[{>"'-])/.test(around);
    return { at, text: said, subjects: isAll ? ["payload"] : isContent ? ["content"] : [] };
  });
}

/** Whether a fault while reading is caught and the program then ends well. */
function swallows(text: string, { caught }: Forms): boolean {
  const refusal = /\b[12]\b|deny|\bask\b|block|refuse|raise|throw|die\b|fatal|abort|panic/i;
  return [...text.matchAll(caught)].some(({ 1: body = "" }) => !refusal.test(body));
}
