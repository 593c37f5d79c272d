// Each wrapping runs what it was given: tried with bash, alone and in one another.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WRAPPINGS } from "#assure/redteam/wrappings.ts";
import { sampled } from "../../sampled.ts";

const WORDS = `it's "so" $HOME \\ é`;
const HARM = `printf '%s' 'it'\\''s "so" $HOME \\ é' > done.txt`;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-wrappings-"));
});
beforeEach(() => rmSync(join(folder, "done.txt"), { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (program: string): boolean =>
  spawnSync("bash", ["-c", `command -v ${program}`]).status === 0;
const done = (command: string): string => {
  execFileSync("bash", ["-c", command], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const file = join(folder, "done.txt");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

describe("a wrapped command", () => {
  it.for(WRAPPINGS)("does what it does alone: $id", ({ wrap, needs = "bash" }, ctx) => {
    if (!has(needs)) return ctx.skip(`no \`${needs}\` here`);
    expect(wrap(HARM)).not.toBe(HARM);
    expect(done(wrap(HARM))).toBe(WORDS);
  });

  it.for(sampled(WRAPPINGS, 9))("does so within another one, and around it: $id", (one, ctx) => {
    if (!has(one.needs ?? "bash")) return ctx.skip(`no \`${one.needs}\` here`);
    for (const id of ["bash", "here-document", "function"]) {
      const other = WRAPPINGS.find((wrapping) => wrapping.id === id);
      for (const command of [
        one.wrap(other?.wrap(HARM) ?? ""),
        other?.wrap(one.wrap(HARM)) ?? "",
      ]) {
        rmSync(join(folder, "done.txt"), { force: true });
        expect([command, done(command)]).toEqual([command, WORDS]);
      }
    }
  });
});

it("are at least 25, and have names of their own", () => {
  const ids = WRAPPINGS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(25);
});
