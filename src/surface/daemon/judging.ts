// Judging one call as a hook asks it: facts and shell gathered, the policy in force applied.
import { realpathSync } from "node:fs";
import { type Guard, judgeCall } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { readSessionShell, type SessionShellOptions } from "../facts/session-shell.ts";
import type { PolicyOf } from "../policy/policies.ts";
import type { Judge } from "./ports.ts";
import type { RequirePlace } from "./project-place.ts";

/** What belongs to this machine: the user's home, and the paths of our own controls. */
export type Machine = { readonly home: string; readonly ownPaths: readonly string[] };

/**
 * Builds the judge. `policy` throws or rejects with a Failure while there is none; `policyFiles` are those that no
 * call may change, as they are now; `guard` makes what bounds the time of one call, and `requirePlace` refuses projects
 * that are not where they were.
 */
export function createJudge(
  options: Machine & {
    readonly policy: PolicyOf;
    readonly policyFiles?: () => readonly string[];
    readonly guard?: () => Guard;
    readonly requirePlace?: RequirePlace;
  },
): Judge {
  const { home, ownPaths, policy, guard, policyFiles = () => [], requirePlace } = options;
  const parsed: SessionShellOptions["parsed"] = new Map();
  return async ({ project, call, session }) => {
    const { sessionId, cwd, mode, holds, writtenPaths } = session;
    const configDirectory = configDirectoryOf(session.transcriptPath);
    const resolving = Promise.all([
      sessionFacts({
        ...{ sessionId, cwd, mode, projectRoot: project.root, home, ownPaths },
        controlPaths: policyFiles(),
      }),
      requirePlace?.(project, cwd),
    ]);
    // It is awaited below; a fault in between must not leave its rejection to nobody.
    resolving.catch(() => undefined);
    const { shell, digest } = readSessionShell({
      ...{ home, parsed, startedAtMs: session.seenMs },
      ...(configDirectory === undefined ? {} : { configDirectory }),
    });
    const [facts] = await resolving;
    const inForce = await policy(project);
    const subject = { call, policy: inForce, session: facts, shell, writtenPaths, holds };
    const decision = await judgeCall(
      guard === undefined ? subject : { ...subject, guard: guard() },
    );
    return { decision, policy: inForce, shellDigest: digest };
  };
}

/** Resolves symlinks of an existing path; the path itself when that fails. */
export function resolvePath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The client's configuration directory, from where it keeps its transcripts: `<config>/projects/<name>/<id>.jsonl`. */
function configDirectoryOf(transcriptPath: string | undefined): string | undefined {
  return /^(\/.+)\/projects\/[^/]+\/[^/]+\.jsonl$/.exec(transcriptPath ?? "")?.[1];
}
