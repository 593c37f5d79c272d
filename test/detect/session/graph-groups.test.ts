// A graph that is too large as groups: nothing is lost, chains stand by themselves, and opening stays within the bound.
import { describe, expect, it } from "vitest";
import type { CallAct, Place } from "#detect/session/act.ts";
import { groupedGraph, WHOLE_NODES_MAX } from "#detect/session/graph-groups.ts";
import { type SessionGraph, startGraph } from "#detect/session/graph.ts";

const file = (name: string): Place => ({ kind: "file", name });
const host = (name: string): Place => ({ kind: "host", name });

function graphOf(calls: number): SessionGraph {
  const graph = startGraph({ nodesMax: 120_000 });
  let index = 0;
  const call = (more: Partial<CallAct>): CallAct => ({
    kind: "call",
    index: (index += 1),
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
  });
  for (let place = 0; place < calls; place += 1) {
    if (place % 500 === 0)
      graph.add({ kind: "prompt", index: (index += 1), agent: "", text: `part ${place}` });
    const verdict = place % 10 === 3 ? "deny" : "allow";
    graph.add(call({ verdict, takes: [file(`src/part-${place % 30}/file-${place}.ts`)] }));
  }
  graph.add(call({ takes: [host("cdn.example")], gives: [file("run.sh")] }));
  graph.add(call({ takes: [file("run.sh")], does: ["runs-code"] }));
  return graph.result();
}

/** Each node of the record stands for itself or is counted in one group. */
function countOf(grouped: ReturnType<typeof groupedGraph>): number {
  return grouped.nodes.reduce((sum, { count = 1 }) => sum + count, 0);
}

describe("a graph", () => {
  it("of a few nodes is given whole", () => {
    const graph = graphOf(100);
    const grouped = groupedGraph(graph, new Set());
    expect(grouped).toMatchObject({ isGrouped: false, edgesOmitted: 0 });
    expect(grouped.nodes).toHaveLength(graph.nodes.length);
    expect(grouped.edges.find(({ from }) => from === "host:cdn.example")?.labels).toEqual(["web"]);
  });

  it("of fifty thousand is groups that hold each node once, with chains apart", () => {
    const graph = graphOf(25_000);
    expect(graph.nodes.length).toBeGreaterThan(50_000);
    const grouped = groupedGraph(graph, new Set());
    expect(grouped.isGrouped).toBe(true);
    expect(grouped.nodes.length).toBeLessThanOrEqual(WHOLE_NODES_MAX);
    expect(countOf(grouped)).toBe(graph.nodes.length);
    const [chain] = graph.chains;
    for (const { index } of chain?.steps ?? [])
      expect(grouped.nodes.map(({ id }) => id)).toContain(`call:${index}`);
    const refused = grouped.nodes.reduce((sum, one) => sum + (one.refused ?? 0), 0);
    expect(refused).toBe(graph.nodes.filter(({ kind }) => kind === "refused").length);
    const ids = new Set(grouped.nodes.map(({ id }) => id));
    for (const { from, to } of grouped.edges)
      expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  });

  it("opens a group by its parts, and a part by its members", () => {
    const graph = graphOf(25_000);
    const group = groupedGraph(graph, new Set()).nodes.find(({ count = 0 }) => count > 200);
    const open = new Set([group?.id ?? ""]);
    const opened = groupedGraph(graph, open);
    const part = opened.nodes.find((one) => one.group === group?.id);
    expect(part?.count).toBe(200);
    expect(countOf(opened)).toBe(graph.nodes.length);
    const whole = groupedGraph(graph, new Set([...open, part?.id ?? ""]));
    expect(whole.nodes.filter((one) => one.group === part?.id)).toHaveLength(200);
    expect(countOf(whole)).toBe(graph.nodes.length);
  });

  it("stays within the bound, whatever is opened, and takes no notice of what is no group", () => {
    const graph = graphOf(25_000);
    let open = new Set(["no such group", "__proto__"]);
    for (let round = 0; round < 3; round += 1) {
      const grouped = groupedGraph(graph, open);
      open = new Set([...open, ...grouped.nodes.flatMap(({ id, count }) => (count ? [id] : []))]);
      expect(grouped.nodes.length).toBeLessThanOrEqual(WHOLE_NODES_MAX);
      expect(countOf(grouped)).toBe(graph.nodes.length);
    }
  });
});
