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
  // WHY shelves: one column of a hundred blocks is a thread, in which nothing can be seen.
  const shelf = shelfOf(blocks);
  let [left, top, width, height] = [0, 0, NODE_WIDTH, 0];
  let shelfWidth = 0;
  for (const { head, calls, places } of blocks) {
    if (top > shelf) {
      left += shelfWidth + 3 * GAP_X;
      [top, shelfWidth] = [0, 0];
    }
    let x = 0;
    let tall = NODE_HEIGHT;
    for (const list of [head, calls, places]) {
      if (list.length === 0) {
        if (list === head) x += NODE_WIDTH + GAP_X;
        continue;
      }
      const rows = rowsOf(list);
      for (const [at, node] of list.entries()) {
        const [column, row] = [Math.floor(at / rows), at % rows];
        xs[node] = left + x + column * (NODE_WIDTH + GAP_X / 2) + NODE_WIDTH / 2;
        ys[node] = top + row * (NODE_HEIGHT + GAP_Y) + NODE_HEIGHT / 2;
      }
      const columns = Math.ceil(list.length / rows);
      x += columns * (NODE_WIDTH + GAP_X / 2) + GAP_X;
      tall = Math.max(tall, Math.min(rows, list.length) * (NODE_HEIGHT + GAP_Y));
    }
    shelfWidth = Math.max(shelfWidth, x - GAP_X);
    width = Math.max(width, left + shelfWidth);
    top += tall + BLOCK_GAP;
    height = Math.max(height, top - BLOCK_GAP);
  }
  return { xs, ys, width, height };
}

const rowsOf = ({ length }: readonly number[]) =>
  Math.min(ROWS_MAX, Math.max(ROWS_LEAST, Math.ceil(Math.sqrt(length * 2))));

/** How tall a column of blocks may be for all of them to be about twice as wide as tall. */
function shelfOf(blocks: readonly Block[]): number {
  const area = blocks.reduce((sum, { calls, places }) => {
    const columns =
      1 + Math.ceil(calls.length / rowsOf(calls)) + Math.ceil(places.length / rowsOf(places));
    const rows = Math.min(
      Math.max(rowsOf(calls), rowsOf(places)),
      Math.max(calls.length, places.length, 1),
    );
    return sum + columns * (NODE_WIDTH + GAP_X) * (rows * (NODE_HEIGHT + GAP_Y) + BLOCK_GAP);
  }, 0);
  return Math.sqrt(area / 2);
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
