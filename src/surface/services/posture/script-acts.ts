// Scripts that sessions come by (beside hooks, of skills, in texts for the model), judged by the guard: what of it does harm.
import type { ScriptAct, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { agentCodes } from "#assure/posture/inputs/agent-codes.ts";
import { actsOf, PROJECT } from "#assure/posture/inputs/script-acts.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { judgeWithFacts } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";
import { loadPack } from "../policy/policy-source.ts";

/** Pieces of code of one repository that are judged. */
const CODES_MAX = 400;

/** What the code of a repository's scripts for sessions would do. Nothing is run, and no disk is asked. */
export async function scriptActs(repository: SeenTree): Promise<readonly ScriptAct[]> {
  const codes = agentCodes(repository);
  if (codes.length === 0) return [];
  const policy = loadPack("team");
  const session = sessionFacts({
    sessionId: "audit",
    cwd: PROJECT,
    mode: "default",
    projectRoot: PROJECT,
  });
  const acts: ScriptAct[] = [];
  for (const code of codes.slice(0, CODES_MAX)) {
    const input = { command: code.command };
    const call = askedCall("audit", { tool: "Bash", input, cwd: PROJECT });
    const answer = () => Promise.resolve(new Map());
    const judged = await judgeWithFacts({ call, policy, session, shell: PLAIN_SHELL, answer });
    acts.push(...actsOf(code, judged.decision.effects));
  }
  return acts;
}
