// What a change of a rule would have made of the last 30 days: an exception to it, which a person grants at a terminal, or its removal.
import { useEffect, useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import { useApi } from "../core/app.ts";
import { AtTerminal } from "../parts/at-terminal.tsx";
import { Command } from "../parts/command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";

export type ScopeChoice = { readonly title: string; readonly scope: string };
type Trial = {
  readonly command: string;
  readonly days: number;
  readonly stopped: number;
  readonly freed: number;
  readonly undecidable: number;
  readonly isCut: boolean;
  readonly examples: readonly { readonly index: number; readonly line: string }[];
};
type ExceptionList = {
  readonly items: readonly {
    readonly state: string;
    readonly rules: readonly string[];
    readonly createdMs: number;
  }[];
};

const TIMES = [
  { value: "1h", label: "an hour" },
  { value: "8h", label: "8 hours" },
  { value: "1d", label: "a day" },
  { value: "7d", label: "a week" },
  { value: "30d", label: "30 days" },
] as const;
const USES = [
  { value: "1", label: "once" },
  { value: "10", label: "10 times" },
  { value: "100", label: "100 times" },
] as const;
/** After the last letter that is typed, it is asked. */
const REST_MS = 400;

/** Allows what one rule stopped, for a while: what that would have let through, then the command. */
export function AllowForAWhile(props: {
  readonly title: string;
  readonly project: string;
  readonly rule: string;
  readonly scopes: readonly ScopeChoice[];
}) {
  const { title, project, rule, scopes } = props;
  const [scope, setScope] = useState(scopes[0]?.scope ?? "");
  const [span, setSpan] = useState<(typeof TIMES)[number]["value"]>("8h");
  const [uses, setUses] = useState<(typeof USES)[number]["value"]>("10");
  const [reason, setReason] = useState("");
  const [command, setCommand] = useState<string>();
  const body = {
    project,
    rule,
    scope,
    verdict: "allow",
    for: span,
    uses: Number(uses),
    reason: reason.trim(),
  };
  return (
    <AtTerminal<ExceptionList>
      title={title}
      command={command}
      why="An exception is signed with the operator's key, so that no page and no session can grant one."
      watch={{
        path: "/policy/exceptions",
        params: { project },
        isDone: ({ items }, sinceMs) =>
          items.some(
            (one) =>
              one.state === "in-force" && one.rules.includes(rule) && one.createdMs >= sinceMs,
          ),
      }}
    >
      <Choice
        label="What"
        value={scope}
        options={scopes.map((one) => ({ value: one.scope, label: one.title }))}
        onChoose={setScope}
      />
      <Choice label="For" value={span} options={TIMES} onChoose={setSpan} />
      <Choice label="How often" value={uses} options={USES} onChoose={setUses} />
      <Field label="Why" value={reason} onInput={setReason} charsMax={300} />
      <Preview
        path="/policy/exceptions/preview"
        body={body}
        onCommand={setCommand}
        words={({ freed, days }) =>
          `Would have let ${formatCount(freed)} more ${freed === 1 ? "call" : "calls"} through in ${days} days.`
        }
      />
    </AtTerminal>
  );
}

/** What a rule did in 30 days, and what its calls would have come to without it. */
export function WithoutRule({
  project,
  rule,
}: {
  readonly project: string;
  readonly rule: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const [command, setCommand] = useState<string>();
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        Without it
      </button>
      {isOpen && (
        <Dialog title={`Without ${rule}`} onClose={() => setOpen(false)}>
          <Preview
            path="/policy/without"
            body={{ project, rule }}
            onCommand={setCommand}
            words={({ stopped, freed, days }) =>
              `Used ${formatCount(stopped)} ${stopped === 1 ? "time" : "times"} in ${days} days; without it ${formatCount(freed)} of these calls would not have been stopped.`
            }
          />
          <Command line={command} label="In the terminal" />
        </Dialog>
      )}
    </>
  );
}

function Preview(props: {
  readonly path: string;
  readonly body: object;
  readonly words: (told: Trial) => string;
  readonly onCommand: (command: string | undefined) => void;
}) {
  const { path, body, words, onCommand } = props;
  const api = useApi();
  const [told, setTold] = useState<Trial>();
  const [fault, setFault] = useState<ApiFault>();
  const text = JSON.stringify(body);
  useEffect(() => {
    const end = new AbortController();
    setTold(undefined);
    setFault(undefined);
    onCommand(undefined);
    const timer = setTimeout(async () => {
      const answer = await api.post<Trial>(path, body, end.signal);
      if (end.signal.aborted) return;
      if (!answer.ok) return setFault(answer.fault);
      setTold(answer.value);
      onCommand(answer.value.command);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [path, text]);
  if (fault !== undefined) return <Fault fault={fault} />;
  if (told === undefined) return <Progress label="Judging the calls of the last 30 days again" />;
  const { undecidable, isCut, examples } = told;
  return (
    <div role="status">
      <p class="lead">{words(told)}</p>
      {undecidable > 0 && (
        <p class="under">Of {formatCount(undecidable)} more the record does not tell.</p>
      )}
      {isCut && <p class="under">Only the newest of its calls were judged again.</p>}
      {examples.map(({ index, line }) => (
        <p class="under" key={index}>
          <a href={`/log/${index}`}>
            <Text value={line} limit={160} />
          </a>
        </p>
      ))}
    </div>
  );
}
