// The page that says what a long run of the properties came to.
import { WRAPPERS } from "./forms.ts";
import type { Tally } from "./parts.ts";
import { PROPERTIES } from "./properties.ts";

/** What a run was asked for. */
export type Run = { readonly cases: number; readonly processes: number; readonly seed: number };

/** The whole page, in Markdown. `minutes` is how long the run took by the clock. */
export function propertiesPage(
  found: readonly Tally[],
  { cases, processes, seed }: Run,
  { minutes, date }: { readonly minutes: number; readonly date: Date },
): string {
  const sum = (of: (tally: Tally) => number): number =>
    found.reduce((total, tally) => total + of(tally), 0);
  const failures = sum(({ counterexamples }) => counterexamples);
  const all = sum((tally) => tally.cases);
  return `# Properties of the guard

What must hold of the guard whatever the command is tried with generated commands. This page is of ${all} cases, seed ${seed}, on ${date.toISOString().slice(0, 10)}, in ${processes} processes and ${Math.round(minutes)} minutes: **${failures} counterexamples**. \`npm run properties -- ${cases} ${processes} ${seed} --write\` writes it; \`npm test\` repeats a sample of another seed.

| property | share | cases | different | seeds | seconds | counterexamples |
|---|---:|---:|---:|---:|---:|---:|
${found.map(row).join("\n")}
| all | | ${all} | ${sum(({ different }) => different)} | | ${Math.round(sum(({ seconds }) => seconds))} | ${failures} |

- **share**: how the total is made up. The properties that attackers try to break get most; what is slow to try gets least.
- **different**: texts among the cases, each counted once. A case may come again from another seed; for the first property the same text in another dialect counts once too.
- **seeds**: every part of at most 1000 cases has a seed of its own, from the first to the last of these.
- **seconds**: of one process, all processes added up.
- **counterexamples**: parts in which one was found. It is printed with its seed and shrunk.

## What is tried

${Object.entries(PROPERTIES)
  .map(([name, { tries }]) => `- **${name}**: ${tries}`)
  .join("\n")}

The ${Object.keys(WRAPPERS).length} forms: ${Object.keys(WRAPPERS).join(", ")}.

## What that does not show

- The commands inside the forms, and the pieces of texts, are lists written by hand in \`test/property/commands.ts\`: the seed only fills and combines them.
- The project is one of ordinary files: every path that is asked for is a file, and no other fact is known.
- A verdict that is kept may be for another reason. That effects are the real ones is held against the kernel (kernel-oracle.md) and the shells (words.md).
- One built-in pack decides, the default one.
`;
}

function row(tally: Tally): string {
  const { property, cases, different, seeds, seconds, counterexamples } = tally;
  const share = Math.round((PROPERTIES[property]?.share ?? 0) * 100);
  return `| ${property} | ${share} % | ${cases} | ${different} | ${seeds.join("-")} | ${Math.round(seconds)} | ${counterexamples} |`;
}
