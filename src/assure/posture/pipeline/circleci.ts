// Pipelines of CircleCI (`.circleci/config.yml`), read into pipelines.
import {
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  type Reference,
  type Step,
  uploadStep,
} from "./pipeline.ts";
import { containerOf, defaultsOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
import { entriesOf, entryOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** A file `.circleci/config.yml`. Commands of the file are jobs too: their steps run wherever they are called. */
export function readCircleci(file: string, tree: Tree): Pipeline {
  const executors = valueAt(tree, "executors");
  const jobs = [...entriesOf(valueAt(tree, "jobs")), ...entriesOf(valueAt(tree, "commands"))];
  const approved = approvedJobs(valueAt(tree, "workflows"));
  return {
    file,
    platform: "circleci",
    freeInputs: entriesOf(valueAt(tree, "parameters")).flatMap(({ key, value }) =>
      textOf(valueAt(value, "type")) === "string" ? [key] : [],
    ),
    triggers: [],
    rights: undefined,
    environment: [],
    defaults: [
      ...defaultsOf(valueAt(tree, "parameters"), "pipeline.parameters"),
      ...jobs.flatMap(({ value }) => defaultsOf(valueAt(value, "parameters"), "parameters")),
    ],
    jobs: jobs.map(({ key, at, value }) => ({
      ...emptyJob(key, at),
      ...jobParts(value, executors),
      isApproved: approved.has(key),
    })),
    fetched: entriesOf(valueAt(tree, "orbs")).flatMap(({ value }) => referenceOf(value) ?? []),
  };
}

/** Jobs that wait for one of the type `approval`, in any workflow. */
function approvedJobs(workflows: Tree | undefined): ReadonlySet<string> {
  const approved = new Set<string>();
  for (const { value } of entriesOf(workflows)) {
    const jobs = itemsOf(valueAt(value, "jobs")).flatMap((job) => entriesOf(job));
    const gates = new Set(
      jobs.flatMap(({ key, value: job }) =>
        textOf(valueAt(job, "type")) === "approval" ? [key] : [],
      ),
    );
    for (const { key, value: job } of jobs) {
      const waits = itemsOf(valueAt(job, "requires")).some((one) => gates.has(textOf(one) ?? ""));
      if (waits) approved.add(key);
    }
  }
  return approved;
}

function jobParts(job: Tree, executors: Tree | undefined): Partial<Job> {
  const named = valueAt(job, "executor");
  const executor = textOf(named) ?? textOf(valueAt(named, "name"));
  const around = executor === undefined ? undefined : entryOf(executors, executor)?.value;
  const images = [job, around].flatMap((from) =>
    itemsOf(valueAt(from, "docker")).map((one, at) => containerOf(one, at === 0)),
  );
  const machine = valueAt(job, "resource_class") ?? valueAt(around, "resource_class");
  const runner: Reference | undefined = referenceOf(machine);
  return {
    containers: known(...images),
    // CircleCI ends a command without output after ten minutes, and a job after hours, by itself.
    hasTimeout: true,
    runners: runner?.text.includes("/") === true ? [runner] : [],
    environment: settingsOf(valueAt(job, "environment")),
    steps: itemsOf(valueAt(job, "steps")).flatMap((step) => stepsOf(step)),
  };
}

/** A step, and those below `when` and `unless`. */
function stepsOf(step: Tree): readonly Step[] {
  for (const key of ["when", "unless"]) {
    const below = valueAt(step, key, "steps");
    if (below !== undefined) return itemsOf(below).flatMap((one) => stepsOf(one));
  }
  const run = valueAt(step, "run");
  if (run === undefined) {
    const [entry] = entriesOf(step);
    const uses = referenceOf(step) ?? (entry && { text: entry.key, at: entry.at });
    const stored =
      entry?.key === "store_artifacts" ? referenceOf(valueAt(entry.value, "path")) : undefined;
    if (stored !== undefined) return [uploadStep(stored)];
    return [{ ...emptyStep(step.at), uses, inputs: settingsOf(entry?.value) }];
  }
  const shell = textOf(valueAt(run, "shell")) ?? "bash";
  const command = run.kind === "text" ? run : valueAt(run, "command");
  const script = scriptOf(
    command,
    /\b(?:ba|da|z)?sh\b/.test(shell) && !shell.includes("powershell"),
  );
  return [
    {
      ...emptyStep(step.at),
      name: textOf(valueAt(run, "name")) ?? "",
      environment: settingsOf(valueAt(run, "environment")),
      scripts: script === undefined ? [] : [script],
    },
  ];
}
