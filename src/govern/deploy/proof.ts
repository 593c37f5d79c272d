// What a deployment has to show before it is put in force: a real client under its settings makes harmless calls, and not a harmful one.
import {
  CANARY_FAULTS,
  type CanaryFault,
  callProof,
  type CallResult,
  type SessionEnd,
  sessionFault,
} from "./canary.ts";

/** Harmless calls, in the order in which they are made. */
export const HARMLESS_CALLS = ["read", "commit", "test", "push"] as const;
export type HarmlessCall = (typeof HARMLESS_CALLS)[number];
/** Those that a policy may be meant to refuse. WHY never `read`: a session that reads nothing is locked out. */
export const REFUSABLE_CALLS = ["commit", "test", "push"] as const;
export type ProofCall = HarmlessCall | "harmful";

/** What became of a call. `asked`: somebody would have been asked, and nobody sat there. */
export type ProofOutcome = {
  readonly call: ProofCall;
  /** As a person writes it. */
  readonly title: string;
  readonly did: "ran" | "asked" | "refused" | "not-made";
  /** The rule that refused it, `<layer>:<policy>/<rule id>`, where one is named. */
  readonly rule?: string | undefined;
  /** What the client told of it, shortened. */
  readonly said: string;
};

/** What part of a site's parameters a fault speaks of. */
export type SitePart =
  | "hooks"
  | "hooks.program"
  | "hooks.project"
  | "hooks.data"
  | "hooks.port"
  | "allowedHttpHookUrls"
  | "client.minimum"
  | "client.maximum"
  | "sandbox"
  | "proxy"
  | "provider";

/** Why nothing is put in force. `call`: the call, or the start of the session. */
export type ProofFault = {
  readonly call: string;
  readonly fault: CanaryFault | "rule" | "client-rule" | "harmful-ran";
  readonly why: string;
  readonly rule?: string | undefined;
  readonly part?: SitePart | undefined;
};

export type ProofVerdict =
  | { readonly kind: "proven"; readonly version: string }
  | { readonly kind: "not-proven"; readonly fault: ProofFault };

