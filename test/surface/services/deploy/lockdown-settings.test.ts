// What a lockdown writes into managed settings: beside what is there, taken out byte for byte, and never over somebody else's file.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsInWords } from "#surface/cli/commands/policy/lockdown.ts";
import {
  lockdownText,
  putLockdownSettings,
  takeLockdownSettings,
} from "#surface/services/deploy/lockdown-settings.ts";
import { prepareDirectories } from "#surface/foundation/files/directories.ts";
import { lintText } from "../../../govern/settings/lint/lint-text.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const ROOT = 0;
let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

const stand = () => {
  const directories = prepareDirectories(join(room.path, "data"));
  const root = join(room.path, "machine");
  mkdirSync(join(root, "etc"), { recursive: true });
  chmodSync(root, 0o755);
  chmodSync(join(root, "etc"), 0o755);
  const directory = join(root, "etc/claude-code");
  const machine = { root, directory, policyFile: join(root, "etc/sallyport/policy.yaml") };
  const dropIns = join(directory, "managed-settings.d");
  return { directories, machine, dropIns, path: join(dropIns, "99-sallyport-lockdown.json") };
};

describe("as the administrator", () => {
  test("the file refuses everything, and what was there before is there again after", async () => {
    const { directories, machine, dropIns, path } = stand();
    expect(await putLockdownSettings(machine, directories, ROOT)).toEqual({
      path,
      state: "written",
    });
    expect(readFileSync(path, "utf8")).toBe(lockdownText());
    expect((await putLockdownSettings(machine, directories, ROOT)).state).toBe("there");
    expect((await takeLockdownSettings(machine, directories, ROOT)).state).toBe("removed");
    // The folders were made for it alone.
    expect(existsSync(dropIns)).toBe(false);
    expect(readdirSync(join(machine.root, "etc"))).toEqual([]);
    expect(existsSync(directories.lockdownSettings)).toBe(false);
    expect((await takeLockdownSettings(machine, directories, ROOT)).state).toBe("missing");
  });
  test("files beside it and folders that were there stay as they are", async () => {
    const { directories, machine, dropIns } = stand();
    mkdirSync(dropIns, { recursive: true });
    for (const folder of [machine.directory, dropIns]) chmodSync(folder, 0o755);
    await putLockdownSettings(machine, directories, ROOT);
    await takeLockdownSettings(machine, directories, ROOT);
    expect(readdirSync(dropIns)).toEqual([]);
    const other = join(dropIns, "50-sallyport.json");
    writeFileSync(other, '{"a":  1}');
    await putLockdownSettings(machine, directories, ROOT);
    await takeLockdownSettings(machine, directories, ROOT);
    expect(readdirSync(dropIns)).toEqual(["50-sallyport.json"]);
    expect(readFileSync(other, "utf8")).toBe('{"a":  1}');
  });
  test("it is taken out without a record too, and an older version's by its record", async () => {
    const { directories, machine, path } = stand();
    const elsewhere = prepareDirectories(join(room.path, "data of root"));
    await putLockdownSettings(machine, directories, ROOT);
    expect((await takeLockdownSettings(machine, elsewhere, ROOT)).state).toBe("removed");
    await putLockdownSettings(machine, directories, ROOT);
    writeFileSync(path, "{}");
    expect((await takeLockdownSettings(machine, directories, ROOT)).state).toBe("foreign");
    expect(readFileSync(path, "utf8")).toBe("{}");
  });
  test("somebody else's file, a link and a folder that others may write are left alone", async () => {
    const { directories, machine, dropIns, path } = stand();
    mkdirSync(dropIns, { recursive: true });
    for (const folder of [machine.directory, dropIns]) chmodSync(folder, 0o755);
    writeFileSync(path, '{"theirs":1}');
    expect((await putLockdownSettings(machine, directories, ROOT)).state).toBe("foreign");
    expect((await takeLockdownSettings(machine, directories, ROOT)).state).toBe("foreign");
    expect(readFileSync(path, "utf8")).toBe('{"theirs":1}');
    const open = stand().machine;
    const folder = join(room.path, "open");
    mkdirSync(join(folder, "managed-settings.d"), { recursive: true });
    chmodSync(folder, 0o777);
    const put = putLockdownSettings(
      { ...open, root: room.path, directory: folder },
      directories,
      0,
    );
    await expect(put).rejects.toThrow("others may write");
    expect(readdirSync(join(folder, "managed-settings.d"))).toEqual([]);
  });
});

test("without rights nothing is written or removed, and it is said", async () => {
  const { directories, machine, path } = stand();
  expect((await putLockdownSettings(machine, directories, 1000)).state).toBe("no-rights");
  expect(existsSync(dirname(path))).toBe(false);
  await putLockdownSettings(machine, directories, ROOT);
  const left = await takeLockdownSettings(machine, directories, 1000);
  expect(left.state).toBe("no-rights");
  expect(existsSync(path)).toBe(true);
  expect(settingsInWords(left, true)).toEqual({
    text: expect.stringContaining("you may not write there"),
    isHeld: false,
  });
});

test("the file denies every tool that acts, with no fault as managed settings", () => {
  const settings = JSON.parse(lockdownText()) as { permissions: { deny: readonly string[] } };
  expect(settings.permissions.deny).toEqual(
    expect.arrayContaining(["Bash", "Read", "Edit", "Write", "WebFetch", "Agent", "mcp__*"]),
  );
  const faults = lintText(settings, "managed").filter(({ severity }) => severity === "error");
  expect(faults).toEqual([]);
});

test("a file that the client does not read is no lockdown, and that is said", () => {
  const written = { path: "/etc/x.json", state: "written" } as const;
  expect(settingsInWords(written, true)).toMatchObject({ isHeld: true });
  expect(settingsInWords(written, false)).toEqual({
    text: expect.stringContaining("device management"),
    isHeld: false,
  });
});
