// People of a key store: each has a key of their own, found again by every process, and a new one after it was destroyed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finderIn, listSubjects, openKeys, readEventKeys } from "#record/store/keys.ts";
import { subjectFile } from "#record/store/people.ts";

let keys: string;
beforeAll(() => {
  keys = join(mkdtempSync(join(tmpdir(), "sallyport-people-")), "keys");
});
afterAll(() => rmSync(join(keys, ".."), { recursive: true, force: true }));

describe("people", () => {
  it("two people have two keys, the same in another process, and no name is on disk", async () => {
    const { people, installSubject } = await openKeys(keys);
    const [ada, bob] = [people.subjectOf("ada-lovelace"), people.subjectOf("bob")];
    expect(new Set([ada.id, bob.id, installSubject.id]).size).toBe(3);
    const again = (await readEventKeys(keys)).people;
    expect(again.subjectOf("ada-lovelace").id).toBe(ada.id);
    expect(again.known("nobody")).toBeUndefined();
    const names = readdirSync(keys, { recursive: true }).map(String);
    expect(names.filter((name) => name.includes("lovelace"))).toEqual([]);
    expect(readFileSync(people.pointerOf("ada-lovelace"), "utf8")).toBe(`${ada.id}\n`);
  });

  it("a person whose key was destroyed has a new one, with or without what led to the old one", async () => {
    const { people } = await openKeys(keys);
    const old = people.subjectOf("carol").id;
    rmSync(subjectFile(keys, old));
    const next = (await readEventKeys(keys)).people.subjectOf("carol").id;
    expect(next).not.toBe(old);
    rmSync(subjectFile(keys, next));
    rmSync(people.pointerOf("carol"));
    const last = (await readEventKeys(keys)).people.subjectOf("carol").id;
    expect([old, next]).not.toContain(last);
    expect((await readEventKeys(keys)).people.known("carol")?.id).toBe(last);
  });

  it("finds the subject of a section by its locator of the day", async () => {
    const { people } = await openKeys(keys);
    const dora = people.subjectOf("dora");
    const find = finderIn(await listSubjects(keys));
    const timeMs = Date.UTC(2026, 2, 1, 12);
    expect(find(dora.locator(timeMs), timeMs)?.id).toBe(dora.id);
    expect(find(dora.locator(timeMs), timeMs + 86_400_000)).toBeUndefined();
  });
});
