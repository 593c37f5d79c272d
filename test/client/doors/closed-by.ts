// Which layer closed a door, as a session shows it: an answer of a hook, a rule of the client's, or nothing at all.
import type { ClientRun } from "../client-run.ts";

/**
 * `hook`: a hook refused or asked. `rule`: the client refused by its rules or settings and said so. `silence`: what was wanted is
 * not there and nobody says why: the client does not follow it, or a rule left it out. `event` and `rule` are the hook's.
 */
export type Closed = {
  readonly by: "hook" | "rule" | "silence";
  readonly event?: string;
  readonly rule?: string;
  readonly words?: string;
};

type Known = Pick<
  ClientRun,
  "hookEvents" | "permissionDenials" | "toolResults" | "result" | "requestBodies" | "stderr"
>;

const WORDS_MAX = 200;
/** How the client says that a rule or a setting of its own refused. */
const REFUSALS = [
  /[^\n"]{0,60}disabled by your organization's managed settings[^\n"]{0,40}/,
  /[^\n"]{0,60}has been denied[^\n"]{0,60}/,
  /[^\n"]{0,60}denied by your permission settings[^\n"]{0,40}/,
  /\[not run: (?!blocked by hook)[^\]]{0,120}\]/,
  /Shell command permission check failed[^\n"]{0,160}/,
  /[^\n"]{0,40}shell command execution disabled[^\n"]{0,40}/i,
  /[^\n"]{0,60}requires approval[^\n"]{0,60}/,
];

/** Says which; an answer of a hook goes before what else is there to see. */
export function closedBy(run: Known): Closed {
  for (const event of run.hookEvents) {
    const refusal = event["subtype"] === "hook_response" ? refusalOf(event) : undefined;
    if (refusal !== undefined) {
      const rule = /\[([a-z][\w./-]*\/[\w./-]+)[^\]]*\]/.exec(refusal)?.[1];
      return {
        by: "hook",
        event: String(event["hook_event"]),
        ...(rule === undefined ? {} : { rule }),
        words: clip(refusal),
      };
    }
  }
  const words = saidByClient(run);
  if (words !== undefined) return { by: "rule", words };
  const denied = run.permissionDenials[0];
  return denied === undefined ? { by: "silence" } : { by: "rule", words: denied.toolName };
}

/** The reason of an answer that refuses or asks; nobody answers a question here. */
function refusalOf(event: Readonly<Record<string, unknown>>): string | undefined {
  const stderr = textOf(event["stderr"]);
  if (event["exit_code"] === 2) return stderr;
  const answer = parsed(textOf(event["stdout"]));
  const own = Object(answer["hookSpecificOutput"]);
  if (["deny", "ask", "defer"].includes(own.permissionDecision))
    return String(own.permissionDecisionReason ?? "no reason");
  if (answer["decision"] === "block") return textOf(answer["reason"], "no reason");
  if (answer["continue"] === false) return textOf(answer["stopReason"], "no reason");
  const isBroken = event["outcome"] === "error" || Number(event["exit_code"] ?? 0) >= 400;
  return isBroken ? `the hook failed: ${stderr}` : undefined;
}

function textOf(value: unknown, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

function saidByClient(run: Known): string | undefined {
  const texts = [
    textOf(run.result?.["result"]),
    ...[...run.toolResults.values()].map(({ text }) => text),
    ...run.requestBodies,
    run.stderr,
  ];
  for (const pattern of REFUSALS) {
    for (const text of texts) {
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) return clip(found);
    }
  }
  return undefined;
}

function clip(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, WORDS_MAX);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
