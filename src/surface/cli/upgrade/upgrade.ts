// Carries an upgrade out in steps, each of which may fail: then everything is put back and the old program goes on.
import { Failure } from "#base/failure.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { guardProject } from "../guard/guard-project.ts";
import type { Terminal } from "../../foundation/terminal/terminal.ts";
import { sendCanaries } from "../../services/daemon-process/canary.ts";
import { type Launch } from "../../foundation/process/launch.ts";
import { ensureDaemon, stopDaemon } from "../../services/daemon-process/lifecycle.ts";
import { writePrivateFile } from "../../foundation/files/private-file.ts";
import { startDetached, stopGateway } from "../../services/gateway/gateway-lifecycle.ts";
import { readRunningGateway } from "../../services/gateway/gateway-state.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  inForceFiles,
  placeProgram,
  removeOldPrograms,
  writeInForce,
  writeShims,
} from "../../services/program/in-force.ts";
import type { InForce, ProgramRecord } from "../../services/program/shim.ts";
import {
  discardSnapshot,
  hasSnapshot,
  type Kept,
  restoreSnapshot,
  takeSnapshot,
} from "./snapshot.ts";
import type { UpgradePlan } from "./upgrade-plan.ts";

/** The steps in order; `done` is the last moment at which everything can still be put back. */
export const upgradeSteps = [
  "copy",
  "snapshot",
  "stop",
  "migrate",
  "switch",
  "settings",
  "start",
  "canary",
  "done",
] as const;
export type UpgradeStep = (typeof upgradeSteps)[number];

/** What an upgrade needs from whoever asked for it. */
export type UpgradePorts = {
  readonly environment: NodeJS.ProcessEnv;
  /** Called before each step. What it throws makes the upgrade fail there. */
  readonly before: (step: UpgradeStep) => void;
  /** How the daemon of a program is started; without one, of the version that knew no programs. */
  readonly launch: (program: ProgramRecord | undefined) => Launch;
};

/** What was done, besides what the plan says. */
export type UpgradeResult = { readonly record: InForce; readonly notes: readonly string[] };

/**
 * Carries a plan out. On any failure everything is put back, the daemon that ran before runs again, and a Failure
 * `upgrade` gives the reason; when putting back fails too, the next `sallyport upgrade` does it.
 */
export async function carryOutUpgrade(
  plan: UpgradePlan,
  ports: UpgradePorts,
): Promise<UpgradeResult> {
  const { places } = plan;
  let step: UpgradeStep = "copy";
  const enter = (next: UpgradeStep) => {
    step = next;
    ports.before(next);
  };
  try {
    enter("copy");
    const current = targetProgram(plan);
    const canaries = await proveAll(plan.guarded);
    enter("snapshot");
    await takeSnapshot(places, keptFiles(plan));
    enter("stop");
    await stopOrFail(plan);
    enter("migrate");
    for (const { file, change } of plan.formats) writePrivateFile(file, change.text);
    enter("switch");
    writeShims(places);
    const record = { version: 1 as const, current, previous: previousOf(plan, current) };
    writeInForce(places, record);
    enter("settings");
    const notes = await renewEntries(plan, ports);
    enter("start");
    if (plan.isRunning || plan.guarded.some(needsDaemon)) await startOrFail(plan, current, ports);
    enter("canary");
    refuseWorse(plan.guarded, canaries, await proveAll(plan.guarded));
    enter("done");
    discardSnapshot(places);
    removeOldPrograms(places);
    return { record, notes: [...notes, ...(await renewGateway(places, current))] };
  } catch (cause) {
    const reason = cause instanceof Failure ? cause.message : "a defect of sallyport";
    const state = await putBack(plan, ports);
    throw new Failure("upgrade", `the upgrade failed at \`${step}\`: ${reason}; ${state}`, {
      cause,
    });
  }
}

/** A registry gateway that runs is of the old program. What fails here harms installs of contained calls and nothing else. */
async function renewGateway(
  { root }: Directories,
  program: ProgramRecord,
): Promise<readonly string[]> {
  const running = readRunningGateway(root);
  if (running === undefined) return [];
  await stopGateway(root);
  const result = await startDetached(root, running.port, program);
  return result.kind === "failed"
    ? [`the registry gateway did not start again: ${result.message}`]
    : [];
}

/** Ends what an earlier upgrade began and did not finish, by putting everything back. */
export async function undoUnfinished(places: Directories): Promise<void> {
  await restoreSnapshot(places);
  discardSnapshot(places);
}

