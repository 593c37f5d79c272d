// Changing a log's key and removing old entries: what still verifies, what a thief of the new key can and cannot do, crashes.
import { cp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCheckpoint } from "#record/log/checkpoint.ts";
import { readKeyHistory, splitStatements } from "#record/log/key-history.ts";
import { parseVerifier } from "#record/log/note.ts";
import { checkProofFile } from "#record/log/proofs/proof-file.ts";
import { readStatements } from "#record/log/stored-keys.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { pruneLog, rotateKey } from "#record/store/upkeep.ts";
import { appendMany, withLog, withLogDirectories } from "./temporary-log.ts";

async function faultsOf(options: LogOptions, keyText?: string): Promise<readonly string[]> {
  const verifier =
    keyText === undefined ? await readVerifier(options.keys) : parseVerifier(keyText);
  if (verifier === undefined) throw new Error("no verifier key");
  const { faults } = await checkLog({ ...options, verifier });
  return faults.map(({ kind }) => kind);
}

const checkpointOf = (options: LogOptions) => readFile(join(options.log, "checkpoint"), "utf8");
const linesOf = (checkpoint: string) => checkpoint.split("\n\n")[1]?.trim().split("\n").length;

describe("rotation", () => {
  it("overlap-then-end.every-key-of-the-chain-verifies-and-proofs-of-before-stay", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 10));
      const first = (await readVerifier(options.keys))?.text ?? "";
      const early = await (await viewLog(options.log, options.keys)).proof(3, { entry: true });
      const { key } = await rotateKey(options, "introduce");
      expect(await faultsOf(options)).toEqual([]);
      expect(linesOf(await checkpointOf(options))).toBe(2);
      await expect(rotateKey(options, "introduce")).rejects.toThrow("introduced already");
      await withLog(options, (log) => appendMany(log, 10));
      const { key: retired } = await rotateKey(options, "retire");
      expect(retired).toBe(first);
      await withLog(options, (log) => appendMany(log, 10));
      expect(linesOf(await checkpointOf(options))).toBe(1);
      for (const trusted of [first, key]) expect(await faultsOf(options, trusted)).toEqual([]);
      // The private half of the old key is nowhere.
      expect((await readdir(options.keys)).sort()).not.toContain("signing-key-next");
      const trust = { keys: parseVerifier(first) ?? expect.fail() };
      expect(checkProofFile(early, undefined, trust)).toMatchObject({ kind: "included", index: 3 });
      // Who has any key of the chain and its statements can check a proof of today, without a log.
      const late = await (await viewLog(options.log, options.keys)).proof(3, { entry: true });
      const statements = [];
      for (const number of ["001", "002"])
        statements.push(await readFile(join(options.log, "keys", number), "utf8"));
      const split = splitStatements(statements.join(""));
      expect(checkProofFile(late, undefined, trust)).toMatchObject({ kind: "fault" });
      for (const trusted of [first, key]) {
        const reading = readKeyHistory(parseVerifier(trusted) ?? expect.fail(), split);
        if (reading.kind !== "history") expect.fail(reading.why);
        const check = checkProofFile(late, undefined, { keys: reading.history });
        expect(check).toMatchObject({ kind: "included", index: 3 });
      }
      const third = await rotateKey(options, "introduce");
      await rotateKey(options, "retire");
      for (const trusted of [first, key, third.key])
        expect(await faultsOf(options, trusted)).toEqual([]);
    });
  });

  it("history.a-statement-gone-altered-or-out-of-order-is-found", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 5));
      await rotateKey(options, "introduce");
      await rotateKey(options, "retire");
      await withLog(options, (log) => appendMany(log, 5));
      const path = (number: number) => join(options.log, "keys", `00${number}`);
      const texts = [await readFile(path(1)), await readFile(path(2))];
      await rm(path(2));
      expect(await faultsOf(options)).toContain("wrong-key");
      await writeFile(path(2), texts[1] ?? "");
      const lines = String(texts[1]).trimEnd().split("\n");
      const exchanged = [...lines.slice(0, -2), lines.at(-1), lines.at(-2), ""].join("\n");
      await writeFile(path(2), exchanged);
      expect(await faultsOf(options)).toContain("key-statement");
      await writeFile(path(2), texts[1] ?? "");
      await writeFile(path(1), String(texts[0]).replace("introduce", "retire"));
      expect(await faultsOf(options)).toContain("key-statement");
      await writeFile(path(1), texts[1] ?? "");
      await writeFile(path(2), texts[0] ?? "");
      expect(await faultsOf(options)).toContain("key-statement");
    });
  });

  it("thief-of-the-new-key.cannot-change-what-stood-before-it", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 5));
      await rotateKey(options, "introduce");
      await rotateKey(options, "retire");
      // Another log of the same length, signed by the stolen key, under the statements of the real one.
      const forged = { ...options, log: join(root, "forged"), keys: join(root, "forged-keys") };
      await cp(options.keys, forged.keys, { recursive: true });
      await rm(join(forged.keys, "log-head"));
      await cp(join(options.log, "keys"), join(root, "statements"), { recursive: true });
      await cp(options.log, forged.log, { recursive: true });
      for (const part of ["tile", "journal", "checkpoint"])
        await rm(join(forged.log, part), { recursive: true });
      await withLog(forged, (log) => appendMany(log, 12));
      expect(await faultsOf(forged)).toEqual([
        "rewritten-since-trusted",
        "rewritten-since-trusted",
      ]);
    });
  });

  it("reading.needs-the-signatures-of-all-keys-in-force", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 3));
      await rotateKey(options, "introduce");
      const verifier = await readVerifier(options.keys);
      const statements = await readStatements(openLogFiles(options.log));
      if (verifier === undefined) throw new Error("no verifier key");
      const reading = readKeyHistory(verifier, statements);
      if (reading.kind !== "history") throw new Error(reading.why);
      const whole = await checkpointOf(options);
      const [body = "", lines = ""] = whole.split("\n\n");
      const [old = "", fresh = ""] = lines.split("\n");
      const kindOf = (text: string, exact = false) =>
        readCheckpoint(Buffer.from(text), reading.history, { exact }).kind;
      expect(kindOf(whole, true)).toBe("signed");
      expect(kindOf(`${body}\n\n${old}\n`)).toBe("unknown-key");
      expect(kindOf(`${body}\n\n${fresh}\n`)).toBe("unknown-key");
      expect(kindOf(`${body}\n\n${fresh}\n${old}\n`, true)).toBe("foreign");
      expect(kindOf(`${body}\n\n${old}\n${fresh}\n${old}\n`, true)).toBe("foreign");
    });
  });
});

