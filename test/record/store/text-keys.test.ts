// What was said is sealed under a key of its day besides the person's: it opens with both, goes with either, and nothing of the log changes.
import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { saidIn } from "#record/event/readable-part.ts";
import { createLeafEncoder, decodeLeaf, type DecodedLeaf } from "#record/log/leaf.ts";
import { createSubject, NONCE_BYTES } from "#record/log/subject.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { finderIn, listSubjects, openKeys, readEventKeys } from "#record/store/keys.ts";
import { openLeaf } from "#record/store/opened-leaf.ts";
import { destroySubject } from "#record/store/people.ts";
import {
  destroyTextKey,
  destroyTexts,
  foundOnce,
  hasTexts,
  listTextKeys,
  noteGone,
  openTextKeys,
  textDayOf,
} from "#record/store/text-keys.ts";
import { bashCall, decisionOf, policy, session } from "../event/samples.ts";
import { withLogDirectories } from "./temporary-log.ts";

const DAY = 86_400_000;
const NOON = Date.UTC(2030, 0, 10, 12);
const TODAY = textDayOf(NOON);

/** A key store with an encoder whose clock a test sets. */
async function stand(directory: string) {
  await openKeys(directory);
  const keys = await readEventKeys(directory);
  const clock = { timeMs: NOON };
  const encoder = createEventEncoder({
    keys,
    product: "0.1.0",
    random: (count: number) => randomBytes(count),
    clock: { nowMs: () => clock.timeMs, monotonicMs: () => 0 },
  });
  const encode = (command: string): DecodedLeaf => {
    const call = bashCall(command);
    const about = { call, decision: decisionOf([]), policy, session, durationMs: 1 };
    const leaf = decodeLeaf(encoder.encode(decisionEvent(encoder.stamp("hook"), about)));
    if (leaf.kind === "fault") throw new Error(leaf.reason);
    return leaf;
  };
  const open = async (leaf: DecodedLeaf) =>
    openLeaf(leaf, {
      subjects: finderIn(await listSubjects(directory)),
      texts: openTextKeys(directory),
    });
  const ada = () => keys.people.known("ada") ?? expect.fail("ada has a key by now");
  return { keys, clock, encode, open, ada };
}

