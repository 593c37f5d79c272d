// `sallyport status`: in force only when a probe proves it, and every reason why not names one command that repairs it.
import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { endingsUnder } from "#surface/cli/commands/policy/policy-check.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { type Check, verdictOf } from "#surface/foundation/terminal/finding.ts";
import {
  checkInstallation,
  duration,
  type Surroundings,
} from "#surface/services/status/installation.ts";
import { checkProject } from "#surface/services/status/project.ts";
import { shellWord } from "#surface/foundation/terminal/shell-word.ts";
import { type HookStand, openHookStand } from "../hook/hook-stand.ts";
import { PROGRAM } from "../../program.ts";
import { type WholeDaemon, wholeDaemon } from "../daemon/whole-daemon.ts";

let stand: HookStand;
let daemon: WholeDaemon | undefined;

beforeAll(async () => {
  stand = await openHookStand("http");
});
afterAll(async () => {
  await stop();
  stand.close();
});

async function start(): Promise<void> {
  daemon = await wholeDaemon(stand);
}

async function stop(): Promise<void> {
  await daemon?.stop();
  daemon = undefined;
}

function around(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    directories: stand.install.directories,
    environment: { HOME: stand.home, PATH: "/usr/bin:/bin" },
    nowMs: Date.now(),
    ours: (words) => `sallyport ${words}`,
    needsDaemon: true,
    ...changes,
  };
}

async function look(changes: Partial<Surroundings> = {}, version = "2.1.328") {
  const [entry] = readProjectRegister(stand.install.directories.projectsFile);
  if (entry === undefined) throw new Error("no project is guarded");
  const place = around(changes);
  const { daemon: found, checks } = await checkInstallation(place);
  const hasDaemon = found?.state === "running";
  const known = { client: { kind: "found", version } as const, canAsk: hasDaemon, hasDaemon };
  const all = [...(await checkProject({ entry, project: entry }, place, known)), ...checks];
  const of = (about: string): Check | undefined => all.find((check) => check.about === about);
  return { all, of, verdict: verdictOf(all) };
}

const broken = (text: RegExp, repair: string) => ({
  level: "broken",
  text: expect.stringMatching(text),
  repair: expect.stringContaining(repair),
});

describe("in force", () => {
  test("is said when daemon, settings and both probes are good; the probes are marked and are no session", async () => {
    await start();
    const { all, of, verdict } = await look();
    expect(all.filter(({ level }) => level !== "ok" && level !== "note")).toEqual([]);
    expect(verdict).toBe("in-force");
    expect(of("proof")).toMatchObject({ level: "ok" });
    expect(of("alerts")).toEqual({
      about: "alerts",
      level: "ok",
      text: "an alert of each kind came of the probes (3)",
    });
    expect(of("daemon")?.text).toMatch(/^process \d+, version .*, up \d+ s, 127\.0\.0\.1:\d+$/);
    await stop();
    const { log, keys } = stand.install.directories;
    const view = await viewLog(log, keys);
    const decisions: unknown[] = [];
    for await (const { leaf } of view.entries(0, await view.size())) {
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "decision")
        decisions.push(leaf.metadata);
    }
    expect(decisions).toMatchObject([
      { verdict: "allow", canary: true },
      { verdict: "deny", canary: true },
    ]);
  });
});

