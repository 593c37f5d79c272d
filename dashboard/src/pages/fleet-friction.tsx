// What the guard costs people of a fleet, and the rules that cost most with what changing each would have done.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Command } from "../parts/command.tsx";
import { Choice } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import { NoFleet, number } from "./fleet-parts.tsx";

type Sums = {
  readonly machines: number;
  readonly calls: number;
  readonly asked: number;
  readonly allowed: number;
  readonly declined: number;
  readonly refused: number;
  readonly overrides: number;
  readonly failures: number;
  readonly waitedMs: number;
  readonly sessions: number;
  readonly spared: number;
  readonly added: number;
  readonly left: number;
};
type Rule = {
  readonly rule: string;
  readonly asked: number;
  readonly allowed: number;
  readonly refused: number;
  readonly machines: number;
  readonly advice: string;
};
type Friction = {
  readonly command: string;
  readonly folder: string | null;
  readonly all: Sums | null;
  readonly by: readonly { readonly key: string; readonly sums: Sums }[];
  readonly moreBy: number;
  readonly rules: readonly Rule[];
  readonly harm: readonly { readonly kind: string; readonly refused: number }[];
  readonly unmet: readonly string[];
  readonly moreUnmet: number;
};
const KEYS = [
  { value: "tier", label: "Tier" },
  { value: "policy", label: "Policy" },
  { value: "group", label: "Group" },
  { value: "system", label: "System" },
  { value: "stage", label: "Stage" },
] as const;
const LAST = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;

const rate = (count: number, { calls }: Sums) =>
  calls === 0 ? "-" : ((100 * count) / calls).toFixed(2);
/** Seconds from a question to its answer. */
const waited = ({ allowed, declined, waitedMs }: Sums) =>
  allowed + declined === 0 ? "-" : `${(waitedMs / (allowed + declined) / 1_000).toFixed(0)} s`;

export function FrictionPart({ query }: { readonly query: URLSearchParams }) {
  const router = useRouter();
  const by = KEYS.find(({ value }) => value === query.get("by"))?.value ?? "tier";
  const last = LAST.find(({ value }) => value === query.get("last"))?.value ?? "7";
  const params = useMemo(() => ({ by, last }), [by, last]);
  const resource = useResource<Friction>("/fleet/friction", params);
  const go = (next: object) =>
    router.go(`/fleet?${new URLSearchParams({ tab: "friction", by, last, ...next })}`, {
      isReplaced: true,
    });
  return (
    <Loaded resource={resource} label="Adding up what machines reported">
      {({ command, folder, all, by: rows, moreBy, rules, harm, unmet, moreUnmet }) =>
        folder === null ? (
          <NoFleet command={command} />
        ) : (
          <>
            <div class="page-actions">
              <Choice label="By" value={by} options={KEYS} onChoose={(key) => go({ by: key })} />
              <Choice
                label="Of the last"
                value={last}
                options={LAST}
                onChoose={(days) => go({ last: days })}
              />
            </div>
            {all !== null && <FrictionStats all={all} />}
            <Panel title="What it costs people" isWide>
              <Table<Friction["by"][number]>
                caption="Friction"
                rows={rows}
                rowKey={({ key }) => key}
                columns={[
                  {
                    key: "key",
                    head: "What",
                    isWide: true,
                    cell: ({ key }) => <Text value={key} limit={120} />,
                    sort: ({ key }) => key,
                  },
                  numberOf("machines", "Machines", ({ machines }) => machines),
                  numberOf("calls", "Calls", ({ calls }) => calls),
                  {
                    key: "asked",
                    head: "Questions per 100",
                    isNumber: true,
                    cell: ({ sums }) => rate(sums.asked, sums),
                    sort: ({ sums }) => sums.asked / Math.max(1, sums.calls),
                  },
                  {
                    key: "spared",
                    head: "Spared per 100",
                    isNumber: true,
                    cell: ({ sums }) => rate(sums.spared, sums),
                    sort: ({ sums }) => sums.spared / Math.max(1, sums.calls),
                  },
                  numberOf("allowed", "Yes", ({ allowed }) => allowed),
                  numberOf("declined", "No", ({ declined }) => declined),
                  {
                    key: "waited",
                    head: "To an answer",
                    isNumber: true,
                    cell: ({ sums }) => waited(sums),
                  },
                  {
                    key: "refused",
                    head: "Refused per 100",
                    isNumber: true,
                    cell: ({ sums }) => rate(sums.refused, sums),
                    sort: ({ sums }) => sums.refused / Math.max(1, sums.calls),
                  },
                  numberOf("overrides", "Set aside", ({ overrides }) => overrides),
                ]}
                empty={
                  <Empty title="No machine reported a call in these days." command={command}>
                    <p>Choose more days, or see whether machines follow and report.</p>
                  </Empty>
                }
              />
              {moreBy > 0 && <p>and {formatCount(moreBy)} more</p>}
            </Panel>
            {rules.length > 0 && <DearRules rules={rules} />}
            {harm.length > 0 && <Harm harm={harm} />}
            {unmet.length > 0 && <Unmet unmet={unmet} more={moreUnmet} />}
            <Command line={command} label="In the terminal" />
          </>
        )
      }
    </Loaded>
  );
}

