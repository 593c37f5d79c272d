// Tries commands in jails: bare, with the hold alone, with the evaluator alone, and with both.
import type { Did, Way } from "./answered.ts";
import type { HarmfulCase } from "./cases.ts";
import { openClientInside, openInside } from "./in-jail.ts";
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
      const { verdict, did, failed } = await inside.ask({ id, command });
      outcomes.push({ verdict: failed === undefined ? verdict : "failed", did });
      tried();
    }
    return outcomes;
  } finally {
    await inside.close();
  }
}

/** Commands of one session of the real client. */
const PER_SESSION = 30;

/** What became of commands that the real client ran, by what stood in their way. */
export type ClientOutcomes = Readonly<Record<Exclude<Way, "bare">, readonly Outcome[]>>;

/** Tries commands through the real client, of which the stage must have the program. */
export async function measureThroughClient(
  stage: Stage,
  cases: readonly HarmfulCase[],
  tried: () => void = () => undefined,
): Promise<ClientOutcomes> {
  const [held, [evaluator, together]] = await Promise.all([
    tryThroughClient(stage, "held", { cases, tried }),
    (async () => {
      const first = await tryThroughClient(stage, "evaluator", { cases, tried });
      return [first, await tryThroughClient(stage, "together", { cases, tried })] as const;
    })(),
  ]);
  return { held, evaluator, together };
}

async function tryThroughClient(
  stage: Stage,
  way: Way,
  { cases, tried }: { readonly cases: readonly HarmfulCase[]; readonly tried: () => void },
): Promise<readonly Outcome[]> {
  const inside = openClientInside(stage, way);
  const outcomes = new Map<number, Outcome>();
  const have = async (ids: readonly number[]): Promise<void> => {
    const answers = await inside.ask(
      ids.map((id) => ({ id, command: cases[id]?.command ?? "true" })),
    );
    for (const { id, verdict, did, failed } of answers) {
      if (failed !== undefined) continue;
      outcomes.set(id, { verdict, did });
      tried();
    }
  };
  try {
    const trouble = await inside.trouble();
    if (trouble !== undefined) throw new Error(`the client cannot be tried ${way}: ${trouble}`);
    const ids = cases.map((_, id) => id);
    for (let at = 0; at < ids.length; at += PER_SESSION)
      await have(ids.slice(at, at + PER_SESSION));
    // A session that ended before its time: each command that it did not come to is tried in one of its own.
    for (const id of ids) if (!outcomes.has(id)) await have([id]);
    const ended: Did = { harms: ["process"], timedOut: false, told: ["the session itself"] };
    return ids.map((id) => outcomes.get(id) ?? { verdict: "allow", did: ended });
  } finally {
    await inside.close();
  }
}

/** What commands did through the client, beside what they do bare. Throws for a command that was not tried bare. */
export function clientRuns(
  cases: readonly HarmfulCase[],
  runs: readonly LayerRun[],
  { held, evaluator, together }: ClientOutcomes,
): readonly LayerRun[] {
  const bare = new Map(runs.map((run) => [run.command, run.bare]));
  const notTried: Outcome = { verdict: "not tried", did: undefined };
  return cases.map((one, at) => {
    const before = bare.get(one.command);
    if (before === undefined) throw new Error("a command was not tried bare");
    return {
      ...{ ...one, bare: before, held: held[at] },
      ...{ evaluator: evaluator[at] ?? notTried, together: together[at] ?? notTried },
    };
  });
}
