// A search for a form of a case that gets through: wrappings in one another, by chance, and the smallest form of what was found.
import { chanceFrom } from "#base/chance.ts";
import type { OpenCase, Said } from "./case-run.ts";
import { type Attack, type Family, isAsExpected } from "./suite.ts";
import { WRAPPINGS } from "./wrappings.ts";
import type { Wrapping } from "./wrappings/wrapping.ts";

/** Wrappings that lie in one another. */
const DEPTH_MAX = 4;
/** Characters of a form; what is longer is refused for its length alone. */
const CHARS_MAX = 3_500;

/** A form that was not stopped, with as few wrappings as still get through, the outermost first. */
export type Found = {
  readonly family: string;
  readonly id: string;
  readonly wrappings: readonly string[];
  readonly text: string;
  readonly said: Said;
};

export type SearchResult = { readonly tried: number; readonly found: readonly Found[] };

/** `command` is that of the last step. */
type Target = { readonly family: Family; readonly attack: Attack; readonly command: string };

/**
 * Tries `budget` forms of the last command of the cases in turn. The same seed gives the same forms. `told` hears now and then how
 * many were tried. Forms that end in the same smallest one are one finding.
 */
export async function searchForms(
  families: readonly Family[],
  open: OpenCase,
  {
    budget,
    seed,
    told = () => undefined,
  }: { readonly budget: number; readonly seed: number; readonly told?: (tried: number) => void },
): Promise<SearchResult> {
  const targets = families.flatMap((family) =>
    family.cases.flatMap((attack) => targetOf(family, attack)),
  );
  const random = chanceFrom(seed);
  const found = new Map<string, Found>();
  let tried = 0;
  while (tried < budget && targets.length > 0) {
    const target = targets[tried % targets.length];
    if (target === undefined) break;
    tried += 1;
    told(tried);
    const wrappings = chosen(random);
    const said = await saidTo(target, wrappings, open);
    if (said === undefined) continue;
    const least = await smallest(target, wrappings, open);
    const text = wrapAll(target.command, least);
    const ids = least.map(({ id }) => id);
    found.set(ids.join(" "), {
      ...{ family: target.family.id, id: target.attack.id, wrappings: ids, text, said },
    });
  }
  return { tried, found: [...found.values()] };
}

/** A case whose last step is a command that has to be stopped; none for another. */
function targetOf(family: Family, attack: Attack): readonly Target[] {
  const last = attack.steps.at(-1);
  const isSearched =
    last !== undefined && "run" in last && ["stopped", "denied"].includes(last.expect);
  return isSearched ? [{ family, attack, command: last.run }] : [];
}

function wrapAll(command: string, wrappings: readonly Wrapping[]): string {
  return wrappings.reduceRight((text, { wrap }) => wrap(text), command);
}

function chosen(random: () => number): readonly Wrapping[] {
  const depth = 1 + Math.floor(random() * DEPTH_MAX);
  return Array.from(
    { length: depth },
    () => WRAPPINGS[Math.floor(random() * WRAPPINGS.length)],
  ).filter((one) => one !== undefined);
}

/** What is said to a form that gets through; undefined for one that is stopped. */
async function saidTo(
  { attack, command }: Target,
  wrappings: readonly Wrapping[],
  open: OpenCase,
): Promise<Said | undefined> {
  const text = wrapAll(command, wrappings);
  if (text.length > CHARS_MAX) return undefined;
  const judging = await open(attack);
  try {
    for (const step of attack.steps.slice(0, -1)) await judging.judge(step);
    const said = await judging.judge({ run: text, expect: "stopped" });
    return isAsExpected(said.verdict, "stopped") ? undefined : said;
  } finally {
    judging.close();
  }
}

/** Takes one wrapping after the other away while the form still gets through. */
async function smallest(
  target: Target,
  wrappings: readonly Wrapping[],
  open: OpenCase,
): Promise<readonly Wrapping[]> {
  let least = wrappings;
  for (let at = 0; at < least.length; ) {
    const fewer = least.filter((_, place) => place !== at);
    if ((await saidTo(target, fewer, open)) === undefined) at += 1;
    else least = fewer;
  }
  return least;
}
