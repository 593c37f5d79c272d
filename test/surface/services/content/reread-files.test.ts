// Files that the client reads again when it sums a session up: which calls name them, and that a value in one holds the summary back.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isOwnNetwork } from "#guard/effects/network/destination.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import {
  heldFetch,
  heldSummary,
  withheldFiles,
} from "#surface/services/content/content-answers.ts";
import { contentPorts } from "#surface/services/content/content-ports.ts";
import { filesOfSession } from "#surface/services/content/reread-files.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const TEAM: readonly Requirement[] = ["prompts-without-secrets", "outputs-without-secrets"];
let folder = "";
const ports = contentPorts(async () => ({ requires: TEAM }) as never, { pseudonym: () => "" });
const line = (name: string, input: unknown, cwd = folder): string =>
  JSON.stringify({
    type: "assistant",
    cwd,
    message: { content: [{ type: "tool_use", name, input }] },
  });

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-again-")));
  writeFileSync(join(folder, "with.txt"), `first\nid ${ID}\n`);
  writeFileSync(join(folder, "without.txt"), "first\nsecond\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("paths of file tools and words of commands that show files are taken, the newest first", () => {
  const transcript = [
    line("Read", { file_path: "/p/a.txt" }),
    line("Bash", { command: "grep -n 'x' src/b.ts | head -3" }, "/p"),
    line("Bash", { command: "npm run build" }, "/p"),
    line("Edit", { file_path: "/p/c.ts", old_string: "a", new_string: "b" }),
    line("NotebookEdit", { notebook_path: "/p/d.ipynb" }),
    "no JSON, and yet a tool_use",
    '{"type":"user","message":{"content":"\\"tool_use\\""}}',
  ].join("\n");
  const found = filesOfSession(transcript);
  expect(found.slice(0, 2)).toEqual(["/p/d.ipynb", "/p/c.ts"]);
  expect(found).toEqual(expect.arrayContaining(["/p/a.txt", "/p/src/b.ts"]));
  expect(found).not.toContain("/p/build");
});
it("a transcript of any length names a bounded number of files, in little time", () => {
  const many = Array.from({ length: 20_000 }, (_, at) => line("Read", { file_path: `/p/${at}` }));
  expect(filesOfSession(many.join("\n"))).toHaveLength(64);
  expect(filesOfSession(line("Bash", { command: `cat ${"a ".repeat(100_000)}` }))).toHaveLength(2);
  expect(filesOfSession("{".repeat(100_000))).toEqual([]);
});
it("a file that was read and holds a certain secret now holds the summary back; its message shows no value", () => {
  const transcriptPath = join(folder, "s.jsonl");
  writeFileSync(
    transcriptPath,
    [
      line("Read", { file_path: join(folder, "without.txt") }),
      line("Bash", { command: "head -2 with.txt" }),
    ].join("\n"),
  );
  const paths = ports.sentFiles.withSummary({ cwd: folder, root: folder, transcriptPath });
  const held = withheldFiles(paths, ports.readAgain, TEAM);
  expect(held.map(({ path }) => path)).toEqual([join(folder, "with.txt")]);
  expect(heldSummary(held)).toContain("with.txt` holds the id of an AWS access key (line 2)");
  expect(heldSummary(held)).not.toContain("FAKE");
  expect(withheldFiles(paths, ports.readAgain, [])).toEqual([]);
  expect(
    ports.sentFiles.withSummary({ cwd: folder, root: folder, transcriptPath: undefined }),
  ).not.toContain(join(folder, "with.txt"));
});
it("what a failed tool said holds it back as well", () => {
  expect(heldSummary([{ path: "", words: "a key" }])).toContain("A tool that failed printed a key");
});

const page = (url: string) => heldFetch({ input: { kind: "fetch", url } } as ToolCall, TEAM);
it.each([
  ...["https://127.0.0.1:8443/a", "http://localhost/", "http://0x7f.1/", "http://2130706433/"],
  ...["http://[::1]:80/", "http://[::ffff:10.0.0.1]/", "https://wiki/", "http://10.1.2.3/"],
  ...["http://172.20.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/"],
  ...["http://[fd00::1]/", "http://[fe80::1]/", "https://vault.corp/", "https://a.b.internal./"],
])("a page of one's own network is not fetched: %s", (url) => {
  expect(page(url)).toContain("of this machine or its network");
});
it.each([
  ...["https://example.com/a", "https://docs.internal.example.com/", "http://172.32.0.1/"],
  ...[
    "http://11.1.1.1/",
    "https://[2606:4700::1111]/",
    "https://fda.gov/",
    "http://10.example.com/",
    "no address",
  ],
])("a page of elsewhere is: %s", (url) => {
  expect(page(url)).toBeUndefined();
});
it("a policy that lets answers hold secrets lets pages be fetched, and no other call is looked at", () => {
  const call = { input: { kind: "fetch", url: "http://localhost/" } } as ToolCall;
  expect(heldFetch(call, [])).toBeUndefined();
  expect(
    heldFetch({ input: { kind: "bash", command: "curl http://localhost/" } } as ToolCall, TEAM),
  ).toBeUndefined();
  expect(isOwnNetwork("8.8.8.8")).toBe(false);
});
