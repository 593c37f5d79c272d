// Scores of one directory over time, kept in the data directory: one line for each audit that was asked to be remembered.
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { type Directories, prepareDirectories } from "../../foundation/files/directories.ts";

/** Audits of one directory that are kept; the oldest go first. */
const AUDITS_MAX = 500;

const pointSchema = v.object({
  at: v.string(),
  version: v.string(),
  score: v.number(),
  checks: v.number(),
  fail: v.number(),
  waived: v.number(),
  unseen: v.number(),
  /** Ids of what failed, so that what came and went can be told. */
  failed: v.array(v.string()),
});

/** One audit as it is remembered. */
export type TrendPoint = v.InferOutput<typeof pointSchema>;

/** What is remembered of a directory, the oldest first. Lines that cannot be read are left out. */
export function readTrend(directories: Directories, root: string): readonly TrendPoint[] {
  const text = readPrivateFile(fileOf(directories, root), { secret: false }) ?? "";
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const parsed = v.safeParse(pointSchema, JSON.parse(line));
      return parsed.success ? [parsed.output] : [];
    } catch {
      return [];
    }
  });
}

/** Remembers a report beside those before it, and gives them all. Only whole audits are compared with one another. */
export function rememberAudit(
  directories: Directories,
  root: string,
  report: AuditReport,
): readonly TrendPoint[] {
  const { at, version, score, counts, findings } = report;
  // A whole audit always has a score: what the variables and the person's own settings hold can be seen everywhere.
  const point: TrendPoint = {
    at,
    version,
    score: score.value ?? 0,
    checks: counts.checks,
    fail: counts.fail,
    waived: counts.waived,
    unseen: counts.unseen,
    failed: findings.flatMap(({ id, also }) => [id, ...also.map((one) => one.id)]),
  };
  const all = [...readTrend(directories, root), point].slice(-AUDITS_MAX);
  prepareDirectories(directories.root);
  mkdirSync(directories.audits, { recursive: true, mode: 0o700 });
  const text = all.map((one) => JSON.stringify(one)).join("\n");
  writePrivateFile(fileOf(directories, root), `${text}\n`);
  return all;
}

/** What came and what went between the last two audits. */
export function changesIn(points: readonly TrendPoint[]): {
  readonly came: readonly string[];
  readonly went: readonly string[];
} {
  const [before, now] = points.slice(-2);
  if (before === undefined || now === undefined) return { came: [], went: [] };
  return {
    came: now.failed.filter((id) => !before.failed.includes(id)),
    went: before.failed.filter((id) => !now.failed.includes(id)),
  };
}

/** The name of the directory is not in the file's: names of projects may be nobody else's business. */
function fileOf(directories: Directories, root: string): string {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return join(directories.audits, `${name}.jsonl`);
}
