// init and uninstall on real folders: what they write, refuse, keep and undo.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { unguardProject } from "#surface/cli/commands/start/uninstall.ts";
import { createControlInspector, openProjectBook } from "#surface/services/projects/projects.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";

let home = "";
let project = "";
let data = "";
let printed: string[] = [];
let answer = true;
let questions = 0;

const terminal = (isInteractive: boolean): Terminal => ({
  print: (text) => void printed.push(text),
  warn: (text) => void printed.push(text),
  isInteractive,
  hasColour: false,
  confirm: async () => {
    questions += 1;
    return answer;
  },
});

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-init-")));
  project = join(home, "shop");
  data = join(home, "data");
  mkdirSync(project);
  printed = [];
  answer = true;
  questions = 0;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settingsFile = () => join(project, ".claude", "settings.local.json");
const settings = () => readFileSync(settingsFile(), "utf8");
const write = (path: string, text: string) => {
  mkdirSync(join(project, path, ".."), { recursive: true });
  writeFileSync(join(project, path), text);
};
const register = () =>
  JSON.parse(readFileSync(join(data, "projects.json"), "utf8")) as {
    projects: { id: string; root: string; tokenDigest: string }[];
  };
const environment = () => ({
  HOME: home,
  PATH: `${join(home, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
});
const guard = (more: Partial<Parameters<typeof guardProject>[0]> = {}) =>
  guardProject({
    directory: project,
    yes: true,
    terminal: terminal(false),
    environment: environment(),
    data,
    ...more,
  });
const unguard = (more: Partial<Parameters<typeof unguardProject>[0]> = {}) =>
  unguardProject({
    directory: project,
    yes: true,
    terminal: terminal(false),
    environment: environment(),
    data,
    ...more,
  });
function fakeClient(version: string) {
  mkdirSync(join(home, "bin"), { recursive: true });
  const file = join(home, "bin", "claude");
  writeFileSync(file, `#!/bin/sh\necho '${version} (Claude Code)'\n`);
  chmodSync(file, 0o755);
}

describe("init", () => {
  it("writes an event for clients that know it, and takes it out again for one that does not", async () => {
    const environment = { HOME: home, PATH: `${join(home, "bin")}:/usr/bin:/bin` };
    const has = async (version: string): Promise<boolean> => {
      fakeClient(version);
      await guard({ environment });
      return settings().includes("PreSkillShellCommand");
    };
    expect([await has("2.1.331"), await has("2.1.332"), await has("2.1.331")]).toEqual([
      ...[false, true, false],
    ]);
  });
  it("guards a project: hooks, variables, a register with the token's digest only", async () => {
    const outcome = await guard();
    expect(outcome.kind).toBe("guarded");
    expect(outcome.root).toBe(project);
    const token = /Bearer ([\w-]{43})"/.exec(settings())?.[1] ?? "";
    expect(token).toBe(outcome.token);
    expect(register().projects).toHaveLength(1);
    const digest = createHash("sha256").update(token).digest("hex");
    expect(register().projects[0]?.tokenDigest).toBe(digest);
    expect(readFileSync(join(data, "projects.json"), "utf8")).not.toContain(token);
    expect(printed.join("\n")).not.toContain(token);
    expect(printed.join("\n")).toContain(`Guard ${project} (policy team)`);
    expect(printed.join("\n")).not.toContain("+++ b/.claude/settings.local.json");
    expect(settings()).toContain(`https://127.0.0.1:${outcome.install.port}/v1/hook`);
    expect(settings()).toContain(JSON.stringify(join(data, "bin", "sallyport")));
    expect(statSync(join(data, "bin", "sallyport")).mode & 0o777).toBe(0o700);
  });
  it("twice changes nothing the second time", async () => {
    const first = await guard();
    const before = settings();
    const second = await guard();
    expect(second.kind).toBe("unchanged");
    expect(second.token).toBe(first.token);
    expect(settings()).toBe(before);
    expect(register().projects).toHaveLength(1);
  });
  it("repairs what somebody took out, keeps the token and every other entry", async () => {
    const first = await guard();
    const value = JSON.parse(settings()) as { hooks: Record<string, unknown>; model?: string };
    delete value.hooks["PreToolUse"];
    value.model = "x";
    writeFileSync(settingsFile(), JSON.stringify(value));
    const second = await guard();
    expect(second.kind).toBe("guarded");
    expect(second.token).toBe(first.token);
    const after = JSON.parse(settings()) as { hooks: Record<string, unknown[]>; model?: string };
    expect(after.model).toBe("x");
    expect(Object.keys(after.hooks)).toContain("PreToolUse");
    const { UserPromptSubmit: prompt, ...others } = after.hooks;
    // Recorded by one hook, and the daemon looked after by another.
    expect(prompt).toHaveLength(2);
    expect(new Set(Object.values(others).map((groups) => groups.length))).toEqual(new Set([1]));
  });
  it("shows and writes nothing with dryRun, and nothing after a no", async () => {
    expect((await guard({ dryRun: true })).kind).toBe("planned");
    answer = false;
    expect((await guard({ yes: false, terminal: terminal(true) })).kind).toBe("declined");
    expect(questions).toBe(1);
    expect(existsSync(join(project, ".claude"))).toBe(false);
    expect(existsSync(join(data, "projects.json"))).toBe(false);
  });
  it("asks once and takes a yes", async () => {
    expect((await guard({ yes: false, terminal: terminal(true) })).kind).toBe("guarded");
    expect(questions).toBe(1);
  });
  it("does not guess an answer where nobody can be asked", async () => {
    await expect(guard({ yes: false })).rejects.toThrow("add `--yes`");
    expect(existsSync(settingsFile())).toBe(false);
  });
  it("adds to the proxy exceptions that are in force", async () => {
    write(".claude/settings.json", '{ "env": { "NO_PROXY": "intranet.example" } }');
    await guard();
    expect(settings()).toContain('"NO_PROXY": "intranet.example,127.0.0.1,localhost"');
  });
  it("is not told of a variable that the installed client takes from no repository", async () => {
    const env = { CLAUDE_CODE_MODEL_CATALOG_URL: "https://models.example" };
    write(".claude/settings.json", JSON.stringify({ env }));
    fakeClient("2.1.300");
    await expect(guard()).rejects.toMatchObject({ code: "settings-redirection" });
    fakeClient("2.1.332");
    expect((await guard()).kind).toBe("guarded");
  });
  it("does not guard a repository whose variables run code, until a person accepts them", async () => {
    const hostile = (path: string) =>
      write(".claude/settings.json", JSON.stringify({ env: { PATH: path, GIT_PAGER: "./p" } }));
    hostile("./bin");
    const refused = { code: "settings-redirection", at: { line: 1 } };
    await expect(guard()).rejects.toMatchObject(refused);
    await expect(guard()).rejects.toThrow("--accept-env PATH,GIT_PAGER");
    await expect(guard({ acceptEnv: ["PATH"] })).rejects.toThrow("--accept-env GIT_PAGER");
    expect(existsSync(settingsFile())).toBe(false);
    expect((await guard({ acceptEnv: ["PATH", "GIT_PAGER"] })).kind).toBe("guarded");
    expect((await guard()).kind).toBe("unchanged");
    expect(readFileSync(join(data, "projects.json"), "utf8")).not.toContain("./bin");
    hostile("./other");
    await expect(guard()).rejects.toMatchObject(refused);
  });
  it("leaves everyday variables of the repository alone", async () => {
    write(".claude/settings.json", '{ "env": { "NODE_ENV": "test", "PAGER": "cat" } }');
    expect((await guard()).kind).toBe("guarded");
  });
  it("does not let the repository name certificates to trust", async () => {
    write(".claude/settings.json", '{\n  "env": { "NODE_EXTRA_CA_CERTS": "evil.pem" }\n}');
    await expect(guard()).rejects.toMatchObject({
      code: "settings-obstacle",
      at: { line: 2, column: 35 },
    });
    expect(existsSync(settingsFile())).toBe(false);
  });
  it.each([
    [".claude/settings.local.json", '{ "disableAllHooks": true }', "turns our hooks off"],
    ["../.claude/settings.json", '{ "allowedHttpHookUrls": [] }', "may refuse our hook"],
    [".claude/settings.local.json", '{ "a": 1, }', "not valid JSON"],
    [".claude/settings.local.json", '{ "hooks": { "Stop": [{}] } }', "would ignore the whole file"],
  ])("refuses when %s is %s", async (path, text, message) => {
    write(path, text);
    await expect(guard()).rejects.toThrow(message);
    expect(existsSync(join(data, "projects.json"))).toBe(false);
  });
  it.each([".claude/settings.json", "../.claude/settings.json"])(
    "guards where %s turns hooks off, by a switch of its own that stands above it",
    async (path) => {
      write(path, '{ "disableAllHooks": true }');
      expect((await guard()).kind).toBe("guarded");
      expect(JSON.parse(settings())).toMatchObject({ disableAllHooks: false });
      const inspector = createControlInspector(openProjectBook(join(data, "projects.json")), home);
      const [entry] = openProjectBook(join(data, "projects.json")).all();
      const where = { id: entry?.id ?? "", root: project };
      expect(inspector(where)).toEqual({ kind: "intact" });
      writeFileSync(settingsFile(), settings().replace('"disableAllHooks": false', '"a": 1'));
      expect(inspector(where)).toMatchObject({ kind: "altered", code: "switch-altered" });
    },
  );
  it("keeps sessions from an agent that the repository names later, and says so; a person may name one", async () => {
    expect((await guard()).kind).toBe("guarded");
    expect(JSON.parse(settings())).toMatchObject({ agent: "" });
    write(".claude/settings.json", '{ "agent": "helper" }');
    const book = openProjectBook(join(data, "projects.json"));
    const inspector = createControlInspector(book, home);
    const where = { id: book.all()[0]?.id ?? "", root: project };
    expect(inspector(where)).toMatchObject({
      kind: "intact",
      note: expect.stringContaining("made by the agent `helper`; here they are not"),
    });
    // Guarding again does not take the repository's word for it either.
    expect((await guard()).kind).not.toBe("declined");
    expect(JSON.parse(settings())).toMatchObject({ agent: "" });
    writeFileSync(settingsFile(), settings().replace('"agent": ""', '"agent": "helper"'));
    expect(inspector(where)).toEqual({ kind: "intact" });
  });
  it.each([".claude/settings.json", "../.claude/settings.json"])(
    "leaves an agent that %s names before it comes",
    async (path) => {
      write(path, '{ "agent": "reviewer" }');
      expect((await guard()).kind).toBe("guarded");
      expect(JSON.parse(settings())).not.toHaveProperty("agent");
    },
  );
  it("refuses a link in place of the settings, whole or in part", async () => {
    writeFileSync(join(home, "elsewhere"), "{}");
    mkdirSync(join(project, ".claude"));
    symlinkSync(join(home, "elsewhere"), settingsFile());
    await expect(guard()).rejects.toThrow("is a symlink");
    expect(readFileSync(join(home, "elsewhere"), "utf8")).toBe("{}");
  });
});

describe("the client's version", () => {
  it.each(["2.1.294", "2.0.999", "1.9.300", "2.1.197"])(
    "%s is too old for http hooks: a command hook is installed, and the reason said",
    async (version) => {
      fakeClient(version);
      const { kind, transport, notes } = await guard({ hookPath: hookProgram() });
      expect([kind, transport]).toEqual(["guarded", "command"]);
      expect(notes.join()).toContain(`Claude Code ${version} ignores`);
      expect(notes.join()).toContain("update it to 2.1.295 or newer");
      expect(settings()).not.toContain("/v1/hook");
    },
  );
  it("that is too old is refused where http hooks are asked for", async () => {
    fakeClient("2.1.197");
    await expect(guard({ transport: "http" })).rejects.toMatchObject({ code: "client-version" });
    expect(existsSync(settingsFile())).toBe(false);
  });
  it.each(["2.1.295", "2.1.328", "2.2.0", "3.0.0"])("%s is accepted", async (version) => {
    fakeClient(version);
    const { kind, notes } = await guard();
    expect(kind).toBe("guarded");
    expect(notes.join()).not.toContain("version was not checked");
  });
  it("that cannot be found is said", async () => {
    fakeClient("no version");
    expect((await guard()).notes.join()).toContain("version was not checked");
  });
});

describe("the client's sandbox", () => {
  const sandbox = { enabled: true };
  const person = (value: object) => {
    mkdirSync(join(home, ".claude"), { recursive: true });
    writeFileSync(join(home, ".claude", "settings.json"), JSON.stringify({ sandbox: value }));
  };
  it.each([
    ["a person's own settings", () => person(sandbox)],
    ["the repository's", () => write(".claude/settings.json", JSON.stringify({ sandbox }))],
    ["the local ones", () => write(".claude/settings.local.json", JSON.stringify({ sandbox }))],
  ])(
    "in %s shuts http hooks out: a command hook is installed, and the reason said",
    async (_, plant) => {
      plant();
      const { kind, transport, notes } = await guard({ hookPath: hookProgram() });
      expect([kind, transport]).toEqual(["guarded", "command"]);
      expect(notes.join()).toMatch(/`sandbox.enabled` in `.*settings.*json`: .*proxy/);
      expect(settings()).not.toContain("/v1/hook");
    },
  );
  it("is said where http hooks are asked for, and nothing is written", async () => {
    person(sandbox);
    await expect(guard({ transport: "http" })).rejects.toMatchObject({ code: "sandbox-proxy" });
    expect(existsSync(settingsFile())).toBe(false);
  });
  it("lets http hooks be where it is off, or lists the daemon's address", async () => {
    person({ enabled: false });
    expect((await guard()).transport).toBe("http");
    person({ enabled: true, network: { allowedDomains: ["127.0.0.1"] } });
    expect((await guard()).transport).toBe("http");
  });
  it("takes the place of http hooks when a project is guarded again", async () => {
    expect((await guard()).transport).toBe("http");
    person(sandbox);
    expect((await guard({ hookPath: hookProgram() })).transport).toBe("command");
    expect(settings()).not.toContain("/v1/hook");
  });
});

/** Something where the bundled program would be. */
function hookProgram() {
  const folder = join(home, "dist");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "hook.cjs"), "");
  return join(folder, "hook.cjs");
}

