// What the gateway of an MCP server adds to a call: beside the same server asked directly, in turns.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { openKeys } from "#record/store/keys.ts";
import { BUILT } from "../client/built-program.ts";
import { mcpStand, stdioServer } from "../surface/services/mcp/stand.ts";
import { atMost, median, percentile, type Suite } from "./figures.ts";

const ROUNDS = 11;
const CALLS = 300;
const WARM_CALLS = 500;

/** A server, or a gateway before it, and one question after the other. */
function speakerOf(child: ChildProcess) {
  const waiting: ((line: string) => void)[] = [];
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("there are no pipes");
  createInterface({ input: stdout }).on("line", (line) => waiting.shift()?.(line));
  let id = 0;
  const send = (message: object): void =>
    void stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const ask = (method: string, params: object): Promise<string> =>
    new Promise((resolve) => {
      id += 1;
      waiting.push(resolve);
      send({ id, method, params });
    });
  const call = () => ask("tools/call", { name: "lookup", arguments: { id: "7" } });
  return {
    async start(): Promise<void> {
      const clientInfo = { name: "bench", version: "1" };
      await ask("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
      send({ method: "notifications/initialized" });
      await ask("tools/list", {});
    },
    async calls(count: number): Promise<readonly number[]> {
      const times: number[] = [];
      for (let at = 0; at < count; at += 1) {
        const startMs = performance.now();
        if (!(await call()).includes("done: lookup")) throw new Error("the call was not answered");
        times.push(performance.now() - startMs);
      }
      return times;
    },
  };
}

/** Takes the server and the gateway before another one of its kind in turns. */
export async function measureMcpGateway(): Promise<Suite> {
  const stand = await mcpStand();
  const children: ChildProcess[] = [];
  try {
    await openKeys(stand.directories.keys);
    const identity = stdioServer("benign");
    if (identity.kind !== "command") throw new Error("no command");
    const { command, args } = identity;
    const start = async (words: readonly string[]) => {
      const env = { ...process.env, SALLYPORT_HOME: stand.directories.root };
      const child = spawn(command, words, {
        cwd: stand.root,
        env,
        stdio: ["pipe", "pipe", "inherit"],
      });
      children.push(child);
      const speaker = speakerOf(child);
      await speaker.start();
      return speaker;
    };
    const words = [...BUILT, "mcp", "gateway", "--", command, ...args];
    stand.approve("tracker", identity);
    await start(words);
    const seen = stand.catalog.seen(identity);
    if (seen === undefined || seen === "unreadable") throw new Error("the gateway kept nothing");
    stand.approve("tracker", identity, { pin: seen.digests });
    const [bare, gateway] = [await start(args), await start(words)];
    await bare.calls(WARM_CALLS);
    await gateway.calls(WARM_CALLS);
    const [floors, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      floors.push(...(await bare.calls(CALLS)));
      ours.push(...(await gateway.calls(CALLS)));
    }
    const [floor, own] = [median(floors), median(ours)];
    return {
      figures: [
        { name: "a call of a server, p50", value: floor, unit: "ms" },
        { name: "the same through the gateway, p50", value: own, unit: "ms" },
        atMost("added by the gateway, p50", own - floor, "ms", 0.5),
        {
          name: "added by the gateway, p99",
          value: percentile(ours, 0.99) - percentile(floors, 0.99),
          unit: "ms",
        },
      ],
      method: `Floor: the same server of the SDK, asked directly over its pipes. The built gateway stands before another process of it, with a pin, and looks through each answer for secrets; ${ROUNDS} rounds of ${CALLS} calls in turns, one after the other.`,
    };
  } finally {
    for (const child of children) child.stdin?.end();
    stand.remove();
  }
}
