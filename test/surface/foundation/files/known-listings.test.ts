// Directories that lie as they did are not read again; each way to change what is in one is seen.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listingAt, marksBelow } from "#surface/foundation/files/known-listings.ts";

/** What was written before is that old to the looks of a test. */
const LATER_MS = 10_000;

let folder = "";
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-listings-")));
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub", "one.sh"), "echo one");
  symlinkSync(join(folder, "sub"), join(folder, "link"));
  // TIME: the times of a disk go in steps of some milliseconds; what a test changes is to be of another one.
  await new Promise((resolve) => setTimeout(resolve, 30));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const settle = () => vi.spyOn(Date, "now").mockReturnValue(Date.now() + LATER_MS);
const told = () => listingAt(folder)?.map(({ name, kind }) => `${name} ${kind}`);

describe("a listing", () => {
  it("names what is there, by name, and is kept as long as nothing is added", () => {
    settle();
    expect(told()).toEqual(["link link", "sub folder"]);
    expect(listingAt(folder)).toBe(listingAt(folder));
  });
  it("of a directory that changed just now is read each time", () => {
    expect(listingAt(folder)).not.toBe(listingAt(folder));
  });
  it.each<[string, (at: string) => void, readonly string[]]>([
    [
      "a file more",
      (at) => writeFileSync(join(at, "x"), ""),
      ["link link", "sub folder", "x file"],
    ],
    ["a name less", (at) => rmSync(join(at, "link")), ["sub folder"]],
    ["another name", (at) => renameSync(join(at, "sub"), join(at, "t")), ["link link", "t folder"]],
    [
      "a time that was set back",
      (at) => {
        writeFileSync(join(at, "x"), "");
        utimesSync(at, new Date(0), new Date(0));
      },
      ["link link", "sub folder", "x file"],
    ],
  ])("shows %s", (_what, change, after) => {
    settle();
    told();
    change(folder);
    expect(told()).toEqual(after);
  });
  it("of what is no directory is none", () => {
    expect(listingAt(join(folder, "sub", "one.sh"))).toBeUndefined();
    expect(listingAt(join(folder, "none"))).toBeUndefined();
  });
});

describe("marks", () => {
  it("are the same as long as nothing below is changed", () => {
    settle();
    expect(marksBelow(folder)).toContain("one.sh");
    expect(marksBelow(folder)).toBe(marksBelow(folder));
  });
  it.each<[string, (at: string) => void]>([
    ["other content", (at) => writeFileSync(join(at, "sub", "one.sh"), "echo two")],
    ["a mode", (at) => chmodSync(join(at, "sub", "one.sh"), 0o755)],
    ["a file more", (at) => writeFileSync(join(at, "sub", "two.sh"), "")],
    [
      "a link that leads elsewhere",
      (at) => {
        rmSync(join(at, "link"));
        symlinkSync("/", join(at, "link"));
      },
    ],
  ])("are others after %s", (_what, change) => {
    settle();
    const before = marksBelow(folder);
    change(folder);
    expect(before).toBeDefined();
    expect(marksBelow(folder)).not.toBe(before);
  });
  it("are not told of what changed just now, of too much, and of a link that leads nowhere", () => {
    expect(marksBelow(folder)).toBeUndefined();
    settle();
    for (let at = 0; at < 70; at += 1) writeFileSync(join(folder, "sub", `${at}`), "");
    expect(marksBelow(folder)).toBeUndefined();
    rmSync(join(folder, "sub"), { recursive: true });
    expect(marksBelow(folder)).toBeUndefined();
  });
});
