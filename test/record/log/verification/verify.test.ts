// The verifier finds every change: each byte of a small log, random bytes of a larger one, whole entries, rollbacks.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBundle, encodeBundle } from "#record/log/bundle.ts";
import { createSigner } from "#record/log/note.ts";
import type { LogReport } from "#record/log/report.ts";
import { verifyLog } from "#record/log/verification/verify.ts";
import { filesOf, memoryLog, sampleEntry, signer, withFile } from "../memory-log.ts";

const verifier = signer.verifier;
const verify = (map: ReadonlyMap<string, Uint8Array>, trusted?: Uint8Array): Promise<LogReport> =>
  verifyLog(filesOf(map), trusted === undefined ? { verifier } : { verifier, trusted });
const kinds = (report: LogReport): string[] =>
  [...new Set(report.faults.map((fault) => fault.kind))].sort();
const flip = (bytes: Uint8Array, at: number, mask: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ mask : byte));

function changeBundle(
  map: ReadonlyMap<string, Uint8Array>,
  path: string,
  change: (entries: Uint8Array[]) => Uint8Array[],
): Map<string, Uint8Array> {
  const { entries } = decodeBundle(map.get(path) ?? new Uint8Array(0), 256);
  return withFile(map, path, encodeBundle(change([...entries])));
}

