// Evidence packs of a made-up company: every planted failure appears as a gap, and no gap that was not planted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";
import { openKeys } from "#record/store/keys.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkAgainstLog, checkPack, openPack } from "#surface/services/evidence/verify-pack.ts";
import { sampled } from "../sampled.ts";
import { hasPython, startPython } from "../tamper/python-verifier.ts";
import {
  type Company,
  CIRCUMSTANCES,
  compareGaps,
  FAILURES,
  type Failure,
  liveCompany,
} from "./company.ts";
import { forgeries, tamperings } from "./tampering.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-evidence-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;
const failures = Object.keys(FAILURES) as Failure[];
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
    framework,
    controls: controlsOf(framework),
    period: { ...period, nowMs },
    project: undefined,
    withoutPosture: true,
    onProgress: () => undefined,
    onProject: () => undefined,
  });
}

const gapsIn = ({ manifest }: Awaited<ReturnType<typeof packOf>>) =>
  manifest.controls.flatMap(({ gaps }) => gaps);
const keyOf = ({ verifierKey }: Company): NoteVerifier => {
  const key = parseVerifier(verifierKey);
  if (key === undefined) throw new Error("the company has no key");
  return key;
};

let sound: Company;
beforeAll(async () => {
  sound = await company([]);
});

describe("a pack", () => {
  it("of a company without a failure has no gap, under each framework", async () => {
    for (const framework of FRAMEWORKS) {
      const pack = await packOf(sound, framework);
      expect(gapsIn(pack)).toEqual([]);
      const statuses = new Set(pack.manifest.controls.map(({ status }) => status));
      expect(statuses).toEqual(new Set(["supported", "attested"]));
      const record = String(openPack(pack.bytes).files.get("facts/record.json"));
      for (const said of Object.values(CIRCUMSTANCES)) expect(record).toMatch(said);
      const checked = checkPack(pack.bytes, keyOf(sound));
      expect(checked.faults).toEqual([]);
      expect(checked.proofs).toBeGreaterThan(10);
    }
  });
  it.each(sampled(failures, 6))("says %s, and nothing else", async (failure) => {
    const made = await company([failure]);
    for (const framework of FRAMEWORKS)
      expect(compareGaps([failure], gapsIn(await packOf(made, framework)), framework)).toEqual({
        missed: [],
        extra: [],
      });
  });
});

