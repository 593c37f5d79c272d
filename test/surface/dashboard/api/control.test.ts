// Endpoints of the policy's reports and of checklists: each reads what the engine behind its command says, and refuses what is none.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTally } from "#assure/backtest/report.ts";
import { formatProjectRegister } from "#govern/settings/project-register.ts";
import { layersOf } from "#guard/policy/held-by-layer.ts";
import { ENDPOINTS } from "#surface/dashboard/api/endpoints.ts";
import type { Ran, RunOptions } from "#surface/dashboard/context/parts.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { runAudit } from "#surface/services/posture/audit.ts";
import { compiledAs, siteOf } from "../../../govern/compile/compiled.ts";
import { api, serve, type Served } from "../served.ts";
import { madeInstall, type MadeInstall, tellSessions } from "../told-sessions.ts";

let made: MadeInstall;
let served: Served;
let bearer: string;
let project: string;
/** What commands of ours print in this test, and what they were asked. */
let ran: (args: readonly string[], options?: RunOptions) => Ran | Promise<Ran>;
const asked: (readonly string[])[] = [];

beforeAll(async () => {
  made = await madeInstall(tellSessions);
  const { directories, ask, view } = dashboardParts(made.install);
  project = join(directories.root, "..", "shop");
  mkdirSync(project);
  const entry = {
    id: "0123456789abcdef",
    root: project,
    scope: "project" as const,
    mode: "enforce" as const,
    settingsFile: join(project, "settings.json"),
    tokenDigest: "ab".repeat(32),
    hooks: [],
    policy: { pack: "team", digest: null },
    undo: {
      created: [],
      env: [],
      createdFile: true,
      createdFolder: true,
      excludeFile: null,
    },
  };
  writeFileSync(directories.projectsFile, formatProjectRegister([entry]), { mode: 0o600 });
  served = await serve({
    directories,
    ask,
    view,
    run: async (args, options) => {
      asked.push(args);
      return ran(args, options);
    },
  });
  bearer = served.bearer("viewer");
});
afterAll(async () => {
  await served.close();
  made.remove();
});

const printed = (value: unknown): Ran => ({ code: 1, problem: "", output: JSON.stringify(value) });

/** An answer that fits the schema of its own row. */
async function got(method: "GET" | "POST", path: string, row: string, body?: unknown) {
  const answered = await served.ask(method, api(path), { bearer, body });
  expect([answered.status, answered.text.slice(0, 300)]).toEqual([200, expect.anything()]);
  const schema = ENDPOINTS.find((one) => one.method === method && one.path === row)?.answer;
  if (schema === undefined) throw new Error(`no row is called ${row}`);
  expect(v.safeParse(schema, answered.json).success).toBe(true);
  return answered.json as Record<string, unknown>;
}

/** Ids of decisions in the made-up log. */
async function decisionIds(): Promise<string[]> {
  const ids: string[] = [];
  const view = await dashboardParts(made.install).view();
  for await (const { leaf } of view.entries(0, await view.size()))
    if (leaf.kind !== "fault" && leaf.metadata["kind"] === "decision") ids.push(leaf.id);
  return ids;
}

/** What the command prints of a tally with these calls. */
async function backtest() {
  const [first = "", second = "", third = ""] = await decisionIds();
  const tally = createTally(3);
  const decided = (verdict: "allow" | "deny", rules: string[]) =>
    ({ kind: "decided", verdict, rules }) as const;
  tally.add(first, { verdict: "ask" }, decided("deny", ["builtin:strict/egress"]));
  tally.add(second, { verdict: "allow" }, decided("allow", []));
  tally.add(
    third,
    { verdict: "deny" },
    { kind: "undecidable", why: "place", rules: [], atMost: "deny" },
  );
  const source = { kind: "log", from: 4, end: 10 };
  return { policy: "strict", digest: "ab", source, faults: 0, ...tally.report() };
}

