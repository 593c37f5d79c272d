// Managed settings by platform, what is missing of them, dead places, and repository settings that git does not follow.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PLATFORMS } from "#govern/settings/managed-directory.ts";
import { DEAD_FILES } from "#govern/settings/lint/file.ts";
import {
  deadFiles,
  isManagedPath,
  managedFiles,
  platformOf,
} from "#surface/services/settings/managed-places.ts";
import {
  uncommittedSettings,
  unmanagedPolicy,
} from "#surface/services/settings/lint-surroundings.ts";
import { checkClientSettings } from "#surface/services/status/client-settings.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

describe("M7.3 managed settings", () => {
  it.each([
    ["linux", "/etc/claude-code/", "/"],
    ["macos", "/Library/Application Support/ClaudeCode/", "/"],
    ["windows", "C:\\Program Files\\ClaudeCode\\", "\\"],
  ] as const)("of %s are looked for in %s", async (platform, home, separator) => {
    const folder = `${home}managed-settings.d`;
    const list = async (asked: string) => {
      expect(asked).toBe(folder);
      return ["b.json", ".c.json", "d.txt"];
    };
    const files = await managedFiles(platform, list);
    expect(files).toEqual([`${home}managed-settings.json`, `${folder}${separator}b.json`]);
    expect(files.every((file) => isManagedPath(file, platform))).toBe(true);
    const others = PLATFORMS.filter((one) => one !== platform);
    expect(others.some((other) => isManagedPath(files[0] ?? "", other))).toBe(false);
    expect(deadFiles(platform, () => true)).toEqual(DEAD_FILES[platform]);
    expect(deadFiles(platform, () => false)).toEqual([]);
    for (const dead of DEAD_FILES[platform]) expect(isManagedPath(dead, platform)).toBe(false);
  });
  it("inside WSL are those of Linux", () => {
    expect(platformOf("wsl")).toBe("linux");
  });
  it("M7.11 are missing where the machine has a managed policy and no file of them is there", async () => {
    const file = join(room.path, "policy.yaml");
    const settings = join(room.path, "managed-settings.json");
    const machine = { managed: { file, owner: 0 }, settings: [settings], isByDevice: false };
    expect(unmanagedPolicy(machine)).toBeUndefined();
    writeFileSync(file, "id: a\n");
    expect(unmanagedPolicy(machine)).toBe(file);
    expect(unmanagedPolicy({ ...machine, isByDevice: true })).toBeUndefined();
    const around = { environment: process.env, ours: (words: string) => `sallyport ${words}` };
    const told = async () =>
      (await checkClientSettings(room.path, around, machine)).map(({ about }) => about);
    expect(await told()).toContain("managed");
    writeFileSync(settings, "{}");
    expect(unmanagedPolicy(machine)).toBeUndefined();
    expect(await told()).not.toContain("managed");
  });
});

describe("M7.15 a repository's settings", () => {
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-C", room.path, ...words], { stdio: "ignore" });
  const standing = () => uncommittedSettings(room.path, process.env);
  it("are found until git follows them, and only in a repository", async () => {
    mkdirSync(join(room.path, ".claude"));
    const file = join(room.path, ".claude", "settings.json");
    expect(await standing()).toBeUndefined();
    writeFileSync(file, "{}");
    expect(await standing()).toBeUndefined();
    git("init", "-q");
    expect(await standing()).toBe(file);
    expect(await uncommittedSettings(room.path, { ...process.env, HOME: room.path })).toBe(
      undefined,
    );
    git("add", ".claude/settings.json");
    expect(await standing()).toBeUndefined();
  });
});
