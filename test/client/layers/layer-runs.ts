// Tries commands in jails: bare, with the hold alone, with the evaluator alone, and with both.
import type { Answered, Did, Way } from "./answered.ts";
import type { HarmfulCase } from "./cases.ts";
import { type Inside, openClientInside, openInside } from "./in-jail.ts";
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

/** Is told of each run. */
type Told = { readonly tried: () => void };

/** Tries all of them. Rejects where no jail starts, or where a way cannot be tried. */
export async function measureLayers(
  stage: Stage,
  cases: readonly HarmfulCase[],
  told: Told,
): Promise<readonly LayerRun[]> {
  const [alone, [evaluator, together]] = await Promise.all([
    tryHoldAlone(stage, cases, told),
    (async () => {
      const first = await tryGuarded(stage, "evaluator", { cases, ...told });
      return [first, await tryGuarded(stage, "together", { cases, ...told })] as const;
    })(),
  ]);
  return cases.map((one, at) => ({
    ...one,
    ...(alone[at] ?? { bare: NOTHING, held: undefined }),
    evaluator: evaluator[at] ?? NOT_TRIED,
    together: together[at] ?? NOT_TRIED,
  }));
}

const NOT_TRIED: Outcome = { verdict: "not tried", did: undefined };

/** Runs each command with nothing in its way, and those that do harm with the hold alone. */
export async function tryHoldAlone(
  stage: Stage,
  cases: readonly HarmfulCase[],
  told: Told,
): Promise<readonly Pick<LayerRun, "bare" | "held">[]> {
  const half = cases.length < HALVED_MIN ? cases.length : Math.ceil(cases.length / 2);
  // WHY two: many commands wait for what does not come.
  const halves = await Promise.all(
    [cases.slice(0, half), cases.slice(half)].map((some) =>
      some.length === 0 ? Promise.resolve([]) : tryAlone(stage, some, told),
    ),
  );
  return halves.flat();
}

const HALVED_MIN = 100;

async function tryAlone(
  stage: Stage,
  cases: readonly HarmfulCase[],
  { tried }: Told,
): Promise<readonly Pick<LayerRun, "bare" | "held">[]> {
  const inside = await opened(stage, "held");
  const runs: Pick<LayerRun, "bare" | "held">[] = [];
  try {
    for (const [id, { command }] of cases.entries()) {
      // What cannot even be started bare does nothing.
      const { did: bare = NOTHING } = await inside.ask({ id, command, isBare: true });
      const held = isHarm(bare) ? outcomeOf(await inside.ask({ id, command })) : undefined;
      runs.push({ bare, held });
      tried();
    }
  } finally {
    await inside.close();
  }
  return onceMore(stage, cases, runs);
}

/**
 * Tries what did harm held once more, in a jail where nothing ran bare. WHY: what a bare run left may still be at work during
 * the held one (seen with a shell that waited for its connection).
 */
async function onceMore(
  stage: Stage,
  cases: readonly HarmfulCase[],
  runs: readonly Pick<LayerRun, "bare" | "held">[],
): Promise<readonly Pick<LayerRun, "bare" | "held">[]> {
  const didHarm = ({ held }: Pick<LayerRun, "held">): boolean =>
    held?.did !== undefined && isHarm(held.did);
  if (!runs.some(didHarm)) return runs;
  const inside = await opened(stage, "held");
  try {
    const confirmed: Pick<LayerRun, "bare" | "held">[] = [];
    for (const [id, run] of runs.entries()) {
      const { command } = cases[id] ?? {};
      const again = didHarm(run) && command !== undefined;
      confirmed.push(again ? { ...run, held: outcomeOf(await inside.ask({ id, command })) } : run);
    }
    return confirmed;
  } finally {
    await inside.close();
  }
}

/** Lets the guard answer each command, and runs what it allows. */
export async function tryGuarded(
  stage: Stage,
  way: "evaluator" | "together",
  { cases, tried }: Told & { readonly cases: readonly HarmfulCase[] },
): Promise<readonly Outcome[]> {
  const inside = await opened(stage, way);
  try {
    const outcomes: Outcome[] = [];
    for (const [id, { command }] of cases.entries()) {
      outcomes.push(outcomeOf(await inside.ask({ id, command })));
      tried();
    }
    return outcomes;
  } finally {
    await inside.close();
  }
}

async function opened(stage: Stage, way: Way): Promise<Inside> {
  const inside = openInside(stage, way);
  const trouble = await inside.trouble();
  if (trouble === undefined) return inside;
  await inside.close();
  throw new Error(`commands cannot be tried ${way}: ${trouble}`);
}

function outcomeOf({ verdict, did, failed }: Answered): Outcome {
  return { verdict: failed === undefined ? verdict : "failed", did };
}

/** Commands of one session of the real client. */
const PER_SESSION = 30;

/** What became of commands that the real client ran, by what stood in their way. */
export type ClientOutcomes = Readonly<Record<Way, readonly Outcome[]>>;

/** Tries commands through the real client, of which the stage must have the program. */
export async function measureThroughClient(
  stage: Stage,
  cases: readonly HarmfulCase[],
  { tried }: Told,
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
  { cases, tried }: Told & { readonly cases: readonly HarmfulCase[] },
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
  return cases.map((one, at) => {
    const before = bare.get(one.command);
    if (before === undefined) throw new Error("a command was not tried bare");
    return {
      ...one,
      bare: before,
      held: held[at],
      evaluator: evaluator[at] ?? NOT_TRIED,
      together: together[at] ?? NOT_TRIED,
    };
  });
}
