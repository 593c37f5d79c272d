// Has a worker arrange a graph by what flows where. Given up when the page no longer wants it.
import type { FlowArranged, FlowAsked } from "./flow-worker.ts";
import type { Arrangement, GraphEdge, GraphNode } from "./model.ts";

/** The address of the worker's file; set when the app is built. */
declare const FLOW_WORKER: string;

/** More takes longer than anybody waits for a picture. */
export const FLOW_NODES_MAX = 2_000;
export const FLOW_EDGES_MAX = 6_000;

/** Rejects where the browser cannot start the worker, or when it is given up. */
export function arrangeByFlow(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  signal: AbortSignal,
): Promise<Arrangement> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(FLOW_WORKER);
    const end = (cause: Error) => {
      worker.terminate();
      reject(cause);
    };
    signal.addEventListener("abort", () => end(new Error("given up")), { once: true });
    worker.addEventListener("error", () => end(new Error("the worker cannot run")));
    worker.addEventListener("message", ({ data }: MessageEvent<FlowArranged>) => {
      worker.terminate();
      resolve(data);
    });
    worker.postMessage(askedOf(nodes, edges));
  });
}

function askedOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): FlowAsked {
  const placeOf = new Map(nodes.map(({ id }, place) => [id, place]));
  const pairs = edges.flatMap(({ from, to }) => {
    const [one, other] = [placeOf.get(from), placeOf.get(to)];
    return one === undefined || other === undefined ? [] : [[one, other] as const];
  });
  return { nodes: nodes.length, edges: pairs };
}
