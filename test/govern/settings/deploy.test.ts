// Settings files on disk: links refused, other people's edits kept, modes kept, nothing half written.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBelow, realFolder, replaceBelow } from "#govern/settings/deploy.ts";

let root = "";
let outside = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-deploy-")));
  outside = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-outside-")));
});
afterEach(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});
const file = () => join(root, ".claude", "settings.local.json");

describe("writing", () => {
  it("makes the folder and a file for its owner alone", async () => {
    await replaceBelow(root, file(), { expected: undefined, text: "{}\n" });
    expect(readFileSync(file(), "utf8")).toBe("{}\n");
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, ".claude"))).toEqual(["settings.local.json"]);
  });
  it("keeps the mode of a file that was there", async () => {
    mkdirSync(join(root, ".claude"));
    writeFileSync(file(), "old");
    chmodSync(file(), 0o640);
    await replaceBelow(root, file(), { expected: await readBelow(root, file()), text: "new" });
    expect(readFileSync(file(), "utf8")).toBe("new");
    expect(statSync(file()).mode & 0o777).toBe(0o640);
  });
  it("does not overwrite what somebody wrote in between", async () => {
    mkdirSync(join(root, ".claude"));
    writeFileSync(file(), "old");
    const expected = await readBelow(root, file());
    writeFileSync(file(), "theirs");
    await expect(replaceBelow(root, file(), { expected, text: "ours" })).rejects.toThrow(
      "changed meanwhile",
    );
    expect(readFileSync(file(), "utf8")).toBe("theirs");
  });
  it("removes a file, and only the one that was read", async () => {
    mkdirSync(join(root, ".claude"));
    writeFileSync(file(), "old");
    const expected = await readBelow(root, file());
    await replaceBelow(root, file(), { expected, text: undefined });
    expect(readdirSync(join(root, ".claude"))).toEqual([]);
  });
});

describe("links and odd files are refused", () => {
  it("a settings file that is a link", async () => {
    mkdirSync(join(root, ".claude"));
    writeFileSync(join(outside, "target"), "{}");
    symlinkSync(join(outside, "target"), file());
    await expect(readBelow(root, file())).rejects.toThrow("is a symlink");
    await expect(replaceBelow(root, file(), { expected: undefined, text: "x" })).rejects.toThrow(
      "is a symlink",
    );
    expect(readFileSync(join(outside, "target"), "utf8")).toBe("{}");
  });
  it("a settings folder that is a link out of the project", async () => {
    symlinkSync(outside, join(root, ".claude"));
    await expect(replaceBelow(root, file(), { expected: undefined, text: "x" })).rejects.toThrow(
      "is a symlink",
    );
    expect(readdirSync(outside)).toEqual([]);
  });
  it("a path outside the project", async () => {
    await expect(readBelow(root, join(root, "..", "x"))).rejects.toThrow("lies outside");
  });
  it("a folder in the file's place, bytes that are no text, a file too large", async () => {
    mkdirSync(file(), { recursive: true });
    await expect(readBelow(root, file())).rejects.toThrow("not a plain file");
    rmSync(file(), { recursive: true });
    writeFileSync(file(), Uint8Array.of(0x7b, 0xff, 0x7d));
    await expect(readBelow(root, file())).rejects.toThrow("not UTF-8");
    writeFileSync(file(), "x".repeat(1024 * 1024 + 1));
    await expect(readBelow(root, file())).rejects.toThrow("larger than 1 MiB");
  });
  it("a project that is missing or a file", async () => {
    await expect(realFolder(join(root, "none"))).rejects.toThrow("there is no folder");
    writeFileSync(join(root, "f"), "");
    await expect(realFolder(join(root, "f"))).rejects.toThrow("not a folder");
  });
});
