// A system of its own for a test: a copy of this one that nobody else sees, with accounts of people, the client, and its own processes.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { onlyChild } from "#platform/namespaces.ts";
import { until } from "../until.ts";

/** What is done in it as root. */
export type Done = { readonly status: number | null; readonly text: string };

export type PrivateSystem = {
  /** A folder by which this process sees its files. */
  readonly view: string;
  /** A program and its words that run a command in it as root. */
  inside(...words: readonly string[]): readonly [program: string, words: readonly string[]];
  asRoot(line: string): Done;
  close(): Promise<void>;
};

/** Programs that it needs, by their names. */
export const SYSTEM_TOOLS: readonly string[] = ["useradd", "setpriv", "unshare", "nsenter"];
const READY_MS = 120_000;
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * A copy of this system that nobody else sees, and that is gone with its first process, which ends with this one: what is written lies in memory. `$1` a folder for
 * it, `$2` the client, `$3` names of people, the first of whom administers it. WHY no accounts of people, and none of our own places: other tests make some at the same time.
 */
const SYSTEM = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
for at in dev/shm tmp run; do mount -t tmpfs -o mode=1777 tmpfs "$at"; done
touch usr/local/bin/claude
mount --bind "$2" usr/local/bin/claude
rm -rf etc/claude-code etc/sallyport var/lib/sallyport var/lib/man-db/auto-update
for file in etc/passwd etc/shadow; do
  awk -F: -v people="$(awk -F: '$3 >= 1000 && $3 < 65000 { print $1 }' /etc/passwd)" \\
    'BEGIN { split(people, list, "\\n"); for (at in list) gone[list[at]] = 1 } !($1 in gone)' "/$file" >"$file"
done
sed -i /^sallyport:/d etc/group etc/gshadow
mkdir gone
pivot_root . gone
umount -l /gone
for name in $3; do useradd --create-home --shell /bin/bash "$name"; done
echo "\${3%% *} ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/people
chmod 0440 /etc/sudoers.d/people
echo ready
exec cat
`;

/** Makes it. The client is `/usr/local/bin/claude` in it. Needs root, and `SYSTEM_TOOLS`. */
export async function openPrivateSystem(
  people: readonly string[],
  client: string,
): Promise<PrivateSystem> {
  const room = mkdtempSync("/srv/sallyport-system-");
  const how = ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SYSTEM, "sh"];
  const holder = spawn("unshare", [...how, room, client, people.join(" ")], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [holder.stdout, holder.stderr])
    stream.on("data", (piece) => (said += String(piece)));
  const close = async (): Promise<void> => {
    if (holder.exitCode === null) {
      const ended = new Promise((resolve) => holder.once("exit", resolve));
      holder.kill("SIGKILL");
      await ended;
    }
    rmSync(room, { recursive: true, force: true, maxRetries: 5 });
  };
  await until("the system is there", () => said.includes("ready") || holder.exitCode !== null, {
    withinMs: READY_MS,
  });
  if (said.trim() !== "ready") {
    await close();
    throw new Error(`the system was not made: ${said}`);
  }
  const first = onlyChild(holder.pid ?? 0) ?? 0;
  const inside: PrivateSystem["inside"] = (...words) => [
    "nsenter",
    ["-t", String(first), "-m", "-p", "--", ...words],
  ];
  return {
    view: `/proc/${first}/root`,
    inside,
    close,
    asRoot(line) {
      const [program, words] = inside("sh", "-c", line);
      const ended = spawnSync(program, words, { env: { PATH }, encoding: "utf8" });
      return { status: ended.status, text: `${ended.stdout}${ended.stderr}` };
    },
  };
}
