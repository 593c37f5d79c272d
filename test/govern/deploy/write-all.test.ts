// Several files as one: all or none, whatever lies in the way.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FileChange, writeAll } from "#govern/deploy/write-all.ts";
import { freshDirectory } from "../../surface/daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let root = "";
beforeEach(() => {
  room = freshDirectory();
  root = join(room.path, "etc");
  mkdirSync(root, { mode: 0o755 });
  chmodSync(root, 0o755);
});
afterEach(() => room.remove());

const at = (name: string) => join(root, name);
const fresh = (name: string, text: string): FileChange => ({
  path: at(name),
  before: undefined,
  after: { text, mode: 0o644 },
});
const write = (...changes: readonly FileChange[]) => writeAll(changes, { root, isShared: true });
const allNames = () => readdirSync(root, { recursive: true }).map(String).sort();

test("new files and folders are readable by all", async () => {
  await write(fresh("a.json", "1"), fresh("d/b.json", "2"));
  expect([readFileSync(at("a.json"), "utf8"), readFileSync(at("d/b.json"), "utf8")]).toEqual([
    "1",
    "2",
  ]);
  expect(statSync(at("d")).mode & 0o777).toBe(0o755);
  expect(statSync(at("d/b.json")).mode & 0o777).toBe(0o644);
});

test("a file is replaced with its rights, and another removed", async () => {
  writeFileSync(at("a"), "old", { mode: 0o666 });
  writeFileSync(at("b"), "gone", { mode: 0o644 });
  chmodSync(at("a"), 0o666);
  await write(
    {
      path: at("a"),
      before: { text: "old", mode: 0o666 },
      after: { text: "new", mode: 0o644 },
    },
    { path: at("b"), before: { text: "gone", mode: 0o644 }, after: undefined },
  );
  expect(readFileSync(at("a"), "utf8")).toBe("new");
  expect(statSync(at("a")).mode & 0o777).toBe(0o644);
  expect(allNames()).toEqual(["a"]);
});

describe("nothing is written where", () => {
  const good = () => fresh("first.json", "1");
  test.each<[string, () => void, string]>([
    ["a file came there meanwhile", () => writeFileSync(at("x"), "theirs"), "changed meanwhile"],
    ["a link lies there", () => symlinkSync("/dev/null", at("x")), "is a symlink"],
    ["a link leads there", () => symlinkSync(room.path, at("d")), "is a symlink"],
    ["a folder lies there", () => mkdirSync(at("x")), "is not a plain file"],
    ["the folder may be written by others", () => chmodSync(root, 0o777), "others may write"],
    [
      "10 MB lie there",
      () => writeFileSync(at("x"), Buffer.alloc(10_000_000, 32)),
      "larger than 1 MiB",
    ],
    ["no text lies there", () => writeFileSync(at("x"), Buffer.from([0xff])), "is not UTF-8"],
  ])("%s", async (_, prepare, why) => {
    prepare();
    const before = allNames();
    // The folder above the root is not looked at: its own rights are what a test gives it.
    const changes = [good(), fresh("x", "1"), fresh("d/y", "2")];
    await expect(writeAll(changes, { root: room.path, isShared: true })).rejects.toThrow(why);
    expect(allNames()).toEqual(before);
  });

  test("the rights of a file were changed meanwhile", async () => {
    writeFileSync(at("x"), "1");
    chmodSync(at("x"), 0o666);
    const change = {
      path: at("x"),
      before: { text: "1", mode: 0o644 },
      after: { text: "2", mode: 0o644 },
    };
    await expect(write(good(), change)).rejects.toThrow("changed meanwhile");
    expect(allNames()).toEqual(["x"]);
  });

  test("another user owns the folder", async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip("giving a folder away needs root");
    mkdirSync(at("d"));
    chownSync(at("d"), 65_534, 65_534);
    await expect(write(good(), fresh("d/y", "2"))).rejects.toThrow("belongs to another user");
    expect(allNames()).toEqual(["d"]);
  });
});

test("nothing is replaced where another file cannot be written beside its place", async () => {
  writeFileSync(at("a"), "old", { mode: 0o640 });
  chmodSync(at("a"), 0o640);
  const long = `${"n".repeat(250)}.json`;
  const first: FileChange = {
    path: at("a"),
    before: { text: "old", mode: 0o640 },
    after: { text: "new", mode: 0o644 },
  };
  // The name is too long for the file beside it, so that writing fails and looking does not.
  await expect(write(first, fresh(long, "2"))).rejects.toThrow("so none was");
  expect(readFileSync(at("a"), "utf8")).toBe("old");
  expect(allNames()).toEqual(["a"]);
});

test("a file that changes between the first look and the last is kept, and those before it are put back", async () => {
  writeFileSync(at("a"), "old");
  writeFileSync(at("b"), "old");
  chmodSync(at("a"), 0o644);
  chmodSync(at("b"), 0o644);
  let looks = 0;
  const change = (name: string): FileChange => ({
    path: at(name),
    before: { text: "old", mode: 0o644 },
    after: { text: "new", mode: 0o644 },
  });
  const meddled: FileChange = {
    ...change("b"),
    // Whoever writes here does so after everything was staged.
    get after() {
      looks += 1;
      if (looks === 2) writeFileSync(at("b"), "theirs");
      return { text: "new", mode: 0o644 };
    },
  };
  await expect(write(change("a"), meddled)).rejects.toThrow("changed meanwhile");
  expect([readFileSync(at("a"), "utf8"), readFileSync(at("b"), "utf8")]).toEqual(["old", "theirs"]);
  expect(allNames()).toEqual(["a", "b"]);
});

test("folders that were made go again when nothing is written", async () => {
  await expect(write(fresh(`d/e/${"n".repeat(250)}`, "1"))).rejects.toThrow("so none was");
  expect(existsSync(at("d"))).toBe(false);
});