function FrictionStats({ all }: { readonly all: Sums }) {
  return (
    <Stats>
      <Stat
        name="Questions per 100 calls"
        value={rate(all.asked, all)}
        note={`${formatCount(all.asked)} in ${formatCount(all.calls)} calls, ${all.sessions === 0 ? "-" : (all.asked / all.sessions).toFixed(1)} a session; the client asked about ${formatCount(all.left)} more by itself`}
      />
      <Stat
        name="Spared per 100 calls"
        value={rate(all.spared, all)}
        note={`The client alone would have asked. ${formatCount(all.added)} were asked about where it would not have`}
      />
      <Stat
        name="Answered with yes"
        value={formatCount(all.allowed)}
        note={`${formatCount(all.declined)} with no`}
      />
      <Stat name="Time to an answer" value={waited(all)} />
      <Stat
        name="Set aside by people"
        tone={all.overrides > 0 ? "warn" : "plain"}
        value={formatCount(all.overrides)}
        note={`${formatCount(all.failures)} calls were not judged`}
      />
    </Stats>
  );
}

function DearRules({ rules }: { readonly rules: readonly Rule[] }) {
  return (
    <Panel title="The rules that cost most" isWide>
      <Table<Rule>
        caption="Rules that cost most, with what changing each would have done"
        rows={rules}
        rowKey={({ rule }) => rule}
        columns={[
          {
            key: "rule",
            head: "Rule, and what changing it would have done",
            isWide: true,
            cell: ({ rule, advice }) => (
              <>
                <Text value={rule} isCode limit={200} />
                <span class="under">
                  <Text value={advice} limit={400} />
                </span>
              </>
            ),
            sort: ({ rule }) => rule,
          },
          number<Rule>("asked", "Asked", (one) => one.asked),
          number<Rule>("allowed", "Yes", (one) => one.allowed),
          number<Rule>("refused", "Refused", (one) => one.refused),
          number<Rule>("machines", "Machines in a day", (one) => one.machines),
        ]}
      />
    </Panel>
  );
}

/** What refusals kept from happening, as effects are named. */
function Harm({ harm }: Pick<Friction, "harm">) {
  return (
    <Panel title="Refused, by what was kept from happening">
      <Table<Friction["harm"][number]>
        caption="Refusals by effect"
        rows={harm}
        rowKey={({ kind }) => kind}
        columns={[
          {
            key: "kind",
            head: "Effect",
            isWide: true,
            cell: ({ kind }) => <Text value={kind} isCode limit={120} />,
            sort: ({ kind }) => kind,
          },
          number<Friction["harm"][number]>("refused", "Refused", ({ refused }) => refused),
        ]}
      />
    </Panel>
  );
}

function Unmet({ unmet, more }: { readonly unmet: readonly string[]; readonly more: number }) {
  return (
    <Panel title="Rules that were met on no machine">
      <p>They ask or refuse, and no call of these days gave them cause in any policy.</p>
      <ul class="lines">
        {unmet.map((rule) => (
          <li key={rule}>
            <Text value={rule} isCode limit={200} />
          </li>
        ))}
      </ul>
      {more > 0 && <p>and {formatCount(more)} more</p>}
    </Panel>
  );
}

function numberOf(key: string, head: string, of: (sums: Sums) => number) {
  return number<Friction["by"][number]>(key, head, ({ sums }) => of(sums));
}
