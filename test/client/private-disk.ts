// What only the processes of one test see: a small disk that is made read-only or full at will, or an /etc of its own.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Something mounted over a directory. The test itself does not see it there, but below `view`. */
export type PrivateDisk = {
  /** A prefix for absolute paths by which this process sees the disk. */
  readonly view: string;
  /** The beginning of a command line that runs in the namespace, in `directory`. */
  enter(directory: string): readonly string[];
  /** Runs a shell command in the namespace. Throws when it fails. */
  run(script: string): void;
  /** Ends the namespace. */
  close(): void;
};

/** Programs of util-linux. */
const namespacer = "unshare";
const enterer = "nsenter";
const sizeMib = 64;
const readyMs = 30_000;

/** Mounts a disk of 64 MiB over an existing directory, mode 0700. Needs root; ask `whyMissing(["managed"])` first. */
export function openPrivateDisk(directory: string): Promise<PrivateDisk> {
  return openNamespace('mount -t tmpfs -o "mode=0700,size=$2m" tmpfs "$1"', [
    directory,
    String(sizeMib),
  ]);
}

/**
 * Shell commands that mount a copy of /etc over it, without managed settings, by way of the empty directory `$1`. WHY in memory:
 * thousands of small files take a disk many times as long.
 */
export const MOUNT_PRIVATE_ETC =
  'mount -t tmpfs -o mode=0755 tmpfs "$1" && cp -a /etc/. "$1" && rm -rf "$1/claude-code" "$1/sallyport" && mount --bind "$1" /etc';

/** Mounts a copy of /etc over it, without managed settings. `copy` must not exist yet. Needs root. */
export async function openPrivateEtc(copy: string): Promise<PrivateDisk> {
  mkdirSync(copy);
  return openNamespace(MOUNT_PRIVATE_ETC, [copy]);
}

async function openNamespace(mount: string, args: readonly string[]): Promise<PrivateDisk> {
  const script = `mount --make-rprivate / && ${mount} && echo ready && exec sleep 3600`;
  const holder = spawn(namespacer, ["-m", "sh", "-c", script, "sh", ...args], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  const isReady = await Promise.race([
    new Promise<boolean>((resolve) => {
      holder.stdout.once("data", () => resolve(true));
      holder.once("exit", () => resolve(false));
    }),
    pause(readyMs, false),
  ]);
  const id = holder.pid;
  if (!isReady || id === undefined) {
    holder.kill("SIGKILL");
    throw new Error("what is private could not be mounted");
  }
  const enter = (where: string): readonly string[] => [
    ...[enterer, "-t", String(id), "-m", "--", "sh", "-c"],
    ...['cd "$1" && shift && exec "$@"', "sh", where],
  ];
  return {
    view: `/proc/${id}/root`,
    enter,
    run(command) {
      const args = [...enter("/").slice(1), "sh", "-c", command];
      const { status, stderr } = spawnSync(enterer, args, { encoding: "utf8", timeout: 30_000 });
      if (status !== 0) throw new Error(`\`${command}\` ended with ${status}: ${stderr}`);
    },
    close: () => {
      holder.kill("SIGKILL");
    },
  };
}
