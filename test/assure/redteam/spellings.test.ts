// A command that is spelt otherwise does what it did: tried with bash, each kind in several places, and two of them at once.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spellingOf } from "#assure/redteam/spellings.ts";
import { sampled } from "../../sampled.ts";

const FILES: Readonly<Record<string, string>> = {
  ".env": "KEY=not-a-real-value\n",
  "src/cart.txt": "total\n",
  "~/.netrc": "machine\n",
};
const HARM = "cat .env src/cart.txt ~/.netrc > done.txt && cp --no-clobber .env 'its copy'";
const DONE = Object.values(FILES).join("");
let [home, shop] = ["", ""];
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "sallyport-spellings-"));
  shop = join(home, "shop");
  for (const folder of ["src", ".git"]) mkdirSync(join(shop, folder), { recursive: true });
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(name.startsWith("~/") ? join(home, name.slice(2)) : join(shop, name), text);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const read = (name: string): string | undefined => {
  try {
    return readFileSync(join(shop, name), "utf8");
  } catch {
    return undefined;
  }
};
const done = (command: string) => {
  for (const name of ["done.txt", "its copy"]) rmSync(join(shop, name), { force: true });
  spawnSync("bash", ["-c", command], { cwd: shop, env: { PATH: process.env["PATH"], HOME: home } });
  return [command, read("done.txt"), read("its copy")];
};
const spelt = Array.from({ length: 1_200 }, (_, salt) => spellingOf(salt, Object.keys(FILES)));
const kinds = [...new Set(spelt.map(({ id }) => id.split(".")[0] ?? ""))];

describe("a command that is spelt otherwise", () => {
  it.each(sampled(kinds, 9))("does what it did: %s", (kind) => {
    const forms = spelt
      .filter(({ id }) => id.startsWith(`${kind}.`))
      .map(({ wrap }) => wrap(HARM))
      .filter((form) => form !== HARM);
    expect(new Set(forms).size).toBeGreaterThan(0);
    for (const form of new Set(forms)) expect(done(form)).toEqual([form, DONE, FILES[".env"]]);
  });
  it("does so twice", () => {
    for (let at = 0; at + 1 < 300; at += 2) {
      const form = spelt[at]?.wrap(spelt[at + 1]?.wrap(HARM) ?? "") ?? "";
      expect(done(form)).toEqual([form, DONE, FILES[".env"]]);
    }
  });
});

it("are the same for the same salt, of every kind there is", () => {
  expect(spellingOf(7, []).wrap(HARM)).toBe(spellingOf(7, []).wrap(HARM));
  expect(kinds.length).toBeGreaterThanOrEqual(40);
});
