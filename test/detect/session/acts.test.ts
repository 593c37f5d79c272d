// The graph over acts as such: bounds, labels over folders and agents, names that steer nothing, records that make no sense.
import { describe, expect, it } from "vitest";
import type { Act, CallAct, Place } from "#detect/session/act.ts";
import { startGraph } from "#detect/session/graph.ts";
import { chainLines, graphDot } from "#detect/session/graph-text.ts";
import { isNamedIn } from "#detect/session/requests.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import type { JsonObject } from "#record/log/leaf.ts";

let index = 0;
const host = (name: string, known?: Place["known"]): Place => ({
  kind: "host",
  name,
  ...(known === undefined ? {} : { known }),
});
const file = (name: string): Place => ({ kind: "file", name });
function call(more: Partial<CallAct>): CallAct {
  index += 1;
  return {
    kind: "call",
    index,
    agent: "",
    call: `c${index}`,
    tool: "Bash",
    said: "a command",
    verdict: "allow",
    takes: [],
    gives: [],
    touchesSecret: false,
    does: [],
    movesRemote: false,
    runsFetched: false,
    ...more,
  };
}
const prompt = (text: string): Act => ({ kind: "prompt", index: ++index, agent: "", text });
const ended = (one: CallAct, launched?: string): Act => ({
  kind: "result",
  index: ++index,
  agent: "",
  call: one.call,
  launched,
});
function chainsOf(...acts: readonly Act[]) {
  const graph = startGraph();
  for (const act of acts) graph.add(act);
  return graph.result().chains;
}

const fetched = call({ takes: [host("cdn.example")], gives: [file("vendor")] });
const ran = call({ takes: [file("vendor/a/b/run.sh")], does: ["runs-code"] });

describe("labels", () => {
  it("flow from a folder to what lies in it, and from a file to who reads its folder", () => {
    expect(chainsOf(fetched, ran)).toMatchObject([{ kind: "fetched-code-runs", score: 0.72 }]);
    const one = call({ takes: [host("cdn.example")], gives: [file("vendor/a.sh")] });
    expect(chainsOf(one, call({ takes: [file("vendor/*.sh")], does: ["runs-code"] }))).toHaveLength(
      1,
    );
    expect(chainsOf(one, call({ takes: [file("vendors/a.sh")], does: ["runs-code"] }))).toEqual([]);
  });

  it("flow by no call that was refused, and by one that was asked about only when it ran", () => {
    expect(chainsOf({ ...fetched, verdict: "deny" }, ran)).toEqual([]);
    const asked = { ...fetched, verdict: "ask" } as const;
    expect(chainsOf(asked, ran)).toEqual([]);
    expect(chainsOf(asked, ended(asked), ran)).toHaveLength(1);
  });

  it("go when a file is written anew", () => {
    const anew = call({ tool: "Write", gives: [file("vendor/run.sh")] });
    const one = call({ takes: [host("cdn.example")], gives: [file("vendor/run.sh")] });
    const runs = call({ takes: [file("vendor/run.sh")], does: ["runs-code"] });
    expect(chainsOf(one, runs)).toHaveLength(1);
    // An agent that has read nothing of it wrote it: of the bytes nothing is left, of the reading something.
    expect(chainsOf(one, anew, runs)).toEqual([]);
  });

  it("reach an agent that was started, and come back with its answer", () => {
    const page = call({ takes: [host("page.example")] });
    const start = call({ tool: "Agent" });
    const inAgent = (more: Partial<CallAct>) => call({ agent: "child", ...more });
    const evil = { does: ["tamper"], said: "rm settings" } as const;
    expect(chainsOf(page, start, inAgent(evil))).toHaveLength(1);
    const reads = inAgent({ takes: [host("page.example")] });
    expect(chainsOf(start, reads, ended(start, "child"), call(evil))).toHaveLength(1);
    expect(chainsOf(start, call(evil))).toEqual([]);
  });

  it("count for less after another request, and where the person asked for it", () => {
    const page = call({ takes: [host("page.example")] });
    const deploys = call({ does: ["deploy"] });
    expect(chainsOf(prompt("fix the test"), page, deploys)).toMatchObject([{ score: 0.4 }]);
    expect(chainsOf(prompt("fix the test"), page, prompt("go on"), deploys)).toEqual([]);
    expect(chainsOf(prompt("deploy it"), page, deploys)).toEqual([]);
  });

  it("say nothing of what a person configured, nor of this machine", () => {
    const pulled = call({ takes: [host("git.example", "remote")], gives: [file(".")] });
    expect(chainsOf(pulled, ran)).toEqual([]);
    const page = call({ takes: [host("page.example")] });
    expect(chainsOf(page, call({ gives: [host("127.0.0.1")] }))).toEqual([]);
    expect(chainsOf(page, call({ gives: [host("git.example", "remote")] }))).toEqual([]);
    expect(chainsOf(page, call({ gives: [host("drop.example")] }))).toHaveLength(1);
  });
});

describe("a graph", () => {
  it("is bounded, whatever comes", () => {
    const graph = startGraph();
    for (let at = 0; at < 8_000; at += 1)
      graph.add(
        call({ takes: [host(`h${at}.example`)], gives: [file(`f${at}`), host("x.example")] }),
      );
    const { nodes, chains, omitted } = graph.result();
    expect(nodes).toHaveLength(20_000);
    expect(omitted).toBeGreaterThan(3_000);
    expect(chains.length).toBeLessThanOrEqual(200);
  });

  it("shows foreign names without what steers a terminal or ends a quoted text", () => {
    const odd = 'a"];\\\u001b[2J\u202e\nx';
    const graph = startGraph();
    graph.add(call({ takes: [host(`${odd}.example`)], gives: [file(odd)], said: odd }));
    graph.add(call({ takes: [file(odd)], does: ["runs-code"], said: odd }));
    const { chains } = graph.result();
    expect(chains).toHaveLength(1);
    const drawn = graphDot(graph.result());
    for (const text of [chainLines(chains).join(" "), drawn])
      expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(drawn).not.toContain('a"];');
    expect(drawn).toContain('a\\"];');
  });

  it.each([
    {},
    { kind: "decision" },
    { kind: "decision", verdict: 7, effects: 9, rules: "x", agent: {} },
    { kind: "result", call: 8 },
    { kind: "hook", event: "UserPromptSubmit" },
  ])("takes a record that makes no sense: %j", (metadata) => {
    const graph = startGraph();
    const sealed = { readable: { hosts: [7], reads: "x" }, effects: [null, { kind: "egress" }] };
    for (const one of [undefined, sealed as unknown as JsonObject]) {
      const act = actOf({ index: 1, metadata: metadata as unknown as JsonObject, sealed: one });
      if (act !== undefined) graph.add(act);
    }
    expect(graph.result().chains).toEqual([]);
  });
});

describe("what a person names", () => {
  it.each([
    ["see https://docs.shop.example/a", host("docs.shop.example"), true],
    ["see shop.example", host("docs.shop.example"), true],
    ["see myshop.example", host("docs.shop.example"), false],
    ["add dayjs please", { kind: "package", name: "dayjs" } as const, true],
    ["add dayjs2 please", { kind: "package", name: "dayjs" } as const, false],
  ])("%s: %j", (text, place, isNamed) => {
    expect(isNamedIn(text, place)).toBe(isNamed);
  });
});