describe("the command hook", () => {
  const command = () => guard({ transport: "command", hookPath: hookProgram() });
  type Handler = { type: string; command: string; args: string[]; onFailure: string };
  const handlers = () =>
    Object.entries(
      (JSON.parse(settings()) as { hooks: Record<string, { hooks: Handler[] }[]> }).hooks,
    ).map(([event, groups]) => ({ event, handler: groups[0]?.hooks[0] }));

  it("is the same program for every event, in exec form, with all it needs in its arguments", async () => {
    const { transport } = await command();
    expect(transport).toBe("command");
    const all = handlers();
    expect(all.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["SessionStart", "PreToolUse", "PostToolBatch", "ConfigChange"]),
    );
    const id = register().projects[0]?.id ?? "";
    const watched = all.filter(({ handler }) => handler?.args.includes("--watched"));
    expect(watched.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["Stop", "SessionEnd"]),
    );
    for (const { handler } of watched) expect(handler).not.toHaveProperty("onFailure");
    for (const { handler } of all.filter((one) => !watched.includes(one))) {
      expect(handler).toMatchObject({
        type: "command",
        command: join(data, "bin", "sallyport-hook"),
        onFailure: "block",
      });
      expect(handler?.args).toEqual([
        ...["--project", id, "--data", data, "--home", home],
        ...["--waits", "60"],
      ]);
    }
    expect(existsSync(join(data, "keys", "digest-key"))).toBe(true);
    expect(existsSync(join(data, "log", "lock"))).toBe(false);
  });
  it("pins what a repository could use to get into its process, and gives it back", async () => {
    write(".claude/settings.json", '{ "env": { "NODE_OPTIONS": "--require ./evil.js" } }');
    const before = '{ "env": { "LD_PRELOAD": "/opt/mine.so" } }\n';
    write(".claude/settings.local.json", before);
    await command();
    const { env } = JSON.parse(settings()) as { env: Record<string, string> };
    expect(env).toMatchObject({ NODE_OPTIONS: "", LD_PRELOAD: "/opt/mine.so" });
    await unguard();
    expect(JSON.parse(settings())).toEqual(JSON.parse(before));
  });
  it("is found unaltered by the control check, and altered when it was", async () => {
    await command();
    const inspect = () => {
      const book = openProjectBook(join(data, "projects.json"));
      const id = register().projects[0]?.id ?? "";
      return createControlInspector(book, home)({ id, root: project });
    };
    expect(inspect()).toEqual({ kind: "intact" });
    const intact = settings();
    writeFileSync(settingsFile(), intact.replaceAll('"--project"', '"--projects"'));
    expect(inspect()).toMatchObject({ kind: "altered", code: "hook-altered" });
    writeFileSync(settingsFile(), intact.replace('"NODE_OPTIONS": ""', '"NODE_OPTIONS": "-r x"'));
    expect(inspect()).toMatchObject({ kind: "altered", code: "variable-altered" });
  });
  it("stays what it is when guarding again, and can be exchanged for http hooks and back", async () => {
    await command();
    const first = settings();
    expect((await guard({ hookPath: hookProgram() })).kind).toBe("unchanged");
    expect(settings()).toBe(first);
    expect((await guard({ transport: "http" })).transport).toBe("http");
    expect(settings()).not.toContain("sallyport-hook");
    expect(settings()).not.toContain("NODE_OPTIONS");
    expect(settings()).toContain("/v1/hook");
    await command();
    expect(settings()).not.toContain("/v1/hook");
    expect(settings()).not.toContain("NODE_EXTRA_CA_CERTS");
    expect((await unguard()).kind).toBe("removed");
    expect(existsSync(settingsFile())).toBe(false);
  });
  it("is refused when it was not built", async () => {
    await expect(
      guard({ transport: "command", hookPath: join(home, "nowhere", "hook.cjs") }),
    ).rejects.toMatchObject({ code: "not-built" });
    expect(existsSync(settingsFile())).toBe(false);
  });
});

