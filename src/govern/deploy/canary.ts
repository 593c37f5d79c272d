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
/** How our guard begins a reason, and the line with the rule that refused; a daemon of an older version says `rule:`. */
const OUR_REASON = /^sallyport: .*\n(?:More: [^\n]*\[|rule: )/s;

/** What a session proves. `started`: what the client said when it began. */
export function modeProof(
  mode: CanaryMode,
  session: {
    readonly started: { readonly mode: string; readonly version: string } | undefined;
    readonly results: ReadonlyMap<string, CallResult>;
    readonly errors: string;
  },
): ModeProof {
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
  return {
    ...{ mode, really: started?.mode, version: started?.version, main, agent },
    harmless: ran ? "ran" : harmless === undefined ? "missing" : "refused",
    said: (told.find((text) => text !== undefined && text !== "") ?? "").slice(0, SAID_CHARS_MAX),
  };
}

/** Whether hooks held in the main loop and in a sub-agent, by a guard that lets harmless calls run. */
export function isProven({ main, agent, harmless }: ModeProof): boolean {
  return main === "held" && agent === "held" && harmless === "ran";
}

function callProof(result: CallResult | undefined): CallProof {
  if (result === undefined) return "missing";
  if (!result.isError) return "ran";
  const reason = HOOK_ERROR.exec(result.text)?.[1];
  if (reason !== undefined) return OUR_REASON.test(reason) ? "held" : "broken";
  // A command that ran and ended with an error says how it ended; one that was refused never did.
  return /Exit code \d/.test(result.text) ? "ran" : "elsewhere";
}