describe("a pack of a company with every failure", () => {
  let failing: Company;
  let packs: Awaited<ReturnType<typeof packOf>>[];
  beforeAll(async () => {
    failing = await company(failures);
    packs = [];
    for (const framework of FRAMEWORKS) packs.push(await packOf(failing, framework));
  });
  it("says each of them and nothing else, under each framework", () => {
    for (const pack of packs) {
      const { framework } = pack.manifest;
      expect(compareGaps(failures, gapsIn(pack), framework)).toEqual({ missed: [], extra: [] });
    }
  });
  it("is the same for the same log and period, but for when it was collected", async () => {
    const again = await packOf(failing, "soc2", failing.period.untilMs + 2 * 86_400_000);
    const one = openPack(packs[0]?.bytes ?? Buffer.alloc(0)).files;
    const other = openPack(again.bytes).files;
    expect([...other.keys()]).toEqual([...one.keys()]);
    const differ = [...one].filter(
      ([name, content]) => !Buffer.from(content).equals(other.get(name) ?? Buffer.alloc(0)),
    );
    expect(differ.map(([name]) => name)).toEqual([
      ...["manifest.json", "manifest.note", "facts/policies-now.json", "SHA256SUMS"],
    ]);
  });
  it("is refused after each of fifty changes and more", () => {
    const [pack, other] = packs;
    const changed = tamperings(pack?.bytes ?? Buffer.alloc(0), other?.bytes ?? Buffer.alloc(0));
    expect(changed.length).toBeGreaterThanOrEqual(50);
    const taken = changed.filter(
      ({ bytes }) => checkPack(bytes, keyOf(failing)).faults.length === 0,
    );
    expect(taken.map(({ what }) => what)).toEqual([]);
  });
  it("is judged alike by the verifier in Python", async (ctx) => {
    if (!hasPython()) ctx.skip("there is no python3");
    const python = startPython(failing.verifierKey, []);
    const [pack, other] = packs;
    const file = join(folder, "pack.tar");
    const asked = async (bytes: Buffer) => {
      writeFileSync(file, bytes);
      return python.ask({ pack: file });
    };
    expect(await asked(pack?.bytes ?? Buffer.alloc(0))).toMatchObject({ good: true });
    const taken: string[] = [];
    for (const { what, bytes } of tamperings(
      pack?.bytes ?? Buffer.alloc(0),
      other?.bytes ?? Buffer.alloc(0),
    ))
      if ((await asked(bytes)).good) taken.push(what);
    expect(taken).toEqual([]);
    python.close();
  });
  it("is refused by both verifiers where its own key signed other statuses than its facts give", async (ctx) => {
    const { signers } = await openKeys(failing.directories.keys);
    const [pack] = packs;
    const forged = forgeries(pack?.bytes ?? Buffer.alloc(0), signers);
    for (const { what, bytes } of forged) {
      const found = checkPack(bytes, keyOf(failing)).faults.map(({ why }) => why);
      expect(found.join("; "), what).toMatch(/leaves out a gap|is called|not in the pack/);
      expect(found.join("; "), what).not.toMatch(/signed|signature/);
    }
    if (!hasPython()) ctx.skip("there is no python3");
    const python = startPython(failing.verifierKey, []);
    const file = join(folder, "forged.tar");
    for (const { what, bytes } of forged) {
      writeFileSync(file, bytes);
      expect(await python.ask({ pack: file }), what).toMatchObject({ good: false });
    }
    python.close();
  });
  it("holds against the log that it was made of, and against no other", async () => {
    const [pack] = packs;
    const { manifest, files } = openPack(pack?.bytes ?? Buffer.alloc(0));
    if (manifest === undefined) throw new Error("no manifest");
    const held = { keys: keyOf(failing), files };
    expect(await checkAgainstLog(failing.directories.log, manifest, held)).toBeUndefined();
    expect(await checkAgainstLog(sound.directories.log, manifest, held)).toMatch(/no checkpoint/);
    expect(checkPack(pack?.bytes ?? Buffer.alloc(0), keyOf(sound)).faults.length).toBeGreaterThan(
      0,
    );
    const longer = { ...manifest, log: { ...manifest.log, size: manifest.log.size + 5 } };
    expect(await checkAgainstLog(failing.directories.log, longer, held)).toMatch(/rolled back/);
  });
});

describe("a period", () => {
  it("that begins before the log and ends after now is said to", async () => {
    const { period } = sound;
    const pack = await packOf(
      { ...sound, period: { ...period, sinceMs: period.sinceMs - 5 * 86_400_000 } },
      "soc2",
      period.untilMs - 3_600_000,
    );
    const kinds = new Set(gapsIn(pack).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["late-start", "period-open"]);
  });
  it("that the log does not reach has a gap, and evidences nothing", async () => {
    const { period, ...rest } = sound;
    const later = period.untilMs + 40 * 86_400_000;
    const past = { ...period, sinceMs: later, untilMs: later + 30 * 86_400_000 };
    const pack = await packOf({ ...rest, period: past }, "soc2");
    expect(gapsIn(pack).map(({ kind }) => kind)).toContain("silence");
    expect(pack.manifest.controls.filter(({ status }) => status === "supported")).toEqual([]);
  });
  it("of a log whose bytes were changed gives no pack", async () => {
    // The last of them: the log of the company without a failure is not what it was afterwards.
    const tile = join(sound.directories.log, "tile/entries/000");
    const bytes = readFileSync(tile);
    bytes[2_000] = (bytes[2_000] ?? 0) ^ 1;
    writeFileSync(tile, bytes);
    await expect(packOf(sound, "soc2")).rejects.toMatchObject({ code: "log-damaged" });
  });
});