describe("git", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", project, ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    }).toString();
  const exclude = () => readFileSync(join(project, ".git", "info", "exclude"), "utf8");

  it("excludes the settings in this clone, and uninstall takes the line out again", async () => {
    git("init", "-q");
    const before = exclude();
    const { diff } = await guard();
    expect(diff).toContain("+/.claude/settings.local.json");
    expect(git("status", "--porcelain")).toBe("");
    expect((await guard()).kind).toBe("unchanged");
    await unguard();
    expect(exclude()).toBe(before);
  });
  it("names the path from the repository's top in a folder below it", async () => {
    git("init", "-q");
    mkdirSync(join(project, "app [1]"));
    await guard({ directory: join(project, "app [1]") });
    expect(git("status", "--porcelain")).toBe("");
    await unguard({ directory: join(project, "app [1]") });
    expect(exclude()).not.toContain("app");
  });
  it("leaves the exclude file alone where the settings are ignored already", async () => {
    git("init", "-q");
    write(".gitignore", ".claude/\n");
    const before = exclude();
    await guard();
    expect(exclude()).toBe(before);
  });
  it("refuses when the settings are tracked, because the token would be committed", async () => {
    git("init", "-q");
    write(".claude/settings.local.json", "{}");
    git("add", "-f", ".claude/settings.local.json");
    await expect(guard()).rejects.toThrow("git rm --cached");
    expect(settings()).toBe("{}");
  });
  it("does not run the program that a repository names as its file monitor", async () => {
    git("init", "-q");
    const trap = join(home, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\ntouch ${join(home, "ran")}\n`);
    chmodSync(trap, 0o755);
    git("config", "core.fsmonitor", trap);
    await guard();
    expect(existsSync(join(home, "ran"))).toBe(false);
  });
});

describe("uninstall", () => {
  it("gives back the file as it was", async () => {
    const before = '{\n    "permissions": { "allow": ["Bash(ls)"] },\n    "model": "x"\n}\n';
    write(".claude/settings.local.json", before);
    await guard();
    expect(settings()).not.toBe(before);
    expect((await unguard()).kind).toBe("removed");
    expect(settings()).toBe(before);
    expect(register().projects).toEqual([]);
  });
  it("removes a file and a folder that init made", async () => {
    await guard();
    await unguard();
    expect(readdirSync(project)).toEqual([]);
  });
  it("keeps a file that init made and somebody used since", async () => {
    await guard();
    const value = JSON.parse(settings()) as Record<string, unknown>;
    writeFileSync(settingsFile(), JSON.stringify({ model: "x", ...value }, undefined, "\t"));
    await unguard();
    expect(JSON.parse(settings())).toEqual({ model: "x" });
  });
  it("twice says that there is nothing to do", async () => {
    await guard();
    await unguard();
    expect((await unguard()).kind).toBe("nothing");
    expect((await unguard({ directory: home })).kind).toBe("nothing");
  });
  it("works when the register was lost, and init then starts anew", async () => {
    const first = await guard();
    rmSync(join(data, "projects.json"));
    expect((await unguard({ dryRun: true })).kind).toBe("planned");
    const second = await guard();
    expect(second.token).not.toBe(first.token);
    expect(settings()).not.toContain(first.token);
    rmSync(join(data, "projects.json"));
    const { notes } = await unguard();
    expect(settings()).not.toContain("/v1/hook");
    const { permissions } = JSON.parse(settings());
    expect(notes.join("\n")).toContain(
      `all ${permissions.deny.length + permissions.ask.length} rules`,
    );
    expect((await unguard()).kind).toBe("nothing");
  });
  it("takes out what another init wrote before, whose hooks somebody had taken out", async () => {
    await guard();
    const { hooks: _, ...rest } = JSON.parse(settings());
    writeFileSync(settingsFile(), JSON.stringify(rest));
    expect((await guard()).kind).toBe("guarded");
    expect((await unguard()).notes).toEqual([]);
    expect(existsSync(settingsFile())).toBe(false);
  });
  it("takes a project out of the register whose folder is gone", async () => {
    await guard();
    rmSync(project, { recursive: true });
    expect((await unguard()).kind).toBe("removed");
    expect(register().projects).toEqual([]);
  });
  it("writes nothing after a no", async () => {
    await guard();
    const before = settings();
    answer = false;
    expect((await unguard({ yes: false, terminal: terminal(true) })).kind).toBe("declined");
    expect(settings()).toBe(before);
    await expect(unguard({ yes: false })).rejects.toThrow("add `--yes`");
  });
});
