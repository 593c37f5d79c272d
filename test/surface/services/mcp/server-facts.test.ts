// Calls of MCP tools judged against what was approved: real servers of the SDK, each bad one beside its benign twin.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contractChanges } from "#govern/mcp/contract-diff.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { identityDigest } from "#govern/mcp/identity.ts";
import { mcpStand, stdioServer } from "./stand.ts";

let stand: Awaited<ReturnType<typeof mcpStand>>;
beforeEach(async () => {
  stand = await mcpStand();
});
afterEach(() => stand.remove());

const refused = (rule: string) =>
  expect.objectContaining({ verdict: "deny", rule: `guard/${rule}` });
/** What a call comes to where nobody approved a server: the policy alone says it. */
async function ofPolicyAlone() {
  const other = await mcpStand();
  const { verdict } = await other.call("tracker", "lookup");
  other.remove();
  return verdict;
}

describe("our own server", () => {
  const shim = () => join(stand.directories.root, "bin", "sallyport");
  const own = (command: string, args: readonly string[] = ["mcp-server"]) => {
    mkdirSync(dirname(command), { recursive: true });
    writeFileSync(command, "#!/bin/sh\n");
    stand.configure({ ours: { kind: "command", command, args: [...args] } });
  };
  test("answers without a question, by the tools that it has", async () => {
    own(shim());
    expect(await stand.call("ours", "sallyport_audit", {})).toMatchObject({
      verdict: "allow",
      rule: "guard/own-tool",
    });
    expect((await stand.call("ours", "delete_all", {})).rule).toBe("guard/unknown-effect");
  });
  test("is asked about where it is another program, in the project, or one of several", async () => {
    const asked = async () => (await stand.call("ours", "sallyport_audit", {})).rule;
    own(join(stand.root, "bin", "sallyport"));
    expect(await asked()).toBe("guard/unknown-effect");
    own(shim(), ["hook"]);
    expect(await asked()).toBe("guard/unknown-effect");
    stand.configure({});
    expect(await asked()).toBe("guard/unknown-effect");
  });
});

describe("a contract that was pinned", () => {
  test("lets its tools be judged by the policy as long as the server says the same", async () => {
    const identity = stdioServer("benign");
    stand.configure({ tracker: identity });
    await stand.pin("tracker", identity);
    await stand.lookAgain(identity);
    const { verdict, rule } = await stand.call("tracker", "lookup");
    expect(verdict).toBe(await ofPolicyAlone());
    expect(rule).not.toContain("guard/mcp");
  });

  test("lets a tool that it marks as reading be called unasked, and no other", async () => {
    const state = join(stand.root, "phase");
    writeFileSync(state, "0");
    const identity = stdioServer("reading", state);
    stand.configure({ tracker: identity });
    const asked = async (tool = "lookup", input: Json = { id: "7" }) => {
      const { verdict, rule } = await stand.call("tracker", tool, input);
      return [verdict, rule];
    };
    expect(await asked()).toEqual(["ask", "guard/unknown-effect"]);
    stand.approve("tracker", identity);
    expect(await asked()).toEqual(["ask", "guard/unknown-effect"]);
    await stand.pin("tracker", identity, { files: [] });
    expect(await asked()).toEqual(["allow", "guard/mcp-reads"]);
    expect(await asked("add_note")).toEqual(["ask", "guard/unknown-effect"]);
    for (const input of [
      { id: "/etc/shadow" },
      { id: "7", path: ".env" },
      { id: "https://drop.example.net/x" },
    ])
      expect(await asked("lookup", input)).toEqual(["ask", "guard/unknown-effect"]);
    writeFileSync(state, "1");
    await stand.lookAgain(identity);
    expect(await asked()).toEqual(["deny", "guard/mcp-changed"]);
  });

  test("refuses the tool whose description changed, and no other; the change is told word by word", async () => {
    const state = join(stand.root, "phase");
    writeFileSync(state, "0");
    const identity = stdioServer("rug-pull", state);
    stand.configure({ tracker: identity });
    await stand.pin("tracker", identity, { files: [] });
    const before = stand.catalog.seen(identity);
    writeFileSync(state, "1");
    const { whole } = await stand.lookAgain(identity);
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-changed"));
    expect((await stand.call("tracker", "add_note")).rule).not.toContain("guard/mcp");
    if (before === undefined || before === "unreadable") throw new Error("nothing was kept");
    const [old, now] = [before.digests.whole, whole].map((one) => stand.catalog.contract(one));
    if (old === undefined || now === undefined) throw new Error("a contract is gone");
    const [change, ...more] = contractChanges(old, now);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ part: "tool", name: "lookup", how: "changed" });
    expect(change?.pieces[0]?.after).toContain("drop.example.net");
  });

  test("refuses a tool that was not there", async () => {
    const state = join(stand.root, "phase");
    writeFileSync(state, "0");
    const identity = stdioServer("changing", state);
    stand.configure({ tracker: identity });
    await stand.pin("tracker", identity, { files: [] });
    writeFileSync(state, "1");
    // WHY without a look: nobody saw the tool yet, and it is refused all the same.
    expect(await stand.call("tracker", "run_command")).toEqual(refused("mcp-changed"));
    expect((await stand.call("tracker", "lookup")).rule).not.toContain("guard/mcp");
  });

  test("refuses every tool when a file that the command runs is another one", async () => {
    const file = join(stand.root, "server.mjs");
    writeFileSync(file, "// the server\n");
    const benign = stdioServer("benign");
    if (benign.kind !== "command") throw new Error("no command");
    const identity = { ...benign, args: [...benign.args, file] };
    stand.configure({ tracker: identity });
    await stand.pin("tracker", identity);
    expect((await stand.call("tracker", "lookup")).rule).not.toContain("guard/mcp");
    writeFileSync(file, "// other\n");
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-changed"));
  });

  test("refuses where what was seen cannot be read", async () => {
    const identity = stdioServer("benign");
    stand.configure({ tracker: identity });
    await stand.pin("tracker", identity);
    const seen = stand.catalog.seen(identity);
    expect(seen).toMatchObject({ version: 1 });
    writeFileSync(join(stand.directories.mcp, "seen", `${identityDigest(identity)}.json`), "{");
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-changed"));
  });
});