describe("verify", () => {
  const small = memoryLog([5, 13, 20]);
  const larger = memoryLog([255, 256, 300, 511, 600]);

  it("whole.logs-of-many-sizes", async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 512, 513, 600]) {
      const report = await verify(memoryLog(size > 3 ? [2, size] : [size]));
      expect(report.faults).toEqual([]);
      expect([report.entries, report.checkpoint?.size]).toEqual([size, size]);
    }
  });

  it("whole.70000-entries", async () => {
    const report = await verify(memoryLog([70_000]));
    expect(report.faults).toEqual([]);
    expect(report.entries).toBe(70_000);
  });

  it("flipped.every-byte-of-every-file", async () => {
    for (const [path, bytes] of small) {
      for (let at = 0; at < bytes.length; at += 1) {
        const report = await verify(withFile(small, path, flip(bytes, at, 1 << (at % 8))));
        expect(report.faults.length, `${path} byte ${at}`).toBeGreaterThan(0);
      }
    }
  });

  it("flipped.random-bytes-of-a-larger-log-name-the-entry", async () => {
    const paths = [...larger.keys()];
    const place = fc.tuple(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(place, async ([path, number, mask]) => {
        const bytes = larger.get(path) ?? new Uint8Array(0);
        const report = await verify(
          withFile(larger, path, flip(bytes, number % bytes.length, mask)),
        );
        expect(report.faults.length).toBeGreaterThan(0);
        if (path.startsWith("tile/"))
          expect(report.faults.some((fault) => "index" in fault)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("altered.entry-is-named-with-its-event", async () => {
    for (const [path, place, index] of [
      ["tile/entries/000", 17, 17],
      ["tile/entries/002.p/88", 3, 515],
    ] as const) {
      const changed = changeBundle(larger, path, (entries) => {
        const entry = Buffer.from(entries[place] ?? []);
        entry[entry.length - 1] = 0x21;
        return entries.with(place, entry);
      });
      const report = await verify(changed);
      const id = Buffer.from(sampleEntry(index).subarray(1, 17)).toString("hex");
      expect(report.faults.map((fault) => fault.kind)).toEqual(["entry-altered"]);
      const [fault] = report.faults;
      expect(
        fault?.kind === "entry-altered" && [fault.index, fault.eventId?.replaceAll("-", "")],
      ).toEqual([index, id]);
    }
  });

  it("altered.tile-is-told-from-entry", async () => {
    for (const [path, at, index] of [
      ["tile/0/000", 32 * 9, 9],
      ["tile/0/002.p/88", 32 * 2 + 5, 514],
      ["tile/1/000.p/2", 40, 256],
    ] as const) {
      const report = await verify(
        withFile(larger, path, flip(larger.get(path) ?? new Uint8Array(0), at, 4)),
      );
      expect(report.faults.filter((fault) => fault.kind !== "partial-altered")).toEqual([
        { kind: "tile-altered", path, index },
      ]);
    }
  });

  it("altered.entry-together-with-its-tile", async () => {
    const forged = memoryLog([255, 256, 300, 511, 600], (index) =>
      sampleEntry(index === 40 ? 4_000 : index),
    );
    let changed = new Map(larger);
    for (const path of ["tile/entries/000", "tile/0/000"])
      changed = withFile(changed, path, forged.get(path));
    const report = await verify(changed);
    expect(report.faults).toContainEqual({ kind: "entries-rewritten", index: 0, end: 256 });
  });

  it("altered.whole-log-rewritten-under-the-old-checkpoint", async () => {
    const forged = memoryLog([600], (index) => sampleEntry(index === 40 ? 4_000 : index));
    const report = await verify(withFile(forged, "checkpoint", larger.get("checkpoint")));
    expect(kinds(report)).toEqual(["root-mismatch"]);
  });

  it("altered.two-tiles-and-an-entry-at-once", async () => {
    let changed = changeBundle(larger, "tile/entries/001", (entries) =>
      entries.with(4, sampleEntry(9_999)),
    );
    changed = withFile(
      changed,
      "tile/0/000",
      flip(larger.get("tile/0/000") ?? new Uint8Array(0), 64, 1),
    );
    const report = await verify(changed);
    expect(report.faults).toContainEqual(
      expect.objectContaining({ kind: "entry-altered", index: 260 }),
    );
    expect(report.faults).toContainEqual(
      expect.objectContaining({ kind: "tile-altered", index: 2 }),
    );
  });

  it("dropped.swapped.inserted.truncated", async () => {
    const bundle = "tile/entries/001";
    const dropped = await verify(
      changeBundle(larger, bundle, (entries) => entries.toSpliced(100, 1)),
    );
    expect(dropped.faults[0]).toEqual({
      kind: "entries-missing",
      index: 511,
      end: 512,
      path: bundle,
    });
    expect(dropped.faults).toContainEqual(
      expect.objectContaining({ kind: "entry-altered", index: 356 }),
    );
    const swapped = await verify(
      changeBundle(larger, bundle, (entries) =>
        entries.with(3, entries[4] ?? new Uint8Array(0)).with(4, entries[3] ?? new Uint8Array(0)),
      ),
    );
    expect(swapped.faults.map((fault) => "index" in fault && fault.index)).toEqual([259, 260]);
    const inserted = await verify(
      changeBundle(larger, bundle, (entries) => [...entries, sampleEntry(1)]),
    );
    expect(inserted.faults).toEqual([{ kind: "bundle-trailing-bytes", path: bundle, index: 512 }]);
    const bytes = larger.get(bundle) ?? new Uint8Array(0);
    const truncated = await verify(withFile(larger, bundle, bytes.subarray(0, bytes.length - 3)));
    expect(truncated.faults[0]).toEqual({
      kind: "entries-missing",
      index: 511,
      end: 512,
      path: bundle,
    });
    const empty = await verify(withFile(larger, bundle, new Uint8Array(0)));
    expect(empty.faults[0]).toEqual({
      kind: "entries-missing",
      index: 256,
      end: 512,
      path: bundle,
    });
  });

  it("missing.each-file-of-the-present-size", async () => {
    for (const path of [
      "checkpoint",
      "tile/0/001",
      "tile/0/002.p/88",
      "tile/1/000.p/2",
      "tile/entries/000",
      "tile/entries/002.p/88",
    ]) {
      const report = await verify(withFile(larger, path, undefined));
      expect(report.faults.length, path).toBeGreaterThan(0);
      expect(
        kinds(report).some((kind) => kind.endsWith("missing")),
        path,
      ).toBe(true);
    }
  });

  it("stray.file-is-named", async () => {
    const report = await verify(withFile(small, "tile/0/notes.txt", Buffer.from("hello")));
    expect(report.faults).toEqual([{ kind: "stray-file", path: "tile/0/notes.txt" }]);
    expect(
      (await verify(withFile(small, "tile/0/.tmp-17-000", Buffer.from("hello")))).faults,
    ).toEqual([]);
  });

  it("full-tile-stands-in-for-a-partial-that-was-removed", async () => {
    const grown = memoryLog([600, 800]);
    const report = await verify(withFile(grown, "checkpoint", larger.get("checkpoint")));
    expect(report.faults).toEqual([]);
    expect(report.entries).toBe(600);
  });

  it("key.wrong-one-is-told-from-a-bad-signature", async () => {
    const other = createSigner("sallyport/test", new Uint8Array(32).fill(8)).verifier;
    const report = await verifyLog(filesOf(small), { verifier: other });
    expect(report.faults[0]).toEqual({ kind: "wrong-key", expected: other.text });
    const text = Buffer.from(small.get("checkpoint") ?? []).toString("utf8");
    expect(
      kinds(
        await verify(withFile(small, "checkpoint", Buffer.from(text.replace("\n20\n", "\n13\n")))),
      ),
    ).toContain("checkpoint-signature");
    expect(kinds(await verify(withFile(small, "checkpoint", Buffer.from("?"))))).toEqual([
      "checkpoint-malformed",
    ]);
  });

  it("unsigned.size-of-any-height-ends", async () => {
    const text = Buffer.from(small.get("checkpoint") ?? []).toString("utf8");
    const huge = Buffer.from(text.replace("\n20\n", "\n9007199254740991\n"));
    const report = await verify(withFile(small, "checkpoint", huge));
    expect(kinds(report)).toContain("checkpoint-signature");
  });

  it("trusted.earlier-checkpoint-holds", async () => {
    for (const size of [0, 1, 255, 256, 300, 600]) {
      expect((await verify(larger, memoryLog([size]).get("checkpoint"))).faults).toEqual([]);
    }
  });

  it("trusted.rollback-and-rewriting-are-found", async () => {
    const trusted = larger.get("checkpoint");
    expect((await verify(memoryLog([300]), trusted)).faults).toEqual([
      { kind: "rollback", size: 300, trustedSize: 600 },
    ]);
    const forged = memoryLog([700], (index) => sampleEntry(index === 40 ? 4_000 : index));
    expect((await verify(forged, trusted)).faults).toEqual([
      { kind: "rewritten-since-trusted", trustedSize: 600 },
    ]);
    const later = memoryLog([700], (index) => sampleEntry(index === 650 ? 4_000 : index));
    expect((await verify(later, trusted)).faults).toEqual([]);
    expect(kinds(await verify(larger, Buffer.from("nonsense")))).toEqual(["trusted-unusable"]);
  });

  it("faults.are-bounded", async () => {
    const forged = memoryLog([3_000], (index) => sampleEntry(index + 10_000));
    let changed = memoryLog([3_000]);
    for (const path of changed.keys())
      if (path.startsWith("tile/entries/")) changed = withFile(changed, path, forged.get(path));
    const report = await verify(changed);
    expect(report.faults.length).toBe(1_000);
    expect(report.faultsOmitted).toBe(2_000);
  });
});
