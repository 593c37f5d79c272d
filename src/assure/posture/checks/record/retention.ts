// How long logs and transcripts are kept.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import {
  expecting,
  filesIn,
  lineFault,
  linesOf,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
} from "../../looking.ts";
import { operationFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { LOG_FILES, writtenLogs } from "./written-logs.ts";

/** Checks of the family `record` about periods. */
export const retentionLooks: Looks = {
  "no-rotation": expecting(
    (auditInputs) => [
      ...(auditInputs.guard.kind === "seen" && auditInputs.guard.value.logDirectory !== undefined
        ? ["segments of the guard's record"]
        : []),
      ...[...auditInputs.repository.files.values(), ...auditInputs.system.files.values()]
        .filter(
          ({ path, text = "" }) =>
            /logrotate/.test(path) ||
            (/\brotate\b|logrotate|maxsize|RotatingFileHandler/i.test(text) &&
              /audit|claude/i.test(text)),
        )
        .map(({ shown }) => shown),
    ],
    {
      message: "the audit log grows for ever",
      fix: "`sallyport log logrotate` prints a file for logrotate that archives before it deletes",
    },
    {
      applies: (auditInputs) =>
        writtenLogs(auditInputs).length > 0 ||
        filesIn([auditInputs.repository, auditInputs.system, auditInputs.home], LOG_FILES).length >
          0
          ? undefined
          : "there is no log to rotate",
    },
  ),
  "retention-too-short": (auditInputs) => {
    const named_ = frameworks(auditInputs);
    const files = [
      ...operationFiles(auditInputs),
      ...filesIn(
        [auditInputs.repository, auditInputs.system],
        /logrotate|retention|(?:^|\/)\.sallyport\/.*\.ya?ml$|\.(?:ya?ml|conf|json|toml|tf|hcl|bicep)$/,
      ),
    ].filter((file, index, all) => all.indexOf(file) === index);
    const periods = files.flatMap((file) => periodsIn(file));
    if (periods.length === 0) return notApplicable("nothing here says how long logs are kept");
    if (named_.length === 0)
      return notApplicable("no framework is named that asks for a period", [
        ...new Set(periods.map(({ file }) => file.shown)),
      ]);
    const least = Math.max(...named_.map((name) => DAYS[name] ?? 365));
    return verdict(
      [...new Set(periods.map(({ file }) => file.shown))],
      periods
        .filter(({ days }) => days < least)
        .map(({ file, line, days }) =>
          lineFault(
            file,
            line,
            `logs go after ${days} days, and ${named_.join(" and ")} ask for ${least}`,
            `keep them for ${least} days: \`sallyport log retention\` has periods by framework`,
          ),
        ),
    );
  },
  "content-kept-long": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["cleanupPeriodDays"])
      .filter(({ node }) => Number(scalarOf(node)) > 90)
      .map((spot) =>
        spotFault(
          spot,
          "transcripts with everything that was said and read are kept longer than 90 days",
          { fix: 'write `"cleanupPeriodDays": 30`' },
        ),
      ),
  ),
  "cleanup-period-invalid": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["cleanupPeriodDays"])
      .filter(({ node }) => {
        const value = scalarOf(node);
        return typeof value !== "number" || !Number.isInteger(value) || value < 1;
      })
      .map((spot) =>
        spotFault(spot, "this is no whole number of days from 1 on", {
          fix: 'write `"cleanupPeriodDays": 30`',
        }),
      ),
  ),
};

/** Days for which frameworks want records, by our own choice of periods (X.11). */
const DAYS: Readonly<Record<string, number>> = {
  "SOC 2": 365,
  HIPAA: 2190,
  "PCI DSS": 365,
  "ISO 27001": 365,
};

/** Frameworks that the repository or its scripts name. */
function frameworks({ repository, system, managed }: AuditInputs): readonly string[] {
  const text = [...repository.files.values(), ...system.files.values(), ...managed.files.values()]
    .filter(({ path }) =>
      /\.(?:md|ya?ml|json|sh|conf|txt|toml|tf|hcl|bicep|py)$|logrotate/i.test(path),
    )
    .map((file) => file.text ?? "")
    .join("\n");
  return [
    ...(/\bSOC[ -]?2\b/i.test(text) ? ["SOC 2"] : []),
    ...(/\bHIPAA\b/i.test(text) ? ["HIPAA"] : []),
    ...(/\bPCI[ -]?DSS\b/i.test(text) ? ["PCI DSS"] : []),
  ];
}

