// What a policy may ask about the situation of a session: whether it is a run of continuous integration, and the local time.
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { EnvironmentReport } from "./environment-report.ts";

/** Set to something that is true in runs of continuous integration, by agreement of those services. */
const CI = "CI";
const FALSE_WORDS: readonly string[] = ["", "0", "false", "no"];

/** The facts of a situation, each only where it is known and, for the time, where a rule asks for it. */
export function situationFacts(
  policy: Policy,
  environment: EnvironmentReport | undefined,
  nowMs: number,
): Pick<SessionFacts, "ci" | "clock"> & { readonly interactive?: false } {
  const ci = isCi(environment);
  return {
    // WHY: in a run of such a service nobody sees a question; it is answered deny, and recorded as one that nobody could answer.
    ...(ci === true ? { interactive: false } : {}),
    ...(ci === undefined ? {} : { ci }),
    ...(asksForTime(policy) ? { clock: localTime(nowMs) } : {}),
  };
}

/** Undefined where nobody told, or where settings changed the variable since. */
function isCi(environment: EnvironmentReport | undefined): boolean | undefined {
  if (environment === undefined) return undefined;
  const { variables, withheld, amended = [] } = environment;
  if (withheld.includes(CI) || amended.includes(CI)) return undefined;
  const [, value] = variables.find(([name]) => name === CI) ?? [];
  return value !== undefined && !FALSE_WORDS.includes(value.toLowerCase());
}

function asksForTime({ rules }: Policy): boolean {
  return rules.some(({ when }) => when.hours !== undefined);
}

/** Weekday from Monday (1) to Sunday (7) and minute of the day, where this machine is. */
function localTime(nowMs: number): NonNullable<SessionFacts["clock"]> {
  const now = new Date(nowMs);
  return { weekday: now.getDay() || 7, minute: now.getHours() * 60 + now.getMinutes() };
}
