// Many sessions compared, two at a time, and what came of them counted.
import type { RuleList } from "#guard/native/stack.ts";
import { compareSession, type Pair } from "./client-verdicts.ts";
import { type Means, sessionCases } from "./pairs.ts";

/** All pairs of a run. */
export type Agreement = {
  readonly pairs: readonly Pair[];
  readonly undecided: number;
  readonly sessions: number;
  /** Sessions that gave no result at all, with the reason. */
  readonly failures: readonly string[];
};

const AT_ONCE = 2;
const FAILURES_MAX = 8;
const STRICTNESS: Readonly<Record<RuleList, number>> = { allow: 0, ask: 1, deny: 2 };

/** Runs sessions until there are so many pairs. */
export async function compareMany(options: {
  readonly pairs: number;
  readonly seed: number;
  readonly means: Means;
  readonly onSession?: (agreement: Agreement) => void;
}): Promise<Agreement> {
  const cases = sessionCases(options.seed, options.means);
  const pairs: Pair[] = [];
  const failures: string[] = [];
  let undecided = 0;
  let sessions = 0;
  const work = async (): Promise<void> => {
    while (pairs.length < options.pairs && failures.length < FAILURES_MAX) {
      const { value } = cases.next();
      try {
        const compared = await compareSession(value);
        pairs.push(...compared.pairs);
        undecided += compared.undecided;
        sessions += 1;
      } catch (cause) {
        failures.push(cause instanceof Error ? cause.message : String(cause));
      }
      options.onSession?.({ pairs, undecided, sessions, failures });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { pairs, undecided, sessions, failures };
}

/** Pairs in which the simulator and the client differ. */
export function differing(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter(({ client, ours }) => client !== ours.verdict);
}

/** Pairs in which the simulator is milder than the client: faults, whatever their number. */
export function milder(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.filter(({ client, ours }) => STRICTNESS[ours.verdict] < STRICTNESS[client]);
}

/** A pair in one line. */
export function lineOf({ session, call, client, ours, told }: Pair): string {
  const rules = session.layers.map(({ source, settings }) => ({ [source]: settings }));
  const what = call.name === "Bash" ? call.input["command"] : call.input;
  return [
    `${client} by the client, ${ours.verdict} by us (${ours.why})`,
    `${call.name} ${JSON.stringify(what)}`,
    `mode ${session.mode ?? "of the settings"}${session.isTrusted ? "" : ", no trust"}`,
    JSON.stringify(rules),
    `told: ${told.replaceAll("\n", " ")}`,
  ].join("\n    ");
}
