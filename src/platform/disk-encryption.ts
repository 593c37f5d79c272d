// Whether the disk under a path is encrypted, as far as the system tells an ordinary user.
import { execFileSync } from "node:child_process";
import { readdirSync, realpathSync } from "node:fs";
import { readSystemFile, thisSystem } from "./system.ts";

/** `unknown` is never silence: `by` says why, or what encrypts. */
export type DiskEncryption = {
  readonly state: "encrypted" | "not-encrypted" | "memory" | "unknown";
  readonly by: string;
};

/** What the kernel tells of block devices, by `major:minor`. */
export type BlockDevices = {
  /** The device mapper's uuid, which says which program made it; undefined for other devices. */
  uuid(device: string): string | undefined;
  /** The devices that it lies on. */
  below(device: string): readonly string[];
};

const DEPTH_MAX = 8;

/** Looks at the disk under a path that exists. */
export function diskEncryption(path: string): DiskEncryption {
  const system = thisSystem();
  switch (system) {
    case "linux":
    case "wsl": {
      const mounts = readSystemFile("/proc/self/mountinfo");
      if (mounts === undefined) return { state: "unknown", by: "the system hides its mounts" };
      const real = orUndefined(() => realpathSync(path)) ?? path;
      return encryptionUnder(mounts, real, blockDevices);
    }
    case "macos":
      return fileVault();
    case "windows":
    case "other":
      return { state: "unknown", by: "this system is not asked" };
    default:
      return system satisfies never;
  }
}

/** The same from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export function encryptionUnder(
  mountinfo: string,
  path: string,
  devices: BlockDevices,
): DiskEncryption {
  const mount = mountOf(mountinfo, path);
  if (mount === undefined) return { state: "unknown", by: "no mount of it is known" };
  const { device, type } = mount;
  if (type === "tmpfs" || type === "ramfs") return { state: "memory", by: type };
  if (type === "ecryptfs" || /^fuse\.(?:gocryptfs|encfs|cryfs|securefs)$/.test(type))
    return { state: "encrypted", by: type };
  const crypt = cryptBelow(device, devices, 0);
  if (crypt !== undefined) return { state: "encrypted", by: crypt };
  // WHY: a device number of 0 is no disk; what lies below an overlay, a network or a pool cannot be told from here.
  if (device.startsWith("0:") || type === "zfs")
    return { state: "unknown", by: `what lies below ${type} is not told` };
  return { state: "not-encrypted", by: `${type} on a plain disk` };
}

function mountOf(
  mountinfo: string,
  path: string,
): { readonly device: string; readonly type: string } | undefined {
  let found: { device: string; type: string; length: number } | undefined;
  for (const line of mountinfo.split("\n")) {
    const [left, right] = line.split(" - ");
    const [, , device, , at] = left?.split(" ") ?? [];
    const type = right?.split(" ")[0];
    if (device === undefined || at === undefined || type === undefined) continue;
    const point = at.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isUnder = point === "/" || path === point || path.startsWith(`${point}/`);
    // A later mount at the same place covers the one before.
    if (isUnder && point.length >= (found?.length ?? 0))
      found = { device, type, length: point.length };
  }
  return found;
}

/** LVM on LUKS is a device on a device. */
function cryptBelow(device: string, devices: BlockDevices, depth: number): string | undefined {
  const uuid = devices.uuid(device);
  if (uuid?.startsWith("CRYPT-") === true)
    return `dm-crypt (${uuid.split("-")[1]?.toLowerCase() ?? "plain"})`;
  if (depth >= DEPTH_MAX) return undefined;
  const below = devices.below(device).map((one) => cryptBelow(one, devices, depth + 1));
  return below.length > 0 && below.every((one) => one !== undefined) ? below[0] : undefined;
}

const blockDevices: BlockDevices = {
  uuid: (device) => readSystemFile(`/sys/dev/block/${device}/dm/uuid`)?.trim(),
  below: (device) =>
    (orUndefined(() => readdirSync(`/sys/dev/block/${device}/slaves`)) ?? []).flatMap(
      (name) => readSystemFile(`/sys/class/block/${name}/dev`)?.trim() ?? [],
    ),
};

function fileVault(): DiskEncryption {
  const told = orUndefined(() =>
    execFileSync("/usr/bin/fdesetup", ["status"], { encoding: "utf8", timeout: 5_000 }),
  );
  if (told?.includes("FileVault is On") === true) return { state: "encrypted", by: "FileVault" };
  if (told?.includes("FileVault is Off") === true)
    return { state: "not-encrypted", by: "FileVault is off" };
  return { state: "unknown", by: "FileVault did not say" };
}

function orUndefined<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
