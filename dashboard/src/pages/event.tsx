// One event of the log: what stands in clear, what is sealed as far as its key is here, and its proof.
import { useMemo } from "preact/hooks";
import { segment } from "../core/api.ts";
import { type PaletteItem, useApp, usePaletteItems } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command, CopyButton } from "../parts/command.tsx";
import { Download } from "../parts/download.tsx";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { Tree, treeOf } from "../parts/tree.tsx";
import { EventActions } from "./event-actions.tsx";
import { Explanation } from "./explanation.tsx";
import type { PageProps } from "./index.ts";
import type { EventRow } from "./log.tsx";

/** The answer of `GET /events/:index`. `proof` is a text to keep, null while no checkpoint covers the event. */
type EventAnswer = {
  readonly command: string;
  readonly event: EventRow;
  readonly entry?: { readonly metadata?: unknown; readonly sealed?: unknown };
  readonly proof?: unknown;
};

export function Page({ params }: PageProps) {
  const { router } = useApp();
  const index = params["index"] ?? "";
  const isNumber = /^\d{1,16}$/.test(index);
  const resource = useResource<EventAnswer>(isNumber ? `/events/${segment(index)}` : null);
  const items = useMemo<readonly PaletteItem[]>(
    () => [
      { title: "Event after this one", run: () => router.go(`/log/${Number(index) + 1}`) },
      {
        title: "Event before this one",
        run: () => router.go(`/log/${Math.max(0, Number(index) - 1)}`),
      },
    ],
    [index],
  );
  usePaletteItems(items);
  return (
    <PageFrame
      title={`Event ${isNumber ? index : ""}`}
      command={resource.value?.command}
      actions={
        <>
          <a class="button" href={`/log/${Math.max(0, Number(index) - 1)}`}>
            Earlier
          </a>
          <a class="button" href={`/log/${Number(index) + 1}`}>
            Later
          </a>
        </>
      }
    >
      {isNumber ? (
        <Loaded resource={resource} label="Reading the event">
          {(value) => <Body {...value} />}
        </Loaded>
      ) : (
        <Empty title="An event is named by its number.">
          <p>
            Go to the <a href="/log">log</a> and choose one.
          </p>
        </Empty>
      )}
    </PageFrame>
  );
}

function Body({ event, entry = {}, proof }: EventAnswer) {
  const { metadata, sealed, ...rest } = entry;
  const { machine = null } = event;
  return (
    <Panels>
      <Panel title="What happened" isWide>
        <p class="lead">
          {event.verdict !== null && <Badge word={event.verdict} />}{" "}
          {event.forged && <Badge word="forged" tone="bad" />}{" "}
          {event.erased && <Badge word="erased" tone="quiet" />}{" "}
          <Text value={event.line} limit={2_000} isMultiline />
        </p>
        <Pairs
          rows={[
            ["Time", <Time ms={event.timeMs} as="both" />],
            ["Kind", <Linked name="kind" value={event.kind} />],
            ["Tool", <Linked name="tool" value={event.tool} />],
            ["Class", <Linked name="class" value={event.class} />],
            ["Rule", <Linked name="rule" value={event.rule} />],
            ["Session", <SessionLink id={event.session} />],
            ...(machine === null
              ? []
              : [["Machine", <Text value={machine} limit={120} />] as const]),
          ]}
        />
      </Panel>
      {machine === null && (event.verdict === "deny" || event.verdict === "ask") && (
        <EventActions index={event.index} />
      )}
      {event.kind === "decision" && machine === null && (
        <Panel title="Why" isWide>
          <Explanation index={event.index} />
        </Panel>
      )}
      <Panel title="In clear" isWide>
        <p class="quiet">Whoever reads the log's files reads this.</p>
        <Tree
          nodes={treeOf({ ...rest, ...asObject(metadata) })}
          label="Fields that stand in clear"
        />
      </Panel>
      {machine === null ? (
        <Own event={event} sealed={sealed} proof={proof} />
      ) : (
        <Elsewhere machine={machine} />
      )}
    </Panels>
  );
}

