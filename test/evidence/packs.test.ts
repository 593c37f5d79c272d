// Evidence packs of a made-up company: every planted failure appears as a gap, and no gap that was not planted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseVerifier } from "#record/log/note.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkPack } from "#surface/services/evidence/verify-pack.ts";
import { type Company, FAILURES, type Failure, liveCompany } from "./company.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-evidence-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;
const all = FRAMEWORKS.flatMap((framework) => controlsOf(framework));

async function company(failures: readonly Failure[]): Promise<Company> {
  const root = join(folder, `data-${(made += 1)}`);
  return liveCompany({ root, people: 3, days: 31, callsPerDay: 3, failures, controls: all });
}

async function packOf(
  { directories, period }: Company,
  framework: (typeof FRAMEWORKS)[number],
  nowMs = period.untilMs + 86_400_000,
) {
  return collectPack(directories, {
    ...{ framework, controls: controlsOf(framework), period: { ...period, nowMs } },
    ...{ project: undefined, withoutPosture: true },
    ...{ onProgress: () => undefined, onProject: () => undefined },
  });
}

const kindsIn = ({ manifest }: Awaited<ReturnType<typeof packOf>>) =>
  [...new Set(manifest.controls.flatMap(({ gaps }) => gaps.map(({ kind }) => kind)))].sort();

describe("a pack", () => {
  it("of a company without a failure has no gap, under each framework", async () => {
    const sound = await company([]);
    for (const framework of FRAMEWORKS) {
      const pack = await packOf(sound, framework);
      expect(kindsIn(pack)).toEqual([]);
      const statuses = new Set(pack.manifest.controls.map(({ status }) => status));
      expect(statuses).toEqual(new Set(["supported", "attested"]));
      const key = parseVerifier(sound.verifierKey);
      if (key === undefined) throw new Error("no key");
      const checked = checkPack(pack.bytes, key);
      expect(checked.faults).toEqual([]);
      expect(checked.proofs).toBeGreaterThan(10);
    }
  }, 60_000);
  it.each(Object.keys(FAILURES) as Failure[])(
    "of a company with %s says it, and nothing else",
    async (failure) => {
      const pack = await packOf(await company([failure]), "soc2");
      expect(kindsIn(pack)).toEqual([...FAILURES[failure]].sort());
    },
    60_000,
  );
});