describe("who a server is", () => {
  test("is its command: another one under an approved name is refused", async () => {
    stand.approve("tracker", stdioServer("benign"));
    stand.configure({ tracker: stdioServer("benign", "/elsewhere") });
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-identity"));
    stand.configure({ tracker: stdioServer("benign") });
    expect((await stand.call("tracker", "lookup")).rule).not.toContain("guard/mcp");
  });

  test("is known by what files say: an approved name that none names is refused", async () => {
    stand.approve("tracker", stdioServer("benign"));
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-identity"));
    expect((await stand.call("wiki", "lookup")).rule).not.toContain("guard/mcp");
  });

  test("is not its name: an approved server under another name is that server", async () => {
    const identity = stdioServer("benign");
    const id = stand.approve("tracker", identity);
    stand.configure({ other: identity });
    expect((await stand.call("other", "lookup")).rule).not.toContain("guard/mcp");
    stand.statements.withdraw(id);
    expect(await stand.call("other", "lookup")).toEqual(refused("mcp-approval-over"));
  });
});

describe("an approval", () => {
  test("ends with its time, and stays over when others are added", async () => {
    const identity = stdioServer("benign");
    stand.configure({ tracker: identity });
    stand.approve("tracker", identity, {}, 1);
    stand.later(2 * 86_400_000);
    stand.approve("wiki", stdioServer("shadowing"));
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-approval-over"));
  });

  test("of a server elsewhere with health data needs an agreement that stands", async () => {
    const identity = { kind: "url", url: "https://mcp.example.com/mcp" } as const;
    stand.configure({ records: identity });
    stand.approve("records", identity, { data: "health" });
    expect(await stand.call("records", "lookup")).toEqual(refused("mcp-no-agreement"));
    const untilMs = Date.now() + 10 * 86_400_000;
    stand.approve("records", identity, { data: "health", baa: { party: "Example", untilMs } });
    expect((await stand.call("records", "lookup")).rule).not.toContain("guard/mcp");
  });

  test("whose entry is gone or altered lets nothing be called", async () => {
    const identity = stdioServer("benign");
    stand.configure({ tracker: identity });
    stand.approve("tracker", identity);
    rmSync(join(stand.directories.mcp, "entries"), { recursive: true });
    expect(await stand.call("tracker", "lookup")).toEqual(refused("mcp-identity"));
  });

  test("with a quota refuses the call after the last", async () => {
    const identity = stdioServer("benign");
    stand.configure({ tracker: identity });
    stand.approve("tracker", identity, { quota: { calls: 2, minutes: 10 } });
    const rules = [];
    for (let at = 0; at < 3; at += 1) rules.push((await stand.call("tracker", "lookup")).rule);
    expect(rules.slice(0, 2).filter((rule) => rule.includes("guard/mcp"))).toEqual([]);
    expect(rules[2]).toBe("guard/mcp-quota");
    stand.later(11 * 60_000);
    expect((await stand.call("tracker", "lookup")).rule).not.toContain("guard/mcp");
  });
});

test("what a tool is given is held to its policy", async () => {
  const identity = stdioServer("benign");
  stand.configure({ tracker: identity });
  stand.approve("tracker", identity, {
    inputs: { add_note: { paths: ["<project>/notes"], hosts: ["*.example.com"] } },
  });
  expect(await stand.call("tracker", "add_note", { path: "/etc/passwd" })).toEqual(
    refused("mcp-input"),
  );
  expect((await stand.call("tracker", "add_note", { path: "notes/a.md" })).rule).not.toContain(
    "guard/mcp",
  );
  expect((await stand.call("tracker", "lookup", { path: "/etc/passwd" })).rule).not.toContain(
    "guard/mcp",
  );
});
