// The action graphs of all sessions in a record, by the client's id.
import { type GraphBuilder, type SessionGraph, startGraph } from "#detect/session/graph.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import { viewLog } from "#record/store/log-view.ts";

/** The chains of single calls, as `INDEX KIND`: those that the record's graph finds, and those that were found when the call was judged. */
export type RecordedGraph = {
  readonly graph: SessionGraph;
  readonly found: readonly string[];
  readonly told: readonly string[];
};

type Gathered = { builder: GraphBuilder; found: string[]; told: string[] };

/** Reads what is published by now; events whose key is not here belong to no session. */
export async function recordedGraphs(
  log: string,
  keys: string,
): Promise<ReadonlyMap<string, RecordedGraph>> {
  const view = await viewLog(log, keys);
  const sessions = new Map<string, Gathered>();
  for await (const { index, leaf, sealed } of view.entries(0, await view.size())) {
    const id = sealed?.["sessionId"];
    if (leaf.kind !== "leaf" || typeof id !== "string") continue;
    const session = sessions.get(id) ?? { builder: startGraph(), found: [], told: [] };
    sessions.set(id, session);
    const act = actOf({ index, metadata: leaf.metadata, sealed });
    const chains = act === undefined ? [] : session.builder.add(act);
    session.found.push(...chains.map(({ kind }) => `${index} ${kind}`));
    const { chains: told = [] } = leaf.metadata;
    if (Array.isArray(told)) session.told.push(...told.map((kind) => `${index} ${String(kind)}`));
  }
  return new Map(
    [...sessions].map(([id, { builder, found, told }]) => [
      id,
      { graph: builder.result(), found: found.toSorted(), told: told.toSorted() },
    ]),
  );
}
