// An entry of the journal's tail that lost what was sealed in it, or whose metadata was edited: taken in, and never silently.
import { describe, expect, it } from "vitest";
import type { EventStamp } from "#record/event/event.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { createLeafEncoder, decodeLeaf } from "#record/log/leaf.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { entryJson, entryLine } from "#surface/services/log/entry-text.ts";
import { bashCall, decisionOf, effect, pathTarget, policy, session } from "../event/samples.ts";
import { leaveInJournal, verifyDirectory, withLog, withLogDirectories } from "./temporary-log.ts";

const decide = (stamp: EventStamp) => {
  const decision = decisionOf([effect({ kind: "read", target: pathTarget("/etc/hosts") })]);
  const call = bashCall("cat /etc/hosts");
  return decisionEvent(stamp, { call, decision, policy, session, durationMs: 1 });
};

/** A log whose writer died with two entries in its journal, each changed by `change`. */
async function crashed(
  options: LogOptions,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  await withLog(options, async (log) => {
    await log.append(decide(log.stamp("hook")), { durable: true });
  });
  await leaveInJournal(options, (stamp) => [decide(stamp()), decide(stamp())], change);
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
    await withLogDirectories(async (options) => {
      const encode = createLeafEncoder(() => new Uint8Array(12));
      await crashed(options, (bytes) => {
        const leaf = decodeLeaf(bytes);
        if (leaf.kind === "fault") throw new Error("no leaf");
        const metadata = { ...leaf.metadata, verdict: "allow" };
        return encode({ id: leaf.id, metadata, sections: [] });
      });
      await withLog(options, () => Promise.resolve());
      const entries = await read(options);
      expect(causes(entries)).toContainEqual(["journal-unsealed", 2]);
      const stripped = entries.filter(({ isForged }) => isForged);
      expect(stripped.length).toBeGreaterThan(0);
      expect(entryLine(stripped[0] ?? entries[0]!)).toContain("has none");
      expect(entryJson(stripped[0] ?? entries[0]!)).toMatchObject({ erased: false, forged: true });
      expect((await verifyDirectory(options)).faults).toEqual([]);
    });
  });

  it("whose clear part was edited is counted, because its section is bound to that", async () => {
    await withLogDirectories(async (options) => {
      await crashed(options, (bytes) => {
        const text = Buffer.from(bytes).toString("latin1");
        return Buffer.from(text.replace('"kind":"decision"', '"kind":"decisioo"'), "latin1");
      });
      await withLog(options, () => Promise.resolve());
      expect(causes(await read(options))).toContainEqual(["journal-unsealed", 2]);
    });
  });

  it("as it was written is only late", async () => {
    await withLogDirectories(async (options) => {
      await crashed(options, (bytes) => bytes);
      await withLog(options, () => Promise.resolve());
      const entries = await read(options);
      expect(causes(entries).map(([cause]) => cause)).not.toContain("journal-unsealed");
      expect(entries.filter(({ isForged }) => isForged)).toEqual([]);
    });
  });
});