/** What a store of a team does not have. */
function Elsewhere({ machine }: { readonly machine: string }) {
  return (
    <Panel title="Sealed, and its proof" isWide>
      <p>
        Both are on <Text value={machine} limit={120} />: its keys open what is sealed, and its log
        proves that it holds this event. The command below shows the event there.
      </p>
    </Panel>
  );
}

function Own({
  event,
  sealed,
  proof,
}: Pick<EventAnswer, "event" | "proof"> & { readonly sealed: unknown }) {
  return (
    <>
      <Panel title="Sealed" isWide>
        {event.forged && (
          <p role="alert">
            This is forged: it was not written with the key that it names, or lacks what its kind
            always has.
          </p>
        )}
        {sealed === null || sealed === undefined ? (
          <p class="quiet">
            {event.erased
              ? "Its key is gone: nobody reads this any more. The log still proves that the event was."
              : "This event has nothing sealed."}
          </p>
        ) : (
          <>
            <p class="quiet">
              Opened with the key of this installation; elsewhere it is unreadable.
            </p>
            <Tree nodes={treeOf(sealed)} label="Fields that are sealed" />
          </>
        )}
      </Panel>
      <ProofPanel index={event.index} isCovered={proof !== null && proof !== undefined} />
    </>
  );
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** The answer of `GET /events/:index/proof`. */
type ProofAnswer = {
  readonly command: string;
  readonly file: string;
  readonly proof: string;
  readonly key: string;
};

function ProofPanel({ index, isCovered }: { readonly index: number; readonly isCovered: boolean }) {
  const resource = useResource<ProofAnswer>(isCovered ? `/events/${segment(index)}/proof` : null);
  return (
    <Panel title="Proof" isWide>
      {isCovered ? (
        <Loaded resource={resource} label="Making the proof">
          {({ proof, key, file, command }) => (
            <div class="proof">
              <p>
                The file shows anybody that the log holds this event, without the log and without
                this machine. What is sealed in it stays sealed.
              </p>
              <p class="page-actions">
                <Download name={file} type="application/octet-stream" text={() => proof}>
                  Save the proof
                </Download>
                <CopyButton text={proof} what="proof" />
              </p>
              <ol>
                <li>
                  Hand over the file and, by another way, the log's key:
                  <Command line={key} />
                </li>
                <li>
                  Whoever checks it runs, on any machine:
                  <Command line={`sallyport log verify --proof ${file} --key '${key}'`} />
                </li>
              </ol>
              <details>
                <summary>Text of the proof</summary>
                <div class="block" tabIndex={0} role="region" aria-label="Text of the proof">
                  <Text value={proof} limit={4_000} isCode isMultiline />
                </div>
              </details>
              <Command line={command} label="In the terminal" />
            </div>
          )}
        </Loaded>
      ) : (
        <Empty title="No checkpoint covers this event yet.">
          <p>The next one does; then the proof that the log holds it stands here.</p>
        </Empty>
      )}
    </Panel>
  );
}

function SessionLink({ id }: { readonly id: string | null }) {
  if (id === null || id === undefined) return <span class="quiet">none</span>;
  return (
    <>
      <a href={`/sessions/${segment(id)}`}>
        <Text value={id} limit={120} isCode />
      </a>{" "}
      <a href={`/log?${new URLSearchParams({ filter: `session:"${id}"` })}`}>its events</a>
    </>
  );
}

function Linked({ name, value }: { readonly name: string; readonly value: string | null }) {
  if (value === null || value === undefined) return <span class="quiet">none</span>;
  const filter = `${name}:${/^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)}`;
  return (
    <a href={`/log?${new URLSearchParams({ filter })}`}>
      <Text value={value} limit={120} isCode />
    </a>
  );
}
