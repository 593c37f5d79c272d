// What an audit asks of this guard: whether it is in force here, where its record lies, who can reach it, and what people stated.
import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { IDLE_DAYS } from "#assure/posture/idle-rules.ts";
import type {
  GuardInput,
  IdleRules,
  Seen,
  StatementInput,
} from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { CHECKPOINT_PATH } from "#record/log/layout.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { isInPlace, managedPlace } from "../policy/layers.ts";

const DAY_MS = 86_400_000;

/** How the guard stands for sessions at `root`. */
export async function guardInput(
  root: string,
  directories: Directories,
  nowMs: number,
): Promise<Seen<GuardInput>> {
  const isInstalled = existsSync(directories.stateFile);
  try {
    const project = isInstalled
      ? (await import("../projects/guarded-project.ts")).guardingOf(directories, root)?.entry
      : undefined;
    const daemon = isInstalled
      ? await (await import("../daemon-process/lifecycle.ts")).daemonStatus(directories)
      : undefined;
    const log = lstatSync(directories.log, { throwIfNoEntry: false });
    const written = statSync(join(directories.log, CHECKPOINT_PATH), { throwIfNoEntry: false });
    const policy = project?.policy;
    const own = lstatSync(directories.root, { throwIfNoEntry: false });
    return {
      kind: "seen",
      value: {
        isInstalled,
        isGuarded: project !== undefined,
        isDaemonRunning: daemon?.state === "running",
        policy: policy === undefined ? undefined : "pack" in policy ? policy.pack : policy.file,
        logDirectory: log === undefined ? undefined : directories.log,
        ownDirectory:
          own?.isDirectory() === true && (own.mode & 0o022) === 0
            ? resolve(directories.root)
            : undefined,
        isLogInRepository: log !== undefined && isBelow(directories.log, root),
        isLogOpen: log !== undefined && (log.mode & 0o077) !== 0,
        exportTargets: await countTargets(directories),
        hasManagedPolicy: isInPlace({ layer: "managed", ...managedPlace() }),
        lastEventDays:
          written === undefined ? undefined : Math.floor((nowMs - written.mtimeMs) / DAY_MS),
      },
    };
  } catch (error) {
    if (error instanceof Failure) return { kind: "unseen", why: error.message };
    throw error;
  }
}

/** Waivers, attestations and objections to them of this installation. */
export async function statementInputs(
  root: string,
  directories: Directories,
  nowMs: number,
): Promise<Seen<readonly StatementInput[]>> {
  if (!existsSync(directories.statementsFile)) return { kind: "seen", value: [] };
  try {
    const { openStatements } = await import("../exceptions/statements.ts");
    const all = openStatements(directories).all(nowMs);
    return {
      kind: "seen",
      value: all.flatMap(({ receipt: { statement }, state }) => {
        const { id, kind, about, owner, expiresMs, scope } = statement;
        if (kind !== "waiver" && kind !== "attestation" && kind !== "objection") return [];
        const until = new Date(expiresMs).toISOString().slice(0, 10);
        const isHere = scope.of === "all" || (scope.of === "project" && isBelow(root, scope.path));
        return [{ id, kind, about, owner, until, state, isHere }];
      }),
    };
  } catch (error) {
    if (error instanceof Failure) return { kind: "unseen", why: error.message };
    throw error;
  }
}

/** Rules of the policy in force that decided nothing for long; none are asked about where nothing is installed. */
export async function idleRuleInput(
  root: string,
  directories: Directories,
  nowMs: number,
): Promise<Seen<IdleRules>> {
  if (existsSync(directories.stateFile))
    return (await import("./idle-rules.ts")).idleRules(root, directories, nowMs);
  return { kind: "seen", value: { days: IDLE_DAYS, asked: 0, rules: [] } };
}

/** WHY loaded when asked for, as above: most machines that are audited have none of this, and an audit starts at once. */
async function countTargets({ exportsFile }: Directories): Promise<number> {
  if (!existsSync(exportsFile)) return 0;
  return (await import("../export/targets-file.ts")).readTargets(exportsFile).length;
}

function isBelow(path: string, root: string): boolean {
  const [inner, outer] = [real(path), real(root)];
  return inner === outer || inner.startsWith(`${outer}/`);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
