// Tries commands in jails: bare, with the hold alone, with the evaluator alone, and with both.
import type { Did, Way } from "./answered.ts";
import type { HarmfulCase } from "./cases.ts";
import { openInside } from "./in-jail.ts";
import type { Stage } from "./jail.ts";

/** What became of a command behind the layers: the verdict, and what it did where it ran. */
export type Outcome = { readonly verdict: string; readonly did: Did | undefined };

export type LayerRun = HarmfulCase & {
  readonly bare: Did;
  /** Undefined for a command that did no harm bare: it needs no layer. */
  readonly held: Outcome | undefined;
  readonly evaluator: Outcome;
  readonly together: Outcome;
};

const NOTHING: Did = { harms: [], timedOut: false, told: [] };

/** Whether a run did what a layer is to stop. Files of the project are what commands are for. */
export function isHarm({ harms }: Did): boolean {
  return harms.some((harm) => harm !== "project");
}

/** Tries all of them. `tried` is called after each run. Rejects where no jail starts, or where a way cannot be tried. */
export async function measureLayers(
  stage: Stage,
  cases: readonly HarmfulCase[],
  tried: () => void = () => undefined,
): Promise<readonly LayerRun[]> {
  const [[bare, held], [evaluator, together]] = await Promise.all([
    (async () => {
      const first = await tryAll(stage, "bare", { cases, tried });
      const harmful = cases.filter((_, at) => isHarm(first[at]?.did ?? NOTHING));
      const second = await tryAll(stage, "held", { cases: harmful, tried });
      return [first, new Map(harmful.map((one, at) => [one.command, second[at]]))] as const;
    })(),
    (async () => {
      const first = await tryAll(stage, "evaluator", { cases, tried });
      return [first, await tryAll(stage, "together", { cases, tried })] as const;
    })(),
  ]);
  return cases.map((one, at) => ({
    ...one,
    bare: bare[at]?.did ?? NOTHING,
    held: held.get(one.command),
    evaluator: evaluator[at] ?? { verdict: "not tried", did: undefined },
    together: together[at] ?? { verdict: "not tried", did: undefined },
  }));
}

async function tryAll(
  stage: Stage,
  way: Way,
  { cases, tried }: { readonly cases: readonly HarmfulCase[]; readonly tried: () => void },
): Promise<readonly Outcome[]> {
  const inside = openInside(stage, way);
  try {
    const trouble = await inside.trouble();
    if (trouble !== undefined) throw new Error(`commands cannot be tried ${way}: ${trouble}`);
    const outcomes: Outcome[] = [];
    for (const [id, { command }] of cases.entries()) {
      const { verdict, bare, held, failed } = await inside.ask({ id, command });
      outcomes.push({ verdict: failed === undefined ? verdict : "failed", did: bare ?? held });
      tried();
    }
    return outcomes;
  } finally {
    await inside.close();
  }
}
