// A project of the properties' own, and the guard judging commands in it as the product does: in rounds, until nothing is missing.
import type { FactAnswer, Facts } from "#guard/facts/facts.ts";
import { evaluate } from "#guard/guard.ts";
import { type Decision, VERDICTS_BY_STRICTNESS, type Verdict } from "#guard/policy/decision.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { plainShell } from "../judging.ts";

export type Dialect = "bash" | "zsh" | "unknown";

export const policy = loadPolicy();

const SESSION = {
  sessionId: "s",
  projectRoot: "/w/project",
  home: "/home/user",
  user: "user",
  mode: "default",
  interactive: true,
  ownPaths: ["/home/user/.local/share/sallyport"],
} as const;
/** Kept from call to call, as the daemon keeps them. */
const PLACES = new PlaceTests(SESSION);
/** How often evaluation may ask for more. */
const ROUNDS_MAX = 4;

/** Facts of a project in which every asked path is an ordinary file. */
export function factsFor(command: string, dialect: Dialect = "bash"): Facts {
  return judged(command, { dialect }).facts;
}

export function callOf(command: string): ToolCall {
  return {
    id: "c",
    tool: "Bash",
    cwd: "/w/project",
    input: { kind: "bash", command, background: false, sandboxOff: false },
  };
}

export function decisionOn(
  command: string,
  options: { readonly dialect?: Dialect; readonly rules?: Policy } = {},
): Decision {
  return judged(command, options).decision;
}

/** What one evaluation gives, without any fact. */
export function weighedOnce(command: string): Decision {
  return evaluate(callOf(command), policy, factsWith("bash", new Map())).decision;
}

export function verdictOf(command: string, rules: Policy = policy): Verdict {
  return decisionOn(command, { rules }).verdict;
}

export function isStricterOrEqual(first: Verdict, second: Verdict): boolean {
  return VERDICTS_BY_STRICTNESS.indexOf(first) <= VERDICTS_BY_STRICTNESS.indexOf(second);
}

function judged(
  command: string,
  { dialect = "bash", rules = policy }: { readonly dialect?: Dialect; readonly rules?: Policy },
): { readonly facts: Facts; readonly decision: Decision } {
  const answers = new Map<string, FactAnswer>();
  const facts = factsWith(dialect, answers);
  const call = callOf(command);
  for (let round = 0; ; round += 1) {
    const { missing, decision } = evaluate(call, rules, facts);
    const before = answers.size;
    for (const query of missing) {
      if (query.kind === "path")
        answers.set(`path:${query.path}`, {
          kind: "path",
          real: query.path.replace(/\/[^/]+\/\.\./g, ""),
          type: "file",
          links: 1,
        });
    }
    if (answers.size === before || round === ROUNDS_MAX) return { facts, decision };
  }
}

function factsWith(
  dialect: Dialect,
  answers: ReadonlyMap<string, FactAnswer>,
): Facts & { readonly places: PlaceTests } {
  return {
    session: SESSION,
    shell: plainShell(dialect),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set(),
    answers,
    places: PLACES,
  };
}
