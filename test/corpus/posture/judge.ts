// Runs the checks of the posture over labelled cases and holds what they find against the labels.
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { scriptActs } from "#surface/services/posture/script-acts.ts";
import { scriptFaults } from "#surface/services/posture/shellcheck.ts";
import { secretInputs } from "#surface/services/posture/secret-inputs.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import type { Check, Family } from "#assure/posture/check.ts";
import type { Collected } from "#assure/posture/inputs/collected.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { namedFiles } from "#assure/posture/inputs/named-files.ts";
import { interestIn } from "#assure/posture/inputs/of-interest.ts";
import { withoutValues } from "#assure/posture/inputs/without-values.ts";
import { type CheckRun, runChecks } from "#assure/posture/run-checks.ts";
import type { GuardInput, MachineInput, Seen, SeenTree, AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import {
  acceptedMissing,
  benignTrees,
  type FaultEntry,
  faultList,
  type PostureCase,
  postureCases,
  sourceExamples,
} from "./case.ts";

/** The day that the cases were written for. */
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const catalogue = loadCatalogue();

/** What the checks said of a case: labelled faults that were found and not, and findings that no label allows. */
export type Judgement = {
  readonly one: PostureCase;
  readonly hits: readonly string[];
  readonly misses: readonly string[];
  readonly alarms: readonly string[];
};

let shipped: ReadonlyMap<Family, readonly Check[]> | undefined;

/** Every check that ships, by its family. Read once. */
export function shippedChecks(): ReadonlyMap<Family, readonly Check[]> {
  shipped ??= new Map(loadCheckFamilies().map(({ id, checks }) => [id, checks]));
  return shipped;
}

/** All cases, judged by the checks of their own family alone. */
export async function judgeCases(
  isWanted: (one: PostureCase) => boolean = () => true,
): Promise<readonly Judgement[]> {
  const faults = new Map(faultList().map((fault) => [fault.id, fault]));
  const checks = shippedChecks();
  const judged: Judgement[] = [];
  for (const one of postureCases()) {
    if (!isWanted(one)) continue;
    const bare = await sightsOfCase(one);
    // As the audit does: what shellcheck says is a part of what is seen.
    const auditInputs =
      one.family === "hooks" ? { ...bare, scriptFaults: await scriptFaults(bare, process.env["PATH"]) } : bare;
    judged.push(judge(one, { checks: checks.get(one.family) ?? [], auditInputs, faults }));
  }
  return judged;
}

function judge(
  one: PostureCase,
  { checks, auditInputs, faults }: { readonly checks: readonly Check[]; readonly auditInputs: AuditInputs; readonly faults: ReadonlyMap<string, FaultEntry> },
): Judgement {
  const found = runChecks(checks, auditInputs)
    .filter(({ result }) => result.outcome === "fail")
    .map(({ check }) => check.id);
  const labelled = new Set(one.faults);
  const isAllowed = (id: string): boolean =>
    labelled.has(id) || one.maybe.includes(id) || (faults.get(id)?.kind === "missing" && !one.sound.includes(id));
  return {
    one,
    hits: one.faults.filter((id) => found.includes(id)),
    misses: one.faults.filter((id) => !found.includes(id)),
    alarms: found.filter((id) => !isAllowed(id)),
  };
}

/** One example of the sources or one benign tree, and ids that are wrong about it. */
export type Look = { readonly id: string; readonly wrong: readonly string[] };

/** The faulty examples of the sources, each with what was not found of it. */
export async function lookAtSources(): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (const one of sourceExamples()) {
    const found = await findingsIn(one);
    looks.push({ id: one.id, wrong: one.finds.filter((id) => !found.includes(id)) });
  }
  return looks;
}

/** The benign trees, each with what is found and no owner would accept, and with what is missing in it and may be. */
export async function lookAtTrees(): Promise<readonly (Look & { readonly accepted: readonly string[] })[]> {
  const may = new Set(acceptedMissing().map(({ id }) => id));
  const looks: (Look & { readonly accepted: readonly string[] })[] = [];
  for (const one of benignTrees()) {
    const found = await findingsIn(one);
    const wrong = found.filter((id) => !may.has(id) && !one.accepts.includes(id));
    looks.push({ id: one.id, wrong, accepted: found.filter((id) => may.has(id)) });
  }
  return looks;
}

const ran = new WeakMap<PostureCase, Promise<readonly CheckRun[]>>();

/** What every check says of a case. Run once for each. */
export function runsOf(one: PostureCase): Promise<readonly CheckRun[]> {
  const before = ran.get(one);
  if (before !== undefined) return before;
  const made = sightsOfCase(one).then((auditInputs) => runChecks([...shippedChecks().values()].flat(), auditInputs));
  ran.set(one, made);
  return made;
}

async function findingsIn(one: PostureCase): Promise<readonly string[]> {
  return (await runsOf(one))
    .filter(({ result }) => result.outcome === "fail")
    .map(({ check }) => check.id);
}

