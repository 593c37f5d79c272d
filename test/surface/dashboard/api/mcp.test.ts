// Endpoints of MCP servers: what the commands say, what to do next for each, names that would do harm as one word.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AskedCommands, serveCommands } from "../asked-commands.ts";
import { api } from "../served.ts";

const HOSTILE = '--network <img src=x onerror="alert(1)"> \u202e; rm -rf ~';

let commands: AskedCommands;
beforeAll(async () => {
  commands = await serveCommands();
});
afterAll(() => commands.close());

const server = (name: string, state: string, more: object = {}) => ({
  name,
  state,
  isPinned: false,
  identity: "npx docs",
  from: "project",
  file: ".mcp.json",
  given: ["TOKEN"],
  remarks: [],
  owner: null,
  untilMs: null,
  pin: null,
  seenMs: null,
  ...more,
});
const found = (message: string) => ({
  kind: "hidden-instruction",
  gravity: "high",
  server: "docs",
  part: "tool look",
  message,
});
const address = (path: string, more: Readonly<Record<string, string>> = {}) =>
  `${path}?${new URLSearchParams({ project: commands.project, ...more }).toString()}`;

it("is what list and the kept scan say, with the next step of each server", async () => {
  const findings = Array.from({ length: 203 }, (_, place) => found(`message ${place}`));
  commands.prints(([, what]) =>
    what === "scan"
      ? { scanned: 1, findings, changed: [], failed: [] }
      : {
          servers: [
            server("docs", "approved", { isPinned: true, pin: "ab".repeat(32), seenMs: 7 }),
            server("loose", "approved"),
            server("tracker", "changed since it was pinned", { isPinned: true }),
            server("new", "not approved"),
            server(HOSTILE, "has the name of an approved one"),
            server("old", "approval over", { file: null, from: "catalog" }),
          ],
          unread: [{ file: "/home/ada/.claude.json" }],
        },
  );
  const answer = await commands.got(address("/mcp"));
  const options = ["--project", commands.project, "--json"];
  expect(commands.asked.splice(0)).toEqual([
    ["mcp", "list", ...options],
    ["mcp", "scan", "--kept", ...options],
  ]);
  const nexts = (answer["servers"] as { next: string }[]).map(({ next }) =>
    next.replace(commands.project, "ROOT"),
  );
  expect(nexts).toEqual([
    "",
    'sallyport mcp pin --project ROOT --reason "..." loose',
    "sallyport mcp diff --project ROOT tracker",
    "sallyport mcp inspect --project ROOT new",
    expect.stringMatching(/^sallyport mcp inspect --project ROOT -- '--network [^\u202e]*'$/),
    expect.stringMatching(/^sallyport mcp approve --project ROOT --purpose .* old$/),
  ]);
  expect(answer).toMatchObject({ unread: ["/home/ada/.claude.json"], moreFindings: 3 });
  expect(answer["findings"]).toHaveLength(200);
});

it("changes of a server of any name are asked for as one word, and cut", async () => {
  const long = "x".repeat(20_000);
  commands.prints(() => [
    {
      part: "tool",
      name: HOSTILE,
      how: "changed",
      pieces: [{ piece: "description", before: "looks a ticket up", after: `${HOSTILE} ${long}` }],
    },
  ]);
  const answer = await commands.got(address("/mcp/changes", { server: HOSTILE }));
  expect(commands.asked.splice(0)).toEqual([
    ["mcp", "diff", "--project", commands.project, "--json", "--", HOSTILE],
  ]);
  const [item] = answer["items"] as { name: string; pieces: { after: string }[] }[];
  expect(item?.name).toBe(HOSTILE);
  expect(item?.pieces[0]?.after.length).toBeLessThan(8_010);
  expect(answer["more"]).toBe(0);
});

it("a server that is not pinned is told as the command tells it", async () => {
  const problem = "sallyport: this server is not pinned: `sallyport mcp pin` pins it";
  commands.prints(() => ({ code: 2, output: "", problem }));
  const bearer = commands.served.bearer("auditor");
  const ask = (path: string) => commands.served.ask("GET", api(path), { bearer });
  const { status, text } = await ask(address("/mcp/changes", { server: "docs" }));
  expect([status, text]).toEqual([502, expect.stringContaining("is not pinned")]);
  expect((await ask(address("/mcp/changes", { server: "" }))).status).toBe(400);
  expect((await ask(address("/mcp/changes", { server: "a\0b" }))).status).toBe(400);
  expect((await ask("/mcp?project=/somewhere/else")).status).toBe(404);
  expect((await commands.served.ask("GET", api(address("/mcp")))).status).toBe(401);
});
