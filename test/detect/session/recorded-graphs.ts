// The action graphs of all sessions in a record, by the client's id.
import { type GraphBuilder, type SessionGraph, startGraph } from "#detect/session/graph.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import { viewLog } from "#record/store/log-view.ts";

/** Reads what is published by now; events whose key is not here belong to no session. */
export async function recordedGraphs(
  log: string,
  keys: string,
): Promise<ReadonlyMap<string, SessionGraph>> {
  const view = await viewLog(log, keys);
  const builders = new Map<string, GraphBuilder>();
  for await (const { index, leaf, sealed } of view.entries(0, await view.size())) {
    const id = sealed?.["sessionId"];
    if (leaf.kind !== "leaf" || typeof id !== "string") continue;
    const builder = builders.get(id) ?? startGraph();
    builders.set(id, builder);
    const act = actOf({ index, metadata: leaf.metadata, sealed });
    if (act !== undefined) builder.add(act);
  }
  return new Map([...builders].map(([id, builder]) => [id, builder.result()]));
}
