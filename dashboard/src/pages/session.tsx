// One session: who, where, what came of its calls; its timeline, its action graph, and the chains in it.
import { useResource } from "../core/resource.ts";
import { segment } from "../core/api.ts";
import { Badge } from "../parts/badge.tsx";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { durationText, formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";
import { SessionGraph } from "./session-graph.tsx";
import { SessionTimeline } from "./session-timeline.tsx";
import { type IncidentLink, Incidents } from "./sessions.tsx";

export type Chain = {
  readonly kind: string;
  readonly score: number;
  readonly index: number;
  readonly isStopped: boolean;
  readonly from: { readonly trust: string; readonly name: string };
  readonly to: string;
  readonly steps: readonly { readonly index: number; readonly words: string }[];
};
/** The answer of `GET /sessions/:id`. */
type SessionAnswer = {
  readonly command: string;
  readonly session: {
    readonly id: string;
    readonly clientId: string | null;
    readonly user: string | null;
    readonly place: string | null;
    readonly project: string | null;
    readonly machine?: string | null;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly modes: readonly string[];
    readonly events: number;
    readonly requests: number;
    readonly calls: number;
    readonly refused: number;
    readonly asked: number;
    readonly ran: number;
    readonly failed: number;
    readonly erased: number;
    readonly forged: number;
    readonly expired: number;
    readonly isCut: boolean;
    readonly tokens: number;
    readonly costUsd: number;
    readonly nodes: number;
    readonly edges: number;
  };
  readonly chains: readonly Chain[];
  readonly chainsOmitted: number;
  readonly incidents: readonly IncidentLink[];
};

const CHAIN_WORDS: Readonly<Record<string, string>> = {
  "fetched-code-runs": "Code that was fetched runs",
  "secret-leaves": "A secret goes out",
  "told-then-acts": "Somebody else's text is read, then this is done",
};

export function Page({ params }: PageProps) {
  const id = params["id"] ?? "";
  const resource = useResource<SessionAnswer>(`/sessions/${segment(id)}`);
  return (
    <PageFrame
      title="Session"
      about={<Whose id={id} session={resource.value?.session} />}
      command={resource.value?.command}
      actions={
        <>
          <button type="button" class="button" onClick={resource.reload}>
            Read again
          </button>
          <a class="button" href={`/log?${new URLSearchParams({ filter: `session:"${id}"` })}`}>
            Its events in the log
          </a>
        </>
      }
    >
      <Loaded resource={resource} label="Reading the session">
        {(value) => <Body id={id} {...value} />}
      </Loaded>
    </PageFrame>
  );
}

function Body({
  id,
  session,
  chains,
  chainsOmitted,
  incidents,
}: SessionAnswer & { readonly id: string }) {
  const { calls, refused, asked, ran, failed, forged } = session;
  return (
    <>
      {forged > 0 && (
        <p class="fault" role="alert">
          {formatCount(forged)} events are forged: what they have sealed was not written with the
          key that they name.
        </p>
      )}
      <Stats>
        <Stat
          name="Calls"
          value={formatCount(calls)}
          note={`${formatCount(session.requests)} requests of a person`}
        />
        <Stat
          name="Refused"
          value={formatCount(refused)}
          tone={refused > 0 ? "bad" : "plain"}
          note={refused === 0 ? "none" : "none of them ran"}
          href={`/sessions/${segment(id)}?only=stopped`}
        />
        <Stat
          name="Asked about"
          value={formatCount(asked)}
          tone={asked > 0 ? "warn" : "plain"}
          note={`${formatCount(ran)} of them ran`}
        />
        <Stat name="Failed" value={formatCount(failed)} note="ended badly" />
        <Stat
          name="Chains"
          value={formatCount(chains.length + chainsOmitted)}
          tone={chains.length > 0 ? "bad" : "plain"}
          note={chains.length === 0 ? "none found" : "calls that are worth a look"}
          href={`/sessions/${segment(id)}?tab=chains`}
        />
      </Stats>
      {incidents.length > 0 && (
        <p>
          In incidents: <Incidents incidents={incidents} />
        </p>
      )}
      <Tabs
        label="Parts of the session"
        tabs={[
          { key: "timeline", title: "Timeline", body: () => <SessionTimeline id={id} /> },
          { key: "graph", title: "Graph", body: () => <SessionGraph id={id} isTable={false} /> },
          { key: "table", title: "Graph as a table", body: () => <SessionGraph id={id} isTable /> },
          {
            key: "chains",
            title: "Chains",
            body: () => <Chains chains={chains} omitted={chainsOmitted} />,
          },
          {
            key: "about",
            title: "About it",
            body: () => <About session={session} />,
          },
        ]}
      />
    </>
  );
}

/** Whose it is and where, or its id while that is not known. */
function Whose(props: {
  readonly id: string;
  readonly session: SessionAnswer["session"] | undefined;
}) {
  const { user = null, fromMs, machine = null } = props.session ?? {};
  const place = machine ?? props.session?.place ?? null;
  if (user === null && place === null) return <Text key="id" value={props.id} limit={128} isCode />;
  return (
    <>
      {user !== null && <Text key="user" value={user} limit={80} />}
      {place !== null && (
        <>
          {machine === null ? " in " : " on "}
          <Text value={place} limit={160} isCode />
        </>
      )}
      {fromMs !== undefined && (
        <>
          {", "}
          <Time ms={fromMs} as="both" />
        </>
      )}
    </>
  );
}

function About({ session }: Pick<SessionAnswer, "session">) {
  const { erased, expired } = session;
  return (
    <Panels>
      <Panel title="Who and where">
        <Pairs
          rows={[
            [
              "Person",
              session.user === null ? <Sealed /> : <Text value={session.user} limit={120} />,
            ],
            [
              "Folder",
              session.place === null ? (
                <Sealed />
              ) : (
                <Text value={session.place} limit={200} isCode />
              ),
            ],
            [
              "Project",
              session.project === null ? (
                <span class="quiet">none that is guarded now</span>
              ) : (
                <Text value={session.project} limit={200} isCode />
              ),
            ],
            [
              "Client's id",
              session.clientId === null ? (
                <Sealed />
              ) : (
                <Text value={session.clientId} limit={128} isCode />
              ),
            ],
            ["Mode", <Text value={session.modes.join(", ") || "unknown"} limit={120} />],
          ]}
        />
      </Panel>
      <Panel title="When and what of it is left">
        <Pairs
          rows={[
            ["First event", <Time ms={session.fromMs} as="both" />],
            ["Last event", <Time ms={session.untilMs} as="both" />],
            ["Took", durationText(session.untilMs - session.fromMs)],
            [
              "Events",
              `${formatCount(session.events)}${session.isCut ? ", the newest; older ones are not read" : ""}${erased > 0 ? `, ${formatCount(erased)} cannot be opened` : ""}${expired > 0 ? `, texts of ${formatCount(expired)} are over their time` : ""}`,
            ],
            [
              "Tokens",
              session.tokens === 0
                ? "not told by the client"
                : `${formatCount(session.tokens)}, ${session.costUsd.toFixed(2)} USD`,
            ],
          ]}
        />
      </Panel>
    </Panels>
  );
}

const Sealed = () => <span class="quiet">sealed, its key is not here</span>;

function Chains({
  chains,
  omitted,
}: {
  readonly chains: readonly Chain[];
  readonly omitted: number;
}) {
  if (chains.length === 0)
    return (
      <Empty title="No chain was found.">
        <p>
          A chain is a call that is harmless by itself, after others that make it worth a look: code
          that was fetched and then run, a secret that was read and then sent.
        </p>
      </Empty>
    );
  return (
    <>
      <ol class="chains">
        {chains.map((chain, place) => (
          <li key={`${chain.kind} ${chain.index} ${place}`} class="panel">
            <div class="panel-head">
              <h2>{CHAIN_WORDS[chain.kind] ?? chain.kind}</h2>
              <span>
                {chain.isStopped && <Badge word="refused" />}{" "}
                <Badge
                  word={`score ${chain.score.toFixed(2)}`}
                  tone={chain.score >= 0.6 ? "bad" : "warn"}
                />
              </span>
            </div>
            <p>
              From <Badge word={chain.from.trust} tone="warn" />{" "}
              <Text value={chain.from.name} limit={160} isCode /> to{" "}
              <Text value={chain.to} limit={160} isCode />
            </p>
            <ol class="chain-steps">
              {chain.steps.map(({ index, words }) => (
                <li key={index}>
                  <a href={`/log/${index}`}>{`Event ${index}`}</a>{" "}
                  <Text value={words} limit={300} isCode />
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
      {omitted > 0 && <p class="quiet">{`${formatCount(omitted)} more with a lower score`}</p>}
    </>
  );
}
