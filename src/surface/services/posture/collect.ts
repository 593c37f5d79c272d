// Everything that an audit looks at on this machine, collected once, bounded, with whatever could not be seen told.
import { join, resolve } from "node:path";
import { realpathSync, statSync } from "node:fs";
import { sightsOf } from "#assure/posture/inputs/collected.ts";
import { agentCodes } from "#assure/posture/inputs/agent-codes.ts";
import type {
  AuditInputs,
  GitInput,
  ScriptAct,
  Seen,
  SeenTree,
} from "#assure/posture/inputs/audit-inputs.ts";
import { variableInputs } from "#assure/posture/inputs/variable-inputs.ts";
import type { ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { surroundingFindings } from "#govern/settings/lint/surroundings.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { homeDirectory } from "#platform/user.ts";
import { surroundingsOf } from "../settings/lint-surroundings.ts";
import { managedFiles, platformOf } from "../settings/managed-places.ts";
import { managedSources } from "../settings/managed-sources.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import { gitInput } from "./git-inputs.ts";
import { guardInput, idleRuleInput, statementInputs } from "./guard-inputs.ts";
import { homeTree, managedTree, systemTree } from "./home.ts";
import { machineInput } from "./machine.ts";
import { seenFile } from "./seen-file.ts";
import { modInputs } from "./mod-inputs.ts";
import { repositorySecrets, secretInputs } from "./secret-inputs.ts";
import { hookTrials, type RunsHooks } from "./hook-trials.ts";
import { scriptFaults } from "./shellcheck.ts";
import { walkRepository } from "./walk.ts";

/** What is audited, from where. */
export type AuditPlace = {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: number;
  readonly data: string | undefined;
  /** The client's managed folder, where it is not this system's. */
  readonly managed?: string | undefined;
  readonly onProgress: (entries: number) => void;
  /** Whether everything that git follows is looked through for secrets, and not only the files that checks are about. */
  readonly scansAll?: boolean | undefined;
  /** Which hooks are run in a jail; none unless it is asked for. */
  readonly runsHooks?: RunsHooks | undefined;
  readonly onHook?: ((done: number, all: number) => void) | undefined;
};

/** What was collected, and what is no part of an audit. */
export type Collection = {
  readonly root: string;
  readonly auditInputs: AuditInputs;
  readonly leftOut: readonly Unseen[];
};

/** Collects. Throws a Failure `usage` where the directory is none. */
export async function collectInputs(place: AuditPlace): Promise<Collection> {
  const { environment, nowMs } = place;
  const root = directoryAt(place.directory);
  const home = environment["HOME"] ?? homeDirectory();
  const directories = directoriesIn(place.data ?? dataDirectory(environment));
  const homeSeen = homeTree(home);
  const machine = machineInput({ root, home, homeTree: homeSeen.tree, environment });
  const walk = await walkRepository(root, place.onProgress);
  const managed = managedTree(place.managed ?? MANAGED_DIRECTORY[platformOf()]);
  const repository = withGitConfig(root === home ? withoutSettings(walk.tree) : walk.tree, root);
  const trees = [repository, homeSeen.tree, managed.tree];
  const shims = ["sallyport", "sallyport-hook"].map((name) => join(directories.bin, name));
  const system = systemTree([...absoluteScripts(trees), ...shims]);
  const scan =
    place.scansAll === true
      ? await repositorySecrets(root, {
          environment: { ...environment, SALLYPORT_HOME: directories.root },
          nowMs,
        })
      : undefined;
  const searched = scan === undefined ? trees : trees.slice(1);
  const [git, guard, device, around, secrets] = await Promise.all([
    gitInput(root, repository, environment),
    guardInput(root, directories, nowMs),
    deviceSources(),
    aroundSettings(root, nowMs, environment),
    secretInputs(
      [...searched, system.tree].flatMap(({ files }) => [...files.values()]),
      nowMs,
    ),
  ]);
  const auditInputs = sightsOf({
    nowMs,
    repository: withRecordedModes(repository, git),
    home: homeSeen.tree,
    managed: managed.tree,
    system: system.tree,
    environment: { kind: "seen", value: variableInputs(environment) },
    machine: await machine,
    git,
    guard,
    secrets: joined(scan?.findings, secrets.findings),
    ...(scan?.scanned === undefined ? {} : { scanned: scan.scanned }),
    statements: await statementInputs(root, directories, nowMs),
    idleRules: await idleRuleInput(root, directories, nowMs),
    mods: modInputs({ root, home, repository, git, directories, environment, nowMs }),
    unseen: [
      ...walk.unseen,
      ...[homeSeen, managed, system].flatMap(({ unseen }) => unseen),
      ...secrets.unseen,
      ...(scan?.unseen ?? []),
    ],
    catalogue: loadCatalogue(),
    deviceSettings: device,
    around: named(around, root),
  });
  const checked = await scriptFaults(auditInputs, environment["PATH"]);
  const acts = await evaluatedScripts(auditInputs);
  const runs = place.runsHooks ?? "none";
  const trials =
    runs === "none"
      ? undefined
      : await hookTrials(auditInputs, { root, runs, onProgress: place.onHook });
  return {
    root,
    leftOut: walk.leftOut,
    auditInputs: {
      ...auditInputs,
      scriptFaults: checked,
      scriptActs: { kind: "seen", value: acts },
      ...(trials === undefined ? {} : { hookTrials: trials }),
    },
  };
}

/** WHY loaded only where there is code: the guard with its models takes longer to load than a small audit takes. */
async function evaluatedScripts({ repository }: AuditInputs): Promise<readonly ScriptAct[]> {
  if (agentCodes(repository).length === 0) return [];
  return (await import("./script-acts.ts")).scriptActs(repository);
}

/** What was found in the repository, and elsewhere. What a scan could not tell is not known, whatever was found elsewhere. */
function joined(
  scan: Seen<readonly ScanFinding[]> | undefined,
  others: readonly ScanFinding[],
): Seen<readonly ScanFinding[]> {
  if (scan?.kind === "unseen") return scan;
  return { kind: "seen", value: [...(scan?.value ?? []), ...others] };
}

function directoryAt(directory: string): string {
  try {
    const real = realpathSync(resolve(directory));
    if (statSync(real).isDirectory()) return real;
  } catch {
    // Told below: it is not there, or nobody may look.
  }
  throw new Failure(
    "usage",
    `\`${printable(directory)}\` is no directory that can be read: name the top of a repository`,
  );
}

/** WHY: settings of a home that is audited as a repository are the person's, and would be told twice. */
function withoutSettings(tree: SeenTree): SeenTree {
  const files = new Map([...tree.files].filter(([path]) => path !== ".claude/settings.json"));
  return { ...tree, files };
}

/** WHY git's modes: what is executable on this disk alone is not in anybody's clone, and some disks have no modes. */
function withRecordedModes(tree: SeenTree, git: Seen<GitInput>): SeenTree {
  const { recorded } = git.kind === "seen" ? git.value : {};
  if (recorded === undefined) return tree;
  const files = new Map([...tree.files].map(([path, file]) => [path, recorded(file)]));
  return { ...tree, files };
}

/** Git's own configuration of the repository, which no walk enters: it names programs that git runs. */
function withGitConfig(tree: SeenTree, root: string): SeenTree {
  const path = ".git/config";
  const named = { place: "repository", path, shown: path, bytesMax: GIT_CONFIG_BYTES_MAX } as const;
  const file = seenFile(join(root, path), named);
  return file === undefined ? tree : { ...tree, files: new Map([...tree.files, [path, file]]) };
}

const GIT_CONFIG_BYTES_MAX = 256 * 1024;

/** Settings of device management; files are collected as files. */
async function deviceSources(): Promise<readonly LintSource[]> {
  const [{ inForce }, files] = await Promise.all([managedSources(), managedFiles()]);
  return inForce.filter(({ file }) => !files.includes(file));
}

async function aroundSettings(
  root: string,
  nowMs: number,
  environment: NodeJS.ProcessEnv,
): Promise<readonly LintFinding[]> {
  try {
    return surroundingFindings(await surroundingsOf(root, nowMs, environment));
  } catch (error) {
    // A damaged register is told by the guard's own input.
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Files of the repository as the other findings name them. */
function named(findings: readonly LintFinding[], root: string): readonly LintFinding[] {
  const start = join(root, "/");
  return findings.map((finding) =>
    finding.file.startsWith(start)
      ? { ...finding, file: finding.file.slice(start.length) }
      : finding,
  );
}

const SCRIPTS_MAX = 64;

/** Scripts by absolute path that settings name: hooks, status lines, helpers. */
function absoluteScripts(trees: readonly SeenTree[]): readonly string[] {
  const texts = trees.flatMap(({ files }) =>
    [...files.values()].flatMap(({ path, text }) =>
      text !== undefined && /settings[\w.-]*\.json$|hooks\.json$/.test(path) ? [text] : [],
    ),
  );
  const found = texts.flatMap(
    (text) =>
      text.match(/(?<![\w}~.$])\/[\w@./-]{1,200}\.(?:sh|bash|zsh|py|js|mjs|cjs|rb|pl)\b/g) ?? [],
  );
  return [...new Set(found)].slice(0, SCRIPTS_MAX);
}
