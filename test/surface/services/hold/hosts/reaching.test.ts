// Notes of calls that reach hosts: what a process that ended left without them is told by the next one, once.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openReaching } from "#surface/services/hold/hosts/reaching.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reaching-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("calls that ran when the process ended are told once, by room", () => {
  const before = openReaching(directory);
  before.begin("room", "a");
  before.begin("room", "b");
  before.begin("room", "c");
  before.begin("other", "d");
  before.end("b");
  expect(before.takeLost("room")).toBe(0);
  const after = openReaching(directory);
  expect([after.takeLost("room"), after.takeLost("room")]).toEqual([2, 0]);
  after.begin("other", "e");
  expect(after.takeLost("other")).toBe(1);
  expect(openReaching(directory).takeLost("other")).toBe(1);
});

test("nothing is left of calls that ended, and of rooms that were given up", () => {
  const notes = openReaching(directory);
  notes.begin("room", "a");
  notes.begin("gone", "b");
  expect(readdirSync(directory)).toHaveLength(2);
  notes.end("a");
  notes.drop("gone");
  expect(readdirSync(directory)).toEqual([]);
  expect(openReaching(directory).takeLost("room")).toBe(0);
});

test("a note that is damaged, and a disk that takes none, cost no call", () => {
  for (const text of ["", "{", "[]", '{"by":1}', '{"by":"x","tickets":7}']) {
    writeFileSync(join(directory, "room.reaching"), text);
    const notes = openReaching(directory);
    expect(notes.takeLost("room")).toBe(0);
    expect(() => notes.begin("room", "a")).not.toThrow();
    notes.drop("room");
  }
  const nowhere = openReaching(join(directory, "none", "here"));
  expect(() => nowhere.begin("room", "a")).not.toThrow();
  expect(() => nowhere.end("a")).not.toThrow();
});
