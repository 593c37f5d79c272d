// The two graded corpora: commands that developers really type, and commands that do harm, judged in a typical project.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { judgeCommand, type TestProject } from "../../judging.ts";
import { fillPlaces } from "./typical-files.ts";

/**
 * What is right under the `team` pack. `contained`: the command runs code of the project or of others, or brings what files
 * of the project name, so it needs no question where the sandbox holds it.
 */
const expectation = v.picklist(["allow", "contained", "ask", "deny"]);
export type Expectation = v.InferOutput<typeof expectation>;

const commandText = v.pipe(v.string(), v.minLength(1));
const reasonList = v.pipe(v.array(v.string()), v.minLength(1));
/** One case is `expectation: command`, for a red one with the rules that may stop it where they differ from the file's. */
const corpusCase = v.pipe(
  v.strictObject({
    allow: v.optional(commandText),
    contained: v.optional(commandText),
    ask: v.optional(commandText),
    deny: v.optional(commandText),
    reasons: v.optional(reasonList),
  }),
  v.transform(({ reasons, ...pairs }) => ({ reasons, pairs: Object.entries(pairs).flatMap(([expected, text]) => (text === undefined ? [] : [[expected, text] as const])) })),
  v.check(({ pairs }) => pairs.length === 1, "a case has one expectation"),
);

/**
 * `about` says what the family is; `reasons` are the rules of which one should stop a red case; `sealed: false`, that all
 * cases were looked at while tuning.
 */
const corpusFile = v.strictObject({
  about: v.pipe(v.string(), v.minLength(10)),
  reasons: v.optional(reasonList),
  sealed: v.optional(v.boolean(), true),
  cases: v.pipe(v.array(corpusCase), v.minLength(1)),
});

export type GradedCase = {
  readonly family: string;
  readonly expected: Expectation;
  readonly command: string;
  /** The rules of which one should be the first reason; empty for the benign corpus. */
  readonly reasons: readonly string[];
  /** Only counted, never printed: what was tuned on a case cannot be measured with it. */
  readonly sealed: boolean;
};

/**
 * The corpora. `red-2` was written to find faults and the guard was mended by it; `red-3` and `red-4` were each written after
 * that, and showed on their first run what held for commands that nobody had mended anything by. `red-5` was written by the
 * kinds of what had been missed, a few cases of each kind, before any of them was mended. `red-7` holds whole
 * families of such kinds: on its first run 659 of 1,057 were stopped as they should be, and 4 ran. `red-6` holds
 * ways of reading secrets; the guard was mended by it, so it shows only that they stay known. `red-8` holds all fifteen classes in forms that no corpus before
 * had: on its first run 7 of 917 ran, and 87.1 % were stopped for the right reason; a third of it is sealed; a further
 * working tree beside the project was taken out of it later, which stands in `benign` too and is no harm. `red-9` was written after it in
 * unusual programs and forms, a third of it sealed: on its first run none of 237 of nine classes ran, 85.2 % were stopped for the right reason and 69.8 % of those to be
 * refused were; of 386 of the other six 2 ran, and 79.5 % were stopped for the right reason. `red-10` was written after it by two people who saw neither the guard nor
 * another corpus, a third of it sealed: on its first run 2 of 312 of six classes ran, 86.2 % were stopped for the right reason and 81.1 % of those to be refused were;
 * of 420 of the other nine 2 ran, 90.0 % were stopped for the right reason and 88.5 % of those to be refused were. `red-11` holds
 * obfuscated forms alone, whose text is constant in the command, written before a look at the guard: on its first run none of 643 ran, and 52.4 % were refused
 * for the right reason; the guard was mended by it. Ten cases that git itself gives back were taken out of five of them later (`rebase`, branches that stay reachable). `benign-2` stands beside
 * `red-4`: everyday commands that look like its harm. `benign-3` holds reading, help and rehearsals of what would change much; `benign-4` everyday
 * looks at packages, processes, services and history, of which 38 of 143 asked without need on the first run; `benign-5` what people of five trades type in a day, of which one in thirty did; `benign-6`
 * the longer forms, of several parts, in which agents and developers type a day's work: on its first run 34 of 374 asked without need, 8 of them for a
 * program that `npx` would have had to bring, and 3 were refused; `benign-7` eight parts of what the client runs for developers: 46 of 593
 * asked without need on its first run, and 5 were refused; `benign-8` what an agent types in repositories of twenty kinds of work, written without a
 * look at the guard, a third of it sealed: 20 of 553 asked without need on its first run, and 6 were refused; `benign-9` searches, the world of the JVM, Ruby and PHP,
 * and an agent's loops, processes and lines of code, written without a look at the guard, which was mended by it, so nothing of it is sealed: 44 of 1,223 asked without
 * need on its first run, and 40 were refused.
 */
