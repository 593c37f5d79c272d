// What commands that act tell a program: one JSON value on standard output, whatever became of it, and a person is asked as before.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { productCommands, runCommandLine } from "#surface/cli/command-line.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import type { CommandTable } from "#surface/cli/command-line/entry.ts";
import { daemonEvent } from "#record/event/guard-events.ts";
import { ensureInstall, type Install } from "#surface/services/installation/install.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { accessKey, repositoryAt } from "../../services/scan/repositories.ts";
import { withoutTerminal } from "../../cli/typed.ts";

const room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-outcome-")));
const at = (name: string) => join(room, name);
let install: Install;
let data: readonly string[] = [];
beforeAll(async () => {
  // Here, so that no test waits for what a busy machine takes to load them.
  await loadAll(productCommands);
  install = await ensureInstall({ root: at("data") });
  const { root, log, keys } = install.directories;
  await withLog({ log, keys, clock: systemClock, productVersion: "0.1.0" }, (writer) =>
    writer.append(daemonEvent(writer.stamp("daemon"), "start"), { durable: true }),
  );
  data = ["--data", root];
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

async function loadAll(commands: CommandTable): Promise<void> {
  for (const { load, commands: below = {} } of Object.values(commands)) {
    await load?.(productCommands);
    await loadAll(below);
  }
}

let printed = "";
beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs a command line and gives its exit code with all that it printed. */
async function run(...args: readonly string[]): Promise<readonly [number, string]> {
  printed = "";
  process.exitCode = undefined;
  const code = await runCommandLine(args, openTerminal(), {});
  return [code ?? Number(process.exitCode ?? 0), printed];
}

/** The same with `--json`: the exit code and the one value. */
async function told(...args: readonly string[]): Promise<readonly [number, unknown]> {
  const [code, text] = await run(...args, "--json");
  expect(text.match(/\n/g)).toHaveLength(1);
  return [code, JSON.parse(text)];
}

it.each([
  ["off", "--all", "--for", "30m"],
  ["restore"],
  ["raw", "enable", "--reason", "incident 12"],
  ["raw", "read", "00000000-0000-7000-8000-000000000000"],
  ["session", "label", "add", "s1", "incident", "--reason", "incident 12"],
  ["waiver", "add", "soc2/cc6-1", "--for", "9d", "--reason", "later"],
  ["attestation", "add", "soc2/cc6-1", "--for", "9d", "--reason", "looked"],
  ["log", "hold", "set", "--all", "--reason", "case 4711"],
  ["log", "retention", "set", "--archive", "/nonexistent/archive"],
  [
    ...["policy", "exception", "grant", "secrets/read", "--scope", "{effects: [read]}"],
    ...["--verdict", "allow", "--for", "8h", "--reason", "tests"],
  ],
])("asks at the terminal with --json too: %s %s %s", async (...words) => {
  // Inside a session of the client no terminal is opened.
  vi.stubEnv("CLAUDECODE", "1");
  expect(await told(...words, ...data)).toEqual([
    2,
    { error: { code: "terminal", message: expect.stringContaining("a person"), exitCode: 2 } },
  ]);
});

it.each([
  ["decoy", "plant"],
  ["decoy", "remove"],
  ["git-hooks", "remove", "."],
  ["service", "install"],
  ["service", "remove"],
  ["start", "--guard", "."],
])("asks nobody and changes nothing with --json alone: %s %s", async (...words) => {
  expect(await told(...words, ...data)).toEqual([
    2,
    { error: { code: "usage", message: expect.stringContaining("`--yes`"), exitCode: 2 } },
  ]);
});

it("decoys and a person's data: planned, done, unchanged, each with its paths", async () => {
  // In processes of their own: only there is the home another than that of whoever runs this.
  const apart = async (...args: readonly string[]) => {
    const { code, text } = await withoutTerminal({ data: at("data"), home: room }, ...args);
    expect(text.match(/\n/g)).toHaveLength(1);
    return [code, JSON.parse(text)];
  };
  writeFileSync(at(".netrc.old"), "mine\n");
  const paths = [
    ".aws/credentials.old",
    ".ssh/id_ed25519.old",
    ".config/gcloud/service-account-old.json",
    ".netrc.old",
  ].map(at);
  const file = at("ada.json");
  const [planned, exported] = await Promise.all([
    apart("decoy", "plant", "--dry-run", "--json"),
    apart("privacy", "export", "ada", "--out", file, "--json"),
  ]);
  expect(planned).toEqual([0, { outcome: "planned", paths }]);
  const counts = { events: expect.any(Number), places: expect.any(Number), unread: [] };
  expect(exported).toEqual([0, { outcome: "written", file, format: "json", ...counts }]);
  expect(existsSync(at(".aws"))).toBe(false);
  const planted = paths.slice(0, 3);
  expect(await apart("decoy", "plant", "--yes", "--json")).toEqual([
    0,
    { outcome: "planted", paths, planted, left: [at(".netrc.old")] },
  ]);
  expect(await apart("decoy", "remove", "--yes", "--json")).toEqual([
    0,
    { outcome: "removed", paths: planted, removed: 3, left: [] },
  ]);
  const remove = ["decoy", "remove", "--yes", ...data];
  expect(await told(...remove)).toEqual([0, { outcome: "unchanged", paths: [] }]);
  expect(await run(...remove)).toEqual([0, "no decoy is planted\n"]);
});

it("witnesses: key, trust, add and remove, with the words as they were", async () => {
  const state = ["--state", at("witness")];
  const name = "witness.example.com/one";
  const [, shown] = await told("witness", "key", "--name", name, ...state);
  const [, words] = await run("witness", "key", ...state);
  const key = words.trimEnd();
  expect(shown).toEqual({ name, key });
  const logKeyFile = join(install.directories.keys, "verifier-key");
  const logKey = readFileSync(logKeyFile, "utf8").trim();
  const trusted = { name: logKey.split("+")[0], key: logKey };
  const trust = () => told("witness", "trust", logKeyFile, ...state);
  expect(await trust()).toEqual([0, { outcome: "trusted", ...trusted }]);
  expect(await trust()).toEqual([0, { outcome: "unchanged", ...trusted }]);
  const url = "https://witness.example.com";
  expect(await told("witness", "add", url, key, ...data)).toEqual([
    0,
    { outcome: "added", name, url, key, quorum: 1, intervalS: expect.any(Number), logKeyFile },
  ]);
  expect(await told("witness", "remove", name, ...data)).toEqual([
    0,
    { outcome: "removed", name, quorum: 1 },
  ]);
  expect(await told("collector", "leave", ...data)).toEqual([0, { outcome: "unchanged" }]);
});

it("the log: a proof, a file for logrotate, a new key", async () => {
  const [, words] = await run("log", "prove", "0", ...data);
  expect(await told("log", "prove", "0", ...data)).toEqual([
    0,
    { proof: expect.stringMatching(/^\S[^]*\n$/) },
  ]);
  expect(words).toContain("tlog-proof");
  expect(await told("log", "prove", "0", "--out", at("proof"), ...data)).toEqual([
    0,
    { outcome: "written", file: at("proof") },
  ]);
  const rotated = ["log", "logrotate", "/var/log/audit.jsonl", "--archive", "/mnt/archive"];
  const [, text] = await run(...rotated, ...data);
  expect(await told(...rotated, ...data)).toEqual([
    0,
    { file: "/var/log/audit.jsonl", archive: "/mnt/archive", text: text.trimEnd() },
  ]);
  const [code, rotation] = await told("log", "rotate-key", ...data);
  expect([code, rotation]).toEqual([
    0,
    { outcome: "introduced", size: expect.any(Number), key: expect.stringMatching(/^\S+\+\S+$/) },
  ]);
});

it("secrets: that one was replaced elsewhere, by its name", async () => {
  vi.stubEnv("CLAUDECODE", undefined);
  const name = "keychain:app/api";
  expect(await told("secrets", "rotate", name, "--done", ...data)).toEqual([
    0,
    { outcome: "noted", name, rotatedMs: expect.any(Number) },
  ]);
});

it("hooks of git: what was found, with standard output for the answer alone", async () => {
  const repository = repositoryAt(at("shop"));
  for (const [name, value] of Object.entries(repository.environment)) vi.stubEnv(name, value);
  const remove = ["git-hooks", "remove", repository.root];
  const directory = join(repository.root, ".git/hooks");
  expect(await told(...remove, "--yes")).toEqual([0, { outcome: "unchanged", directory }]);
  expect(await run(...remove)).toEqual([0, `unchanged: hooks of git in ${directory}\n`]);
  const message = repository.put("message", `a key ${accessKey()}\n`);
  expect(await told("git-hooks", "run", "commit-msg", message)).toMatchObject([
    1,
    {
      outcome: "stopped",
      hook: "commit-msg",
      stoppedBy: "findings",
      reports: [{ findings: [{ rule: "aws-access-key-id", line: 1 }] }],
    },
  ]);
  expect(printed).not.toContain(accessKey());
  writeFileSync(message, "a word\n");
  expect(await run("git-hooks", "run", "commit-msg", message)).toEqual([0, ""]);
  expect(await told("git-hooks", "run", "commit-msg", message)).toMatchObject([
    0,
    { outcome: "passed", stoppedBy: null },
  ]);
});

it("the service: its file, and what would change", async (ctx) => {
  if (process.platform !== "linux") ctx.skip("the service is one of systemd's, on Linux");
  const [, text] = await run("service", "install", "--print", ...data);
  const [, shown] = await told("service", "install", "--print", ...data);
  expect(shown).toEqual({ file: expect.stringMatching(/\.service$/), text });
  expect(await told("service", "install", "--dry-run", ...data)).toEqual([
    0,
    {
      outcome: "planned",
      file: expect.stringMatching(/\.service$/),
      diff: expect.stringContaining("+Restart=on-failure"),
    },
  ]);
  expect(await told("service", "remove", "--yes", ...data)).toMatchObject([
    0,
    { outcome: "unchanged" },
  ]);
});
