// Planning a deployment: the policy compiled for a scope of this machine, held against what is there. Nothing is written.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { compilePolicy } from "#govern/compile/compile.ts";
import type { PlacedSite, Site } from "#govern/compile/site.ts";
import { MANAGED_DIRECTORY, type Platform } from "#govern/settings/managed-directory.ts";
import { type Deployment, type DeployPlace, inForceAt } from "#govern/deploy/deployment.ts";
import {
  type ManagedPlaces,
  plannedFiles,
  type Present,
  rollbackChanges,
  wantedFiles,
} from "#govern/deploy/plan.ts";
import type { FileChange } from "#govern/deploy/write-all.ts";
import { readBelow, type StoredFile } from "#govern/settings/deploy.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { isOnPath } from "#platform/search-path.ts";
import { thisSystem } from "#platform/system.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { managedPlace } from "../policy/layers.ts";
import { compilePolicyFile } from "../policy/policy-source.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { WholePack } from "#govern/library/pack-extends.ts";
import { programsOf } from "./hook-programs.ts";
import { refuseLockout, refuseSilencedHooks, refuseUnreadable } from "./machine-faults.ts";
import { changePerson, type HookPerson, personOf } from "./person-hooks.ts";
import type { DeploymentRecords } from "./records.ts";

/** Where the managed files of this machine are, and what they lie below. Tests name places of their own. */
export type MachinePlaces = ManagedPlaces & { readonly root: string };

/** A policy by its text, as it is written and judged by. */
export type PolicyToDeploy = {
  readonly policy: Policy;
  readonly text: string;
  /** How the policy wants sessions to be started. */
  readonly whole?: Pick<WholePack, "client"> | undefined;
};

/** What is to be written, and what a person should know of it. */
export type DeploymentPlan = Pick<Deployment, "what" | "of" | "scope" | "place" | "policy"> & {
  /** All files of the scope, unchanged ones among them. */
  readonly files: readonly FileChange[];
  readonly notes: readonly string[];
  /** Programs that its hooks start. */
  readonly programs?: Deployment["programs"];
  /** The person whose own settings get the hooks, or lose them when it is taken back, and the difference there. */
  readonly person?: HookPerson & { readonly diff: string };
};

/** The places of this machine. Throws a Failure on systems where the client reads no managed files of ours. */
export function machinePlaces(): MachinePlaces {
  const platform = thisPlatform();
  return {
    root: "/",
    directory: MANAGED_DIRECTORY[platform],
    policyFile: managedPlace().file,
  };
}

function thisPlatform(): Exclude<Platform, "windows"> {
  const system = thisSystem();
  if (system === "windows")
    throw new Failure(
      "system",
      "on Windows device management installs settings: `sallyport policy compile --platform windows` writes what it takes",
    );
  return system === "macos" ? "macos" : "linux";
}

/** The folder below which everything of a place lies. */
export function rootOf({ scope, place }: DeployPlace, machine: MachinePlaces): string {
  return scope === "managed" ? machine.root : place;
}

/** Plans to write a policy. Throws a Failure for what cannot be read, compiled or replaced. */
export async function planDeployment(
  { policy, text, whole }: PolicyToDeploy,
  options: {
    readonly at: DeployPlace;
    readonly site: Site;
    /** Where each parameter stands, for whoever has to correct it. */
    readonly place?: PlacedSite["place"] | undefined;
    readonly machine: MachinePlaces;
    readonly records: DeploymentRecords;
    /** Whether the settings of the hooks' person are left as they are. */
    readonly leavesPerson?: boolean;
  },
): Promise<DeploymentPlan> {
  const { at, site, machine, records } = options;
  if (at.scope === "managed") {
    requireAdministrator(machine);
    compilePolicyFile(text, machine.policyFile, "managed");
  }
  const target = { scope: at.scope, platform: thisPlatform() } as const;
  refuseLockout({ site, place: options.place ?? (() => ({ file: "the parameters" })) }, at.scope);
  const wish = whole === undefined ? {} : { client: whole.client };
  const compiled = compilePolicy(policy, { target, site, catalogue: loadCatalogue(), ...wish });
  const settingsFile = join(at.place, ".claude", "settings.json");
  const wanted = wantedFiles(compiled, {
    scope: at.scope,
    settingsFile,
    managed: machine,
    policy: text,
  });
  const present = await readAll(
    wanted.map(({ path }) => path),
    rootOf(at, machine),
  );
  if (at.scope === "managed") {
    const written = new Set(wanted.map(({ path }) => path));
    refuseUnreadable(machine.directory, written);
    refuseSilencedHooks(machine.directory, written, site.hooks !== undefined);
  }
  const [last] = inForceAt(records.all(), at);
  const { person, notes } =
    at.scope === "managed" && options.leavesPerson !== true
      ? personPlan(site)
      : { person: undefined, notes: [] };
  return {
    what: "deploy",
    of: null,
    scope: at.scope,
    place: at.place,
    policy: { id: policy.id, digest: policy.digest },
    files: plannedFiles(wanted, (path) => presentAt(path, present, { last, records })),
    notes: [...compiled.notes, ...machineNotes(site, at), ...notes],
    ...(at.scope === "project" ? {} : { programs: [...programsOf(site)] }),
    ...(person === undefined ? {} : { person }),
  };
}

