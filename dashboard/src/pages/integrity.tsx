// Whether the log is whole: checks that read all of it, begun here, with how far they are and what they found.
import { useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import { useApi } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Fault, Loaded, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { durationText, formatCount } from "../parts/time-text.ts";

type Check = {
  readonly what: "verify" | "fsck";
  readonly state: "none" | "running" | "whole" | "faults" | "failed";
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly done: number | null;
  readonly of: number | null;
  readonly faults: readonly string[];
  readonly faultsOmitted: number;
  readonly notes: readonly string[];
  readonly problem: string | null;
};
type Checks = { readonly command: string; readonly checks: readonly Check[] };

const ABOUT = {
  verify: [
    "Verify",
    "Derives every hash and the signed root anew from the entries, and names what was changed, taken out or put in. The index is held against it.",
    "Verify the log",
  ],
  fsck: [
    "Check files",
    "The same, and besides that looks at hash tiles, at proofs of single events, at the journal and at what waits in the spool.",
    "Check its files",
  ],
} as const;
const STATES: Readonly<Record<Check["state"], readonly [word: string, tone: Tone]>> = {
  none: ["not checked since the dashboard began", "quiet"],
  running: ["running", "plain"],
  whole: ["whole", "good"],
  faults: ["not whole", "bad"],
  failed: ["came to no end", "warn"],
};
const LOOK_MS = 1_000;

export function Page() {
  const [isRunning, setRunning] = useState(false);
  const resource = useResource<Checks>("/log/checks", {}, isRunning ? { everyMs: LOOK_MS } : {});
  const isNow = resource.value?.checks.some(({ state }) => state === "running") ?? false;
  if (isNow !== isRunning) setRunning(isNow);
  return (
    <PageFrame
      title="Integrity of the log"
      about="Whether every event stands as it was recorded. Checks read the whole log and change nothing."
      command={resource.value?.command}
    >
      <Loaded resource={resource} label="Reading the last checks">
        {({ checks }) => (
          <Panels>
            {checks.map((check) => (
              <CheckPanel key={check.what} check={check} onBegun={resource.reload} />
            ))}
          </Panels>
        )}
      </Loaded>
      <Panel title="Without this machine">
        <div class="checks">
          <p>
            Whoever keeps an earlier checkpoint can see whether the log only grew since, and a proof
            of one event holds without the log. The page of an event has its proof.
          </p>
          <Command line="sallyport log verify --trusted CHECKPOINT" />
          <Command line="sallyport log verify --proof FILE --key KEY" />
        </div>
      </Panel>
    </PageFrame>
  );
}

function CheckPanel({ check, onBegun }: { readonly check: Check; readonly onBegun: () => void }) {
  const api = useApi();
  const [fault, setFault] = useState<ApiFault | undefined>(undefined);
  const { what, state, startedMs, endedMs, done, of, faults, faultsOmitted, notes, problem } =
    check;
  const [title, about, button] = ABOUT[what];
  const [word, tone] = STATES[state];
  const begin = async () => {
    const answer = await api.post<Checks>("/log/checks", { what });
    setFault(answer.ok ? undefined : answer.fault);
    onBegun();
  };
  return (
    <Panel
      title={title}
      actions={
        <button
          type="button"
          class="button"
          disabled={state === "running"}
          onClick={() => void begin()}
        >
          {button}
        </button>
      }
    >
      <div class="checks">
        <p>{about}</p>
        {fault !== undefined && <Fault fault={fault} />}
        <p role="status">
          <Badge word={word} tone={tone} />{" "}
          {endedMs !== null && startedMs !== null && (
            <span class="quiet">
              <Time ms={endedMs} as="both" />, took {durationText(endedMs - startedMs)}
            </span>
          )}
        </p>
        {state === "running" && (
          <Progress
            label={
              done === null || of === null
                ? "Beginning to read"
                : done >= of
                  ? "All entries are read; comparing the index"
                  : `${formatCount(done)} of ${formatCount(of)} entries`
            }
            {...(done === null || of === null ? {} : { done, of })}
          />
        )}
        {problem !== null && (
          <p role="alert">
            <Text value={problem} limit={600} isMultiline />
          </p>
        )}
        {faults.length > 0 && (
          <ul class="lines">
            {faults.map((text, place) => (
              <li key={place}>
                <Badge word="fault" tone="bad" /> <Text value={text} limit={400} />
              </li>
            ))}
          </ul>
        )}
        {faultsOmitted > 0 && <p>{`and ${formatCount(faultsOmitted)} more`}</p>}
        {notes.length > 0 && (
          <ul class="lines">
            {notes.map((text) => (
              <li key={text} class="quiet">
                <Text value={text} limit={300} />
              </li>
            ))}
          </ul>
        )}
        <Command line={`sallyport log ${what} --progress`} />
      </div>
    </Panel>
  );
}
