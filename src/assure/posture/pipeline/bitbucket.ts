// Pipelines of Bitbucket (`bitbucket-pipelines.yml`), read into pipelines.
import { emptyJob, emptyStep, type Job, type Pipeline, uploadStep } from "./pipeline.ts";
import { containerOf, known, referenceOf, scriptOf } from "./tree-parts.ts";
import { entriesOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** A file `bitbucket-pipelines.yml`. WHY no trigger: requests from forks start nothing in the repository that they ask. */
export function readBitbucket(file: string, tree: Tree): Pipeline {
  const pipelines = entriesOf(valueAt(tree, "pipelines")).flatMap(({ key, value }) =>
    value.kind === "list" ? [{ name: key, value }] : named(key, value),
  );
  const isLimited = valueAt(tree, "options", "max-time") !== undefined;
  return {
    file,
    platform: "bitbucket",
    triggers: [],
    freeInputs: [],
    defaults: [],
    fetched: [],
    rights: undefined,
    environment: [],
    jobs: pipelines.flatMap(({ name, value }) => {
      const steps = stepsBelow(value);
      const gate = steps.findIndex((step) => textOf(valueAt(step, "trigger")) === "manual");
      return steps.map((step, at): Job => {
        const parts = jobParts(step, valueAt(tree, "image"));
        return {
          ...emptyJob(textOf(valueAt(step, "name")) ?? `${name} ${at + 1}`, step.at),
          ...parts,
          hasTimeout: isLimited || valueAt(step, "max-time") !== undefined,
          // What follows on a step that waits for a person waits too.
          isApproved: gate >= 0 && gate <= at,
        };
      });
    }),
  };
}

const named = (kind: string, value: Tree) =>
  entriesOf(value).map((entry) => ({ name: `${kind} ${entry.key}`, value: entry.value }));

/** Steps, also those that run beside each other and those of stages. */
function stepsBelow(tree: Tree): readonly Tree[] {
  return itemsOf(tree).flatMap((item) => {
    const step = valueAt(item, "step");
    if (step !== undefined) return [step];
    const beside = valueAt(item, "parallel");
    const stage = valueAt(item, "stage");
    return [beside, valueAt(beside, "steps"), valueAt(stage, "steps")].flatMap((one) =>
      one?.kind === "list" ? stepsBelow(one) : [],
    );
  });
}

function jobParts(step: Tree, around: Tree | undefined): Partial<Job> {
  const scripts = ["script", "after-script"].flatMap((key) =>
    itemsOf(valueAt(step, key)).flatMap((line) => scriptOf(line, true) ?? []),
  );
  const stored = valueAt(step, "artifacts");
  return {
    containers: known(containerOf(valueAt(step, "image") ?? around, true)),
    runners: itemsOf(valueAt(step, "runs-on")).flatMap((label) => referenceOf(label) ?? []),
    steps: [
      ...(scripts.length === 0 ? [] : [{ ...emptyStep(step.at), name: "script", scripts }]),
      ...itemsOf(valueAt(stored, "paths") ?? stored).flatMap((path) => {
        const reference = referenceOf(path);
        return reference === undefined ? [] : [uploadStep(reference)];
      }),
    ],
  };
}
