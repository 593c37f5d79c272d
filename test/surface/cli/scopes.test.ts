// init and uninstall in their scopes: a person's own settings, profiles, and exactly what was added taken out again.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  formatProjectRegister,
  PROJECT_REGISTER_VERSION,
  type ProjectEntry,
  parseProjectRegister,
} from "#govern/settings/project-register.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import type { GuardRequest } from "#surface/cli/guard/guard-plan.ts";
import { unguardProject, type UnguardRequest } from "#surface/cli/commands/start/uninstall.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { shareProject, unshareProject } from "#surface/cli/guard/shared-guarding.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { createControlInspector, openProjectBook } from "#surface/services/projects/projects.ts";
import { dataFormats, migrate } from "#surface/services/program/data-formats.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { stepOf } from "../../sampled.ts";

let home = "";
let project = "";
let data = "";
let printed: string[] = [];

const terminal: Terminal = {
  print: (text) => void printed.push(text),
  warn: (text) => void printed.push(text),
  isInteractive: false,
  hasColour: false,
  confirm: async () => false,
};
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-scopes-")));
  project = join(home, "shop");
  data = join(home, "data");
  mkdirSync(project);
  printed = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const base = () => ({
  directory: project,
  yes: true,
  terminal,
  environment: { HOME: home, PATH: process.env["PATH"] ?? "" },
  data,
});
const guard = (more: Partial<GuardRequest> = {}) => guardProject({ ...base(), ...more });
const unguard = (more: Partial<UnguardRequest> = {}) => unguardProject({ ...base(), ...more });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
  return join(home, path);
};
const read = (path: string) => readFileSync(join(home, path), "utf8");
const register = () => readProjectRegister(join(data, "projects.json"));
/** The one entry as programs made it before they wrote rules and switches of the client. */
const entryBeforeRules = (): ProjectEntry => {
  const [entry] = register();
  if (entry === undefined) throw new Error("nothing is guarded");
  const { rules: _, asks: __, switches: ___, ...undo } = entry.undo;
  return { ...entry, undo };
};
const inspect = (directory = project) => {
  const book = openProjectBook(join(data, "projects.json"));
  const [entry] = book.all();
  if (entry === undefined) throw new Error("nothing is guarded");
  const where = { id: "0".repeat(16), root: directory, entry: entry.id };
  return createControlInspector(book, home)(where);
};
const pack = (rule: string) =>
  `id: mine\nversion: "1"\ntitle: Mine\nautomaticApproval: false\nrules:\n  - ${rule}\n`;
const GOOD = pack("{ id: a/b, verdict: deny, effects: [read], reason: no }");

