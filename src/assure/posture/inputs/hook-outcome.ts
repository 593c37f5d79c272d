// What a run of a hook amounts to for the client, by its exit and its output, as measured on the real one.

/** What the client does: `deny`, `ask`, `allow` and `block` are answers, `passes` and `fails-open` let the call run, the last in error. */
export type HookOutcome = {
  readonly kind: "deny" | "ask" | "allow" | "block" | "replaces" | "ends" | "passes" | "fails-open";
  readonly why: string;
};

/** Whether the call runs after it. */
export function letsRun({ kind }: HookOutcome): boolean {
  return kind === "passes" || kind === "allow" || kind === "fails-open" || kind === "replaces";
}

/** How a hook ended. `exit` undefined: by a signal. */
export type HookRun = {
  readonly exit: number | undefined;
  readonly stdout: string;
  readonly timedOut: boolean;
};

/** The meaning of a run on an event, without `onFailure`. */
export function outcomeOfRun(event: string, { exit, stdout, timedOut }: HookRun): HookOutcome {
  if (timedOut) return { kind: "fails-open", why: "took too long" };
  if (exit === undefined) return { kind: "fails-open", why: "ended by a signal" };
  if (exit === 2)
    return event.startsWith("PostToolUse")
      ? { kind: "passes", why: "exit 2, after the call has run" }
      : { kind: "deny", why: "exit 2" };
  const text = stdout.trim();
  if (text === "")
    return exit === 0
      ? { kind: "passes", why: "no answer" }
      : { kind: "fails-open", why: `exit ${exit}` };
  if (!text.startsWith("{"))
    return exit === 0
      ? { kind: "passes", why: "output that is no JSON" }
      : { kind: "fails-open", why: `exit ${exit}` };
  return answerOf(event, text);
}

function answerOf(event: string, text: string): HookOutcome {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { kind: "fails-open", why: "output around or instead of JSON" };
  }
  const top = membersOf(answer);
  const own = membersOf(top["hookSpecificOutput"]);
  if (top["hookSpecificOutput"] !== undefined && own["hookEventName"] !== event)
    return { kind: "fails-open", why: "the answer names another event or none" };
  if (own["updatedToolOutput"] !== undefined)
    return typeof own["updatedToolOutput"] === "object"
      ? { kind: "replaces", why: "updatedToolOutput" }
      : { kind: "fails-open", why: "updatedToolOutput as text is ignored" };
  const behavior = membersOf(own["decision"])["behavior"];
  const decision = own["permissionDecision"] ?? behavior;
  if (decision === "deny" || decision === "ask" || decision === "allow")
    return { kind: decision, why: "permissionDecision" };
  if (decision !== undefined) return { kind: "fails-open", why: "a decision of an unknown value" };
  if (top["decision"] === "block") return { kind: "block", why: "decision" };
  if (top["decision"] === "approve") return { kind: "allow", why: "decision" };
  if (top["decision"] !== undefined)
    return { kind: "fails-open", why: "a decision of an unknown value" };
  if (top["continue"] === false) return { kind: "ends", why: "continue: false" };
  return { kind: "passes", why: "an answer without a decision" };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
