// Logs of calls that hooks and their scripts write: where each lies, and the line that names it.
import { keptFor } from "#base/lazily.ts";
import { linesOf } from "../../looking.ts";
import type { HookInput, SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** Files that are logs of calls, by their paths. */
export const LOG_FILES =
  /(?:^|\/)(?:var\/log\/(?:claude|sallyport)[\w-]*\/.+|.*(?:audit|tool-use|tool_use|claude|activity|commands?)[\w.-]*\.(?:log|jsonl|ndjson))$/i;

const IS_LOG = /\.(?:log|jsonl|ndjson|csv)$|(?:^|\/)(?:audit|logs?)(?:\/|$)/i;
/** Names by which a log says that it is about calls, whoever writes it. */
const ABOUT_CALLS = /audit|claude|agent|session|transcript|tool|command|activity|call|event/i;
/** Programs that write what they are told; others write what they have to say themselves. */
const TELLERS =
  /^(?:echo|printf|jq|cat|tee|date|logger|sed|awk|gawk|tr|python3?|node|ruby|perl|deno|bun|yq|sponge|flock|\{|\(|>>?)$/;

/** Where code writes a file. */
const CODE_WRITES =
  /\bopen\(|\.open\(|appendFile|writeFile|createWriteStream|FileHandler\(|File\.(?:open|write)|write_text\(|expanduser\(|AppendAllText|Add-Content|Out-File|^\s*(?:const |let |var |\$)?\w*(?:LOG|AUDIT|OUT)\w*\s*[:=]/i;

export type Written = { readonly file: SeenFile; readonly line: number; readonly path: string };

/** Logs that hooks and their scripts write, with the place that names each. */
export function writtenLogs({ hooks }: Pick<AuditInputs, "hooks">): readonly Written[] {
  return hooks.flatMap((hook) => [
    ...pathsIn(commandOf(hook)).map((path) => ({ file: hook.file, line: hook.line, path })),
    ...hook.scripts.flatMap((file) => logsOf(file)),
  ]);
}

export const commandOf = ({ command, args = [] }: HookInput) => [command, ...args].join(" ");

/** The logs that a script writes, each with its line. */
export const logsOf = keptFor((file: SeenFile): readonly Written[] => {
  const known = new Map<string, string>();
  return linesOf(file).flatMap(({ line, text }) => {
    if (/^\s*(?:#|\/\/)/.test(text)) return [];
    const said = withKnown(withPlaces(text), known);
    const [, name, value] =
      /^\s*(?:export\s+|local\s+|readonly\s+|const\s+|let\s+|var\s+|\$)?([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(
        said,
      ) ?? [];
    const path = name === undefined ? undefined : valueOf(value ?? "");
    if (name !== undefined && path !== undefined) known.set(name, path);
    return pathsSaid(said).map((one) => ({ file, line, path: one }));
  });
});

/** Paths of logs that one line of a shell or of code writes. */
export function pathsIn(text: string): readonly string[] {
  return pathsSaid(withPlaces(text));
}

function pathsSaid(text: string): readonly string[] {
  const found = [...redirections(text), ...(CODE_WRITES.test(text) ? literalsOf(text) : [])];
  return [...new Set(found.map((path) => path.replaceAll(/[\\"'`]/g, "")))].filter(
    (path) => IS_LOG.test(path) && !path.startsWith("&") && path !== "/dev/null",
  );
}

/** What a shell line appends its own words to; what another program prints of itself is no log of calls. */
function redirections(text: string): readonly string[] {
  const pattern =
    /(?<![0-9&>=-])(?:>>?\|?|\btee\s+(?:-a\s+|--append\s+)?|\b(?:LOG(?:_?FILE|_?PATH|_?DIR)?|AUDIT_LOG(?:_FILE)?|OUT)=)\s*("[^"]*"|'[^']*'|[^\s"'|;&)]+(?:"[^"]*")?[^\s"'|;&)]*)/gi;
  return [...text.matchAll(pattern)].flatMap(({ 0: whole, 1: path = "", index }) => {
    const isRedirection = whole.startsWith(">");
    const before =
      text
        .slice(0, index)
        .split(/\|\||&&|[;|](?!\|)|\bthen\b|\bdo\b/)
        .at(-1) ?? "";
    const program = before.trim().split(/\s+/)[0] ?? "";
    const isTeller =
      program === "" || TELLERS.test(program.replace(/^.*\//, "")) || /^[)}"']/.test(program);
    const name = path.replace(/["']/g, "").replace(/^.*\//, "");
    return !isRedirection || isTeller || ABOUT_CALLS.test(name) ? [path] : [];
  });
}

/** Homes and projects as they are asked for in code, put as a shell writes them. */
function withPlaces(text: string): string {
  return text
    .replaceAll(
      /\b(?:pathlib\.)?Path\.home\(\)|\b(?:os\.)?home[d]ir\(\)|\bDir\.home\b|\bprocess\.env\.HOME\b|\b(?:os\.environ(?:\.get)?|os\.getenv|ENV|process\.env)[[(]["']HOME["'](?:,[^)\]]*)?[\])]|\$ENV\{["']?HOME["']?\}/g,
      '"~"',
    )
    .replaceAll(
      /\b(?:os\.environ(?:\.get)?|os\.getenv|ENV|process\.env)[[(]["'](?:CLAUDE_PROJECT_DIR|PWD)["'](?:,[^)\]]*)?[\])]|\bprocess\.env\.(?:CLAUDE_PROJECT_DIR|PWD)\b|\bos\.getcwd\(\)|\b(?:pathlib\.)?Path\.cwd\(\)|\bprocess\.cwd\(\)|\bimport\.meta\.dirname\b|\b__dirname\b|\b\w+(?:\[["']cwd["']\]|\.get\(["']cwd["']\)|\.cwd)(?![\w(])/g,
      '"$CLAUDE_PROJECT_DIR"',
    );
}

/** A line with what earlier lines gave to its names; in the shell behind a dollar, in code as they stand. */
function withKnown(text: string, known: ReadonlyMap<string, string>): string {
  let said = text;
  for (const [name, value] of known) {
    said = said.replaceAll(new RegExp(`\\$\\{${name}\\}|\\$${name}\\b`, "g"), () => value);
    said = said.replaceAll(
      new RegExp(`(?<![\\w$."'\`/-])${name}(?![\\w"'\`-]|\\s*=(?!=))`, "g"),
      () => `"${value}"`,
    );
  }
  return said;
}

/** What a name is given, where that is a path. */
function valueOf(text: string): string | undefined {
  const [joined] = literalsOf(text);
  const value = joined ?? /^["']?([^\s"';]+)/.exec(text.trim())?.[1];
  return value !== undefined && /[/~]|^\$CLAUDE_PROJECT_DIR$/.test(value) && value.length < 500
    ? value
    : undefined;
}

/** Texts of a line of code, those that are joined to one path as one. */
function literalsOf(text: string): readonly string[] {
  const found: { value: string; end: number; isInJoin: boolean }[] = [];
  for (const match of text.matchAll(/f?"((?:[^"\\]|\\.)*)"|f?'((?:[^'\\]|\\.)*)'|`([^`]*)`/g)) {
    const value = match[1] ?? match[2] ?? match[3] ?? "";
    const last = found.at(-1);
    const between = last === undefined ? "" : text.slice(last.end, match.index);
    const before = text.slice(0, match.index);
    const isInJoin = /\b(?:join|resolve|Path|PurePath|joinpath|Join-Path)\(?\s*(?:[\w.]+\()?$/.test(
      before,
    );
    const isNext =
      last !== undefined &&
      (/^\s*\)*\s*[/+]\s*$/.test(between) || (last.isInJoin && /^\s*,\s*$/.test(between)));
    if (isNext) {
      last.value = `${last.value.replace(/\/$/, "")}/${value.replace(/^\//, "")}`;
      last.end = match.index + match[0].length;
    } else found.push({ value, end: match.index + match[0].length, isInJoin });
  }
  return found.map(({ value }) => value);
}
