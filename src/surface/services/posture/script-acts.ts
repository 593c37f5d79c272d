// Scripts that sessions come by (beside hooks, of skills, in texts for the model), evaluated by the guard: what of it does harm.
import type { ScriptAct, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { agentCodes } from "#assure/posture/inputs/agent-codes.ts";
import { actsOf, PROJECT } from "#assure/posture/inputs/script-acts.ts";
import { deriveEffects } from "#guard/effects/derive.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { Facts } from "#guard/facts/facts.ts";
import { sessionFacts } from "../facts/session.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";

/** Pieces of code of one repository that are evaluated. */
const CODES_MAX = 400;

/** What the code of a repository's scripts for sessions would do. Nothing is run, and no disk is asked. */
export function scriptActs(repository: SeenTree): readonly ScriptAct[] {
  const codes = agentCodes(repository);
  if (codes.length === 0) return [];
  const facts: Facts = {
    session: sessionFacts({
      sessionId: "audit",
      cwd: PROJECT,
      mode: "default",
      projectRoot: PROJECT,
    }),
    shell: PLAIN_SHELL,
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set(),
    answers: new Map(),
  };
  /** WHY kept: the same script often stands in several folders of agents. */
  const known = new Map<string, readonly Effect[]>();
  return codes.slice(0, CODES_MAX).flatMap((code) => {
    const { command } = code;
    const call = askedCall("audit", { tool: "Bash", input: { command }, cwd: PROJECT });
    const effects =
      known.get(command) ?? deriveEffects(call, facts, new FactReader(facts.answers)).effects;
    known.set(command, effects);
    return actsOf(code, effects);
  });
}
