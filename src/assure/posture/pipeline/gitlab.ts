// Pipelines of GitLab (`.gitlab-ci.yml`), read into pipelines.
import {
  emptyJob,
  emptyStep,
  type Job,
  type Pipeline,
  type Reference,
  type Step,
  uploadStep,
} from "./pipeline.ts";
import { containerOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
import { entriesOf, itemsOf, textOf, type Tree, valueAt } from "./yaml-tree.ts";

/** Words of the top level that are no jobs (GitLab's reference of CI/CD YAML). */
const GLOBAL: ReadonlySet<string> = new Set([
  ...["default", "include", "stages", "variables", "workflow", "spec", "pages:deploy"],
  ...["image", "services", "cache", "before_script", "after_script", "types"],
]);
const SCRIPTS = ["before_script", "script", "after_script"] as const;

/** A file `.gitlab-ci.yml` or one that it includes; with a head of inputs the pipeline is the second document. */
export function readGitlab(file: string, documents: readonly Tree[]): Pipeline {
  const tree = documents.findLast(({ kind }) => kind === "map") ?? documents[0];
  const around = valueAt(tree, "default");
  const jobs = entriesOf(tree).filter(({ key, value }) => !GLOBAL.has(key) && value.kind === "map");
  const rules = [tree, ...jobs.map(({ value }) => value)].flatMap((one) => [
    ...itemsOf(valueAt(one, "workflow", "rules")),
    ...itemsOf(valueAt(one, "rules")),
  ]);
  const only = jobs.flatMap(({ value }) => itemsOf(valueAt(value, "only")));
  const triggers = [
    ...rules.flatMap((rule) => triggerOf(rule)),
    ...only.flatMap((ref) =>
      textOf(ref) === "merge_requests" ? [{ event: "merge_request", at: ref.at }] : [],
    ),
  ];
  return {
    ...{ file, platform: "gitlab", freeInputs: [], rights: undefined, triggers },
    environment: settingsOf(valueAt(tree, "variables")),
    jobs: jobs.map(({ key, at, value }) => ({
      ...emptyJob(key, at),
      ...jobParts(value, around, tree),
    })),
    fetched: itemsOf(valueAt(tree, "include")).flatMap((include) => includeOf(include)),
  };
}

/** A rule that speaks of merge requests is a way by which strangers start the pipeline. */
function triggerOf(rule: Tree): Pipeline["triggers"] {
  const condition = textOf(valueAt(rule, "if")) ?? "";
  return /merge_request_event|\bCI_MERGE_REQUEST/.test(condition)
    ? [{ event: "merge_request", at: rule.at }]
    : [];
}

function jobParts(job: Tree, around: Tree | undefined, top: Tree | undefined): Partial<Job> {
  const own = (key: string): Tree | undefined =>
    valueAt(job, key) ?? valueAt(around, key) ?? valueAt(top, key);
  const services = itemsOf(own("services")).map((service) => containerOf(service, false));
  const environment = valueAt(job, "environment");
  const isManual = [job, ...itemsOf(valueAt(job, "rules"))].some(
    (one) => textOf(valueAt(one, "when")) === "manual",
  );
  const isUntracked = textOf(valueAt(job, "artifacts", "untracked")) === "true";
  const uploads = itemsOf(valueAt(job, "artifacts", "paths")).flatMap(
    (one) => referenceOf(one) ?? [],
  );
  return {
    condition: conditionOf(job),
    runners: itemsOf(own("tags")).flatMap((tag) => referenceOf(tag) ?? []),
    containers: known(containerOf(own("image"), true), ...services),
    hasTimeout: own("timeout") !== undefined,
    isIgnored: textOf(valueAt(job, "allow_failure")) === "true",
    isApproved: isManual || textOf(valueAt(environment, "action")) === "access",
    environment: settingsOf(valueAt(job, "variables")),
    steps: [
      ...SCRIPTS.flatMap((key) => scriptStep(key, own(key))),
      ...uploads.map(uploadStep),
      ...(isUntracked ? [uploadStep({ text: ".", at: job.at })] : []),
    ],
    calls: referenceOf(valueAt(job, "trigger", "project")),
  };
}

function scriptStep(name: string, written: Tree | undefined): readonly Step[] {
  const scripts = linesOf(written);
  return written === undefined || scripts.length === 0
    ? []
    : [{ ...emptyStep(written.at), name, scripts }];
}

/** The commands of a list, also of lists in it, as one script each. */
function linesOf(tree: Tree | undefined): readonly NonNullable<ReturnType<typeof scriptOf>>[] {
  return itemsOf(tree).flatMap((item) =>
    item.kind === "list" ? linesOf(item) : (scriptOf(item, true) ?? []),
  );
}

function conditionOf(job: Tree): string | undefined {
  const rules = itemsOf(valueAt(job, "rules")).flatMap((rule) => textOf(valueAt(rule, "if")) ?? []);
  const only = itemsOf(valueAt(job, "only")).flatMap((ref) => textOf(ref) ?? []);
  const all = [...rules, ...only];
  return all.length === 0 ? undefined : all.join(" || ");
}

/** What comes from elsewhere: a file of another project with its `ref`, an address, a component. */
function includeOf(include: Tree): readonly Reference[] {
  const remote = valueAt(include, "remote") ?? (include.kind === "text" ? include : undefined);
  const address = textOf(remote);
  if (address !== undefined)
    return /^https?:\/\//.test(address) ? [{ text: address, at: include.at }] : [];
  const component = referenceOf(valueAt(include, "component"));
  if (component !== undefined) return [component];
  const project = referenceOf(valueAt(include, "project"));
  if (project === undefined) return [];
  const ref = textOf(valueAt(include, "ref"));
  return [{ text: ref === undefined ? project.text : `${project.text}@${ref}`, at: project.at }];
}
