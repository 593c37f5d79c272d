// Evidence of logs that went through something: changed keys, removed entries, a clock that was set back.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clockEvent } from "#record/event/guard-events.ts";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";
import { changeKey } from "#record/store/key-rotation.ts";
import { openLog } from "#record/store/log-writer.ts";
import { pruneEntries } from "#record/store/pruning.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkPack } from "#surface/services/evidence/verify-pack.ts";
import { hasPython, startPython } from "../tamper/python-verifier.ts";
import { type Company, liveCompany } from "./company.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-hard-logs-"));
const controls = controlsOf("soc2");
let company: Company;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  company = await liveCompany({
    root: join(folder, "data"),
    people: 2,
    days: 31,
    callsPerDay: 4,
    controls,
    failures: [],
  });
});

const keyOf = (text: string): NoteVerifier => {
  const key = parseVerifier(text);
  if (key === undefined) throw new Error("it is no key");
  return key;
};
const collect = () =>
  collectPack(company.directories, {
    framework: "soc2",
    controls,
    project: undefined,
    withoutPosture: true,
    period: { ...company.period, nowMs: company.period.untilMs + 86_400_000 },
    onProgress: () => undefined,
    onProject: () => undefined,
  });
const gapsIn = ({ manifest }: Awaited<ReturnType<typeof collect>>) => [
  ...new Set(manifest.controls.flatMap(({ gaps }) => gaps.map(({ kind }) => kind))),
];
/** Writes to the log at a time of its period. */
async function write(atMs: number, jumpMs: number): Promise<void> {
  const { log: place, keys } = company.directories;
  const clock = { nowMs: () => atMs, monotonicMs: () => atMs };
  const log = await openLog({ log: place, keys, clock, productVersion: "0.1.0" });
  await log.append(clockEvent(log.stamp("daemon"), jumpMs), { durable: true });
  await log.publish();
  await log.close();
}

describe("evidence of a log", () => {
  it("whose clock was set back says so, and takes no silence from it", async () => {
    await write(company.period.sinceMs + 20 * 86_400_000, -11 * 86_400_000);
    const pack = await collect();
    expect(gapsIn(pack)).toEqual(["clock-set-back"]);
    expect(pack.bytes.toString("latin1")).toContain('"clockSteps": 1');
  });
  it("that changed its key is checked by the first key and by the new one", async (ctx) => {
    const { directories, verifierKey } = company;
    const { key } = await changeKey(directories, "introduce");
    await write(company.period.untilMs - 1_000, 5_000);
    for (const isRetired of [false, true]) {
      if (isRetired) {
        await changeKey(directories, "retire");
        await write(company.period.untilMs - 900, 5_000);
      }
      const { bytes } = await collect();
      // Until the old key is retired, no statement names the key that the log began with.
      const trusts = isRetired ? [verifierKey, key] : [verifierKey];
      for (const trusted of trusts) expect(checkPack(bytes, keyOf(trusted)).faults).toEqual([]);
      if (!hasPython()) continue;
      const file = join(folder, "pack.tar");
      writeFileSync(file, bytes);
      for (const trusted of trusts) {
        const python = startPython(trusted, []);
        expect(await python.ask({ pack: file })).toMatchObject({ good: true });
        python.close();
      }
    }
    if (!hasPython()) ctx.skip("there is no python3");
  });
  it("from which entries were removed says from when on it can be shown", async () => {
    await pruneEntries(company.directories, 256, company.period.untilMs);
    const pack = await collect();
    expect(gapsIn(pack)).toEqual(["removed", "clock-set-back"]);
    expect(pack.manifest.log.rederived).toBe("removed");
    expect(checkPack(pack.bytes, keyOf(company.verifierKey)).faults).toEqual([]);
  });
});
