// Isolation: what the last probe reached, what container files say, and code that runs inside of the client.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { Extensions } from "./isolation-extensions.tsx";
import { ProjectChoice } from "./project-choice.tsx";

type Probe = {
  readonly index: number;
  readonly atMs: number | null;
  readonly tier: string;
  readonly where: string;
  readonly verdict: string;
  readonly reachable: number;
  readonly refused: number;
  readonly absent: number;
  readonly unknown: number;
  readonly areas: readonly { readonly id: string; readonly title: string }[];
};
type Mod = {
  readonly name: string;
  readonly origin: string;
  readonly file: string;
  readonly digest: string;
  readonly uncounted: string | null;
  readonly isLoaded: boolean;
  readonly isAgreed: boolean;
};
type Extension = {
  readonly name: string;
  readonly kind: string;
  readonly origin: string;
  readonly place: string;
  readonly brings: readonly string[];
  readonly isLoaded: boolean;
  readonly digest: string;
  readonly uncounted: string | null;
  readonly standing: string;
};
type Answer = {
  readonly command: string;
  readonly modsCommand: string;
  readonly tier: string | null;
  readonly tierBy: string;
  readonly probe: Probe | null;
  readonly mods: readonly Mod[];
  readonly moreMods: number;
  readonly extensions: readonly Extension[];
  readonly moreExtensions: number;
};
type Item = {
  readonly title: string;
  readonly state: "met" | "not-met" | "not-said";
  readonly where: string;
  readonly why: string;
  readonly fix: string;
};
type Container = {
  readonly kind: string;
  readonly where: string;
  readonly hasClient: boolean;
  readonly items: readonly Item[];
};
type Audit = {
  readonly command: string;
  readonly containers: readonly Container[];
  readonly moreContainers: number;
  readonly notSeen: readonly { readonly what: string; readonly why: string }[];
};

const VERDICTS: Readonly<Record<string, readonly [word: string, tone: Tone]>> = {
  held: ["held", "good"],
  broken: ["open", "bad"],
  untold: ["cannot be told", "warn"],
};
const ITEM_STATES = {
  "not-met": ["not met", "bad"],
  "not-said": ["not said", "warn"],
  met: ["met", "good"],
} as const satisfies Readonly<Record<Item["state"], readonly [string, Tone]>>;
const ORIGINS: Readonly<Record<string, string>> = {
  project: "of the repository",
  home: "of your own",
  plugin: "of a plugin",
  session: "written by the client in a session",
};

export function Page() {
  return (
    <PageFrame
      title="Isolation"
      about="What a session can reach around the guard: proven by a probe from inside, read from container files, and code that runs inside of the client itself."
    >
      <ProjectChoice>
        {(project) => (
          <Tabs
            label="Parts of the isolation"
            tabs={[
              {
                key: "probe",
                title: "Probe and extensions",
                body: () => <Proven key={project} project={project} />,
              },
              {
                key: "containers",
                title: "Container files",
                body: () => <Containers key={project} project={project} />,
              },
              {
                key: "extensions",
                title: "What extensions can do",
                body: () => <Extensions key={project} project={project} />,
              },
            ]}
          />
        )}
      </ProjectChoice>
    </PageFrame>
  );
}

