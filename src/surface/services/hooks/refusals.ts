// Decisions that the daemon makes itself when judging was not possible: all of them deny, and say what to do.
import type { UnknownReason } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { RejectionCode } from "./ports.ts";

/** A deny in place of a judgement, under the rule `guard/<rule>`. `what` ends a sentence that begins with "this", `text` says why. */
export function denyInstead(options: {
  rule: "failed" | "timeout" | "log" | "hold" | "moving" | "context";
  what: string;
  text: string;
  instead: string;
  unknown: UnknownReason;
}): Decision {
  const { rule, what, text, instead, unknown } = options;
  const told = { what, why: text };
  return {
    verdict: "deny",
    reasons: [{ verdict: "deny", rule: `guard/${rule}`, effect: undefined, text, instead, told }],
    effects: [{ kind: "unknown", reason: unknown, detail: text, via: [], at: undefined }],
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 0,
  };
}

/** What the session runs could not be stopped while a file tool works. */
export function stillMoving(): Decision {
  return denyInstead({
    rule: "moving",
    what: "could not be checked while other commands of the session run",
    text: "commands that run in the background could not be stopped, and could put another file in the place of this one",
    instead: "try again, or end the commands that run in the background first",
    unknown: "unmodelled",
  });
}

/** Judging threw. */
export function judgingFailed(): Decision {
  return denyInstead({
    rule: "failed",
    what: "could not be checked",
    text: "sallyport failed while it checked the call",
    instead: "try a simpler call; a person finds the cause with `sallyport log tail`",
    unknown: "unmodelled",
  });
}

/** The client would send, because of the call, a file that holds what the policy keeps out of prompts. */
export function contextHeld(decision: Decision, text: string): Decision {
  const reason = {
    verdict: "deny" as const,
    rule: "guard/context",
    effect: undefined,
    text,
    instead: "work without it, or ask the person to take the value out and begin a new session",
    told: { what: "makes Claude Code send more files than it names", why: text },
  };
  return { ...decision, verdict: "deny", reasons: [reason, ...decision.reasons] };
}

/** What goes along with a request was not all looked for. */
export function unseenHeld(why: string): Decision {
  return denyInstead({
    rule: "context",
    what: "brings more into the context than is looked through",
    text: `${why}, so that nobody can say what else Claude Code would send`,
    instead: "ask the person to make these texts smaller or fewer",
    unknown: "unmodelled",
  });
}

/** An agent would run what nobody agreed to, or what cannot be told. */
export function agentHeld(decision: Decision, text: string): Decision {
  const reason = {
    verdict: "deny" as const,
    rule: "guard/agent",
    effect: undefined,
    text,
    instead:
      "use another agent, or ask the person to read the definition and type `sallyport mods agree`",
    told: { what: "runs an agent that may bring code of its own", why: text },
  };
  return { ...decision, verdict: "deny", reasons: [reason, ...decision.reasons] };
}

/** The client would send a page to the model before anybody could look through it. */
export function fetchHeld(decision: Decision, text: string): Decision {
  const reason = {
    verdict: "deny" as const,
    rule: "guard/page",
    effect: undefined,
    text,
    instead: "fetch it with `curl` in a command, whose output can be checked for secrets",
    told: { what: "fetches a page that may hold secrets", why: text },
  };
  return { ...decision, verdict: "deny", reasons: [reason, ...decision.reasons] };
}

/** Judging came to no end: the guard hangs, or what it waits for does. */
export function judgingLate(): Decision {
  return denyInstead({
    rule: "failed",
    what: "could not be checked",
    text: "sallyport came to no end with it, or a disk that it looks at does not answer",
    instead: "try a simpler call; a person finds the cause with `sallyport log tail`",
    unknown: "unmodelled",
  });
}

/** Judging did not begin while anybody waited, because of large calls before this one. */
export function judgingBusy(): Decision {
  return denyInstead({
    rule: "timeout",
    what: "could not be checked yet",
    text: "other large calls are still being checked",
    instead: "try again in a moment, and make fewer large calls at once",
    unknown: "budget",
  });
}

/** Why a hook request is refused before it is an event, in words for agent and person. */
export function rejectionText(code: RejectionCode): string {
  return `sallyport: ${REJECTIONS[code]}`;
}

const REGUARD = "a person repairs this with `sallyport init` in the project";

const REJECTIONS: Record<RejectionCode, string> = {
  "token-missing": `refused, because the hook sent no project token; ${REGUARD}`,
  "token-unknown": `refused, because the hook's project token is not known here; ${REGUARD}`,
  host: `refused, because the hook was addressed to another host; ${REGUARD}`,
  browser: "refused, because the request came from a browser and hooks do not",
  "too-large": "refused, because the call is larger than 16 MiB; split it into smaller ones",
  slow: "refused, because the hook's payload did not arrive in time; try again",
  aborted: "refused, because the hook's payload was cut off; try again",
  busy: "refused, because too many calls wait for an answer; try again in a moment",
  rate: "refused, because this project's hooks send more than 200 events a second; try again in a moment",
  "malformed-http": "refused, because the request is not valid HTTP",
  connections: "refused, because too many connections are open",
};
