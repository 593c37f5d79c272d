// What a Python or JavaScript hook does with its input: it runs it, sends it away, writes it down; and code that it fetches.
import { bracketed } from "./program-values.ts";
import type { At, HookReading, Subject } from "./reading.ts";

/** A shell that is handed its text among the words of a list. */
const SHELL_WORDS =
  /["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']\s*,\s*(?:\{\s*args\s*:\s*)?\[?\s*["']-\w*c["']\s*,\s*([^\]\n)]*)/g;

/** What makes one word of a value, whatever is in it. */
const QUOTES =
  /\b(?:shlex\.quote|pipes\.quote|shellescape|shellQuote|escapeShellArg|quote)\([^()]*\)/gi;

/** Values of the payload that are run as code. */
export function executedIn(text: string, subjects: ReadonlyMap<string, Subject>): readonly At[] {
  const pattern =
    /(?:\bos\.(?:system|popen)|\bsubprocess\.\w+|(?<![\w.])(?:eval|exec|execSync|spawnSync|spawn)|child_process["')]*\.\w+|new Function|\.execSync)\s*\(/g;
  const holds = (words: string): boolean =>
    /json\.loads?\(\s*sys\.stdin|sys\.stdin(?:\.buffer)?\.read\(|readFileSync\(\s*(?:0|["']\/dev\/stdin)/.test(
      words,
    ) ||
    [
      ...words
        .replaceAll(QUOTES, "")
        .replaceAll(/\b[fFrRbBuU]{1,2}(?=["'])/g, "")
        .matchAll(/[A-Za-z_$][\w$]*/g),
    ].some(([name]) => subjects.has(name));
  const byWords = [...text.matchAll(SHELL_WORDS)].flatMap((match) =>
    holds(match[1] ?? "") ? [{ at: match.index, text: match[0].slice(0, 200) }] : [],
  );
  const byCall = [...text.matchAll(pattern)].flatMap((match) => {
    const inside = bracketed(text, (match.index ?? 0) + match[0].length - 1);
    const isShell =
      !/subprocess|spawn/.test(match[0]) || /shell\s*[=:]\s*(?:True|true)/.test(inside);
    const [first = ""] = inside.split(/,(?![^[]*\])/);
    const hasInput = holds(first) && !/^\s*\[/.test(first);
    return isShell && hasInput ? [{ at: match.index ?? 0, text: match[0] }] : [];
  });
  return [...byCall, ...byWords];
}

/** Code that is made of what an address answers. */
export function fetchedIn(text: string): readonly At[] {
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

/** Requests that carry something to another host. */
export function sentIn(text: string): readonly At[] {
  return [
    ...text.matchAll(
      /(?:(?:requests|httpx|session|client|got|ky|needle|superagent)\.(?:post|put)|urlopen|urllib\.request\.Request|\bfetch|axios\.(?:post|put)|chat_postMessage|chat\.postMessage)\s*\(/g,
    ),
  ]
    .flatMap((match) => {
      const inside = bracketed(text, (match.index ?? 0) + match[0].length - 1);
      const isLocal = /https?:\/\/(?:localhost|127\.|\[::1\])/.test(inside);
      const carries =
        /json\s*=|data\s*=|body\s*[:,}]|JSON\.stringify/.test(inside) ||
        /^\s*\w+\s*,\s*\w+/.test(inside);
      return carries && !isLocal ? [{ at: match.index ?? 0, text: match[0] }] : [];
    })
    .concat(
      [...text.matchAll(/\bhttps?\.request\s*\(/g)].flatMap((match) => {
        const inside = bracketed(text, match.index + match[0].length - 1);
        const after = text.slice(match.index);
        const isLocal = /localhost|127\.0\.0\.1|\[::1\]/.test(inside);
        return !isLocal &&
          /["'](?:POST|PUT)["']/.test(inside) &&
          /\.(?:end|write)\(\s*[^)\s]/.test(after)
          ? [{ at: match.index, text: match[0] }]
          : [];
      }),
    );
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
export function loggedIn(text: string, whole: ReadonlySet<string>): HookReading["logs"] {
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

/** Files that are written or added to, with what of the payload goes there. */
export function logsIn(text: string, whole: ReadonlySet<string>): HookReading["logs"] {
  const raw = [
    ...text.matchAll(
      /\.write\(\s*sys\.stdin(?:\.buffer)?\.read\(|process\.stdin\.pipe\(\s*(?:[\w.]+\.)?createWriteStream\(|\bcopyfileobj\(\s*sys\.stdin|(?:appendFileSync|writeFileSync)\([^,\n]+,\s*(?:[\w.]+\.)?readFileSync\(\s*0/g,
    ),
  ].map((match) => ({ at: match.index, text: match[0], subjects: ["payload"] as const }));
  if (raw.length > 0) return raw;
  const spread = [
    ...text.matchAll(
      /(?:appendFileSync|writeFileSync|appendFile|\.write)\([^\n]*(?:JSON\.stringify|json\.dumps)\(\s*\{[^\n]*?(?:\.\.\.|\*\*)\s*(\w+)/g,
    ),
  ].flatMap((match) =>
    whole.has(match[1] ?? "")
      ? [{ at: match.index, text: match[0].slice(0, 200), subjects: ["payload"] as const }]
      : [],
  );
  if (spread.length > 0) return spread;
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
function at(text: string, pattern: RegExp): readonly At[] {
  return [...text.matchAll(pattern)].map((match) => ({
    at: match.index ?? 0,
    text: match[0].slice(0, 200),
  }));
}
