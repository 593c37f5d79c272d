// Secrets in the files of an audit, by the scan's detectors, within a bound; of the rest of a tree `sallyport scan` tells.
import { createHmac, randomBytes } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { AUDIT_SCAN_BYTES_MAX } from "#base/limits.ts";
import type { SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { createCollector } from "#assure/scan/collector.ts";
import type { ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import { lookAt } from "../scan/content-look.ts";

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
  const why = "the bound of an audit is reached; `sallyport scan` looks for secrets everywhere";
  const more = left === 0 ? [] : [{ what: `secrets in ${left} larger files`, why }];
  return { findings, unseen: [...notLookedAt, ...more] };
}
