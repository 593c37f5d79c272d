// Secrets that an audit knows of: of a repository all that `sallyport scan` finds in it, elsewhere in the files that checks are about.
import { createHmac, randomBytes } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { AUDIT_SCAN_BYTES_MAX } from "#base/limits.ts";
import type { ScannedTree, Seen, SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { createCollector } from "#assure/scan/collector.ts";
import type { ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import { lookAt } from "../scan/content-look.ts";
import { askGit } from "../scan/git.ts";
import { runScan } from "../scan/run-scan.ts";

/** Looks through the texts of these files, the small ones first. Never keeps a value. */
export async function secretInputs(
  files: readonly SeenFile[],
  nowMs: number,
): Promise<{ readonly findings: readonly ScanFinding[]; readonly unseen: readonly Unseen[] }> {
  const key = randomBytes(32);
  const collector = createCollector({
    scope: "the files of an audit",
    today: new Date(nowMs).toISOString().slice(0, 10),
    digest: (value) => createHmac("sha256", key).update(value).digest("base64url").slice(0, 16),
    honoursAnnotations: true,
    leastTier: "medium",
    families: ["secret"],
  });
  let bytes = 0;
  let left = 0;
  for (const file of files.toSorted((a, b) => a.bytes - b.bytes)) {
    if (file.text === undefined) continue;
    if (bytes + file.bytes > AUDIT_SCAN_BYTES_MAX) {
      left += 1;
      continue;
    }
    bytes += file.bytes;
    const look = lookAt(collector, { file: file.shown, path: file.path });
    look.push(Buffer.from(file.text));
    look.end();
    await breathe();
  }
  const { findings, notLookedAt } = collector.report();
  const why =
    "the bound of an audit is reached; `sallyport scan` looks through a folder that is named";
  const more = left === 0 ? [] : [{ what: `secrets in ${left} larger files`, why }];
  return { findings, unseen: [...notLookedAt, ...more] };
}

/** What is found in a repository, and how much of it was read. */
export type RepositorySecrets = {
  readonly findings: Seen<readonly ScanFinding[]>;
  readonly scanned?: ScannedTree;
  readonly unseen: readonly Unseen[];
};

/**
 * A whole scan of the repository at `root`, by the same engine, bounds and cache as `sallyport scan`; undefined where git knows of none.
 * Files are named from `root`.
 */
export async function repositorySecrets(
  root: string,
  { environment, nowMs }: { readonly environment: NodeJS.ProcessEnv; readonly nowMs: number },
): Promise<RepositorySecrets | undefined> {
  const place = { directory: root, environment };
  const top = await askGit(place, ["rev-parse", "--is-inside-work-tree", "--show-prefix"]);
  const [inside, prefix = ""] = top.output.split("\n");
  if (top.code !== 0 || inside !== "true") return undefined;
  try {
    const scope = { kind: "paths", paths: ["."] } as const;
    const report = await runScan({
      scope,
      directory: root,
      environment,
      nowMs,
      showsProgress: true,
    });
    const head = await askGit(place, ["rev-parse", "--verify", "--quiet", "HEAD"]);
    const named = (file: string) => (file.startsWith(prefix) ? file.slice(prefix.length) : file);
    const { files, bytes } = report.looked;
    return {
      findings: {
        kind: "seen",
        value: report.findings.map((one) => ({ ...one, file: named(one.file) })),
      },
      scanned: {
        files,
        bytes,
        accepted: report.accepted.length,
        commit: head.code === 0 ? head.output.trim() : undefined,
      },
      unseen: report.notLookedAt.map(({ what, why }) => ({ what: named(what), why })),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { findings: { kind: "unseen", why: error.message }, unseen: [] };
  }
}
