// Arranges a graph by what flows where, away from the page: the page goes on answering meanwhile.
import dagre from "@dagrejs/dagre";
import { NODE_HEIGHT, NODE_WIDTH } from "./model.ts";

/** Places of nodes in their list; edges as pairs of them. */
export type FlowAsked = {
  readonly nodes: number;
  readonly edges: readonly (readonly [from: number, to: number])[];
};
export type FlowArranged = {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly width: number;
  readonly height: number;
};

// WHY: the types of this project's pages are those of documents, and know no worker's own scope.
const scope = globalThis as unknown as {
  onmessage: ((event: { readonly data: FlowAsked }) => void) | null;
  postMessage(answer: FlowArranged, transfer: readonly ArrayBufferLike[]): void;
};

scope.onmessage = ({ data }) => {
  const answer = arrange(data);
  scope.postMessage(answer, [answer.xs.buffer, answer.ys.buffer]);
};

function arrange({ nodes, edges }: FlowAsked): FlowArranged {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 10, ranksep: 56, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (let place = 0; place < nodes; place += 1)
    graph.setNode(String(place), { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [from, to] of edges) graph.setEdge(String(from), String(to));
  dagre.layout(graph);
  const xs = new Float32Array(nodes);
  const ys = new Float32Array(nodes);
  let [width, height] = [0, 0];
  for (let place = 0; place < nodes; place += 1) {
    const { x, y } = graph.node(String(place)) as { readonly x: number; readonly y: number };
    xs[place] = x;
    ys[place] = y;
    width = Math.max(width, x + NODE_WIDTH / 2);
    height = Math.max(height, y + NODE_HEIGHT / 2);
  }
  return { xs, ys, width, height };
}
