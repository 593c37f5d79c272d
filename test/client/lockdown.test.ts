// What a lockdown writes into managed settings, under the real client in a project that nobody guards.
import { beforeAll, expect, it } from "vitest";
import { lockdownText } from "#surface/services/deploy/lockdown-settings.ts";
import { bash, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";

let missing: string | undefined;
beforeAll(async () => {
  missing = await whyMissing(["client", "managed"]);
});

it("takes every tool away, whatever mode and rules the session has", {
  timeout: 240_000,
}, async (ctx) => {
  if (missing !== undefined) ctx.skip(missing);
  const run = await runClient({
    files: { "note.txt": "MALACHITE7702\n" },
    settings: { project: { permissions: { allow: ["Bash", "Read", "Write"] } } },
    managedFiles: { "managed-settings.d/99-sallyport-lockdown.json": lockdownText() },
    extraArgs: ["--dangerously-skip-permissions"],
    turns: [bash("cat note.txt"), "bye"],
    timeoutMs: 120_000,
  });
  const [start] = run.events.filter(({ subtype }) => subtype === "init");
  expect(start).toMatchObject({ tools: [], permissionMode: "default" });
  // The model is asked without a tool that it could call, so nothing of the session reads or runs.
  const asked = run.requestBodies.map((body) => JSON.parse(body) as { tools?: readonly unknown[] });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter(({ tools = [] }) => tools.length > 0)).toEqual([]);
  expect(run.stdout + run.requestBodies.join()).not.toContain("MALACHITE7702");
});
