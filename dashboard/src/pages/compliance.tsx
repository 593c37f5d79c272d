// Controls of a framework: where each stands, its gaps, checks, attestations and what was counted; and the signed pack of a period.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import { useApi, useRouter } from "../core/app.ts";
import { useAgain, useProgress } from "../core/following.ts";
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { saveText } from "../parts/download.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { type Period, PeriodChoice, periodOf } from "./compliance-period.tsx";
import { Attest } from "./attest.tsx";
import type { PageProps } from "./index.ts";

type Gap = {
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  readonly entries: readonly number[];
};
type Control = {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly status: string;
  readonly says: string;
  readonly gaps: readonly Gap[];
  readonly moreGaps: number;
  readonly checks: readonly Readonly<Record<"check" | "project" | "outcome" | "says", string>>[];
  readonly moreChecks: number;
  readonly detections: readonly {
    readonly id: string;
    readonly isInForce: boolean;
    readonly alerts: number;
  }[];
  readonly attestations: readonly {
    readonly about: string;
    readonly needs: string;
    readonly state: string;
    readonly owner: string | null;
    readonly endsMs: number | null;
  }[];
  readonly evidence: readonly {
    readonly id: string;
    readonly title: string;
    readonly count: number;
    readonly groups: Readonly<Record<string, number>>;
  }[];
  readonly notes: readonly string[];
  readonly limits: readonly string[];
};
type Compliance = {
  readonly command: string;
  readonly frameworks: readonly string[];
  readonly atMs: number | null;
  readonly isUnderWay: boolean;
  readonly controls: readonly Control[];
};
/** The answer of `POST /compliance/pack`. */
type Pack = {
  readonly command: string;
  readonly verify: string;
  readonly name: string;
  readonly digest: string;
  readonly pack: string;
  readonly bytes: number;
  readonly proofs: number;
  readonly controls: number;
  readonly bare: number;
};

const AGAIN_MS = 5_000;
const FRAMEWORKS = [
  { value: "soc2", label: "SOC 2" },
  { value: "hipaa", label: "HIPAA" },
  { value: "gdpr", label: "GDPR" },
  { value: "iso27001", label: "ISO 27001" },
  { value: "nist-800-53", label: "NIST 800-53" },
  { value: "nist-ai-rmf", label: "NIST AI RMF" },
  { value: "owasp-llm", label: "OWASP LLM" },
  { value: "owasp-agentic", label: "OWASP Agentic" },
  { value: "mitre-atlas", label: "MITRE ATLAS" },
] as const;
const TONES: Readonly<Record<string, Tone>> = {
  gap: "bad",
  "not evidenced": "warn",
  attested: "good",
  supported: "good",
  pass: "good",
  fail: "bad",
  waived: "warn",
  unseen: "quiet",
  "in force": "good",
  contradicted: "bad",
  over: "bad",
  withdrawn: "bad",
  missing: "bad",
};
const ORDER = ["gap", "not evidenced", "attested", "supported"];
const isBare = ({ status }: Pick<Control, "status">) =>
  status === "gap" || status === "not evidenced";

export function Page({ query }: PageProps) {
  const router = useRouter();
  const framework =
    FRAMEWORKS.find(({ value }) => value === query.get("framework"))?.value ?? "soc2";
  const named = JSON.stringify(periodOf(query));
  const period = useMemo(() => JSON.parse(named) as Period, [named]);
  const params = useMemo(() => ({ framework, ...period }), [framework, period]);
  const resource = useResource<Compliance>("/compliance", params, {
    live: ["changed"],
    what: ["compliance"],
  });
  const go = (next: Readonly<Record<string, string>>) =>
    router.go(`/compliance?${new URLSearchParams(next)}`, { isReplaced: true });
  return (
    <PageFrame
      title="Compliance"
      about="What the record shows for the controls of a framework. It supports an assessment and is none."
      command={resource.value?.command}
    >
      <div class="form-actions">
        <Choice
          label="Framework"
          value={framework}
          options={FRAMEWORKS}
          onChoose={(value) => go({ framework: value, ...period })}
        />
        <PeriodChoice period={period} onChoose={(next) => go({ framework, ...next })} />
      </div>
      <Loaded resource={resource} label="Asking where controls stood">
        {({ controls, atMs, isUnderWay }) => (
          <>
            {isUnderWay && <Reading reload={resource.reload} />}
            {atMs !== null && (
              <p class="quiet">
                As the log was at <Time ms={atMs} as="both" />
              </p>
            )}
            {atMs !== null && (
              <Controls
                controls={controls}
                chosen={query.get("control") ?? ""}
                hrefOf={(control) =>
                  `/compliance?${new URLSearchParams({ framework, ...period, control })}`
                }
              />
            )}
          </>
        )}
      </Loaded>
      <PackPanel key={`${framework} ${named}`} params={params} />
    </PageFrame>
  );
}

