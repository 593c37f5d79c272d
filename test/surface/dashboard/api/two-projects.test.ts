// What the API says where two projects are guarded and a question waits: each answer is of the project that was asked about.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatProjectRegister } from "#govern/settings/project-register.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import type { OperatorAnswer } from "#surface/services/daemon-process/operator-orders.ts";
import type { RunOptions } from "#surface/dashboard/context/parts.ts";
import { api, serve, type Served } from "../served.ts";
import { madeInstall, type MadeInstall, tellSessions } from "../told-sessions.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const ID = "00112233445566aa";
let made: MadeInstall;
let served: Served;
let bearer: string;
let shop: string;
let mail: string;
let questions: OperatorAnswer | undefined;

beforeAll(async () => {
  made = await madeInstall(tellSessions);
  const { directories, ask, view } = dashboardParts(made.install);
  [shop = "", mail = ""] = ["shop", "mail"].map((name) => join(directories.root, "..", name));
  const entries = [shop, mail].map((root, place) => {
    mkdirSync(root);
    return {
      id: `0123456789abcde${place}`,
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
  });
  writeFileSync(directories.projectsFile, formatProjectRegister(entries), { mode: 0o600 });
  const { policy } = await judgingPolicy(shop, undefined, { root: directories.root });
  const store = openExceptions(directories);
  store.grant(
    store.sign({
      id: ID,
      rules: ["builtin:team/secrets/read"],
      verdict: "allow",
      project: shop,
      scope: { effects: ["read"], paths: ["<project>/.env"] },
      reason: "the tests need it",
      owner: "ada",
      approver: "ada",
      uses: 3,
      createdMs: NOW_MS,
      expiresMs: NOW_MS + 3_600_000,
      policy: policy.digest,
    }),
  );
  served = await serve({
    directories,
    ask,
    view,
    nowMs: () => NOW_MS,
    order: async () => {
      if (questions === undefined) throw new Error("no daemon here");
      return questions;
    },
    // As the command answers: of the project that it runs in.
    run: async (args, { cwd = directories.root }: RunOptions = {}) => {
      if (args[0] !== "policy") return { code: 1, output: "", problem: "not asked here" };
      const here = await judgingPolicy(cwd, undefined, { root: directories.root });
      const now = { nowMs: NOW_MS, policy: here.policy.digest, root: here.root };
      const items = store.all(now).map(({ receipt, state, used }) => ({
        ...receipt.exception,
        state,
        used,
        signature: receipt.signature,
      }));
      return { code: 0, output: JSON.stringify(items), problem: "" };
    },
  });
  bearer = served.bearer("viewer");
});
afterAll(async () => {
  await served.close();
  made.remove();
});

const got = (path: string) => served.ask("GET", api(path), { bearer });

it.each([
  ["in force in its own project", () => shop, "in-force"],
  ["of another project elsewhere", () => mail, "other-project"],
])("shows an exception as %s", async (_, root, state) => {
  const { status, json } = await got(`/policy/exceptions?project=${encodeURIComponent(root())}`);
  expect([status, json]).toMatchObject([
    200,
    {
      command: `sallyport policy exception list --cwd ${root()}`,
      project: root(),
      items: [{ id: ID, state, project: shop, used: 0, uses: 3 }],
    },
  ]);
});

it("names no exception where no project is named, or one that is not guarded", async () => {
  expect((await got("/policy/exceptions")).status).toBe(400);
  expect((await got("/policy/exceptions?project=/etc")).status).toBe(404);
});

const question = (state: string, expiresMs: number) => ({ state, expiresMs });

it.each([
  [
    "a question that waits",
    [
      ["waiting", 90],
      ["answered", 5],
    ],
    { waiting: 1, untilMs: 90 },
  ],
  [
    "two, by the one that ends first",
    [
      ["waiting", 90],
      ["waiting", 40],
    ],
    { waiting: 2, untilMs: 40 },
  ],
  ["none", [["expired", 5]], { waiting: 0, untilMs: null }],
  ["nothing where the daemon is away", undefined, null],
] as const)("counts in the overview %s", async (_, states, expected) => {
  questions =
    states === undefined
      ? undefined
      : ({
          kind: "questions",
          attendedSeconds: null,
          questions: states.map(([state, endsMs]) => question(state, endsMs)),
        } as unknown as OperatorAnswer);
  const { status, json } = await got("/overview");
  expect([status, json]).toMatchObject([200, { questions: expected, approvals: { open: 0 } }]);
});
