// Mounts that calls of a session share: joined by the next call, and never at the price of what the policy hides or keeps.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "./held.ts";

const own = process.getuid?.() ?? 0;
const users = own === 0 ? [own, NOBODY] : [own];

describe.each(users)("as user %s", (uid) => {
  let machine: HeldMachine;
  let count = 0;

  beforeAll(async () => {
    machine = await heldMachine({ uid, where: "/tmp" });
  });
  afterAll(async () => {
    await machine.remove();
  });

  /** A project of its own, with a secret that calls do not see. */
  function fresh(): {
    readonly project: string;
    readonly secret: string;
    readonly session: string;
  } {
    const project = join(machine.home, "w", `${++count}`, "project");
    const secret = machine.file(join(project, "app", ".env"), `KEY=${machine.canary}\n`);
    machine.file(join(project, "a.txt"), "one\n");
    return { project, secret, session: `p${count}` };
  }

  type At = ReturnType<typeof fresh>;
  const run = async ({ project, session }: At, command: string): Promise<HeldRun & Joined> => {
    const ran = await machine.run({ command, project, cwd: project, session, isOpen: true });
    return { ...ran, ...joined(ran.ticket ?? "") };
  };
  type Joined = { readonly hasJoined: boolean; readonly hasFallen: boolean };
  /** How a call came to its mounts, by what it left in its ticket; the ticket is closed by that. */
  const joined = (ticket: string): Joined => {
    const { tickets } = holdPlaces(machine.data);
    const folder = join(tickets.replace(/sallyport-\d+/, `sallyport-${uid}`), ticket);
    const isThere = (name: string): boolean => existsSync(join(folder, name));
    const hasFallen = isThere("fell");
    const hasBegun = isThere("began") && readFileSync(join(folder, "began"), "utf8") !== "";
    return { hasJoined: isThere("fast") && hasBegun && !hasFallen, hasFallen };
  };
  /** Runs calls until one joins mounts that were prepared. */
  const prepared = async (at: At): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      const ran = await run(at, "true");
      expect(ran.status).toBe(0);
      if (ran.hasJoined) return;
      // TIME: nobody tells when mounts are prepared; closing before that would give them up.
      await sleep(500);
      await machine.close(ran.ticket ?? "", at.session);
    }
    expect.fail("no call joined mounts that were prepared");
  };
  const trouble = (): string | undefined => WHY_NOT_HELD ?? machine.trouble;

  test("a later call joins them, and they are those of its profile", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    await prepared(at);
    const ran = await run(
      at,
      [
        "cat app/.env; echo made >made.txt; touch /etc/made; mv app other",
        "grep CapEff /proc/self/status; ls /run /run/sallyport; echo 1 >/proc/sys/kernel/printk",
        "unshare -U true && echo namespace; ls /dev/shm; cd app",
      ].join("\n"),
    );
    expect([ran.hasJoined, ran.hasFallen]).toEqual([true, false]);
    expect(ran.said).not.toContain(machine.canary);
    expect(ran.said).toMatch(/^KEY=\S+$/m);
    expect(ran.said).toMatch(
      /CapEff:\s+0+\n\/run:\nsallyport\n\n\/run\/sallyport:\ncache\ncmd\ncwd\nmounts\n/,
    );
    expect(ran.said).not.toContain("namespace");
    expect(ran.complained).toMatch(/\/etc\/made/);
    expect(ran.complained).toMatch(/cannot move 'app' to 'other'/);
    expect(ran.cwd).toBe(join(at.project, "app"));
    expect(readFileSync(join(at.project, "made.txt"), "utf8")).toBe("made\n");
  });

  test("a secret that took the place of a hidden one is hidden, and the call runs", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    await prepared(at);
    writeFileSync(`${at.secret}.new`, `KEY=${machine.canary}new\n`, { mode: 0o644 });
    renameSync(`${at.secret}.new`, at.secret);
    const ran = await run(at, "cat app/.env; echo ran");
    expect([ran.status, ran.complained, ran.hasJoined]).toEqual([0, "", false]);
    expect(ran.said).not.toContain(machine.canary);
    expect(ran.said).toContain("ran\n");
  });

  test("a directory in the place of another hides its secrets", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    await prepared(at);
    renameSync(join(at.project, "app"), join(at.project, "old"));
    machine.file(join(at.project, "app", ".env"), `KEY=${machine.canary}\n`);
    const ran = await run(at, "cat app/.env old/.env; echo ran");
    expect(ran.said).not.toContain(machine.canary);
    expect(ran.said.match(/^KEY=\S+$/gm)).toHaveLength(2);
    expect([ran.status, ran.complained]).toEqual([0, ""]);
  });

  test("a new secret is hidden from the next call", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    await prepared(at);
    machine.file(join(at.project, ".env.local"), `KEY=${machine.canary}\n`);
    const ran = await run(at, "cat .env.local app/.env; echo ran");
    expect(ran.said).not.toContain(machine.canary);
    expect([ran.status, ran.hasJoined]).toEqual([0, false]);
  });

  test("what was prepared and is gone leaves no word, and runs the call once", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    await prepared(at);
    const held = await machine.hold({
      command: "echo once >>count.txt; >/run/sallyport/cwd; exit 3",
      project: at.project,
      cwd: at.project,
      session: at.session,
    });
    await machine.end(at.session);
    const { status, complained } = await machine.line(held.command ?? "", { cwd: at.project });
    // The room is gone as well, so nothing can be joined at all: it is told once, by us.
    expect([status, existsSync(join(at.project, "count.txt"))]).toEqual([126, false]);
    expect(complained).not.toMatch(/nsenter: .*fd/);
    const again = fresh();
    await prepared(again);
    const ran = await run(again, "echo once >>count.txt; >/run/sallyport/cwd; trap - EXIT; exit 3");
    expect(ran.hasJoined).toBe(true);
    expect(readFileSync(join(again.project, "count.txt"), "utf8")).toBe("once\n");
  });

  test("calls of the session do not count processes that prepare mounts", async (ctx) => {
    const why = trouble();
    if (why !== undefined) return ctx.skip(why);
    const at = fresh();
    // They are being prepared from here on, and what the next call leaves would be taken for somebody else's.
    await machine.hold({
      command: "true",
      project: at.project,
      cwd: at.project,
      session: at.session,
    });
    const ran = await machine.run({
      command: "mkdir .vscode; echo '{}' >.vscode/tasks.json",
      project: at.project,
      cwd: at.project,
      session: at.session,
    });
    expect(ran.told).toMatch(/set aside/);
    expect(readdirSync(join(at.project, ".vscode"))).toEqual(["tasks.json.held"]);
    rmSync(join(at.project, ".vscode"), { recursive: true });
  });
});
