// Nodes in the order of time: a block for each request with its calls in columns, and beside them the places that it saw first.
import {
  type Arrangement,
  type GraphEdge,
  type GraphNode,
  NODE_HEIGHT,
  NODE_WIDTH,
} from "./model.ts";

const GAP_X = 44;
const GAP_Y = 10;
const BLOCK_GAP = 34;
const ROWS_LEAST = 4;
const ROWS_MAX = 28;

type Block = { readonly head: number[]; readonly calls: number[]; readonly places: number[] };

/** Takes as long as there are nodes and edges. */
export function arrangeByTime(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): Arrangement {
  const placeOf = new Map(nodes.map(({ id }, place) => [id, place]));
  const blocks = blocksOf(nodes, edges, placeOf);
  const xs = new Float32Array(nodes.length);
  const ys = new Float32Array(nodes.length);
  let top = 0;
  let width = NODE_WIDTH;
  for (const { head, calls, places } of blocks) {
    let x = 0;
    let height = 0;
    for (const list of [head, calls, places]) {
      if (list.length === 0) {
        if (list === head) x += NODE_WIDTH + GAP_X;
        continue;
      }
      const rows = Math.min(ROWS_MAX, Math.max(ROWS_LEAST, Math.ceil(Math.sqrt(list.length * 2))));
      for (const [at, node] of list.entries()) {
        const [column, row] = [Math.floor(at / rows), at % rows];
        xs[node] = x + column * (NODE_WIDTH + GAP_X / 2) + NODE_WIDTH / 2;
        ys[node] = top + row * (NODE_HEIGHT + GAP_Y) + NODE_HEIGHT / 2;
      }
      const columns = Math.ceil(list.length / rows);
      x += columns * (NODE_WIDTH + GAP_X / 2) + GAP_X;
      height = Math.max(height, Math.min(rows, list.length) * (NODE_HEIGHT + GAP_Y));
    }
    width = Math.max(width, x - GAP_X);
    top += height + BLOCK_GAP;
  }
  return { xs, ys, width, height: Math.max(NODE_HEIGHT, top - BLOCK_GAP) };
}

/** Each node stands in one block: calls in their request's, places where they are seen first. */
function blocksOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  placeOf: ReadonlyMap<string, number>,
): readonly Block[] {
  const blocks = new Map<string, Block>();
  const blockAt = (id: string): Block => {
    const block = blocks.get(id) ?? { head: [], calls: [], places: [] };
    blocks.set(id, block);
    return block;
  };
  const requestOf = new Map<string, string>();
  for (const { from, to, kind } of edges) if (kind === "asked") requestOf.set(to, from);
  const homes = new Map<string, string>();
  for (const { from, to, kind } of edges) {
    if (kind === "asked") continue;
    const [call, place] = kind === "took" ? [to, from] : [from, to];
    if (!homes.has(place)) homes.set(place, requestOf.get(call) ?? "");
  }
  for (const { id, kind } of nodes) {
    const place = placeOf.get(id) ?? 0;
    if (kind === "request") blockAt(id).head.push(place);
    else if (["call", "refused", "calls"].includes(kind))
      blockAt(requestOf.get(id) ?? "").calls.push(place);
    else blockAt(homes.get(id) ?? "").places.push(place);
  }
  return [...blocks.values()];
}