describe("pruning", () => {
  it("removed.the-rest-verifies-and-proofs-of-removed-entries-still-hold", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 700));
      const verifier = await readVerifier(options.keys);
      if (verifier === undefined) throw new Error("no verifier key");
      const kept = await (await viewLog(options.log, options.keys)).proof(100, { entry: true });
      const early = await readFile(join(options.log, "checkpoint"));
      expect(await pruneLog(options, 600)).toMatchObject({ before: 512 });
      const report = await checkLog({ ...options, verifier, trusted: early });
      expect(report).toMatchObject({ faults: [], pruned: 512, entries: 189 });
      expect(checkProofFile(kept, undefined, { keys: verifier }).kind).toBe("included");
      const view = await viewLog(options.log, options.keys);
      const bare = await view.proof(100);
      expect(bare.startsWith("c2sp.org/tlog-proof@v1\nindex 100\n")).toBe(true);
      await expect(view.proof(100, { entry: true })).rejects.toThrow("removed on record");
      const seen: number[] = [];
      for await (const { index } of view.entries(0, 701)) seen.push(index);
      expect([seen[0], seen.length]).toEqual([512, 189]);
      expect(await view.find("00000000-0000-7000-8000-000000000000")).toBeUndefined();
      await withLog(options, (log) => appendMany(log, 100));
      expect(await faultsOf(options)).toEqual([]);
    });
  });

  it("record.altered-or-gone-and-hashes-altered-are-found", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 600));
      await pruneLog(options, 512);
      const path = join(options.log, "pruned");
      const record = await readFile(path);
      await writeFile(path, String(record).replace("\n512\n", "\n256\n"));
      expect(await faultsOf(options)).toContain("pruned-record");
      await unlink(path);
      expect(await faultsOf(options)).toContain("entries-missing");
      await writeFile(path, record);
      const tile = join(options.log, "tile/0/000");
      const bytes = await readFile(tile);
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      await writeFile(tile, bytes);
      const faults = await faultsOf(options);
      expect(faults).toContain("tile-altered");
      expect(faults).not.toContain("entries-rewritten");
    });
  });

  it("crash.after-the-record-the-next-writer-ends-it-and-a-forged-record-removes-nothing", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 600));
      const bundle = (index: number) => join(options.log, `tile/entries/00${index}`);
      await cp(bundle(0), join(root, "0"));
      await cp(bundle(1), join(root, "1"));
      await pruneLog(options, 512);
      await cp(join(root, "0"), bundle(0));
      await cp(join(root, "1"), bundle(1));
      expect(await faultsOf(options)).toEqual([]);
      await withLog(options, (log) => appendMany(log, 1));
      await expect(readFile(bundle(0))).rejects.toThrow("ENOENT");
      expect(await faultsOf(options)).toEqual([]);
      const path = join(options.log, "pruned");
      await cp(join(root, "0"), bundle(0));
      await cp(join(root, "1"), bundle(1));
      await writeFile(path, String(await readFile(path)).replace(/\n\d{13}\n/, "\n1\n"));
      await withLog(options, (log) => appendMany(log, 1));
      expect((await readFile(bundle(0))).length).toBeGreaterThan(0);
    });
  });
});