describe("the text of an event", () => {
  it("is looked for once where that is asked for, and anew by the next who asks", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, ada } = await stand(directory);
      encode("echo zqcanary");
      const texts = openTextKeys(directory);
      const [once, owner] = [foundOnce(texts), ada()];
      const key = once.find(owner, TODAY);
      expect(key).toBeDefined();
      expect(once.find(owner, TODAY - 1)).toBeUndefined();
      expect(once.find(owner, TODAY)).toBe(key);
      destroyTextKey(directory, owner.id, TODAY);
      expect(once.find(owner, TODAY)).toBe(key);
      expect(foundOnce(texts).find(owner, TODAY)).toBeUndefined();
      expect(texts.find(owner, TODAY)).toBeUndefined();
    });
  });

  it("opens with both keys, and is gone with the day's, which is said with the time", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada } = await stand(directory);
      const leaf = encode("echo zqcanary");
      expect(leaf.sections).toHaveLength(2);
      const opened = await open(leaf);
      expect(opened).toMatchObject({ text: { kind: "here" }, isForged: false });
      expect(saidIn(opened.sealed)).toBe("echo zqcanary");
      expect(listTextKeys(directory)).toEqual([{ subject: ada().id, day: TODAY, isWhole: true }]);
      destroyTextKey(directory, ada().id, TODAY);
      destroyTextKey(directory, ada().id, TODAY);
      const missing = await open(leaf);
      // Nobody said that it is gone: its key may come back from a backup.
      expect(missing).toMatchObject({ text: { kind: "missing" }, isForged: false });
      expect(missing.sealed).toMatchObject({ user: "ada" });
      expect(missing.sealed).not.toHaveProperty("readable");
      noteGone(directory, ada().id, [TODAY], NOON + 40 * DAY);
      noteGone(directory, ada().id, [TODAY, TODAY - 1], NOON + 50 * DAY);
      expect((await open(leaf)).text).toEqual({ kind: "expired", atMs: NOON + 40 * DAY });
    });
  });

  it("goes with the person's key, whatever copy there is of the day's", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada } = await stand(directory);
      const leaf = encode("echo zqcanary");
      const { id } = ada();
      destroySubject(directory, id);
      expect(await open(leaf)).toMatchObject({ sealed: undefined, text: { kind: "none" } });
      expect(hasTexts(directory, id)).toBe(true);
      destroyTexts(directory, id);
      destroyTexts(directory, id);
      expect(hasTexts(directory, id)).toBe(false);
      expect(listTextKeys(directory)).toEqual([]);
    });
  });

  it("is not opened by a key that was put back after it was said to be gone", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada } = await stand(directory);
      const leaf = encode("echo zqcanary");
      noteGone(directory, ada().id, [TODAY], NOON);
      expect((await open(leaf)).text).toEqual({ kind: "expired", atMs: NOON });
      expect(listTextKeys(directory)).toHaveLength(1);
    });
  });

  it("of a day that is gone is under the next day's key where the clock steps back", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada, clock } = await stand(directory);
      const before = encode("echo first");
      destroyTextKey(directory, ada().id, TODAY);
      noteGone(directory, ada().id, [TODAY, TODAY + 1], NOON + 40 * DAY);
      clock.timeMs = NOON + 40 * DAY;
      const late = encode("echo late");
      clock.timeMs = NOON + 60_000;
      const back = encode("echo back");
      expect(saidIn((await open(late)).sealed)).toBe("echo late");
      const opened = await open(back);
      expect(saidIn(opened.sealed)).toBe("echo back");
      expect(opened.sealed).toMatchObject({ textDay: TODAY + 2 });
      expect((await open(before)).text).toEqual({ kind: "expired", atMs: NOON + 40 * DAY });
      expect(listTextKeys(directory).map(({ day }) => day)).toEqual([TODAY + 2, TODAY + 40]);
    });
  });

  it("of before there were such keys is read as it was written", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada } = await stand(directory);
      const { id, metadata } = encode("echo new");
      const old = createLeafEncoder(() => randomBytes(NONCE_BYTES));
      const content = { user: "ada", readable: { text: "echo old" } };
      const leaf = decodeLeaf(old({ id, metadata, sections: [{ subject: ada(), content }] }));
      if (leaf.kind === "fault") throw new Error(leaf.reason);
      const opened = await open(leaf);
      expect(saidIn(opened.sealed)).toBe("echo old");
      expect(opened.text).toEqual({ kind: "none" });
    });
  });

  it("has one key of a person and day, whoever makes it, and another for each person", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { ada, encode } = await stand(directory);
      encode("echo a");
      const [one, other] = [openTextKeys(directory), openTextKeys(directory)];
      const bob = createSubject(randomBytes(32));
      const made = [one.forNew(bob, NOON), other.forNew(bob, NOON + 1), one.find(bob, TODAY)];
      expect(
        new Set(made.map((key) => (key && "subject" in key ? key.subject : key)?.id)).size,
      ).toBe(1);
      expect(one.find(ada(), TODAY)?.id).not.toBe(one.find(bob, TODAY)?.id);
      expect(one.find(createSubject(randomBytes(32)), TODAY)).toBeUndefined();
    });
  });

  it("whose section was altered is forged, and a key that others can read is refused", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open, ada } = await stand(directory);
      const leaf = encode("echo zqcanary");
      const [first, text] = leaf.sections;
      if (first === undefined || text === undefined) expect.fail("it has two sections");
      const sealed = Buffer.from(text.sealed);
      sealed[0] = (sealed[0] ?? 0) ^ 1;
      const altered = { ...leaf, sections: [first, { ...text, sealed }] };
      expect(await open(altered)).toMatchObject({ isForged: true, text: { kind: "none" } });
      const file = join(directory, "texts", ada().id, `${TODAY}.key`);
      chmodSync(file, 0o644);
      await expect(open(leaf)).rejects.toThrow("open to other users");
      rmSync(file);
      writeFileSync(file, "no key", { mode: 0o600 });
      await expect(open(leaf)).rejects.toThrow("not a key of this store");
    });
  });

  it("is left out, and that is said, where its key cannot be written; the event is kept", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, open } = await stand(directory);
      writeFileSync(join(directory, "texts"), "in the way", { mode: 0o600 });
      const leaf = encode("echo zqcanary");
      expect(leaf.sections).toHaveLength(1);
      const { sealed } = await open(leaf);
      expect(saidIn(sealed)).toContain("could not be written");
      expect(JSON.stringify(sealed)).not.toContain("zqcanary");
    });
  });

  it("leaves no half key under a key's name when its destruction is cut short", async () => {
    await withLogDirectories(async ({ keys: directory }) => {
      const { encode, ada } = await stand(directory);
      encode("echo zqcanary");
      const folder = join(directory, "texts", ada().id);
      writeFileSync(join(folder, `${TODAY - 1}.erasing`), "half", { mode: 0o600 });
      expect(listTextKeys(directory).map(({ day, isWhole }) => [day, isWhole])).toEqual([
        [TODAY - 1, false],
        [TODAY, true],
      ]);
      destroyTextKey(directory, ada().id, TODAY - 1);
      expect(readdirSync(folder)).toEqual([`${TODAY}.key`]);
    });
  });
});