describe("init --scope user", () => {
  it("guards through the person's settings, touches no project, and uninstall gives every byte back", async () => {
    const before = '{\n  "model": "x",\n  "hooks": {}\n}\n';
    write(".claude/settings.json", before);
    const outcome = await guard({ scope: "user" });
    expect(outcome).toMatchObject({ kind: "guarded", root: home });
    expect(outcome.settingsFile).toBe(join(home, ".claude/settings.json"));
    expect(existsSync(join(project, ".claude"))).toBe(false);
    expect(register()).toMatchObject([{ scope: "user", root: home, policy: { pack: "team" } }]);
    expect(printed.join("\n")).toContain("Guard every project of yours (policy team)");
    expect(printed.join("\n")).not.toContain(outcome.token);
    expect(inspect()).toEqual({ kind: "intact" });
    expect((await guard({ scope: "user" })).kind).toBe("unchanged");
    expect((await unguard({ scope: "user" })).kind).toBe("removed");
    expect(read(".claude/settings.json")).toBe(before);
    expect(register()).toEqual([]);
  });
  it("has the client send its telemetry to the daemon, without content, and keeps that until it is told", async () => {
    const before = '{\n  "env": { "OTEL_LOG_USER_PROMPTS": "1" }\n}\n';
    write(".claude/settings.json", before);
    const { install, diff } = await guard({ scope: "user", telemetry: true });
    const { env } = JSON.parse(read(".claude/settings.json")) as { env: Record<string, string> };
    const token = readFileSync(join(data, "keys/telemetry.secret"), "utf8").trim();
    expect(env).toMatchObject({
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `https://127.0.0.1:${install.port}/v1/logs`,
      OTEL_EXPORTER_OTLP_HEADERS: `x-sallyport-telemetry=${token}`,
      OTEL_LOG_USER_PROMPTS: "0",
      OTEL_LOG_TOOL_DETAILS: "0",
    });
    expect(diff + printed.join("\n")).not.toContain(token);
    expect((await guard({ scope: "user" })).kind).toBe("unchanged");
    await guard({ scope: "user", telemetry: false });
    expect(read(".claude/settings.json")).not.toContain("OTLP");
    await guard({ scope: "user", telemetry: true });
    await unguard({ scope: "user" });
    expect(read(".claude/settings.json")).toBe(before);
  });
  it("takes no telemetry away from another collector, and none where the client would send none", async () => {
    const other = { env: { OTEL_EXPORTER_OTLP_ENDPOINT: "https://otel.example.com" } };
    const file = write(".claude/settings.json", JSON.stringify(other));
    await expect(guard({ scope: "user", telemetry: true })).rejects.toThrow("another collector");
    expect(readFileSync(file, "utf8")).toBe(JSON.stringify(other));
    await expect(guard({ telemetry: true })).rejects.toThrow("--scope user");
  });
  it("stands beside a guarded project, and each is taken out alone", async () => {
    await guard();
    const local = read("shop/.claude/settings.local.json");
    await guard({ scope: "user" });
    expect(register().map(({ scope }) => scope)).toEqual(["project", "user"]);
    await unguard({ scope: "user" });
    expect(read("shop/.claude/settings.local.json")).toBe(local);
    expect(existsSync(join(home, ".claude"))).toBe(false);
    expect(register().map(({ scope }) => scope)).toEqual(["project"]);
  });
  it.each([
    ["turns hooks off", { disableAllHooks: true }, "hooks-off"],
    ["decides whom to trust", { env: { NODE_EXTRA_CA_CERTS: "/x.pem" } }, "hooks-off"],
    ["unsets checking", { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } }, "hooks-off"],
    ["sends us to a proxy", { env: { NO_PROXY: "example.org" } }, "variable-altered"],
  ])("sees a project that %s", async (_, settings, code) => {
    await guard({ scope: "user" });
    for (const name of ["settings.json", "settings.local.json"]) {
      write(`shop/.claude/${name}`, JSON.stringify(settings));
      expect(inspect()).toMatchObject({ kind: "altered", code });
      expect(inspect(join(home, "other"))).toEqual({ kind: "intact" });
      write(`shop/.claude/${name}`, '{ "env": { "NO_PROXY": "127.0.0.1,x", "EDITOR": "vi" } }');
      expect(inspect()).toEqual({ kind: "intact" });
    }
  });
  it("sees that a project loads code into a command hook", async () => {
    await guard({ scope: "user", transport: "command", hookPath: write("dist/hook.cjs", "") });
    expect(inspect()).toEqual({ kind: "intact" });
    write("shop/.claude/settings.json", '{ "env": { "NODE_OPTIONS": "--require ./evil.cjs" } }');
    expect(inspect()).toMatchObject({ kind: "altered", code: "variable-altered" });
  });
  it("refuses a settings file that is a link, void, or tracked by git", async () => {
    write("elsewhere.json", "{}\n");
    mkdirSync(join(home, ".claude"));
    symlinkSync(join(home, "elsewhere.json"), join(home, ".claude/settings.json"));
    await expect(guard({ scope: "user" })).rejects.toThrow("symlink");
    rmSync(join(home, ".claude/settings.json"));
    write(".claude/settings.json", '{ "hooks": { "Stop": [{ "hooks": [{ "type": "x" }] }] } }');
    await expect(guard({ scope: "user" })).rejects.toThrow("ignore the whole file");
    write(".claude/settings.json", "{}\n");
    execFileSync("git", ["init", "-q"], { cwd: home });
    execFileSync("git", ["add", ".claude/settings.json"], { cwd: home });
    await expect(guard({ scope: "user" })).rejects.toThrow("git tracks");
    expect(read(".claude/settings.json")).toBe("{}\n");
  });
  it("refuses settings that belong to another user", async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip("only root can make files of other users");
    const file = write("shop/.claude/settings.local.json", "{}\n");
    execFileSync("chown", ["1234", file]);
    await expect(guard()).rejects.toThrow("belongs to another user");
    expect(read("shop/.claude/settings.local.json")).toBe("{}\n");
  });
});

