// Workflows and composite actions of GitHub, read into pipelines.
import {
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  type Reference,
  type Rights,
  type Setting,
  type Step,
  type Trigger,
} from "./pipeline.ts";
import { containerOf, defaultsOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
import { entriesOf, entryOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** Shells whose text the shell parser reads; no word means bash. */
const POSIX_SHELLS = /^(?:bash|sh|dash|zsh)\b/;

/** A file below `.github/workflows`. */
export function readGithubWorkflow(file: string, tree: Tree): Pipeline {
  const shell = textOf(valueAt(tree, "defaults", "run", "shell"));
  return {
    file,
    platform: "github",
    fetched: [],
    triggers: triggersOf(valueAt(tree, "on")),
    rights: rightsOf(entryOf(tree, "permissions")?.value),
    freeInputs: freeInputsOf(valueAt(tree, "on", "workflow_dispatch", "inputs")),
    environment: settingsOf(valueAt(tree, "env")),
    defaults: ["workflow_dispatch", "workflow_call"].flatMap((event) =>
      defaultsOf(valueAt(tree, "on", event, "inputs"), "inputs"),
    ),
    jobs: withNeeded(
      entriesOf(valueAt(tree, "jobs")).map(({ key, at, value }) => ({
        job: { ...emptyJob(key, at), ...jobParts(value, shell) },
        needs: itemsOf(valueAt(value, "needs")).flatMap((name) => textOf(name) ?? []),
      })),
    ),
  };
}

/** Jobs that wait for one another are walked so often at most. */
const NEEDED_DEPTH_MAX = 8;

/** WHY: a job whose needed job was skipped is skipped too, unless its own condition asks for more than success. */
function withNeeded(
  jobs: readonly { readonly job: Job; readonly needs: readonly string[] }[],
): readonly Job[] {
  const byName = new Map(jobs.map((one) => [one.job.id, one]));
  const conditionsOf = (name: string, depth: number): readonly string[] => {
    const one = byName.get(name);
    if (one === undefined || depth > NEEDED_DEPTH_MAX) return [];
    const own = one.job.condition;
    if (own !== undefined && /\b(?:always|cancelled|failure)\s*\(/.test(own)) return [own];
    const needed = one.needs.flatMap((other) => conditionsOf(other, depth + 1));
    return own === undefined ? needed : [own, ...needed];
  };
  return jobs.map(({ job, needs }) => {
    if (needs.length === 0) return job;
    const all = [...new Set(conditionsOf(job.id, 0))];
    return all.length === 0 ? job : { ...job, condition: all.join(" && ") };
  });
}

/** A file `action.yml` with `runs.using: composite`; of other actions only the image. */
export function readGithubAction(file: string, tree: Tree): Pipeline {
  const runs = valueAt(tree, "runs");
  const at = runs?.at ?? tree.at;
  const image = containerOf(valueAt(runs, "image"), true);
  const isRemote = image?.text.startsWith("docker://") === true;
  const job: Job = {
    ...emptyJob("runs", at),
    hasTimeout: true,
    containers: isRemote ? [{ ...image, text: image.text.slice("docker://".length) }] : [],
    steps: itemsOf(valueAt(runs, "steps")).map((step) => stepOf(step, undefined)),
  };
  return {
    file,
    platform: "action",
    fetched: [],
    triggers: [],
    rights: undefined,
    environment: [],
    jobs: [job],
    freeInputs: textInputsOf(valueAt(tree, "inputs")),
    defaults: defaultsOf(valueAt(tree, "inputs"), "inputs"),
  };
}

function triggersOf(on: Tree | undefined): readonly Trigger[] {
  if (on?.kind === "map") return on.entries.map(({ key, at }) => ({ event: key, at }));
  return itemsOf(on).flatMap((item) => {
    const event = textOf(item);
    return event === undefined ? [] : [{ event, at: item.at }];
  });
}

/** Inputs of the type `string`, which is the one without a word. */
function freeInputsOf(inputs: Tree | undefined): readonly string[] {
  return entriesOf(inputs).flatMap(({ key, value }) =>
    (textOf(valueAt(value, "type")) ?? "string") === "string" ? [key] : [],
  );
}

/** Inputs of an action that by their names are what people write; versions, paths and switches are not. */
function textInputsOf(inputs: Tree | undefined): readonly string[] {
  return entriesOf(inputs).flatMap(({ key }) =>
    /(?:^|[-_])(?:title|body|message|comment|description|text|prompt|branch|head[-_]?ref|summary|question)$/i.test(
      key,
    )
      ? [key]
      : [],
  );
}

function rightsOf(tree: Tree | undefined): Rights | undefined {
  if (tree === undefined) return undefined;
  const word = textOf(tree);
  const all = word === "write-all" ? "write" : word === "read-all" ? "read" : undefined;
  return { at: tree.at, all, scopes: settingsOf(tree) };
}

function jobParts(job: Tree, shellAround: string | undefined): Partial<Job> {
  const shell = textOf(valueAt(job, "defaults", "run", "shell")) ?? shellAround;
  const container = valueAt(job, "container");
  const secrets = entryOf(job, "secrets");
  const environment = valueAt(job, "environment");
  const services = entriesOf(valueAt(job, "services")).map(({ value }) =>
    containerOf(value, false),
  );
  return {
    condition: textOf(valueAt(job, "if")),
    runners: runnersOf(valueAt(job, "runs-on")),
    containers: known(containerOf(container, true), ...services),
    hasTimeout: entryOf(job, "timeout-minutes") !== undefined,
    isIgnored: textOf(valueAt(job, "continue-on-error")) === "true",
    rights: rightsOf(entryOf(job, "permissions")?.value),
    isApproved: environment !== undefined && environment.kind !== "nothing",
    environment: settingsOf(valueAt(job, "env")),
    matrix: matrixOf(valueAt(job, "strategy", "matrix")),
    steps: itemsOf(valueAt(job, "steps")).map((step) => stepOf(step, shell)),
    calls: referenceOf(valueAt(job, "uses")),
    givesAllSecrets: textOf(secrets?.value) === "inherit" ? secrets?.at : undefined,
  };
}

/** Values of a matrix and of what it includes. */
function matrixOf(matrix: Tree | undefined): readonly Setting[] {
  const written = entriesOf(matrix).flatMap(({ key, at, value }) =>
    key === "include" || key === "exclude"
      ? []
      : itemsOf(value).map((item) => ({ key, at, text: textOf(item) })),
  );
  const included = itemsOf(valueAt(matrix, "include")).flatMap((leg) =>
    entriesOf(leg).map(({ key, at, value }) => ({ key, at, text: textOf(value) })),
  );
  const longest = new Map<string, Setting>();
  for (const { key, at, text } of [...written, ...included]) {
    const before = longest.get(key)?.value ?? "";
    if (text !== undefined && text.length >= before.length)
      longest.set(key, { name: `matrix.${key}`, value: text, at });
  }
  return [...longest.values()];
}

function runnersOf(tree: Tree | undefined): readonly Reference[] {
  const labels = tree?.kind === "map" ? itemsOf(valueAt(tree, "labels")) : itemsOf(tree);
  const group = tree?.kind === "map" ? referenceOf(valueAt(tree, "group")) : undefined;
  return [
    ...labels.flatMap((label) => referenceOf(label) ?? []),
    ...(group === undefined ? [] : [group]),
  ];
}

function stepOf(step: Tree, shellAround: string | undefined): Step {
  const shell = textOf(valueAt(step, "shell")) ?? shellAround ?? "bash";
  const uses = referenceOf(valueAt(step, "uses"));
  const script = scriptOf(valueAt(step, "run"), POSIX_SHELLS.test(shell));
  return {
    ...emptyStep(step.at),
    name: textOf(valueAt(step, "name")) ?? "",
    condition: textOf(valueAt(step, "if")),
    uses,
    isIgnored: textOf(valueAt(step, "continue-on-error")) === "true",
    inputs: settingsOf(valueAt(step, "with")),
    environment: settingsOf(valueAt(step, "env")),
    scripts: script === undefined ? [] : [script],
  };
}
