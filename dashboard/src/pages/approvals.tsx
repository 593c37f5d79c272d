// Calls that wait for a second person: what they would do, who asks, until when.
import { useMemo } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { AskPanel } from "./asks.tsx";
import type { PageProps } from "./index.ts";

/** One request of `GET /approvals`. */
export type ApprovalItem = {
  readonly id: string;
  readonly state: string;
  readonly tool: string;
  readonly root: string;
  readonly rules: readonly string[];
  readonly what: readonly string[];
  readonly call: string | null;
  readonly requester: string;
  readonly people: number;
  readonly single: boolean;
  readonly approvers: readonly { readonly name: string; readonly approved: boolean }[];
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly digest: string;
  readonly whyNotMine: string | null;
};
type Approvals = {
  readonly command: string;
  readonly items: readonly ApprovalItem[];
  readonly damaged: number;
  readonly hasKey: boolean;
};

const STATES = [
  { value: "waiting", label: "Waiting or in force" },
  { value: "all", label: "All" },
] as const;

export function Page({ query }: PageProps) {
  const router = useRouter();
  const state = query.get("state") === "all" ? "all" : "waiting";
  const params = useMemo(() => ({ state }), [state]);
  const resource = useResource<Approvals>("/approvals", params, {
    live: ["changed", "decision"],
    what: ["approvals"],
    everyMs: 10_000,
  });
  return (
    <PageFrame
      title="Approvals"
      about="Questions of the guard that wait for a person, and calls that need a second one."
      command={resource.value?.command}
      actions={
        <Choice
          label="Show"
          value={state}
          options={STATES}
          onChoose={(value) => router.go(`/approvals?state=${value}`, { isReplaced: true })}
        />
      }
    >
      <AskPanel />
      <Loaded resource={resource} label="Reading the requests">
        {({ items, damaged, hasKey }) => (
          <>
            {damaged > 0 && <p role="alert">{damaged} files are not ours and count for nothing.</p>}
            {!hasKey && items.length > 0 && (
              <>
                <p>You have no key to answer with.</p>
                <Command line="sallyport approvals key" label="Make one" />
              </>
            )}
            <Table<ApprovalItem>
              caption="Requests for approval"
              rows={items}
              rowKey={({ id }) => id}
              rowHref={({ id }) => `/approvals/${segment(id)}`}
              columns={[
                { key: "state", head: "State", cell: (one) => <Badge word={one.state} /> },
                {
                  key: "what",
                  head: "What it would do",
                  isWide: true,
                  cell: ({ id, what, tool, root }) => (
                    <>
                      <a href={`/approvals/${segment(id)}`}>
                        <Text value={what[0] ?? tool} limit={200} />
                      </a>
                      <span class="under">
                        <Text value={tool} limit={40} /> in <Text value={root} isCode limit={120} />
                      </span>
                    </>
                  ),
                },
                {
                  key: "who",
                  head: "Who asks",
                  cell: ({ requester }) => <Text value={requester} limit={60} />,
                  sort: ({ requester }) => requester,
                },
                {
                  key: "until",
                  head: "Until",
                  cell: ({ expiresMs }) => <Time ms={expiresMs} as="both" />,
                  sort: ({ expiresMs }) => expiresMs,
                },
              ]}
              empty={
                <Empty title="No call waits for another person.">
                  <p>
                    A rule with `approval:` in the policy makes calls wait for a second person; then
                    they stand here.
                  </p>
                </Empty>
              }
            />
          </>
        )}
      </Loaded>
    </PageFrame>
  );
}
