// Runs mutants against the tests that reach them, the likeliest to notice first: several in one process, and what that leaves in doubt in a process of its own.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleTests, WITH_SHELLS } from "./bundle.ts";
import { digestOf, type Instrumentation, type Mutant, root } from "./instrument.ts";
import type { Reach } from "./reach.ts";
import type { Order, Said, TestRun } from "./run-tests.ts";
import { TestProcess } from "./test-process.ts";

/** `unreached`: no test passes its place. */
export type Status = "killed" | "endless" | "crashed" | "survived" | "unreached";
export type Outcome = { readonly status: Status; readonly by?: TestRun };

/** WHY left out: a few tests of the budget and of git take as long as all others, for every mutant that survives. */
const TEST_MS_MAX = 400;
/** Cases of other programs that a mutant is held against: what these many do not notice, the others hardly do. */
export const OTHER_CASES_MAX = 300;
/** No test that is used comes near it, on a busy machine either. */
const SILENT_MS_MAX = 40_000;
const PASSES_MAX = 20_000_000;
/** Mutants after which a process is left: what tests keep adds up. */
const SHARING_MAX = 60;

/** The tests that can notice a mutant. */
export function testsOf(
  { mutants }: Pick<Instrumentation, "mutants">,
  reach: Reach,
): (mutant: Mutant) => readonly TestRun[] {
  const ids = new Map<string, number[]>();
  for (const { file, id } of mutants) ids.set(file, [...(ids.get(file) ?? []), id]);
  const usable = [...reach.tests.entries()].filter(
    ([, { trouble, file, ms }]) =>
      trouble === undefined && (ms <= TEST_MS_MAX || WITH_SHELLS.includes(file)),
  );
  const ofFile = new Map<string, readonly TestRun[]>();
  const reachingFile = (file: string): readonly TestRun[] => {
    const known = ofFile.get(file);
    if (known !== undefined) return known;
    const own = ids.get(file) ?? [];
    const found = usable.filter(([at]) => own.some((id) => reach.reaches(at, id)));
    const tests = found.map(([, test]) => test);
    ofFile.set(file, tests);
    return tests;
  };
  return ({ id, file }) =>
    withFewOthers(
      file,
      // What is made when a file is loaded, or once for all calls, is used where nothing passes its place.
      reach.isLoaded(id) || remembers(file)
        ? reachingFile(file)
        : usable.filter(([at]) => reach.reaches(at, id)).map(([, test]) => test),
    );
}

/** All tests but for the cases of other programs, of which some are drawn. */
function withFewOthers(file: string, tests: readonly TestRun[]): readonly TestRun[] {
  const isOther = ({ title }: TestRun): boolean =>
    title.startsWith("commands/") && title !== ownCases(file);
  const drawn = tests
    .filter(isOther)
    .map((test) => ({ test, rank: digestOf(test.title, test.name) }))
    .sort((first, second) => (first.rank < second.rank ? -1 : 1))
    .slice(0, OTHER_CASES_MAX);
  const others = new Set(drawn.map(({ test }) => test));
  return tests.filter((test) => !isOther(test) || others.has(test));
}

/** The block with the cases of the program whose model a file is. */
function ownCases(file: string): string {
  return `commands/${basename(file, ".ts")}.yaml`;
}

function remembers(file: string): boolean {
  return /^(?:const|let) .*new (?:Weak)?Map/m.test(readFileSync(join(root, file), "utf8"));
}

/** Runs mutants of one file, one after the other, until it is closed. */
export type MutantRunner = {
  run(mutant: Mutant, tests: readonly TestRun[]): Promise<Outcome>;
  close(): Promise<void>;
};

/**
 * Something that gives a runner for a file; several may run at once. A mutant that a file's loading passes, or of a file
 * that remembers, gets a process of its own; the others share one, in which nothing rests on what an earlier mutant left
 * behind: what notices a mutant passes without it there, and what survives is run once more in a process of its own.
 */