describe("not in force", () => {
  test("a stopped daemon, unless no project needs it", async () => {
    const { of, verdict } = await look();
    expect(of("daemon")).toMatchObject(
      broken(/stopped: calls are refused until a session begins/, "sallyport daemon --ensure"),
    );
    expect(verdict).toBe("not-in-force");
    expect((await look({ needsDaemon: false })).of("daemon")?.level).toBe("note");
  });
  test("a stranger on the port", async () => {
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(stand.install.port, "127.0.0.1", resolve));
    const { of } = await look();
    await new Promise((resolve) => stranger.close(resolve));
    expect(of("daemon")).toMatchObject(
      broken(/listens on 127\.0\.0\.1:\d+/, "sallyport daemon --ensure"),
    );
  });
  test("settings that were changed; no probe is sent then", async () => {
    await start();
    const text = readFileSync(stand.settingsFile, "utf8");
    writeFileSync(stand.settingsFile, text.replace('"PreToolUse"', '"PreToolUze"'));
    const { of } = await look();
    writeFileSync(stand.settingsFile, text);
    expect(of("settings")).toMatchObject(broken(/PreToolUse/, `sallyport init ${stand.project}`));
    expect(of("proof")?.level).toBe("note");
  });
  test("a time off, with the command that ends it", async () => {
    const offSwitch = openOffSwitch(stand.install.directories);
    const period = offSwitch.plan({ projectId: null, minutes: 10, reason: null });
    offSwitch.begin(period);
    const { of, verdict } = await look();
    offSwitch.drop([period.id]);
    expect(of("off")).toMatchObject(broken(/switched off until \d\d:\d\d/, "sallyport on --all"));
    expect(verdict).toBe("not-in-force");
  });
  test("a client that is too old for these hooks", async () => {
    const { of } = await look({}, "2.1.197");
    expect(of("client")).toMatchObject(broken(/2\.1\.197 ignores/, "claude update"));
  });
  test.each([
    ["2.1.332", "ok", "proven with this program"],
    ["2.1.9999", "note", "newer than what this program was proven with"],
  ])("client %s, in one line that is no alarm", async (version, level, words) => {
    const [entry] = readProjectRegister(stand.install.directories.projectsFile);
    if (entry === undefined) throw new Error("no project is guarded");
    const [first] = entry.hooks;
    if (first === undefined) throw new Error("it has no hooks");
    const hooks = [...entry.hooks, { ...first, event: "PreSkillShellCommand" }];
    const known = { client: { kind: "found", version } as const, canAsk: false, hasDaemon: false };
    const checks = await checkProject(
      { entry: { ...entry, hooks }, project: entry },
      around(),
      known,
    );
    const client = checks.find(({ about }) => about === "client");
    expect(client).toMatchObject({ level, text: expect.stringContaining(words) });
    expect(client?.text).not.toContain("\n");
  });
  test("a certificate that is over, and one that ends soon is only looked at", async () => {
    const later = (days: number) => ({ nowMs: Date.now() + days * 86_400_000 });
    expect((await look(later(85))).of("certificate")).toMatchObject({ level: "found" });
    expect((await look(later(91))).of("certificate")).toMatchObject({ level: "broken" });
  });
  test("a register or a state that is damaged is an answer, not an accident", async () => {
    const { stateFile } = stand.install.directories;
    const text = readFileSync(stateFile, "utf8");
    writeFileSync(stateFile, "{");
    const { of } = await look();
    writeFileSync(stateFile, text);
    expect(of("daemon")).toMatchObject({
      level: "broken",
      text: expect.stringContaining("damaged"),
    });
  });
});

