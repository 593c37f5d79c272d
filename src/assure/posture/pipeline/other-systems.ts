// Pipelines of systems that are read lightly: their commands and images, whatever the lists are called in which they stand.
import {
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  type Platform,
  type Script,
  type Setting,
  type Step,
} from "./pipeline.ts";
import { containerOf, known, scriptOf, settingsOf } from "./tree-parts.ts";
import { entriesOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** Lists of commands, by the references of Travis, Drone, Woodpecker, AppVeyor, Cirrus, CodeBuild, Semaphore, Tekton and Harness. */
const COMMANDS =
  /^(?:(?:before|after)_)?(?:script|install|build|test|deploy|success|failure)(?:_script)?$|^(?:scripts?|commands?|run|cmd|shell)$|_script$/;
/** Words of the top level that hold other things. */
const NO_JOBS = /^(?:version|language|os|dist|branches|notifications|cache|addons|substitutions)$/;
const DEPTH_MAX = 8;

/** A file of such a system: each mapping with commands is a step of one job. */
export function readOther(file: string, platform: Platform, documents: readonly Tree[]): Pipeline {
  const steps: Step[] = [];
  const environment: Setting[] = [];
  const jobs: Job["containers"][number][] = [];
  const visit = (tree: Tree, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    if (tree.kind === "list") for (const item of tree.items) visit(item, depth + 1);
    if (tree.kind !== "map") return;
    const scripts = entriesOf(tree).flatMap(({ key, value }) =>
      COMMANDS.test(key) ? commandsOf(value) : [],
    );
    const started = startedBy(tree);
    const own = ["environment", "env", "variables"].flatMap((key) =>
      settingsOf(valueAt(tree, key)),
    );
    environment.push(...own);
    if (scripts.length + started.length > 0)
      steps.push({
        ...emptyStep(tree.at),
        name: nameOf(tree),
        environment: own,
        scripts: [...scripts, ...started],
      });
    // Cloud Build calls the image of a step its name.
    const image =
      valueAt(tree, "image") ?? (started.length > 0 ? valueAt(tree, "name") : undefined);
    jobs.push(...known(containerOf(image, true)));
    for (const { key, value } of tree.entries)
      if (!(depth === 0 && NO_JOBS.test(key))) visit(value, depth + 1);
  };
  for (const document of documents) visit(document, 0);
  const at = documents[0]?.at ?? { line: 1, column: 1 };
  // WHY limited: each of these services ends a job by itself.
  const job: Job = {
    ...emptyJob("pipeline", at),
    hasTimeout: true,
    containers: jobs,
    environment,
    steps,
  };
  return {
    file,
    platform,
    triggers: [],
    rights: undefined,
    freeInputs: [],
    defaults: [],
    fetched: [],
    environment: [],
    jobs: [job],
  };
}

const nameOf = (tree: Tree): string => textOf(valueAt(tree, "name")) ?? "";

/** Commands of a list, of one text, or of a mapping for each kind of machine. */
function commandsOf(tree: Tree): readonly Script[] {
  if (tree.kind === "map")
    return entriesOf(tree).flatMap(({ key, value }) =>
      /^(?:sh|bash|cmd|command|commands|linux)$/.test(key) ? commandsOf(value) : [],
    );
  return itemsOf(tree).flatMap((item) => {
    const script = scriptOf(
      item.kind === "map" ? (valueAt(item, "sh") ?? valueAt(item, "command")) : item,
      true,
    );
    return script === undefined ? [] : [script];
  });
}

/** What an `entrypoint` or `command` with `args` starts: a text behind `-c` is a script, other words are a command. */
function startedBy(tree: Tree): readonly Script[] {
  const args = itemsOf(valueAt(tree, "args"));
  const entry = valueAt(tree, "entrypoint") ?? valueAt(tree, "command");
  const words = [...itemsOf(entry), ...args];
  const shell = words.findIndex((word) => /^-\w*c$/.test(textOf(word) ?? ""));
  if (shell > 0 || (shell === 0 && entry === undefined)) {
    const script = scriptOf(words[shell + 1], true);
    return script === undefined ? [] : [script];
  }
  const [first] = words;
  if (first === undefined || args.length === 0) return [];
  const text = words.map((word) => quoted(textOf(word) ?? "")).join(" ");
  return [{ text, at: first.at, isPosix: true, place: () => first.at }];
}

const quoted = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
