// What one event of the log says: beside the list, and on its own page.
import { segment } from "../core/api.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command, CopyButton } from "../parts/command.tsx";
import { Download } from "../parts/download.tsx";
import { plainLine } from "../parts/marks.ts";
import { Pairs, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { EventActions } from "./event-actions.tsx";
import { Explanation } from "./explanation.tsx";
import { withTerm } from "./log-filter.ts";
import type { EventRow } from "./log-row.ts";

/** The answer of `GET /events/:index`. `proof` is a text to keep, null while no checkpoint covers the event. */
export type EventAnswer = {
  readonly command: string;
  readonly event: EventRow;
  readonly entry?: { readonly metadata?: unknown; readonly sealed?: unknown };
  readonly proof?: unknown;
};

/** All of it: what happened, what can be done, why, its details, its proof. */
export function EventBody({ event, entry = {}, proof }: EventAnswer) {
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
        <Pairs rows={knownRows(event)} />
      </Panel>
      {machine === null && (event.verdict === "deny" || event.verdict === "ask") && (
        <EventActions index={event.index} />
      )}
      {event.kind === "decision" && machine === null && (
        <Panel title="Why" isWide>
          <Explanation index={event.index} />
        </Panel>
      )}
      <Details entry={entry} event={event} />
      {machine === null ? (
        <ProofPanel index={event.index} isCovered={proof !== null && proof !== undefined} />
      ) : (
        <Elsewhere machine={machine} />
      )}
    </Panels>
  );
}

/** What is known of it; what does not apply to its kind is left out. */
function knownRows(event: EventRow) {
  const { timeMs, kind, tool, class: category, rule, user, place, session, machine } = event;
  const linked = (title: string, name: string, value: string | null | undefined) =>
    value === null || value === undefined
      ? []
      : [[title, <Linked key={name} name={name} value={value} />] as const];
  const plain = (title: string, value: string | null | undefined) =>
    value === null || value === undefined
      ? []
      : [[title, <Text key={title} value={value} limit={160} isCode />] as const];
  return [
    ["Time", <Time key="time" ms={timeMs} as="both" />] as const,
    ...linked("Kind", "kind", kind),
    ...linked("Person", "user", user),
    ...plain("Folder", place),
    ...linked("Tool", "tool", tool),
    ...linked("Class", "class", category),
    ...linked("Rule", "rule", rule),
    ...(session === null ? [] : [["Session", <SessionLink key="s" id={session} />] as const]),
    ...plain("Machine", machine),
  ];
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

/** One fact a row, in words; what is nested deeper is in the file. */
function Details({ event, entry }: Pick<EventAnswer, "event"> & { readonly entry: object }) {
  const { metadata, sealed } = entry as NonNullable<EventAnswer["entry"]>;
  const { index, erased, forged, machine = null } = event;
  const isOpen = sealed !== null && sealed !== undefined;
  const opened = factRows(sealed);
  return (
    <Panel
      title="Details"
      isWide
      actions={
        <Download
          name={`event-${index}.json`}
          type="application/json"
          text={() => `${JSON.stringify(entry, undefined, 1)}\n`}
        >
          Download as JSON
        </Download>
      }
    >
      {forged && (
        <p role="alert">
          This is forged: it was not written with the key that it names, or lacks what its kind
          always has.
        </p>
      )}
      <Pairs rows={factRows(metadata)} />
      {machine === null && (
        <p class="quiet">
          {isOpen
            ? "The facts below are sealed: opened with the key of this installation, unreadable elsewhere."
            : erased
              ? "Its key is gone: nobody reads the rest any more. The log still proves that the event was."
              : "This event has nothing sealed."}
        </p>
      )}
      {opened.length > 0 && <Pairs rows={opened} />}
    </Panel>
  );
}

const FACTS_MAX = 60;
/** Told elsewhere on the page. */
const TOLD = new Set([
  "kind",
  "verdict",
  "tool",
  "class",
  "rules",
  "session",
  "reasons",
  "effects",
]);

function factRows(value: unknown) {
  return Object.entries(asObject(value))
    .filter(([name]) => !TOLD.has(name))
    .flatMap(([name, one]) => factsOf(name, one))
    .slice(0, FACTS_MAX)
    .map(
      ([name, text]) =>
        [factName(name), <Text key={name} value={text} limit={400} isMultiline />] as const,
    );
}

/** A fact as a text; of a list of words all of them, of things within things those of the first depth. */
function factsOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined || value === "") return [];
  if (typeof value === "string") return [[name, value]];
  if (typeof value === "number" || typeof value === "boolean") return [[name, String(value)]];
  if (typeof value !== "object") return [];
  const plain = (one: unknown) => one !== null && typeof one !== "object";
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    return [[name, value.every(plain) ? value.join(", ") : `${value.length} in the download`]];
  }
  return Object.entries(value).flatMap(([inner, one]) =>
    plain(one) && one !== "" ? [[`${name} ${inner}`, String(one)] as const] : [],
  );
}

/** `permissionMode` as `Permission mode`. */
function factName(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return plainLine(`${words.slice(0, 1).toUpperCase()}${words.slice(1)}`, 60);
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

function SessionLink({ id }: { readonly id: string }) {
  return (
    <>
      <a href={`/sessions/${segment(id)}`}>
        <Text value={id} limit={120} isCode />
      </a>{" "}
      <a href={`/log?${new URLSearchParams({ filter: `session:"${id}"` })}`}>its events</a>
    </>
  );
}

function Linked({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <a href={`/log?${new URLSearchParams({ filter: withTerm("", name, value) })}`}>
      <Text value={value} limit={120} isCode />
    </a>
  );
}
