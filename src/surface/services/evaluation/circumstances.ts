// What a call is judged with beside itself and the policy: gathered here alone, for hooks and for commands that say what hooks would.
import type { AcceptedVariable } from "#govern/settings/accepted-variables.ts";
import type { FactAnswer, SessionLabel, ShellFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { containmentAnswer } from "../containment/session-proof.ts";
import { plantedIn } from "../decoys/register.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import { createInherit } from "../facts/inherited-environment.ts";
import type { JudgeInput } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { includedSettings } from "../facts/git/included-settings.ts";
import { sessionLabels } from "../facts/git/session-labels.ts";
import {
  readSessionShell,
  type SessionShell,
  type SessionShellOptions,
} from "../facts/session-shell.ts";
import { linkedSettings } from "../facts/linked-settings.ts";
import { situationFacts } from "../facts/situation.ts";
import { createAdditionalDirectories } from "../hold/additional-directories.ts";
import { createLooks } from "../../foundation/files/looks.ts";
import { ownTemporary, toldVariable } from "../hold/own-temporary.ts";
import { type HeldSession, holdsOfHeld } from "../sessions/held-sessions.ts";
import type { HoldPort } from "../hold/hold-port.ts";
import { holdsUnder, type Lockdown } from "../installation/lockdown.ts";
import type { Project } from "../projects/project.ts";
import type { SessionView } from "../sessions/session-view.ts";
import { rememberedIn } from "../sessions/session-answers.ts";

/** What belongs to this machine: the user, and the paths of our own controls. */
export type Machine = {
  readonly home: string;
  readonly ownPaths: readonly string[];
  /** Name of the user; looked up for each call unless given. */
  readonly user?: string;
  /** How a version of the client stands to those that are proven; without it, as in the command hook, that is not said. */
  readonly clientProof?: (version: string) => string;
};

/** Where the circumstances of a call come from. */
export type CircumstanceSources = Machine & {
  /** Files that no call may change, as they are now. */
  readonly policyFiles?: (project: Project) => readonly string[];
  /** Variables of the project's repository that a person accepted. */
  readonly acceptedEnv?: (project: Project) => readonly AcceptedVariable[] | undefined;
  /** The lockdown in force; without it there never is one. */
  readonly lockdown?: () => Lockdown | undefined;
  /** Why a session is held whole; without it none is. */
  readonly held?: (sessionId: string) => HeldSession | undefined;
  /** What people marked sessions with; without it nobody knows a label. */
  readonly statements?: StatementStore;
  /** The data directory, which a sandbox must hide; without it no call counts as contained. */
  readonly data?: string;
  /** What holds a session's commands; this machine's sandbox unless given. */
  readonly contain?: typeof containmentAnswer;
  /**
   * Whether commands of a session are held call by call, and what such a one is shown in the place of a file; without it none
   * are. Must not reject.
   */
  readonly hold?: Pick<HoldPort, "fact" | "shown" | "viewed" | "serves">;
  /** Makes copies of files of a project, absolute paths, and gives those of which there is one; without it none are. Must not reject. */
  readonly copies?: (project: Project, paths: readonly string[]) => Promise<readonly string[]>;
  /** Wall time, for rules that hold at some hours; the machine's own unless given. */
  readonly nowMs?: () => number;
};

/** A session in a project, and the policy that is in force there. */
export type Situation = {
  readonly project: Project;
  readonly session: SessionView;
  readonly policy: Policy;
  /** Labels that are taken to have been given beside those that were. */
  readonly marked?: readonly string[];
  /** Taken in place of the shell of the session. */
  readonly shell?: ShellFacts;
};

/** All that a judgement needs beside the call, its policy and exceptions. */
export type Circumstances = Required<
  Pick<JudgeInput, "session" | "shell" | "writtenPaths" | "holds">
> &
  Pick<
    JudgeInput,
    "environment" | "containment" | "shown" | "viewed" | "copies" | "serves" | "remembered"
  > & {
    /** The session's labels; undefined where no rule asks for any, or where they cannot be told. */
    readonly labels: readonly SessionLabel[] | undefined;
    readonly shellSeen: SessionShell;
    /** The chains of the session that a call would end; missing where nobody follows it. */
    readonly ends?: SessionView["ends"];
  };

/** Builds the gathering. What it reads of the shell and of environments it works out once. */
export function createCircumstances(
  sources: CircumstanceSources,
): (situation: Situation) => Promise<Circumstances> {
  const { home, ownPaths, user, policyFiles = () => [], acceptedEnv, statements, data } = sources;
  const { copies } = sources;
  const {
    contain = containmentAnswer,
    lockdown = () => undefined,
    held = () => undefined,
    nowMs = () => Date.now(),
  } = sources;
  const parsed: SessionShellOptions["parsed"] = new Map();
  const inherit = createInherit(realPath(home));
  const additional = createAdditionalDirectories(home);
  return async ({ project, session, policy, marked = [], shell: instead }) => {
    const { sessionId, cwd, mode, writtenPaths } = session;
    const configDirectory = session.configDirectory ?? configDirectoryOf(session.transcriptPath);
    const stated = statements?.labelsOf(sessionId, nowMs());
    const labels = asksForLabels(policy)
      ? await sessionLabels(policy, {
          root: project.root,
          home,
          found: session.labels ?? new Set(),
          given: stated && [...stated, ...marked],
        })
      : undefined;
    const temporary = ownTemporary(
      toldVariable(session.environment, "TMPDIR"),
      {
        projectRoot: project.root,
        home,
        data,
        configDirectory: configDirectory ?? `${home}/.claude`,
      },
      createLooks(),
    );
    const facts = sessionFacts({
      ...(temporary === undefined ? {} : { temporary }),
      ...(labels === undefined ? {} : { labels }),
      sessionId,
      cwd,
      mode,
      projectRoot: project.root,
      home,
      ownPaths,
      additionalDirectories: additional({
        root: project.root,
        writtenPaths,
        worktrees: session.worktrees,
      }),
      ...situationFacts(policy, session.environment, nowMs()),
      ...(user === undefined ? {} : { user }),
      controlPaths: policyFiles(project),
      includedSettings: await includedSettings(project.root, home),
      linkedSettings: linkedSettings([
        `${project.root}/.claude`,
        configDirectory ?? `${home}/.claude`,
      ]),
      decoys: data === undefined ? [] : plantedIn(data),
    });
    const shellSeen = readSessionShell({
      home,
      parsed,
      startedAtMs: session.seenMs,
      ...(configDirectory === undefined ? {} : { configDirectory }),
    });
    const { shell, environment } = inherit(
      session.environment,
      instead ?? shellSeen.shell,
      acceptedEnv?.(project),
    );
    const kernel = session.isUnheld
      ? undefined
      : await sources.hold?.fact({ project, sessionId }, policy);
    const proven =
      data === undefined
        ? undefined
        : () =>
            contain(session.environment, {
              root: facts.projectRoot,
              home: facts.home,
              data,
              configDirectory: configDirectory ?? `${facts.home}/.claude`,
            });
    const containment = kernel === undefined ? proven : () => eitherOf(kernel, proven);
    // WHY only then: in the client's own sandbox files are hidden, and no views are made.
    const hold = isHeldByCall(containment?.()) ? sources.hold : undefined;
    const asked = { policy, configDirectory: configDirectory ?? `${home}/.claude` };
    const shown =
      hold &&
      ((path: string, words?: readonly string[]) =>
        hold.shown({ project, sessionId }, { ...asked, path, words }));
    const { approved = [], ends } = session;
    return {
      ...(ends === undefined ? {} : { ends }),
      ...(approved.length === 0 ? {} : { remembered: rememberedIn(approved) }),
      session: facts,
      shell,
      environment,
      writtenPaths,
      labels,
      shellSeen,
      containment,
      shown,
      viewed: async (path) =>
        await sources.hold?.viewed({ project, sessionId }, { ...asked, path }),
      serves: hold && ((port) => hold.serves({ project, sessionId }, port, session.seenMs)),
      copies: copies && ((paths) => copies(project, paths)),
      holds: holdsUnder(lockdown(), holdsOfHeld(held(sessionId), session.holds)),
    };
  };
}

function isHeldByCall(answer: FactAnswer | undefined): boolean {
  return answer?.kind === "containment" && answer.sandbox?.perCall === true;
}

/** The client's own sandbox where that is proven, else what holds each call. */
function eitherOf(held: FactAnswer, proven: (() => FactAnswer) | undefined): FactAnswer {
  const answer = proven?.();
  const isProven = answer?.kind === "containment" && answer.sandbox !== undefined;
  return isProven ? answer : held;
}

/** WHY not always: where no rule speaks of labels, nobody needs to look for any. */
export function asksForLabels({ rules }: Policy): boolean {
  return rules.some(({ when }) => when.labels !== undefined);
}
