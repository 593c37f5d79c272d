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
import { containerOf, defaultsOf, known, referenceOf, scriptOf, settingsOf } from "./tree-parts.ts";
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
  const written = entriesOf(tree).filter(
    ({ key, value }) => !GLOBAL.has(key) && value.kind === "map",
  );
  const bases = new Set(written.flatMap(({ value }) => [...basesOf(value), ...referredIn(value)]));
  const jobs = written
    // A hidden job that others are made of runs in them alone.
    .filter(({ key }) => !key.startsWith(".") || !bases.has(key))
    .map((entry) => ({ ...entry, value: extended(entry.value, tree, 0) }));
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
    file,
    platform: "gitlab",
    freeInputs: [],
    rights: undefined,
    triggers,
    environment: settingsOf(valueAt(tree, "variables")),
    defaults: defaultsOf(valueAt(documents[0], "spec", "inputs"), "inputs"),
    jobs: jobs.map(({ key, at, value }) => ({
      ...emptyJob(key, at),
      ...jobParts(value, around, tree),
    })),
    fetched: itemsOf(valueAt(tree, "include")).flatMap((include) => includeOf(include)),
    included: itemsOf(valueAt(tree, "include")).flatMap((include) => {
      const name = textOf(valueAt(include, "local")) ?? textOf(include);
      return name === undefined || /^https?:/.test(name) ? [] : [name];
    }),
  };
}

/** Templates that build on templates: GitLab's own bound is eleven. */
const EXTENDS_DEPTH_MAX = 11;

/** Names of jobs of which parts stand elsewhere by `!reference`, or by an alias of YAML. */
function referredIn(tree: Tree): readonly string[] {
  if (tree.kind === "map") return tree.entries.flatMap(({ value }) => referredIn(value));
  if (tree.kind !== "list") return [];
  const [first = "", ...keys] = tree.items.map((item) => textOf(item) ?? "");
  return first.startsWith(".") && keys.length > 0
    ? [first]
    : tree.items.flatMap((item) => referredIn(item));
}

function basesOf(job: Tree): readonly string[] {
  return itemsOf(valueAt(job, "extends")).flatMap((one) => textOf(one) ?? []);
}

/** A job with what it takes over by `extends`: maps are put together, anything else is the last one's (GitLab's reference). */
function extended(job: Tree, tree: Tree | undefined, depth: number): Tree {
  const bases = depth >= EXTENDS_DEPTH_MAX ? [] : basesOf(job);
  return bases
    .flatMap((name) => valueAt(tree, name) ?? [])
    .map((base) => extended(base, tree, depth + 1))
    .reduceRight((own, base) => laidOver(base, own), job);
}

/** One tree over another. */
function laidOver(under: Tree, over: Tree): Tree {
  if (under.kind !== "map" || over.kind !== "map") return over;
  const own = new Map(over.entries.map((entry) => [entry.key, entry]));
  const taken = under.entries.map((entry) => {
    const above = own.get(entry.key);
    own.delete(entry.key);
    return above === undefined ? entry : { ...above, value: laidOver(entry.value, above.value) };
  });
  return { ...over, entries: [...taken, ...own.values()] };
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
      ...SCRIPTS.flatMap((key) => scriptStep(key, own(key), top)),
      ...uploads.map(uploadStep),
      ...(isUntracked ? [uploadStep({ text: ".", at: job.at })] : []),
    ],
    calls: referenceOf(valueAt(job, "trigger", "project")),
  };
}

function scriptStep(
  name: string,
  written: Tree | undefined,
  top: Tree | undefined,
): readonly Step[] {
  const scripts = linesOf(written, top, 0);
  return written === undefined || scripts.length === 0
    ? []
    : [{ ...emptyStep(written.at), name, scripts }];
}

/** The commands of a list, also of lists in it and of those that `!reference` names, as one script each. */
function linesOf(
  tree: Tree | undefined,
  top: Tree | undefined,
  depth: number,
): readonly NonNullable<ReturnType<typeof scriptOf>>[] {
  if (depth > EXTENDS_DEPTH_MAX) return [];
  const named = tree?.kind === "list" ? referred(tree, top) : undefined;
  if (named !== undefined) return linesOf(named, top, depth + 1);
  return itemsOf(tree).flatMap((item) =>
    item.kind === "list" ? linesOf(item, top, depth + 1) : (scriptOf(item, true) ?? []),
  );
}

/** What `!reference [job, key]` stands for; the reader of YAML leaves a list of names of it. */
function referred(list: Tree & { readonly kind: "list" }, top: Tree | undefined): Tree | undefined {
  const names = list.items.flatMap((item) => textOf(item) ?? []);
  return names.length < 2 || names.length !== list.items.length
    ? undefined
    : valueAt(top, ...names);
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
