// Archiving a log: segments that prove themselves, what is sent twice, and everything that must not count as archived.
import { gunzipSync, gzipSync } from "node:zlib";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NoteVerifier } from "#record/log/note.ts";
import {
  archiveLog,
  type ArchivePlace,
  requireArchived,
  verifyArchive,
} from "#record/store/archiving.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { parseSegmentName, segmentName, verifySegment } from "#record/store/segment.ts";
import { pruneLog, rotateKey } from "#record/store/upkeep.ts";
import { appendMany, withLog, withLogDirectories } from "./temporary-log.ts";

/** A place in memory that counts what it is given. */
function memoryPlace(files = new Map<string, Uint8Array>()) {
  const place: ArchivePlace & { files: Map<string, Uint8Array>; puts: string[] } = {
    name: "memory",
    kind: "folder",
    files,
    puts: [],
    list: async () => [...files.keys()],
    get: async (name) => files.get(name),
    async put(name, bytes) {
      place.puts.push(name);
      if (!files.has(name)) files.set(name, bytes);
    },
  };
  return place;
}

const keyOf = async (keys: string): Promise<NoteVerifier> =>
  (await readVerifier(keys)) ?? expect.fail("no verifier key");

const FIRST = "000000000000000-000000000000768.sallyport.gz";
const wholeText = (bytes: Uint8Array) => gunzipSync(bytes).toString("latin1");
const packed = (text: string) => gzipSync(Buffer.from(text, "latin1"));

describe("a segment", () => {
  it("has a name that says its range, and no other name does", () => {
    const range = { from: 256, end: 1_024 };
    expect(segmentName(range)).toBe("000000000000256-000000000001024.sallyport.gz");
    expect(parseSegmentName(segmentName(range))).toEqual(range);
    for (const name of [
      "000000000000256-000000000000256.sallyport.gz",
      "000000000000001-000000000000256.sallyport.gz",
      "000000000000256-000000000001024.sallyport.gz.tmp",
      "../000000000000256-000000000001024.sallyport.gz",
    ])
      expect(parseSegmentName(name)).toBeUndefined();
  });

  it("proves itself under the key alone, and no changed byte of it holds", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 900));
      const verifier = await keyOf(options.keys);
      const place = memoryPlace();
      const done = await archiveLog(options.log, verifier, { place });
      expect(done).toMatchObject({ stored: 1, from: 0, end: 768 });
      expect([...place.files.keys()]).toEqual([FIRST]);
      const bytes = place.files.get(FIRST) ?? expect.fail();
      const segment = verifySegment(bytes, verifier);
      expect(segment).toMatchObject({ from: 0, end: 768, origin: verifier.name });
      expect(segment.entries).toHaveLength(768);
      const text = wholeText(bytes);
      const header = text.slice(0, text.indexOf("\n"));
      const changes: readonly string[] = [
        text.slice(0, -1),
        `${text}\0`,
        text.replace('"from":0', '"from":256'),
        text.replace('"end":768', '"end":512'),
        text.replace("archive@v1", "archive@v2"),
        text.replace('"edge":[]', '"edge":[[]]'),
        text.replace(header, ""),
        text.replace(/"proof":\["[^"]*"/, '"proof":["AAAA"'),
        text.replace(/"checkpoint":"[^"]*"/, '"checkpoint":"x"'),
        text.replace('"statements":[]', '"statements":["x"]'),
        ...[header.length + 3, header.length + 500, text.length - 1].map(
          (at) =>
            text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
        ),
      ];
      for (const [place_, changed] of changes.entries()) {
        expect(changed, String(place_)).not.toBe(text);
        expect(() => verifySegment(packed(changed), verifier), String(place_)).toThrow(
          "does not hold",
        );
      }
      expect(() => verifySegment(bytes.slice(0, -9), verifier)).toThrow("cut short");
      expect(() => verifySegment(gzipSync(Buffer.alloc(41 * 1024 * 1024)), verifier)).toThrow(
        "larger than any segment",
      );
    });
  });
});

