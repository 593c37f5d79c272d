// `sallyport off` and `on` as a person types them: only at a terminal, honoured by daemon and command hook, all on record.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMinutes } from "#surface/cli/commands/policy/off.ts";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { endLockdown } from "#surface/services/installation/lockdown.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "../daemon/daemon-stand.ts";
import { openHookStand } from "../hook/hook-stand.ts";
import { PROGRAM } from "../../program.ts";
import { atTerminal as typedAt, finish, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project = "";

beforeAll(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
  project = join(room.path, "shop");
  mkdirSync(project);
  expect((await sallyport("init", project, "--yes")).code).toBe(0);
});
afterAll(async () => {
  await stopDaemon(install);
  room.remove();
});

const environment = () => ({ PATH: "/usr/bin:/bin", HOME: room.path });

const person = () => ({ data: install.directories.root, home: room.path });
const sallyport = (...args: readonly string[]) => withoutTerminal(person(), ...args);
const atTerminal = (answer: (word: string) => string, ...args: readonly string[]) =>
  typedAt(person(), answer, ...args);

async function post(command: string): Promise<string> {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const body = preToolUse({ cwd: project, tool_input: { command } });
  const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
  return verdictOf(JSON.parse(await readText(response, 100_000)));
}

describe("off", () => {
  test("without a terminal it refuses and says why", async () => {
    const { code, text } = await sallyport("off", project, "--for", "30m");
    expect(code).toBe(2);
    expect(text).toContain("typed by a person at a terminal");
    expect(openOffSwitch(install.directories).all()).toEqual([]);
  });
  test("at a terminal, with the word, it lasts through a killed daemon until `on`, and all of it is on record", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const wrong = await atTerminal(() => "yes", "off", project, "--for", "30m", "--json");
    expect([wrong.code, openOffSwitch(install.directories).all()]).toEqual([1, []]);
    expect(jsonIn(wrong)).toEqual({ outcome: "declined" });
    const off = await atTerminal((word) => word, "off", project, "--for", "30m");
    expect(off.text).toMatch(/off until \d\d:\d\d in .*\/shop; `sallyport on` ends it sooner/);
    expect(off.code).toBe(0);
    expect(await post("cat .env")).toBe("abstain");
    expect((await sallyport("daemon", "status")).text).toMatch(/off until \d\d:\d\d/);
    await stopDaemon(install);
    // On a busy machine a daemon from source takes longer to come up than the command waits.
    await expect
      .poll(async () => (await sallyport("daemon", "--ensure")).text, { timeout: 40_000 })
      .toBe("");
    expect(await post("cat .env")).toBe("abstain");
    expect(jsonIn(await sallyport("on", project, "--json"))).toEqual({
      outcome: "on",
      root: project,
      ended: 1,
    });
    expect(await post("cat .env")).toBe("deny");
    expect(jsonIn(await sallyport("lockdown", "--no-managed", "--json"))).toEqual({
      outcome: "locked-down",
      isOnRecord: true,
      managed: null,
    });
    endLockdown(install.directories);
    await stopDaemon(install);
    const tail = (await sallyport("log", "tail", "-n", "30")).text;
    expect(tail).toMatch(/off .* start minutes=30 project/);
    expect(tail).toMatch(/off .* resume minutes=30 project/);
    expect(tail).toMatch(/off .* end minutes=30 project/);
    expect(tail.match(/^.* deny .*\(not enforced\)$/gm)).toHaveLength(2);
    expect((await sallyport("log", "verify")).code).toBe(0);
  }, 180_000);
  test("inside a session of the client it refuses, terminal or not", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const words = [process.execPath, ...PROGRAM, "off", "--all", "--for", "1m"];
    const line = [...words, "--data", install.directories.root]
      .map((word) => `'${word}'`)
      .join(" ");
    const env = { ...environment(), CLAUDECODE: "1" };
    const { code, text } = await finish(spawn("script", ["-qec", line, "/dev/null"], { env }));
    expect([code, text]).toEqual([2, expect.stringContaining("inside a session of Claude Code")]);
  });
  test("times are bounded", () => {
    expect([readMinutes("1m"), readMinutes("2h"), readMinutes("480m")]).toEqual([1, 120, 480]);
    for (const text of [undefined, "", "0m", "9h", "481m", "30", "-5m", "1d", "1e9m"]) {
      expect(() => readMinutes(text)).toThrow(/a time from `1m` to `8h`/);
    }
  });
});

describe("the command hook", () => {
  test("honours the file without the daemon, records the verdict, and refuses again when it is gone", async () => {
    const stand = await openHookStand("command");
    const payload = preToolUse({ cwd: stand.project, tool_input: { command: "cat .env" } });
    const ask = async () => verdictOf(JSON.parse((await stand.ask(payload)).stdout));
    expect(await ask()).toBe("deny");
    const offSwitch = openOffSwitch(stand.install.directories);
    const period = offSwitch.plan({ projectId: null, minutes: 1, reason: null });
    offSwitch.begin(period);
    expect(await ask()).toBe("abstain");
    offSwitch.drop([period.id]);
    expect(await ask()).toBe("deny");
    stand.close();
  });
});
