// Rights that scripts, rotations and units give to logs of calls before any log is there to look at.
import { filesIn, linesOf } from "../../looking.ts";
import { operationFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** Rights that a line gives to a log. `isFolder`: to the folder around it, whose read bit shows no entry. */
export type GivenMode = {
  readonly file: SeenFile;
  readonly line: number;
  readonly bits: number;
  readonly isFolder: boolean;
};

const ABOUT_LOGS = /(?:claude|audit|sallyport|tool[-_]?use|agent)/i;
const IS_LOG_PATH = /\.(?:log|jsonl|ndjson)\b|\/logs?\b|\/audit\b/i;
const ROTATIONS = /logrotate|tmpfiles\.d\/|newsyslog|\.(?:ya?ml|conf)$/;

/** Modes that files of the repository and the machine give to logs of calls. */
export function givenModes(auditInputs: AuditInputs): readonly GivenMode[] {
  const files = [
    ...operationFiles(auditInputs),
    ...filesIn([auditInputs.repository, auditInputs.system], ROTATIONS),
  ];
  const scripts = auditInputs.hooks.flatMap((hook) => hook.scripts);
  return [...new Set([...files, ...scripts])].flatMap((file) =>
    ABOUT_LOGS.test(file.text ?? "") ? modesIn(file) : [],
  );
}

function modesIn(file: SeenFile): readonly GivenMode[] {
  const isRotation = /logrotate/.test(file.path) || /^[ \t]*rotate\s+\d+/m.test(file.text ?? "");
  const names = namesIn(file.text ?? "");
  const opened = openedByUmask(file);
  const given = opened === undefined ? [] : [{ file, isFolder: false, ...opened }];
  const lines = linesOf(file).flatMap(({ line, text: written }) => {
    if (/^\s*(?:#|\/\/)/.test(written)) return [];
    const text = written.replaceAll(
      /\$\{?([A-Za-z_]\w*)\}?/g,
      (whole, name: string) => names.get(name) ?? whole,
    );
    return givenIn(text, isRotation).map((one) => ({ file, line, ...one }));
  });
  return [...given, ...lines];
}

/** What `umask 0` leaves open of a log that the script writes behind it. */
function openedByUmask(
  file: SeenFile,
): { readonly line: number; readonly bits: number } | undefined {
  const lines = linesOf(file);
  const mask = lines.find(({ text }) =>
    /^\s*(?:os\.|process\.)?umask[\s(]+0*(?:o?[0-7]{1,3})\b/.test(text),
  );
  if (mask === undefined) return undefined;
  const octal = /umask[\s(]+(?:0o)?([0-7]{1,4})/.exec(mask.text)?.[1] ?? "22";
  const bits = 0o666 & ~Number.parseInt(octal, 8);
  const isWritten = lines.some(
    ({ line, text }) =>
      line > mask.line && IS_LOG_PATH.test(text) && />>|\btee\b|open\(|append/i.test(text),
  );
  return isWritten && (bits & 0o022) > 0 ? { line: mask.line, bits } : undefined;
}

/** Variables of a script that hold the path of a log. */
function namesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    [
      ...text.matchAll(
        /^[ \t]*(?:readonly\s+|export\s+)?([A-Za-z_]\w*)=["']?([^\s"']*\/[^\s"']*)/gm,
      ),
    ].map(([, name = "", value = ""]) => [name, value]),
  );
}

function givenIn(
  text: string,
  isRotation: boolean,
): readonly { readonly bits: number; readonly isFolder: boolean }[] {
  const rotated = isRotation ? /^\s*create\s+(0?[0-7]{3})\b/.exec(text)?.[1] : undefined;
  if (rotated !== undefined) return [{ bits: Number.parseInt(rotated, 8), isFolder: false }];
  if (!ABOUT_LOGS.test(text) || !IS_LOG_PATH.test(text)) return [];
  const isFile = /\.(?:log|jsonl|ndjson)\b/.test(text);
  const modes = [
    ...commandModes(text),
    ...[
      ...text.matchAll(
        /\b(?:os\.chmod|fs\.chmod(?:Sync)?|File\.chmod|chmod)\([^)]*?0o?([0-7]{3,4})\b/g,
      ),
    ].map(([, octal = ""]) => Number.parseInt(octal, 8)),
    ...[...text.matchAll(/\bpath:\s*["']?\/.*?\bmode:\s*["']?0?([0-7]{3})\b/g)].map(
      ([, octal = ""]) => Number.parseInt(octal, 8),
    ),
    ...[...(/^\s*[fdFD][+!^=-]*\s+\/\S+\s+(0?[0-7]{3,4})\b/.exec(text)?.slice(1) ?? [])].map(
      (octal) => Number.parseInt(octal, 8),
    ),
  ];
  return modes.map((bits) => ({ bits, isFolder: !isFile && !/\s-\w*R/.test(text) }));
}

/** Modes of `chmod`, `install -m` and `mkdir -m`. */
function commandModes(text: string): readonly number[] {
  const named = [
    ...text.matchAll(/\bchmod\s+(?:-[A-Za-z-]+\s+)*([0-7]{3,4}|[ugoa]*[+=-][rwxXst,ugoa+=-]*)\s/g),
    ...text.matchAll(
      /\b(?:install|mkdir)\b[^;&|]*?\s(?:-\w*m\s*|--mode[= ])([0-7]{3,4}|[ugoa]*[+=][rwxX,ugoa+=-]*)\s/g,
    ),
  ];
  return named.map(([, mode = ""]) =>
    /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : symbolic(mode),
  );
}

/** What a symbolic mode gives, without what was there before. */
function symbolic(mode: string): number {
  let bits = 0;
  for (const part of mode.split(",")) {
    const [, who = "", sign = "", rights = ""] = /^([ugoa]*)([+=-])([rwxXst]*)$/.exec(part) ?? [];
    if (sign === "-" || sign === "") continue;
    const value = (rights.includes("r") ? 4 : 0) + (rights.includes("w") ? 2 : 0);
    const all = who === "" || who.includes("a");
    if (all || who.includes("g")) bits |= value << 3;
    if (all || who.includes("o")) bits |= value;
  }
  return bits;
}
