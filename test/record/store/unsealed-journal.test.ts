// An entry of the journal's tail that lost what was sealed in it, or whose metadata was edited: taken in, and never silently.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { createLeafEncoder, decodeLeaf } from "#record/log/leaf.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { decodeFrames, encodeFrames } from "#record/store/files/journal.ts";
import { openLog } from "#record/store/log-writer.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { entryJson, entryLine } from "#surface/services/log/entry-text.ts";
import { bashCall, decisionOf, effect, pathTarget, policy, session } from "../event/samples.ts";
import { verifyDirectory, withLog, withLogDirectories } from "./temporary-log.ts";

const decide = (log: Log) => {
  const decision = decisionOf([effect({ kind: "read", target: pathTarget("/etc/hosts") })]);
  const call = bashCall("cat /etc/hosts");
  return decisionEvent(log.stamp("hook"), { call, decision, policy, session, durationMs: 1 });
};

/** A log whose writer died with two entries in its journal, each changed by `change`. */
async function crashed(
  options: LogOptions,
  root: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<LogOptions> {
  const copy = { ...options, log: join(root, "copy"), keys: join(root, "copied-keys") };
  const log = await openLog(options);
  try {
    await log.append(decide(log), { durable: true });
    await log.publish();
    await log.append(decide(log), { durable: true });
    await log.append(decide(log), { durable: true });
    await cp(options.log, copy.log, { recursive: true });
    await cp(options.keys, copy.keys, { recursive: true });
  } finally {
    await log.close();
  }
  // The one that died left its lock, and is not this process.
  await rm(join(copy.log, "lock"), { force: true, recursive: true });
  const journal = join(copy.log, "journal");
  const name = (await readdir(journal)).sort().at(-1) ?? "";
  const { frames } = decodeFrames(await readFile(join(journal, name)), hashLeaf);
  const changed = frames.map(({ bytes }) => change(bytes));
  await writeFile(
    join(journal, name),
    encodeFrames(changed.map((bytes) => ({ bytes, hash: hashLeaf(bytes) }))),
  );
  return copy;
}

async function read(options: LogOptions) {
  const view = await viewLog(options.log, options.keys);
  const entries = [];
  for await (const entry of view.entries(0, await view.size())) entries.push(entry);
  return entries;
}

const causes = (entries: Awaited<ReturnType<typeof read>>) =>
  entries.flatMap(({ leaf }) =>
    leaf.kind === "leaf" && leaf.metadata["kind"] === "recovery"
      ? [[leaf.metadata["cause"], leaf.metadata["entries"]]]
      : [],
  );

describe("an entry of the journal", () => {
  it("without its sealed part is shown as forged and counted", async () => {
    await withLogDirectories(async (options, root) => {
      const encode = createLeafEncoder(() => new Uint8Array(12));
      const copy = await crashed(options, root, (bytes) => {
        const leaf = decodeLeaf(bytes);
        if (leaf.kind === "fault") throw new Error("no leaf");
        const metadata = { ...leaf.metadata, verdict: "allow" };
        return encode({ id: leaf.id, metadata, sections: [] });
      });
      await withLog(copy, () => Promise.resolve());
      const entries = await read(copy);
      expect(causes(entries)).toContainEqual(["journal-unsealed", expect.any(Number)]);
      const stripped = entries.filter(({ isForged }) => isForged);
      expect(stripped.length).toBeGreaterThan(0);
      expect(entryLine(stripped[0] ?? entries[0]!)).toContain("has none");
      expect(entryJson(stripped[0] ?? entries[0]!)).toMatchObject({ erased: false, forged: true });
      expect((await verifyDirectory(copy)).faults).toEqual([]);
    });
  });

  it("whose clear part was edited is counted, because its section is bound to that", async () => {
    await withLogDirectories(async (options, root) => {
      const copy = await crashed(options, root, (bytes) => {
        const text = Buffer.from(bytes).toString("latin1");
        return Buffer.from(text.replace('"kind":"decision"', '"kind":"decisioo"'), "latin1");
      });
      await withLog(copy, () => Promise.resolve());
      expect(causes(await read(copy))).toContainEqual(["journal-unsealed", expect.any(Number)]);
    });
  });

  it("as it was written is only late", async () => {
    await withLogDirectories(async (options, root) => {
      const copy = await crashed(options, root, (bytes) => bytes);
      await withLog(copy, () => Promise.resolve());
      const entries = await read(copy);
      expect(causes(entries).map(([cause]) => cause)).not.toContain("journal-unsealed");
      expect(entries.filter(({ isForged }) => isForged)).toEqual([]);
    });
  });
});
