// MCP servers of a project: who each is, what is approved and pinned of it, what changed since, and what is suspicious in what they say.
import { useMemo } from "preact/hooks";
import { useMe, useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { AtTerminal } from "../parts/at-terminal.tsx";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Diff } from "../parts/diff.tsx";
import { Choice } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { CutOff } from "./event-actions.tsx";
import type { PageProps } from "./index.ts";
import { ProjectChoice } from "./project-choice.tsx";

type Server = {
  readonly name: string;
  readonly state: keyof typeof STATES;
  readonly isPinned: boolean;
  readonly identity: string;
  readonly from: string;
  readonly file: string | null;
  readonly given: readonly string[];
  readonly remarks: readonly string[];
  readonly owner: string | null;
  readonly untilMs: number | null;
  readonly pin: string | null;
  readonly seenMs: number | null;
  readonly next: string;
  /** As tools of it are named. */
  readonly inTools: string;
  readonly pinCommand: string;
};
type Finding = {
  readonly kind: string;
  readonly gravity: string;
  readonly server: string;
  readonly part: string;
  readonly message: string;
};
type Answer = {
  readonly command: string;
  readonly servers: readonly Server[];
  readonly unread: readonly string[];
  readonly findings: readonly Finding[];
  readonly moreFindings: number;
};
type Changes = {
  readonly command: string;
  readonly more: number;
  readonly items: readonly {
    readonly part: string;
    readonly name: string;
    readonly how: string;
    readonly pieces: readonly {
      readonly piece: string;
      readonly before: string;
      readonly after: string;
    }[];
  }[];
};

/** The worst first. */
const STATES = {
  "has the name of an approved one": "bad",
  "changed since it was pinned": "bad",
  "approval over": "warn",
  "not approved": "warn",
  approved: "good",
} as const satisfies Readonly<Record<string, Tone>>;
const ORDER = Object.keys(STATES);
const CHANGED = "changed since it was pinned";
/** What the command beside a server is for. */
const NEXT: Readonly<Record<Server["state"], string>> = {
  "has the name of an approved one": "Look at it in isolation",
  "changed since it was pinned": "The change in the terminal",
  "approval over": "Approve it anew, when it is still meant",
  "not approved": "Look at it in isolation, then approve it",
  approved: "Agree to what it says now",
};

export function Page({ query }: PageProps) {
  return (
    <PageFrame
      title="MCP"
      about="The servers that files of the client name here, and the catalog: whom somebody approved, what was pinned, and what changed. No server is started for this page."
    >
      <ProjectChoice>
        {(project) => (
          <Servers
            key={project}
            project={project}
            chosen={query.get("server") ?? ""}
            show={query.get("show") ?? ""}
          />
        )}
      </ProjectChoice>
    </PageFrame>
  );
}