function Proven({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Answer>("/isolation", params);
  return (
    <Loaded resource={resource} label="Reading the last probe and looking for mods">
      {({ command, modsCommand, tier, tierBy, probe, mods, moreMods, ...others }) => (
        <>
          <Stats>
            <Stat
              name="Tier"
              value={<Text value={tier ?? "none"} limit={40} isBrief />}
              note={<Text value={tierBy} limit={160} />}
            />
            <Stat
              name="Last probe"
              tone={VERDICTS[probe?.verdict ?? ""]?.[1] ?? "plain"}
              value={
                probe === null
                  ? "never"
                  : (VERDICTS[probe.verdict]?.[0] ?? <Text value={probe.verdict} isBrief />)
              }
              note={
                probe === null ? (
                  "none is on record"
                ) : probe.atMs === null ? (
                  "nobody knows when"
                ) : (
                  <Time ms={probe.atMs} as="ago" />
                )
              }
            />
            <Stat
              name="Areas that are open and must not be"
              tone={(probe?.areas.length ?? 0) > 0 ? "bad" : "plain"}
              value={probe === null ? "-" : formatCount(probe.areas.length)}
            />
            <Stat
              name="Mods that nobody agreed to"
              tone={mods.some(isStrange) ? "bad" : "plain"}
              value={formatCount(mods.filter(isStrange).length)}
              note="each holds every session that loads it"
            />
          </Stats>
          <ProbePanel probe={probe} command={command} tier={tier} />
          <ModsPanel mods={mods} more={moreMods} command={modsCommand} />
          <ExtensionsPanel
            extensions={others.extensions}
            more={others.moreExtensions}
            command={modsCommand}
          />
        </>
      )}
    </Loaded>
  );
}

const isStrange = ({ isLoaded, isAgreed }: Mod) => isLoaded && !isAgreed;

function ProbePanel(props: {
  readonly probe: Probe | null;
  readonly command: string;
  readonly tier: string | null;
}) {
  const { probe, command, tier } = props;
  return (
    <Panel title="What could be reached from inside" isWide>
      {probe === null ? (
        <Empty title="No probe is on record." command={command}>
          <p>
            Where it runs, it tries what can be reached; nothing is read or changed. From inside of
            a good isolation the log cannot be written: start it from outside with --via.
          </p>
        </Empty>
      ) : (
        <>
          <p>
            {formatCount(probe.reachable)} reachable, {formatCount(probe.refused)} refused,{" "}
            {formatCount(probe.absent)} absent, {formatCount(probe.unknown)} cannot be told,{" "}
            {probe.where === "inside"
              ? "inside of what was named with --via"
              : "where it was typed"}
            , as the tier <Text value={probe.tier} limit={60} /> expects.{" "}
            <a href={`/log/${probe.index}`}>Its event</a>
          </p>
          {tier !== null && probe.tier !== tier && (
            <p>
              The project has another tier now, <Text value={tier} limit={60} />: probe again.
            </p>
          )}
          {probe.areas.length > 0 && (
            <ul class="lines">
              {probe.areas.map(({ id, title }) => (
                <li key={id}>
                  <Badge word="open" tone="bad" /> <Text value={title} limit={160} /> (
                  <Text value={id} isCode limit={40} />)
                </li>
              ))}
            </ul>
          )}
          <Command line={command} label="Probe again" />
          {probe.areas.length > 0 && (
            <Command
              line={command.replace(" probe ", " plan ").replace(/ --record$/, "")}
              label="What this tier needs"
            />
          )}
        </>
      )}
    </Panel>
  );
}

function ModsPanel(props: {
  readonly mods: readonly Mod[];
  readonly more: number;
  readonly command: string;
}) {
  const { mods, more, command } = props;
  return (
    <Panel title="Code inside of the client" isWide>
      <Table<Mod>
        caption="Mods that plugins and skills bring"
        rows={mods}
        sorting={{ key: "state", isDescending: false }}
        rowKey={({ file, name }) => `${file} ${name}`}
        columns={[
          {
            key: "state",
            head: "State",
            cell: (one) => (
              <Badge
                word={!one.isLoaded ? "not loaded" : one.isAgreed ? "agreed" : "holds sessions"}
                tone={!one.isLoaded ? "quiet" : one.isAgreed ? "good" : "bad"}
              />
            ),
            sort: (one) => (isStrange(one) ? 0 : one.isLoaded ? 1 : 2),
          },
          {
            key: "mod",
            head: "Mod",
            isWide: true,
            cell: (one) => <Code {...one} place={one.file} />,
            sort: ({ name }) => name,
          },
        ]}
        empty={
          <Empty title="No mod is here." command={command}>
            <p>Nothing that plugins or skills bring runs inside of the client.</p>
          </Empty>
        }
      />
      {more > 0 && <p>and {formatCount(more)} more</p>}
      {mods.length > 0 && <Command line={command} label="In the terminal" />}
      {mods.some(isStrange) && (
        <Command
          line={`${command.replace(" list --all ", " agree ")} --reason "..."`}
          label="When somebody read them"
        />
      )}
    </Panel>
  );
}

/** Whose code it is, where it lies, and what stands for it. */
function Code(props: {
  readonly name: string;
  readonly origin: string;
  readonly place: string;
  readonly digest: string;
  readonly uncounted: string | null;
  readonly children?: ComponentChildren;
}) {
  const { name, origin, place, digest, uncounted, children } = props;
  return (
    <>
      <Text value={name} limit={160} />{" "}
      <span class="quiet">{ORIGINS[origin] ?? <Text value={origin} limit={60} />}</span>
      {children}
      <span class="under">
        <Text value={place} isCode limit={240} />
      </span>
      <span class="under">
        {uncounted === null ? (
          <>
            SHA-256 <Text value={digest} isCode limit={64} />
          </>
        ) : (
          <>
            nobody can agree to it, because <Text value={uncounted} limit={200} />
          </>
        )}
      </span>
    </>
  );
}

const STANDINGS: Readonly<Record<string, readonly [word: string, tone: Tone]>> = {
  "unlike-agreed": ["holds sessions", "bad"],
  changed: ["changed", "warn"],
  new: ["new", "warn"],
  known: ["seen before", "plain"],
  agreed: ["agreed", "good"],
};
const STANDING_ORDER = Object.keys(STANDINGS);

/** Plugins, skills, agents and commands with code of another kind than mods. */
function ExtensionsPanel(props: {
  readonly extensions: readonly Extension[];
  readonly more: number;
  readonly command: string;
}) {
  const { extensions, more, command } = props;
  return (
    <Panel title="Code that the client runs" isWide>
      <Table<Extension>
        caption="Plugins, skills, agents and commands that bring code"
        rows={extensions}
        sorting={{ key: "state", isDescending: false }}
        rowKey={({ place, name }) => `${place} ${name}`}
        columns={[
          {
            key: "state",
            head: "State",
            cell: ({ standing, isLoaded }) => {
              const [word, tone] = STANDINGS[standing] ?? [standing, "plain"];
              return isLoaded ? (
                <Badge word={word} tone={tone} />
              ) : (
                <Badge word="not loaded" tone="quiet" />
              );
            },
            sort: ({ standing, isLoaded }) =>
              isLoaded ? STANDING_ORDER.indexOf(standing) : STANDING_ORDER.length,
          },
          {
            key: "name",
            head: "Extension",
            isWide: true,
            cell: (one) => (
              <Code {...one}>
                <span class="under">
                  {plainLine(one.kind, 40)}, brings{" "}
                  <Text value={one.brings.join(", ")} limit={120} />
                </span>
              </Code>
            ),
            sort: ({ name }) => name,
          },
        ]}
        empty={
          <Empty title="No plugin, skill, agent or command here brings code." command={command}>
            <p>Hooks, servers, programs, scripts and shell lines of extensions would stand here.</p>
          </Empty>
        }
      />
      {more > 0 && <p>and {formatCount(more)} more</p>}
      {extensions.length > 0 && (
        <Command
          line={`${command.replace(" list ", " agree ")} --reason "..."`}
          label="When somebody read all of it"
        />
      )}
    </Panel>
  );
}

function Containers({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Audit>("/isolation/containers", params);
  return (
    <Loaded resource={resource} label="Reading container files; nothing is started">
      {({ containers, moreContainers, notSeen, command }) => {
        const items = containers.flatMap((one) => one.items);
        const countOf = (state: Item["state"]) => items.filter((one) => one.state === state).length;
        return (
          <>
            <Stats>
              <Stat name="Containers" value={formatCount(containers.length + moreContainers)} />
              {(["not-met", "not-said", "met"] as const).map((state) => (
                <Stat
                  key={state}
                  name={`Items ${ITEM_STATES[state][0]}`}
                  tone={countOf(state) > 0 ? ITEM_STATES[state][1] : "plain"}
                  value={formatCount(countOf(state))}
                />
              ))}
            </Stats>
            {notSeen.length > 0 && (
              <Panel title="Not looked at" isWide>
                <ul class="lines">
                  {notSeen.map(({ what, why }) => (
                    <li key={`${what} ${why}`}>
                      <Text value={what} isCode limit={160} />: <Text value={why} limit={200} />
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            {containers.length === 0 && (
              <Empty
                title="No container is described here."
                command="sallyport sandbox plan --target devcontainer --help"
              >
                <p>A plan makes one of the policy of this project.</p>
              </Empty>
            )}
            {containers.map((one) => (
              <ContainerPanel key={one.where} container={one} />
            ))}
            {moreContainers > 0 && <p>and {formatCount(moreContainers)} more</p>}
            <Command line={command} label="In the terminal" />
          </>
        );
      }}
    </Loaded>
  );
}

const STATE_ORDER = Object.keys(ITEM_STATES);

function ContainerPanel({ container }: { readonly container: Container }) {
  const { kind, where, hasClient, items } = container;
  return (
    <Panel title={where} isWide>
      <p class="quiet">
        <Text value={kind} limit={60} />
        {hasClient && ", with the client"}
      </p>
      <Table<Item>
        caption="The nine items of strong isolation"
        rows={items}
        sorting={{ key: "state", isDescending: false }}
        rowKey={({ title }) => title}
        columns={[
          {
            key: "state",
            head: "State",
            cell: ({ state }) => (
              <Badge word={ITEM_STATES[state][0]} tone={ITEM_STATES[state][1]} />
            ),
            sort: ({ state }) => STATE_ORDER.indexOf(state),
          },
          {
            key: "item",
            head: "Item",
            isWide: true,
            cell: ({ title, why, fix, where: place }) => (
              <>
                <Text value={title} limit={160} />
                <span class="under">
                  <Text value={place} isCode limit={160} />: <Text value={why} limit={240} />
                </span>
                {fix !== "" && (
                  <span class="under">
                    Write: <Text value={fix} isCode limit={300} />
                  </span>
                )}
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}
