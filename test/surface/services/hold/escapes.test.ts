// Ways out of a held call, each tried for real as root and as an ordinary user, and judged from outside.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { removeTree } from "../../../../src/surface/foundation/files/closed-tree.ts";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Attempt, FAMILIES, type Ground, servicePort } from "./escape-attempts.ts";
import { heldMachine, type HeldMachine, NOBODY } from "./held.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { sampled } from "../../../sampled.ts";
import { until } from "../../../until.ts";

/** Of the attempts as the administrator an ordinary run makes one of so many, and of those as somebody whom the administrator becomes. */
const ADMINISTRATOR_STEP = 6;
const BECOME_STEP = 2;
const isRoot = process.getuid?.() === 0;
const USERS = [
  { name: "as this user", uid: process.getuid?.() ?? 0, missing: undefined },
  {
    name: "as another user",
    uid: NOBODY,
    missing: isRoot ? undefined : "only the administrator becomes another user",
  },
];

const stepFor = (uid: number): number =>
  uid === 0 ? ADMINISTRATOR_STEP : isRoot ? BECOME_STEP : 1;

test("There are at least sixty attempts that must not succeed", () => {
  const attempts = FAMILIES.flatMap(([, all]) => all);
  const closed = attempts.filter(({ possible }) => possible === undefined);
  expect(closed.length).toBeGreaterThanOrEqual(60);
  expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length);
});