describe("found", () => {
  test("records of command hooks that nobody takes, and damaged ones", async () => {
    const { spool } = stand.install.directories;
    const old = join(spool, `${Date.now() - 60_000}-1-00000000.spool`);
    writeFileSync(`${old}.damaged`, "");
    const { of } = await look();
    rmSync(`${old}.damaged`);
    expect(of("spool")).toMatchObject({ level: "found", repair: "sallyport log verify" });
  });
  test("an exception that ends soon, and one that expired until it is revoked", async () => {
    const store = openExceptions(stand.install.directories);
    const createdMs = Date.now();
    store.grant(
      store.sign({
        id: "00112233445566aa",
        rules: ["builtin:team/secrets/read"],
        verdict: "allow",
        scope: { effects: ["read"] },
        project: null,
        reason: "a test",
        owner: "ada",
        approver: "ada",
        createdMs,
        expiresMs: createdMs + 3_600_000,
        uses: 1,
        policy: "ab".repeat(32),
      }),
    );
    const told = async (hours: number) => {
      const { all } = await look({ nowMs: createdMs + hours * 3_600_000 });
      return all.filter(({ about, level }) => about === "exceptions" && level === "found");
    };
    expect(await told(0.5)).toEqual([]);
    expect(await told(0.9)).toMatchObject([
      { text: expect.stringContaining("owner ada, ends at"), repair: expect.any(String) },
    ]);
    expect(await told(1)).toMatchObject([
      {
        text: expect.stringContaining("it is denied again"),
        repair: "sallyport policy exception revoke 00112233445566aa",
      },
    ]);
    const team = namedPolicy("team").policy;
    expect(endingsUnder(team, store, createdMs + 3_600_000)).toMatchObject([
      expect.stringContaining("expired at"),
    ]);
    const other = { ...team, id: "another" };
    expect(endingsUnder(other, store, createdMs + 3_600_000)).toEqual([]);
    store.revoke("00112233445566aa");
    expect(await told(1)).toEqual([]);
  });
  test("entries that no checkpoint covers for minutes", async () => {
    const checkpoint = join(stand.install.directories.log, "checkpoint");
    const { log } = stand.install.directories;
    const past = new Date(Date.now() - 600_000);
    utimesSync(checkpoint, past, past);
    writeFileSync(join(log, "journal", "probe"), "");
    const { of } = await look();
    rmSync(join(log, "journal", "probe"));
    expect(of("log")).toMatchObject({
      level: "found",
      text: expect.stringContaining("not published"),
    });
  });
  test("a sandbox of the client that stands before the daemon", async () => {
    const file = join(stand.home, ".claude", "settings.json");
    mkdirSync(join(stand.home, ".claude"), { recursive: true });
    writeFileSync(file, JSON.stringify({ sandbox: { enabled: true } }));
    try {
      const { verdict, of } = await look();
      expect(verdict).toBe("not-in-force");
      expect(of("transport")).toMatchObject({
        level: "broken",
        text: expect.stringContaining("`sandbox.enabled`"),
        repair: `sallyport init ${shellWord(stand.project)}`,
      });
    } finally {
      rmSync(file);
    }
  });
  test("hooks that start a program which is gone", async () => {
    const { projectsFile } = stand.install.directories;
    const text = readFileSync(projectsFile, "utf8");
    writeFileSync(projectsFile, text.replaceAll("/bin/sallyport", "/bin/gone/sallyport"));
    const { of } = await look();
    writeFileSync(projectsFile, text);
    expect(of("transport")).toMatchObject({
      level: "found",
      text: expect.stringContaining("which is gone"),
    });
  });
  test("hooks that start what cannot be started from its place", async () => {
    const { bin } = stand.install.directories;
    const shim = join(bin, "sallyport");
    const { mode } = statSync(shim);
    chmodSync(shim, 0o600);
    const { of, verdict } = await look();
    chmodSync(shim, mode);
    expect(verdict).toBe("not-in-force");
    expect(of("transport")).toMatchObject({
      level: "broken",
      text: expect.stringContaining("nothing can be started in"),
    });
  });
});

describe("the command", () => {
  function status(...args: readonly string[]): Promise<{ code: number | null; text: string }> {
    const words = [...PROGRAM, "status", ...args, "--data", stand.install.directories.root];
    const env = { PATH: "/usr/bin:/bin", HOME: stand.home };
    const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
    }
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
  }
  test("says it in one line first, ends with 0 or 1, and never prints a token", async () => {
    if (daemon === undefined) await start();
    const good = await status(join(stand.project, "src"));
    expect(good.text.split("\n")[0]).toBe(`in force (${stand.project})`);
    expect(good.code).toBe(0);
    // Which tier the hooks stand in comes before everything else, also before what is worse.
    expect(good.text.split("\n")[1]).toMatch(/^ {2}\S+ +tier +(?:managed|user and project) hooks/);
    const json = await status("--all", "--json");
    expect(JSON.parse(json.text)).toMatchObject({
      verdict: "in-force",
      projects: [{ project: stand.project }],
    });
    for (const { text } of [good, json]) expect(text).not.toContain(stand.token);
    const outside = await status("/");
    expect(outside.text.split("\n")[0]).toMatch(
      /^NOT in force: no guarded project .*, repair: sallyport init \/ --data /,
    );
    expect(outside.code).toBe(1);
    renameSync(stand.settingsFile, `${stand.settingsFile}.away`);
    const gone = await status(stand.project);
    renameSync(`${stand.settingsFile}.away`, stand.settingsFile);
    expect(gone.text.split("\n")[0]).toMatch(
      /^NOT in force \(.*\): .* is gone, and our hooks with it, repair: sallyport init /,
    );
    expect(gone.text.split("\n")[1]).toMatch(/^ {2}\S+ +tier /);
    expect(gone.code).toBe(1);
  });
});

test("words of a shell and lengths of time", () => {
  expect([shellWord("/a/b-c"), shellWord("/a b"), shellWord("it's")]).toEqual([
    "/a/b-c",
    "'/a b'",
    "'it'\\''s'",
  ]);
  expect([
    duration(-5),
    duration(61_000),
    duration(180_000),
    duration(2 * 3_600_000),
    duration(2 * 86_400_000),
  ]).toEqual(["0 s", "61 s", "3 min", "2 h", "2 days"]);
});
