// How long a decision takes in process, over every command of the corpora, with facts that are already there.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { FactAnswer, Facts } from "#guard/facts/facts.ts";
import { decide, plan } from "#guard/guard.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { gatherFacts } from "#surface/services/facts/gather.ts";
import { plainCommands } from "../client/plain-commands.ts";
import { pushForms } from "../client/push-forms.ts";
import { readForms } from "../client/read-forms.ts";
import { readGraded } from "../corpus/graded/graded.ts";
import { fillPlaces } from "../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import { makeProject, plainShell, type TestProject } from "../judging.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { atMost, percentile, type Suite } from "./figures.ts";

const ROUNDS = 8;
const WARM_UP = 4;

/** A call with all the facts that a decision on it needs. */
export type PreparedCall = {
  readonly call: ToolCall;
  readonly policy: Policy;
  readonly facts: Facts & { readonly places: PlaceTests };
};

/** Decides each everyday command `ROUNDS` times, after a warm-up, and then those that are written to be hard. */
export async function measureDecisions(): Promise<Suite> {
  const project = makeTypicalProject();
  const small = makeProject();
  try {
    const everyday = readGraded("benign").map((one) => fillPlaces(one.command, project));
    const hard = await prepareCalls(small, commands(small.project));
    const prepared = await prepareCalls(project, everyday);
    const best = prepared.map(() => Number.POSITIVE_INFINITY);
    const samples = timeDecisions(prepared, { rounds: ROUNDS, warmUp: WARM_UP, best });
    const hardest = timeDecisions(hard, { rounds: ROUNDS, warmUp: WARM_UP });
    return {
      method: `Every everyday command of the graded corpus, ${ROUNDS} times each after ${WARM_UP} rounds of warm-up, with all facts at hand and the globs of the policy compiled for the project, as the daemon keeps them; the best round of a command is what it takes when nothing else runs. Hard are the commands of the other corpora.`,
      figures: [
        { name: "everyday commands decided", value: prepared.length, unit: "" },
        atMost("decision, p50", percentile(samples, 0.5), "ms", 0.15),
        atMost("decision, p99", percentile(samples, 0.99), "ms", 2),
        atMost("decision, longest", Math.max(...samples), "ms", 25),
        { name: "best round of each command, p50", value: percentile(best, 0.5), unit: "ms" },
        { name: "best round of each command, p99", value: percentile(best, 0.99), unit: "ms" },
        { name: "best round of each command, longest", value: Math.max(...best), unit: "ms" },
        { name: "hard commands decided", value: hard.length, unit: "" },
        { name: "hard commands, p50", value: percentile(hardest, 0.5), unit: "ms" },
        { name: "hard commands, p99", value: percentile(hardest, 0.99), unit: "ms" },
      ],
    };
  } finally {
    project.remove();
    small.remove();
  }
}

/** Gathers the facts for each command. */
export async function prepareCalls(
  project: TestProject,
  texts: readonly string[],
): Promise<readonly PreparedCall[]> {
  const prepared: PreparedCall[] = [];
  const places = new PlaceTests(project.session);
  for (const command of texts) {
    const answers = new Map<string, FactAnswer>();
    const facts: PreparedCall["facts"] = {
      session: project.session,
      shell: plainShell("bash"),
      holds: { quarantined: false, reason: undefined },
      writtenPaths: new Set(),
      answers,
      places,
    };
    const call: ToolCall = {
      id: "bench",
      tool: "Bash",
      cwd: project.project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    };
    for (let round = 0; round < 4; round += 1) {
      const queries = plan(call, project.policy, facts);
      if (queries.length === 0) break;
      for (const [key, answer] of await gatherFacts(queries, { home: project.home }))
        answers.set(key, answer);
    }
    prepared.push({ call, policy: project.policy, facts });
  }
  return prepared;
}

/** Milliseconds of each decision after the warm-up; `best` takes the shortest of each call. */
export function timeDecisions(
  prepared: readonly PreparedCall[],
  how: { readonly rounds: number; readonly warmUp: number; readonly best?: number[] },
): readonly number[] {
  const { rounds, warmUp, best = [] } = how;
  const samples: number[] = [];
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const [place, { call, policy, facts }] of prepared.entries()) {
      const start = performance.now();
      decide(call, policy, facts);
      const took = performance.now() - start;
      best[place] = Math.min(best[place] ?? took, took);
      if (round >= warmUp) samples.push(took);
    }
  }
  return samples;
}

function commands(project: string): readonly string[] {
  const corpus = ["commands", "shell"].flatMap((folder) => {
    const directory = fileURLToPath(new URL(`../corpus/${folder}`, import.meta.url));
    return readdirSync(directory).flatMap((file) =>
      (parse(readFileSync(`${directory}/${file}`, "utf8")) as { command: string }[]).map(
        (one) => one.command,
      ),
    );
  });
  const forms = [...readForms, ...pushForms, ...plainCommands].map((form) => form.command);
  return [...corpus, ...forms].map((command) =>
    command.replaceAll("<project>", project).replaceAll("<outside>", `${project}/../outside`),
  );
}
