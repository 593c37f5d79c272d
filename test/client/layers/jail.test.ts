// The jail holds what runs in it: harmless probes of what can be written, seen, ended, reached and used up there.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { JAIL_LIMITS, jailCommand, makeStage, type Stage, startJail, whyNoJail } from "./jail.ts";

describe("The jail of commands that do harm", () => {
  let stage: Stage;
  let missing: string | undefined;
  beforeAll(() => {
    stage = makeStage();
    missing = whyNoJail(stage);
  });
  afterAll(() => stage.remove());

  /** Runs a script of bash in the jail. */
  const runIn = (ctx: TestContext, script: string, secondsMax: number) => {
    if (missing !== undefined) ctx.skip(missing);
    const [program = "", ...args] = jailCommand(stage, ["/bin/bash", "--norc", "-c", script], {
      secondsMax,
    });
    return spawnSync(program, args, { encoding: "utf8", input: "", env: {} });
  };
  const inJail = (ctx: TestContext, script: string): string => {
    const ended = runIn(ctx, script, 20);
    return `${ended.stdout}${ended.stderr}`;
  };

  test("It is a user without rights, and can gain none", (ctx) => {
    const said = inJail(ctx, "grep -E '^(Cap|NoNewPrivs)' /proc/self/status; id -u");
    expect(said.match(/^Cap\w+:\t0{16}$/gm)).toHaveLength(5);
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^1000$/m);
  });

  test("It writes to file systems in memory alone", (ctx) => {
    const script = `cat /proc/self/mountinfo
for at in / /usr /usr/bin /usr/local/bin /srv/program /srv/etc /srv/client /bin/bash /dev; do
  [ -w "$at" ] && echo "writable: $at"; done; echo over`;
    const said = inJail(ctx, script).split("\n").filter(Boolean);
    const open = said.flatMap((line) => {
      // proc(5), mountinfo: field 5 is the place, field 6 its options; the kind stands behind the ` - `.
      const [, at = "", options = "", kind = ""] =
        /^\d+ \d+ \S+ \S+ (\S+) (\S+) .*?- (\S+) /.exec(line) ?? [];
      const isOwn = ["tmpfs", "proc", "devpts"].includes(kind);
      return at === "" || isOwn || options.split(",").includes("ro") ? [] : [at];
    });
    // Devices that belong to nobody are bound one by one.
    expect(open.filter((at) => !/^\/dev\/(?:null|zero|full|u?random|tty)$/.test(at))).toEqual([]);
    expect(said.filter((line) => /^(?:writable|over)/.test(line))).toEqual(["over"]);
  });

  test("No setting of the kernel can be written but those of its own namespaces", (ctx) => {
    const own = ["msgmax", "pid_max", "shmmni"].map((name) => `/proc/sys/kernel/${name}`);
    const values = () => own.map((file) => readFileSync(file, "utf8"));
    const before = values();
    const script = `for file in ${own.join(" ")}; do [ -w $file ] && echo $(($(cat $file) - 1)) >$file; done
find /proc -xdev -type f -writable ! -path '/proc/[0-9]*' 2>/dev/null | sed 's/^/open: /'
for file in /proc/sysrq-trigger /proc/sys/kernel/sysrq /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sys/kernel/hostname; do
  (printf '' >>"$file") 2>/dev/null && echo "opened: $file"; done
ls /sys 2>/dev/null; ls /dev; echo over`;
    const said = inJail(ctx, script).split("\n");
    expect(said.filter((line) => /^open(?:ed)?: /.test(line) && !OWN_SETTING.test(line))).toEqual(
      [],
    );
    expect(said).toContain("over");
    expect(values()).toEqual(before);
    for (const name of ["vda", "sda", "mem", "kmsg", "kvm", "fuse"])
      expect(said).not.toContain(name);
  });

  test("It sees its own processes alone, and nothing of the machine behind the first one", (ctx) => {
    const script = `for at in /proc/[0-9]*; do tr '\\0' ' ' <$at/cmdline; echo; done; ls /proc/1/root/ /proc/1/cwd/ && echo se""en; cat /proc/1/environ /proc/1/mem /proc/1/root/etc/hostname && echo se""en; ls /root /home; echo over`;
    const said = inJail(ctx, script);
    expect(said.split("\n").filter((line) => /vitest|node|systemd/.test(line))).toEqual([]);
    expect(said).not.toContain("seen");
    expect(said).toContain("over");
  });

  test("Ending every process inside leaves those outside alive", (ctx) => {
    const outside: ChildProcess = spawn("/bin/sleep", ["30"], { stdio: "ignore" });
    try {
      inJail(ctx, "kill -9 -1; kill -9 1; echo over");
      expect(outside.exitCode).toBeNull();
      expect(outside.signalCode).toBeNull();
      expect(() => process.kill(outside.pid ?? -1, 0)).not.toThrow();
    } finally {
      outside.kill("SIGKILL");
    }
  });

  test("Processes that multiply meet their bound, in namespaces of their own too", (ctx) => {
    const many = JAIL_LIMITS.processes * 2;
    const count = `python3 -c '
import os, time
made = 0
for _ in range(${many}):
    try:
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
        made += 1
    except OSError:
        break
print("made", made)
os.kill(-1, 9) if os.getpid() != 1 else None'`;
    for (const script of [count, `unshare --user --map-root-user ${count}`]) {
      const made = Number(/made (\d+)/.exec(inJail(ctx, script))?.[1]);
      expect(made).toBeGreaterThan(10);
      expect(made).toBeLessThan(JAIL_LIMITS.processes);
    }
  });

  test("Files meet their bound, and so do the file systems", (ctx) => {
    const script = `head -c ${JAIL_LIMITS.fileBytes * 2} /dev/zero >/tmp/large 2>/dev/null; stat -c %s /tmp/large
for n in 1 2 3 4 5 6 7 8; do head -c 60000000 /dev/zero >/tmp/$n 2>/dev/null; done; du -sm /tmp | cut -f1`;
    const [large, all] = inJail(ctx, script).split("\n").map(Number);
    expect(large).toBeLessThanOrEqual(JAIL_LIMITS.fileBytes);
    expect(all).toBeLessThanOrEqual(256);
  });

  test("It reaches no network: every address is its own, and nobody outside hears of it", (ctx) => {
    const script = `ip -o link | cut -d: -f2; nc -l -p 80 </dev/null >/tmp/heard & for i in $(seq 50); do grep -q ':0050 .* 0A ' /proc/net/tcp && break; sleep 0.1; done
echo hello | nc -w 1 192.0.2.1 80; cat /tmp/heard; echo over`;
    const said = inJail(ctx, script).split("\n");
    expect(said.filter((line) => line.startsWith(" "))).toEqual([" lo"]);
    expect(said).toContain("hello");
  });

  test("Its time is bounded, and nothing is left of it", async (ctx) => {
    const mark = markOf(1);
    const ended = runIn(ctx, `trap '' TERM INT HUP; (setsid sleep ${mark} &); sleep ${mark}`, 1);
    // What `timeout` gives a command that it had to end by SIGKILL, itself included.
    expect(ended.signal ?? ended.status).toBe(ended.signal === null ? 137 : "SIGKILL");
    await nothingLeft(mark);
  });

  test("It ends with whoever started it", async (ctx) => {
    if (missing !== undefined) ctx.skip(missing);
    const mark = markOf(2);
    const jail = startJail(
      stage,
      ["/bin/bash", "-c", `echo up; (setsid sleep ${mark} &); sleep ${mark}`],
      { secondsMax: 30 },
    );
    await new Promise((resolve) => jail.child.stdout?.once("data", resolve));
    await jail.end();
    expect(jail.child.signalCode).toBe("SIGKILL");
    await nothingLeft(mark);
  });

  test("A file that lies outside of it is not there", (ctx) => {
    const mark = join(stage.folder, "..", `sallyport-jail-mark-${process.pid}`);
    writeFileSync(mark, "outside\n");
    try {
      expect(inJail(ctx, `rm -f '${mark}'; ls /tmp; echo over`)).toBe("over\n");
      expect(existsSync(mark)).toBe(true);
    } finally {
      rmSync(mark, { force: true });
    }
  });
});

/** What the kernel keeps for each namespace of messages and of processes; and triggers that only tell of load. */
const OWN_SETTING =
  /: \/proc\/(?:sys\/(?:fs\/mqueue\/\w+|kernel\/(?:auto_msgmni|msgm\w+|ns_last_pid|pid_max|sem|shm\w+))|pressure\/\w+)$/;

/** Seconds of a sleep that no other process has: it is known by them. */
function markOf(test: number): string {
  return `${test}000${process.pid}`;
}

/** Waits until no process that names the mark is left. */
async function nothingLeft(mark: string): Promise<void> {
  const left = (): readonly string[] =>
    readdirSync("/proc").filter((name) => {
      try {
        return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(mark);
      } catch {
        return false;
      }
    });
  await expect.poll(left, { timeout: 5_000 }).toEqual([]);
}
