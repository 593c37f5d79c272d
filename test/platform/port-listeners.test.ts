// Listeners as the system tells of them: by its tables, and by its counts where mostly nobody listens.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { listenersByCount, portListeners } from "#platform/namespaces.ts";

const started: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.close();
});

/** A process in a network of its own that runs a program of node's until it says that it is ready; undefined where none can be made. */
async function inOwnNetwork(program: string): Promise<ChildProcess | undefined> {
  const words = ["--user", "--map-root-user", "--net", "--", process.execPath, "-e", program];
  const child = spawn("unshare", words, { stdio: ["pipe", "pipe", "ignore"] });
  started.push({ close: () => child.kill("SIGKILL") });
  const lines = createInterface({ input: child.stdout });
  const failed = new Promise<undefined>((resolve) => {
    child.once("error", () => resolve(undefined)).once("exit", () => resolve(undefined));
  });
  const [line] = (await Promise.race([once(lines, "line"), failed])) ?? [];
  return line === "ready" ? child : undefined;
}

const READY = 'console.log("ready");process.stdin.resume();';
const listen = (host: string) =>
  `require("node:net").createServer().listen(8123,${JSON.stringify(host)},()=>{${READY}});`;

describe("listeners by count", () => {
  test("are those of the tables, at both kinds of addresses", async (ctx) => {
    if (process.platform !== "linux") return ctx.skip("only Linux tells of them");
    const ports: number[] = [];
    for (const host of ["127.0.0.1", "::1"]) {
      const server = createServer().listen(0, host);
      started.push(server);
      // A machine may have no IPv6 at all.
      const [how] = await Promise.race([
        once(server, "listening").then(() => ["listening"]),
        once(server, "error").then(() => ["error"]),
      ]);
      const address = server.address();
      if (how === "listening" && typeof address === "object") ports.push(address?.port ?? 0);
    }
    const own = (all: ReturnType<typeof portListeners>) =>
      all.filter(({ port }) => ports.includes(port));
    expect(own(listenersByCount(process.pid))).toHaveLength(ports.length);
    return expect(own(listenersByCount(process.pid))).toEqual(own(portListeners("self")));
  });

  test.for<[string, string, readonly unknown[]]>([
    ["nobody", READY, []],
    ["one at all addresses", listen("::"), [["::", 8_123]]],
    ["one at those of IPv4", listen("0.0.0.0"), [["0.0.0.0", 8_123]]],
  ])("of a network of its own: %s", async ([, program, expected], ctx) => {
    const child = await inOwnNetwork(program);
    if (child?.pid === undefined) return ctx.skip("no network of its own can be made here");
    const found = listenersByCount(child.pid);
    expect(found.map(({ address, port }) => [address, port])).toEqual(expected);
    return expect(found).toEqual(portListeners(child.pid));
  });
});
