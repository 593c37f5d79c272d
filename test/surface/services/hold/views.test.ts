// Views on disk: made once for each state of a file, there for calls that were answered before, and swept a day after their process.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createViews, sweepViews } from "#surface/services/hold/places/views.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const SECRET = "TOKEN=canary-4711-of-views\n";
const DAY_MS = 86_400_000;
let room: ReturnType<typeof freshDirectory>;
const at = (name: string): string => join(room.path, name);
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

test("the view of a file is made once, and again when it changes; the one of before stays", async () => {
  writeFileSync(at(".env"), SECRET);
  const views = createViews(at("views"));
  const first = await views.of(at(".env"));
  expect(first).toBeDefined();
  expect(await views.of(at(".env"))).toBe(first);
  expect(readFileSync(first ?? "", "utf8")).toMatch(/^TOKEN=(?!canary).{20}\n$/);
  writeFileSync(at(".env"), `${SECRET}PORT=1\n`);
  const second = await views.of(at(".env"));
  expect(second).not.toBe(first);
  expect(readFileSync(second ?? "", "utf8")).toContain("PORT=1\n");
  expect(existsSync(first ?? "")).toBe(true);
});

test("none is made of a pipe, a directory, what is too large or not there", async () => {
  execFileSync("mkfifo", [at(".env")]);
  mkdirSync(at(".env.d"));
  writeFileSync(at(".env.large"), `A=${"x".repeat(1_048_577)}`);
  const views = createViews(at("views"));
  for (const name of [".env", ".env.d", ".env.large", ".env.none"])
    expect([name, await views.of(at(name))]).toEqual([name, undefined]);
});

test("those of a process that ended are swept after the time of a ticket, and no others", async () => {
  const ended = spawnSync("true").pid;
  const names = [`${ended}-new`, `${ended}-old`, `${process.pid}-old`];
  for (const name of names) mkdirSync(at(`views/${name}`), { recursive: true });
  const before = new Date(Date.now() - 2 * DAY_MS);
  for (const name of names.slice(1)) utimesSync(at(`views/${name}`), before, before);
  sweepViews(at("views"), { nowMs: Date.now(), ageMs: DAY_MS });
  expect(new Set(readdirSync(at("views")))).toEqual(new Set([names[0], names[2]]));
  sweepViews(at("none"), { nowMs: Date.now(), ageMs: DAY_MS });
});
