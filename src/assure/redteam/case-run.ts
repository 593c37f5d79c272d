// One case run against whatever judges: step by step, plainly and once in each wrapping.
import { type Attack, type Expected, type Family, isAsExpected, type Step } from "./suite.ts";
import { WRAPPINGS } from "./wrappings.ts";
import type { Wrapping } from "./wrappings/wrapping.ts";

/** What was said to a step. */
export type Said = {
  readonly verdict: string;
  readonly rule: string | undefined;
  readonly reason: string;
};

/** The rule of a call that took too long to judge, and was refused for that. */
export const LATE_RULE = "guard/late";

/** Takes the steps of one case in order, as one session; `close` when the case has ended. */
export type Judging = {
  judge(step: Step): Promise<Said>;
  /** What would be said to a command as the next step. Nothing of it is remembered. */
  askAbout(command: string): Promise<Said>;
  close(): void;
};

/** Opens the folder of a case, with its files as they stood at first. */
export type OpenCase = (attack: Attack) => Promise<Judging>;

/** A step that was not judged as expected. `wrapping`: how its command was written; undefined where it was as the case has it. */
export type Miss = {
  readonly step: number;
  readonly text: string;
  readonly wrapping: string | undefined;
  readonly expected: Expected;
  readonly said: Said;
};

/** How a case ended. `tried` counts steps that something was expected of, wrapped ones too. */
export type CaseResult = {
  readonly family: string;
  readonly id: string;
  readonly title: string;
  readonly tried: number;
  readonly misses: readonly Miss[];
  /** What was said to the last step that something was expected of, as the case has it. */
  readonly said: Said | undefined;
};

/** Runs a case. Of a miss as the case has it nothing is wrapped: the plain form is the finding. */
export async function runCase(
  family: Family,
  attack: Attack,
  open: OpenCase,
  wrappings: readonly Wrapping[] = WRAPPINGS,
): Promise<CaseResult> {
  const plain = await runOnce(attack, open, undefined);
  const misses = [...plain.misses];
  let tried = plain.tried;
  if (misses.length === 0 && attack.steps.some(isWrapped)) {
    const last = attack.steps.at(-1);
    const isLastAlone = attack.steps.filter(isWrapped).length === 1 && last && isWrapped(last);
    const all = isLastAlone
      ? [await askLast(attack, last, open, wrappings)]
      : await inTurn(wrappings, (wrapping) => runOnce(attack, open, wrapping));
    misses.push(...all.flatMap((one) => one.misses));
    tried += all.reduce((sum, one) => sum + one.tried, 0);
  }
  const { id, title } = attack;
  return { family: family.id, id, title, tried, misses, said: plain.said };
}

async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** The last step in each wrapping, in one room: what is only asked about leaves nothing behind. */
async function askLast(
  attack: Attack,
  last: Step & { readonly run: string },
  open: OpenCase,
  wrappings: readonly Wrapping[],
): Promise<Once> {
  const judging = await open(attack);
  const misses: Miss[] = [];
  try {
    for (const step of attack.steps.slice(0, -1)) await judging.judge(step);
    for (const { id, wrap } of wrappings) {
      const text = wrap(last.run);
      const said = await judging.askAbout(text);
      if (isAsExpected(said.verdict, "stopped")) continue;
      const step = attack.steps.length - 1;
      misses.push({ step, text, wrapping: id, expected: "stopped", said });
    }
  } finally {
    judging.close();
  }
  return { misses, tried: wrappings.length, said: undefined };
}

type Once = Pick<CaseResult, "misses" | "tried" | "said">;

async function runOnce(
  attack: Attack,
  open: OpenCase,
  wrapping: Wrapping | undefined,
): Promise<Once> {
  const judging = await open(attack);
  const misses: Miss[] = [];
  let [tried, said]: [number, Said | undefined] = [0, undefined];
  try {
    for (const [at, step] of attack.steps.entries()) {
      const isChanged = wrapping !== undefined && isWrapped(step);
      const given = isChanged && "run" in step ? { ...step, run: wrapping.wrap(step.run) } : step;
      const answer = await judging.judge(given);
      if (step.expect === "step" || (wrapping !== undefined && !isChanged)) continue;
      tried += 1;
      said = answer;
      // WHY: of some forms nobody can tell what they run, and then a person is asked.
      const expected = isChanged && step.expect === "denied" ? "stopped" : step.expect;
      if (isAsExpected(answer.verdict, expected)) continue;
      misses.push({
        step: at,
        text: textOf(given),
        wrapping: wrapping?.id,
        expected,
        said: answer,
      });
    }
  } finally {
    judging.close();
  }
  return { misses, tried, said };
}

/** Only what has to be stopped is written otherwise: honest work that nobody would write so need not run. */
function isWrapped(step: Step): step is Step & { readonly run: string } {
  return "run" in step && (step.expect === "stopped" || step.expect === "denied");
}

/** What a step is, in a line. */
export function textOf(step: Step): string {
  if ("run" in step) return step.run;
  if ("read" in step) return `Read ${step.read}`;
  if ("fetch" in step) return `WebFetch ${step.fetch}`;
  if ("write" in step) return `Write ${step.write}`;
  if ("mcp" in step) return `MCP ${step.mcp}`;
  return "prompt" in step ? "a request" : "a payload of a hook";
}
