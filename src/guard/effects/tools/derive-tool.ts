// From a tool call other than a command to its effects: one case for each shape of input.
import { literal } from "../../shell/values/text.ts";
import type { ToolCall, ToolInput } from "../../toolcall/tool-call.ts";
import { wasWritten } from "../paths/written-places.ts";
import { parseDestination } from "../network/destination.ts";
import { isPlainAddress } from "../network/read-only-requests.ts";
import { deriveFileTool, resolvedPath } from "./file-tools.ts";
import { deriveSkill } from "./skill.ts";
import type { ToolScene } from "./tool-scene.ts";
import { createWorktree, deriveWorktree } from "./worktree.ts";

/**
 * Stand-ins for places behind the client that have no host name of their own, for rules to name. What goes there passes
 * through the model's own connection.
 */
const BEHIND_CLIENT = {
  search: "web-search",
  session: "other-session",
  cloud: "cloud-agent",
} as const;

type ToolShape = Exclude<ToolInput, { kind: "bash" }>;

/** Adds the effects of the call to the scene's host. */
export function deriveTool(scene: ToolScene, call: ToolCall, input: ToolShape): void {
  const { host, place } = scene;
  switch (input.kind) {
    case "read":
    case "edit":
    case "write":
    case "search":
      deriveFileTool(scene, input);
      return;
    case "fetch": {
      const destination = parseDestination(literal(input.url), "https");
      host.add(
        {
          kind: "egress",
          destination,
          carries: [{ kind: "argument" }],
          ...(isPlainAddress(input.url) ? { asks: true } : {}),
        },
        place,
      );
      return;
    }
    case "web-search":
      sendBehindClient(scene, BEHIND_CLIENT.search, true);
      return;
    case "message":
      // A background agent's word to the conversation that started it stays in the session.
      if (input.to !== "main") sendBehindClient(scene, BEHIND_CLIENT.session);
      return;
    case "agent":
      deriveAgent(scene, input.isolation);
      return;
    case "skill":
      deriveSkill(scene, input);
      return;
    case "schedule":
      deriveSchedule(scene, input);
      return;
    case "worktree":
      deriveWorktree(scene, input);
      return;
    case "workflow":
      deriveWorkflow(scene, input);
      return;
    case "mcp": {
      const detail = `the MCP tool \`${input.server}/${input.tool}\` is not approved yet`;
      host.unknown("unknown-tool", detail, place);
      return;
    }
    case "bookkeeping":
      return;
    case "other":
      if (call.tool === "PowerShell") host.unknown("dialect", "PowerShell is not read", place);
      else host.unknown("unknown-tool", `what the tool \`${call.tool}\` does is not known`, place);
      return;
    default:
      input satisfies never;
  }
}

/** `asks`: it gets words to look for, and whoever wrote a page never sees them. */
function sendBehindClient({ host, place }: ToolScene, name: string, asks = false): void {
  const destination = { host: name, port: undefined, scheme: "client" };
  host.add(
    {
      kind: "egress",
      destination,
      carries: [{ kind: "argument" }],
      ...(asks ? { asks } : {}),
    },
    place,
  );
}

/** An agent's calls are judged one by one, unless it runs where no hook of ours is asked. */
function deriveAgent(
  scene: ToolScene,
  isolation: Extract<ToolInput, { kind: "agent" }>["isolation"],
): void {
  if (isolation === "worktree") createWorktree(scene, undefined);
  if (isolation !== "remote") return;
  sendBehindClient(scene, BEHIND_CLIENT.cloud);
  scene.host.unknown(
    "unknown-tool",
    "what an agent in the cloud does is not judged here",
    scene.place,
  );
}

function deriveSchedule(
  scene: ToolScene,
  { prompt, durable }: Extract<ToolInput, { kind: "schedule" }>,
): void {
  const { host, place, facts } = scene;
  if (durable) {
    const path = `${facts.session.projectRoot}/.claude/scheduled_tasks.json`;
    const target = { kind: "path", path, real: path, reach: "entry" } as const;
    host.writeTool(literal(path), "change", place);
    host.add({ kind: "persist", means: "scheduled-task", target }, place);
  } else {
    // Ends with the session.
    host.add({ kind: "persist", means: "session-schedule", target: undefined }, place);
  }
  const command = /^\s*\/(\S+)\s*([\s\S]*)$/.exec(prompt);
  if (command?.[1] !== undefined) {
    deriveSkill(scene, { kind: "skill", name: command[1], args: command[2] ?? "" });
  }
}

/** Measured: the script has no `require`, `process` or `fetch`. That nothing else leads out of it is not known. */
function deriveWorkflow(
  scene: ToolScene,
  { script, path, name }: Extract<ToolInput, { kind: "workflow" }>,
): void {
  const { host, place, facts } = scene;
  if (path !== undefined) {
    const file = resolvedPath(scene, path);
    host.readTool(literal(file), place);
    const answer = host.ask({ kind: "path", path: file });
    const real = answer?.kind === "path" ? answer.real : file;
    const origin = wasWritten(facts.writtenPaths, real) ? "generated" : "project";
    host.add({ kind: "execute", program: file, origin, reach: "unbounded" }, place);
  } else if (script !== undefined) {
    host.add({ kind: "execute", program: undefined, origin: "inline", reach: "unbounded" }, place);
  } else if (name !== undefined) {
    host.add({ kind: "execute", program: name, origin: "project", reach: "unbounded" }, place);
  } else {
    host.unknown("malformed-input", "which workflow would run is not said", place);
  }
}
