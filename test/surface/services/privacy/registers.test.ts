// The registers of privacy: requests with their deadlines at a terminal, processors, the record of processing, the calendar, what memory holds.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLog } from "#record/store/log-writer.ts";
import { viewLog } from "#record/store/log-view.ts";
import { type Directories, directoriesIn } from "#surface/foundation/files/directories.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import {
  enterStep,
  keepPersonRequest,
  newPersonRequest,
  readPersonRequests,
} from "#surface/services/privacy/person-requests.ts";
import { runHere } from "../../cli/in-process.ts";
import { atTerminal, hasScript, withoutTerminal } from "../../cli/typed.ts";

const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "sallyport-registers-"));
const data = join(folder, "data");
const project = join(folder, "shop");
const NUMBER = ["4539", "1488", "0343", "6467"].join(" ");
let directories: Directories;
beforeAll(async () => {
  ({ directories } = await ensureInstall({ root: data }));
  const clock = { nowMs: Date.now, monotonicMs: () => performance.now() };
  const log = await openLog({ ...directories, clock, productVersion: "0.1.0" });
  await log.close();
  mkdirSync(join(project, ".claude"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const privacy = (...args: readonly string[]) =>
  runHere(["privacy", ...args, "--data", data], {
    HOME: folder,
    PATH: process.env["PATH"] ?? "",
    CLAUDE_CONFIG_DIR: join(folder, ".claude"),
  });
const parsed = async (...args: readonly string[]) => JSON.parse((await privacy(...args)).out);

describe("requests of people", () => {
  it("are entered and answered at a terminal alone, and name nobody", async (ctx) => {
    if (!hasScript) ctx.skip("there is no `script`");
    const person = { data, home: folder };
    const yes = (word: string) => word;
    const open = ["privacy", "case", "open", "--right", "access", "--reference", "T-4711"];
    expect((await withoutTerminal(person, ...open)).code).not.toBe(0);
    expect(await atTerminal(person, () => "no", ...open)).toMatchObject({ code: 1 });
    expect(readPersonRequests(directories)).toEqual([]);
    expect(await atTerminal(person, yes, ...open)).toMatchObject({ code: 0 });
    const id = readPersonRequests(directories).at(0)?.id ?? "";
    const step = (...words: readonly string[]) =>
      atTerminal(person, yes, "privacy", "case", "step", id.slice(0, 4), ...words);
    expect((await step("answered")).text).toContain("cannot be answered before");
    expect(await step("identity", "--note", "asked_back")).toMatchObject({ code: 0 });
    expect((await parsed("case", "list", "--json"))[0]).toMatchObject({
      id,
      state: "open",
      next: "searched",
      reference: "T-4711",
    });
    await takeSpooled(directories);
    const view = await viewLog(directories.log, directories.keys);
    const steps: unknown[] = [];
    for await (const { leaf } of view.leaves(0, await view.size()))
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "person-request")
        steps.push([leaf.metadata["what"], leaf.metadata["request"], leaf.sections.length]);
    expect(steps).toEqual([
      ["received", id, 0],
      ["identity", id, 0],
    ]);
  }, 120_000);
  it.each([
    ["a name in place of a reference", ["--reference", "ada@corp.example"], /no name or address/],
    ["a right that is none", ["--right", "oblivion", "--reference", "T"], /one of access/],
    ["a day to come", ["--reference", "T", "--received", "2999-01-01"], /not to come/],
    ["a day that is none", ["--reference", "T", "--received", "soon"], /give a day/],
  ])("refuse %s", async (_, words, why) => {
    const right = words.includes("--right") ? [] : ["--right", "access"];
    const said = await privacy("case", "open", ...right, ...words);
    expect([said.code, said.err]).toEqual([2, expect.stringMatching(why)]);
  });
  it("that are overdue are told, and stand in the calendar", async () => {
    const nowMs = Date.now();
    const given = { right: "erasure" as const, reference: "T-1", receivedMs: nowMs - 31 * DAY_MS };
    const late = newPersonRequest({ ...given, nowMs });
    await keepPersonRequest(directories, late, nowMs);
    const said = await privacy("case", "list", "--open");
    expect(said.code).toBe(1);
    expect(said.out).toContain(`${late.id}  overdue  erasure, T-1`);
    const calendar = await privacy("calendar");
    expect([calendar.code, calendar.out]).toEqual([1, expect.stringContaining("LATE  answer")]);
    const refused = await enterStep(directories, late, { step: "refused", note: "no", nowMs });
    expect(refused.steps).toHaveLength(2);
    expect((await privacy("case", "list")).code).toBe(0);
    expect((await privacy("calendar")).code).toBe(0);
  });
  it("are told to be damaged where their file is", async () => {
    const file = join(data, "person-requests.json");
    const before = readFileSync(file);
    writeFileSync(file, "{");
    const said = await privacy("case", "list");
    expect([said.code, said.err]).toEqual([2, expect.stringContaining("is damaged")]);
    writeFileSync(file, before);
  });
});

describe("processors", () => {
  it("are the targets, servers and channels that are set up, each with its contract", async () => {
    writeFileSync(
      directories.exportsFile,
      `targets:
  - { name: siem, to: http, url: "https://siem.example/in", personal: { user: clear } }
  - { name: local, to: file, path: ${join(folder, "events.jsonl")} }
`,
      { mode: 0o600 },
    );
    writeFileSync(
      join(project, ".mcp.json"),
      JSON.stringify({ mcpServers: { tracker: { type: "http", url: "https://mcp.example/" } } }),
    );
    const said = await privacy("processors", "--project", project);
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^export\/local {2}on this machine/m);
    expect(said.out).toMatch(/^export\/siem {2}contract missing[^]*in clear user/m);
    expect(said.out).toMatch(/^mcp\/tracker {2}contract missing/m);
    attest("processor/export/siem", 10);
    attest("processor/export/siem/sub/cloud", 10);
    attest("processor/mcp/tracker", -1);
    const rows = await parsed("processors", "--project", project, "--json");
    const states = Object.fromEntries(
      rows.map((one: { id: string; contract: { state: string } }) => [one.id, one.contract.state]),
    );
    // The person who runs the tests may have servers too.
    expect(states).toMatchObject({
      "export/local": "missing",
      "export/siem": "in force",
      "mcp/tracker": "over",
    });
    const siem = rows.find((one: { id: string }) => one.id === "export/siem");
    expect(siem.contract.attested).toMatchObject({ owner: "ada", document: "f".repeat(64) });
    expect(siem.subProcessors).toEqual([{ name: "cloud", isInForce: true }]);
    expect((await privacy("calendar")).out).toContain("attestation processor/export/siem ends");
  });
  it("stand in the record of processing with purposes, places and times", async () => {
    const out = join(folder, "processing.md");
    expect((await privacy("processing", "--project", project, "--out", out)).code).toBe(0);
    const text = readFileSync(out, "utf8");
    expect(text).toContain("nobody ordered when entries leave");
    expect(text).toMatch(/`export\/siem`, export to http, .*contract in force, owner ada/);
    expect(text).toContain("## What people have to add");
    const record = await parsed("processing", "--project", project, "--json");
    expect(record.activities.map(({ name }: { name: string }) => name)).toContain(
      "Record of what the coding agent does",
    );
  });
});

describe("what the client remembers", () => {
  it("is looked through for personal data, whose value is never shown", async () => {
    expect((await privacy("memory", "--project", project)).code).toBe(0);
    const memory = join(folder, ".claude", "projects", "-shop", "memory");
    mkdirSync(memory, { recursive: true });
    writeFileSync(join(memory, "MEMORY.md"), `# notes\n\nher card is ${NUMBER}\n`);
    writeFileSync(join(folder, ".claude", "projects", "-shop", "s.jsonl"), `card ${NUMBER}\n`);
    const said = await privacy("memory", "--project", project);
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/MEMORY\.md:3 {2}personal, high: /);
    expect(said.out).toContain("1 finding in 1 file of 1 store");
    expect(said.out).not.toContain("6467");
  });
});

function attest(about: string, days: number): void {
  const store = openStatements(directoriesIn(data));
  const nowMs = Date.now();
  const id = Buffer.from(about).toString("hex").slice(-16);
  const createdMs = nowMs - 20 * DAY_MS;
  store.add(
    store.sign({
      id,
      kind: "attestation",
      about,
      scope: { of: "all" },
      digest: "f".repeat(64),
      reason: "read",
      owner: "ada",
      approver: "grace",
      createdMs,
      expiresMs: nowMs + days * DAY_MS,
    }),
  );
}
