// One event of the log: what stands in clear, what is sealed as far as its key is here, and its proof.
import { useMemo } from "preact/hooks";
import { segment } from "../core/api.ts";
import { type PaletteItem, useApp, usePaletteItems } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { CopyButton } from "../parts/command.tsx";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { Tree, treeOf } from "../parts/tree.tsx";
import type { PageProps } from "./index.ts";
import type { EventRow } from "./log.tsx";

/** The answer of `GET /events/:index`. `proof` is a text to keep, null while no checkpoint covers the event. */
type EventAnswer = {
  readonly command: string;
  readonly event: EventRow;
  readonly entry?: unknown;
  readonly clear?: unknown;
  readonly sealed?: unknown;
  readonly proof?: unknown;
};

export function Page({ params }: PageProps) {
  const { router } = useApp();
  const index = params["index"] ?? "";
  const isNumber = /^\d{1,15}$/.test(index);
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

function Body({ event, entry, clear, sealed, proof }: EventAnswer) {
  const proofText = typeof proof === "string" ? proof : JSON.stringify(proof ?? null, undefined, 2);
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
            ["Session", <Linked name="session" value={event.session} />],
          ]}
        />
      </Panel>
      <Panel title="Entry" isWide>
        {entry === undefined ? (
          <>
            <Tree nodes={treeOf({ clear, sealed })} label="Fields of the event" />
          </>
        ) : (
          <Tree nodes={treeOf(entry)} label="Fields of the event" />
        )}
      </Panel>
      <Panel
        title="Proof"
        isWide
        {...(proof === null || proof === undefined
          ? {}
          : { actions: <CopyButton text={proofText} what="proof" /> })}
      >
        {proof === null || proof === undefined ? (
          <Empty title="No checkpoint covers this event yet.">
            <p>The next one does; then the proof that the log holds it stands here.</p>
          </Empty>
        ) : (
          <div class="block" tabIndex={0} role="region" aria-label="Text of the proof">
            <Text value={proofText} limit={4_000} isCode isMultiline />
          </div>
        )}
      </Panel>
    </Panels>
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
