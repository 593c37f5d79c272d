// What was found in contents, by kind and by what was decided. No value of a finding is anywhere, so none is here.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";

type Kind = { readonly kind: string; readonly verdict: string; readonly count: number };
type Detector = { readonly detector: string; readonly count: number };
type Content = {
  readonly command: string;
  readonly items: readonly Kind[];
  readonly detectors: readonly Detector[];
};

const SINCE = [
  { value: "24h", label: "24 hours" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
] as const;

export function Page({ query }: PageProps) {
  const router = useRouter();
  const since = SINCE.find(({ value }) => value === query.get("since"))?.value ?? "7d";
  const params = useMemo(() => ({ since }), [since]);
  const resource = useResource<Content>("/content", params, {
    live: ["decision"],
    everyMs: 60_000,
  });
  const log = (filter: string) => `/log?${new URLSearchParams({ filter })}`;
  return (
    <PageFrame
      title="Content findings"
      about="Secrets, personal and health data that calls held, by kind. Their values are kept nowhere."
      command={resource.value?.command}
      actions={
        <Choice
          label="Of the last"
          value={since}
          options={SINCE}
          onChoose={(value) => router.go(`/content?since=${value}`, { isReplaced: true })}
        />
      }
    >
      <Loaded resource={resource} label="Counting findings">
        {({ items, detectors }) => (
          <Panels>
            <Panel title="By kind">
              <Table<Kind>
                caption="Calls by kind of finding and verdict"
                rows={items}
                rowKey={({ kind, verdict }) => `${kind} ${verdict}`}
                rowHref={({ kind }) => log(`content:"${kind}"`)}
                columns={[
                  {
                    key: "kind",
                    head: "Kind",
                    isWide: true,
                    cell: ({ kind }) => <Text value={kind} limit={80} />,
                    sort: ({ kind }) => kind,
                  },
                  {
                    key: "verdict",
                    head: "Verdict",
                    cell: ({ verdict }) => <Badge word={verdict} />,
                  },
                  {
                    key: "count",
                    head: "Calls",
                    isNumber: true,
                    cell: ({ count }) => formatCount(count),
                    sort: ({ count }) => count,
                  },
                ]}
                empty={
                  <Empty title="Nothing was found." command="sallyport scan .">
                    <p>A scan says where secrets lie in files and histories.</p>
                  </Empty>
                }
              />
            </Panel>
            <Panel title="By detector">
              <Table<Detector>
                caption="Calls by detector"
                rows={detectors}
                rowKey={({ detector }) => detector}
                rowHref={({ detector }) => log(`detector:"${detector}"`)}
                columns={[
                  {
                    key: "detector",
                    head: "Detector",
                    isWide: true,
                    cell: ({ detector }) => <Text value={detector} isCode limit={80} />,
                    sort: ({ detector }) => detector,
                  },
                  {
                    key: "count",
                    head: "Calls",
                    isNumber: true,
                    cell: ({ count }) => formatCount(count),
                    sort: ({ count }) => count,
                  },
                ]}
                empty={
                  <Empty title="No detector spoke.">
                    <p>When one does, it is counted here.</p>
                  </Empty>
                }
              />
            </Panel>
          </Panels>
        )}
      </Loaded>
    </PageFrame>
  );
}
