// How checks find secrets in single files: by what a scan said, by the text, and by the names that values stand under. No value is shown.
import type { Fault } from "../../check.ts";
import { lineFault, linesOf } from "../../looking.ts";
import {
  isForTests,
  isLiteralSecret,
  isProgramText,
  READS_PROSE,
  secretLines,
  secretValues,
} from "../../inputs/secret-texts.ts";
import { isOfAudit } from "../../inputs/committed-secrets.ts";
import type { ScanFinding } from "#assure/scan/scan-finding.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** Lines of a file that hold a secret, by what a scan of the machine said, or by the text itself. */
export function linesWithSecrets({ secrets }: AuditInputs, file: SeenFile): readonly number[] {
  const told =
    secrets.kind === "seen"
      ? secrets.value
          .filter((one) => one.file === file.path || one.file === file.shown)
          .filter(isOfAudit)
          .filter((one) => file.text === undefined || !isOfWords(one, file.text))
          .map(({ line }) => line)
      : [];
  const own = file.text === undefined ? [] : secretLines(file);
  return [...new Set([...told, ...own])].sort((a, b) => a - b);
}

/** Whether a scan's finding is a word of a sentence or a name of a program. */
function isOfWords({ rule, tier, line, column, length }: ScanFinding, text: string): boolean {
  const value = (text.split("\n")[line - 1] ?? "").slice(column - 1, column - 1 + length);
  return (
    tier !== "high" && (READS_PROSE.test(rule) || isProgramText(value) || isPublicKeyPath(value))
  );
}

/** Where a public key lies, or a variable that says so. */
const isPublicKeyPath = (value: string) => /\.ssh\/[\w.-]+|\.pub\b/.test(value);

/** A fault at a line that is not shown: as bad as its check where the value can be nothing else than a secret. */
export function hidden(file: SeenFile, line: number, message: string, fix: string): Fault {
  const { text = "", path } = file;
  const isCertain = secretLines(file, "high").includes(line);
  const fault = { ...lineFault(file, line, message, fix), evidence: "" };
  const isTold = isForTests(path) || isSaidToBeForTests(text, line);
  if (isTold) return { ...fault, severity: "low", message: unsure(message) };
  return isCertain ? fault : { ...fault, severity: "medium", message: unsure(message) };
}

/**
 * The same for several lines of a file: a value that stands there again is one place, and of tests only what can be nothing else
 * than a secret is told, once.
 */
export function hiddenIn(
  file: SeenFile,
  lines: readonly number[],
  message: string,
  fix: string,
): readonly Fault[] {
  const { text = "", path } = file;
  const values = secretValues(file);
  const said = text.split("\n");
  const told = new Set<string>();
  const first = lines.filter((line) => {
    if (isLocal(said[line - 1] ?? "")) return false;
    const own = values.get(line) ?? [`line ${line}`];
    const isNew = own.some((value) => !told.has(value));
    for (const value of own) told.add(value);
    return isNew;
  });
  if (!isForTests(path)) return first.map((line) => hidden(file, line, message, fix));
  const certain = new Set(secretLines(file, "high"));
  return first
    .filter((line) => certain.has(line))
    .slice(0, 1)
    .map((line) => hidden(file, line, message, fix));
}

/** Whether a remark on the line, or right above it, says that the value serves tests alone. */
function isSaidToBeForTests(text: string, line: number): boolean {
  const lines = text.split("\n");
  const own = /(?:\s#|\/\/).*$/.exec(lines[line - 1] ?? "")?.[0] ?? "";
  const above = [1, 2, 3].map((back) => lines[line - 1 - back] ?? "");
  const end = above.findIndex((one) => !/^\s*(?:#|\/\/)/.test(one));
  return [own, ...(end === -1 ? above : above.slice(0, end))].some((one) =>
    /\btest[- ]only\b|\b(?:only|exclusively) (?:used )?(?:for|in) (?:\w+ )?(?:ci|tests?)\b|\bnot (?:a )?real\b|\bdummy\b|\bno production use\b/i.test(
      one,
    ),
  );
}

/** The password of a database of this machine, or what a remark gives as an example. */
function isLocal(line: string): boolean {
  return (
    /\b(?:Server|Host|Data Source|Address)\s*=\s*(?:localhost|127\.0\.0\.1|\(local(?:db)?\)|\.)\s*[\\,;]/i.test(
      line,
    ) ||
    /:\/\/[^\s/@]*@(?:localhost|127\.0\.0\.1|172\.17\.0\.1|host\.docker\.internal)[:/]/i.test(
      line,
    ) ||
    /^\s*(?:#|\/\/|;|--|\*).*\b(?:matches|examples?|e\.g\.|such as|format)\b/i.test(line)
  );
}

function unsure(message: string): string {
  return message.replace(/^(?:a secret|a token)/, "what looks like $&");
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
