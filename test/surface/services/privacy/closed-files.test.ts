// Files and folders that may not be read, where a person's data are looked for: told where something is in them, and never the end of it.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createMatcher } from "#record/privacy/person.ts";
import { folderPlace } from "#surface/services/privacy/folder-place.ts";

/** Root reads what is closed. */
const isRoot = process.getuid?.() === 0;

function stand() {
  const root = mkdtempSync(join(tmpdir(), "closed-files-"));
  const at = (path: string) => join(root, path);
  for (const folder of ["empty", "full", "kept", "listed"]) mkdirSync(at(folder));
  writeFileSync(at("full/note.md"), "of ada\n");
  writeFileSync(at("listed/note.md"), "of ada\n");
  writeFileSync(at("nothing"), "");
  writeFileSync(at("something"), "of ada\n");
  writeFileSync(at("note.md"), "of bob\nof ada\n");
  for (const path of ["empty", "full", "nothing", "something"]) chmodSync(at(path), 0o000);
  // Its names can be read, and nothing behind them.
  chmodSync(at("listed"), 0o444);
  onTestFinished(() => {
    for (const path of ["empty", "full", "listed"])
      if (existsSync(at(path))) chmodSync(at(path), 0o700);
    rmSync(root, { recursive: true });
  });
  const place = folderPlace({
    id: "notes",
    what: "notes",
    roots: [root],
    belonging: (path) => ({ kind: path === at("empty") ? "skipped" : "content" }),
  });
  return { at, place, matcher: createMatcher({ names: ["ada"], sessions: [] }) };
}

test("what may not be read is told, what holds nothing is not, and the rest is looked at", async () => {
  const { at, place, matcher } = stand();
  const found = await place.look(matcher);
  const acts = Object.fromEntries(found.map(({ path, act }) => [path, act]));
  expect(acts).toEqual({
    [at("note.md")]: "remove",
    [at("something")]: isRoot ? "remove" : "leave",
    ...(isRoot
      ? { [at("full/note.md")]: "remove", [at("listed/note.md")]: "remove" }
      : { [at("full")]: "leave", [at("listed")]: "leave" }),
  });
});

test("an export gives what may be read", async () => {
  const { at, place, matcher } = stand();
  const held = await place.read(matcher);
  const all = isRoot ? ["full/note.md", "listed/note.md", "note.md", "something"] : ["note.md"];
  expect(held.map(({ path }) => path)).toEqual(all.map(at));
});

test("an erasure goes on beside it and ends", async () => {
  const { at, place, matcher } = stand();
  await place.erase(matcher);
  expect(await place.look(matcher)).toHaveLength(isRoot ? 0 : 3);
  expect(existsSync(at("kept"))).toBe(true);
});