describe("init --profile", () => {
  it("takes a pack by name, and its digest", async () => {
    await guard({ profile: "team" });
    expect(register()[0]?.policy).toEqual({ pack: "team", digest: loadPack("team").digest });
  });
  it("takes a file, keeps a private copy, and keeps the choice when it is not said again", async () => {
    const file = write("mine.yaml", GOOD);
    await guard({ profile: file });
    expect(register()[0]?.policy).toMatchObject({ file });
    const settings = read("shop/.claude/settings.local.json");
    expect((await guard()).kind).toBe("unchanged");
    expect(register()[0]?.policy).toMatchObject({ file });
    expect((await guard({ profile: "team" })).kind).toBe("guarded");
    expect(register()[0]?.policy).toMatchObject({ pack: "team" });
    expect(printed.join("\n")).toContain("the policy in force will be `team`");
    // Of the settings only what the client refuses by itself is the policy's, and it follows the policy back too.
    const { permissions, ...rest } = JSON.parse(read("shop/.claude/settings.local.json"));
    expect(permissions.deny).toContain("Read(//**/.envrc)");
    expect(new Set(permissions.deny).size).toBe(permissions.deny.length);
    expect(register()[0]?.undo.rules).toEqual(permissions.deny);
    expect(JSON.parse(settings)).toEqual(rest);
    expect((await guard({ profile: "team" })).kind).toBe("unchanged");
    expect((await guard({ profile: file })).kind).toBe("guarded");
    expect(read("shop/.claude/settings.local.json")).toBe(settings);
  });
  it("asks before another policy takes force", async () => {
    await guard();
    const file = write("mine.yaml", GOOD);
    await expect(guard({ profile: file, yes: false })).rejects.toThrow("add `--yes`");
    expect((await guard({ profile: file, dryRun: true })).kind).toBe("planned");
    expect(register()[0]?.policy).toMatchObject({ pack: "team" });
  });
  it.each([
    ["a syntax error", `${GOOD}  - [`, { code: "policy-syntax", at: { line: 7 } }],
    [
      "an unknown key",
      pack("{ id: a/b, verdct: deny }"),
      { code: "policy-invalid", at: { line: 6 } },
    ],
  ])(
    "refuses a file with %s, with line and column, before anything is written",
    async (_, text, fault) => {
      const file = write("mine.yaml", text);
      await expect(guard({ profile: file })).rejects.toMatchObject(fault);
      expect(existsSync(join(project, ".claude"))).toBe(false);
      expect(existsSync(join(data, "projects.json"))).toBe(false);
    },
  );
  it("names the packs for an unknown name, and refuses a file that everybody can write", async () => {
    await expect(guard({ profile: "lax" })).rejects.toThrow(
      "there is no policy `lax`: it is neither a pack nor a file; name a file that exists, or a pack that `sallyport policy list` shows",
    );
    await expect(guard({ profile: "tema" })).rejects.toThrow("did you mean `team`?");
    await expect(guard({ profile: "../../etc/x" })).rejects.toMatchObject({
      code: "policy-unreadable",
    });
    const file = write("mine.yaml", GOOD);
    chmodSync(file, 0o666);
    await expect(guard({ profile: file })).rejects.toThrow("chmod o-w");
    expect(existsSync(join(project, ".claude"))).toBe(false);
  });
  it("says that a file in the project is the repository's", async () => {
    await guard({ profile: write("shop/policy.yaml", GOOD) });
    expect(printed.join("\n")).toContain("who can change the repository can change it");
  });
});

