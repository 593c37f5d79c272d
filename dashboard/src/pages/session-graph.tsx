// The action graph of a session: as a picture with what is chosen in words, or as tables.
import { useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { GraphView } from "../graph/graph-view.tsx";
import type { GraphEdge, GraphNode } from "../graph/model.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice } from "../parts/field.tsx";
import { Rows } from "../parts/rows.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";

/** The answer of `GET /sessions/:id/graph`. */
type GraphAnswer = {
  readonly command: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly chains: readonly { readonly steps: readonly { readonly index: number }[] }[];
  readonly total: number;
  readonly omitted: number;
  readonly edgesOmitted: number;
  readonly isGrouped: boolean;
};

/** Up to so many nodes it is arranged by flow unless the person says otherwise. */
const FLOW_AT_FIRST = 300;
const EDGES_TOLD = 40;
const EDGE_WORDS: Readonly<Record<string, string>> = {
  asked: "asked for",
  took: "was taken by",
  gave: "gave to",
  started: "started",
};

export function SessionGraph({ id, isTable }: { readonly id: string; readonly isTable: boolean }) {
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const open = query.get("open") ?? "[]";
  const resource = useResource<GraphAnswer>(`/sessions/${segment(id)}/graph`, { open });
  const change = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    if (value === undefined) next.delete(name);
    else next.set(name, value);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  const opened = useMemo(() => listOf(open), [open]);
  const toggle = (group: string) => {
    const next = opened.includes(group)
      ? opened.filter((one) => one !== group)
      : [...opened, group];
    change("open", next.length === 0 ? undefined : JSON.stringify(next));
  };
  return (
    <Loaded resource={resource} label="Reading the graph">
      {(graph) =>
        graph.nodes.length === 0 ? (
          <Empty title="Nothing is in this graph.">
            <p>No prompt and no call of this session is on record.</p>
          </Empty>
        ) : (
          <>
            {graph.isGrouped && (
              <p>
                {`This session has ${formatCount(graph.total)} nodes. They are shown in groups; open one to see its members.`}
                {graph.omitted > 0 &&
                  ` ${formatCount(graph.omitted)} more are beyond what is drawn.`}
                {graph.edgesOmitted > 0 &&
                  ` ${formatCount(graph.edgesOmitted)} edges are left out.`}
              </p>
            )}
            {isTable ? (
              <GraphTables graph={graph} opened={opened} toggle={toggle} />
            ) : (
              <Picture
                graph={graph}
                opened={opened}
                toggle={toggle}
                change={change}
                query={query}
              />
            )}
          </>
        )
      }
    </Loaded>
  );
}

function listOf(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

type Part = {
  readonly graph: GraphAnswer;
  readonly opened: readonly string[];
  readonly toggle: (group: string) => void;
};

function Picture({
  graph,
  opened,
  toggle,
  change,
  query,
}: Part & {
  readonly change: (name: string, value: string | undefined) => void;
  readonly query: URLSearchParams;
}) {
  const router = useRouter();
  const { nodes, edges, chains } = graph;
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const inChain = useMemo(
    () => new Set(chains.flatMap(({ steps }) => steps.map(({ index }) => `call:${index}`))),
    [chains],
  );
  const arranged = query.get("arrange");
  const byFlow = arranged === "flow" || (arranged !== "time" && nodes.length <= FLOW_AT_FIRST);
  const node = nodes.find((one) => one.id === chosen);
  return (
    <div class="graph-page">
      <div class="narrow">
        <Choice
          label="Arranged by"
          value={byFlow ? "flow" : "time"}
          options={[
            { value: "time", label: "time" },
            { value: "flow", label: "what flows where" },
          ]}
          onChoose={(value) => change("arrange", value)}
        />
        <Legend />
      </div>
      <GraphView
        label={`Action graph of the session: ${formatCount(nodes.length)} nodes`}
        nodes={nodes}
        edges={edges}
        inChain={inChain}
        byFlow={byFlow}
        chosen={chosen}
        onChoose={setChosen}
        onOpen={(one) => {
          if (one.count !== undefined) return toggle(one.id);
          const index = eventOf(one, edges);
          if (index !== undefined) router.go(`/log/${index}`);
        }}
      />
      {node === undefined ? (
        <p class="quiet">Choose a node to read what it is and what flows there.</p>
      ) : (
        <Chosen node={node} graph={graph} opened={opened} toggle={toggle} onChoose={setChosen} />
      )}
    </div>
  );
}

/** The event of a node: its own, or the first that saw the place. */
function eventOf({ id }: GraphNode, edges: readonly GraphEdge[]): number | undefined {
  const own = /^(?:call|request):(\d{1,15})$/.exec(id)?.[1];
  if (own !== undefined) return Number(own);
  return edges.find(({ from, to }) => from === id || to === id)?.index;
}

function Legend() {
  return (
    <ul class="graph-legend" aria-label="Colours">
      <li class="legend-request">prompt</li>
      <li class="legend-call">call</li>
      <li class="legend-refused">refused</li>
      <li class="legend-file">file</li>
      <li class="legend-outside">host, server, package</li>
      <li class="legend-agent">agent</li>
      <li class="legend-label">foreign data flows</li>
      <li class="legend-chain">chain</li>
    </ul>
  );
}

function Chosen({
  node,
  graph,
  opened,
  toggle,
  onChoose,
}: Part & { readonly node: GraphNode; readonly onChoose: (id: string) => void }) {
  const { edges, nodes } = graph;
  const named = useMemo(() => new Map(nodes.map((one) => [one.id, one])), [nodes]);
  const near = edges.filter(({ from, to }) => from === node.id || to === node.id);
  const index = eventOf(node, edges);
  return (
    <section class="panel" aria-label="The chosen node">
      <p>
        <Badge word={node.kind} /> <Text value={node.name} limit={400} isCode />
      </p>
      <p class="page-actions">
        {node.count !== undefined && (
          <button type="button" class="button" onClick={() => toggle(node.id)}>
            {`Open the group of ${formatCount(node.count)}`}
          </button>
        )}
        {node.group !== undefined && opened.includes(node.group) && (
          <button type="button" class="button" onClick={() => toggle(node.group ?? "")}>
            Close its group
          </button>
        )}
        {node.count === undefined && index !== undefined && (
          <a class="button" href={`/log/${index}`}>
            {`Event ${index}`}
          </a>
        )}
      </p>
      <ul class="lines">
        {near.slice(0, EDGES_TOLD).map((edge) => {
          const other = named.get(edge.from === node.id ? edge.to : edge.from);
          return (
            <li key={`${edge.kind} ${edge.from} ${edge.to}`}>
              {edge.from === node.id ? (EDGE_WORDS[edge.kind] ?? edge.kind) : `${edge.kind} from`}{" "}
              <button
                type="button"
                class="text-more"
                onClick={() => other !== undefined && onChoose(other.id)}
              >
                <Text value={other?.name ?? ""} limit={120} isCode isBrief />
              </button>{" "}
              {edge.count > 1 && <span class="quiet">{`${formatCount(edge.count)} times `}</span>}
              {edge.labels.map((label) => (
                <Badge key={label} word={label} tone="warn" />
              ))}
            </li>
          );
        })}
      </ul>
      {near.length > EDGES_TOLD && (
        <p class="quiet">{`${formatCount(near.length - EDGES_TOLD)} more; the table has all.`}</p>
      )}
    </section>
  );
}

function GraphTables({ graph, opened, toggle }: Part) {
  const { nodes, edges } = graph;
  const named = useMemo(() => new Map(nodes.map((one) => [one.id, one])), [nodes]);
  const groups = nodes.filter(({ count }) => count !== undefined);
  return (
    <div class="graph-tables">
      <h2>{`${formatCount(edges.length)} edges`}</h2>
      <Rows
        class="rows-graph"
        label="Edges of the action graph"
        heads={["From", "What", "To", "Labels", "Event"]}
        count={edges.length}
        total={edges.length}
        cells={(place) => {
          const edge = edges[place];
          if (edge === undefined) return [];
          return [
            <NodeName node={named.get(edge.from)} />,
            `${edge.kind}${edge.count > 1 ? ` (${formatCount(edge.count)})` : ""}`,
            <NodeName node={named.get(edge.to)} />,
            edge.labels.join(", "),
            <a href={`/log/${edge.index}`} tabIndex={-1}>
              {edge.index}
            </a>,
          ];
        }}
        href={(place) => {
          const edge = edges[place];
          return edge === undefined ? undefined : `/log/${edge.index}`;
        }}
      />
      {(groups.length > 0 || opened.length > 0) && (
        <>
          <h2>Groups</h2>
          <ul class="lines">
            {groups.map(({ id, name, kind, count, refused }) => (
              <li key={id}>
                <button type="button" class="text-more" onClick={() => toggle(id)}>
                  {`Open ${formatCount(count ?? 0)} ${kind}`}
                </button>{" "}
                <Text value={name} limit={120} isCode />{" "}
                {refused !== undefined && (
                  <Badge word={`${formatCount(refused)} refused`} tone="bad" />
                )}
              </li>
            ))}
            {opened.map((id) => (
              <li key={`close ${id}`}>
                <button type="button" class="text-more" onClick={() => toggle(id)}>
                  Close
                </button>{" "}
                <Text value={id} limit={120} isCode />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function NodeName({ node }: { readonly node: GraphNode | undefined }) {
  if (node === undefined) return null;
  return (
    <>
      <span class="quiet">{node.kind}</span> <Text value={node.name} limit={160} isCode isBrief />
    </>
  );
}
