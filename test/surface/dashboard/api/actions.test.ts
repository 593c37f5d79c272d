// Deciding from a page, asked over the API: what can be done about a call, what that would change, and an action whose ground has changed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { parseScope } from "#govern/library/exception-scope.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { openHeldSessions } from "#surface/services/sessions/held-sessions.ts";
import { api, serve, type Served } from "../served.ts";
import { madeInstall, type MadeInstall, STOLEN, tellSessions } from "../told-sessions.ts";

/** The refused call of the told sessions. */
const REFUSED = 6;
let made: MadeInstall;
let served: Served;
let root: string;
let shop: ProjectEntry;
let diff = "--- a\n+++ b\n";
const asked: (readonly string[])[] = [];

const report = {
  at: "",
  score: { value: 50, formula: "" },
  findings: [],
  attest: [],
  notSeen: [],
  counts: {
    checks: 1,
    pass: 1,
    fail: 0,
    waived: 0,
    unseen: 0,
    attest: 0,
    notApplicable: 0,
    bySeverity: {},
  },
};

beforeAll(async () => {
  made = await madeInstall(tellSessions);
  const { directories, ask, view } = dashboardParts(made.install);
  root = join(directories.root, "..", "shop");
  mkdirSync(root);
  const entry = {
    id: "0123456789abcde0",
    root,
    scope: "project" as const,
    mode: "enforce" as const,
    settingsFile: join(root, "settings.json"),
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
  // The folder of the told calls is guarded too; nothing of it is on this disk.
  shop = { ...entry, id: "0123456789abcde1", root: "/home/ada/shop" };
  writeFileSync(directories.projectsFile, formatProjectRegister([entry, shop]), { mode: 0o600 });
  openHeldSessions(directories).hold({
    sessionId: STOLEN,
    root,
    cause: "quarantine",
    what: "it is looked at",
    sinceMs: 1,
    digests: [],
  });
  served = await serve({
    directories,
    ask,
    view,
    run: async (args, { onProblem } = {}) => {
      asked.push(args);
      const told = { decisions: 4, freed: 3, same: 0, days: 30, isCut: false };
      if (args[0] === "policy")
        return {
          code: 0,
          problem: "",
          output: JSON.stringify({ ...told, changes: [], undecidable: [{ count: 1 }] }),
        };
      onProblem?.(args.includes("--yes") ? "repaired: .gitignore; score 1 before" : diff);
      return { code: 0, output: JSON.stringify(report), problem: "" };
    },
  });
});
afterAll(async () => {
  await served.close();
  made.remove();
});

const get = (path: string) => served.ask("GET", api(path), { bearer: served.bearer("viewer") });
const post = (path: string, body: object, role: "viewer" | "administrator" = "viewer") =>
  served.ask("POST", api(path), { bearer: served.bearer(role), body });

it("names the rules that refused a call, with scopes that a command takes", async () => {
  const { status, json } = await get(`/events/${REFUSED}/actions`);
  expect([status, json]).toMatchObject([200, { project: "/home/ada/shop" }]);
  const { rules } = json as { rules: { rule: string; scopes: { scope: string }[] }[] };
  expect(rules.length).toBeGreaterThan(0);
  for (const { scopes } of rules)
    for (const { scope } of scopes) expect(() => parseScope(scope)).not.toThrow();
});

it("says what an exception would have let through, and the command that grants it", async () => {
  const { status, json } = await post("/policy/exceptions/preview", {
    project: root,
    rule: "builtin:team/secrets/read",
    verdict: "allow",
    for: "7d",
    uses: 3,
    scope: `{"effects":["read"],"paths":["<project>/it's"]}`,
  });
  expect([status, json]).toMatchObject([200, { stopped: 4, freed: 3, undecidable: 1, days: 30 }]);
  const { command } = json as { command: string };
  expect(command).toContain("sallyport policy exception grant builtin:team/secrets/read --scope ");
  expect(command).toContain("--verdict allow --for 7d --uses 3 --reason ");
  expect(command).not.toContain("--dry-run");
  expect(asked.at(-1)).toContain("--dry-run");
});

it.each([
  ["a rule that would be an option", { rule: "--data=/x" }],
  ["no time", { for: "ever" }],
  ["uses without end", { uses: 1_000 }],
  ["a verdict that refuses", { verdict: "deny" }],
])("refuses %s unasked", async (_, more) => {
  const before = asked.length;
  const { status } = await post("/policy/exceptions/preview", {
    project: root,
    rule: "secrets/read",
    verdict: "allow",
    for: "7d",
    uses: 3,
    scope: "{effects: [read]}",
    ...more,
  });
  expect([status, asked.length]).toEqual([400, before]);
});

it("says what a rule's removal changes, and of no folder that is not guarded", async () => {
  const rule = "builtin:team/secrets/read";
  expect(await post("/policy/without", { project: root, rule })).toMatchObject({
    status: 200,
    json: { freed: 3 },
  });
  expect((await post("/policy/without", { project: "/etc", rule })).status).toBe(404);
});

it("shows which sessions are held", async () => {
  expect((await get("/held-sessions")).json).toMatchObject({
    items: [{ session: STOLEN, cause: "quarantine", what: "it is looked at" }],
  });
});

it("takes the guarded project that the call was made in, from a folder of it too", async () => {
  const { projectsFile } = dashboardParts(made.install).directories;
  const guarding = (at: string) =>
    writeFileSync(projectsFile, formatProjectRegister([{ ...shop, root: at }]), { mode: 0o600 });
  const before = readFileSync(projectsFile);
  const projectOf = async () => (await get(`/events/${REFUSED}/actions`)).json;
  guarding("/home/ada");
  expect(await projectOf()).toMatchObject({ project: "/home/ada" });
  guarding("/home/ada/shop/below");
  expect(await projectOf()).toMatchObject({ project: null });
  writeFileSync(projectsFile, before, { mode: 0o600 });
});

it("repairs nothing that is too long to be shown", async () => {
  const short = diff;
  diff = "+ a line of a long file\n".repeat(20_000);
  const answer = await post("/posture/repairs", { project: root });
  expect(answer).toMatchObject({ status: 413, json: { error: { code: "too-large" } } });
  diff = short;
});

it("makes repairs only as they were seen, by an administrator who confirmed", async () => {
  const { json } = await post("/posture/repairs", { project: root });
  const { digest } = json as { digest: string };
  expect(json).toMatchObject({ isNothing: false, diff });
  const body = { project: root, digest };
  expect((await post("/posture/repair", body)).status).toBe(403);
  expect((await post("/posture/repair", body, "administrator")).status).toBe(412);
  const bearer = served.bearer("administrator");
  served.logins.confirm(served.logins.find(bearer)?.id ?? "", { isRight: true });
  const confirmed = () => served.ask("POST", api("/posture/repair"), { bearer, body });
  diff = "--- a\n+++ c\n";
  expect(await confirmed()).toMatchObject({ status: 409, json: { error: { code: "changed" } } });
  expect(asked.some((args) => args.includes("--yes"))).toBe(false);
  diff = "--- a\n+++ b\n";
  expect(await confirmed()).toMatchObject({
    status: 200,
    json: { said: "repaired: .gitignore; score 1 before" },
  });
});