describe("a backtest", () => {
  const path = "/policy/backtest";

  it("is what the command says of a pack, each example with its place in the log", async () => {
    const report = await backtest();
    ran = () => printed(report);
    const body = { project, pack: "enterprise-high", last: "1000" };
    const answer = await got("POST", path, path, body);
    expect(asked.at(-1)?.slice(0, 5)).toEqual([
      ...["policy", "backtest", "enterprise-high", "--log", "1000"],
    ]);
    expect(answer).toMatchObject({
      command: "sallyport policy backtest enterprise-high --log 1000",
      policy: "strict",
      entries: 6,
      decisions: 3,
      same: 1,
      faults: 0,
      verdicts: {
        before: { allow: 1, ask: 1, deny: 0, abstain: 0 },
        after: { allow: 1, ask: 0, deny: 1, abstain: 0 },
      },
      changes: [
        {
          from: "ask",
          to: "deny",
          count: 1,
          rules: [{ rule: "builtin:strict/egress", count: 1 }],
          examples: [{ kind: "decision", line: expect.stringContaining("curl") }],
        },
      ],
      undecidable: [
        { why: expect.stringContaining("places"), count: 1, examples: [{ verdict: "deny" }] },
      ],
    });
    expect(served.notes.at(-1)).toMatchObject({ what: "view", page: path });
  });

  it("judges by a text that no other person can read, and leaves nothing of it", async () => {
    const report = await backtest();
    let file = "";
    ran = ([, , named = ""]) => {
      file = named;
      expect(readFileSync(file, "utf8")).toBe("id: mine");
      return printed(report);
    };
    const answer = await got("POST", path, path, { project, text: "id: mine" });
    expect(answer["command"]).toBe("sallyport policy backtest proposed.yaml --log 10000");
    expect(file.startsWith(tmpdir())).toBe(true);
    expect(existsSync(dirname(file))).toBe(false);
  });

  it("says where a text is wrong, without a place of the machine", async () => {
    let file = "";
    ran = ([, , named = ""]) => {
      file = named;
      const problem = `sallyport: ${named}:1:1: \`version\` is not valid`;
      return { code: 2, output: "", problem };
    };
    const { status, json } = await served.ask("POST", api(path), {
      bearer,
      body: { project, text: "id: mine" },
    });
    expect([status, json]).toEqual([
      502,
      {
        error: {
          code: "command",
          message: "sallyport: proposed.yaml:1:1: `version` is not valid",
        },
      },
    ]);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["neither a pack nor a text", {}, 400],
    ["both", { pack: "team", text: "id: x" }, 400],
    ["an option in place of a pack", { pack: "--raw" }, 400],
    ["another part of the log", { pack: "team", last: "5" }, 400],
    ["a text that is too large", { text: "x".repeat(200_001) }, 400],
    ["a folder that is not guarded", { pack: "team", project: "/etc" }, 404],
  ])("refuses %s and runs nothing", async (_name, body, status) => {
    const before = asked.length;
    const answered = await served.ask("POST", api(path), { bearer, body: { project, ...body } });
    expect(answered.status).toBe(status);
    expect(asked).toHaveLength(before);
  });
});

