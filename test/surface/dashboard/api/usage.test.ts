// What models cost by day: the client's own counters, as the page of cost has them.
import { afterAll, beforeAll, expect, it } from "vitest";
import { createUsageBook } from "#surface/services/telemetry/usage.ts";
import { writeUsage } from "#surface/services/telemetry/usage-file.ts";
import { dashboardParts } from "../../../../src/surface/dashboard/run-dashboard.ts";
import { api, serve, type Served } from "../served.ts";
import { madeInstall, type MadeInstall, tellSessions } from "../told-sessions.ts";

const DAY_MS = 86_400_000;
const today = new Date().toISOString().slice(0, 10);

let made: MadeInstall;
let served: Served;
beforeAll(async () => {
  made = await madeInstall(tellSessions);
  const { directories, ask, view } = dashboardParts(made.install);
  const book = createUsageBook();
  const count = (name: string, value: number, daysAgo: number, more: Record<string, string>) => {
    const endNanos = (Date.parse(today) - daysAgo * DAY_MS + 1_000) * 1e6;
    const attributes = new Map(Object.entries(more));
    book.addPoint({ name, value, isDelta: true, startNanos: endNanos, endNanos, attributes });
  };
  count("claude_code.cost.usage", 1.25, 0, { model: "claude-sonnet-4-5" });
  count("claude_code.token.usage", 900, 0, { model: "claude-sonnet-4-5", type: "input" });
  count("claude_code.token.usage", 100, 0, { model: "claude-sonnet-4-5", type: "output" });
  count("claude_code.cost.usage", 0.5, 3, { model: "somebody@corp/secret-model" });
  count("claude_code.cost.usage", 9, 40, { model: "claude-haiku-4-5" });
  writeUsage(directories.telemetryFile, book.usage());
  const spending = { all: {}, rows: [], loops: [], notes: [] };
  const sums = { sessions: 0, calls: 0, requests: 0, costUsdMicros: 0, loops: 0, loopTokens: 0 };
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };
  const questions = { asked: 0, allowed: 0, refused: 0, nobody: 0, timed: 0 };
  const all = { ...sums, loopCostUsdMicros: 0, tokens, questions };
  served = await serve({
    directories,
    ask,
    view,
    run: () =>
      Promise.resolve({ code: 0, problem: "", output: JSON.stringify({ ...spending, all }) }),
  });
});
afterAll(async () => {
  await served.close();
  made.remove();
});

it("tells cost and tokens of each model by day within the period, the oldest first", async () => {
  const bearer = served.bearer("viewer");
  const models = async (query: string) =>
    ((await served.ask("GET", api(`/usage${query}`), { bearer })).json as { models: unknown })
      .models;
  const here = { day: today, model: "claude-sonnet-4-5", costUsdMicros: 1_250_000, tokens: 1_000 };
  const day = new Date(Date.parse(today) - 3 * DAY_MS).toISOString().slice(0, 10);
  const other = { day, model: "other", costUsdMicros: 500_000, tokens: 0 };
  expect(await models("")).toEqual([other, here]);
  expect(await models("?since=90d")).toEqual([
    expect.objectContaining({ model: "claude-haiku-4-5", costUsdMicros: 9_000_000 }),
    other,
    here,
  ]);
});
