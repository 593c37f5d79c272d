// Pipelines of Azure (`azure-pipelines.yml`), read into pipelines.
import {
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  type Reference,
  type Setting,
  type Step,
  uploadStep,
} from "./pipeline.ts";
import { containerOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
import { entryOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** A file `azure-pipelines.yml` or a template of one. */
export function readAzure(file: string, tree: Tree): Pipeline {
  const around = { pool: valueAt(tree, "pool"), container: valueAt(tree, "container") };
  const triggers = ["pr", "trigger"].flatMap((event) => {
    const entry = entryOf(tree, event);
    return entry === undefined || textOf(entry.value) === "none" ? [] : [{ event, at: entry.at }];
  });
  return {
    file,
    platform: "azure",
    rights: undefined,
    triggers,
    freeInputs: itemsOf(valueAt(tree, "parameters")).flatMap((one) => {
      const name = textOf(valueAt(one, "name"));
      const isFree =
        textOf(valueAt(one, "type")) === "string" && valueAt(one, "values") === undefined;
      return name !== undefined && isFree ? [name] : [];
    }),
    environment: variablesOf(valueAt(tree, "variables")),
    defaults: itemsOf(valueAt(tree, "parameters")).flatMap((one) => {
      const [name, value] = [textOf(valueAt(one, "name")), textOf(valueAt(one, "default"))];
      return name === undefined || value === undefined
        ? []
        : [{ name: `parameters.${name}`, value, at: one.at }];
    }),
    jobs: jobsOf(tree, around),
    fetched: itemsOf(valueAt(tree, "resources", "repositories")).flatMap((one) => resourceOf(one)),
    included: templatesOf(tree),
  };
}

type Around = { readonly pool: Tree | undefined; readonly container: Tree | undefined };

/** Jobs of stages, of the file, and the one job that a file with steps alone is. */
function jobsOf(tree: Tree, around: Around): readonly Job[] {
  const stages = itemsOf(valueAt(tree, "stages"));
  if (stages.length > 0) {
    return stages.flatMap((stage) =>
      jobsOf(stage, { ...around, pool: valueAt(stage, "pool") ?? around.pool }),
    );
  }
  const jobs = itemsOf(valueAt(tree, "jobs"));
  if (jobs.length > 0) return jobs.map((job) => jobOf(job, around));
  return valueAt(tree, "steps") === undefined ? [] : [jobOf(tree, around)];
}

function jobOf(job: Tree, around: Around): Job {
  const id = textOf(valueAt(job, "job")) ?? textOf(valueAt(job, "deployment")) ?? "job";
  const pool = valueAt(job, "pool") ?? around.pool;
  const container = valueAt(job, "container") ?? around.container;
  const environment = valueAt(job, "environment");
  // A pool of one's own is known by its name; the hosted ones by `vmImage`.
  const name = referenceOf(pool) ?? referenceOf(valueAt(pool, "name"));
  const isTemplate =
    valueAt(job, "job") === undefined &&
    valueAt(job, "deployment") === undefined &&
    pool === undefined &&
    triggersNothing(job);
  return {
    ...emptyJob(id, job.at),
    condition: textOf(valueAt(job, "condition")),
    runners: name === undefined || /^azure pipelines$/i.test(name.text) ? [] : [name],
    containers: known(containerOf(container, true)),
    // Zero is no limit; steps of a template stand in somebody else's job.
    hasTimeout: isTemplate || !/^0?$/.test(textOf(valueAt(job, "timeoutInMinutes")) ?? ""),
    isApproved: environment !== undefined,
    environment: variablesOf(valueAt(job, "variables")),
    steps: [
      ...itemsOf(valueAt(job, "steps")),
      ...itemsOf(valueAt(job, "strategy", "runOnce", "deploy", "steps")),
    ].map(stepOf),
  };
}

/** Whether a file holds steps alone, which only another file starts. */
function triggersNothing(tree: Tree): boolean {
  return ["trigger", "pr", "schedules", "resources"].every(
    (key) => entryOf(tree, key) === undefined,
  );
}

function stepOf(step: Tree): Step {
  const isPosix = ["script", "bash"].find((key) => entryOf(step, key) !== undefined);
  const other = ["pwsh", "powershell"].find((key) => entryOf(step, key) !== undefined);
  const checkout = entryOf(step, "checkout");
  if (checkout !== undefined) {
    const uses = { text: "checkout", at: checkout.at };
    return { ...emptyStep(step.at), uses, inputs: settingsOf(step) };
  }
  const path =
    valueAt(step, "publish") ??
    valueAt(step, "inputs", "PathtoPublish") ??
    valueAt(step, "inputs", "targetPath");
  const published = referenceOf(path);
  if (published !== undefined) return uploadStep(published);
  const written = valueAt(step, isPosix ?? other ?? "script");
  const inline = valueAt(step, "inputs", "inlineScript") ?? valueAt(step, "inputs", "script");
  const task = referenceOf(valueAt(step, "task")) ?? referenceOf(valueAt(step, "template"));
  const isShell = /^(?:bash|cmdline|shellscript|azurecli)@/i.test(task?.text ?? "");
  const scripts = [scriptOf(written, other === undefined), scriptOf(inline, isShell)];
  return {
    ...emptyStep(step.at),
    name: textOf(valueAt(step, "displayName")) ?? "",
    condition: textOf(valueAt(step, "condition")),
    uses: task,
    isIgnored: textOf(valueAt(step, "continueOnError")) === "true",
    inputs: settingsOf(valueAt(step, "inputs")),
    environment: settingsOf(valueAt(step, "env")),
    scripts: scripts.flatMap((script) => script ?? []),
  };
}

/** A mapping, or a list of names with values. */
function variablesOf(tree: Tree | undefined): readonly Setting[] {
  if (tree?.kind !== "list") return settingsOf(tree);
  return tree.items.flatMap((item) => {
    const name = textOf(valueAt(item, "name"));
    const value = textOf(valueAt(item, "value"));
    return name === undefined || value === undefined ? [] : [{ name, value, at: item.at }];
  });
}

/** Files of the same repository whose steps and jobs stand here. */
function templatesOf(tree: Tree): readonly string[] {
  if (tree.kind === "list") return tree.items.flatMap(templatesOf);
  if (tree.kind !== "map") return [];
  return tree.entries.flatMap(({ key, value }) => {
    const name = key === "template" ? textOf(value) : undefined;
    return name === undefined ? templatesOf(value) : name.includes("@") ? [] : [name];
  });
}

function resourceOf(resource: Tree): readonly Reference[] {
  const name = textOf(valueAt(resource, "name"));
  if (name === undefined) return [];
  const ref = textOf(valueAt(resource, "ref"));
  return [{ text: ref === undefined ? name : `${name}@${ref}`, at: resource.at }];
}
