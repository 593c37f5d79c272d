// Asking a gateway what it serves, where it answers wrongly, late, too much or not at all.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { askGateway } from "#surface/services/fleet/group-settings.ts";

const SETTINGS = { permissions: { deny: ["Read(.env)"] }, env: { A: "1", B: "2" } };
const TOKEN = "canary-token-7f3a";
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
const ask = async (answer: RequestListener, token = TOKEN) => {
  const open = createServer(answer);
  server = open;
  await new Promise<void>((resolve) => open.listen(0, "127.0.0.1", resolve));
  const { port } = open.address() as AddressInfo;
  return askGateway(`http://127.0.0.1:${port}/base/`, { token, ca: undefined }, SETTINGS);
};
const body =
  (text: string, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(text);
const wrapped = (settings: unknown) => body(JSON.stringify({ uuid: "u", checksum: "c", settings }));

it("is the same whatever the order of its keys, and asked with the token at its own path", async () => {
  const seen: (string | undefined)[] = [];
  const served = await ask((request, response) => {
    seen.push(request.url, request.headers.authorization);
    wrapped({ env: { B: "2", A: "1" }, permissions: SETTINGS.permissions })(request, response);
  });
  expect(served).toEqual({ kind: "same" });
  expect(seen).toEqual(["/base/managed/settings", `Bearer ${TOKEN}`]);
});
it.each([
  ["a key that is missing", { permissions: SETTINGS.permissions }, ["env"]],
  ["a rule that is missing", { ...SETTINGS, permissions: { deny: [] } }, ["permissions"]],
  ["a key too many", { ...SETTINGS, disableAllHooks: true }, ["disableAllHooks"]],
  ["an empty policy", {}, ["env", "permissions"]],
])("differs by %s", async (_, settings, keys) => {
  expect(await ask(wrapped(settings))).toEqual({ kind: "differs", keys });
});
it("serves none where it has no policy for somebody", async () => {
  expect(await ask(body("{}", 404))).toEqual({ kind: "none" });
});
it.each([
  ["without the wrapper", body(JSON.stringify(SETTINGS)), "fleet-gateway"],
  ["with half of an answer", body('{"settings":{"a"'), "fleet-gateway"],
  ["with a list", wrapped([]), "fleet-gateway"],
  ["that the token is over", body("{}", 401), "fleet-gateway"],
  ["that it is busy", body("", 503), "fleet-gateway"],
  ["that it did not change, unasked", body("", 304), "fleet-gateway"],
  ["with a way to elsewhere", body("", 302), "fleet-gateway"],
  ["too much", body("x".repeat(5 * 1024 * 1024)), "fleet-source"],
  ["not at all", (request) => void request.socket.destroy(), "fleet-source"],
] satisfies [string, RequestListener, string][])(
  "is not believed when it answers %s",
  async (_, answer, code) => {
    const failed = await ask(answer).catch((cause: unknown) => cause as Error);
    expect(failed).toMatchObject({ code });
    expect(String(Object(failed).message)).not.toContain(TOKEN);
  },
);
it.each(["http://gateway.example.com", "ftp://127.0.0.1", "https://a:b@gateway.example.com", "x"])(
  "is not asked at %s",
  async (url) => {
    await expect(askGateway(url, { token: TOKEN, ca: undefined }, {})).rejects.toMatchObject({
      code: "usage",
    });
  },
);
it("sends no token that would be a header of its own", async () => {
  await expect(ask(wrapped({}), "a\r\nHost: b")).rejects.toMatchObject({ code: "usage" });
});
