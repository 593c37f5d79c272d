// How long a decision takes in process, over every command of the corpora, with facts that are already there.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { FactAnswer, Facts } from "#guard/facts.ts";
import { decide, plan } from "#guard/guard.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { gatherFacts } from "#surface/facts/gather.ts";
import { plainCommands } from "../client/plain-commands.ts";
import { pushForms } from "../client/push-forms.ts";
import { readForms } from "../client/read-forms.ts";
import { makeProject, plainShell } from "../judging.ts";
import { atMost, percentile, type Suite } from "./figures.ts";

const ROUNDS = 8;
const WARM_UP = 4;

/** Decides each command `ROUNDS` times, after a warm-up. */
export async function measureDecisions(): Promise<Suite> {
  const project = makeProject();
  try {
    const prepared: { readonly call: ToolCall; readonly facts: Facts }[] = [];
    for (const command of commands(project.project)) {
      const answers = new Map<string, FactAnswer>();
      const facts: Facts = {
        session: project.session,
        shell: plainShell("bash"),
        holds: { quarantined: false, reason: undefined },
        writtenPaths: new Set(),
        answers,
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
      prepared.push({ call, facts });
    }
    const samples: number[] = [];
    const best = prepared.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
      for (const [place, { call, facts }] of prepared.entries()) {
        const start = performance.now();
        decide(call, project.policy, facts);
        const took = performance.now() - start;
        best[place] = Math.min(best[place] ?? took, took);
        if (round >= WARM_UP) samples.push(took);
      }
    }
    return {
      method: `Every command of the corpora, ${ROUNDS} times each after ${WARM_UP} rounds of warm-up, with all facts at hand; the best round of a command is what it takes when nothing else runs.`,
      figures: [
        { name: "commands decided", value: prepared.length, unit: "" },
        atMost("decision, p50", percentile(samples, 0.5), "ms", 0.15),
        atMost("decision, p99", percentile(samples, 0.99), "ms", 2),
        atMost("decision, longest", Math.max(...samples), "ms", 25),
        { name: "best round of each command, p50", value: percentile(best, 0.5), unit: "ms" },
        { name: "best round of each command, p99", value: percentile(best, 0.99), unit: "ms" },
        { name: "best round of each command, longest", value: Math.max(...best), unit: "ms" },
      ],
    };
  } finally {
    project.remove();
  }
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
