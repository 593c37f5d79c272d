// A second name of the node: it stays when the first one goes.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isSameFile, keepNode, removeOtherNodes } from "#surface/foundation/product/kept-node.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let directory: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  directory = freshDirectory();
});
afterEach(() => directory.remove());

function managed() {
  const room = directory.path;
  const node = join(room, "versions", "v1", "bin", "node");
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(process.execPath, node);
  return { room, node, programs: join(room, "data", "programs") };
}

it("keeps a node that a version manager takes away, and gives the same path each time", () => {
  const { room, node, programs } = managed();
  const kept = keepNode(programs, node);
  expect(kept.startsWith(`${programs}/`)).toBe(true);
  expect(isSameFile(kept, node)).toBe(true);
  expect([keepNode(programs, node), keepNode(programs, kept)]).toEqual([kept, kept]);
  expect(readdirSync(dirname(kept))).toEqual(["node"]);
  expect(statSync(dirname(kept)).mode & 0o777).toBe(0o700);
  rmSync(join(room, "versions"), { recursive: true });
  const ran = spawnSync(kept, ["-p", "process.execPath"], { encoding: "utf8", env: {} });
  expect(ran.stdout.trim()).toBe(kept);
});

it("gives the node itself where the second name does not start, as one with its libraries beside it", () => {
  const { room, programs } = managed();
  const node = join(room, "linked-node");
  writeFileSync(node, '#!/bin/sh\n[ -e "${0%/*}/lib" ]\n', { mode: 0o755 });
  mkdirSync(join(room, "lib"));
  expect(spawnSync(node).status).toBe(0);
  expect(keepNode(programs, node)).toBe(node);
  expect(readdirSync(join(programs, "nodes"))).toEqual([]);
});

it("gives the node itself where no second name of it can be made", () => {
  const { room, node } = managed();
  const blocked = join(room, "file");
  writeFileSync(blocked, "");
  expect(keepNode(blocked, node)).toBe(node);
  expect(keepNode(join(room, "programs"), join(room, "gone"))).toBe(join(room, "gone"));
});

it("removes kept nodes that no program names", () => {
  const { room, node, programs } = managed();
  const other = join(room, "other-node");
  copyFileSync(process.execPath, other);
  const [kept, old] = [keepNode(programs, node), keepNode(programs, other)];
  removeOtherNodes(programs, [kept]);
  expect([existsSync(kept), existsSync(old), existsSync(other)]).toEqual([true, false, true]);
  removeOtherNodes(join(room, "nothing"), []);
});
