// Questions about the log that have a name: which there are, and the answer of the one that was asked.
import { useEffect, useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { type Cell, csvText } from "../parts/csv.ts";
import { Download } from "../parts/download.tsx";
import { Field } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Rows } from "../parts/rows.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";

type Question = {
  readonly id: string;
  readonly title: string;
  readonly takes: readonly string[];
  readonly over?: string;
};
type Questions = { readonly command: string; readonly items: readonly Question[] };
/** The answer of `GET /queries/:name`. */
type Answered = {
  readonly command: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
  readonly isCut: boolean;
};

/** More rows than that are a list of which only what is in sight is drawn. */
const TABLE_ROWS_MAX = 500;
const HELP: Readonly<Record<string, string>> = {
  pattern: "`%` is any text",
  user: "a user's name",
  session: "the client's id or a pseudonym",
  tool: "such as Bash",
  path: "a path, or its last parts",
  branch: "a branch or tag",
  package: "a package's name",
  prompt: "its number, or words of it",
  text: "words of a command",
  since: "such as 7d or 2026-03-01; empty is what stands with the question",
  until: "such as 1h or 2026-03-07",
};

export function Page({ params }: PageProps) {
  const name = params["name"];
  const list = useResource<Questions>("/queries");
  const question = list.value?.items.find(({ id }) => id === name);
  if (name === undefined)
    return (
      <PageFrame
        title="Questions"
        about="What responders ask of the record, and what was saved here."
        command={list.value?.command}
      >
        <Loaded resource={list} label="Reading the questions">
          {({ items }) => <QuestionTable items={items} />}
        </Loaded>
      </PageFrame>
    );
  return (
    <Loaded resource={list} label="Reading the question">
      {() =>
        question === undefined ? (
          <PageFrame title="Question">
            <Empty title="There is no such question.">
              <p>
                Choose one of <a href="/queries">those that there are</a>.
              </p>
            </Empty>
          </PageFrame>
        ) : (
          <Asked key={question.id} question={question} />
        )
      }
    </Loaded>
  );
}

