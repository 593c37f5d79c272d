// What the audit says of chosen repositories: findings about the repository itself, as places that can be held against labels.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import * as v from "valibot";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { auditLines } from "#surface/services/posture/audit-words.ts";
import { PROGRAM } from "../program.ts";
import { blobsOf, HALVES, linksOf, readBlobs, type Repository } from "./repositories.ts";

const severitySchema = v.picklist(["critical", "high", "medium", "low", "info"]);
export type Severity = v.InferOutput<typeof severitySchema>;
/** One place of one finding. `digest` stands for its evidence and message, which hold text of the file. */
export type AuditFinding = {
  readonly repository: string;
  readonly check: string;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly digest: string;
  /** What the audit says and shows, for whoever labels it; never committed. */
  readonly shown: string;
};
/** `lines`: how many the report has in words. `milliseconds`: how long the program took for it. */
export type Audited = {
  readonly findings: readonly AuditFinding[];
  readonly lines: number;
  readonly milliseconds: number;
};

const reportSchema = v.object({
  findings: v.array(
    v.object({
      id: v.string(),
      severity: severitySchema,
      scope: v.picklist(["repository", "around"]),
      also: v.array(v.unknown()),
      faults: v.array(
        v.object({
          file: v.optional(v.string()),
          line: v.optional(v.number()),
          evidence: v.string(),
          message: v.string(),
          severity: v.optional(severitySchema),
        }),
      ),
    }),
  ),
});

/** Repositories of each half that are audited, and the most files of one. */
const AUDITED = 30;
const FILES_MAX = 10_000;
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The repositories that are audited: thirty of each half that carry settings of an agent, by a digest of the name, and as many of the
 * practice set. `ofHalf`: how many of a half, where it is another number.
 */
export function auditedOf(
  repositories: readonly Repository[],
  ofHalf = AUDITED,
): readonly Repository[] {
  const keyOf = ({ name }: Repository) =>
    createHash("sha256").update(`audit\0${name}`).digest("hex");
  const agents = repositories
    .filter(({ hasAgent }) => hasAgent)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return HALVES.flatMap((half) => agents.filter((one) => one.half === half).slice(0, ofHalf));
}

/** The audit of one repository at its commit, in a folder and a home that are taken away again; undefined where it is too large. */
export function auditOf(mirror: string, repository: Repository): Audited | undefined {
  const folder = mkdtempSync(join(tmpdir(), "world-audit-"));
  try {
    const tree = join(folder, "tree");
    if (!writeTree(mirror, repository, tree)) return undefined;
    const started = process.hrtime.bigint();
    const output = run(folder, tree);
    const milliseconds = Number((process.hrtime.bigint() - started) / 1_000_000n);
    const report = v.parse(reportSchema, JSON.parse(output));
    const findings = report.findings.filter(({ scope }) => scope === "repository");
    return {
      findings: findings.flatMap(({ id, severity, faults }) =>
        faults.map((fault) => ({
          repository: repository.name,
          check: id,
          severity: fault.severity ?? severity,
          path: fault.file ?? "",
          line: fault.line ?? 0,
          digest: createHash("sha256")
            .update(`${fault.message}\0${fault.evidence}`)
            .digest("hex")
            .slice(0, 16),
          shown: `${fault.message}\n    | ${fault.evidence}`,
        })),
      ),
      lines: wordLines(output),
      milliseconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the files of a commit as a clone has them; false where there are too many. */
export function writeTree(mirror: string, repository: Repository, tree: string): boolean {
  const blobs = blobsOf(mirror, repository);
  if (blobs.length > FILES_MAX) return false;
  mkdirSync(tree, { recursive: true });
  for (const [at, bytes] of readBlobs(mirror, blobs).entries()) {
    const { path = "", isExecutable = false } = blobs[at] ?? {};
    const file = join(tree, path);
    if (bytes === undefined || !file.startsWith(tree + sep)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: isExecutable ? 0o755 : 0o644 });
  }
  const links = linksOf(mirror, repository);
  for (const [at, bytes] of readBlobs(mirror, links).entries()) {
    const link = join(tree, links[at]?.path ?? "");
    const target = bytes?.toString("utf8") ?? "";
    // WHY those inside alone: nothing of this machine is to be read as if it were the repository's.
    if (target === "" || !join(dirname(link), target).startsWith(tree + sep)) continue;
    if (target.startsWith("/") || !link.startsWith(tree + sep)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
  // The audit asks git what is tracked.
  const git = (...args: readonly string[]) =>
    spawnSync(
      "git",
      ["-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-C", tree, ...args],
      { env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" } },
    );
  git("init", "-q");
  // As a clone has it: by it an audit knows whose repository this is.
  git("remote", "add", "origin", `https://github.com/${repository.name}.git`);
  git("add", "-A", "-f");
  return true;
}

/** How many lines the same report has in words. WHY from its JSON: to look at the tree again would take as long. */
export function wordLines(output: string): number {
  const lines = auditLines(JSON.parse(output) as AuditReport, openTerminal({ NO_COLOR: "1" }));
  return lines.join("\n").trimEnd().split("\n").length;
}

/** The report as JSON. WHY no hooks run: the repository is somebody's, and nothing of it is started. */
function run(folder: string, tree: string): string {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...PROGRAM, "audit", "--no-run-hooks", "--json", tree],
    {
      env: { PATH: process.env["PATH"], HOME: home },
      encoding: "utf8",
      maxBuffer: OUTPUT_BYTES_MAX,
    },
  );
  if (status !== 0 && status !== 1)
    throw new Error(`the audit of ${tree} ended with ${status}: ${stderr.slice(0, 300)}`);
  return stdout;
}
