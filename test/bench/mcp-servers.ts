// What MCP servers cost beside the gateway: the question of each call whether its server is still the pinned one, and a look at fifty servers.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { runBuilt } from "../client/built-program.ts";
import { mcpStand, stdioServer } from "../surface/services/mcp/stand.ts";
import { atMost, median, percentile, type Suite } from "./figures.ts";

const SERVERS = 50;
const QUESTIONS = 5_000;
const WARM_QUESTIONS = 500;
const SCANS = 3;

/** Pins one of fifty servers and asks about its calls; then has `mcp scan` start and look through all of them. */
export async function measureMcpServers(): Promise<Suite> {
  const stand = await mcpStand();
  try {
    const names = Array.from({ length: SERVERS }, (_, place) => `tracker-${place}`);
    // WHY a word of its own for each: servers of one command are one server.
    stand.configure(Object.fromEntries(names.map((name) => [name, stdioServer("benign", name)])));
    mkdirSync(join(stand.root, "home"), { recursive: true });
    const [first = ""] = names;
    const identity = stdioServer("benign", first);
    await stand.pin(first, identity);
    const call: ToolCall = {
      id: "toolu_1",
      tool: `mcp__${first}__lookup`,
      cwd: stand.root,
      input: { kind: "mcp", server: first, tool: "lookup", input: { id: "7" } },
    };
    const asked = {
      call,
      sessionId: "s-1",
      root: stand.root,
      path: process.env["PATH"],
      config: join(stand.root, "home", ".claude"),
    };
    const question = (): number => {
      const startMs = performance.now();
      const facts = stand.facts(asked);
      const tookMs = performance.now() - startMs;
      if (facts === undefined || facts.refusal !== undefined)
        throw new Error("the call was not allowed as pinned");
      return tookMs;
    };
    for (let count = 0; count < WARM_QUESTIONS; count += 1) question();
    const times = Array.from({ length: QUESTIONS }, question);
    const place = { home: join(stand.root, "home"), data: stand.directories.root };
    const scans = Array.from({ length: SCANS }, () => {
      const startMs = performance.now();
      const { status, stdout, stderr } = runBuilt(
        place,
        "mcp",
        "scan",
        "--project",
        stand.root,
        "--json",
      );
      const { scanned, failed } = JSON.parse(stdout) as { scanned: number; failed: unknown[] };
      if (status !== 0 || scanned !== SERVERS || failed.length > 0)
        throw new Error(`mcp scan: ${status} ${stdout}${stderr}`);
      return (performance.now() - startMs) / 1_000;
    });
    return {
      method: `${SERVERS} stdio servers of the official SDK in one project, one of them approved and pinned. ${QUESTIONS.toLocaleString("en-US")} questions of calls to it; then \`mcp scan\`, the whole command, which starts each server in isolation, asks it for what it offers and looks that through.`,
      figures: [
        atMost("whether a call's server is the pinned one, p50", percentile(times, 0.5), "ms", 0.1),
        { name: "the same, p99", value: percentile(times, 0.99), unit: "ms" },
        atMost(`\`mcp scan\` of ${SERVERS} servers`, median(scans), "s", 10),
      ],
    };
  } finally {
    stand.remove();
  }
}
