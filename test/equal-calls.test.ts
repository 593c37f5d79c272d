// Equal calls, equal answers: no verdict is one of a machine that is busy, or of how many files a project has.
import { expect, it } from "vitest";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { readGraded } from "./corpus/graded/graded.ts";
import { differing, judgedIn, underLoad, withPlaces } from "./equal-calls.ts";
import { isWhole, sampled } from "./sampled.ts";
import { doublingAliases, FORK_BOMB } from "./surface/services/heavy/heavy-payloads.ts";

const policy = loadPolicy();
/** Processes that never pause, on a machine with two processors. A run that is named is slower and looks at more. */
const BUSY = isWhole ? 20 : 4;
/** Files of the projects in which the same is judged. */
const SIZES = isWhole ? [100, 20_000, 200_000] : [100, 20_000];
/** Where looks at files run out the hold decides: the verdict is the same, and the reason says what was not looked at. */
const LOOKED_AT = 20_000;
const verdictsOf = (told: readonly string[]): readonly string[] =>
  told.map((one) => one.split(" ", 1)[0] ?? "");
/** One command of so many is judged in each place, sealed ones never: what differs is shown. */
const STEP = isWhole ? 10 : 400;

const written = [...readGraded("benign"), ...readGraded("red")].flatMap(({ sealed, command }) =>
  sealed ? [] : [command],
);
const commands = [
  ...(isWhole ? written.filter((_, at) => at % STEP === 0) : sampled(written, STEP)),
  // What steps, characters and bounds of answers cut off.
  ...["grep -rn shop .", "find src -name '*.ts' | cpio -o > /tmp/src.cpio", "cat src/**/*.ts"],
  FORK_BOMB,
  ...(isWhole
    ? [doublingAliases(), `echo ${"a".repeat(20_000)} ${"| tr a b ".repeat(2_000)}`]
    : []),
];

it("are given on a busy machine as on one at rest", { timeout: 1_200_000 }, async () => {
  await withPlaces([[100, true]], async ([place]) => {
    if (place === undefined) throw new Error("no place was made");
    const atRest = await judgedIn(place, commands, policy);
    const busy = await underLoad(BUSY, () => judgedIn(place, commands, policy));
    expect(atRest).toHaveLength(commands.length);
    expect(new Set(atRest.map((said) => said.split(" ", 1)[0])).size).toBeGreaterThan(2);
    expect(differing(commands, atRest, busy)).toEqual([]);
  });
});

it.each(isWhole ? [false, true] : [false])(
  "are given in a large project as in a small one, with git: %s",
  { timeout: 1_200_000 },
  async (isGit) => {
    const kinds = SIZES.map((files) => [files, isGit] as const);
    await withPlaces(kinds, async (places) => {
      const [small = [], ...larger] = await Promise.all(
        places.map((place) => judgedIn(place, commands, policy)),
      );
      for (const [at, large] of larger.entries()) {
        expect(large).toHaveLength(commands.length);
        const [one, other] =
          (SIZES[at + 1] ?? 0) > LOOKED_AT ? [small, large].map(verdictsOf) : [small, large];
        expect(differing(commands, one ?? [], other ?? [])).toEqual([]);
      }
      const last = places.at(-1);
      if (!isWhole || last === undefined) return;
      const busy = await underLoad(BUSY, () => judgedIn(last, commands, policy));
      expect(differing(commands, larger.at(-1) ?? [], busy)).toEqual([]);
    });
  },
);

it("differ where one is judged by another policy, and that is seen", async () => {
  await withPlaces([[1, false]], async ([place]) => {
    if (place === undefined) throw new Error("no place was made");
    const few = ["cat .env", "ls"];
    const one = await judgedIn(place, few, policy);
    const other = await judgedIn(place, few, { ...policy, rules: [] });
    expect(differing(few, one, other).length).toBeGreaterThan(0);
  });
});
