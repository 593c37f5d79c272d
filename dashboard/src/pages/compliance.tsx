// Controls for which the log has evidence: what it shows, counted, and what that does not prove.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Choice } from "../parts/field.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";

type Control = {
  readonly id: string;
  readonly framework: string;
  readonly reference: string;
  readonly title: string;
};
type Controls = { readonly command: string; readonly items: readonly Control[] };
type Row = {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly groups?: Readonly<Record<string, number>>;
};
type Evidence = {
  readonly command: string;
  readonly evidence: {
    readonly events: number;
    readonly unreadable: number;
    readonly evidence: readonly Row[];
    readonly limits: readonly string[];
  };
};

const SINCE = [
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "A year" },
] as const;

export function Page({ query }: PageProps) {
  const router = useRouter();
  const controls = useResource<Controls>("/controls");
  const since = SINCE.find(({ value }) => value === query.get("since"))?.value ?? "90d";
  const chosen = query.get("control") ?? controls.value?.items[0]?.id;
  const go = (next: Record<string, string>) =>
    router.go(`/compliance?${new URLSearchParams({ since, control: chosen ?? "", ...next })}`, {
      isReplaced: true,
    });
  return (
    <PageFrame
      title="Compliance"
      about="What the log shows for a control. It supports an auditor's judgement; it is none."
      command={controls.value?.command}
    >
      <Loaded resource={controls} label="Reading the controls">
        {({ items }) => (
          <>
            <div class="form-actions">
              <Choice
                label="Control"
                value={chosen ?? ""}
                options={items.map(({ id, reference, title }) => ({
                  ...{ value: id, label: `${reference}: ${title}` },
                }))}
                onChoose={(control) => go({ control })}
              />
              <Choice
                label="Of the last"
                value={since}
                options={SINCE}
                onChoose={(value) => go({ since: value })}
              />
            </div>
            {chosen === undefined ? (
              <Empty title="No control is known.">
                <p>Install sallyport again: its controls are missing.</p>
              </Empty>
            ) : (
              <EvidencePanel id={chosen} since={since} />
            )}
          </>
        )}
      </Loaded>
    </PageFrame>
  );
}

function EvidencePanel({ id, since }: { readonly id: string; readonly since: string }) {
  const params = useMemo(() => ({ id, since }), [id, since]);
  const resource = useResource<Evidence>("/controls/evidence", params);
  return (
    <Loaded resource={resource} label="Counting the evidence in the log">
      {({ evidence: { evidence, limits, events, unreadable } }) => (
        <>
          <Panel title={`Evidence in ${formatCount(events)} events`} isWide>
            {unreadable > 0 && <p role="alert">{formatCount(unreadable)} events cannot be read.</p>}
            <Table<Row>
              caption="Evidence"
              rows={evidence}
              rowKey={({ id: key }) => key}
              columns={[
                {
                  ...{ key: "title", head: "What is counted", isWide: true },
                  cell: ({ title, groups = {} }) => (
                    <>
                      <Text value={title} limit={200} />
                      <span class="under">
                        <Text
                          value={Object.entries(groups)
                            .map(([name, count]) => `${name} ${count}`)
                            .join(", ")}
                          limit={240}
                        />
                      </span>
                    </>
                  ),
                },
                {
                  ...{ key: "count", head: "Events", isNumber: true },
                  ...{ cell: ({ count }) => formatCount(count), sort: ({ count }) => count },
                },
              ]}
            />
          </Panel>
          <Panel title="What this does not prove" isWide>
            <ul class="lines">
              {limits.map((limit) => (
                <li key={limit}>
                  <Text value={limit} limit={400} />
                </li>
              ))}
            </ul>
          </Panel>
        </>
      )}
    </Loaded>
  );
}