describe("an archive", () => {
  it("is sent what it lacks, across changed keys and removed entries, and follows on without a gap", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 600));
      const verifier = await keyOf(options.keys);
      const place = memoryPlace();
      await archiveLog(options.log, verifier, { place });
      expect(await archiveLog(options.log, verifier, { place })).toMatchObject({ stored: 0 });
      await rotateKey(options, "introduce");
      await withLog(options, (log) => appendMany(log, 300));
      await rotateKey(options, "retire");
      await requireArchived(options.log, verifier, { place, from: 0, end: 512 });
      await pruneLog(options, 512);
      expect(await archiveLog(options.log, verifier, { place })).toMatchObject({
        stored: 1,
        from: 512,
        end: 768,
      });
      expect(place.puts).toHaveLength(2);
      expect(await verifyArchive(place, verifier)).toMatchObject({
        segments: 2,
        entries: 768,
        from: 0,
        end: 768,
        gaps: [],
        faults: [],
        others: 0,
      });
    });
  });

  it("says what is missing, altered, of another log or none of its files; then nothing counts as archived", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 300));
      const verifier = await keyOf(options.keys);
      const place = memoryPlace();
      await archiveLog(options.log, verifier, { place });
      const forked = { ...options, log: join(root, "forked"), keys: join(root, "forked-keys") };
      await cp(options.log, forked.log, { recursive: true });
      await cp(options.keys, forked.keys, { recursive: true });
      for (const one of [options, forked])
        for (let times = 0; times < 2; times += 1) {
          await withLog(one, (log) => appendMany(log, 256));
          if (one === options) await archiveLog(one.log, verifier, { place });
        }
      const [first = "", second = "", third = ""] = [...place.files.keys()];
      const whole = new Map(place.files);
      const check = (end: number) =>
        requireArchived(options.log, verifier, { place, from: 0, end });
      await check(768);
      await expect(check(1_024)).rejects.toThrow("lacks the entries from 768 on");
      place.files.set("notes.txt", Buffer.from("x"));
      place.files.delete(second);
      await expect(check(768)).rejects.toThrow("lacks the entries from 256 on");
      expect(await verifyArchive(place, verifier)).toMatchObject({
        segments: 2,
        gaps: [{ from: 256, end: 512 }],
        others: 1,
        end: 768,
      });
      // The same range of the log that went another way, whole in itself.
      const split = memoryPlace(new Map([[first, whole.get(first) ?? expect.fail()]]));
      await archiveLog(forked.log, verifier, { place: split });
      const [, stranger = ""] = [...split.files.keys()];
      place.files.set(stranger, split.files.get(stranger) ?? expect.fail());
      place.files.delete(third);
      await expect(check(768)).rejects.toThrow("of another log than the one here");
      place.files.delete(stranger);
      place.files.set(second, whole.get(third) ?? expect.fail());
      await expect(check(512)).rejects.toThrow("other entries than its name says");
      place.files.set(second, (whole.get(second) ?? expect.fail()).slice(0, 900));
      expect((await verifyArchive(place, verifier)).faults).toEqual([
        { name: second, why: expect.stringContaining("cut short") },
      ]);
    });
  });

  it("that gives back other bytes than it was sent is told at once", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 300));
      const verifier = await keyOf(options.keys);
      const place = memoryPlace();
      const broken = { ...place, get: async (name: string) => place.files.get(name)?.slice(9) };
      await expect(archiveLog(options.log, verifier, { place: broken })).rejects.toThrow(
        "does not hold",
      );
      const silent = { ...place, get: async () => undefined };
      await expect(
        archiveLog(options.log, verifier, { place: { ...silent, list: async () => [] } }),
      ).rejects.toThrow("does not give");
      expect(await openLogFiles(options.log).read("tile/entries/000")).toBeDefined();
    });
  });
});