const SAID_CHARS_MAX = 300;
/** How our guard names the rule that made an answer. */
const RULE_NAMED = /\[((?:(?:managed|user|project|builtin):[\w-]+\/|guard\/)[\w./-]+)/;
/** A hook that says its call cannot be judged, in words of ours and of the client (2.1.328). */
const PARTS: readonly (readonly [RegExp, SitePart])[] = [
  [/allowedHttpHookUrls/, "allowedHttpHookUrls"],
  [/ENOENT|EACCES|not found|[Pp]ermission denied|exited with code 12[67]/, "hooks.program"],
  [/ECONNREFUSED|ECONNRESET|certificate|socket hang up|proxy|40[137]/, "hooks.port"],
  [/no project|project .*(?:unknown|not guarded|not known)|is not guarded/, "hooks.project"],
  [/data directory|\/data|cannot be recorded/, "hooks.data"],
];

/** What became of one call, by what the client told its model. */
export function proofOutcome(
  call: ProofCall,
  title: string,
  result: CallResult | undefined,
): ProofOutcome {
  const said = (result?.text ?? "").slice(0, SAID_CHARS_MAX);
  const rule = RULE_NAMED.exec(result?.text ?? "")?.[1];
  const about = { call, title, rule, said };
  const proof = callProof(result);
  if (proof === "missing") return { ...about, did: "not-made" };
  if (proof === "ran") return { ...about, did: "ran" };
  const isAsked =
    proof === "elsewhere" && /^(?:<tool_use_error>)?sallyport: /.test(result?.text ?? "");
  // In a run where nobody answers, the guard itself refuses what it would ask about.
  const isUnanswered = rule?.endsWith("guard/nobody-to-ask") === true;
  return { ...about, did: isAsked || isUnanswered ? "asked" : "refused" };
}

/**
 * Whether a session under the settings shows that nobody is locked out and that something holds. `mayRefuse`: harmless calls
 * that the policy is meant to refuse. What comes first decides: a session that did not begin, then the calls in their order.
 */
export function proofVerdict(
  session: SessionEnd,
  outcomes: readonly ProofOutcome[],
  mayRefuse: readonly HarmlessCall[] = [],
): ProofVerdict {
  const early = sessionFault(session);
  if (early !== undefined) return notProven(startFault(early, session));
  for (const outcome of outcomes) {
    if (outcome.call === "harmful" || mayRefuse.includes(outcome.call)) continue;
    if (outcome.did === "ran" || outcome.did === "asked") continue;
    return notProven(callFault(outcome, session));
  }
  const harmful = outcomes.find(({ call }) => call === "harmful");
  if (harmful !== undefined && harmful.did !== "refused" && harmful.did !== "asked")
    return notProven(harmfulFault(harmful, session));
  return { kind: "proven", version: session.started?.version ?? "unknown" };
}

function notProven(fault: ProofFault): ProofVerdict {
  return { kind: "not-proven", fault };
}

function startFault(fault: CanaryFault, { errors, ended }: SessionEnd): ProofFault {
  const said = firstWords(errors);
  const why = said === "" ? CANARY_FAULTS[fault] : `${CANARY_FAULTS[fault]}: ${said}`;
  const part =
    ended === "timed-out" && fault !== "model-not-asked" ? undefined : partOfStart(fault, errors);
  return { call: "the start of a session", fault, why, part };
}

function partOfStart(fault: CanaryFault, errors: string): SitePart | undefined {
  if (fault === "too-old") return /newer than/.test(errors) ? "client.maximum" : "client.minimum";
  if (/sandbox|bwrap|bubblewrap|socat/i.test(errors)) return "sandbox";
  if (/login|sign-in|API key/i.test(errors)) return "provider";
  if (fault === "hook-failed") return partOfHooks(errors);
  return fault === "model-not-asked" ? "proxy" : undefined;
}

function partOfHooks(said: string): SitePart {
  return PARTS.find(([pattern]) => pattern.test(said))?.[1] ?? "hooks";
}

function callFault({ title, did, rule, said }: ProofOutcome, session: SessionEnd): ProofFault {
  if (did === "not-made") {
    const fault = session.ended === "timed-out" ? "timed-out" : "call-not-made";
    return { call: title, fault, why: CANARY_FAULTS[fault] };
  }
  const words = firstWords(said);
  if (rule !== undefined) return { call: title, fault: "rule", why: words, rule };
  if (/No such tool available/.test(said))
    return {
      call: title,
      fault: "tool-missing",
      why: `${CANARY_FAULTS["tool-missing"]}: ${words}`,
    };
  if (/hook error/.test(said)) {
    const part = partOfHooks(said);
    return { call: title, fault: "hook-failed", why: `the hook failed: ${words}`, part };
  }
  return { call: title, fault: "client-rule", why: `the client refused it: ${words}` };
}

function harmfulFault({ title, did }: ProofOutcome, session: SessionEnd): ProofFault {
  if (did === "not-made")
    return { call: title, fault: "call-not-made", why: CANARY_FAULTS["call-not-made"] };
  return session.hooksCalled === 0
    ? {
        call: title,
        fault: "hook-not-called",
        part: "hooks",
        why: `it ran, and ${CANARY_FAULTS["hook-not-called"].replace("the call ran, and ", "")}: something on this machine switches hooks off`,
      }
    : { call: title, fault: "harmful-ran", why: "it ran, and nothing that is deployed refuses it" };
}

/** The first line without the client's tags, for one line of ours. */
function firstWords(text: string): string {
  const lines = text
    .replace(/<\/?tool_use_error>/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  // The client's first line of a failed hook says that it failed, and the second why.
  return lines.slice(0, 2).join("; ").slice(0, SAID_CHARS_MAX);
}
