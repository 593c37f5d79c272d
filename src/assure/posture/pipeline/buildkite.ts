// Pipelines of Buildkite (`.buildkite/*.yml`), read into pipelines.
import {
  type Container,
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  uploadStep,
} from "./pipeline.ts";
import { containerOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
import { entriesOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** A file below `.buildkite`. Each step that runs commands is a job: it gets a machine of its own. */
export function readBuildkite(file: string, tree: Tree): Pipeline {
  const written = stepsBelow(valueAt(tree, "steps") ?? tree);
  const gate = written.findIndex(isGate);
  return {
    file,
    platform: "buildkite",
    triggers: [],
    freeInputs: [],
    defaults: [],
    fetched: [],
    rights: undefined,
    environment: settingsOf(valueAt(tree, "env")),
    jobs: written.flatMap((step, at) =>
      isGate(step) || step.kind !== "map"
        ? []
        : [
            {
              ...emptyJob(nameOf(step) ?? `step ${at + 1}`, step.at),
              ...jobParts(step),
              isApproved: gate >= 0 && gate < at,
            },
          ],
    ),
  };
}

const nameOf = (step: Tree): string | undefined =>
  textOf(valueAt(step, "key") ?? valueAt(step, "label") ?? valueAt(step, "name"));

/** Steps, and those of groups. */
function stepsBelow(tree: Tree): readonly Tree[] {
  return itemsOf(tree).flatMap((step) => {
    const group = valueAt(step, "steps");
    return group === undefined ? [step] : stepsBelow(group);
  });
}

/** A step at which a person lets the build go on. */
function isGate(step: Tree): boolean {
  return (
    /^(?:block|input)$/.test(textOf(step) ?? "") ||
    entriesOf(step).some(({ key }) => key === "block" || key === "input")
  );
}

function jobParts(step: Tree): Partial<Job> {
  const written = valueAt(step, "command") ?? valueAt(step, "commands");
  const scripts = itemsOf(written).flatMap((one) => {
    const script = scriptOf(one, true);
    // `$$` is a sign of the shell's own: a single one is filled in when the pipeline is uploaded.
    return script === undefined ? [] : [{ ...script, text: script.text.replaceAll("$$", " $") }];
  });
  const uploads = itemsOf(valueAt(step, "artifact_paths")).flatMap((one) =>
    (textOf(one) ?? "").split(";").map((text) => uploadStep({ text: text.trim(), at: one.at })),
  );
  return {
    condition: textOf(valueAt(step, "if")),
    containers: itemsOf(valueAt(step, "plugins")).flatMap(containersOf),
    hasTimeout: valueAt(step, "timeout_in_minutes") !== undefined,
    isIgnored: textOf(valueAt(step, "soft_fail")) === "true",
    environment: settingsOf(valueAt(step, "env")),
    steps: [
      ...(scripts.length === 0
        ? []
        : [{ ...emptyStep(step.at), name: textOf(valueAt(step, "label")) ?? "", scripts }]),
      ...uploads,
    ],
    calls: referenceOf(valueAt(step, "trigger")),
  };
}

/** The container of the plugin `docker`. */
function containersOf(plugin: Tree): readonly Container[] {
  return entriesOf(plugin)
    .filter(({ key }) => key.startsWith("docker#"))
    .flatMap(({ value }) => known(containerOf(value, true)).map((one) => withRights(one, value)));
}

function withRights(container: Container, plugin: Tree): Container {
  return textOf(valueAt(plugin, "privileged")) === "true"
    ? { ...container, options: `${container.options} --privileged`.trim() }
    : container;
}
