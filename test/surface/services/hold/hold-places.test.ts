// Where the files of held calls lie: a name that somebody else took in a folder of everybody stops nobody's calls.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parentDirectory } from "../../../judging.ts";
import { userId } from "#platform/user.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";

let room = "";
let taken = "";

beforeEach(() => {
  room = realpathSync(mkdtempSync(join(parentDirectory(), "places-")));
  vi.stubEnv("TMPDIR", room);
  taken = join(room, `sallyport-${userId() ?? 0}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(room, { recursive: true, force: true });
});

describe("scratch directories", () => {
  test.each([
    ["is free", () => undefined],
    ["is a folder of ours", () => mkdirSync(taken)],
  ])("lie where everybody has theirs, where the name %s", (_name, take) => {
    take();
    expect(holdPlaces(join(room, "data")).scratch.startsWith(`${taken}/`)).toBe(true);
  });

  test.each([
    ["a file", () => writeFileSync(taken, "")],
    ["a link", () => symlinkSync("/", taken)],
  ])("have a name that nobody guesses, where %s has theirs", async (_name, take) => {
    take();
    const data = join(room, "data");
    const { scratch } = holdPlaces(data);
    expect(scratch.slice(taken.length)).toMatch(/^-[0-9a-f]{24}\/[0-9a-f]{12}$/);
    // Another process finds the same.
    vi.resetModules();
    const again = await import("#surface/services/hold/shim.ts");
    expect(again.holdPlaces(data).scratch).toBe(scratch);
  });

  test("stay where they are for a process", () => {
    const data = join(room, "data");
    const before = holdPlaces(data).scratch;
    writeFileSync(taken, "");
    expect(holdPlaces(data).scratch).toBe(before);
  });
});