describe.each(USERS)("$name", ({ uid, missing }) => {
  beforeEach((ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  });
  let machine: HeldMachine;
  let template: string;
  const services: ChildProcess[] = [];
  let count = 0;

  /** Runs a line as the person whose machine it is, outside. */
  const outside = (line: string): string => {
    const words = ["sh", "-c", line];
    const whole = isRoot
      ? ["setpriv", "--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups", "--", ...words]
      : words;
    return execFileSync(whole[0] ?? "sh", whole.slice(1), {
      cwd: machine.root,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: machine.home, GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  beforeAll(async () => {
    if (missing !== undefined) return;
    machine = await heldMachine({ uid });
    if (machine.trouble !== undefined) return;
    const { home, canary, root } = machine;
    for (const place of [".ssh/id_ed25519", ".aws/credentials", "victim/.env"])
      machine.file(join(home, place), `A=${canary}\n`);
    machine.file(join(home, ".claude/.credentials.json"), `{"a":"${canary}"}\n`);
    machine.file(join(home, ".claude/shell-snapshots/snapshot-bash-1-a.sh"), "# none\n");
    // A home without a directory for caches gets one by its first call.
    for (const place of ["victim/x", ".bashrc", ".cache/tool/known"])
      machine.file(join(home, place), "# mine\n");
    template = join(root, "template");
    for (const place of [".env", "sec/.env"]) machine.file(join(template, place), `A=${canary}\n`);
    for (const place of ["a.txt", "src/main.js", "many/one", "Makefile"])
      machine.file(join(template, place), "one\n");
    outside(
      `cd '${template}' && git init -q . && git add a.txt && git -c user.name=x -c user.email=x@example.test commit -qm one`,
    );
    const serve = (line: string): void => {
      const as = isRoot ? ["--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups"] : [];
      const child = spawn("setpriv", [...as, "sh", "-c", line], {
        cwd: join(home, "victim"),
        stdio: "ignore",
      });
      services.push(child);
    };
    const says = `SYSTEM:'echo ${canary}'`;
    serve(`exec socat UNIX-LISTEN:"${home}/victim/named.sock",fork ${says}`);
    serve(`exec socat UNIX-LISTEN:relative.sock,fork ${says}`);
    serve(`exec socat ABSTRACT-LISTEN:held-${root.slice(-6)},fork ${says}`);
    serve(`exec socat TCP-LISTEN:${servicePort(machine)},bind=127.0.0.1,fork ${says}`);
    for (const name of ["named.sock", "relative.sock"])
      await until(`a service listens on ${name}`, () => existsSync(join(home, "victim", name)));
  });

  afterAll(async () => {
    for (const child of services) child.kill("SIGKILL");
    if (missing === undefined) await machine.remove();
  });

  /** Everything of the machine that no call may change: path, kind and content. */
  const digestOutside = (): string => {
    const hash = createHash("sha256");
    const add = (path: string): void => {
      if ([machine.data, join(machine.home, "w")].includes(path)) return;
      const status = lstatSync(path);
      hash.update(`${path.slice(machine.root.length)}\0${status.mode}\0`);
      if (status.isSymbolicLink()) hash.update(readlinkSync(path));
      else if (status.isDirectory())
        for (const name of readdirSync(path).toSorted()) add(join(path, name));
      else if (status.isFile()) hash.update(readFileSync(path));
    };
    add(machine.root);
    for (const path of SYSTEM_FILES) hash.update(existsSync(path) ? readFileSync(path) : "none");
    return hash.digest("hex");
  };

  const attempted = async (attempt: Attempt, hasOwnRoom: boolean): Promise<void> => {
    const project = join(machine.home, "w", `${++count}`, "project");
    const { home, canary } = machine;
    const mark = join(home, "ran-outside");
    outside(`mkdir -p '${project}' && cp -a '${template}/.' '${project}/'`);
    const ground: Ground = { machine, project, home, mark, outside };
    const session = hasOwnRoom ? `s${count}` : "shared";
    const says = attempt.says ?? /tried/;
    try {
      attempt.before?.(ground);
      const before = digestOutside();
      const outputs: string[] = [];
      let last: Awaited<ReturnType<HeldMachine["run"]>> | undefined;
      for (const command of attempt.calls(ground)) {
        const run = () => machine.run({ command, project, cwd: project, session });
        last = await run();
        outputs.push(last.said, last.complained, last.cwd);
      }
      const settlesMs = Date.now() + (attempt.settles === true ? 10_000 : 0);
      while (last !== undefined && !says.test(last.said) && Date.now() < settlesMs)
        last = await machine.run({ command: "echo tried", project, cwd: project, session });
      if (attempt.after !== undefined)
        try {
          outputs.push(outside(attempt.after(ground)));
        } catch {
          // What a person sees then is no secret; a mark is looked for below.
        }
      const said = outputs.join("\n");
      if (attempt.isRefused === true) expect(last?.kind).toBe("not-held");
      else {
        expect(last?.why).toBeUndefined();
        expect(last?.said).toMatch(says);
      }
      const gained = {
        secret: said.includes(canary),
        ran: existsSync(mark),
        changed: digestOutside() !== before,
      };
      if (attempt.gets === true) expect(Object.values(gained)).toContain(true);
      else
        expect(gained, said.slice(-2_000)).toEqual({ secret: false, ran: false, changed: false });
    } finally {
      rmSync(mark, { force: true });
      if (hasOwnRoom) await machine.end(session);
      removeTree(join(project, ".."));
    }
    if (hasOwnRoom) expect(await leftOf(session)).toEqual([]);
  };

  /** Processes that a call of a session left, once its end had time to reach them. */
  const leftOf = async (session: string): Promise<readonly string[]> => {
    const scratch = await machine.scratch(session);
    let left: readonly string[] = [];
    for (let tries = 0; tries < 200; tries++) {
      left = readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => mountsOf(pid).includes(scratch.slice(scratch.lastIndexOf("/"))));
      if (left.length === 0 && !existsSync(scratch) && !existsSync(`${scratch}.var`)) return [];
      // TIME: the pace of the looks, which end when nothing is left.
      await sleep(20);
    }
    return [...left, ...[scratch, `${scratch}.var`].filter((path) => existsSync(path))];
  };

  // WHY fewer as the administrator: the same code holds both, and most people are none.
  for (const [family, attempts] of FAMILIES.map(
    ([name, all]) => [name, sampled(all, stepFor(uid))] as const,
  ))
    describe(family, () => {
      for (const attempt of attempts) {
        const { possible, name } = attempt;
        test(`${possible === undefined ? "refused" : "possible"}: ${name}`, async (ctx) => {
          if (missing !== undefined) return ctx.skip(missing);
          if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
          await attempted(attempt, OWN_ROOMS.has(family));
        });
      }
    });

  test("Nothing is left once the session ends", async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    await machine.end("shared");
    expect(await leftOf("shared")).toEqual([]);
  });

  test("Its services answer outside of a held call, so that a refusal inside means something", (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    const { home, root, canary } = machine;
    for (const place of [
      `UNIX-CONNECT:"${home}/victim/named.sock"`,
      `UNIX-CONNECT:"${home}/victim/relative.sock"`,
      `ABSTRACT-CONNECT:held-${root.slice(-6)}`,
      `TCP:127.0.0.1:${servicePort(machine)}`,
    ])
      expect(outside(`socat -T2 - ${place} </dev/null`)).toContain(canary);
  });
});

/** Families whose attempts change the session that they are made in; the others share one, which is quicker. */
const OWN_ROOMS: ReadonlySet<string> = new Set([
  ...["other processes", "tickets", "what is left behind"],
]);

/** Files of the kernel and of the system that attempts aim at. */
const SYSTEM_FILES = [
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/modprobe",
  "/proc/sys/vm/swappiness",
  "/proc/sys/kernel/sysrq",
  ...["/etc/ld.so.preload", "/etc/cron.d/x", "/etc/profile.d/x.sh", "/usr/local/bin/ls"],
];

function mountsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, "utf8");
  } catch {
    return "";
  }
}
