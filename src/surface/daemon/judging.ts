// Judging one call as a hook asks it: facts and shell gathered, the policy in force applied.
import type { AcceptedVariable } from "#govern/settings/accepted-variables.ts";
import type { FactAnswer } from "#guard/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Lift, Policy } from "#guard/policy/policy.ts";
import { type Anchors, PlaceTests } from "#guard/policy/condition-places.ts";
import { plantedIn } from "../decoys/register.ts";
import { createGitIndexes } from "../facts/git-copies.ts";
import { type Guard, judgeCall } from "../facts/judge.ts";
import type { NearPaths } from "../facts/near-paths.ts";
import { configDirectoryOf, realPath } from "../containment/start-report.ts";
import { containmentAnswer } from "../containment/session-proof.ts";
import { callKey, judgeUnder } from "../exceptions/judged.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import type { ExceptionStore } from "../exceptions/store.ts";
import { sessionFacts } from "../facts/session.ts";
import { sessionLabels } from "../facts/session-labels.ts";
import { situationFacts } from "../facts/situation.ts";
import { createInherit } from "../facts/inherited-environment.ts";
import { readSessionShell, type SessionShellOptions } from "../facts/session-shell.ts";
import type { PolicyOf } from "../policy/policies.ts";
import { holdsUnder, type Lockdown } from "./lockdown.ts";
import { dropOldest } from "./open-calls.ts";
import type { Judge, Project } from "./ports.ts";
import type { RequirePlace } from "./project-place.ts";

/** Projects whose policy stays compiled; one takes some 100 KB. */
const PROJECTS_MAX = 32;

/** What belongs to this machine: the user, and the paths of our own controls. */
export type Machine = {
  readonly home: string;
  readonly ownPaths: readonly string[];
  /** Name of the user; looked up for each call unless given. */
  readonly user?: string;
};

/**
 * Builds the judge. `policy` throws or rejects with a Failure while there is none; `policyFiles` are those that no
 * call may change, as they are now; `guard` makes what bounds the time of one call, and `requirePlace` refuses projects
 * that are not where they were.
 */
export function createJudge(
  options: Machine & {
    readonly policy: PolicyOf;
    readonly policyFiles?: (project: Project) => readonly string[];
    readonly guard?: () => Guard;
    readonly requirePlace?: RequirePlace;
    readonly near?: NearPaths;
    /** Variables of the project's repository that a person accepted. */
    readonly acceptedEnv?: (project: Project) => readonly AcceptedVariable[] | undefined;
    /** The lockdown in force; without it there never is one. */
    readonly lockdown?: () => Lockdown | undefined;
    /** What a person approved as exceptions; without it there are none. */
    readonly exceptions?: ExceptionStore;
    /** What people marked sessions with; without it nobody knows a label. */
    readonly statements?: StatementStore;
    /** The data directory, which a sandbox must hide; without it no call counts as contained. */
    readonly data?: string;
    /** What holds a session's commands; this machine's sandbox unless given. */
    readonly contain?: typeof containmentAnswer;
    /** Wall time, for rules that hold at some hours; the machine's own unless given. */
    readonly nowMs?: () => number;
  },
): Judge {
  const { home, ownPaths, user, policy, guard, policyFiles = () => [], requirePlace } = options;
  const {
    near,
    acceptedEnv,
    exceptions,
    statements,
    data,
    contain = containmentAnswer,
    lockdown = () => undefined,
    nowMs = () => Date.now(),
  } = options;
  const parsed: SessionShellOptions["parsed"] = new Map();
  const placesOf = createPlaceMemory();
  const indexes = createGitIndexes();
  const inherit = createInherit(realPath(home));
  return async ({ project, call, session }) => {
    const { sessionId, cwd, mode, writtenPaths } = session;
    const holds = holdsUnder(lockdown(), session.holds);
    const configDirectory = configDirectoryOf(session.transcriptPath);
    requirePlace?.(project, cwd);
    const inForce = await policy(project);
    const given = statements?.labelsOf(sessionId, nowMs());
    const labels = asksForLabels(inForce)
      ? await sessionLabels(inForce, {
          ...{ root: project.root, home, given, found: session.labels ?? new Set() },
        })
      : undefined;
    const facts = sessionFacts({
      ...(labels === undefined ? {} : { labels }),
      ...{ sessionId, cwd, mode, projectRoot: project.root, home, ownPaths },
      ...situationFacts(inForce, session.environment, nowMs()),
      ...(user === undefined ? {} : { user }),
      controlPaths: policyFiles(project),
      decoys: data === undefined ? [] : plantedIn(data),
    });
    const snapshot = readSessionShell({
      ...{ home, parsed, startedAtMs: session.seenMs },
      ...(configDirectory === undefined ? {} : { configDirectory }),
    });
    const { shell, environment } = inherit(
      session.environment,
      snapshot.shell,
      acceptedEnv?.(project),
    );
    const containment =
      data === undefined
        ? undefined
        : () =>
            contain(session.environment, {
              ...{ root: facts.projectRoot, home: facts.home, data },
              configDirectory: configDirectory ?? `${facts.home}/.claude`,
            });
    const judge = (lifts: readonly Lift[]) =>
      judgeCall({
        ...{ call, policy: inForce, session: facts, shell, environment, writtenPaths, holds },
        ...(guard === undefined ? {} : { guard: guard() }),
        ...(near === undefined ? {} : { near }),
        places: placesOf(facts),
        ...{ lifts, indexes, containment },
      });
    const circumstances = {
      ...{ nowMs: nowMs(), policy: inForce.digest, root: project.root },
      call: callKey(sessionId, call),
      given: inForce.exceptions ?? [],
    };
    const decision = await (exceptions === undefined
      ? judge([])
      : judgeUnder(exceptions, circumstances, judge));
    const { digest: shellDigest, files: shellFiles } = snapshot;
    const found = (labels ?? []).flatMap(({ name, from }) => (from === "found" ? [name] : []));
    const { interactive } = facts;
    const readsRegistries = isInstall(decision) && reachesGateway(containment?.());
    return {
      ...{ decision, policy: inForce, shellDigest, shellFiles, labels: found, interactive },
      ...(readsRegistries ? { readsRegistries } : {}),
    };
  };
}

function isInstall({ verdict, effects }: Decision): boolean {
  return verdict !== "deny" && effects.some(({ kind }) => kind === "install");
}

function reachesGateway(answer: FactAnswer | undefined): boolean {
  return answer?.kind === "containment" && (answer.sandbox?.registries.length ?? 0) > 0;
}

/** WHY not always: where no rule speaks of labels, nobody needs to look for any. */
function asksForLabels({ rules }: Policy): boolean {
  return rules.some(({ when }) => when.labels !== undefined);
}

/** Compiles a policy for a project once, not for every call. */
function createPlaceMemory(): (anchors: Anchors) => PlaceTests {
  const known = new Map<string, PlaceTests>();
  return ({ projectRoot, home }) => {
    const key = `${projectRoot}\0${home}`;
    const places = known.get(key) ?? new PlaceTests({ projectRoot, home });
    known.delete(key);
    known.set(key, places);
    dropOldest(known, PROJECTS_MAX);
    return places;
  };
}