const percentReady = (controls: readonly Control[]) =>
  Math.floor((100 * controls.filter((one) => !isBare(one)).length) / controls.length);

/** The first thing that keeps it from being ready, in words; empty where nothing does. */
function missingOf({ status, says, gaps, moreGaps }: Control): string {
  const [first] = gaps;
  if (first === undefined) return isBare({ status }) ? says : "";
  const count = gaps.length + moreGaps;
  return count === 1 ? first.reason : `${first.reason} (the first of ${formatCount(count)})`;
}

/** Who attests it; nobody where something has to be attested and was not. */
function ownersOf({ attestations }: Control): string {
  if (attestations.length === 0) return "-";
  const owners = new Set(attestations.flatMap(({ owner }) => owner ?? []));
  return owners.size === 0 ? "nobody" : [...owners].join(", ");
}

/** When an attestation of it ends first: 0 where one is missing now; undefined where none is needed. */
function dueOf({ attestations }: Control): number | undefined {
  const ends = attestations.map(({ state, endsMs }) => (state === "in force" ? (endsMs ?? 0) : 0));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function Due({ control }: { readonly control: Control }) {
  const dueMs = dueOf(control);
  if (dueMs === undefined) return <>-</>;
  return dueMs === 0 ? <Badge word="now" tone="bad" /> : <Time ms={dueMs} />;
}

/** How far the log is read. It goes on where nobody looks. */
function Reading({ reload }: { readonly reload: () => void }) {
  const far = useProgress("compliance");
  useAgain(true, reload, AGAIN_MS);
  return (
    <Progress
      label={
        far.of === 0
          ? "Reading the log and looking at guarded projects"
          : `Event ${formatCount(far.done)} of ${formatCount(far.of)} is read`
      }
      {...(far.of === 0 ? {} : far)}
    />
  );
}

function Controls({
  controls,
  chosen,
  hrefOf,
}: {
  readonly controls: readonly Control[];
  readonly chosen: string;
  readonly hrefOf: (id: string) => string;
}) {
  const bare = controls.filter(isBare);
  const shown = controls.find(({ id }) => id === chosen) ?? bare[0] ?? controls[0];
  const countOf = (status: string) => controls.filter((one) => one.status === status).length;
  return (
    <>
      <Stats>
        <Stat
          name="Ready"
          tone={bare.length > 0 ? "warn" : "good"}
          value={controls.length === 0 ? "-" : `${percentReady(controls)} %`}
          note={`${formatCount(controls.length - bare.length)} of ${formatCount(controls.length)} controls`}
        />
        {ORDER.map((status) => (
          <Stat
            key={status}
            name={status}
            tone={isBare({ status }) && countOf(status) > 0 ? "warn" : "plain"}
            value={formatCount(countOf(status))}
            note="controls"
          />
        ))}
      </Stats>
      <Panel title="Controls" isWide>
        <Table<Control>
          caption="Controls with where each stands"
          rows={controls}
          sorting={{ key: "status", isDescending: false }}
          rowKey={({ id }) => id}
          rowHref={({ id }) => hrefOf(id)}
          columns={[
            {
              key: "status",
              head: "State",
              cell: ({ status }) => <Badge word={status} tone={TONES[status] ?? "plain"} />,
              sort: ({ status }) => ORDER.indexOf(status),
            },
            {
              key: "title",
              head: "Control",
              isWide: true,
              cell: ({ id, reference, title }) => (
                <>
                  <a href={hrefOf(id)}>
                    <Text value={reference} limit={60} />
                  </a>
                  <span class="under">
                    <Text value={title} limit={160} />
                  </span>
                </>
              ),
              sort: ({ reference }) => reference,
            },
            {
              key: "missing",
              head: "What is missing",
              isWide: true,
              cell: (one) => <Text value={missingOf(one)} limit={160} isBrief />,
              sort: missingOf,
            },
            {
              key: "owner",
              head: "Owner",
              cell: (one) => <Text value={ownersOf(one)} limit={60} />,
              sort: ownersOf,
            },
            {
              key: "due",
              head: "Due",
              cell: (one) => <Due control={one} />,
              sort: (one) => dueOf(one) ?? Number.MAX_SAFE_INTEGER,
            },
            {
              key: "gaps",
              head: "Gaps",
              isNumber: true,
              cell: ({ gaps, moreGaps }) => formatCount(gaps.length + moreGaps),
              sort: ({ gaps, moreGaps }) => gaps.length + moreGaps,
            },
          ]}
          empty={
            <Empty title="No control is known.">
              <p>Install sallyport again: its controls are missing.</p>
            </Empty>
          }
        />
      </Panel>
      {shown !== undefined && <ControlParts control={shown} />}
    </>
  );
}

/** Everything of one control, gaps first. */
function ControlParts({ control }: { readonly control: Control }) {
  const { reference, status, says, gaps, moreGaps, checks, moreChecks } = control;
  const { detections, attestations, evidence, notes, limits } = control;
  return (
    <>
      <Panel title={reference} isWide>
        <p>
          <Badge word={status} tone={TONES[status] ?? "plain"} /> <Text value={says} limit={600} />
        </p>
        <Lines
          title="Gaps"
          items={gaps.map(({ kind, reason, entries }) => ({
            key: `${kind} ${reason}`,
            badge: kind,
            text: reason,
            more: entries.map((entry) => (
              <a key={entry} href={`/log/${entry}`}>
                event {entry}{" "}
              </a>
            )),
          }))}
          more={moreGaps}
        />
        <Lines
          title="Checks of projects"
          items={checks.map(({ check, project, outcome, says: said }) => ({
            key: `${check} ${project}`,
            badge: outcome,
            text: `${check}: ${said}`,
            more: (
              <span class="quiet">
                <Text value={project} isCode limit={160} />
              </span>
            ),
          }))}
          more={moreChecks}
        />
        <Lines
          title="Detections"
          items={detections.map(({ id, isInForce, alerts }) => ({
            key: id,
            badge: isInForce ? "in force" : "missing",
            text: `${id}: ${formatCount(alerts)} alerts`,
          }))}
        />
        <Lines
          title="Attestations"
          items={attestations.map(({ about, needs, state }) => ({
            key: about,
            badge: state,
            text: needs,
            more: state === "in force" ? null : <Attest about={about} />,
          }))}
        />
        <Lines title="Not looked at" items={notes.map((text) => ({ key: text, text }))} />
      </Panel>
      <Panel title="What was counted" isWide>
        <Table<Control["evidence"][number]>
          caption="Evidence"
          rows={evidence}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "title",
              head: "What is counted",
              isWide: true,
              cell: ({ title, groups }) => (
                <>
                  <Text value={title} limit={200} />
                  <span class="under">
                    <Text
                      value={Object.entries(groups)
                        .map(([name, count]) => `${name} ${count}`)
                        .join(", ")}
                      limit={240}
                    />
                  </span>
                </>
              ),
            },
            {
              key: "count",
              head: "Events",
              isNumber: true,
              cell: ({ count }) => formatCount(count),
              sort: ({ count }) => count,
            },
          ]}
        />
        <Lines
          title="What this does not prove"
          items={limits.map((text) => ({ key: text, text }))}
        />
      </Panel>
    </>
  );
}