/** Periods after which a file has logs deleted. */
function periodsIn(file: SeenFile): readonly { file: SeenFile; line: number; days: number }[] {
  const text = file.text ?? "";
  if (!/audit|claude|sallyport|tool[-_ ]?use/i.test(`${file.path}\n${text}`)) return [];
  // WHY no `\s` and once: it runs over line ends, from each of them, and a file may have nothing else.
  const isWeekly = /^[ \t]*weekly\b/m.test(text);
  const isMonthly = /^[ \t]*monthly\b/m.test(text);
  const rotates =
    isWeekly || isMonthly || /logrotate/i.test(file.path) || /^[ \t]*daily\b/m.test(text);
  const lines = linesOf(file);
  return lines.flatMap(({ line, text: one }, index) => {
    // Each form below has a number in it, and most lines have none.
    if (!/\d/.test(one) || /^\s*(?:#|\/\/|\/?\*)/.test(one)) return [];
    const days =
      /-mtime\s+\+(\d+)\b(?=.*(?:-delete|rm\b|xargs))/.exec(one)?.[1] ??
      /^\s*maxage\s+(\d+)/.exec(one)?.[1] ??
      /\b(?:RETENTION(?:_DAYS)?|KEEP_DAYS|MAX_AGE(?:_DAYS)?)["']?\s*[:=]\s*["']?(\d+)\b(?!\s*\*)/i.exec(
        one,
      )?.[1] ??
      /\b(?:audit|logs?)\w*[._-]?(?:retention|keep)\w*["']?\s*:\s*["']?(\d+)\s*(?:d|days)?\b/i.exec(
        one,
      )?.[1] ??
      /"(?:retentionDays|retention_days)"\s*:\s*(\d+)/.exec(one)?.[1] ??
      /\bretention[_-]?in[_-]?days["']?[\s:=]+["']?(\d+)/i.exec(one)?.[1] ??
      expiryIn(one, () => lines.slice(Math.max(0, index - 3), index + 1));
    if (days !== undefined) return [{ file, line, days: Number(days) }];
    const span =
      /\b(?:retention(?:_period|_time|_policy)?|MaxRetentionSec|max_age|min_age|delete_after|expire_after|ttl)["']?\s*[:=]\s*["']?(\d+)\s*(h|hours?|d|days?|w|weeks?|month|year)s?\b/i.exec(
        one,
      ) ?? /\bINTERVAL\s+(\d+)\s+(DAY|WEEK|MONTH|YEAR)\b/i.exec(/\bTTL\b/i.test(one) ? one : "");
    if (span !== null)
      return [{ file, line, days: Number(span[1]) * daysOf((span[2] ?? "d").toLowerCase()) }];
    const rotate = rotates ? /^\s*rotate\s+(\d+)/.exec(one)?.[1] : undefined;
    return rotate === undefined
      ? []
      : [{ file, line, days: Number(rotate) * (isMonthly ? 30 : isWeekly ? 7 : 1) }];
  });
}

/** The days of a line that is about the end of what a bucket holds, and not about where it moves or about old versions. */
function expiryIn(
  one: string,
  before: () => readonly { readonly text: string }[],
): string | undefined {
  const days = /\b(?:days|age)["']?\s*[:=]\s*["']?(\d+)\b/i.exec(one)?.[1];
  if (days === undefined) return undefined;
  const around = before()
    .map(({ text }) => text)
    .join("\n");
  const isExpiring =
    /expiration|expire|\bdelete\b/i.test(around) && !/transition|noncurrent|abort/i.test(around);
  return isExpiring ? days : undefined;
}

function daysOf(unit: string): number {
  if (unit.startsWith("h")) return 1 / 24;
  if (unit.startsWith("w")) return 7;
  if (unit.startsWith("m")) return 30;
  return unit.startsWith("y") ? 365 : 1;
}
