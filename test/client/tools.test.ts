// The tools that the pinned client offers: each one is known to us by name, so that a new client shows what is new.
import { beforeAll, describe, expect, test } from "vitest";
import {
  BOOKKEEPING_TOOLS,
  CLIENT_TOOLS,
  SHAPED_TOOLS,
  UNMODELLED_TOOLS,
} from "#guard/toolcall/tool-names.ts";
import { skipIfMissing } from "../skipping.ts";
import { runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";

/** What 2.1.328 offers without a terminal, tools that are fetched on demand included. */
const OFFERED = [
  "Agent",
  "Bash",
  "CronCreate",
  "CronDelete",
  "CronList",
  "Edit",
  "EnterWorktree",
  "ExitWorktree",
  "ListAgents",
  "Monitor",
  "NotebookEdit",
  "Read",
  "ReportFindings",
  "ScheduleWakeup",
  "SendMessage",
  "Skill",
  "TaskStop",
  "ToolSearch",
  "WebFetch",
  "WebSearch",
  "Workflow",
  "Write",
];
/** Stands in the list for tools that are fetched on demand, and cannot be called. */
const PLACEHOLDER = "DeferredToolPlaceholder";

type Tool = { readonly name: string; readonly input_schema: { readonly properties?: object } };
let missing: string | undefined;
let tools: readonly Tool[] = [];

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  const query = `select:${OFFERED.join(",")}`;
  const run = await runClient({
    turns: [[{ name: "ToolSearch", input: { query, max_results: 50 } }], "bye"],
  });
  const bodies = run.requestBodies.map((body) => JSON.parse(body) as { tools?: readonly Tool[] });
  // Those of the last request: by then every tool that can be fetched was fetched.
  tools = bodies.findLast((body) => (body.tools?.length ?? 0) > 0)?.tools ?? [];
});

describe("the client's tools", () => {
  test("are the ones that this version was written for", (ctx) => {
    skipIfMissing(ctx, missing);
    const names = tools.map(({ name }) => name).filter((name) => name !== PLACEHOLDER);
    expect(names.sort()).toEqual([...OFFERED].sort());
    expect(names.filter((name) => !CLIENT_TOOLS.has(name))).toEqual([]);
  });
  test("take the fields that we read", (ctx) => {
    skipIfMissing(ctx, missing);
    const fields: Readonly<Record<string, readonly string[]>> = {
      Agent: ["prompt", "isolation"],
      Bash: ["command", "run_in_background", "dangerouslyDisableSandbox"],
      CronCreate: ["prompt", "durable"],
      Edit: ["file_path", "new_string"],
      EnterWorktree: ["name", "path"],
      ExitWorktree: ["action", "discard_changes"],
      Monitor: ["command", "ws"],
      NotebookEdit: ["notebook_path", "new_source"],
      Read: ["file_path"],
      ScheduleWakeup: ["prompt", "stop"],
      SendMessage: ["to", "message"],
      Skill: ["skill", "args"],
      WebFetch: ["url"],
      WebSearch: ["query"],
      Workflow: ["script", "scriptPath", "name"],
      Write: ["file_path", "content"],
    };
    for (const [name, wanted] of Object.entries(fields)) {
      const tool = tools.find((one) => one.name === name);
      expect(Object.keys(tool?.input_schema.properties ?? {}), name).toEqual(
        expect.arrayContaining([...wanted]),
      );
    }
  });
});

test("no tool stands in two of our lists", () => {
  const all = [...SHAPED_TOOLS, ...BOOKKEEPING_TOOLS, ...UNMODELLED_TOOLS];
  expect(new Set(all).size).toBe(all.length);
});