/** A list under a heading; nothing where there is nothing. */
function Lines(props: {
  readonly title: string;
  readonly items: readonly {
    readonly key: string;
    readonly badge?: string;
    readonly text: string;
    readonly more?: ComponentChildren;
  }[];
  readonly more?: number;
}) {
  const { title, items, more = 0 } = props;
  if (items.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="lines">
        {items.map(({ key, badge, text, more: rest }) => (
          <li key={key}>
            {badge !== undefined && <Badge word={badge} tone={TONES[badge] ?? "bad"} />}{" "}
            <Text value={text} limit={400} /> {rest}
          </li>
        ))}
      </ul>
      {more > 0 && <p>and {formatCount(more)} more</p>}
    </>
  );
}

/** The pack of whole days up to yesterday, made when it is asked for. */
function PackPanel({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const api = useApi();
  const [isRunning, setRunning] = useState(false);
  const [fault, setFault] = useState<ApiFault | undefined>(undefined);
  const [pack, setPack] = useState<Pack | undefined>(undefined);
  const collect = async () => {
    setRunning(true);
    setFault(undefined);
    const answer = await api.post<Pack>("/compliance/pack", params);
    setRunning(false);
    if (!answer.ok) return setFault(answer.fault);
    setPack(answer.value);
    const bytes = Uint8Array.from(atob(answer.value.pack), (one) => one.charCodeAt(0));
    saveText(answer.value.name, "application/x-tar", bytes);
  };
  return (
    <Panel title="Evidence pack" isWide>
      <p>
        One archive with counts, gaps, samples and proofs, signed by the log. It covers whole days
        up to yesterday.
      </p>
      {isRunning ? (
        <Progress label="Reading the log, looking at projects, signing" />
      ) : (
        <button type="button" class="button" onClick={() => void collect()}>
          Collect and save the pack
        </button>
      )}
      {fault !== undefined && <Fault fault={fault} onRetry={() => void collect()} />}
      {pack !== undefined && (
        <div role="status">
          <p>
            <Text value={pack.name} isCode limit={120} />: {formatCount(pack.bytes)} bytes,{" "}
            {formatCount(pack.proofs)} proofs, {formatCount(pack.bare)} of{" "}
            {formatCount(pack.controls)} controls with gaps or without evidence.
          </p>
          <p>
            Hand its digest over by another way: <Text value={pack.digest} isCode limit={80} />
          </p>
          <Command line={pack.verify} label="Whoever checks it runs" />
          <Command line={pack.command} label="In the terminal" />
        </div>
      )}
    </Panel>
  );
}
