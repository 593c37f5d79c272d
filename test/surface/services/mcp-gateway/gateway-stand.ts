// A gateway in this process in front of a real server, and a client of the SDK in either era that speaks to it over two streams.
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { Client, type JSONRPCMessage, type Transport } from "@modelcontextprotocol/client";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { runGateway } from "#surface/services/mcp-gateway/run-gateway.ts";
import type { mcpStand } from "../mcp/stand.ts";

export type Era = "2025" | "2026-07-28";
type Stand = Pick<Awaited<ReturnType<typeof mcpStand>>, "root" | "directories">;

/** A gateway that runs, with all that it said to the person; `end` gives its exit code. */
export function startGateway(identity: ServerIdentity, { root, directories }: Stand) {
  const input = new PassThrough();
  const output = new PassThrough();
  const said: string[] = [];
  let stop = (): void => undefined;
  const code = runGateway(identity, {
    project: root,
    data: directories.root,
    waitMs: 600_000,
    say: (line) => void said.push(line),
    client: { input, output },
    asked: new Promise<void>((resolve) => (stop = resolve)),
  });
  return {
    input,
    output,
    said,
    code,
    end(): Promise<number> {
      stop();
      input.end();
      return code;
    },
  };
}

export type Gateway = ReturnType<typeof startGateway>;

/** A client of an era that is connected to it. `changes` counts what it was told of lists. */
export async function connectedTo(gateway: Gateway, era: Era) {
  const transport: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send(message) {
      gateway.input.write(`${JSON.stringify(message)}\n`);
      return Promise.resolve();
    },
  };
  createInterface({ input: gateway.output }).on("line", (line) =>
    transport.onmessage?.(JSON.parse(line) as JSONRPCMessage),
  );
  let changes = 0;
  const client = new Client(
    { name: "test", version: "1" },
    {
      versionNegotiation: { mode: era === "2025" ? "legacy" : { pin: "2026-07-28" } },
      listChanged: { tools: { autoRefresh: false, onChanged: () => void (changes += 1) } },
    },
  );
  await client.connect(transport);
  return {
    client,
    changes: () => changes,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name).sort(),
    /** The text of an answer, or what the refusal says. */
    call: async (name: string, input: Record<string, unknown> = { id: "7" }): Promise<string> => {
      try {
        const { content } = await client.callTool({ name, arguments: input });
        return JSON.stringify(content);
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      }
    },
  };
}
