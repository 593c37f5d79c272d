// How checks find secrets in single files: by what a scan said, by the text, and by the names that values stand under. No value is shown.
import type { Fault } from "../../check.ts";
import { lineFault, linesOf } from "../../looking.ts";
import { isLiteralSecret, secretLines } from "../../inputs/secret-texts.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** Lines of a file that hold a secret, by what a scan of the machine said, or by the text itself. */
export function linesWithSecrets({ secrets }: AuditInputs, file: SeenFile): readonly number[] {
  const told =
    secrets.kind === "seen"
      ? secrets.value
          .filter((one) => one.file === file.path || one.file === file.shown)
          .map(({ line }) => line)
      : [];
  const own = file.text === undefined ? [] : secretLines(file.text, file.path);
  return [...new Set([...told, ...own])].sort((a, b) => a - b);
}

/** A fault at a line that is not shown. */
export function hidden(file: SeenFile, line: number, message: string, fix: string): Fault {
  return { ...lineFault(file, line, message, fix), evidence: "" };
}

/** What is done about a secret that others may have read. */
export const MAKE_INVALID =
  "make it invalid where it was issued, take it out, and give it by the environment";

/** Literal secrets under names that say so: `NAME=value`, `NAME: value`. */
export function namedLines(file: SeenFile, pattern: RegExp): readonly number[] {
  return linesOf(file).flatMap(({ line, text }) => {
    if (/^\s*(?:#|\/\/)/.test(text)) return [];
    return [...text.matchAll(pattern)].some(({ 1: name = "", 2: value = "" }) =>
      isLiteralSecret(name, value.replace(/^["']|["',]+$/g, "")),
    )
      ? [line]
      : [];
  });
}
/** `NAME=value` and `NAME: value`, with the name and the value as groups. */
export const ASSIGNED =
  /(?:^|[\s"'{,-])([A-Za-z_][\w-]*)["']?\s*[:=]\s*("[^"]*"|'[^']*'|[^\s"',;]+)/g;
