// The policy: what is in force, what it would say to a command, how another one differs, exceptions and drift.
import { useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useSending } from "../core/sending.ts";
import { mayAs } from "../core/session.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { Tree, treeOf } from "../parts/tree.tsx";
import { Backtest } from "./policy-backtest.tsx";
import { Boundaries } from "./policy-boundaries.tsx";
import { WithoutRule } from "./rule-trials.tsx";
import { type Pack, ProjectChoice } from "./project-choice.tsx";

type Rule = {
  readonly id: string;
  readonly verdict: string;
  readonly reason: string;
  readonly from: string;
  readonly instead?: string | null;
  readonly layers?: readonly { readonly layer: string; readonly extent: string }[];
  /** Calls of the last 30 days, of every project, that it stopped or asked about. */
  readonly used?: number | null;
};
type Shown = {
  readonly command: string;
  readonly policy: {
    readonly id: string;
    readonly version: string;
    readonly digest: string;
    readonly from: string;
    readonly rules: readonly Rule[];
  };
};

export function Page() {
  return (
    <PageFrame title="Policy" about="What the agent may do, why, and what would change.">
      <ProjectChoice>
        {(project, packs) => (
          <Tabs
            label="Parts of the policy"
            tabs={[
              { key: "rules", title: "Rules in force", body: () => <Rules project={project} /> },
              { key: "try", title: "Try a command", body: () => <Try project={project} /> },
              {
                key: "diff",
                title: "Compare",
                body: () => <Compare project={project} packs={packs} />,
              },
              {
                key: "backtest",
                title: "Backtest",
                body: () => <Backtest project={project} packs={packs} />,
              },
              {
                key: "boundaries",
                title: "Boundaries",
                body: () => <Boundaries project={project} />,
              },
              {
                key: "exceptions",
                title: "Exceptions",
                body: () => <Exceptions project={project} />,
              },
              { key: "drift", title: "Drift", body: () => <Drift project={project} /> },
            ]}
          />
        )}
      </ProjectChoice>
    </PageFrame>
  );
}

type Tried = {
  readonly command: string;
  readonly verdict: string;
  readonly class: string;
  readonly reasons: readonly {
    readonly verdict: string;
    readonly rule: string;
    readonly text: string;
    readonly instead?: string | null;
  }[];
  readonly effects: readonly { readonly kind: string; readonly text: string }[];
  readonly native: { readonly verdict: string; readonly why?: string } | null;
  readonly kernel: { readonly held: boolean; readonly why?: string } | null;
  readonly alternatives: readonly string[];
};

function Try({ project }: { readonly project: string }) {
  const [text, setText] = useState("");
  const {
    value: answer,
    fault,
    isBusy,
    send,
  } = useSending<Tried, { readonly project: string; readonly command: string }>("/policy/try");
  return (
    <>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !isBusy) send({ project, command: text });
        }}
      >
        <Field
          label="A command of the shell"
          value={text}
          onInput={setText}
          isCode
          rows={3}
          charsMax={16_384}
          help="Nothing of it is run."
        />
        <div class="form-actions">
          <button type="submit" class="button button-first" disabled={isBusy || text.trim() === ""}>
            Judge it
          </button>
        </div>
      </form>
      {isBusy && <Progress label="Judging it" />}
      {fault !== undefined && <Fault fault={fault} />}
      {answer !== undefined && !isBusy && <TriedPanels answer={answer} />}
    </>
  );
}

