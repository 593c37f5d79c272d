// The relay by itself: bounds on what waits, and ids that two sides use at once.
import { expect, test } from "vitest";
import type { Gate } from "#surface/services/mcp-gateway/gate.ts";
import type { Members } from "#surface/services/mcp-gateway/message.ts";
import { createRelay, LIMITS } from "#surface/services/mcp-gateway/relay.ts";
import { until } from "../../../until.ts";

/** A gate without anything against anybody. */
const OPEN: Gate = {
  server: () => undefined,
  tool: () => undefined,
  part: () => undefined,
  read: () => undefined,
  holds: () => false,
  call: () => undefined,
  isAsPinned: () => true,
  isPinned: () => false,
  keep: () => undefined,
  hasChanged: () => false,
  name: () => "tracker",
};

function relayWith(limits: Partial<typeof LIMITS>) {
  const [toClient, toServer]: [Members[], Members[]] = [[], []];
  const relay = createRelay({
    gate: OPEN,
    front: (message) => void toClient.push(message),
    behind: {
      send: (message) => void toServer.push(message),
      ready: () => undefined,
      end: () => Promise.resolve(),
    },
    redact: (value) => Promise.resolve({ value, count: 0 }),
    outcome: () => undefined,
    say: () => undefined,
    limits: { ...LIMITS, ...limits },
  });
  const call = (id: number | string) => {
    relay.fromClient({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "lookup" } });
  };
  return { relay, toClient, toServer, call };
}

test("a call that is never answered is given up, here and there", async () => {
  const { call, toClient, toServer } = relayWith({ waitMs: 20 });
  call(7);
  await until("it is given up", () => toServer.length === 2);
  expect(toClient).toMatchObject([
    { id: 7, error: { message: "sallyport: the server gave no answer within 0.02 seconds" } },
  ]);
  expect(toServer[1]).toMatchObject({
    method: "notifications/cancelled",
    params: { requestId: 7 },
  });
});

test("no more calls than a bound are under way, and none twice", async () => {
  const { relay, call, toClient, toServer } = relayWith({ requests: 2 });
  for (const id of [1, 1, 2, 3]) call(id);
  expect(toServer.map(({ id }) => id)).toEqual([1, 2]);
  expect(toClient.map(({ id }) => id)).toEqual([1, 3]);
  relay.fromServer({ jsonrpc: "2.0", id: 2, result: { content: [] } });
  relay.fromServer({ jsonrpc: "2.0", id: 2, result: { content: ["again"] } });
  await until("it is answered", () => toClient.length === 3);
  call(4);
  expect(toServer.map(({ id }) => id)).toEqual([1, 2, 4]);
  expect(toClient).toHaveLength(3);
});

test("what a client answers without being asked does not reach the server", () => {
  const { relay, toClient, toServer } = relayWith({});
  relay.fromClient({ jsonrpc: "2.0", id: 9, result: {} });
  relay.fromServer({ jsonrpc: "2.0", id: 9, method: "roots/list" });
  relay.fromClient({ jsonrpc: "2.0", id: 9, result: { roots: [] } });
  relay.fromClient({ jsonrpc: "2.0", id: 9, result: { roots: ["again"] } });
  expect(toClient).toHaveLength(1);
  expect(toServer).toEqual([{ jsonrpc: "2.0", id: 9, result: { roots: [] } }]);
});

test("an answer that is too large is told to who waits for it, by either end of it", () => {
  const { relay, call, toClient } = relayWith({});
  for (const id of [1, "b"]) call(id);
  relay.tooLarge('{"result":{"content":["xxx\nxxx"]},"jsonrpc":"2.0","id":"b"}');
  expect(toClient.map(({ id }) => id)).toEqual(["b"]);
  relay.tooLarge("xxx");
  expect(toClient.map(({ id }) => id)).toEqual(["b", 1]);
});

test("skills that no pin counts are neither told of nor passed on", async () => {
  const { relay, toClient, toServer } = relayWith({});
  relay.fromClient({ jsonrpc: "2.0", id: 1, method: "server/discover", params: {} });
  const extensions = { "io.modelcontextprotocol/skills": {}, "com.example/other": {} };
  const result = { capabilities: { tools: {}, extensions } };
  relay.fromServer({ jsonrpc: "2.0", id: 1, result });
  await until("it is answered", () => toClient.length === 1);
  expect(toClient[0]).toMatchObject({
    result: { capabilities: { tools: {}, extensions: { "com.example/other": {} } } },
  });
  expect(JSON.stringify(toClient[0])).not.toContain("skills");
  for (const [at, method] of ["skills/list", "skills/get", "resources/directory/read"].entries())
    relay.fromClient({ jsonrpc: "2.0", id: at + 2, method, params: { uri: "skill://a" } });
  expect(
    toClient
      .slice(1)
      .map((one) => /only where they are pinned|no pin holds/.test(JSON.stringify(one))),
  ).toEqual([true, true, true]);
  expect(toServer).toHaveLength(1);
});
