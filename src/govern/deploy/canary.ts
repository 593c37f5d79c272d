// What a canary session proves: calls that the client made because a stand-in for the model asked for them, and what stopped them.

/** Modes of the client in which hooks have to hold. */
export const CANARY_MODES = [
  ...(["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions", "auto"] as const),
] as const;
export type CanaryMode = (typeof CANARY_MODES)[number];

/** What the client told the model of a call. */
export type CallResult = { readonly text: string; readonly isError: boolean };

/**
 * `held`: our guard refused the call by a rule. `broken`: a hook failed, or one of somebody else refused. `elsewhere`: the
 * client itself refused. `ran`: nothing did. `missing`: the client never made it, or never told.
 */
export type CallProof = "held" | "broken" | "elsewhere" | "ran" | "missing";

/** Why nothing is proven: what became of the client, of its model, of its hook, or of the call. */
export const CANARY_FAULTS = {
  "client-missing": "there is no client to ask",
  "no-view": "this machine gives no private view of the managed settings to ask the client in",
  "not-startable": "the client could not be started",
  "too-old": "the client is too old for the settings",
  "not-started": "the client ended before its session began",
  "timed-out": "the client did not end in time",
  "too-much-output": "the client printed more than is read",
  "model-not-asked": "the client's session began, and it never asked its model",
  "tool-missing": "the client has no such tool: a rule of its settings takes it away",
  "call-not-made": "the client asked its model, and never told what became of the call",
  "agent-not-started": "the client started no sub-agent",
  "hook-not-called": "the call ran, and no hook was called for it",
  "hook-let-run": "the hook was called, and the call ran",
  "hook-failed": "the hook failed, or one of somebody else refused",
  "refused-elsewhere": "the client itself refused the call, so the guard was not tried",
  "harmless-refused":
    "a harmless call was refused too: a guard that refuses everything proves nothing",
} as const;
export type CanaryFault = keyof typeof CANARY_FAULTS;

/** How a session ended, as far as it says why something is missing. */
export type SessionEnd = {
  readonly started: { readonly mode: string; readonly version: string } | undefined;
  readonly results: ReadonlyMap<string, CallResult>;
  /** What the client said on standard error. */
  readonly errors: string;
  readonly ended?: "by-itself" | "timed-out" | "too-much-output" | undefined;
  /** Requests in which the client asked for a turn of its model. */
  readonly asked?: number | undefined;
  /** Hooks before a call that the client says it started. */
  readonly hooksCalled?: number | undefined;
};

/** What one session showed. */
export type ModeProof = {
  readonly mode: CanaryMode;
  /** The mode that the client was really in; undefined where it did not start. */
  readonly really: string | undefined;
  readonly version: string | undefined;
  /** The call that has to be refused, in the main loop and in a sub-agent. */
  readonly main: CallProof;
  readonly agent: CallProof;
  /** The call that has to run: a guard that refuses everything proves nothing. */
  readonly harmless: "ran" | "refused" | "missing";
  /** Why it is not proven, where it is not. */
  readonly fault: CanaryFault | undefined;
  /** What the client said when it did not do as it was asked, shortened. */
  readonly said: string;
};

/** Ids of the calls of a session. */
export const CANARY_CALLS = {
  harmless: "toolu_canary_harmless",
  main: "toolu_canary_main",
  agent: "toolu_canary_agent",
  launch: "toolu_canary_launch",
} as const;

