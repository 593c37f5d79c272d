// `npm run evidence -- [--people N] [--days N] [--calls N] [--keep DIR] [--sound]`: evidence packs of a large made-up company, with every failure planted: collected, checked by both verifiers, tampered with; with times.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseVerifier } from "#record/log/note.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkPack } from "#surface/services/evidence/verify-pack.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";
import { startPython } from "../tamper/python-verifier.ts";
import { type Company, compareGaps, FAILURES, type Failure, liveCompany } from "./company.ts";
import { tamperings } from "./tampering.ts";

const { values } = scriptArguments(import.meta.url, {
  options: {
    people: { type: "string", default: "200" },
    days: { type: "string", default: "90" },
    calls: { type: "string", default: "12" },
    /** Keep the company here, or use the one that is kept there. */
    keep: { type: "string" },
    sound: { type: "boolean", default: false },
  },
});
const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;
const scratch = mkdtempSync(join(tmpdir(), "sallyport-company-"));
const root = values.keep ?? join(scratch, "data");
const all = FRAMEWORKS.flatMap((framework) => controlsOf(framework));
const failures = values.sound ? [] : (Object.keys(FAILURES) as Failure[]);
const seconds = (fromMs: number): string => ((performance.now() - fromMs) / 1_000).toFixed(1);
const kept = join(root, "company.json");

try {
  const company = await livedOrKept();
  const key = parseVerifier(company.verifierKey);
  if (key === undefined) throw new Error("the company has no key");
  const python = startPython(company.verifierKey, []);
  const packs: { framework: string; bytes: Buffer }[] = [];
  for (const framework of FRAMEWORKS) {
    const begun = performance.now();
    const { bytes, manifest } = await collectPack(company.directories, {
      ...{ framework, controls: controlsOf(framework), project: undefined, withoutPosture: true },
      period: { ...company.period, nowMs: company.period.untilMs + 86_400_000 },
      ...{ onProgress: () => undefined, onProject: () => undefined },
    });
    const took = seconds(begun);
    packs.push({ framework, bytes });
    const { missed, extra } = compareGaps(
      failures,
      manifest.controls.flatMap(({ gaps }) => gaps),
    );
    const statuses: Record<string, number> = {};
    for (const { status } of manifest.controls) statuses[status] = (statuses[status] ?? 0) + 1;
    console.log(
      `${framework}: ${manifest.log.size} entries in ${took} s, ${bytes.length} bytes, ${manifest.proofs.held} proofs, ${JSON.stringify(statuses)}`,
    );
    console.log(
      `  planted ${failures.length}, not found: ${missed.join(", ") || "none"}; found and not planted: ${extra.join(", ") || "none"}`,
    );
    const checking = performance.now();
    const checked = checkPack(bytes, key);
    const ours = seconds(checking);
    const file = join(scratch, `${framework}.tar`);
    writeFileSync(file, bytes);
    const theirs = performance.now();
    const answer = await python.ask({ pack: file });
    console.log(
      `  verified: ${checked.faults.length} faults in ${ours} s; python: ${JSON.stringify(answer)} in ${seconds(theirs)} s`,
    );
  }
  for (const [place, { framework, bytes }] of packs.entries()) {
    const other = packs[(place + 1) % packs.length];
    if (other === undefined) continue;
    let [ours, theirs] = [0, 0];
    const changed = tamperings(bytes, other.bytes);
    for (const { what, bytes: tampered } of changed) {
      if (checkPack(tampered, key).faults.length > 0) ours += 1;
      else console.log(`  NOT refused: ${what}`);
      const file = join(scratch, "tampered.tar");
      writeFileSync(file, tampered);
      const answer = await python.ask({ pack: file });
      if (answer.good) console.log(`  NOT refused by python: ${what}`);
      else theirs += 1;
    }
    console.log(
      `${framework}: ${ours} of ${changed.length} tampered packs refused, ${theirs} by python`,
    );
  }
  python.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function livedOrKept(): Promise<Company> {
  try {
    return JSON.parse(readFileSync(kept, "utf8")) as Company;
  } catch {
    const begun = performance.now();
    mkdirSync(root, { recursive: true });
    const company = await liveCompany({
      ...{ root, people: Number(values.people), days: Number(values.days), failures },
      ...{ callsPerDay: Number(values.calls), controls: all },
    });
    console.log(`lived: ${company.entries} entries in ${seconds(begun)} s`);
    writeFileSync(kept, JSON.stringify(company));
    return company;
  }
}