function QuestionTable({ items }: { readonly items: readonly Question[] }) {
  return (
    <Table<Question>
      caption="Named questions"
      rows={items}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/queries/${segment(id)}`}
      columns={[
        {
          key: "title",
          head: "Question",
          isWide: true,
          sort: ({ title }) => title,
          cell: ({ id, title }) => (
            <>
              <a href={`/queries/${segment(id)}`}>
                <Text value={title} limit={160} />
              </a>
              <span class="under">
                <Text value={id} limit={64} isCode />
              </span>
            </>
          ),
        },
        {
          key: "takes",
          head: "Takes",
          cell: ({ takes }) =>
            takes.length === 0 ? (
              <span class="quiet">nothing</span>
            ) : (
              <Text value={takes.join(", ")} />
            ),
        },
        {
          key: "over",
          head: "Time",
          cell: ({ over }) => <Text value={over ?? "the whole record"} limit={60} />,
        },
      ]}
      empty={
        <Empty title="No question is known." command="sallyport log query">
          <p>The terminal lists those that ship.</p>
        </Empty>
      }
    />
  );
}

function Asked({ question }: { readonly question: Question }) {
  const router = useRouter();
  const fields = [...question.takes, "since", "until"];
  const asked = Object.fromEntries(
    [...router.place.get().query].filter(([name]) => fields.includes(name)),
  );
  // WHY not at once where something must be named: an answer to half a question misleads.
  const isReady = question.takes.length === 0 || router.place.get().query.has("ask");
  const resource = useResource<Answered>(
    isReady ? `/queries/${segment(question.id)}` : null,
    asked,
  );
  const [given, setGiven] = useState<Readonly<Record<string, string>>>(asked);
  const key = JSON.stringify(asked);
  useEffect(() => setGiven(asked), [key]);
  const ask = (event: Event) => {
    event.preventDefault();
    const next = new URLSearchParams({ ask: "1" });
    for (const field of fields)
      if ((given[field] ?? "").trim() !== "") next.set(field, (given[field] ?? "").trim());
    router.go(`/queries/${segment(question.id)}?${next}`);
  };
  return (
    <PageFrame
      title={plainLine(question.title, 120)}
      about={`Over ${question.over ?? "the whole record"} unless a time is named.`}
      command={resource.value?.command ?? `sallyport log query ${question.id}`}
      actions={
        <a class="button" href="/queries">
          All questions
        </a>
      }
    >
      <form class="narrow" onSubmit={ask} aria-label="What is asked">
        {fields.map((field) => (
          <Field
            key={field}
            label={field}
            value={given[field] ?? ""}
            onInput={(value) => setGiven({ ...given, [field]: value })}
            help={HELP[field]}
            charsMax={field === "until" ? 40 : field === "since" ? 64 : 512}
          />
        ))}
        <button type="submit" class="button">
          Ask
        </button>
      </form>
      {isReady ? (
        <Loaded resource={resource} label="Asking the log">
          {(answer) => <Answer name={question.id} answer={answer} />}
        </Loaded>
      ) : (
        <Empty title="Say what you want to know.">
          <p>Fill in what the question takes, then ask. What is left empty counts as any.</p>
        </Empty>
      )}
    </PageFrame>
  );
}

function Answer({ name, answer }: { readonly name: string; readonly answer: Answered }) {
  const { columns, rows, notes, isCut } = answer;
  const numbered = useMemo(() => rows.map((cells, place) => ({ cells, place })), [rows]);
  return (
    <Panel
      title={rows.length === 1 ? "1 row" : `${formatCount(rows.length)} rows`}
      actions={
        rows.length > 0 && (
          <Download name={`${name}.csv`} type="text/csv" text={() => csvText(columns, rows)}>
            Save as CSV
          </Download>
        )
      }
    >
      {isCut && <p>{`Only the first ${formatCount(rows.length)} rows: name a shorter time.`}</p>}
      {notes.map((note) => (
        <p key={note} class="quiet">
          <Text value={note} limit={300} />
        </p>
      ))}
      {rows.length > TABLE_ROWS_MAX ? (
        <Rows
          class="rows-answer"
          label="Rows of the answer"
          heads={["Row", plainLine(columns.join(", "), 200)]}
          count={rows.length}
          total={rows.length}
          cells={(place) => [
            place + 1,
            <Text
              value={(rows[place] ?? []).map((cell) => cell ?? "").join("  ")}
              limit={300}
              isBrief
            />,
          ]}
        />
      ) : (
        <Table<(typeof numbered)[number]>
          caption="Rows of the answer"
          rows={numbered}
          rowKey={({ place }) => place}
          columns={columns.map((column, at) => ({
            key: column,
            head: plainLine(column.replace(/_ms$/, "").replaceAll("_", " "), 60),
            isNumber: typeof rows[0]?.[at] === "number" && !column.endsWith("_ms"),
            sort: ({ cells }) => {
              const cell = cells[at] ?? "";
              return typeof cell === "boolean" ? String(cell) : cell;
            },
            cell: ({ cells }) => <AnswerCell column={column} value={cells[at] ?? null} />,
          }))}
          empty={
            <Empty title="Nothing of this is on record for this time.">
              <p>Name a longer time, or leave something empty.</p>
            </Empty>
          }
        />
      )}
    </Panel>
  );
}

function AnswerCell({ column, value }: { readonly column: string; readonly value: Cell }) {
  if (value === null || value === "") return <span class="quiet">-</span>;
  if (typeof value === "number") {
    if (column.endsWith("_ms") && value > 1e11) return <Time ms={value} />;
    return column.endsWith("index") ? (
      <a href={`/log/${value}`}>{value}</a>
    ) : (
      <>{formatCount(value)}</>
    );
  }
  return <Text value={String(value)} limit={160} />;
}