/** What the harmless call prints. */
export const CANARY_WORD = "sallyport-canary";
/** Ours, and no command of ours: where it runs after all, it says so and does nothing. */
export const CANARY_COMMAND = "sallyport canary";
const SAID_CHARS_MAX = 300;
/** The client's own words for a hook that refused, or that failed and blocks because of `onFailure`. */
const HOOK_ERROR = /PreToolUse:Bash hook error: (.*)$/s;
/** The client's own words (2.1.328) for a version that managed settings rule out, and for a tool that a rule took away. */
const TOO_OLD = /is (?:older|newer) than the (?:minimum|maximum) version/;
const TOOL_MISSING = /No such tool available/;
/** How our guard begins a reason, and the line with the rule that refused; a daemon of an older version says `rule:`. */
const OUR_REASON = /^sallyport: .*\n(?:More: [^\n]*\[|rule: )/s;

/** What a session proves. */
export function modeProof(mode: CanaryMode, session: SessionEnd): ModeProof {
  const { started, results, errors } = session;
  const resultOf = (id: string) => results.get(id);
  const main = callProof(resultOf(CANARY_CALLS.main));
  const agent = callProof(resultOf(CANARY_CALLS.agent));
  const harmless = resultOf(CANARY_CALLS.harmless);
  const ran = harmless !== undefined && !harmless.isError && harmless.text.includes(CANARY_WORD);
  const told = [
    ...(main === "held" ? [] : [resultOf(CANARY_CALLS.main)?.text]),
    ...(agent === "held"
      ? []
      : [(resultOf(CANARY_CALLS.agent) ?? resultOf(CANARY_CALLS.launch))?.text]),
    ...(ran ? [] : [harmless?.text]),
    ...(started === undefined ? [errors] : []),
  ];
  const seen = {
    main,
    agent,
    harmless: ran ? "ran" : harmless === undefined ? "missing" : "refused",
  } as const;
  return {
    mode,
    really: started?.mode,
    version: started?.version,
    ...seen,
    fault: isProven(seen) ? undefined : faultOf(seen, session),
    said: (told.find((text) => text !== undefined && text !== "") ?? "").slice(0, SAID_CHARS_MAX),
  };
}

/** Why a session shows less than it should: what comes first in it explains what is missing after it. */
function faultOf(
  { main, agent, harmless }: Pick<ModeProof, "main" | "agent" | "harmless">,
  session: SessionEnd,
): CanaryFault {
  const early = sessionFault(session);
  if (early !== undefined) return early;
  const first = [...session.results.values()].find(({ text }) => TOOL_MISSING.test(text));
  if (first !== undefined) return "tool-missing";
  switch (main) {
    case "missing":
      return "call-not-made";
    case "ran":
      return session.hooksCalled === 0 ? "hook-not-called" : "hook-let-run";
    case "broken":
      return "hook-failed";
    case "elsewhere":
      return "refused-elsewhere";
    case "held":
      break;
    default:
      return main satisfies never;
  }
  if (harmless === "refused") return "harmless-refused";
  if (harmless === "missing") return "call-not-made";
  switch (agent) {
    case "missing":
      return "agent-not-started";
    case "ran":
      return session.hooksCalled === 0 ? "hook-not-called" : "hook-let-run";
    case "elsewhere":
      return "refused-elsewhere";
    case "broken":
    case "held":
      return "hook-failed";
    default:
      return agent satisfies never;
  }
}

/** What the client says of a hook that did not answer, for which it keeps a prompt back. */
const FAILED_HOOK = /\bhook \[[^\]]*\] failed:/;

/** What kept a session from making any call; undefined where it came as far as its model. */
export function sessionFault({
  started,
  ended,
  asked,
  errors,
  results,
}: SessionEnd): CanaryFault | undefined {
  if (started === undefined && TOO_OLD.test(errors)) return "too-old";
  if (ended === "too-much-output") return "too-much-output";
  if (asked === 0 && started !== undefined)
    return FAILED_HOOK.test(errors) ? "hook-failed" : "model-not-asked";
  if (ended === "timed-out" && results.size === 0) return "timed-out";
  return started === undefined ? "not-started" : undefined;
}

/** Whether hooks held in the main loop and in a sub-agent, by a guard that lets harmless calls run. */
export function isProven({
  main,
  agent,
  harmless,
}: Pick<ModeProof, "main" | "agent" | "harmless">): boolean {
  return main === "held" && agent === "held" && harmless === "ran";
}

/** What stopped a call, by what the client told the model of it. */
export function callProof(result: CallResult | undefined): CallProof {
  if (result === undefined) return "missing";
  if (!result.isError) return "ran";
  const reason = HOOK_ERROR.exec(result.text)?.[1];
  if (reason !== undefined) return OUR_REASON.test(reason) ? "held" : "broken";
  // A command that ran and ended with an error says how it ended; one that was refused never did.
  return /Exit code \d/.test(result.text) ? "ran" : "elsewhere";
}
