// The parts of a long run of the properties: what each tries, what came of it, and what they come to together.
import { PROPERTIES } from "./properties.ts";

/** So many cases of one property from one seed. A run consists of parts, and is gone on with where the last part ended. */
export type Part = { readonly property: string; readonly seed: number; readonly cases: number };

/** What came of a part. */
export type PartResult = Part & {
  readonly seconds: number;
  /** Seed and shrunk counterexample, if there is one. */
  readonly counterexample: string | undefined;
  /** A short digest of every text that was tried, of DIGEST_CHARS characters each. */
  readonly digests: string;
};

/** What the parts of one property come to. */
export type Tally = {
  readonly property: string;
  readonly cases: number;
  /** How many texts there were among the cases, each counted once. */
  readonly different: number;
  readonly seeds: readonly [first: number, last: number];
  readonly seconds: number;
  readonly counterexamples: number;
};

export const DIGEST_CHARS = 8;
/** Cases after which a part is reported and the next seed begins. */
const PART_CASES = 1_000;

/** The parts of a run of so many cases: every property gets its share, and has its own seeds from the first one on. */
export function partsOf(cases: number, firstSeed: number): readonly Part[] {
  return Object.entries(PROPERTIES).flatMap(([property, { share }]) => {
    const wanted = Math.round(cases * share);
    return Array.from({ length: Math.ceil(wanted / PART_CASES) }, (_, at) => ({
      property,
      seed: firstSeed + at,
      cases: Math.min(PART_CASES, wanted - at * PART_CASES),
    }));
  });
}

export function keyOf({ property, seed, cases }: Part): string {
  return `${property}\0${seed}\0${cases}`;
}

/** One tally for each property that was tried, in the order of the properties. */
export function tallies(results: readonly PartResult[]): readonly Tally[] {
  return Object.keys(PROPERTIES).flatMap((property): Tally[] => {
    const own = results.filter((result) => result.property === property);
    if (own.length === 0) return [];
    const seeds = own.map(({ seed }) => seed).sort((first, second) => first - second);
    const different = new Set(own.flatMap(({ digests }) => digestsIn(digests)));
    return [
      {
        property,
        cases: own.reduce((sum, { cases }) => sum + cases, 0),
        different: different.size,
        seeds: [seeds[0] ?? 0, seeds.at(-1) ?? 0],
        seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
        counterexamples: own.filter((one) => one.counterexample !== undefined).length,
      },
    ];
  });
}

function digestsIn(digests: string): readonly string[] {
  return Array.from({ length: digests.length / DIGEST_CHARS }, (_, at) =>
    digests.slice(at * DIGEST_CHARS, (at + 1) * DIGEST_CHARS),
  );
}