/** What an audit would see in a case. */
export async function sightsOfCase(one: PostureCase): Promise<AuditInputs> {
  const bare = sightsFromMemory(withReadFiles(one), { catalogue, nowMs: NOW_MS });
  const trees = [bare.repository, bare.home, bare.managed, bare.system];
  const idle = one.guard?.idleRules;
  const { findings } = await secretInputs(trees.flatMap(({ files }) => [...files.values()]), NOW_MS);
  const more: Partial<Collected> = {
    repository: withLinks(bare.repository, one.links),
    secrets: { kind: "seen", value: findings },
    machine: machineOf(one, bare.machine),
    git: gitOf(one, bare),
    statements: {
      kind: "seen",
      value: one.statements.map((statement, index) => ({ id: `statement-${index + 1}`, ...statement })),
    },
    ...(one.guard === undefined ? {} : { guard: { kind: "seen", value: guardOf(one.guard) } as const }),
    mods: { kind: "seen", value: one.mods },
    ...(idle === undefined ? {} : { idleRules: { kind: "seen", value: { days: 90, ...idle } } as const }),
  };
  const auditInputs = sightsFromMemory(withReadFiles(one), { catalogue, nowMs: NOW_MS }, more);
  // The guard judges every script for sessions, as in an audit.
  return one.family === "hooks"
    ? { ...auditInputs, scriptActs: { kind: "seen", value: scriptActs(auditInputs.repository) } }
    : auditInputs;
}

/**
 * The case without files of the repository that no walk would read. WHY not of `secrets`: in files that an audit does not
 * read, `sallyport scan` looks for them by the same detectors.
 */
function withReadFiles(one: PostureCase): PostureCase {
  const files = Object.fromEntries(
    Object.entries(one.files).map(([path, text]) => [path, interestIn(path) === "names" ? withoutValues(path, text) : text]),
  );
  const all = sightsFromMemory(one, { catalogue, nowMs: NOW_MS }).repository.files;
  if (one.family === "secrets") return { ...one, files };
  const read = new Set([...all.keys()].filter((path) => isRead(path)));
  const seen = () => [...all.values()].filter(({ path }) => read.has(path));
  for (const path of namedFiles(seen())) if (all.has(path)) read.add(path);
  for (const path of namedFiles(seen())) if (all.has(path)) read.add(path);
  return { ...one, files: Object.fromEntries(Object.entries(files).filter(([path]) => read.has(path) || isLinkOf(one, path))) };
}

const isRead = (path: string): boolean => path.startsWith(".git/") || interestIn(path) !== undefined;
const isLinkOf = ({ links }: PostureCase, path: string): boolean =>
  "length" in links ? (links as readonly string[]).includes(path) : Object.hasOwn(links, path);

function withLinks(tree: SeenTree, links: PostureCase["links"]): SeenTree {
  const paths = "length" in links ? (links as readonly string[]) : Object.keys(links);
  const files = new Map([...tree.files].map(([path, file]) => [path, { ...file, isLink: paths.includes(path) }]));
  if (paths === links) return { ...tree, files };
  for (const [path, target] of Object.entries(links))
    files.set(path, { ...bareLink, path, shown: path, ...files.get(path), isLink: true, target });
  return { ...tree, files };
}

const bareLink = {
  place: "repository", owner: "us", isLink: true, bytes: 0,
  mode: undefined, sha256: undefined, text: undefined, why: "it leads out of the repository",
} as const;

/** WHY not what git says by itself: a file that is ignored was never added, and a case says what else was not. */
function gitOf(one: PostureCase, { git, isIgnored, repository }: AuditInputs): AuditInputs["git"] {
  if (git.kind === "unseen") return git;
  const tracked = (path: string): boolean =>
    repository.files.has(path) &&
    (one.tracked.includes(path) || (!path.startsWith(".git/") && !path.endsWith("/settings.local.json") && !one.untracked.includes(path) && !isIgnored(path)));
  const hooks = git.value.hooks.filter(({ path }) => !path.endsWith(".sample"));
  return { kind: "seen", value: { ...git.value, tracked, hooks } };
}

function guardOf(facts: NonNullable<PostureCase["guard"]>): GuardInput {
  return { ...facts, policy: facts.policy, logDirectory: facts.logDirectory, lastEventDays: facts.lastEventDays };
}

function machineOf({ machine }: PostureCase, unseen: MachineInput): MachineInput {
  const seen = <Value>(value: Value | undefined, or: Seen<Value>): Seen<Value> =>
    value === undefined ? or : { kind: "seen", value };
  const { diskEncryption: disk, login } = machine;
  return {
    platform: seen(machine.platform, unseen.platform),
    isAdministrator: seen(machine.isAdministrator, unseen.isAdministrator),
    isContainer: seen(machine.isContainer, unseen.isContainer),
    isCi: seen(machine.isCi, unseen.isCi),
    clientVersion: seen(machine.clientVersion, unseen.clientVersion),
    diskEncryption: seen(disk === undefined ? undefined : { state: disk, by: "the case" }, unseen.diskEncryption),
    login: seen(login === undefined ? undefined : { ...login, plan: login.plan }, unseen.login),
    start: seen(machine.start, unseen.start),
  };
}
