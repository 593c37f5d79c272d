// What is said where the machine's guard does not answer: commands that work as the unit stands.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { howToStart } from "#surface/services/machine/how-to-start.ts";

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "sallyport-units-"));
});
afterEach(() => rmSync(room, { recursive: true }));

test.each<[string, (unit: string) => void]>([
  ["there is no unit", () => undefined],
  ["the unit is a file", (unit) => writeFileSync(unit, "[Service]\n")],
  ["the unit is empty", (unit) => writeFileSync(unit, "")],
  ["the unit is a link to another", (unit) => symlinkSync("/usr/lib/other.service", unit)],
  ["a folder lies in its place", (unit) => mkdirSync(unit)],
])("it is started again where %s", (_, put) => {
  put(join(room, "sallyport.service"));
  expect(howToStart("sudo ", [room])).toBe("sudo systemctl restart sallyport");
});

test("it is unmasked first where somebody masked it", () => {
  symlinkSync("/dev/null", join(room, "sallyport.service"));
  expect(howToStart("", [join(room, "none"), room])).toBe(
    "systemctl unmask sallyport && systemctl restart sallyport",
  );
});
