// Endpoints of the red team: runs of this project alone, each case with how long it is open, and what a run says by its calls.
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { keepRun } from "#surface/services/redteam/run-history.ts";
import { type AskedCommands, serveCommands } from "../asked-commands.ts";
import { api } from "../served.ts";

const CONTEXT = {
  product: "0.1.0",
  policy: "ab".repeat(32),
  exceptions: "x",
  servers: "x",
  settings: "x",
  pipelines: "x",
  client: "unknown",
  pins: "none",
  mods: "none",
};

let commands: AskedCommands;
beforeAll(async () => {
  commands = await serveCommands();
});
afterAll(() => commands.close());

const keep = (project: string, atMs: number, missed: Readonly<Record<string, number>>) =>
  keepRun(directoriesIn(commands.served.root), {
    atMs,
    project,
    context: CONTEXT,
    isWhole: true,
    cases: 104,
    tried: 3_300,
    missed,
  });

it("has every case, none open, where nothing was run", async () => {
  commands.prints(() => ({ due: ["there was no run of all cases yet"], last_run_ms: null }));
  const answer = await commands.got(`/redteam?project=${commands.project}`);
  expect(commands.asked.splice(0)).toEqual([
    ["redteam", "due", "--project", commands.project, "--json"],
  ]);
  expect(answer).toMatchObject({
    due: ["there was no run of all cases yet"],
    runs: [],
    moreRuns: 0,
    command: `sallyport redteam run --project ${commands.project}`,
  });
  const families = answer["families"] as { id: string; isAttack: boolean; cases: object[] }[];
  expect(families.length).toBeGreaterThan(10);
  expect(families.filter(({ isAttack }) => !isAttack).map(({ id }) => id)).toEqual(["honest-work"]);
  for (const { cases } of families)
    for (const one of cases) expect(one).toMatchObject({ sinceMs: null });
});

it("has runs of this project, the newest first, and since when a case is open", async () => {
  commands.prints(() => ({ due: [] }));
  for (let at = 1; at <= 62; at += 1)
    keep(commands.project, at, at > 60 ? { "told-by-pages/by-push": 61 } : {});
  keep(join(commands.project, "other"), 99, { "told-by-pages/by-tunnel": 99 });
  const answer = await commands.got(`/redteam?project=${commands.project}`);
  const runs = answer["runs"] as { atMs: number; missed: number }[];
  expect(runs).toHaveLength(60);
  expect(runs[0]).toMatchObject({ atMs: 62, missed: 1, policy: CONTEXT.policy });
  expect(answer["moreRuns"]).toBe(2);
  const open = (answer["families"] as { cases: { id: string; sinceMs: number | null }[] }[])
    .flatMap(({ cases }) => cases)
    .filter(({ sinceMs }) => sinceMs !== null);
  expect(open).toMatchObject([{ id: "by-push", sinceMs: 61 }]);
});

it("a run says what was not as expected, cut, and what was mended", async () => {
  const misses = Array.from({ length: 7 }, () => ({
    step: 1,
    call: "x".repeat(9_000),
    wrapping: "base64",
    expected: "stopped",
    verdict: "allow",
    rule: null,
    reason: "it only looks",
  }));
  const result = (id: string, more: object) => ({
    family: "told-by-pages",
    id,
    title: id,
    tried: 7,
    verdict: "deny",
    rule: null,
    retest: "held",
    missed_since_ms: null,
    owner: "platform",
    fix: null,
    misses: [],
    ...more,
  });
  commands.prints(() => ({
    project: commands.project,
    cases: 3,
    tried: 21,
    missed: 1,
    policy: { id: "team", digest: "ab", from: "in force" },
    results: [
      result("by-push", { retest: "new", fix: "tighten it", misses }),
      result("by-tunnel", { retest: "mended" }),
      result("by-remote", {}),
    ],
  }));
  const ask = (role: "viewer" | undefined) =>
    commands.served.ask("POST", api("/redteam/run"), {
      bearer: role === undefined ? undefined : commands.served.bearer(role),
      body: { project: commands.project },
    });
  const { status, json } = await ask("viewer");
  expect(commands.asked.splice(0).at(-1)).toEqual([
    ...["redteam", "run", "--project", commands.project, "--progress", "--json"],
  ]);
  expect([status, json]).toMatchObject([
    200,
    {
      policy: "team",
      cases: 3,
      tried: 21,
      mended: ["told-by-pages/by-tunnel"],
      missed: [{ id: "by-push", retest: "new", fix: "tighten it", moreCalls: 2 }],
      moreMissed: 0,
    },
  ]);
  const [missed] = (json as { missed: { calls: { call: string }[] }[] }).missed;
  expect(missed?.calls.map(({ call }) => call.length)).toEqual([2_000, 2_000, 2_000, 2_000, 2_000]);
  expect((await ask(undefined)).status).toBe(401);
});
