// Runs a generated session in the real client and says of each call what the client did: let it run, asked, refused.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeAnswer, NativeLayer, RuleList } from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { bash, type ClientRun, runClient } from "../client-run.ts";
import { clientPath } from "../machine.ts";
import { type ToolUse, toolUseId } from "../model-stub.ts";
import { fillPlaces, fillPlacesDeep, type SessionPlaces } from "../session-files.ts";
import type { SessionCase } from "./pairs.ts";
import { homeFiles, links, outsideFiles, projectFiles, stubbedPrograms } from "./vocabulary.ts";

/** One pair: what the client did with a call, and what was simulated. */
export type Pair = {
  readonly session: SessionCase;
  readonly call: ToolUse;
  readonly client: RuleList;
  /** What the model was told, cut. */
  readonly told: string;
  readonly ours: NativeAnswer;
};

/** Of one session: its pairs, and calls that never came to a decision, such as those that fail the tool's schema. */
export type Compared = { readonly pairs: readonly Pair[]; readonly undecided: number };

const TEXT_CHARS = 160;
const stub = { text: "#!/bin/sh\nexit 0\n", mode: 0o755 };
const serverText = `const say = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
const tools = ["echo", "write"].map((name) => ({ name, description: name, inputSchema: { type: "object" } }));
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "fake", version: "1" } });
  else if (method === "tools/list") say(id, { tools });
  else if (method === "tools/call") say(id, { content: [{ type: "text", text: "ok" }] });
});
`;

/** Runs one session, one call a turn, and simulates the same calls. */
export async function compareSession(session: SessionCase): Promise<Compared> {
  const turns = session.calls.flatMap((call) =>
    movesAway(call) ? [[call], bash("cd <project>")] : [[call]],
  );
  const asked = new Set<number>();
  let turn = 0;
  const questions = await listen(() => asked.add(turn));
  try {
    let places: SessionPlaces | undefined;
    const run = await runClient({
      ...launchOf(session, questions.url),
      turns,
      beforeTurn: (now) => {
        turn = now;
      },
      inspect: (made) => {
        places = made;
      },
    });
    if (places === undefined) throw new Error("the session had no places");
    return comparePairs(session, turns, { run, asked, places });
  } finally {
    questions.close();
  }
}

/** WHY: the shell's directory lasts, and no call is to find itself somewhere else. */
function movesAway(call: ToolUse): boolean {
  return /\bcd /.test(String(call.input["command"]));
}

/** A hook that the client calls when it would ask somebody; it has no opinion. */
async function listen(onQuestion: () => void): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      onQuestion();
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

function launchOf(session: SessionCase, questions: string) {
  const of = (source: string) => session.layers.find((layer) => layer.source === source)?.settings;
  const flag = of("flag")?.permissions;
  const managed = of("managed");
  const hooks = { PermissionRequest: [{ hooks: [{ type: "http", url: questions }] }] };
  return {
    settings: {
      project: of("project") ?? {},
      local: of("local") ?? {},
      user: { ...of("user"), hooks },
    },
    ...(managed === undefined ? {} : { managedSettings: managed }),
    ...(session.mode === undefined ? { modeFromSettings: true } : { permissionMode: session.mode }),
    trusted: session.isTrusted,
    repository: true,
    files: { ...projectFiles, "server.cjs": serverText },
    homeFiles: {
      ...homeFiles,
      ...Object.fromEntries(stubbedPrograms.map((name) => [`bin/${name}`, stub])),
    },
    outsideFiles,
    subAgents: new Map([["MARKER", ["done"]]]),
    env: { PATH: `<home>/bin:${clientPath}` },
    extraArgs: [
      ...(flag === undefined ? [] : ["--settings", JSON.stringify({ permissions: flag })]),
      ...(session.hasServers ? ["--mcp-config", serverConfig()] : []),
    ],
    timeoutMs: 180_000,
  };
}

function serverConfig(): string {
  const server = { command: process.execPath, args: ["server.cjs"] };
  return JSON.stringify({ mcpServers: { fake: server, other: server } });
}

type Ran = {
  readonly run: ClientRun;
  readonly asked: ReadonlySet<number>;
  readonly places: SessionPlaces;
};

function comparePairs(
  session: SessionCase,
  turns: readonly (readonly ToolUse[])[],
  { run, asked, places }: Ran,
): Compared {
  const native = openSession({
    layers: session.layers.map(({ source, settings }) => ({
      source,
      settings: Object(fillPlacesDeep(settings, places)),
      file: source,
      root: rootOf(source, places),
    })),
    mode: session.mode,
    isTrusted: session.isTrusted,
    project: places.project,
    home: places.home,
  });
  const realPaths = new Map(
    Object.entries(links).map(([from, to]) => [fillPlaces(from, places), fillPlaces(to, places)]),
  );
  const disk = { realPath: (path: string) => realPaths.get(path) };
  const pairs: Pair[] = [];
  let undecided = 0;
  let hasRunShell = false;
  for (const [turn, [call]] of turns.entries()) {
    if (call === undefined) continue;
    const id = toolUseId(turn);
    const told = run.toolResults.get(id)?.text ?? "";
    const client = verdictOf(told, run.wasDenied(id), asked.has(turn));
    const hadRunShell = hasRunShell;
    if (call.name === "Bash" && client === "allow") hasRunShell = true;
    if (!session.calls.includes(call)) continue;
    if (client === undefined) {
      undecided += 1;
      continue;
    }
    const input = Object(fillPlacesDeep(call.input, places)) as Record<string, Json>;
    const seen = { tool: call.name, input, cwd: places.project, hasRunShell: hadRunShell };
    const ours = simulateNative(native, seen, disk);
    pairs.push({ session, call, client, told: told.slice(0, TEXT_CHARS), ours });
  }
  return { pairs, undecided };
}

function rootOf(source: NativeLayer["source"], places: SessionPlaces): string {
  switch (source) {
    case "user":
      return `${places.home}/.claude`;
    case "flag":
      // WHY: settings of the command line lie in no directory of the session.
      return "/nonexistent";
    default:
      return places.project;
  }
}

/** Undefined for calls that the client turned away before it looked at permissions. */
function verdictOf(told: string, wasDenied: boolean, wasAsked: boolean): RuleList | undefined {
  // WHY: a session that was refused too often ends, and its last calls came to nothing.
  if (told === "") return undefined;
  if (wasAsked || told.startsWith("Auto mode is unavailable")) return "ask";
  if (/No such tool available|denied by permission rule|permission settings/.test(told))
    return "deny";
  if (wasDenied) return "deny";
  return told.startsWith("<tool_use_error>") ? undefined : "allow";
}
