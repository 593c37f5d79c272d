// Extensions with one verdict each: what they can do by the policy in force, how they are pinned, and what they did so far.
import { useMemo } from "preact/hooks";
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { plainLine } from "../parts/marks.ts";
import { Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";

type NotRead = { readonly what: string; readonly why: string };
type Kind = "secrets" | "code" | "hosts" | "writes" | "deletes" | "reads" | "other";
type Row = {
  readonly name: string;
  readonly kind: string;
  readonly origin: string;
  readonly place: string;
  readonly isLoaded: boolean;
  readonly verdict: "refuse" | "ask" | "unread" | "allow";
  readonly because: string;
  readonly where: string | null;
  readonly can: Readonly<Record<Kind, readonly string[]>>;
  readonly notRead: readonly NotRead[];
  readonly pin: {
    readonly state: string;
    readonly isChanged: boolean;
    readonly changedMs: number | null;
    readonly changes: readonly { readonly what: string; readonly how: string }[] | null;
  };
  readonly did: {
    readonly calls: number;
    readonly asked: number;
    readonly refused: number;
    readonly lastMs: number | null;
  } | null;
};
type Answer = {
  readonly command: string;
  readonly rows: readonly Row[];
  readonly moreRows: number;
  readonly notRead: readonly NotRead[];
};

const VERDICTS: Readonly<Record<Row["verdict"], readonly [word: string, tone: Tone]>> = {
  refuse: ["refused", "bad"],
  ask: ["asks", "warn"],
  unread: ["not wholly read", "warn"],
  allow: ["allowed", "good"],
};
const ORDER: readonly string[] = Object.keys(VERDICTS);
const KINDS: readonly (readonly [Kind, string])[] = [
  ["secrets", "Secrets: "],
  ["code", "Runs, and nobody can say what it does: "],
  ["hosts", "Contacts "],
  ["writes", "Writes "],
  ["deletes", "Deletes "],
  ["reads", "Reads "],
  ["other", ""],
];
const NAMED_MAX = 6;

/** The catalog of one project. */
export function Extensions({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Answer>("/isolation/extensions", params);
  return (
    <Loaded resource={resource} label="Judging what extensions run; nothing is started">
      {({ rows, moreRows, notRead, command }) => (
        <>
          <Stats>
            {(["refuse", "ask", "unread", "allow"] as const).map((verdict) => {
              const some = rows.filter((one) => one.verdict === verdict).length;
              const [word, tone] = VERDICTS[verdict];
              return (
                <Stat
                  key={verdict}
                  name={`Extensions: ${word}`}
                  tone={some > 0 ? tone : "plain"}
                  value={formatCount(some)}
                />
              );
            })}
          </Stats>
          {notRead.length > 0 && <Left notRead={notRead} />}
          <Panel title="Plugins, skills, agents, commands and servers" isWide>
            <Table<Row>
              caption="Extensions and what they can do"
              rows={rows}
              sorting={{ key: "verdict", isDescending: false }}
              rowKey={({ kind, name, place }) => `${kind} ${name} ${place}`}
              columns={[
                {
                  key: "verdict",
                  head: "Verdict",
                  cell: ({ verdict }) => (
                    <Badge word={VERDICTS[verdict][0]} tone={VERDICTS[verdict][1]} />
                  ),
                  sort: ({ verdict }) => ORDER.indexOf(verdict),
                },
                {
                  key: "name",
                  head: "Extension",
                  isWide: true,
                  cell: (row) => <Able row={row} />,
                  sort: ({ name }) => name,
                },
                {
                  key: "did",
                  head: "So far",
                  cell: ({ did, kind }) => <Did did={did} kind={kind} />,
                  sort: ({ did }) => -(did?.calls ?? 0),
                },
              ]}
              empty={
                <Empty title="No extension is here." command={command}>
                  <p>Plugins, skills, agents, commands and MCP servers would stand here.</p>
                </Empty>
              }
            />
            {moreRows > 0 && <p>and {formatCount(moreRows)} more</p>}
            <Command line={command} label="In the terminal" />
          </Panel>
        </>
      )}
    </Loaded>
  );
}

function Left({ notRead }: { readonly notRead: readonly NotRead[] }) {
  return (
    <Panel title="Not looked at" isWide>
      <ul class="lines">
        {notRead.map(({ what, why }) => (
          <li key={`${what} ${why}`}>
            <Text value={what} isCode limit={160} />: <Text value={why} limit={200} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Able({ row }: { readonly row: Row }) {
  const { name, kind, because, where, place, can, pin, notRead, isLoaded } = row;
  return (
    <>
      <Text value={name} limit={160} />{" "}
      <span class="quiet">
        {plainLine(kind, 40)}
        {isLoaded ? "" : ", not loaded here"}
      </span>
      <span class="under">
        <Text value={because} limit={240} />
      </span>
      <span class="under">
        <Text value={where ?? place} isCode limit={240} />
      </span>
      {KINDS.map(([key, words]) =>
        can[key].length === 0 ? null : (
          <span class="under" key={key}>
            {words}
            <Text value={can[key].slice(0, NAMED_MAX).join(", ")} limit={300} />
            {can[key].length > NAMED_MAX && ` and ${formatCount(can[key].length - NAMED_MAX)} more`}
          </span>
        ),
      )}
      <span class="under">
        <Text value={pin.state} limit={120} />
        {pin.changedMs !== null && (
          <>
            , last change <Time ms={pin.changedMs} as="ago" />
          </>
        )}
        {(pin.changes ?? []).slice(0, NAMED_MAX).map(({ what, how }) => (
          <span class="under" key={what}>
            {plainLine(how, 20)}: <Text value={what} isCode limit={160} />
          </span>
        ))}
      </span>
      {notRead.slice(0, NAMED_MAX).map(({ what, why }) => (
        <span class="under" key={`${what} ${why}`}>
          Not read: <Text value={what} isCode limit={160} />, because{" "}
          <Text value={why} limit={200} />
        </span>
      ))}
    </>
  );
}

function Did({ did, kind }: Pick<Row, "did" | "kind">) {
  if (did === null)
    return <span class="quiet">{kind === "plugin" ? "counted by what it brings" : "nothing"}</span>;
  return (
    <>
      {formatCount(did.calls)} {did.calls === 1 ? "call" : "calls"}
      {did.refused > 0 && <span class="under">{formatCount(did.refused)} refused</span>}
      {did.asked > 0 && <span class="under">{formatCount(did.asked)} asked about</span>}
      {did.lastMs !== null && (
        <span class="under">
          <Time ms={did.lastMs} as="ago" />
        </span>
      )}
    </>
  );
}
