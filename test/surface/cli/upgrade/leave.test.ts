// Leaving without a trace: an empty home is empty again, every project is as it was, and the log goes only on purpose.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendCanaries } from "#surface/services/daemon-process/canary.ts";
import { readInstall } from "#surface/services/installation/install.ts";
import { daemonStatus, stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { leave, type LeaveRequest } from "#surface/cli/upgrade/leave.ts";
import { processState } from "#platform/processes.ts";
import { freePort } from "../../daemon/daemon-stand.ts";
import { openProgramStand, type ProgramStand } from "../../services/program/program-stand.ts";
import { silent } from "../../silent-terminal.ts";

let stand: ProgramStand;
const places = () => directoriesIn(stand.data);

/** Every file below a folder with its content, every folder with nothing. */
function below(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const path = join(folder, name);
      return [name, lstatSync(path).isFile() ? readFileSync(path, "latin1") : ""];
    }),
  );
}

beforeAll(async () => {
  stand = await openProgramStand();
});
afterAll(() => stand.close());

describe("a whole life", () => {
  it("from an empty home back to it, by the program's own copy", async () => {
    const home = join(stand.path, "empty-home");
    const run = (program: string, ...args: string[]) =>
      spawnSync(program, args, {
        encoding: "utf8",
        cwd: "/",
        env: { PATH: "/usr/bin:/bin", HOME: home },
      });
    const [shop, other] = [join(home, "shop"), join(home, "other shop")];
    for (const path of [home, shop, other, join(other, ".claude")]) mkdirSync(path);
    writeFileSync(join(other, ".claude/settings.local.json"), '{ "model": "x" }\n');
    writeFileSync(join(shop, ".env"), "KEY=1\n");
    const before = below(home);
    const main = [process.execPath, stand.secondMain] as const;
    const guarded = run(...main, "start", "--guard", shop, "--yes", "--once");
    expect(guarded).toMatchObject({ status: 0, stderr: "" });
    const command = ["init", other, "--yes", "--transport", "command"];
    expect(run(...main, ...command)).toMatchObject({ status: 0, stderr: "" });
    const shim = join(home, ".local/share/sallyport/bin/sallyport");
    const port = String(await freePort());
    const gateway = run(shim, "gateway", "start", "--port", port, "--json");
    expect(gateway).toMatchObject({ status: 0, stderr: "" });
    const words = ["uninstall", "--all", "--purge", "--json"];
    const refused = run(shim, ...words, "--yes");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("would be lost for good");
    // The log of a living daemon may grow between the question and the answer: then it is asked anew, as a person would.
    const leave = () => {
      const planned = run(shim, ...words, "--dry-run");
      const { logEntries } = JSON.parse(planned.stdout) as { logEntries: number };
      expect(logEntries).toBeGreaterThan(1);
      const gone = run(shim, ...words, "--yes", "--log-entries", String(logEntries));
      return { logEntries, gone };
    };
    let { logEntries, gone } = leave();
    for (let again = 0; again < 3 && gone.stderr.includes("would be lost for good"); again += 1)
      ({ logEntries, gone } = leave());
    expect(gone).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(gone.stdout)).toEqual({
      outcome: "removed",
      projects: [shop, other],
      purged: true,
      logEntries,
      notes: [],
    });
    expect(below(home)).toEqual(before);
    const { pid } = JSON.parse(gateway.stdout) as { pid: number };
    expect(processState(pid)).toEqual({ kind: "gone" });
    expect(run(...main, "daemon", "status").stdout).toContain("nothing is installed");
    const again = run(...main, "uninstall", "--all", "--purge", "--yes");
    expect(again).toMatchObject({ status: 0 });
    expect(again.stdout).toContain("nothing to do");
  });
});

