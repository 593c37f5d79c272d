// The code that hooks run, read once: what stands in settings, and each script that a command names.
import { keptFor } from "#base/lazily.ts";
import { memberOf, toJson } from "#govern/settings/json-text.ts";
import { type Fault } from "../check.ts";
import { redactedLine } from "../redacted-line.ts";
import type { HookInput, SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";
import type { ProgramLanguage } from "./program-languages.ts";
import { readProgram } from "./program-reading.ts";
import { type At, type HookReading, placeAt, STOPS } from "./reading.ts";
import { readShell } from "./shell-reading.ts";

export type Language = "shell" | ProgramLanguage | "other";

/** One text that a hook runs. */
export type HookCode = {
  readonly hook: HookInput;
  readonly file: SeenFile;
  readonly text: string;
  readonly language: Language;
  /** Whether it stands in settings, where it has no lines of its own. */
  readonly isInline: boolean;
  readonly reading: HookReading;
};

/** The hooks that run a command, the code of each that can be seen, and what cannot. */
export type HookCodes = {
  readonly hooks: readonly HookInput[];
  readonly codes: readonly HookCode[];
  /** Commands whose program is no text that was seen. */
  readonly opaque: readonly HookInput[];
};

/** Characters of a script that are read as code; the guard's parser has the same bound. */
const SCRIPT_CHARS_MAX = 64 * 1024;
const readings = new WeakMap<SeenFile, HookReading>();

/** Everything that hooks of an audit run. Read once for all checks. */
export function codesOf({ hooks }: Pick<AuditInputs, "hooks">): HookCodes {
  return codesOfHooks(hooks);
}

const codesOfHooks = keptFor((hooks: AuditInputs["hooks"]): HookCodes => {
  const own = hooks.filter(({ type }) => type === "command");
  const made = own.map((hook) => ({ hook, codes: codesOfHook(hook) }));
  return {
    hooks: own,
    codes: made.flatMap(({ codes }) => codes),
    opaque: made.flatMap(({ hook, codes }) => (isOpaque(hook, codes) ? [hook] : [])),
  };
});

function codesOfHook(hook: HookInput): readonly HookCode[] {
  const inline = hook.args === undefined ? hook.command : undefined;
  const program = inline === undefined ? undefined : programInline(inline);
  const own: HookCode[] =
    inline === undefined
      ? []
      : [
          {
            hook,
            file: hook.file,
            text: inline,
            language: "shell",
            isInline: true,
            reading: readShell(inline),
          },
        ];
  const nested: HookCode[] =
    program === undefined
      ? []
      : [
          {
            hook,
            file: hook.file,
            ...program,
            isInline: true,
            reading: readIn(program.text, program.language),
          },
        ];
  const scripts = hook.scripts.flatMap((file): readonly HookCode[] => {
    const { text } = file;
    if (text === undefined || text.length > SCRIPT_CHARS_MAX) return [];
    const language = languageOf(file, hook.command);
    return language === "other"
      ? []
      : [{ hook, file, text, language, isInline: false, reading: readingOf(file, text, language) }];
  });
  return [...own, ...nested, ...scripts];
}

/** Code of another language that stands in the command itself. */
function programInline(
  command: string,
): { readonly text: string; readonly language: Exclude<Language, "shell" | "other"> } | undefined {
  const match =
    /\b(python3?|node|bun|deno\s+eval|ruby|perl|php|pwsh|powershell)(?:\.exe)?\s+(?:-(?!c\b|e\b|r\b|ne\b|Command\b)[\w=:-]+\s+(?:Bypass\s+)?)*(?:-(?:c|e|r|ne|Command)\s+)?(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/i.exec(
      command,
    );
  if (match === null || !/\s-(?:c|e|r|ne|Command)\s|deno\s+eval/i.test(match[0])) return undefined;
  const text = match[2] ?? (match[3] ?? "").replaceAll('\\"', '"').replaceAll("\\n", "\n");
  const program = (match[1] ?? "").toLowerCase();
  const other = OTHER.find(([, pattern]) => pattern.test(program))?.[0];
  return { text, language: other ?? (program.startsWith("python") ? "python" : "javascript") };
}

function readingOf(
  file: SeenFile,
  text: string,
  language: Exclude<Language, "other">,
): HookReading {
  const before = readings.get(file);
  if (before !== undefined) return before;
  const reading = readIn(text, language);
  readings.set(file, reading);
  return reading;
}

function readIn(text: string, language: Exclude<Language, "other">): HookReading {
  return language === "shell" ? readShell(text) : readProgram(text, language);
}

const OTHER: readonly (readonly [ProgramLanguage, RegExp])[] = [
  ["powershell", /\b(?:pwsh|powershell)\b|\.ps1\b/i],
  ["ruby", /\bj?ruby\b|\.rb\b/],
  ["perl", /\bperl\b|\.p[lm]\b/],
  ["php", /\bphp\b|\.php\b/],
  ["go", /\.go\b/],
];

function languageOf({ path, text = "" }: SeenFile, command: string): Language {
  const first = text.split("\n", 1)[0] ?? "";
  const hint = first.startsWith("#!")
    ? first
    : `${path} ${/\b(python3?|node|deno|bun|tsx|ruby|pwsh|powershell|perl|php|bash|sh|zsh)\b[^|;&]*$/.exec(command)?.[1] ?? ""}`;
  const other = OTHER.find(([, pattern]) => pattern.test(hint))?.[0];
  if (other !== undefined) return other;
  if (/python|\.py\b/.test(hint)) return "python";
  if (/\bnode\b|deno|bun\b|tsx|\.[cm]?[jt]s\b/.test(hint)) return "javascript";
  if (/(?:ba|z|da|k|a)?sh\b|\.(?:ba|z|k)?sh\b/.test(hint)) return "shell";
  return "other";
}

function isOpaque(hook: HookInput, codes: readonly HookCode[]): boolean {
  if (
    hook.missing.length > 0 ||
    hook.scripts.length > codes.filter(({ isInline }) => !isInline).length
  )
    return true;
  if (hook.scripts.length > 0 || codes.some(({ language }) => language !== "shell")) return false;
  const [inline] = codes;
  if (inline === undefined) return true;
  const { ended, printed, matched, fields, logs } = inline.reading;
  return ended.length + printed.length + matched.length + fields.length + logs.length === 0;
}

const REFUSES =
  /["']?permissionDecision["']?\s*[:=]\s*["'\\]*(?:deny|ask|block|denied|reject|blocked)|["']?decision["']?\s*[:=]\s*["'\\]*(?:deny|block|reject|denied|blocked|ask)|["']?continue["']?\s*[:=]\s*(?:false|False)|["']?behavior["']?\s*[:=]\s*["'\\]*deny/;

/** Whether the text is an answer by which something is meant to be held. */
export function isRefusal(text: string): boolean {
  return REFUSES.test(text);
}

/** Whether a hook means to hold something: exit 2, a refusal, or another status after a condition and words that say so. */
export function meansToBlock({ reading }: Pick<HookCode, "reading">): boolean {
  const { ended, printed } = reading;
  if (ended.some(({ status }) => status === 2)) return true;
  if (printed.some(({ text, to }) => to !== "file" && isRefusal(text))) return true;
  const stops = ended.filter(({ status }) => status !== 0 && status !== undefined);
  return stops.some((end) => end.onInput && stopsBefore(end.branches, printed));
}

/** Whether words of a refusal are printed in the branch of an end. */
export function stopsBefore(branches: readonly string[], printed: HookReading["printed"]): boolean {
  return printed.some(
    ({ text, branches: at, to }) => to !== "file" && STOPS.test(text) && isSameRun(at, branches),
  );
}

/** Whether one place lies on the way to the other. */
export function isSameRun(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((branch, at) => long[at] === branch);
}

/** Events on which an answer holds a call or a prompt. */
const HOLDING = ["PreToolUse", "PermissionRequest", "UserPromptSubmit", "ConfigChange"];

/** Hooks that guard: code that means to block, or a program on PreToolUse that nobody can look into. */
export function guardsOf(auditInputs: Pick<AuditInputs, "hooks">): readonly HookInput[] {
  const { codes, opaque } = codesOf(auditInputs);
  const blocking = new Set(codes.filter((code) => meansToBlock(code)).map(({ hook }) => hook));
  return auditInputs.hooks.filter(
    (hook) =>
      HOLDING.includes(hook.event) &&
      (blocking.has(hook) ||
        (hook.event === "PreToolUse" &&
          hook.type === "command" &&
          opaque.includes(hook) &&
          !soundsLikeRecord(hook)) ||
        (hook.event === "PreToolUse" && hook.type === "http")),
  );
}

/** WHY by its name: what nobody can look into says at least what it is for. */
export function soundsLikeRecord({ command }: HookInput): boolean {
  return (
    /\b(?:log|audit|record|trace|notify|telemetry|metrics)/i.test(command) &&
    !/guard|block|deny|protect|check|validate|polic/i.test(command)
  );
}

/** A member of the handler. */
export function keyOf({ node }: HookInput, key: string): unknown {
  const member = memberOf(node, key);
  return member === undefined ? undefined : toJson(member);
}

/** A fault at a place in the code. */
export function faultAt(code: HookCode, { at, text }: At, message: string, fix?: string): Fault {
  const place = code.isInline
    ? { line: code.hook.line, column: code.hook.column }
    : placeAt(code.text, at);
  const line = code.isInline ? text : (code.text.split("\n")[place.line - 1] ?? "");
  return {
    file: code.file.shown,
    ...place,
    evidence: redactedLine(line),
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A fault at a handler in settings. */
export function faultOf(hook: HookInput, message: string, fix?: string): Fault {
  const { file, line, column, command } = hook;
  return {
    file: file.shown,
    line,
    column,
    evidence: redactedLine(command),
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}
