// What the policy in force says of whole commands that a settings file allows.
import type { Verdict } from "#guard/policy/decision.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { createInherit } from "../../services/facts/inherited-environment.ts";
import { judgeCall } from "../../services/facts/judge.ts";
import { sessionFacts } from "../../services/facts/session.ts";
import { readSessionShell } from "../../services/facts/session-shell.ts";
import { situationFacts } from "../../services/facts/situation.ts";
import type { JudgingPolicy } from "../../services/evaluation/judging-policy.ts";

/** The verdict of each command, judged in the directory as a session there would be. */
export async function verdictsOf(
  commands: readonly string[],
  { policy, exceptions: lifts }: Pick<JudgingPolicy, "policy" | "exceptions">,
  directory: string,
): Promise<ReadonlyMap<string, Verdict>> {
  const situation = situationFacts(policy, undefined, Date.now());
  const session = sessionFacts({
    sessionId: "consolidate",
    cwd: directory,
    mode: "default",
    ...situation,
  });
  const known = readSessionShell({ home: session.home }).shell;
  const { shell, environment } = createInherit(session.home)(undefined, known);
  const found = new Map<string, Verdict>();
  for (const command of commands) {
    const call = askedCall("consolidate", { tool: "Bash", input: { command }, cwd: directory });
    const judged = { call, policy, session, shell, environment, exceptions: lifts };
    found.set(command, (await judgeCall(judged)).verdict);
  }
  return found;
}
