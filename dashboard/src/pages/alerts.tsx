// Alerts of a team by detection: how many on all machines, and when; one opens its events in the log.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import type { PageProps } from "./index.ts";
import { number } from "./fleet-parts.tsx";

type Alert = {
  readonly rule: string;
  readonly title: string | null;
  readonly level: string | null;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
};
type Alerts = { readonly command: string; readonly items: readonly Alert[] };

const PERIODS = [
  { value: "24h", label: "Last day" },
  { value: "7d", label: "Last week" },
  { value: "30d", label: "Last month" },
] as const;

const eventsOf = (rule: string) =>
  `/log?${new URLSearchParams({ filter: `kind:alert what:"${rule}"` })}`;

export function Page({ query }: PageProps) {
  const router = useRouter();
  const period = PERIODS.find(({ value }) => value === query.get("period"))?.value ?? "7d";
  const params = useMemo(() => ({ period }), [period]);
  const resource = useResource<Alerts>("/alerts", params, { live: ["decision"] });
  return (
    <PageFrame
      title="Alerts"
      about="What detections found on machines of the team. Incidents are worked on where the machine is."
      command={resource.value?.command}
    >
      <Choice
        label="Of the"
        value={period}
        options={PERIODS}
        onChoose={(value) => router.go(`/alerts?period=${value}`, { isReplaced: true })}
      />
      <Loaded resource={resource} label="Counting the alerts">
        {({ items }) => (
          <Table<Alert>
            caption="Alerts by detection, those of the newest first"
            rows={items}
            rowKey={({ rule }) => rule}
            rowHref={({ rule }) => eventsOf(rule)}
            columns={[
              {
                key: "level",
                head: "Level",
                cell: ({ level }) => <Badge word={level ?? "unknown"} />,
              },
              {
                key: "title",
                head: "Detection",
                isWide: true,
                cell: ({ title, rule }) => (
                  <>
                    <a href={eventsOf(rule)}>
                      <Text value={title ?? rule} limit={160} />
                    </a>
                    <span class="under">
                      <Text value={rule} limit={160} isCode />
                    </span>
                  </>
                ),
                sort: ({ title, rule }) => title ?? rule,
              },
              number<Alert>("count", "Alerts", ({ count }) => count),
              {
                key: "first",
                head: "First hour",
                cell: ({ firstMs }) => <Time ms={firstMs} />,
                sort: ({ firstMs }) => firstMs,
              },
              {
                key: "last",
                head: "Last hour",
                cell: ({ lastMs }) => <Time ms={lastMs} />,
                sort: ({ lastMs }) => lastMs,
              },
            ]}
            empty={
              <Empty title="No detection found anything in this time.">
                <p>Choose a longer time. An alert is here when its machine handed it in.</p>
              </Empty>
            }
          />
        )}
      </Loaded>
    </PageFrame>
  );
}
