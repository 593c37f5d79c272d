// A graph of tens of thousands of nodes as one that can be looked at: groups that are opened one by one. Chains are never hidden in one.
import type { Trust } from "./act.ts";
import type { EdgeKind, SessionGraph } from "./graph.ts";

/** Nodes of a graph that is given whole. */
export const WHOLE_NODES_MAX = 2_000;
const EDGES_MAX = 12_000;
/** Members of a group that is opened; of more it is parts. */
const PART = 200;
/** A group of fewer members says no more than they do. */
const GROUP_LEAST = 4;
/** Chains whose calls always stand by themselves. */
const CHAINS_APART = 20;
const LABELS_MAX = 4;

/** `count`: members of a group; a node by itself has none. `refused`: calls among them that were refused. */
export type GroupedNode = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly count?: number;
  readonly refused?: number;
  /** The group that it came out of, to close it again. */
  readonly group?: string;
};
/** `count`: edges of the record that this one stands for, `index` the first of them. */
export type GroupedEdge = {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly index: number;
  readonly count: number;
  readonly labels: readonly Trust[];
};
/** `isGrouped`: there are more nodes than are given whole. `edgesOmitted`: edges beyond the bound. */
export type GroupedGraph = {
  readonly nodes: readonly GroupedNode[];
  readonly edges: readonly GroupedEdge[];
  readonly isGrouped: boolean;
  readonly edgesOmitted: number;
};

type Node = SessionGraph["nodes"][number];

/** Groups what is too much; `open` names the groups that are shown by their members, as far as there is room. */
export function groupedGraph(graph: SessionGraph, open: ReadonlySet<string>): GroupedGraph {
  if (graph.nodes.length <= WHOLE_NODES_MAX) {
    const nodes = graph.nodes.map(({ id, kind, name }) => ({ id, kind, name }));
    return { nodes, isGrouped: false, ...mergedEdges(graph, (id) => id) };
  }
  const apart = new Set(
    graph.chains
      .slice(0, CHAINS_APART)
      .flatMap(({ steps }) => steps.map(({ index }) => `call:${index}`)),
  );
  const shown: GroupedNode[] = [];
  const standsFor = new Map<string, string>();
  const show = (node: Node, group?: string): void => {
    const { id, kind, name } = node;
    shown.push({ id, kind, name, ...(group === undefined ? {} : { group }) });
    standsFor.set(id, id);
  };
  const lists = [...listsOf(graph, apart, show)];
  // WHY counted before: opening one group must not push another one out of the picture.
  let room = WHOLE_NODES_MAX - shown.length - lists.length;
  const draw = ({ id, kind, name, members, parent }: List): void => {
    const parts = members.length > PART ? partsOf(id, kind, members) : undefined;
    const needed = parts?.length ?? members.length;
    const isSmall = members.length < GROUP_LEAST;
    if ((isSmall || open.has(id)) && needed <= room) {
      room -= needed;
      if (parts === undefined) for (const member of members) show(member, isSmall ? parent : id);
      else for (const part of parts) draw({ ...part, parent: id });
      return;
    }
    const refused = members.filter((member) => member.kind === "refused").length;
    shown.push({
      id,
      kind,
      name,
      count: members.length,
      ...(refused === 0 ? {} : { refused }),
      ...(parent === undefined ? {} : { group: parent }),
    });
    for (const member of members) standsFor.set(member.id, id);
  };
  for (const list of lists) draw(list);
  return { nodes: shown, isGrouped: true, ...mergedEdges(graph, (id) => standsFor.get(id)) };
}

type List = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly members: readonly Node[];
  readonly parent?: string;
};

/** Calls by the request that asked for them, places by kind and folder, and requests and agents where there are many. */
function listsOf(
  { nodes, edges }: SessionGraph,
  apart: ReadonlySet<string>,
  show: (node: Node) => void,
): Iterable<List> {
  const requestOf = new Map<string, string>();
  for (const { from, to, kind } of edges) if (kind === "asked") requestOf.set(to, from);
  const named = new Map(nodes.map(({ id, name }) => [id, name]));
  const requests = nodes.filter(({ kind }) => kind === "request");
  const lists = new Map<string, List & { readonly members: Node[] }>();
  const put = (id: string, kind: string, name: string, node: Node): void => {
    const list = lists.get(id) ?? { id, kind, name, members: [] };
    list.members.push(node);
    lists.set(id, list);
  };
  for (const node of nodes) {
    if (apart.has(node.id) || (node.kind === "request" && requests.length <= PART)) show(node);
    else if (node.kind === "call" || node.kind === "refused") {
      const request = requestOf.get(node.id);
      const asked = request === undefined ? "before any request" : (named.get(request) ?? "");
      put(`group:calls:${request ?? ""}`, "calls", asked, node);
    } else if (node.kind === "file") {
      const folder = folderOf(node.name);
      put(`group:files:${folder}`, "files", folder, node);
    } else put(`group:${node.kind}`, `${node.kind}s`, `${node.kind}s`, node);
  }
  return lists.values();
}

/** The folders that a path begins with, two at most. */
function folderOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  const first = folders.slice(0, path.startsWith("/") ? 3 : 2).join("/");
  return first === "" ? "." : first;
}

function partsOf(id: string, kind: string, members: readonly Node[]): readonly List[] {
  const size = Math.max(PART, Math.ceil(members.length / PART));
  const parts: List[] = [];
  for (let from = 0; from < members.length; from += size) {
    const end = Math.min(from + size, members.length);
    const part = { id: `${id}#${from}-${end}`, kind, name: `${from + 1} to ${end}` };
    parts.push({ ...part, members: members.slice(from, end) });
  }
  return parts;
}

function mergedEdges(
  { edges }: SessionGraph,
  standsFor: (id: string) => string | undefined,
): Pick<GroupedGraph, "edges" | "edgesOmitted"> {
  const merged = new Map<string, GroupedEdge & { count: number; labels: Trust[] }>();
  let edgesOmitted = 0;
  for (const edge of edges) {
    const [from, to] = [standsFor(edge.from), standsFor(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${edge.kind}\0${from}\0${to}`;
    const known = merged.get(key);
    if (known !== undefined) {
      known.count += 1;
      for (const label of edge.labels ?? [])
        if (known.labels.length < LABELS_MAX && !known.labels.includes(label))
          known.labels.push(label);
    } else if (merged.size >= EDGES_MAX) edgesOmitted += 1;
    else {
      const labels = [...(edge.labels ?? [])];
      merged.set(key, { from, to, kind: edge.kind, index: edge.index, count: 1, labels });
    }
  }
  return { edges: [...merged.values()], edgesOmitted };
}
