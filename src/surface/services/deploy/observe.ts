// Looking at what lies on this machine, without following links and without changing anything.
import { closeSync, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { type Deployment, type DeployPlace, inForceAt } from "#govern/deploy/deployment.ts";
import {
  type Deployed,
  type DriftFinding,
  fileFindings,
  folderFindings,
  modFindings,
  type Observed,
  personFindings,
  programFindings,
} from "#govern/deploy/drift.ts";
import { keepsModsOut } from "#govern/deploy/mods-kept-out.ts";
import { besideFindings } from "#govern/deploy/weakening.ts";
import { CLIENT_BYTES_MAX, type LintSource } from "#govern/settings/lint/file.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { openFlags } from "#platform/open-flags.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { MachinePlaces } from "./deployment-plan.ts";
import { observeProgram } from "./hook-programs.ts";
import { lockdownText } from "./lockdown-settings.ts";
import { type HookPerson, personSettings } from "./person-hooks.ts";
import type { DeploymentRecords } from "./records.ts";

const PERMISSIONS = 0o777;

/** What is known of this machine: deployments in force, and how what lies there differs. */
export type DeploymentStatus = {
  readonly deployed: readonly Deployed[];
  readonly findings: readonly DriftFinding[];
};

/** Holds what lies at the places against their deployments, and looks at what stands beside them. */
export function lookForDrift(
  places: readonly DeployPlace[],
  {
    machine,
    records,
    sources,
    overruled,
    dead,
    mods = [],
  }: {
    readonly machine: MachinePlaces;
    readonly records: DeploymentRecords;
    /** Settings files in force here, the highest layer first. */
    readonly sources: readonly LintSource[];
    /** Managed settings that are there and that other managed ones overrule. */
    readonly overruled: readonly LintSource[];
    readonly dead: readonly LintSource[];
    /** Code inside of the client that nobody agreed to. */
    readonly mods?: readonly { readonly name: string; readonly file: string }[];
  },
): DeploymentStatus {
  const all = records.all();
  const deployed = places.flatMap((place): readonly Deployed[] => {
    const [deployment] = inForceAt(all, place);
    if (deployment === undefined) return [];
    return [{ deployment, textOf: (path, when) => records.textOf(deployment, path, when) }];
  });
  const written = new Map(
    deployed
      .filter(({ deployment }) => deployment.scope === "managed")
      .flatMap(({ deployment, textOf }) =>
        deployment.files.map(({ path }) => [path, textOf(path, "after") ?? ""] as const),
      )
      .filter(([path]) => path.endsWith(".json")),
  );
  const folders = [
    machine.directory,
    join(machine.directory, "managed-settings.d"),
    dirname(machine.policyFile),
  ];
  const findings = [
    ...deployed.flatMap((one) => fileFindings(one, observe, ownerOf(one.deployment))),
    ...deployed.flatMap(({ deployment }) => programFindings(deployment, observeProgram)),
    ...personsOf(all, places).flatMap((person) => {
      const file = personSettings(person);
      return personFindings(file, holdsOurs(file));
    }),
    ...modFindings(mods, keepsModsOut(sources.filter(({ layer }) => layer === "managed"))),
    ...folders.flatMap((folder) => folderFindings(folder, observe(folder), ADMINISTRATOR)),
    ...besideFindings(sources, {
      deployed: written,
      overruled,
      dead,
      catalogue: loadCatalogue(),
      isOurs: ({ text }) => text === lockdownText(),
    }),
  ];
  return { deployed, findings: withoutEchoes(findings) };
}

/**
 * Everybody whose own settings got the hooks with a deployment that is in force. WHY not of the last one alone: a further
 * deployment finds them there and puts nothing in.
 */
function personsOf(
  all: readonly Deployment[],
  places: readonly DeployPlace[],
): readonly HookPerson[] {
  const persons = places
    .flatMap((place) => inForceAt(all, place))
    .flatMap(({ person }) => person ?? []);
  return persons.filter(
    ({ home }, index) => persons.findIndex((other) => other.home === home) === index,
  );
}

function holdsOurs(file: string): boolean {
  const seen = observe(file);
  if (seen.kind !== "file" || seen.text === undefined) return false;
  try {
    return hasOurHooks(seen.text, file);
  } catch (cause) {
    // The client ignores a file that it cannot read, so no hook of it counts.
    if (cause instanceof Failure) return false;
    throw cause;
  }
}

/** What lies at a path. */
export function observe(path: string): Observed {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) return { kind: "missing" };
    const rights = { mode: status.mode & PERMISSIONS, owner: status.uid };
    if (status.isSymbolicLink()) return { kind: "link", ...rights };
    if (status.isDirectory()) return { kind: "folder", ...rights };
    return status.isFile() ? readObserved(path) : { kind: "other", ...rights };
  } catch (cause) {
    return { kind: "unreadable", why: errorCode(cause) ?? "unknown" };
  }
}

function readObserved(path: string): Observed {
  const descriptor = openSync(path, openFlags.read);
  try {
    const status = fstatSync(descriptor);
    const rights = { mode: status.mode & PERMISSIONS, owner: status.uid };
    if (!status.isFile()) return { kind: "other", ...rights };
    if (status.size > CLIENT_BYTES_MAX)
      return { kind: "unreadable", why: `it has ${status.size} bytes, more than the client reads` };
    return { kind: "file", text: readFileSync(descriptor, "utf8"), ...rights };
  } finally {
    closeSync(descriptor);
  }
}

function ownerOf({ scope }: DeployPlace): number {
  return scope === "managed" ? ADMINISTRATOR : (userId() ?? ADMINISTRATOR);
}

/** WHY: a deployed file without a byte is found by its digest and by lint too. */
function withoutEchoes(findings: readonly DriftFinding[]): readonly DriftFinding[] {
  return findings.filter(
    (finding, index) =>
      findings.findIndex(({ id, file, key }) => {
        return id === finding.id && file === finding.file && key === finding.key;
      }) === index ||
      (finding.key === null && !["tier/zeroed", "file/link"].includes(finding.id)),
  );
}

/** Places at which older documents say that settings lie, and at which no client looks. */
export function deadPlaces(home: string): readonly string[] {
  const apple = "/Library/Application Support";
  return [
    ...["/etc/claude/managed-settings.json", "/etc/claude/settings.json"],
    "/etc/claude-code/settings.json",
    ...[`${apple}/Claude/managed-settings.json`, `${apple}/Claude/settings.json`],
    `${apple}/ClaudeCode/settings.json`,
    ...["developer", "reviewer", "administrator", "cicd"].map((role) =>
      join(home, ".claude/roles", `${role}.json`),
    ),
  ];
}
