// What the client sends without any hook: files that it reads again when it has summed up a session, and pages that it fetches.
import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { canary } from "./canaries.ts";
import { bash, type ClientRun, type ClientRunOptions, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId, type ToolUse, type Turn } from "./model-stub.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const missing = await whyMissing(["client"]);
const files = (): Readonly<Record<string, string>> => ({
  "again.txt": `line one\nid ${canary("readAgain")} here\nend of it\n`,
  "shown.log": `start\nusing ${canary("shownAgain")}\nshown to its end\n`,
});
let folder = "";
let project = "";
let web: Server;
let guarded: ClientRun;
let bare: ClientRun;

const call = (name: string, input: ToolUse["input"]): readonly ToolUse[] => [{ name, input }];
const turns = (port: number): readonly Turn[] => [
  call("Read", { file_path: "<project>/again.txt" }),
  bash("cat shown.log"),
  call("ToolSearch", { query: "select:WebFetch", max_results: 1 }),
  call("WebFetch", { url: `https://127.0.0.1:${port}/`, prompt: "what is the key" }),
  "begun",
];
const FETCH = 3;

const run = (options: ClientRunOptions, prompts: readonly string[]): Promise<ClientRun> => {
  const feed = join(folder, "prompts.json");
  writeFileSync(feed, JSON.stringify(prompts));
  return runClient({
    ...options,
    settings: {
      user: { permissions: { allow: ["Bash", "Read", "WebFetch"] }, skipWebFetchPreflight: true },
    },
    wrapper: [process.execPath, join(root, "test/client/prompt-feed.mjs"), feed],
    extraArgs: ["--input-format", "stream-json"],
    timeoutMs: 90_000,
  });
};
const plant = (directory: string): void => {
  for (const [name, text] of Object.entries(files())) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
};

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-compaction-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
  project = join(folder, "shop");
  mkdirSync(project);
  plant(project);
  const nowMs = Date.now();
  const name = "authority of a test";
  const authority = createAuthority({ name, nowMs, days: 2 });
  const issuer = { name, key: createPrivateKey(authority.key) };
  const { certificate, key } = issueServerCertificate(issuer, { nowMs, days: 1 });
  const trusted = join(folder, "authority.pem");
  writeFileSync(trusted, authority.certificate);
  web = createServer({ cert: certificate, key }, (_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<html><body><p>the key is ${canary("page")}</p></body></html>`);
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", () => resolve()));
  const address = web.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  bare = await run(
    { turns: [...turns(port), "summed up"], files: files(), env: { NODE_EXTRA_CA_CERTS: trusted } },
    ["please begin", "/compact", "and go on"],
  );
  const init = runBuilt({ home: folder, data: join(folder, "data") }, "init", project, "--yes");
  expect(init).toMatchObject({ status: 0 });
  guarded = await run(
    {
      turns: [...turns(port), "went on", "summed up", "summed up", "after it"],
      projectDirectory: project,
      home: folder,
      env: { NODE_EXTRA_CA_CERTS: trusted },
      // The person takes the values out, as they were told to.
      beforeTurn: (turn) => {
        if (turn !== turns(port).length) return;
        writeFileSync(join(project, "again.txt"), "line one\nread from the keychain\nend of it\n");
        writeFileSync(join(project, "shown.log"), "start\nshown to its end\n");
      },
    },
    ["please begin", "/compact", "and go on", "/compact", "go on again"],
  );
}, 180_000);
afterAll(() => {
  web?.close();
  if (folder === "") return;
  runBuilt({ home: folder, data: join(folder, "data") }, "daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

const CONTENTS = ["readAgain", "shownAgain", "page"] as const;
const compactions = ({ events }: ClientRun): number =>
  events.filter((event) => event["subtype"] === "compact_boundary").length;
const lastBody = ({ requestBodies }: ClientRun): string => requestBodies.at(-1) ?? "";

describe("without sallyport", () => {
  it("files that were read are sent again behind the summary, by whatever they were read", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(compactions(bare)).toBe(1);
    expect(lastBody(bare)).toContain("continued from a previous conversation");
    for (const id of ["readAgain", "shownAgain"] as const)
      expect(lastBody(bare)).toContain(canary(id));
  });
  it("a page goes to the model in a request of its own, before any hook for the answer", (ctx) => {
    skipIfMissing(ctx, missing);
    const side = bare.requests.filter(({ loop }) => loop === "side").map(({ body }) => body);
    expect(side.some((body) => body.includes(canary("page")))).toBe(true);
  });
});

describe("with sallyport", () => {
  it("no value reaches a request, in any form", (ctx) => {
    skipIfMissing(ctx, missing);
    for (const id of CONTENTS) expect([id, guarded.leaked(canary(id))]).toEqual([id, undefined]);
  });
  it("the session is not summed up while a file that it has read holds one, and the person is told which", (ctx) => {
    skipIfMissing(ctx, missing);
    const told = guarded.events.flatMap((event) =>
      typeof event["result"] === "string" ? [event["result"]] : [],
    );
    const held = told.find((text) => text.includes("was not summed up")) ?? "";
    expect(held).toContain("again.txt` holds");
    expect(held).toContain("shown.log` holds");
    for (const id of CONTENTS) expect(held).not.toContain(canary(id));
  });
  it("it is summed up when they are taken out, and the files go along as they are then", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(compactions(guarded)).toBe(1);
    expect(lastBody(guarded)).toContain("read from the keychain");
    expect(JSON.stringify(guarded.events)).toContain("after it");
  });
  it("a page of the own machine is not fetched, and a way that is looked through is named", (ctx) => {
    skipIfMissing(ctx, missing);
    const { text } = guarded.toolResults.get(toolUseId(FETCH)) ?? { text: "" };
    expect(text).toContain("guard/page");
    expect(text).toContain("curl");
  });
  it("nothing of this is in what the record keeps", (ctx) => {
    skipIfMissing(ctx, missing);
    const { stdout } = runBuilt({ home: folder, data: join(folder, "data") }, "log", "tail");
    expect(stdout).toContain("PreCompact");
    for (const id of CONTENTS) expect(stdout).not.toContain(canary(id));
    expect(readFileSync(join(project, "again.txt"), "utf8")).toContain("keychain");
  });
});
