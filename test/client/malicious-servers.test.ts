// Twelve malicious MCP servers behind the gateway in the real client, where no hook runs: each is stopped at its point, and the benign one works.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { whyNoRoom } from "#surface/services/mcp/inspect-room.ts";
import { skipIfMissing } from "../skipping.ts";
import { atTerminal, hasScript } from "../surface/cli/typed.ts";
import { SERVER } from "../surface/services/mcp/stand.ts";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import { BUILT, runBuilt } from "./built-program.ts";
import { bash, type ClientRun } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

const KEY = ["AKIA", "Z7Q2M4N6P8R1T3V5"].join("");
/** Those that are approved and pinned while they are harmless. */
const PINNED = ["benign", "rug-pull", "changing", "twice", "turning", "leaky", "flooding"];
/** What `mcp scan` finds in those that nobody should approve. */
const SCANNED: Readonly<Record<string, string>> = {
  shadowing: "shadowing",
  "look-alike": "look-alike-name",
  exfiltration: "exfiltration-parameter",
  invisible: "invisible-characters",
};
/** What cannot be pinned, because nobody can read it. */
const UNREAD = ["many", "huge"];
const ALL = [...PINNED, ...Object.keys(SCANNED), ...UNREAD];
const GONE = /No such tool available/;
/** Calls once each server shows what it is, and what comes of them. */
const CALLS: readonly (readonly [server: string, tool: string, RegExp])[] = [
  ["benign", "lookup", /^done: lookup/],
  // Its description changed.
  ["rug-pull", "lookup", GONE],
  ["rug-pull", "add_note", /^done: add_note/],
  // It has a tool more.
  ["changing", "run_command", GONE],
  ["changing", "lookup", /^done: lookup/],
  // It has a tool twice.
  ["twice", "lookup", GONE],
  ["twice", "add_note", /^done: add_note/],
  // It became another server.
  ["turning", "search_docs", GONE],
  // They do harm when they are called.
  ["leaky", "lookup", /^The key is (?!AKIA)/],
  ["flooding", "lookup", /larger than a message may be/],
  // Nobody approved them.
  ["shadowing", "search_docs", GONE],
  ["look-alike", "lookup", GONE],
  ["exfiltration", "add_note", GONE],
  ["invisible", "lookup", GONE],
  ["many", "tool_1", GONE],
  ["huge", "lookup", GONE],
];

let missing: string | undefined;
let stand: BreakableStand;
let run: ClientRun;
let scan = "";
let told = "";
const unpinned: Record<string, string> = {};
beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (!hasScript) missing ??= "`script` is not on PATH";
  if (whyNoRoom() !== undefined) missing ??= `no isolation: ${whyNoRoom()}`;
  if (missing !== undefined) return;
  stand = await openBreakableStand({ transport: undefined });
  const person = { home: stand.home, data: stand.data };
  const other = join(stand.home, "other");
  mkdirSync(other);
  // The log and its keys; the project of the session stays without any hook.
  expect(runBuilt(person, "init", other, "--yes").status).toBe(0);
  mkdirSync(join(stand.home, "bin"));
  symlinkSync(BUILT[0], join(stand.home, "bin", "sallyport"));
  // WHY a bare name: a path among the words is pinned as a file.
  const phase = join(stand.project, "phase");
  writeFileSync(phase, "0");
  const servers = ALL.map((kind) => [
    kind,
    { command: process.execPath, args: [SERVER, kind, "stdio", "phase"] },
  ]);
  const file = join(stand.project, ".mcp.json");
  writeFileSync(file, JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
  const place = ["--project", stand.project];
  scan = runBuilt(person, "mcp", "scan", "--json", ...place).stdout;
  const type = (...args: readonly string[]) =>
    atTerminal({ ...person, program: BUILT }, (word) => word, ...args, ...place);
  const about = ["--purpose", "tickets", "--capability", "saas", "--data-class", "internal"];
  for (const kind of [...PINNED, ...UNREAD]) {
    const approved = await type("mcp", "approve", kind, ...about, "--reason", "vetted");
    expect([approved.code, approved.text]).toEqual([0, expect.stringContaining("approved")]);
    const pinned = await type("mcp", "pin", kind, "--reason", "read");
    if (pinned.code !== 0) unpinned[kind] = pinned.text;
    // Without a pin an approval lets through whatever it says.
    if (pinned.code !== 0) runBuilt(person, "mcp", "revoke", kind, "--reason", "unread", ...place);
  }
  expect(runBuilt(person, "mcp", "wrap", "--all", "--yes", ...place).status).toBe(0);
  writeFileSync(phase, "1");
  run = await stand.session({
    settings: {
      user: {
        enableAllProjectMcpServers: true,
        permissions: { allow: ["Bash", ...ALL.map((name) => `mcp__${name}`)] },
      },
    },
    env: { PATH: `${stand.home}/bin:${process.env["PATH"]}`, SALLYPORT_HOME: stand.data },
    turns: [
      // The client begins while servers are still being started.
      bash("sleep 15"),
      ...CALLS.map(([server, tool]) => [
        { name: `mcp__${server}__${tool}`, input: { id: "7", text: "x" } },
      ]),
      "bye",
    ],
    timeoutMs: 150_000,
  });
  told = runBuilt(person, "log", "tail", "-n", "200", "--json").stdout;
}, 400_000);
afterAll(() => stand?.close());
beforeEach((ctx) => skipIfMissing(ctx, missing));

test.each(CALLS.map((call, at) => [...call, at + 1] as const))(
  "in the session: %s %s",
  (_server, _tool, outcome, turn) => {
    const { text = "" } = run.toolResults.get(toolUseId(turn)) ?? {};
    expect(text).toMatch(outcome);
    expect(text).not.toContain(KEY);
  },
);

test.each(Object.entries(SCANNED))("before: `mcp scan` finds %s", (server, kind) => {
  const { findings } = JSON.parse(scan) as { findings: readonly object[] };
  expect(findings).toContainEqual(expect.objectContaining({ server, kind }));
});

test.each(UNREAD)("before: %s cannot be pinned", (server) => {
  expect(unpinned[server]).toContain("could not be looked at");
});

test("each refusal is on record, with the server by name for who may read", () => {
  const lines = told.split("\n").filter((line) => line.includes('"kind":"mcp"'));
  for (const name of ["rug-pull", "changing", "twice", "turning"])
    expect(lines.some((line) => line.includes(`"${name}"`))).toBe(true);
});