function TriedPanels({ answer }: { readonly answer: Tried }) {
  const { verdict, reasons, effects, native, kernel, alternatives, command } = answer;
  return (
    <>
      <Panels>
        <Panel title="The answer">
          <p class="lead">
            <Badge word={verdict} /> <Text value={answer.class} limit={60} />
          </p>
          <ul class="lines">
            {reasons.map(({ verdict: said, rule, text, instead }) => (
              <li key={`${rule} ${text}`}>
                <Badge word={said} /> <Text value={text} limit={300} />
                <span class="under">
                  <Text value={rule} isCode limit={120} />
                </span>
                {instead !== null && instead !== undefined && (
                  <span class="under">
                    Instead: <Text value={instead} limit={300} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          <Pairs
            rows={[
              ...(native === null
                ? []
                : [
                    [
                      "The client alone",
                      <span key="n">
                        <Badge word={native.verdict} />{" "}
                        <Text value={native.why ?? ""} limit={200} />
                      </span>,
                    ] as const,
                  ]),
              ...(kernel === null
                ? []
                : [
                    [
                      "Sandbox",
                      <span key="k">
                        {kernel.held ? "runs in it" : "not needed"}{" "}
                        <Text value={kernel.why ?? ""} limit={200} />
                      </span>,
                    ] as const,
                  ]),
            ]}
          />
        </Panel>
        <Panel title="What it would do">
          <ol class="lines">
            {effects.map(({ kind, text }, place) => (
              <li key={`${place} ${kind}`}>
                <Text value={text} limit={300} />{" "}
                <span class="under">
                  <Text value={kind} limit={40} />
                </span>
              </li>
            ))}
          </ol>
        </Panel>
        {alternatives.length > 0 && (
          <Panel title="Safer forms">
            {alternatives.map((line) => (
              <Command key={line} line={line} />
            ))}
          </Panel>
        )}
      </Panels>
      <Command line={command} label="In the terminal" />
    </>
  );
}

function Rules({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Shown>("/policy", params);
  const [word, setWord] = useState("");
  return (
    <Loaded resource={resource} label="Reading the policy">
      {({ policy, command }) => {
        const wanted = word.trim().toLowerCase();
        const rules = policy.rules.filter(({ id, reason, verdict, from }) =>
          `${id} ${reason} ${verdict} ${from}`.toLowerCase().includes(wanted),
        );
        return (
          <>
            <Panel title="In force">
              <Pairs
                rows={[
                  ["Policy", <Text key="id" value={`${policy.id} ${policy.version}`} />],
                  ["From", <Text key="from" value={policy.from} limit={200} />],
                  ["Digest", <Text key="digest" value={policy.digest} isCode limit={80} />],
                  ["Rules", formatCount(policy.rules.length)],
                ]}
              />
            </Panel>
            <Field label="Find a rule" value={word} onInput={setWord} type="search" />
            <Table<Rule>
              caption="Rules, in their order"
              rows={rules}
              rowKey={({ id, from }) => `${from} ${id}`}
              columns={[
                {
                  key: "verdict",
                  head: "Verdict",
                  cell: ({ verdict }) => <Badge word={verdict} />,
                },
                {
                  key: "rule",
                  head: "Rule",
                  isWide: true,
                  cell: ({ id, reason, instead }) => (
                    <>
                      <Text value={id} isCode limit={120} />
                      <span class="under">
                        <Text value={reason} limit={240} />
                      </span>
                      {instead !== null && instead !== undefined && (
                        <span class="under">
                          Instead: <Text value={instead} limit={240} />
                        </span>
                      )}
                    </>
                  ),
                  sort: ({ id }) => id,
                },
                { key: "from", head: "From", cell: ({ from }) => <Text value={from} limit={80} /> },
                {
                  key: "without",
                  head: "In 30 days",
                  cell: ({ id, verdict, from, used = null }) =>
                    verdict === "allow" ? (
                      "-"
                    ) : (
                      <>
                        {used !== null && (
                          <span
                            class="under"
                            title="calls of all projects that it stopped or asked about"
                          >
                            used {used === 1 ? "once" : `${formatCount(used)} times`} in 30 days
                          </span>
                        )}
                        <WithoutRule project={project} rule={`${from}/${id}`} />
                      </>
                    ),
                  sort: ({ used }) => used ?? 0,
                },
                {
                  key: "layers",
                  head: "Held by",
                  cell: ({ layers = [] }) => (
                    <Text value={layers.map(({ layer }) => layer).join(", ") || "-"} limit={120} />
                  ),
                },
              ]}
              empty={
                <Empty title="No rule has this word.">
                  <p>Search by a verdict, a part of the name, or a word of the reason.</p>
                </Empty>
              }
            />
            <Command line={command} label="In the terminal" />
          </>
        );
      }}
    </Loaded>
  );
}

type Difference = {
  readonly change: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly witness: string | null;
};
type Diffed = {
  readonly command: string;
  readonly answer: string;
  readonly stricter: number;
  readonly milder: number;
  readonly differences: readonly Difference[];
  readonly unproven: readonly string[];
};

function Compare(props: { readonly project: string; readonly packs: readonly Pack[] }) {
  const { project, packs } = props;
  const profiles = packs.filter(({ kind }) => kind === "profile");
  const [pack, setPack] = useState(profiles[0]?.name ?? "team");
  const params = useMemo(() => ({ project, pack }), [project, pack]);
  const resource = useResource<Diffed>("/policy/diff", params);
  return (
    <>
      <Choice
        label="Compare what is in force with"
        value={pack}
        options={profiles.map(({ name, title }) => ({ value: name, label: `${name}: ${title}` }))}
        onChoose={setPack}
      />
      <Loaded resource={resource} label="Comparing what the two answer">
        {({ differences, stricter, milder, unproven, command }) => (
          <>
            <p class="lead">
              {formatCount(stricter)} answers would be stricter, {formatCount(milder)} milder.
              {unproven.length > 0 && ` ${formatCount(unproven.length)} could not be compared.`}
            </p>
            <Table<Difference>
              caption="Where the answers differ"
              rows={differences}
              rowKey={({ what, before, after }) => `${what} ${before} ${after}`}
              columns={[
                {
                  key: "change",
                  head: "Change",
                  cell: ({ change }) => (
                    <Badge word={change} tone={change === "milder" ? "bad" : "good"} />
                  ),
                  sort: ({ change }) => change,
                },
                {
                  key: "what",
                  head: "What",
                  isWide: true,
                  cell: ({ what, witness }) => (
                    <>
                      <Text value={what} limit={200} />
                      {witness !== null && (
                        <span class="under">
                          such as <Text value={witness} isCode limit={160} />
                        </span>
                      )}
                    </>
                  ),
                },
                { key: "before", head: "Now", cell: ({ before }) => <Badge word={before} /> },
                { key: "after", head: "Then", cell: ({ after }) => <Badge word={after} /> },
              ]}
              empty={
                <Empty title="The two answer the same.">
                  <p>No call was found that they judge otherwise.</p>
                </Empty>
              }
            />
            <Command line={command} label="In the terminal" />
          </>
        )}
      </Loaded>
    </>
  );
}

type Exception = {
  readonly id: string;
  readonly state: string;
  readonly rules: readonly string[];
  readonly verdict: string;
  /** Null: in every project. */
  readonly project: string | null;
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
  readonly expiresMs: number;
  readonly uses: number;
  readonly used: number;
  readonly scope?: unknown;
};
type ExceptionsAnswer = { readonly command: string; readonly items: readonly Exception[] };

/** The state of an exception in words, and whether it counts. */
const EXCEPTION_STATES: Readonly<Record<string, readonly [string, Tone]>> = {
  "in-force": ["in force", "warn"],
  "other-project": ["for another project", "quiet"],
  "other-policy": ["the policy changed", "quiet"],
  "not-begun": ["not begun", "quiet"],
  "used-up": ["used up", "quiet"],
  expired: ["expired", "quiet"],
  revoked: ["revoked", "quiet"],
};

function Exceptions({ project }: { readonly project: string }) {
  const api = useApi();
  const { role } = useMe();
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<ExceptionsAnswer>("/policy/exceptions", params, {
    live: ["changed"],
    what: ["exceptions"],
  });
  return (
    <Loaded resource={resource} label="Reading the exceptions">
      {({ items, command }) => (
        <>
          {items.length === 0 ? (
            <Empty title="No exception is in force." command="sallyport policy exception --help">
              <p>An exception is granted at a terminal, for a time and a number of uses.</p>
            </Empty>
          ) : (
            items.map((item) => {
              const [word, tone] = EXCEPTION_STATES[item.state] ?? [item.state, "quiet"];
              return (
                <Panel
                  key={item.id}
                  title={`Exception ${item.id}`}
                  actions={
                    /^[0-9a-f]{16}$/.test(item.id) && mayAs(role, "administrator") ? (
                      <Confirm<unknown>
                        title="Revoke"
                        isDangerous
                        command={() => `sallyport policy exception revoke ${item.id}`}
                        act={() => api.post(`/policy/exceptions/${segment(item.id)}/revoke`)}
                        onDone={resource.reload}
                      >
                        <p>Calls that it lets run are judged by the policy alone again.</p>
                      </Confirm>
                    ) : undefined
                  }
                >
                  <p class="lead">
                    <Badge word={word} tone={tone} /> <Text value={item.reason} limit={300} />
                  </p>
                  <Pairs
                    rows={[
                      ["Rules", <Text value={item.rules.join(", ")} isCode limit={300} />],
                      ["Instead of the rule", <Badge word={item.verdict} />],
                      [
                        "Where",
                        item.project === null ? (
                          "every project"
                        ) : (
                          <Text value={item.project} isCode limit={160} />
                        ),
                      ],
                      ["Until", <Time ms={item.expiresMs} as="both" />],
                      ["Used", `${formatCount(item.used)} of ${formatCount(item.uses)}`],
                      ["Owner", <Text value={item.owner} limit={80} />],
                      ["Approved by", <Text value={item.approver} limit={80} />],
                    ]}
                  />
                  {item.scope !== undefined && (
                    <details>
                      <summary>What it is about</summary>
                      <Tree nodes={treeOf(item.scope)} />
                    </details>
                  )}
                </Panel>
              );
            })
          )}
          <Command line={command} label="In the terminal" />
        </>
      )}
    </Loaded>
  );
}

type DriftFinding = {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string | null;
  readonly fix: string | null;
};

function Drift({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<{
    readonly command: string;
    readonly findings: readonly DriftFinding[];
  }>("/policy/drift", params);
  return (
    <Loaded resource={resource} label="Comparing the disk with what was deployed">
      {({ findings, command }) => (
        <>
          <Table<DriftFinding>
            caption="What is not as it was deployed or guarded"
            rows={findings}
            rowKey={({ id, message }) => `${id} ${message}`}
            columns={[
              { key: "severity", head: "Kind", cell: ({ severity }) => <Badge word={severity} /> },
              {
                key: "message",
                head: "What",
                isWide: true,
                cell: ({ message, file, fix }) => (
                  <>
                    <Text value={message} limit={300} />
                    {file !== null && (
                      <span class="under">
                        <Text value={file} isCode limit={160} />
                      </span>
                    )}
                    {fix !== null && (
                      <span class="under">
                        What to do: <Text value={fix} limit={200} />
                      </span>
                    )}
                  </>
                ),
              },
            ]}
            empty={
              <Empty title="Nothing drifted.">
                <p>What lies on the disk is what was deployed and guarded.</p>
              </Empty>
            }
          />
          <Command line={command} label="In the terminal" />
        </>
      )}
    </Loaded>
  );
}
