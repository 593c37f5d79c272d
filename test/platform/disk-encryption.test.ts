// Encryption of the disk under a path: told by the device mapper, through what lies below, and unknown rather than guessed.
import { describe, expect, it } from "vitest";
import { type BlockDevices, diskEncryption, encryptionUnder } from "#platform/disk-encryption.ts";

const MOUNTS = [
  "22 1 253:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw",
  "23 22 8:2 / /boot rw,relatime - ext4 /dev/sda2 rw",
  "24 22 253:0 / /home rw,relatime - xfs /dev/mapper/home rw",
  "25 22 0:40 / /run/user/1000 rw - tmpfs tmpfs rw",
  "26 22 0:41 / /mnt/with\\040space rw - nfs4 host:/x rw",
  "27 22 0:42 / /private rw - fuse.gocryptfs /x rw",
  "28 22 9:1 / /raid rw - ext4 /dev/md1 rw",
].join("\n");
const UUIDS: Readonly<Record<string, string>> = {
  "253:0": "CRYPT-LUKS2-1122-home",
  "253:1": "LVM-abc",
  "253:9": "CRYPT-LUKS2-3344-pv",
};
const BELOW: Readonly<Record<string, readonly string[]>> = {
  "253:1": ["253:9"],
  "253:9": ["8:3"],
  "9:1": ["253:9", "8:5"],
};
const devices: BlockDevices = {
  uuid: (device) => UUIDS[device],
  below: (device) => BELOW[device] ?? [],
};

describe("the disk under a path", () => {
  it.each([
    ["/home/ada/.claude", "encrypted", "dm-crypt (luks2)"],
    ["/var/lib", "encrypted", "dm-crypt (luks2)"],
    ["/boot/grub", "not-encrypted", "ext4 on a plain disk"],
    ["/bootleg", "encrypted", "dm-crypt (luks2)"],
    ["/run/user/1000/x", "memory", "tmpfs"],
    ["/mnt/with space/x", "unknown", "what lies below nfs4 is not told"],
    ["/private/x", "encrypted", "fuse.gocryptfs"],
    ["/raid/half-encrypted", "not-encrypted", "ext4 on a plain disk"],
  ])("%s is %s", (path, state, by) => {
    expect(encryptionUnder(MOUNTS, path, devices)).toEqual({ state, by });
  });
  it("of this machine is one of the answers, with a reason", () => {
    const { state, by } = diskEncryption(process.cwd());
    expect(["encrypted", "not-encrypted", "memory", "unknown"]).toContain(state);
    expect(by).not.toBe("");
  });
});