function Servers(props: {
  readonly project: string;
  readonly chosen: string;
  readonly show: string;
}) {
  const { project, chosen, show } = props;
  const router = useRouter();
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Answer>("/mcp", params);
  const addressWith = (name: string, value: string) =>
    `/mcp?${new URLSearchParams({ project, ...(show === "" ? {} : { show }), [name]: value })}`;
  return (
    <Loaded resource={resource} label="Reading the client's files and the catalog">
      {({ servers, unread, findings, moreFindings, command }) => {
        const count = (state: Server["state"]) =>
          servers.filter((one) => one.state === state).length;
        const changed = count(CHANGED) + count("has the name of an approved one");
        const suspicious = findings.length + moreFindings;
        const shown = servers.filter(({ state }) => show === "" || state === show);
        return (
          <>
            <Stats>
              <Stat
                name="Approved"
                value={formatCount(count("approved"))}
                note={`of ${formatCount(servers.length)} servers`}
              />
              <Stat
                name="Changed, or under another's name"
                tone={changed > 0 ? "bad" : "plain"}
                value={formatCount(changed)}
                note="what changed is refused"
              />
              <Stat
                name="Not approved, or over"
                tone={count("not approved") + count("approval over") > 0 ? "warn" : "plain"}
                value={formatCount(count("not approved") + count("approval over"))}
              />
              <Stat
                name="Suspicious in what they say"
                tone={suspicious > 0 ? "bad" : "plain"}
                value={formatCount(suspicious)}
                note="of those that were looked at"
              />
            </Stats>
            {unread.length > 0 && (
              <Panel title="Files that cannot be read" isWide>
                <ul class="lines">
                  {unread.map((file) => (
                    <li key={file}>
                      <Text value={file} isCode limit={200} />: its servers are not known. Correct
                      it.
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            {chosen !== "" && <Changed key={chosen} project={project} server={chosen} />}
            {servers.length > 0 && (
              <Choice
                label="Show"
                value={show}
                options={[
                  { value: "", label: "All servers" },
                  ...ORDER.map((state) => ({ value: state, label: `Only: ${state}` })),
                ]}
                onChoose={(state) => router.go(addressWith("show", state), { isReplaced: true })}
              />
            )}
            <ServerTable
              rows={shown}
              project={project}
              reload={resource.reload}
              isFiltered={servers.length > 0}
              changesOf={(name) => addressWith("server", name)}
            />
            {servers.length > 0 && <Findings rows={findings} more={moreFindings} />}
            <Command line={command} label="In the terminal" />
          </>
        );
      }}
    </Loaded>
  );
}

function ServerTable(props: {
  readonly rows: readonly Server[];
  readonly project: string;
  readonly reload: () => void;
  readonly isFiltered: boolean;
  readonly changesOf: (name: string) => string;
}) {
  return (
    <Table<Server>
      caption="MCP servers with what is approved of them"
      rows={props.rows}
      sorting={{ key: "state", isDescending: false }}
      rowKey={({ name, identity, file }) => JSON.stringify([name, identity, file])}
      columns={[
        {
          key: "state",
          head: "State",
          cell: ({ state, isPinned }) => (
            <>
              <Badge word={state} tone={STATES[state]} />
              {state === "approved" && !isPinned && (
                <>
                  {" "}
                  <Badge word="not pinned" tone="warn" />
                </>
              )}
            </>
          ),
          sort: ({ state }) => ORDER.indexOf(state),
        },
        {
          key: "server",
          head: "Server",
          isWide: true,
          cell: (server) => (
            <ServerLines server={server} changesHref={props.changesOf(server.name)} />
          ),
          sort: ({ name }) => name,
        },
        {
          key: "owner",
          head: "Owner, until",
          cell: ({ owner, untilMs }) => (
            <>
              {owner === null ? (
                <span class="quiet">nobody</span>
              ) : (
                <Text value={owner} limit={60} />
              )}
              {untilMs !== null && (
                <span class="under">
                  <Time ms={untilMs} />
                </span>
              )}
            </>
          ),
          sort: ({ untilMs }) => untilMs ?? 0,
        },
        {
          key: "pin",
          head: "Pinned, looked at",
          cell: ({ pin, seenMs }) => (
            <>
              {pin === null ? (
                <span class="quiet">no</span>
              ) : (
                <Text value={pin.slice(0, 12)} isCode isBrief />
              )}
              <span class="under">
                {seenMs === null ? "never looked at" : <Time ms={seenMs} as="ago" />}
              </span>
            </>
          ),
          sort: ({ seenMs }) => seenMs ?? 0,
        },
        {
          key: "act",
          head: "Decide",
          cell: (server) => <ServerActions server={server} {...props} />,
        },
      ]}
      empty={
        props.isFiltered ? (
          <Empty title="No server is in this state.">
            <p>Choose all servers to see the others.</p>
          </Empty>
        ) : (
          <Empty title="No file of the client names a server here." command="sallyport mcp list">
            <p>Once one does, it stands here with what is approved of it.</p>
          </Empty>
        )
      }
    />
  );
}

function ServerActions(props: {
  readonly server: Server;
  readonly project: string;
  readonly reload: () => void;
}) {
  const { server, project, reload } = props;
  const { role } = useMe();
  const { name, identity, state, isPinned, pin, inTools, pinCommand } = server;
  if (!mayAs(role, "responder")) return <>-</>;
  return (
    <span class="form-actions">
      {(state === CHANGED || (state === "approved" && !isPinned)) && (
        <AtTerminal<Answer>
          title="Pin"
          command={pinCommand}
          why="A pin is signed with the operator's key, and shows what the server says of itself first."
          watch={{
            path: "/mcp",
            params: { project },
            isDone: ({ servers }) =>
              servers.some(
                (one) =>
                  one.name === name &&
                  one.identity === identity &&
                  one.state === "approved" &&
                  one.pin !== null &&
                  one.pin !== pin,
              ),
          }}
          onDone={reload}
        >
          <p>
            You agree to what <Text value={name} isCode limit={120} /> says of itself now; a tool
            that differs later is refused.
          </p>
        </AtTerminal>
      )}
      <CutOff kind="server" name={inTools} onDone={reload} />
    </span>
  );
}

function ServerLines({
  server,
  changesHref,
}: {
  readonly server: Server;
  readonly changesHref: string;
}) {
  const { name, state, identity, from, file, given, remarks, next } = server;
  return (
    <>
      <Text value={name} limit={120} />
      <span class="under">
        <Text value={identity} isCode limit={240} />
      </span>
      <span class="under">
        {file === null ? (
          "named by no file here"
        ) : (
          <>
            named by <Text value={file} isCode limit={160} /> (<Text value={from} limit={40} />)
          </>
        )}
      </span>
      {given.length > 0 && (
        <span class="under">
          gets <Text value={given.join(", ")} isCode limit={200} />
        </span>
      )}
      {remarks.map((remark) => (
        <span class="under" key={remark}>
          <Text value={remark} limit={300} />
        </span>
      ))}
      {state === CHANGED && <a href={changesHref}>What changed</a>}
      {next !== "" && <Command line={next} label={NEXT[state]} />}
    </>
  );
}

function Changed({ project, server }: { readonly project: string; readonly server: string }) {
  const params = useMemo(() => ({ project, server }), [project, server]);
  const resource = useResource<Changes>("/mcp/changes", params);
  return (
    <Panel title={`What changed: ${server}`} isWide>
      <Loaded resource={resource} label="Comparing what was pinned with what was said last">
        {({ items, more, command }) => (
          <>
            {items.length === 0 && <p>It says of itself what it said when it was pinned.</p>}
            {items.map(({ part, name, how, pieces }, place) => (
              <div key={`${part} ${name}`}>
                <p>
                  <Badge word={how} tone={how === "removed" ? "warn" : "bad"} />{" "}
                  {part !== "instructions" && <Text value={part} limit={40} />}{" "}
                  <Text value={name} isCode limit={120} />
                </p>
                <Diff
                  text={diffText(pieces)}
                  isWrapped
                  label={`Before and now, part ${place + 1}: ${plainLine(name, 80)}`}
                />
              </div>
            ))}
            {more > 0 && <p>and {formatCount(more)} more parts</p>}
            <p class="quiet">
              Its changed tools are refused until a person agrees to them, or cuts the server off.
            </p>
            <Command line={command} label="In the terminal" />
            <Command line={command.replace(" diff ", ' pin --reason "..." ')} label="Agree to it" />
            <Command
              line={command.replace(" diff ", ' revoke --reason "..." ')}
              label="Cut it off"
            />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** WHY a space behind each sign: no text of a server can begin a line of another kind. */
function diffText(pieces: Changes["items"][number]["pieces"]): string {
  const lines = (sign: string, text: string) =>
    text === "" ? [] : text.split("\n").map((line) => `${sign} ${line}`);
  return pieces
    .flatMap(({ piece, before, after }) => [
      `  ${piece}`,
      ...lines("-", before),
      ...lines("+", after),
    ])
    .join("\n");
}

function Findings(props: { readonly rows: readonly Finding[]; readonly more: number }) {
  return (
    <Panel title="Suspicious in what they say of themselves" isWide>
      <Table<Finding>
        caption="What a scan found in what servers said last"
        rows={props.rows}
        rowKey={(one) => Object.values(one).join(" ")}
        columns={[
          { key: "gravity", head: "Gravity", cell: ({ gravity }) => <Badge word={gravity} /> },
          {
            key: "what",
            head: "What",
            isWide: true,
            cell: ({ kind, server, part, message }) => (
              <>
                <Text value={message} limit={400} />
                <span class="under">
                  <Text value={`${server}, ${part}`} limit={200} /> (
                  <Text value={kind} isCode limit={40} />)
                </span>
              </>
            ),
          },
        ]}
        empty={
          <Empty title="Nothing suspicious is known." command="sallyport mcp scan">
            <p>Only servers that were looked at can be told. Scan looks at all of them.</p>
          </Empty>
        }
      />
      {props.more > 0 && <p>and {formatCount(props.more)} more</p>}
    </Panel>
  );
}
