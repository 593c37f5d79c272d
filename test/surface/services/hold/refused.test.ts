// What a held call met of its profile, in words for the agent.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import type { RefusedHost } from "#surface/services/hold/hosts/grants.ts";
import { refusedHosts, refusedIn, takenPorts } from "#surface/services/hold/refused.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";

test("hosts that a proxy refused are named, and not too many of them", () => {
  const host = (name: string) => ({ host: name, why: "host" as const });
  expect(refusedHosts([])).toBeUndefined();
  expect(refusedHosts([host("a.example")])).toEqual({
    kind: "host",
    text: "held by sallyport: `a.example` is not among the hosts of this call. Run a command of its own that names what it asks, or ask the person.",
  });
  const many = refusedHosts(["a", "b", "c", "d", "e", "f"].map(host))?.text;
  expect(many).toContain("`a`, `b`, `c`, `d` and 2 more are not among the hosts");
  expect(refusedHosts([host("a\u001b[2J")])?.text).not.toContain("\u001b");
  expect(refusedHosts([{ host: "in.example", why: "address" }])?.text).toContain(
    "`in.example` leads to this machine or the network around it",
  );
});

test("a call that could not replace a file is told what works", () => {
  const replaced = refusedIn("sed: cannot rename ./sedA: Device or resource busy");
  expect(replaced?.text).toContain("Change such a file by a command of its own");
});

test("a call that has a proxy is told of it where it went past it", () => {
  const said = "Error: getaddrinfo EAI_AGAIN a.example";
  expect(refusedIn(said)?.text).toContain("has no network");
  expect(refusedIn(said, { hasProxy: true })).toMatchObject({ kind: "network" });
  expect(refusedIn(said, { hasProxy: true })?.text).toContain("only programs that obey");
  expect(refusedIn("EROFS", { hasProxy: true })?.kind).toBe("outside");
  expect(refusedIn("all is well")).toBeUndefined();
});

test("a port that stays another program's is told with what to do", () => {
  expect(takenPorts([])).toBeUndefined();
  expect(takenPorts([3000, 5173])).toMatchObject({
    kind: "port",
    text: expect.stringMatching(/port 3000, 5173 of this machine .*Use another/),
  });
});

const data = join(tmpdir(), "sallyport-none");

/** A port whose calls were refused hosts, by their tickets. */
function portOf(taken: ReadonlyMap<string, readonly RefusedHost[]>) {
  const none = (): undefined => undefined;
  const hosts = {
    open: async () => undefined,
    openReading: async () => undefined,
    close: none,
    end: none,
    stop: none,
    takeLost: () => 0,
    takeExchanged: () => [],
    serve: () => Promise.resolve(),
    takeTaken: () => [],
    servedPorts: () => new Set<number>(),
    machine: {
      open: async () => undefined,
      takeReached: () => [],
      portsIn: () => [],
      end: none,
      stop: none,
    },
    takeRefused: (ticket: string) => taken.get(ticket),
  };
  return createHoldPort({ data, home: data, nowMs: () => 0, hosts, standing: standingOfTests });
}

test("what a proxy refused is told before what the output says", () => {
  const port = portOf(
    new Map([
      ["refused", [{ host: "a.example", why: "host" as const }]],
      ["proxied", []],
    ]),
  );
  const said = "curl: (6) Could not resolve host: a.example";
  expect(port.refused(said, "refused")?.kind).toBe("host");
  expect(port.refused(said, "proxied")?.text).toContain("only programs that obey");
  expect(port.refused(said, "another")?.text).toContain("has no network");
  expect(port.refused("", "proxied")).toBeUndefined();
});

test("a session whose install asked for more than its lock file names asks about installs", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  const why = "reading" as const;
  const port = portOf(new Map([["more", [{ host: "a.example", why }]]]));
  const session = (sessionId: string) => ({ project: { id: "p", root: data }, sessionId });
  const reads = async (sessionId: string) => {
    const fact = await port.fact(session(sessionId), team);
    return fact?.kind === "containment" && fact.sandbox?.reads === true;
  };
  expect(await reads("one")).toBe(true);
  expect(port.refused("", "more", session("one"))).toMatchObject({ kind: "registry" });
  expect([await reads("one"), await reads("two")]).toEqual([false, true]);
  port.end(session("one"));
  expect(await reads("one")).toBe(true);
});
