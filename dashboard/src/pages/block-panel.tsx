// Hosts and MCP servers that are cut off, by whom and why; an administrator opens them again.
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Panel } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { BlockForm } from "./block-form.tsx";

type Block = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
};
type Blocks = { readonly command: string; readonly items: readonly Block[] };

export function BlockPanel() {
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