function targetProgram({ target, places }: UpgradePlan): ProgramRecord {
  if (target.kind === "previous") return target.program;
  const { running } = target;
  return running.kind === "source" ? running.record : placeProgram(places, running.product);
}

/** The program that can be returned to: the one that was in force, unless it is the same. */
function previousOf({ before }: UpgradePlan, { id }: ProgramRecord): ProgramRecord | null {
  if (before === undefined) return null;
  if (before.current.id === id) return before.previous;
  return before.current.id === null ? null : before.current;
}

/** The whole list of files, whichever a step is about to touch. */
function keptFiles({ places, older, formats }: UpgradePlan): readonly Kept[] {
  const { stateFile, projectsFile } = places;
  const migrated = formats.map(({ file }) => file);
  const own = new Set([stateFile, projectsFile, ...migrated, ...inForceFiles(places)]);
  return [
    ...[...own].map((path) => ({ path, root: null })),
    ...older.map(({ root, settingsFile }) => ({ path: settingsFile, root })),
  ];
}

async function stopOrFail({ install }: UpgradePlan): Promise<void> {
  const result = await stopDaemon(install);
  if (result.kind !== "stuck") return;
  throw new Failure("daemon", `the daemon (process ${result.pid}) does not end`);
}

async function startOrFail(
  { install }: UpgradePlan,
  program: ProgramRecord | undefined,
  ports: UpgradePorts,
): Promise<void> {
  const launch = { ...ports.launch(program), environment: ports.environment };
  const result = await ensureDaemon(install, launch);
  if (!("identity" in result)) throw new Failure(result.kind, result.message);
  if (result.identity.state !== "refusing") return;
  const { outputFile } = install.directories;
  throw new Failure("daemon", `the daemon refuses every call; the reason is in \`${outputFile}\``);
}

const silent: Terminal = {
  print: () => undefined,
  warn: () => undefined,
  isInteractive: false,
  hasColour: false,
  confirm: async () => false,
};

/** Writes the entries of older projects anew. A project that `init` would refuse keeps its own, and is named. */
async function renewEntries(
  { older, places, target }: UpgradePlan,
  { environment }: UpgradePorts,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { root, hooks, scope } of older) {
    const transport = hooks.some(({ handler }) => handler["url"] !== undefined)
      ? ("http" as const)
      : ("command" as const);
    const request = {
      directory: root,
      yes: true,
      terminal: silent,
      environment,
      data: places.root,
      transport,
      scope,
      ...(target.kind === "running" ? { running: target.running } : {}),
    };
    try {
      await guardProject({ ...request, dryRun: true });
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      notes.push(`${root} keeps its entries: ${cause.message}`);
      continue;
    }
    await guardProject(request);
  }
  return notes;
}

function needsDaemon({ hooks }: ProjectEntry): boolean {
  return hooks.some(({ handler }) => handler["url"] !== undefined);
}

type Proof = "good" | "bad" | "none";

/** Sends the canaries through the installed hook of each project. */
async function proveAll(projects: readonly ProjectEntry[]): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const project of projects) proofs.push(await prove(project));
  return proofs;
}

async function prove(project: ProjectEntry): Promise<Proof> {
  try {
    const results = await sendCanaries(project);
    return results.every(({ isGood }) => isGood) ? "good" : "bad";
  } catch (cause) {
    if (cause instanceof Failure) return "none";
    throw cause;
  }
}

/** A project that judged wrongly before, under rules of its own, may go on doing so; one that judged well may not. */
function refuseWorse(
  projects: readonly ProjectEntry[],
  before: readonly Proof[],
  after: readonly Proof[],
): void {
  const worse = projects.find(
    (_, place) => after[place] === "none" || (after[place] === "bad" && before[place] !== "bad"),
  );
  if (worse === undefined) return;
  throw new Failure("canary", `the canary calls through the hook of \`${worse.root}\` went wrong`);
}

/** Puts everything back and says in words how it is now. */
async function putBack(plan: UpgradePlan, ports: UpgradePorts): Promise<string> {
  const { places, before, isRunning } = plan;
  try {
    if (!hasSnapshot(places)) {
      removeOldPrograms(places);
      return "nothing was changed";
    }
    await stopOrFail(plan);
    await undoUnfinished(places);
    removeOldPrograms(places);
    if (isRunning) await startOrFail(plan, before?.current, ports);
    return "everything is as it was before";
  } catch (cause) {
    const reason = cause instanceof Failure ? cause.message : "a defect of sallyport";
    return `and it could not be undone whole (${reason}); run \`sallyport upgrade\` again`;
  }
}
