// What a held call met of its profile, in words for the agent.
import { expect, test } from "vitest";
import { refusedHosts, refusedIn } from "#surface/hold/refused.ts";

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

test("a call that has a proxy is told of it where it went past it", () => {
  const said = "Error: getaddrinfo EAI_AGAIN a.example";
  expect(refusedIn(said)?.text).toContain("has no network");
  expect(refusedIn(said, { hasProxy: true })).toMatchObject({ kind: "network" });
  expect(refusedIn(said, { hasProxy: true })?.text).toContain("only programs that obey");
  expect(refusedIn("EROFS", { hasProxy: true })?.kind).toBe("outside");
  expect(refusedIn("all is well")).toBeUndefined();
});
