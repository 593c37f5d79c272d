// Privacy: what is kept of people and where, for how long, and which requests of theirs wait.
import { useAgain } from "../core/following.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Empty, Loaded, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";

/** What another system was asked to delete after an erasure here. */
type Request = {
  readonly erasure: string;
  readonly target: string;
  readonly to: string;
  readonly destination: string;
  readonly entries: number;
  readonly askedMs: number;
  readonly state: string;
  readonly note: string;
};
type Place = {
  readonly owner: string;
  readonly what: string;
  readonly path: string;
  readonly files?: number;
  readonly sealed?: boolean;
  readonly bytes: number;
  readonly oldestMs?: number | null;
  readonly open?: number;
  readonly disk?: { readonly state?: string };
};
type Class = {
  readonly id: string;
  readonly title: string;
  readonly days: number;
  readonly by?: string;
  readonly reason: string;
};
type Privacy = {
  readonly command: string;
  readonly inventory: readonly Place[];
  readonly inventoryMs: number | null;
  readonly retention: { readonly isOrdered: boolean; readonly classes: readonly Class[] };
  readonly requests: readonly Request[];
};

const AGAIN_MS = 2_000;

export function Page() {
  const resource = useResource<Privacy>("/privacy", {}, { live: ["changed"], what: ["privacy"] });
  const isWaiting = resource.value?.inventoryMs === null;
  useAgain(isWaiting, resource.reload, AGAIN_MS);
  return (
    <PageFrame
      title="Privacy"
      about="What is kept of people on this machine, for how long, and what they asked for."
      command={resource.value?.command}
    >
      <Loaded resource={resource} label="Looking what is kept">
        {({ inventory, retention, requests }) => (
          <>
            <Panel title="Requests" isWide>
              {requests.length === 0 ? (
                <Empty title="No request waits." command="sallyport privacy export --help">
                  <p>A person's data are handed over or erased by name, at a terminal.</p>
                </Empty>
              ) : (
                <Requests requests={requests} />
              )}
            </Panel>
            <Panel title="Where data of people lie" isWide>
              {isWaiting && <Progress label="Looking what lies where" />}
              <Table<Place>
                caption="Places"
                rows={inventory}
                rowKey={({ path, what }) => `${what} ${path}`}
                columns={[
                  {
                    key: "owner",
                    head: "Whose",
                    cell: ({ owner }) => <Text value={owner} limit={40} />,
                  },
                  {
                    key: "what",
                    head: "What",
                    isWide: true,
                    cell: ({ what, path }) => (
                      <>
                        <Text value={what} limit={80} />
                        <span class="under">
                          <Text value={path} isCode limit={160} />
                        </span>
                      </>
                    ),
                    sort: ({ what }) => what,
                  },
                  {
                    key: "sealed",
                    head: "Sealed",
                    cell: ({ sealed }) => (
                      <Badge
                        word={sealed === true ? "sealed" : "not sealed"}
                        tone={sealed === true ? "good" : "quiet"}
                      />
                    ),
                  },
                  {
                    key: "open",
                    head: "Open to others",
                    cell: ({ open = 0 }) =>
                      open > 0 ? <Badge word={`${open} files`} tone="bad" /> : "no",
                  },
                  {
                    key: "bytes",
                    head: "Bytes",
                    isNumber: true,
                    cell: ({ bytes }) => formatCount(bytes),
                    sort: ({ bytes }) => bytes,
                  },
                  {
                    key: "oldest",
                    head: "Since",
                    cell: ({ oldestMs }) =>
                      typeof oldestMs === "number" ? <Time ms={oldestMs} as="ago" /> : "-",
                  },
                ]}
              />
            </Panel>
            <Panel title="How long it is kept" isWide>
              {!retention.isOrdered && (
                <p>
                  Nothing is deleted yet: these are the terms that count until you order others.
                </p>
              )}
              <Table<Class>
                caption="Terms"
                rows={retention.classes}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: "title",
                    head: "What",
                    isWide: true,
                    cell: ({ title, reason }) => (
                      <>
                        <Text value={title} limit={160} />
                        <span class="under">
                          <Text value={reason} limit={240} />
                        </span>
                      </>
                    ),
                  },
                  {
                    key: "days",
                    head: "Days",
                    isNumber: true,
                    cell: ({ days }) => formatCount(days),
                    sort: ({ days }) => days,
                  },
                  { key: "by", head: "By", cell: ({ by = "-" }) => <Text value={by} limit={40} /> },
                ]}
              />
              <Command line="sallyport log retention set --help" label="Order it" />
            </Panel>
          </>
        )}
      </Loaded>
    </PageFrame>
  );
}

function Requests({ requests }: { readonly requests: readonly Request[] }) {
  return (
    <Table<Request>
      caption="Requests to other systems"
      rows={requests}
      rowKey={({ erasure, target, destination }) => `${erasure} ${target} ${destination}`}
      columns={[
        {
          key: "state",
          head: "State",
          sort: ({ state }) => state,
          cell: ({ state }) => (
            <Badge word={state} tone={state === "outstanding" ? "warn" : "good"} />
          ),
        },
        {
          key: "where",
          head: "Who is asked",
          isWide: true,
          cell: ({ target, to, destination, note }) => (
            <>
              <Text value={`${target} (${to})`} limit={120} />
              <span class="under">
                <Text value={note === "" ? destination : `${destination}: ${note}`} limit={300} />
              </span>
            </>
          ),
        },
        { key: "erasure", head: "Erasure", cell: ({ erasure }) => <Text value={erasure} isCode /> },
        {
          key: "entries",
          head: "Entries",
          isNumber: true,
          cell: ({ entries }) => formatCount(entries),
          sort: ({ entries }) => entries,
        },
        {
          key: "asked",
          head: "Asked",
          sort: ({ askedMs }) => askedMs,
          cell: ({ askedMs }) => <Time ms={askedMs} as="ago" />,
        },
      ]}
    />
  );
}