/** What the settings of the hooks' person get, so that somebody judges when the managed files are emptied. */
function personPlan(site: Site): Pick<DeploymentPlan, "person" | "notes"> {
  if (site.hooks === undefined || site.hooks.transport === "machine") return { notes: [] };
  const person = personOf(site);
  const outcome = person && changePerson(person, "init", { isDry: true });
  if (person !== undefined && outcome?.kind === "changed")
    return { person: { ...person, diff: outcome.diff }, notes: [] };
  if (outcome?.kind === "unchanged") return { notes: [] };
  const why =
    outcome?.kind === "refused"
      ? `the hooks are not put into the settings of \`${person?.home ?? ""}\`: ${outcome.why}`
      : "`hooks` does not say whose they are (`home`)";
  return {
    notes: [
      `${why}. managed files of no bytes are no policy for the client, and it says nothing: \`sallyport init --scope user\` keeps hooks in a person's own settings, which are silent while the managed ones stand and judge when they are gone`,
    ],
  };
}

/** Plans to take a deployment back. Throws a Failure where a file is no longer what was written. */
export async function planRollback(
  target: Deployment,
  { machine, records }: { readonly machine: MachinePlaces; readonly records: DeploymentRecords },
): Promise<DeploymentPlan> {
  const { id, scope, place, files } = target;
  if (scope === "managed") requireAdministrator(machine);
  const paths = files.map(({ path }) => path);
  const present = await readAll(paths, rootOf(target, machine));
  const changes = rollbackChanges(target, {
    presentAt: (path) => present.get(path),
    textBefore: (path) => records.textOf(target, path, "before"),
  });
  const next = inForceAt(records.all(), target)[1];
  const removal =
    target.person === undefined || next !== undefined
      ? undefined
      : changePerson(target.person, "uninstall", { isDry: true });
  const stays =
    next === undefined ? "nothing is deployed there then" : `\`${next.id}\` is in force again then`;
  return {
    what: "rollback",
    of: id,
    scope,
    place,
    files: changes,
    policy: next?.policy ?? null,
    notes: [stays],
    ...(target.person !== undefined && removal?.kind === "changed"
      ? { person: { ...target.person, diff: removal.diff } }
      : {}),
  };
}

/** Reads files below a root. Throws a Failure for links, other owners, more than 1 MiB, or no text. */
export async function readAll(
  paths: readonly string[],
  root: string,
): Promise<ReadonlyMap<string, StoredFile | undefined>> {
  const read = new Map<string, StoredFile | undefined>();
  for (const path of paths) read.set(path, await readBelow(root, path));
  return read;
}

function presentAt(
  path: string,
  present: ReadonlyMap<string, StoredFile | undefined>,
  from: { readonly last: Deployment | undefined; readonly records: DeploymentRecords },
): Present {
  const { last, records } = from;
  const file = present.get(path);
  const after = last === undefined ? undefined : records.textOf(last, path, "after");
  if (last === undefined || after === undefined) return { file };
  return { file, earlier: { before: records.textOf(last, path, "before"), after } };
}

function requireAdministrator({ directory }: MachinePlaces): void {
  const user = userId();
  if (user === ADMINISTRATOR) return;
  throw new Failure(
    "deployment",
    `\`${directory}\` belongs to the administrator: run this as root, with \`sudo\` for instance`,
  );
}

/** What of the site's parameters this machine lacks, where sessions start all the same. */
function machineNotes({ hooks, sandbox }: Site, { scope }: DeployPlace): readonly string[] {
  const notes: string[] = [];
  if (hooks !== undefined && scope !== "project") {
    const status = statSync(hooks.program, { throwIfNoEntry: false });
    if (
      scope === "managed" &&
      status !== undefined &&
      (status.uid !== ADMINISTRATOR || (status.mode & 0o022) !== 0)
    )
      notes.push(
        `\`${hooks.program}\` can be written by others than root: they decide what the hook answers`,
      );
  }
  const missing = ["bwrap", "socat"].filter((program) => !isOnPath(program, process.env["PATH"]));
  if (scope === "managed" && sandbox.enabled && missing.length > 0 && thisPlatform() === "linux")
    notes.push(
      `${missing.join(" and ")} is not on PATH: the client does not start without it while \`sandbox\` is on`,
    );
  if (scope === "managed")
    notes.push(
      "sessions that run keep what they loaded: managed settings are read when one starts",
    );
  return notes;
}

/** Folders that a deployment may have made, the innermost first. */
export function ownFolders(
  { scope, place }: DeployPlace,
  machine: MachinePlaces,
): readonly string[] {
  if (scope !== "managed") return [join(place, ".claude")];
  const { directory, policyFile } = machine;
  return [join(directory, "managed-settings.d"), directory, dirname(policyFile)];
}
