// Backtest before deploy: what another policy would have decided about the recorded calls, with what changes and examples.
import { useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useSending } from "../core/sending.ts";
import { useStore } from "../core/store.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { Empty, Fault, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { Pack } from "./project-choice.tsx";

/** What is tried: a pack by its name, or a text. */
type Wish = {
  readonly project: string;
  readonly last: string;
  readonly pack?: string;
  readonly text?: string;
};
type Example = { readonly index: number; readonly line: string };
type Group = {
  /** Why it is not decidable; missing of a change. */
  readonly why?: string;
  readonly count: number;
  readonly rules: readonly { readonly rule: string; readonly count: number }[];
  readonly examples: readonly Example[];
};
type Change = Group & { readonly from: string; readonly to: string };
type Undecidable = Group & { readonly why: string };
type ByVerdict = Readonly<Record<Verdict, number>>;
type Backtested = {
  readonly command: string;
  readonly policy: string;
  readonly entries: number;
  readonly decisions: number;
  readonly same: number;
  readonly faults: number;
  readonly verdicts: { readonly before: ByVerdict; readonly after: ByVerdict };
  readonly changes: readonly Change[];
  readonly undecidable: readonly Undecidable[];
};

const VERDICTS = ["allow", "ask", "deny", "abstain"] as const;
type Verdict = (typeof VERDICTS)[number];
const LAST = [
  { value: "1000", label: "the last 1,000 entries" },
  { value: "10000", label: "the last 10,000 entries" },
  { value: "100000", label: "the last 100,000 entries" },
  { value: "all", label: "the whole log" },
] as const;
/** Stands for a text of the person; no pack can be called so. */
const OWN = "";
const RULES_SHOWN = 4;

export function Backtest(props: { readonly project: string; readonly packs: readonly Pack[] }) {
  const { project, packs } = props;
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const profiles = packs.filter(({ kind }) => kind === "profile");
  const asked = query.get("pack");
  const known = [OWN, ...profiles.map(({ name }) => name)];
  const pack = asked !== null && known.includes(asked) ? asked : (profiles[0]?.name ?? OWN);
  const last = LAST.find(({ value }) => value === query.get("last"))?.value ?? "10000";
  const [text, setText] = useState("");
  const {
    value: answer,
    sent,
    fault,
    isBusy,
    send,
  } = useSending<Backtested, Wish>("/policy/backtest");
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  const isReady = !isBusy && (pack !== OWN || text.trim() !== "");
  return (
    <>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) send({ project, last, ...(pack === OWN ? { text } : { pack }) });
        }}
      >
        <Choice
          label="Policy to try"
          value={pack}
          options={[
            ...profiles.map(({ name, title }) => ({ value: name, label: `${name}: ${title}` })),
            { value: OWN, label: "a policy of yours, as text" },
          ]}
          onChoose={(value) => set("pack", value)}
        />
        {pack === OWN && (
          <Field
            label="Its text (YAML)"
            value={text}
            onInput={setText}
            isCode
            rows={10}
            charsMax={200_000}
            help="It is judged by and not kept: save it in a file of yours before you put it in force."
          />
        )}
        <Choice
          label="Over"
          value={last}
          options={LAST}
          onChoose={(value) => set("last", value)}
          help="Effects are taken as they were recorded. No command is read again, and nothing is put in force."
        />
        <div class="form-actions">
          <button type="submit" class="button button-first" disabled={!isReady}>
            Try it on the record
          </button>
        </div>
      </form>
      {isBusy && <Progress label="Judging the recorded calls again" />}
      {fault !== undefined && <Fault fault={fault} />}
      {answer !== undefined && !isBusy && <Outcome answer={answer} pack={sent?.pack ?? OWN} />}
    </>
  );
}

const sumOf = (groups: readonly Group[]) => groups.reduce((sum, { count }) => sum + count, 0);

function Outcome({ answer, pack }: { readonly answer: Backtested; readonly pack: string }) {
  const { decisions, same, faults, entries, verdicts, changes, undecidable, command } = answer;
  if (decisions === 0)
    return (
      <Empty title="No call is among these entries." command="sallyport log stats kind:decision">
        <p>
          {formatCount(entries)} entries were read. Take more of the log, or let the client work in
          a guarded project first.
        </p>
      </Empty>
    );
  return (
    <>
      <p class="lead" role="status">
        <Text value={answer.policy} limit={80} /> over {formatCount(decisions)} recorded calls:{" "}
        {formatCount(same)} as before, {formatCount(sumOf(changes))} otherwise,{" "}
        {formatCount(sumOf(undecidable))} not decidable.
      </p>
      {faults > 0 && (
        <p role="alert">Of the entries {formatCount(faults)} cannot be read by this version.</p>
      )}
      <Panel title="By verdict" isWide>
        <Table<Verdict>
          caption="Calls by verdict, of those that can be decided"
          rows={VERDICTS}
          rowKey={(verdict) => verdict}
          columns={[
            {
              key: "verdict",
              head: "Verdict",
              isWide: true,
              cell: (verdict) => <Badge word={verdict} />,
            },
            {
              key: "before",
              head: "As recorded",
              isNumber: true,
              cell: (verdict) => formatCount(verdicts.before[verdict]),
            },
            {
              key: "after",
              head: "By this policy",
              isNumber: true,
              cell: (verdict) => formatCount(verdicts.after[verdict]),
            },
          ]}
        />
      </Panel>
      <Panel title="What changes" isWide>
        <Table<Change>
          caption="Calls that it would answer otherwise, most of them first"
          rows={changes}
          rowKey={({ from, to }) => `${from} ${to}`}
          columns={[
            {
              key: "change",
              head: "From and to",
              cell: ({ from, to }) => (
                <>
                  <Badge word={from} /> to <Badge word={to} />
                </>
              ),
            },
            ...groupColumns<Change>(),
          ]}
          empty={
            <Empty title="No call would be answered otherwise.">
              <p>What could not be decided is listed below, and is not counted as the same.</p>
            </Empty>
          }
        />
      </Panel>
      {undecidable.length > 0 && (
        <Panel title="What the record cannot tell" isWide>
          <Table<Undecidable>
            caption="Calls that cannot be judged again by what is on record"
            rows={undecidable}
            rowKey={({ why }) => why}
            columns={groupColumns<Undecidable>()}
          />
        </Panel>
      )}
      <Command line={command} label="In the terminal" />
      <Command
        line={`sallyport init --profile ${pack === OWN ? "proposed.yaml" : pack}`}
        label="To put it in force, in the project's folder"
      />
    </>
  );
}

function groupColumns<Row extends Group>() {
  return [
    {
      key: "count",
      head: "Calls",
      isNumber: true,
      cell: ({ count }: Row) => formatCount(count),
      sort: ({ count }: Row) => count,
    },
    {
      key: "rules",
      head: "By which rules, such as",
      isWide: true,
      cell: ({ why, rules, examples }: Row) => (
        <>
          {why !== undefined && <Text value={why} limit={120} />}
          {rules.slice(0, RULES_SHOWN).map(({ rule, count }) => (
            <span class="under" key={rule}>
              {formatCount(count)} by <Text value={rule} isCode limit={120} />
            </span>
          ))}
          {rules.length > RULES_SHOWN && (
            <span class="under">and {formatCount(rules.length - RULES_SHOWN)} more rules</span>
          )}
          {examples.map(({ index, line }) => (
            <span class="under" key={index}>
              <a href={`/log/${segment(index)}`}>
                <Text value={line} limit={160} />
              </a>
            </span>
          ))}
        </>
      ),
    },
  ];
}