describe("the boundary report", () => {
  const path = () => `/policy/boundaries?project=${encodeURIComponent(project)}`;
  const policy = loadPack("team");
  const here = {
    kernel: { works: true },
    sandbox: { works: false, why: "there are no managed settings" },
    gateway: { works: false, why: "it does not run", repair: "sallyport gateway start" },
    session: { projectRoot: "/home/ada/shop" },
  } as const;
  const { session: _session, ...holding } = here;
  const shown = {
    id: policy.id,
    version: policy.version,
    from: "in force",
    holding,
    rules: [
      ...policy.rules.map((rule) => ({
        ...rule,
        from: "builtin:team",
        layers: layersOf(rule, here),
      })),
      // A rule of a layer above, which is not compiled with the project's policy.
      {
        id: "secrets/read",
        verdict: "deny",
        reason: "ours",
        from: "managed:acme",
        layers: [],
      },
    ],
  };

  it("has for each rule what holds it here, and what settings hold alone", async () => {
    const target = { scope: "managed", platform: "linux" } as const;
    const compiled = { policy: { id: "team" }, ...compiledAs("team", target, siteOf("{}")) };
    ran = ([, what]) => printed(what === "show" ? shown : compiled);
    const answer = await got("GET", path(), "/policy/boundaries");
    expect(asked.slice(-2).map(([, what]) => what)).toEqual(["show", "compile"]);
    expect(answer).toMatchObject({
      compileCommand: "sallyport policy compile team --target managed --report",
      uncompiled: null,
      layers: [
        { boundary: "kernel", works: true, why: null },
        { boundary: "sandbox", works: false, why: "there are no managed settings" },
        { boundary: "gateway", works: false, repair: "sallyport gateway start" },
      ],
    });
    type Rule = { rule: string; from: string; here: { boundary: string; extent: string }[] } & {
      settings: { boundary: string; extent: string }[];
      open: string[];
    };
    const rules = answer["rules"] as Rule[];
    expect(rules).toHaveLength(policy.rules.length + 1);
    const read = rules.find(({ rule }) => rule === "secrets/read");
    expect(read?.here[0]).toMatchObject({ boundary: "evaluator", extent: "whole" });
    expect(read?.settings.map(({ boundary, extent }) => `${boundary} ${extent}`)).toEqual([
      ...["sandbox part", "rules part", "network none", "service none"],
    ]);
    expect(read?.open.join()).toContain("a copy that was made under another name");
    expect(rules.at(-1)).toMatchObject({ from: "managed:acme", settings: [], open: [] });
  });

  it("says why where the policy cannot be compiled, and shows what holds it here", async () => {
    const broken = { code: 2, output: "", problem: "sallyport: team.yaml:3:1: broken" };
    ran = ([, what]) => (what === "show" ? printed(shown) : broken);
    const answer = await got("GET", path(), "/policy/boundaries");
    expect(answer["uncompiled"]).toBe("sallyport: team.yaml:3:1: broken");
    expect((answer["rules"] as { here: unknown[] }[])[0]?.here).toHaveLength(4);
  });
});

describe("checklists", () => {
  it("are those that ship", async () => {
    const { items } = await got("GET", "/checklists", "/checklists");
    const ids = (items as { id: string; items: number }[]).map(({ id }) => id);
    const files = readdirSync(new URL("../../../../data/checklists", import.meta.url));
    expect(ids).toEqual(files.map((name) => name.replace(".yaml", "")).toSorted());
  });

  it("have each item with its state, the evidence of each check and what to do", async () => {
    mkdirSync(join(project, ".claude"));
    writeFileSync(
      join(project, ".claude", "settings.json"),
      '{ "permissions": { "defaultMode": "bypassPermissions" } }\n',
    );
    const home = join(project, "home");
    mkdirSync(home);
    const { report } = await runAudit({
      directory: project,
      profile: "minimum",
      families: [],
      nowMs: Date.UTC(2026, 10, 21),
      environment: { HOME: home, PATH: "/usr/bin" },
      data: made.install.directories.root,
      onProgress: () => undefined,
    });
    ran = () => printed(report);
    const answer = await got(
      ...["GET" as const, `/checklists/minimum?project=${encodeURIComponent(project)}`],
      "/checklists/:id",
    );
    expect(asked.at(-1)).toEqual([
      ...["audit", project, "--profile", "minimum", "--json", "--no-run-hooks"],
    ]);
    expect(answer).toMatchObject({ id: "minimum", atMs: Date.UTC(2026, 10, 21) });
    type Check = { outcome: string; next: string; places: { where: string; message: string }[] };
    type Item = { id: string; outcome: string; checks: Check[] };
    const items = answer["items"] as Item[];
    expect(items.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    const mode = items.find(({ id }) => id === "4");
    expect(mode?.outcome).toBe("fail");
    const failed = mode?.checks.filter(({ outcome }) => outcome === "fail") ?? [];
    expect(failed.some(({ next }) => next !== "")).toBe(true);
    const places = failed.flatMap((one) => one.places.map(({ where }) => where));
    expect(places.join()).toContain(".claude/settings.json");
    for (const { outcome, next } of items.flatMap(({ checks }) => checks))
      expect(outcome === "pass" && next !== "").toBe(false);
  });

  it("that nobody ships end with what the command says", async () => {
    ran = () => ({ code: 2, output: "", problem: "sallyport: there is no checklist `none`" });
    const path = `/checklists/none?project=${encodeURIComponent(project)}`;
    const { status, text } = await served.ask("GET", api(path), { bearer });
    expect([status, text]).toEqual([502, expect.stringContaining("there is no checklist")]);
  });
});
