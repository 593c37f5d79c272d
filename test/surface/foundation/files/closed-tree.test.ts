// Trees that hold closed directories are removed, and nothing that a link in them leads to.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { removeTree, removeTreeLater } from "#surface/foundation/files/closed-tree.ts";
import { until } from "../../../until.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-closed-"));
const outside = join(room, "outside");
let tree = "";
beforeEach(() => {
  tree = mkdtempSync(join(room, "tree-"));
  for (const path of [outside, join(tree, "none"), join(tree, "kept", "deep")]) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "file"), "as it was\n");
  }
  symlinkSync(outside, join(tree, "kept", "deep", "link"));
  symlinkSync(outside, join(tree, "link"));
  chmodSync(join(tree, "none"), 0);
  chmodSync(join(tree, "kept", "deep"), 0o555);
  chmodSync(join(tree, "kept"), 0o555);
});
afterAll(() => removeTree(room));

describe("a tree with directories that nobody may enter or change", () => {
  it("is removed, and no place that its links lead to", () => {
    removeTree(tree);
    expect([existsSync(tree), existsSync(join(outside, "file"))]).toEqual([false, true]);
    expect(() => removeTree(tree)).not.toThrow();
  });
  it("is removed without anybody waiting", async () => {
    removeTreeLater(tree);
    await until("the tree is gone", () => !existsSync(tree));
    expect(existsSync(join(outside, "file"))).toBe(true);
  });
});

it("what cannot be removed is told", () => {
  expect(() => removeTree("/proc/self/status")).toThrow(/^E[A-Z]+: /);
});