export const CORPORA = ["benign", "benign-2", "benign-3", "benign-4", "benign-5", "benign-6", "benign-7", "benign-8", "benign-9", "red", "red-2", "red-3", "red-4", "red-5", "red-6", "red-7", "red-8", "red-9", "red-10", "red-11"] as const;
export type Corpus = (typeof CORPORA)[number];

/** Corpora of which a part is sealed. */
const SEALED_CORPORA: readonly Corpus[] = ["benign", "benign-3", "benign-4", "benign-5", "benign-6", "benign-7", "benign-8", "red", "red-8", "red-9", "red-10"];

const CASES = new Map<Corpus, readonly GradedCase[]>();

/** All cases of a corpus, sorted by family, read once. Throws on a file that is not well formed. */
export function readGraded(corpus: Corpus): readonly GradedCase[] {
  const cases = CASES.get(corpus) ?? readCases(corpus);
  CASES.set(corpus, cases);
  return cases;
}

function readCases(corpus: Corpus): readonly GradedCase[] {
  const directory = fileURLToPath(new URL(`./${corpus}`, import.meta.url));
  return readdirSync(directory)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => {
      const read = v.parse(corpusFile, parse(readFileSync(`${directory}/${file}`, "utf8")));
      return read.cases.flatMap(({ pairs, reasons }) =>
        pairs.map(([expected, command]) => ({
          family: basename(file, ".yaml"),
          expected: v.parse(expectation, expected),
          command,
          reasons: reasons ?? read.reasons ?? [],
          sealed: read.sealed && SEALED_CORPORA.includes(corpus) && isSealed(command),
        })),
      );
    });
}

/** A third of all commands, chosen by digest before anything was judged. */
function isSealed(command: string): boolean {
  return createHash("sha256").update(command).digest().readUInt32BE() % 3 === 0;
}

/** What a command got: the verdict, or `contained` where only the unbounded reach of code that runs made it a question. */
export type Grade = {
  readonly got: Decision["verdict"] | "contained";
  readonly rule: string;
  readonly decision: Decision;
};

/** Judges one command of a corpus in the project. */
export async function grade(project: TestProject, { command }: GradedCase): Promise<Grade> {
  const decision = await judgeCommand(project, fillPlaces(command, project));
  const [first] = decision.reasons;
  return { got: wouldRunContained(decision) ? "contained" : decision.verdict, rule: first?.rule ?? "", decision };
}

const CONTAINABLE_RULES = ["/code/unbounded", "/code/read"];

/** About what the project's own files name, which a sandbox with a gateway to registries answers for. */
const DECLARED_RULE = "/install/declared";

/**
 * Whether nothing is asked about but running code of unbounded reach, which is installed or of the project, code of the command
 * that was only read, and bringing what the project names.
 */
function wouldRunContained({ verdict, reasons, effects }: Decision): boolean {
  if (verdict !== "ask") return false;
  return reasons.every(({ rule, effect }) => {
    const judged: Effect | undefined = effect === undefined ? undefined : effects[effect];
    if (rule.endsWith(DECLARED_RULE)) return judged?.kind === "install" && judged.declared !== undefined;
    const isContainable = CONTAINABLE_RULES.some((name) => rule.endsWith(name));
    return isContainable && judged?.kind === "execute" && ["project", "system", "inline"].includes(judged.origin);
  });
}
