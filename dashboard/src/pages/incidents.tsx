// Incidents, the newest first: what somebody has to look at, who has it, how far it is; and what is cut off.
import { useMemo } from "preact/hooks";
import { useApi, useMe, useRouter } from "../core/app.ts";
import { segment } from "../core/api.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { Badge } from "../parts/badge.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { BlockForm } from "./block-form.tsx";
import type { PageProps } from "./index.ts";

/** One row of `GET /incidents`. */
export type IncidentRow = {
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly title: string;
  readonly owner: string | null;
  readonly openedMs: number;
  readonly updatedMs: number;
  readonly alerts: number;
  readonly drill: boolean;
  readonly stepsDone: number;
  readonly steps: number;
};
type Incidents = {
  readonly command: string;
  readonly items: readonly IncidentRow[];
  readonly damaged: number;
};
type Block = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
};
type Blocks = { readonly command: string; readonly items: readonly Block[] };

const STATES = [
  { value: "open", label: "Not closed" },
  { value: "closed", label: "Closed" },
  { value: "all", label: "All" },
] as const;
const LEVELS = ["informational", "low", "medium", "high", "critical"];

export function Page({ query }: PageProps) {
  const router = useRouter();
  const state = STATES.find(({ value }) => value === query.get("state"))?.value ?? "open";
  const params = useMemo(() => ({ state }), [state]);
  const resource = useResource<Incidents>("/incidents", params, {
    live: ["changed"],
    what: ["incidents"],
    everyMs: 15_000,
  });
  return (
    <PageFrame
      title="Alerts and incidents"
      about="What was detected while it happened, and what people do about it."
      command={resource.value?.command}
      actions={
        <Choice
          label="Show"
          value={state}
          options={STATES}
          onChoose={(value) => router.go(`/incidents?state=${value}`, { isReplaced: true })}
        />
      }
    >
      <Loaded resource={resource} label="Reading the incidents">
        {({ items, damaged }) => (
          <>
            {damaged > 0 && (
              <p role="alert">
                {formatCount(damaged)} files of incidents cannot be read; the terminal names them.
              </p>
            )}
            <IncidentTable items={items} state={state} />
          </>
        )}
      </Loaded>
      <BlockPanel />
    </PageFrame>
  );
}

function IncidentTable({
  items,
  state,
}: {
  readonly items: readonly IncidentRow[];
  readonly state: string;
}) {
  return (
    <Table<IncidentRow>
      caption="Incidents"
      rows={items}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/incidents/${segment(id)}`}
      columns={[
        {
          key: "level",
          head: "Level",
          cell: ({ level }) => <Badge word={level} />,
          sort: ({ level }) => LEVELS.indexOf(level),
        },
        {
          key: "title",
          head: "What happened",
          isWide: true,
          cell: ({ title, id, drill, alerts }) => (
            <>
              {drill && <Badge word="drill" tone="quiet" />}{" "}
              <a href={`/incidents/${segment(id)}`}>
                <Text value={title} limit={160} />
              </a>
              <span class="under">
                <Text value={id} isCode limit={40} />, {formatCount(alerts)}{" "}
                {alerts === 1 ? "alert" : "alerts"}
              </span>
            </>
          ),
          sort: ({ title }) => title,
        },
        {
          key: "state",
          head: "State",
          cell: ({ state: now }) => <Badge word={now} />,
          sort: ({ state: now }) => now,
        },
        {
          key: "owner",
          head: "Who has it",
          cell: ({ owner }) => (owner === null ? "nobody" : <Text value={owner} limit={60} />),
          sort: ({ owner }) => owner ?? "",
        },
        {
          key: "steps",
          head: "Steps",
          isNumber: true,
          cell: ({ stepsDone, steps }) => (steps === 0 ? "-" : `${stepsDone} of ${steps}`),
        },
        {
          key: "updated",
          head: "Last change",
          cell: ({ updatedMs }) => <Time ms={updatedMs} as="ago" />,
          sort: ({ updatedMs }) => updatedMs,
        },
      ]}
      empty={
        <Empty
          title={state === "closed" ? "No incident was closed." : "No incident is open."}
          command="sallyport incident drill credential-exposure"
        >
          <p>Alerts that belong together become an incident by themselves. A drill shows how.</p>
        </Empty>
      }
    />
  );
}

function BlockPanel() {
  const api = useApi();
  const { role } = useMe();
  const blocks = useResource<Blocks>("/blocks", {}, { live: ["changed"], what: ["blocks"] });
  return (
    <Panel
      title="Cut off"
      actions={mayAs(role, "responder") ? <BlockForm onDone={blocks.reload} /> : undefined}
    >
      <Loaded resource={blocks} label="Reading what is cut off">
        {({ items }) => (
          <Table<Block>
            caption="Hosts and MCP servers that no session reaches"
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              { key: "kind", head: "What", cell: ({ kind }) => <Text value={kind} limit={40} /> },
              {
                key: "name",
                head: "Name",
                isWide: true,
                cell: ({ name, reason }) => (
                  <>
                    <Text value={name} isCode limit={120} />
                    <span class="under">
                      <Text value={reason} limit={200} />
                    </span>
                  </>
                ),
              },
              { key: "by", head: "By", cell: ({ by }) => <Text value={by} limit={60} /> },
              { key: "at", head: "Since", cell: ({ atMs }) => <Time ms={atMs} as="both" /> },
              {
                key: "act",
                head: "Change",
                cell: ({ id, name }) =>
                  mayAs(role, "administrator") ? (
                    <Confirm<unknown>
                      title="Open again"
                      command={() => `sallyport block remove ${id}`}
                      act={() => api.post(`/blocks/${segment(id)}/remove`)}
                      onDone={blocks.reload}
                    >
                      <p>
                        Sessions may reach <Text value={name} isCode limit={120} /> again, as far as
                        the policy lets them.
                      </p>
                    </Confirm>
                  ) : (
                    "-"
                  ),
              },
            ]}
            empty={
              <Empty title="Nothing is cut off.">
                <p>A host or an MCP server that is cut off is refused to every session at once.</p>
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
