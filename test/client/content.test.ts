// Planted secrets in prompts, files, outputs and answers of MCP servers: none reaches the model, our log or any file, and work goes on.
import {
  existsSync,
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
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { findMarker } from "./marker-search.ts";
import { toolUseId } from "./model-stub.ts";

/** Made up here: `prefix` makes each canary a value of its own, in a form that no issuer gives out by chance. */
const canary = (letter: string) => `AKIA${letter}4Q9Z7T2W8R5N3K6`;
const IDS = [..."ABCDEFG"].map((letter) => canary(letter).slice(0, 20));
const [FILE = "", LOG = "", SOURCE = "", SERVER = "", FAILED = "", PROMPT = "", MEMORY = ""] = IDS;
const PASSWORD = "kT9wQz4mVx7Lp2RbN8sd";
/** An MCP server of one tool, which gives a canary in a text and in a structure. */
const SERVER_CODE = `
const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  const result =
    method === "initialize"
      ? { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: { name: "store", version: "1" } }
      : method === "tools/list"
        ? { tools: [{ name: "lookup", description: "looks up", inputSchema: { type: "object" } }] }
        : { content: [{ type: "text", text: "entry 7: key ${SERVER} of the robot" }] };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
});
`;

/** The pack that `init` takes otherwise, with a word for the server, which nobody knows. */
const POLICY = `id: shop
version: "1"
title: The shop's
extends: [team]
rules:
  - id: shop/lookup
    verdict: allow
    effects: [unknown]
    mcp: [store/lookup]
    reason: it looks up
`;

let folder = "";
let project = "";
let missing: string | undefined;
let run: ClientRun;
let prompted: ClientRun;
let failed: ClientRun;

const sallyport = (...args: string[]) =>
  runBuilt({ home: folder, data: join(folder, "data") }, ...args);
const need = (ctx: TestContext) => {
  if (missing !== undefined) ctx.skip(missing);
};
const resultOf = (turn: number) => run.toolResults.get(toolUseId(turn))?.text ?? "";
const placeholder = /\[\[SP:aws-access-key-id:[A-Z2-7]{8}\]\]/;

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-content-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
  project = join(folder, "shop");
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "notes.txt"), `line one\nid ${FILE} here\nline three\n`);
  writeFileSync(join(project, "build.log"), `start\nusing ${LOG}\npassword=${PASSWORD}\nend\n`);
  writeFileSync(
    join(project, "src/config.ts"),
    `export const id = "${SOURCE}";\nexport const n = 1;\n`,
  );
  writeFileSync(join(project, "fail.sh"), `echo about to fail with ${FAILED}\nexit 3\n`);
  writeFileSync(join(project, "CLAUDE.md"), `# Shop\nThe robot is ${MEMORY}.\n`);
  writeFileSync(join(project, "server.cjs"), SERVER_CODE);
  const policy = join(folder, "policy.yaml");
  writeFileSync(policy, POLICY);
  expect(sallyport("init", project, "--yes", "--profile", policy)).toMatchObject({ status: 0 });
  const mcp = {
    mcpServers: { store: { command: process.execPath, args: [join(project, "server.cjs")] } },
  };
  run = await runClient({
    projectDirectory: project,
    home: folder,
    settings: {
      user: { permissions: { allow: ["Bash", "Read", "Edit", "Write", "mcp__store__lookup"] } },
    },
    extraArgs: ["--mcp-config", JSON.stringify(mcp)],
    turns: [
      bash("cat build.log"),
      [{ name: "Read", input: { file_path: "<project>/notes.txt" } }],
      bash("grep -rn AKIA src"),
      [{ name: "mcp__store__lookup", input: { entry: 7 } }],
      [{ name: "Read", input: { file_path: "<project>/src/config.ts" } }],
      [
        {
          name: "Edit",
          input: {
            file_path: "<project>/src/config.ts",
            old_string: "export const n = 1;",
            new_string: "export const n = 2;",
          },
        },
      ],
      bash("echo done; ls src"),
      [
        {
          name: "Write",
          input: {
            file_path: "<project>/src/new.ts",
            content: `key [[SP:aws-access-key-id:K3F7ABCD]]`,
          },
        },
      ],
      "bye",
    ],
  });
  prompted = await runClient({
    projectDirectory: project,
    home: folder,
    settings: { user: {} },
    prompt: `please use ${PROMPT} to log in`,
    turns: ["never"],
  });
  failed = await runClient({
    projectDirectory: project,
    home: folder,
    settings: { user: { permissions: { allow: ["Bash"] } } },
    turns: [bash("sh fail.sh"), "bye"],
  });
}, 120_000);
afterAll(() => {
  if (folder === "") return;
  sallyport("daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("the answers of tools", () => {
  it.each([
    ["Bash", 0, LOG],
    ["Read", 1, FILE],
    ["a search", 2, SOURCE],
    ["an MCP server", 3, SERVER],
  ])("%s: a placeholder stands where the value was", (_, turn, value) => {
    if (missing !== undefined) return expect(missing).not.toBe("");
    expect(resultOf(turn)).toMatch(placeholder);
    expect(run.leaked(value)).toBeUndefined();
  });
  it("what stands around a value is as it was", (ctx) => {
    need(ctx);
    expect(resultOf(0)).toMatch(
      /^start\nusing \[\[SP:.*\npassword=\[\[SP:[a-z-]+:[A-Z2-7]{8}\]\]\nend/,
    );
    expect(resultOf(1)).toContain("line three");
    expect(run.leaked(PASSWORD)).toBeUndefined();
  });
  it("the same value has the same placeholder in every answer of the session", (ctx) => {
    need(ctx);
    const [first, second] = [resultOf(2), resultOf(4)].map((text) => placeholder.exec(text)?.[0]);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });
  it("work goes on: an edit beside a withheld value lands, and the value stays in the file", (ctx) => {
    need(ctx);
    const text = readFileSync(join(project, "src/config.ts"), "utf8");
    expect(text).toBe(`export const id = "${SOURCE}";\nexport const n = 2;\n`);
    expect(resultOf(6)).toContain("done");
  });
  it("a placeholder is not written where a value should be", (ctx) => {
    need(ctx);
    expect(run.wasDenied(toolUseId(7))).toBe(true);
    expect(resultOf(7)).toContain("secrets/withheld");
  });
});

describe("what a tool says when it fails", () => {
  it("is not sent with a secret: the turn ends", (ctx) => {
    need(ctx);
    expect(failed.requestBodies.filter((body) => body.includes("about to fail"))).toEqual([]);
    expect(findMarker(failed.requestBodies, FAILED)).toBeUndefined();
    expect(JSON.stringify(failed.events)).toContain("the turn was ended");
  });
});

describe("prompts and instructions", () => {
  it("a prompt with a secret is not sent, and the person is told what and where", (ctx) => {
    need(ctx);
    expect(prompted.requestBodies.filter((body) => body.includes("please use"))).toEqual([]);
    expect(findMarker(prompted.requestBodies, PROMPT)).toBeUndefined();
    const told = JSON.stringify(prompted.events);
    expect(told).toContain("the id of an AWS access key (line 1)");
    expect(told).not.toContain(PROMPT);
  });
});

describe("what is kept", () => {
  it("holds no canary: log, state, temporary files", (ctx) => {
    need(ctx);
    expect(sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
    expect(sallyport("daemon", "stop")).toMatchObject({ status: 0 });
    const tail = sallyport("log", "tail", "-n", "200").stdout;
    expect(tail).toMatch(/redacted/);
    const data = join(folder, "data");
    const texts = [tail];
    for (const name of readdirSync(data, { recursive: true, encoding: "utf8" })) {
      const path = join(data, name);
      if (existsSync(path) && statSync(path).isFile() && !/program/.test(name))
        texts.push(readFileSync(path, "latin1"));
    }
    for (const value of [...IDS, PASSWORD]) expect(findMarker(texts, value)).toBeUndefined();
  });
});