describe("asking", () => {
  let shop = "";
  let said: string[] = [];
  let typed = "";
  let questions: string[] = [];
  let count = 0;
  let entries = 0;
  const request = (more: Partial<LeaveRequest> = {}): LeaveRequest => ({
    yes: false,
    terminal: {
      ...silent,
      print: (text) => void said.push(text),
      isInteractive: true,
      confirm: async () => true,
    },
    environment: stand.environment,
    data: stand.data,
    purge: true,
    logEntries: undefined,
    ask: async (question) => {
      questions.push(question);
      return typed;
    },
    ...more,
  });
  beforeEach(async () => {
    count += 1;
    shop = await stand.guard(`shop-${count}`, "command");
    await sendCanaries({ settingsFile: join(shop, ".claude/settings.local.json"), root: shop });
    entries = (await leave(request({ dryRun: true }))).logEntries ?? 0;
    expect(entries).toBeGreaterThanOrEqual(2);
    [said, questions, typed] = [[], [], ""];
  });
  afterEach(async () => {
    const install = existsSync(stand.data) ? readInstall(places()) : undefined;
    if (install !== undefined) await stopDaemon(install);
  });
  const isGuarded = () => existsSync(join(shop, ".claude/settings.local.json"));

  it("shows each diff and how much of a log is lost, and takes only the number for a yes", async () => {
    for (const answer of ["", "y", "yes", String(entries + 1)]) {
      typed = answer;
      expect((await leave(request())).kind).toBe("declined");
    }
    const text = said.join("\n");
    expect(text).toContain(`project ${shop}\n`);
    expect(text).toContain("--- a/.claude/settings.local.json");
    expect(text).toContain(`keys, copies of the program, and the log of ${entries} entries`);
    expect(questions[0]).toBe(`the log is lost for good; type ${entries} to go on:`);
    expect(isGuarded()).toBe(true);
    // A yes beforehand answers the other question, not this one.
    expect((await leave(request({ yes: true }))).kind).toBe("declined");
  });
  it.each([
    ["no number", undefined],
    ["another number", "100000"],
    ["no number at all", "all"],
  ])("is refused before anything is changed where nobody can be asked: %s", async (_, number) => {
    const scripted = request({ yes: true, terminal: silent, logEntries: number });
    await expect(leave(scripted)).rejects.toThrow(/`--log-entries \d+`.*nothing was changed/);
    expect(isGuarded()).toBe(true);
    const unasked = leave(request({ purge: false, terminal: silent }));
    await expect(unasked).rejects.toThrow("add `--yes`");
  });
  it("changes nothing when one of the projects cannot be taken out", async () => {
    const second = await stand.guard(`second-${count}`, "command");
    const file = join(second, ".claude/settings.local.json");
    const intact = readFileSync(file, "utf8");
    writeFileSync(file, "{ not JSON");
    await expect(leave(request({ yes: true, purge: false }))).rejects.toThrow("not valid JSON");
    expect(isGuarded()).toBe(true);
    writeFileSync(file, intact);
  });
  it("leaves the log and its keys without --purge, and the projects as they were", async () => {
    const outcome = await leave(request({ yes: true, purge: false }));
    expect(outcome).toMatchObject({ kind: "removed", purged: false });
    expect(outcome.projects).toContain(shop);
    expect(readdirSync(shop)).toEqual([]);
    expect(existsSync(join(stand.data, "log"))).toBe(true);
    expect(existsSync(join(stand.data, "keys"))).toBe(true);
    expect((await daemonStatus(places())).state).toBe("stopped");
  });
  it("does not take a folder for its own that holds no installation", async () => {
    const foreign = join(stand.path, "foreign");
    mkdirSync(join(foreign, "log"), { recursive: true });
    expect((await leave(request({ data: foreign }))).kind).toBe("nothing");
    expect(readdirSync(foreign)).toEqual(["log"]);
    expect((await leave(request({ data: join(stand.path, "nowhere") }))).kind).toBe("nothing");
  });
  it("removes what is its own and names what is not; a damaged log goes only by its word", async () => {
    writeFileSync(join(stand.data, "diary.txt"), "mine");
    // What the kernel and programs leave in a layer over a cache.
    const layer = join(stand.data, "hold", "layers", "session", "0");
    mkdirSync(join(layer, "upper", "pkg"), { recursive: true });
    mkdirSync(join(layer, "work", "work"), { recursive: true });
    for (const path of ["upper/pkg/file", "work/work/file"]) writeFileSync(join(layer, path), "");
    chmodSync(join(layer, "upper", "pkg"), 0o555);
    chmodSync(join(layer, "work", "work"), 0);
    rmSync(join(stand.data, "keys"), { recursive: true });
    typed = String(entries);
    expect((await leave(request())).kind).toBe("declined");
    typed = "unreadable";
    const outcome = await leave(request());
    expect(outcome).toMatchObject({ kind: "removed", purged: true, logEntries: undefined });
    expect(outcome.notes).toEqual([
      `\`${stand.data}\` holds 1 things that are not ours; they stay`,
    ]);
    expect(readdirSync(stand.data)).toEqual(["diary.txt"]);
  });
});
