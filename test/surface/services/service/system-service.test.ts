// System mode as far as a namespace goes: the daemon by its compiled unit, as another account that writes nowhere else.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../../../client/built-program.ts";
import { whyMissing } from "../../../client/machine.ts";
import { compiledFor, siteOf, textOf } from "../../../govern/compile/compiled.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

/** Accounts that no machine has: that of the daemon, and that of the agent. */
const DAEMON_UID = 64_001;
const AGENT_UID = 64_002;
/** The one capability of the unit, as the kernel writes it. */
const DAC_READ_SEARCH = "0000000000000004";
const READY_MS_MAX = 60_000;

// The built program: a loader of TypeScript asks by access(2), which does not count the capability of the account.
const main = fileURLToPath(new URL("../../../../dist/surface/cli/main.js", import.meta.url));
let missing: string | undefined;
let room: ReturnType<typeof freshDirectory>;
let data: string;
let daemon: ChildProcess | undefined;
let said = "";

/** Starts what the unit starts, under what it asks for, in a mount namespace of its own. */
function startUnit(unit: string): ChildProcess {
  const words = (key: string) =>
    [
      ...(new RegExp(`^${key}=:?(.*)$`, "m").exec(unit)?.[1] ?? "").matchAll(
        /"((?:[^"\\]|\\.)*)"/g,
      ),
    ].map(([, word = ""]) => word.replaceAll("%%", "%"));
  const [writable = ""] = words("ReadWritePaths");
  // What `ProtectSystem=strict` and `ReadWritePaths` come to.
  const script =
    'mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,ro,bind / && shift && exec "$@"';
  const as = [
    ...[
      "setpriv",
      `--reuid=${DAEMON_UID}`,
      `--regid=${DAEMON_UID}`,
      "--clear-groups",
      "--no-new-privs",
    ],
    ...["--bounding-set=-all,+dac_read_search", "--inh-caps=-all,+dac_read_search"],
    "--ambient-caps=-all,+dac_read_search",
  ];
  const command = [
    "-m",
    "sh",
    "-c",
    script,
    "sh",
    writable,
    ...as,
    "env",
    "-i",
    ...words("Environment"),
    ...words("ExecStart"),
  ];
  return spawn("unshare", command, { cwd: writable, stdio: ["ignore", "ignore", "pipe"] });
}

async function ready(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the daemon is not ready: ${said}`)),
      READY_MS_MAX,
    );
    child.stderr?.on("data", (bytes) => {
      said += String(bytes);
      if (!said.includes("listens on")) return;
      clearTimeout(timer);
      resolve();
    });
    child.on("exit", (code) => reject(new Error(`the daemon ended with ${code}: ${said}`)));
  });
}

beforeAll(async () => {
  missing =
    (await whyMissing(["managed"])) ??
    (spawnSync("setpriv", ["--version"]).status === 0 ? undefined : "setpriv is not installed");
  if (missing !== undefined) return;
  room = freshDirectory();
  expect(buildProgram(join(room.path, "home")).status).toBe(0);
  chmodSync(room.path, 0o755);
  data = join(room.path, "data");
  mkdirSync(data, { mode: 0o700 });
  chownSync(data, DAEMON_UID, DAEMON_UID);
  const program = join(room.path, "sallyport");
  const start = `exec '${process.execPath}' '${main}' "$@"\n`;
  writeFileSync(program, `#!/bin/sh\n${start}`);
  chmodSync(program, 0o755);
  const site = siteOf(JSON.stringify({ service: { program, data } }));
  const unit = textOf(
    compiledFor({ scope: "system", platform: "linux" }, site),
    "sallyport.service",
  );
  daemon = startUnit(unit);
  await ready(daemon);
});
afterAll(() => {
  daemon?.kill("SIGKILL");
  if (missing === undefined) room.remove();
});

describe("the daemon by its system unit", () => {
  /** What the kernel says of the process that holds the lock. */
  const processOf = (): { id: number; status: string; mounts: string } => {
    const id = Number(/\d+/.exec(readFileSync(join(data, "daemon.lock"), "utf8"))?.[0]);
    const read = (name: string) => readFileSync(`/proc/${id}/${name}`, "utf8");
    return { id, status: read("status"), mounts: read("mountinfo") };
  };
  it("runs as an account of its own, which reads other people's projects and has no other right", (ctx) => {
    skipIfMissing(ctx, missing);
    const { status } = processOf();
    expect(status).toMatch(new RegExp(`^Uid:\\s${DAEMON_UID}\\s`, "m"));
    for (const set of ["CapEff", "CapPrm", "CapBnd", "CapAmb"])
      expect(status).toMatch(new RegExp(`^${set}:\\s${DAC_READ_SEARCH}$`, "m"));
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
  });
  it("writes nowhere but in its data", (ctx) => {
    skipIfMissing(ctx, missing);
    const { mounts } = processOf();
    const options = (place: string) =>
      mounts
        .split("\n")
        .filter((line) => line.split(" ")[4] === place)
        .at(-1)
        ?.split(" ")[5];
    expect(options("/")).toMatch(/^ro\b/);
    expect(options(data)).toMatch(/^rw\b/);
  });
  it("keeps keys, log and all else from the account of the agent", (ctx) => {
    skipIfMissing(ctx, missing);
    // From within the directory, so that no directory above it answers for it.
    const as = (uid: number, cwd: string, ...command: string[]) =>
      spawnSync("setpriv", [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", ...command], {
        cwd,
        encoding: "utf8",
      });
    const place = join(data, "keys");
    // A file that is being written goes away under its first name.
    const keys = readdirSync(place).filter((name) => !/^\.tmp-|\.tmp$/.test(name));
    expect(keys.length).toBeGreaterThan(0);
    for (const name of keys) {
      expect(statSync(join(place, name)).uid).toBe(DAEMON_UID);
      expect(as(DAEMON_UID, place, "test", "-r", name).status).toBe(0);
      expect(as(AGENT_UID, place, "cat", name).stderr).toContain("Permission denied");
    }
    expect(as(AGENT_UID, data, "ls").stderr).toContain("Permission denied");
    expect(as(AGENT_UID, "/", "kill", "-0", String(processOf().id)).status).not.toBe(0);
  });
});
