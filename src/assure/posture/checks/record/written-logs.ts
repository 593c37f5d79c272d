// Logs that hooks and their scripts write: where each lies, and the line that names it.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import {
  absence,
  expecting,
  fileFault,
  filesIn,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
} from "../../looking.ts";
import { scriptFiles } from "../../scripts-seen.ts";
import type { HookSight, SeenFile, Sights } from "../../sights.ts";
import { isOn, named, variablesOf } from "../../variables.ts";

/** Files that are logs of calls, by their paths. */
export const LOG_FILES =
  /(?:^|\/)(?:var\/log\/(?:claude|sallyport)[\w-]*\/.+|.*(?:audit|tool-use|tool_use|claude|activity|commands?)[\w.-]*\.(?:log|jsonl|ndjson))$/i;
/** Where a command writes: what stands behind `>>`, `tee -a` or a variable that names a log. */
const WRITES =
  /(?:>>?|\btee\s+(?:-a\s+|--append\s+)?|\b(?:LOG(?:_?FILE|_?PATH|_?DIR)?|AUDIT_LOG(?:_FILE)?|OUT)=|open\(|expanduser\(|appendFileSync\(|appendFile\(|createWriteStream\()\s*["'(]?([^\s"'|;&)]+)/gi;
const IS_LOG = /\.(?:log|jsonl|ndjson|csv)$|(?:^|\/)(?:audit|logs?)(?:\/|$)/i;

export type Written = { readonly file: SeenFile; readonly line: number; readonly path: string };

/** Logs that hooks and their scripts write, with the place that names each. */
export function writtenLogs({ hooks }: Sights): readonly Written[] {
  return hooks.flatMap((hook) => [
    ...pathsIn(commandOf(hook)).map((path) => ({ file: hook.file, line: hook.line, path })),
    ...hook.scripts.flatMap((file) =>
      linesOf(file).flatMap(({ line, text }) =>
        /^\s*#/.test(text) ? [] : pathsIn(text).map((path) => ({ file, line, path })),
      ),
    ),
  ]);
}

export const commandOf = ({ command, args = [] }: HookSight) => [command, ...args].join(" ");

export function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(WRITES)]
    .map(({ 1: path = "" }) => path.replaceAll(/[\\"'`]/g, ""))
    .filter((path) => IS_LOG.test(path) && !path.startsWith("&") && path !== "/dev/null");
}