export function mutantRunners(
  { texts }: Instrumentation,
  reach: Pick<Reach, "isLoaded">,
): (file: string) => MutantRunner {
  const programs = new Map<string, Promise<string>>();
  const kills = new Map<string, number>();
  const programOf = (file: string): Promise<string> => {
    const known = programs.get(file);
    if (known !== undefined) return known;
    const made = bundleTests(basename(file, ".ts"), new Map([[file, texts.get(file) ?? ""]]));
    programs.set(file, made);
    return made;
  };
  const orderOf = ({ id, file }: Mutant, tests: readonly TestRun[]): Order => {
    const ranked = blocksOf(tests).map((block) => ({ block, rank: rankOf(file, block, kills) }));
    const blocks = ranked
      .sort((first, second) => second.rank - first.rank)
      .map(({ block }) => block);
    return { kind: "mutant", id, passesMax: PASSES_MAX, blocks };
  };
  return (file) => {
    let shared: TestProcess | undefined;
    let count = 0;
    const alone = async (mutant: Mutant, tests: readonly TestRun[]): Promise<Outcome> => {
      const own = new TestProcess(await programOf(file), SILENT_MS_MAX);
      const outcome = await outcomeIn(own, orderOf(mutant, tests), tests, "alone");
      await own.close();
      return outcome ?? { status: "crashed" };
    };
    const together = async (mutant: Mutant, tests: readonly TestRun[]): Promise<Outcome> => {
      if (shared === undefined || shared.isOver || count === SHARING_MAX) {
        await shared?.close();
        shared = new TestProcess(await programOf(file), SILENT_MS_MAX);
        count = 0;
      }
      count += 1;
      const outcome = await outcomeIn(shared, orderOf(mutant, tests), tests, "shared");
      if (outcome?.status === "killed") return outcome;
      if (outcome?.status !== "survived") count = SHARING_MAX;
      return outcome?.status === "endless" ? outcome : alone(mutant, tests);
    };
    return {
      run: async (mutant, tests) => {
        if (tests.length === 0) return { status: "unreached" };
        const isAlone = reach.isLoaded(mutant.id) || remembers(file);
        const outcome = await (isAlone ? alone : together)(mutant, tests);
        if (outcome.by !== undefined) {
          const key = `${file} ${nameOf(outcome.by)}`;
          kills.set(key, (kills.get(key) ?? 0) + 1);
        }
        return outcome;
      },
      close: async () => shared?.close(),
    };
  };
}

function rankOf(file: string, block: TestBlock, kills: ReadonlyMap<string, number>): number {
  return (
    1_000 * (kills.get(`${file} ${nameOf(block)}`) ?? 0) +
    (block.title === ownCases(file) ? 500 : 0) +
    (block.title === `effects/${basename(file, ".ts")}.yaml` ? 400 : 0) +
    (block.title.startsWith("shell/") ? 100 : 0) +
    (WITH_SHELLS.includes(block.file) ? 50 : 0) -
    block.ms / 1_000
  );
}

/** What became of a mutant; undefined when it cannot be told in this process. */
async function outcomeIn(
  process: TestProcess,
  order: Order,
  tests: readonly TestRun[],
  use: "alone" | "shared",
): Promise<Outcome | undefined> {
  let last: Said | undefined;
  const ending = await process.run(order, (said) => (last = said));
  if (ending === "silent") return { status: "endless" };
  if (ending === "crashed") return { status: "crashed" };
  switch (last?.kind) {
    case "passed":
      return { status: "survived" };
    case "endless":
      return { status: "endless" };
    // What a mutant made when its file was loaded stays when it is switched off; of others in its process there are none.
    case "spoilt":
    case "failed": {
      if (last.kind === "spoilt" && use === "shared") return undefined;
      const { test } = last;
      const by = tests.find(({ name }) => name === test);
      return { status: "killed", ...(by === undefined ? {} : { by }) };
    }
    default:
      return undefined;
  }
}

type TestBlock = {
  readonly file: string;
  readonly title: string;
  readonly tests: string[];
  ms: number;
};

function nameOf({ file, title }: Pick<TestRun, "file" | "title">): string {
  return `${file} ${title}`;
}

function blocksOf(tests: readonly TestRun[]): TestBlock[] {
  const blocks = new Map<string, TestBlock>();
  for (const { file, title, name, ms } of tests) {
    const key = nameOf({ file, title });
    const block = blocks.get(key) ?? { file, title, tests: [], ms: 0 };
    block.tests.push(name);
    block.ms += ms;
    blocks.set(key, block);
  }
  return [...blocks.values()];
}