describe("a register of version 1", () => {
  it("means the pack `team`, and is not written by being read", async () => {
    await guard();
    const file = join(data, "projects.json");
    const entry = entryBeforeRules();
    const { scope: _, policy: __, mode: ___, ...old } = entry;
    const text = JSON.stringify({ version: 1, projects: [old] });
    writeFileSync(file, text);
    expect(register()).toEqual([{ ...entry, policy: { pack: "team", digest: null } }]);
    const book = openProjectBook(file);
    expect(book.all()).toEqual(register());
    expect(readFileSync(file, "utf8")).toBe(text);
    await unguard();
    expect(readFileSync(file, "utf8")).toBe(formatProjectRegister([]));
    for (const damage of [
      { ...entry, scope: "all" },
      { ...entry, policy: { file: "x" } },
      { ...entry, mode: "off" },
    ]) {
      writeFileSync(
        file,
        JSON.stringify({ version: PROJECT_REGISTER_VERSION, projects: [damage] }),
      );
      expect(register).toThrow("is damaged");
    }
  });
});

describe("upgrading the register", () => {
  const format = dataFormats.find(({ name }) => name === "projects.json");
  const convert = (text: string, to: number) => {
    if (format === undefined) throw new Error("the register has no format");
    return migrate(format, text, { file: "projects.json", to })?.text;
  };
  it("gives each project what it meant before, and takes that back without a loss", async () => {
    await guard();
    const entry = entryBeforeRules();
    const { scope: _, policy: __, mode: ___, ...old } = entry;
    const before = `${JSON.stringify({ version: 1, projects: [old] }, undefined, 2)}\n`;
    const after = convert(before, PROJECT_REGISTER_VERSION) ?? "";
    expect(parseProjectRegister(after, "x")).toEqual(parseProjectRegister(before, "x"));
    expect(convert(after, 1)).toBe(before);
  });
  it("reads what version 2 said as enforced, and does not go back from what is observed only", async () => {
    await guard();
    const entry = entryBeforeRules();
    const { mode: _, ...old } = entry;
    const before = `${JSON.stringify({ version: 2, projects: [old] }, undefined, 2)}\n`;
    expect(parseProjectRegister(before, "x")).toEqual([entry]);
    const after = convert(before, PROJECT_REGISTER_VERSION) ?? "";
    expect(JSON.parse(after)).toMatchObject({ projects: [{ mode: "enforce" }] });
    expect(convert(after, 2)).toBe(before);
    const observed = formatProjectRegister([{ ...entry, mode: "observe" }]);
    expect(() => convert(observed, 2)).toThrow("`sallyport init --enforce`");
  });
  it("takes version 3 as it is, and goes back where none of the client's rules are ours", async () => {
    await guard();
    const entry = entryBeforeRules();
    const before = `${JSON.stringify({ version: 3, projects: [entry] }, undefined, 2)}\n`;
    expect(parseProjectRegister(before, "x")).toEqual([entry]);
    const after = convert(before, PROJECT_REGISTER_VERSION) ?? "";
    expect(parseProjectRegister(after, "x")).toEqual([entry]);
    expect(convert(after, 3)).toBe(before);
  });
  it("does not go back while it alone knows which rules and switches of the client are ours", async () => {
    const [entry] = (await guard(), register());
    if (entry === undefined) throw new Error("no entry");
    const { rules = [], asks = [], switches = [], ...undo } = entry.undo;
    expect([rules.length > 100, asks.length > 0, switches.length > 0]).toEqual([true, true, true]);
    const back = (more: Partial<typeof entry.undo>) => () =>
      convert(formatProjectRegister([{ ...entry, undo: { ...undo, ...more } }]), 3);
    for (const more of [{ rules }, { asks }, { switches }, { rules, asks, switches }])
      expect(back(more)).toThrow("run `sallyport uninstall` in each guarded project first");
    expect(back({ rules: [], asks: [], switches: [] })).not.toThrow();
    // What it asks for leaves nothing of ours behind.
    await unguard();
    expect(existsSync(entry.settingsFile)).toBe(false);
    expect(convert(read("data/projects.json"), 3)).toContain('"projects": []');
  });
  it("is not undone where the older program would judge otherwise", async () => {
    await guard({ profile: write("mine.yaml", GOOD) });
    const back = () => convert(formatProjectRegister([entryBeforeRules()]), 1);
    expect(back).toThrow("does not know");
    await guard({ profile: "team" });
    expect(back).not.toThrow();
    await unguard();
    await guard({ scope: "user" });
    expect(back).toThrow("does not know");
  });
});

