// Checklists as boards: each item of the chosen one with its state in this project, the evidence, and what to do next.
import { useMemo } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Choice } from "../parts/field.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";

type Outcome = "fail" | "unseen" | "attest" | "pass" | "not-applicable";
type Lists = {
  readonly command: string;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly items: number;
  }[];
};
type Check = {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly outcome: Outcome;
  readonly places: readonly {
    readonly where: string;
    readonly message: string;
    readonly evidence: string;
  }[];
  readonly morePlaces: number;
  readonly lookedAt: readonly string[];
  readonly note: string | null;
  readonly waived: { readonly owner: string; readonly until: string } | null;
  readonly next: string;
};
type Item = {
  readonly id: string;
  readonly title: string;
  readonly requirement: string;
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
};
type Board = {
  readonly command: string;
  readonly id: string;
  readonly title: string;
  readonly atMs: number;
  readonly items: readonly Item[];
};

/** In the order in which somebody works on them. */
const STATES = {
  fail: { word: "to do", tone: "bad" },
  unseen: { word: "not seen", tone: "warn" },
  attest: { word: "to attest", tone: "warn" },
  pass: { word: "done", tone: "good" },
  "not-applicable": { word: "no case here", tone: "quiet" },
} as const satisfies Readonly<Record<Outcome, { word: string; tone: Tone }>>;
/** WHY other words: a check is called by the fault that it looks for. */
const CHECKED: Readonly<Record<Outcome, string>> = {
  fail: "failed",
  unseen: "not seen",
  attest: "to attest",
  pass: "passed",
  "not-applicable": "no case here",
};
const ORDER = Object.keys(STATES) as readonly Outcome[];
const FIRST = "minimum";

export function Checklists({ project }: { readonly project: string }) {
  const lists = useResource<Lists>("/checklists");
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    next.set(name, value);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  return (
    <Loaded resource={lists} label="Reading the checklists">
      {({ items }) => {
        const chosen =
          items.find(({ id }) => id === query.get("list")) ??
          items.find(({ id }) => id === FIRST) ??
          items[0];
        if (chosen === undefined)
          return (
            <Empty title="No checklist is known." command="sallyport audit --all">
              <p>Install sallyport again: its checklists are missing. The whole audit works.</p>
            </Empty>
          );
        return (
          <>
            <Choice
              label="Checklist"
              value={chosen.id}
              options={items.map(({ id, title, source, items: count }) => ({
                value: id,
                label: `${title} (${formatCount(count)} items, ${source})`,
              }))}
              onChoose={(id) => set("list", id)}
            />
            <BoardOf
              key={`${project} ${chosen.id}`}
              project={project}
              id={chosen.id}
              state={query.get("state") ?? ""}
              onState={(state) => set("state", state)}
            />
          </>
        );
      }}
    </Loaded>
  );
}

function BoardOf(props: {
  readonly project: string;
  readonly id: string;
  readonly state: string;
  readonly onState: (state: string) => void;
}) {
  const { project, id, onState } = props;
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Board>(`/checklists/${segment(id)}`, params);
  const state = ORDER.find((one) => one === props.state) ?? "";
  return (
    <Loaded resource={resource} label="Looking at each item; nothing is changed">
      {({ items, command, atMs }) => {
        const count = (outcome: Outcome) => items.filter((one) => one.outcome === outcome).length;
        const shown = items.filter(({ outcome }) => state === "" || outcome === state);
        return (
          <>
            <Stats>
              {ORDER.map((outcome) => (
                <Stat
                  key={outcome}
                  name={STATES[outcome].word}
                  tone={count(outcome) > 0 ? STATES[outcome].tone : "plain"}
                  value={formatCount(count(outcome))}
                />
              ))}
            </Stats>
            <Choice
              label="Show"
              value={state}
              options={[
                { value: "", label: "All items" },
                ...ORDER.map((one) => ({ value: one, label: `Only: ${STATES[one].word}` })),
              ]}
              onChoose={onState}
            />
            <p class="quiet">
              Looked at <Time ms={atMs} as="both" />
            </p>
            <ItemTable items={shown} />
            <Command line={command} label="In the terminal" />
          </>
        );
      }}
    </Loaded>
  );
}

function ItemTable({ items }: { readonly items: readonly Item[] }) {
  return (
    <Table<Item>
      caption="Items of the checklist"
      rows={items}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "state",
          head: "State",
          cell: ({ outcome }) => <Badge word={STATES[outcome].word} tone={STATES[outcome].tone} />,
          sort: ({ outcome }) => ORDER.indexOf(outcome),
        },
        {
          key: "item",
          head: "Item, evidence and what to do next",
          isWide: true,
          cell: ({ title, requirement, checks }) => (
            <>
              <Text value={title} limit={300} />{" "}
              <span class="quiet">
                <Text value={requirement} limit={60} />
              </span>
              <Evidence checks={checks} />
              <NextLines checks={checks} />
            </>
          ),
          sort: ({ title }) => title,
        },
      ]}
      empty={
        <Empty title="No item is in this state.">
          <p>Choose all items to see the whole checklist.</p>
        </Empty>
      }
    />
  );
}

function Evidence({ checks }: { readonly checks: readonly Check[] }) {
  const isFine = ({ outcome }: Check) => outcome === "pass" || outcome === "not-applicable";
  const fine = checks.filter(isFine);
  return (
    <>
      {checks.map((check) => isFine(check) || <CheckLines key={check.id} check={check} />)}
      {fine.length > 0 && (
        <details>
          <summary>Passed, or no case here: {formatCount(fine.length)}</summary>
          {fine.map((check) => (
            <CheckLines key={check.id} check={check} />
          ))}
        </details>
      )}
    </>
  );
}

function CheckLines({ check }: { readonly check: Check }) {
  const { id, title, outcome, places, morePlaces, lookedAt, note, waived } = check;
  return (
    <span class="under">
      <Badge word={CHECKED[outcome]} tone={STATES[outcome].tone} />{" "}
      <Text value={title} limit={160} /> (<Text value={id} isCode limit={60} />)
      {places.map(({ where, message, evidence }) => (
        <span class="under" key={`${where} ${message} ${evidence}`}>
          {where !== "" && (
            <>
              <Text value={where} isCode limit={120} />:{" "}
            </>
          )}
          <Text value={message} limit={200} />
          {evidence !== "" && (
            <>
              : <Text value={evidence} isCode limit={160} />
            </>
          )}
        </span>
      ))}
      {morePlaces > 0 && <span class="under">and {formatCount(morePlaces)} more places</span>}
      {places.length === 0 && lookedAt.length > 0 && (
        <span class="under">
          Looked at <Text value={lookedAt.join(", ")} isCode limit={200} />
        </span>
      )}
      {note !== null && note !== "" && (
        <span class="under">
          <Text value={note} limit={240} />
        </span>
      )}
      {waived !== null && (
        <span class="under">
          Waived by <Text value={waived.owner} limit={80} /> until{" "}
          <Text value={waived.until} limit={40} />
        </span>
      )}
    </span>
  );
}

function NextLines({ checks }: { readonly checks: readonly Check[] }) {
  const open = checks.filter(({ next }) => next !== "");
  return (
    <>
      {open.map(({ id, next, outcome, severity }) => (
        <div key={id}>
          What to do: <Badge word={severity} /> <Text value={next} limit={300} />
          {outcome === "attest" && (
            <Command
              line={`sallyport attestation add ${id} --for 90d --evidence FILE --reason "..."`}
              label="When you saw it"
            />
          )}
        </div>
      ))}
    </>
  );
}
