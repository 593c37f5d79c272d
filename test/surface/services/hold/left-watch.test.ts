// What processes leave between calls, looked at while they write it: each thing is told once.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parentDirectory } from "../../../judging.ts";
import { needsOf } from "#guard/hold/needs.ts";
import { createGitIndexes } from "#surface/services/facts/git/git-copies.ts";
import { openLeftWatch } from "#surface/services/hold/left-watch.ts";
import { createPlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

let room = "";
let projectRoot = "";
beforeEach(() => {
  room = realpathSync(mkdtempSync(join(parentDirectory(), "left-")));
  projectRoot = join(room, "project");
  mkdirSync(projectRoot);
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

/** What is told after a session looked at the project after each of the steps. */
async function toldAfter(steps: readonly (() => void)[]): Promise<string | undefined> {
  const place = { projectId: "p", sessionId: "s", projectRoot };
  const finder = createPlaceFinder({ looksInPackages: true });
  const policy = loadPack("team");
  const find = () => finder.find({ policy, projectRoot, home: room, nowMs: Date.now() });
  const watch = openLeftWatch(join(room, "made"), {
    indexes: createGitIndexes(),
    nowMs: Date.now,
    isOpen: () => false,
  });
  const needs = needsOf({ effects: [], projectRoot, programs: [] });
  const call = { ticket: "t", effects: [], needs, isApproved: false };
  watch.begin(place, find(), { ...call, isQuiet: false, goes: [] });
  for (const step of steps) {
    step();
    for (const one of watch.followed()) watch.lookBetween(one, find(), false);
  }
  return await watch.takeBetween(place, find);
}

const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(projectRoot, path, ".."), { recursive: true });
  writeFileSync(join(projectRoot, path), text, { mode });
};
/** A repository that was not there when the call began. */
function makeRepository(): void {
  for (const name of ["HEAD", "config", "objects/x", "refs/x"]) write(`s/.git/${name}`, "");
}
const setting = (key: string): string => `[core]\n${key} = evil\n`;

test("a folder of hooks that grows too large to be told by its hooks", async () => {
  const told = await toldAfter([
    makeRepository,
    () => write("s/.git/hooks/update", "#!/bin/sh\n", 0o755),
    () => Array.from({ length: 1_100 }, (_, at) => write(`s/.git/hooks/a${at}`, "")),
  ]);
  expect(told).toContain("`s/.git/hooks` ");
  expect(told?.match(/tell the person/g)).toHaveLength(1);
});

test("settings that are written one after the other, with all of them", async () => {
  const told = await toldAfter([
    makeRepository,
    () => write("s/.git/config", setting("fsmonitor")),
    () => write("s/.git/config", setting("fsmonitor") + setting("sshCommand")),
  ]);
  expect(told).toMatch(/`core.fsmonitor`.+`core.sshcommand`/);
  expect(told?.match(/tell the person/g)).toHaveLength(1);
});