/** What a person may do to their settings between init and uninstall, all of it to be kept. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Settings = { [key: string]: Json };
const words = fc.constantFrom("model", "theme", "verbose", "x y", "é", 'a"b');
const edits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("set"), key: words, value: fc.jsonValue({ maxDepth: 2 }) }),
    fc.record({ kind: fc.constant("env"), key: fc.constantFrom("EDITOR", "LANG"), value: words }),
    fc.record({
      kind: fc.constant("hook"),
      key: fc.constantFrom("Stop", "PreToolUse", "New"),
      value: words,
    }),
    fc.record({ kind: fc.constant("allow"), key: words, value: words }),
  ),
  { maxLength: 6 },
);
const formats = [
  (value: Settings) => JSON.stringify(value),
  (value: Settings) => `${JSON.stringify(value, undefined, 2)}\n`,
  (value: Settings) => JSON.stringify(value, undefined, "\t").replaceAll("\n", "\r\n"),
];
const objectIn = (settings: Settings, key: string): Settings => {
  const value = settings[key];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  const made: Settings = {};
  settings[key] = made;
  return made;
};
const applyEdits = (
  settings: Settings,
  list: readonly { kind: string; key: string; value: unknown }[],
) => {
  for (const { kind, key, value } of list) {
    if (kind === "set") settings[key] = value as Json;
    if (kind === "env") objectIn(settings, "env")[key] = String(value);
    if (kind === "allow") objectIn(settings, "permissions")["allow"] = [String(value)];
    if (kind === "hook") {
      const hooks = objectIn(settings, "hooks");
      const groups = Array.isArray(hooks[key]) ? (hooks[key] as Json[]) : [];
      hooks[key] = [...groups, { hooks: [{ type: "command", command: String(value) }] }];
    }
  }
};

describe.each(["project", "user", "shared"] as const)("uninstall of scope %s", (scope) => {
  const path = {
    project: "shop/.claude/settings.local.json",
    user: ".claude/settings.json",
    shared: "shop/.claude/settings.json",
  }[scope];
  const put = () => (scope === "shared" ? shareProject(base()) : guard({ scope }));
  const take = () => (scope === "shared" ? unshareProject(base()) : unguard({ scope }));
  it("leaves what was there, byte for byte, and every later edit", async () => {
    await fc.assert(
      fc.asyncProperty(edits, edits, fc.nat(2), async (earlier, later, format) => {
        rmSync(join(home, dirname(path)), { recursive: true, force: true });
        const first: Settings = { cleanupPeriodDays: 7 };
        applyEdits(first, earlier);
        const text = formats[format]?.(first) ?? "";
        write(path, text);
        await put();
        expect(read(path)).not.toBe(text);
        if (later.length === 0) {
          await take();
          expect(read(path)).toBe(text);
          return;
        }
        const now = JSON.parse(read(path)) as Settings;
        applyEdits(now, later);
        write(path, formats[(format + 1) % 3]?.(now) ?? "");
        await take();
        applyEdits(first, later);
        // As a file holds it: JSON knows no minus zero.
        const expected = JSON.stringify(first);
        expect(JSON.parse(read(path))).toEqual(JSON.parse(expected));
      }),
      { numRuns: 25 / stepOf(5) },
    );
  });
  it("takes the file and the folder that it made", async () => {
    await put();
    expect(statSync(join(home, path)).isFile()).toBe(true);
    expect((await take()).kind).toBe("removed");
    expect(existsSync(join(home, dirname(path)))).toBe(false);
    expect((await take()).kind).toBe("nothing");
  });
});
