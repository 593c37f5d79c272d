// Runs a script of these in a network of its own, in which every name resolves and nothing leads outside, as root or as another user. Needs root.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { EVIL_ADDRESS, OTHER_ADDRESS } from "./strangers.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

// WHY routes and no addresses of an interface: what is an address of this machine, we reach for nobody.
const SETUP = `set -e
ip link set lo up
for address in ${EVIL_ADDRESS} ${OTHER_ADDRESS}; do ip route add local $address/32 dev lo; done
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
mount --make-rprivate /
mount --bind "$1" "$(readlink -f /etc/resolv.conf)"
shift
exec "$@"`;

/** Where the parts of a measurement are, and who has it. */
export type OwnRoom = {
  /** The program of the client, which everybody may run. */
  readonly client: string;
  /** Runs one part; what it printed, which `hears` gets as it comes. Rejects where it ended with another status than 0. */
  run(script: string, words: readonly string[], hears?: (text: string) => void): Promise<string>;
  close(): void;
};

/** Makes a room with a copy of the client. `user`: who runs the parts, by default root. */
export function openOwnRoom(client: string, user?: string): OwnRoom {
  // WHY not the folder for temporary files: nobody works there, and a held call sees another one.
  const room = mkdtempSync("/srv/sallyport-borrowed-");
  const ids = user === undefined ? undefined : idsOf(user);
  chmodSync(room, 0o755);
  mkdirSync(join(room, "client"));
  // WHY a copy for somebody else alone: it is large, and lies where nobody else looks.
  const copy = user === undefined ? client : join(room, "client", "claude");
  if (copy !== client) {
    cpSync(client, copy);
    chmodSync(copy, 0o755);
  }
  const resolver = join(room, "resolv.conf");
  writeFileSync(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  let parts = 0;
  return {
    client: copy,
    async run(script, words, hears) {
      const own = join(room, `part-${parts++}`);
      const folders = { HOME: join(own, "home"), TMPDIR: join(own, "tmp") };
      for (const folder of [own, ...Object.values(folders)]) {
        mkdirSync(folder, { mode: 0o700 });
        if (ids !== undefined) chownSync(folder, ids.uid, ids.gid);
      }
      const become =
        ids === undefined
          ? []
          : ["setpriv", "--reuid", `${ids.uid}`, "--regid", `${ids.gid}`, "--clear-groups", "--"];
      const plain = join(root, "scripts/plain-sources.mjs");
      const node = [process.execPath, "-C", "source", "--import", plain, script, ...words];
      const run = spawn(
        "unshare",
        ["-n", "-m", "sh", "-c", SETUP, "sh", resolver, ...become, ...node],
        {
          cwd: root,
          stdio: ["ignore", "pipe", "inherit"],
          env: { PATH: process.env["PATH"], LANG: "C.UTF-8", ...folders },
        },
      );
      const { text, status } = await ended(run, hears);
      if (status !== 0) throw new Error(`a part of the cases ended with ${status}`);
      return text;
    },
    close: () => rmSync(room, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = ["-u", "-g"].map((option) =>
    Number(spawnSync("id", [option, user], { encoding: "utf8" }).stdout.trim()),
  );
  if (!(uid > 0)) throw new Error(`there is no ordinary user \`${user}\` on this machine`);
  return { uid, gid };
}

function ended(
  run: ChildProcess,
  hears: (text: string) => void = () => undefined,
): Promise<{ readonly text: string; readonly status: number | null }> {
  return new Promise((resolve, reject) => {
    let text = "";
    run.stdout?.on("data", (bytes) => {
      text += String(bytes);
      hears(String(bytes));
    });
    run.once("error", reject);
    run.once("close", (status) => resolve({ text, status }));
  });
}
