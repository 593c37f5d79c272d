// A project guarded by `init`, from a cold start: the real client starts the daemon, obeys it, and the log can be verified.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { settingsReload } from "./settings-reload.ts";

const marker = "QUARTZ7731";
let folder = "";
let project = "";
let missing: string | undefined;
let run: ClientRun;
let settingsAfterInit = "";

const sallyport = (...args: string[]) =>
  runBuilt({ home: folder, data: join(folder, "data") }, ...args);
const settingsFile = () => join(project, ".claude", "settings.local.json");
/** The one file that holds the entries of a short log. */
const entryBundle = () => {
  const entries = join(folder, "data", "log", "tile", "entries");
  const names = readdirSync(entries, { recursive: true, encoding: "utf8" });
  const files = names.map((name) => join(entries, name)).filter((path) => statSync(path).isFile());
  const largest = files.sort((a, b) => statSync(b).size - statSync(a).size)[0];
  if (largest === undefined) throw new Error("the log has no entries");
  return largest;
};

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-guarded-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
  project = join(folder, "shop");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), `KEY=${marker}\n`);
  writeFileSync(join(project, "readme.txt"), "hello from the project\n");
  expect(sallyport("init", project, "--yes")).toMatchObject({ status: 0, stderr: "" });
  settingsAfterInit = readFileSync(settingsFile(), "utf8");
  run = await runClient({
    projectDirectory: project,
    settings: { user: { permissions: { allow: ["Bash", "Read"] } } },
    turns: [
      bash("cat readme.txt"),
      bash("cat .env"),
      [{ name: "Read", input: { file_path: "<project>/.env" } }],
      bash("ls"),
      bash('f=.e; cat "${f}nv"'),
      "bye",
    ],
    // Somebody takes the hooks out while the session runs; the session must keep them.
    beforeTurn: async (turn) => {
      if (turn !== 4) return;
      writeFileSync(settingsFile(), "{}\n");
      await settingsReload();
    },
  });
});
afterAll(() => {
  if (folder === "") return;
  sallyport("daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("a session in a guarded project", () => {
  it("starts the daemon in time for its first call, and lets what is harmless run", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(run.toolResults.get(toolUseId(0))?.text).toContain("hello from the project");
    expect(run.wasDenied(toolUseId(0))).toBe(false);
    expect(run.wasDenied(toolUseId(3))).toBe(false);
  });
  it("refuses the secret to Bash and to Read, however it is spelt", (ctx) => {
    skipIfMissing(ctx, missing);
    for (const turn of [1, 2, 4]) expect(run.wasDenied(toolUseId(turn))).toBe(true);
    expect(run.leaked(marker)).toBeUndefined();
  });
  it("keeps its hooks when they are taken out of the settings while it runs", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(readFileSync(settingsFile(), "utf8")).toBe("{}\n");
    expect(run.wasDenied(toolUseId(4))).toBe(true);
  });
  it("is on record, verifiably, without the secret; one flipped byte is found and its entry named", (ctx) => {
    skipIfMissing(ctx, missing);
    // The harness ends the session with everything that it started, the daemon too. Starting it again publishes what was
    // durable and not yet published; stopping it leaves a log at rest.
    expect(sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
    expect(sallyport("daemon", "stop")).toMatchObject({ status: 0 });
    const tail = sallyport("log", "tail", "-n", "100").stdout;
    expect(tail.match(/\b(?:allow|abstain)\b.*\bBash\b/g)).toHaveLength(2);
    expect(tail.match(/\bdeny\b/g)).toHaveLength(3);
    expect(tail).toMatch(/\bconfig-change\b.*\bblocked\b/);
    expect(tail).not.toContain(marker);
    expect(sallyport("log", "verify")).toMatchObject({ status: 0 });
    const bundle = entryBundle();
    const bytes = readFileSync(bundle);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(bundle, bytes);
    const verify = sallyport("log", "verify");
    expect(verify.status).toBe(1);
    expect(`${verify.stdout}${verify.stderr}`).toMatch(/\bentry \d+\b/);
  });
  it("is given back to the client's own rules by uninstall", (ctx) => {
    skipIfMissing(ctx, missing);
    writeFileSync(settingsFile(), settingsAfterInit);
    expect(sallyport("uninstall", project, "--yes")).toMatchObject({ status: 0 });
    expect(sallyport("uninstall", project, "--yes").stdout).toContain("nothing to do");
  });
});
