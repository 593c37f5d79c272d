// In whose place a command judges: as in a session of the project, as in the next one, or without any; with all that hooks judge by.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { lazily } from "#base/lazily.ts";
import { printable } from "#base/printable.ts";
import type { StoredTrack } from "#detect/session/stored-track.ts";
import type { PermissionMode, ShellFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { homeDirectory, userName } from "#platform/user.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { wouldBeCopied } from "../../services/undo/project-state.ts";
import { createHoldPort } from "../../services/hold/hold-port.ts";
import {
  type Circumstances,
  type CircumstanceSources,
  createCircumstances,
} from "../../services/evaluation/circumstances.ts";
import { openHeldSessions } from "../../services/sessions/held-sessions.ts";
import { lockdownOf } from "../../services/installation/lockdown.ts";
import type { Project } from "../../services/projects/project.ts";
import { createSessionTrack } from "../../services/sessions/session-track.ts";
import type { SessionView } from "../../services/sessions/session-view.ts";
import {
  createControlInspector,
  openProjectBook,
  type ProjectBook,
} from "../../services/projects/projects.ts";
import { decidingEntry, projectIn } from "../../services/projects/session-project.ts";
import { settingsVariables } from "../../services/projects/settings-variables.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { openStatements } from "../../services/exceptions/statements.ts";
import {
  type EnvironmentReport,
  reportEnvironment,
} from "../../services/facts/environment-report.ts";
import { withoutSecrets } from "../../services/facts/inherited-environment.ts";
import { shellOf } from "../../services/facts/kept-shell.ts";
import type { SessionState } from "../../services/sessions/session-state.ts";
import { withoutNpm } from "../../foundation/process/without-npm.ts";
import { controlFiles, managedPlace } from "../../services/policy/layers.ts";
import {
  type FoundSession,
  openSessionFinder,
  type RememberedSession,
  type SessionFinder,
} from "../../services/sessions/remembered-session.ts";

/** Which session is asked for: the last one of the project, one by its id, or none. */
export type SessionChoice =
  | { readonly kind: "last" }
  | { readonly kind: "none" }
  | { readonly kind: "named"; readonly id: string };

/** What `--session ID|last|none` asks for; the last one unless given. */
export function sessionChoice(word: string | undefined): SessionChoice {
  if (word === "none") return { kind: "none" };
  return word === undefined || word === "last" ? { kind: "last" } : { kind: "named", id: word };
}

/** In whose place was judged. */
export type JudgedAs = {
  /** `next`: no session is remembered, so as the next one would be. `plain`: by the call and its place alone. */
  readonly kind: "session" | "next" | "plain";
  /** Id of the session; of a `next` one the id that was asked for. */
  readonly session?: string;
  /** When something of the session was remembered last; wall time. */
  readonly usedMs?: number;
  readonly mode: PermissionMode;
  /** Names of the variables that are known of; undefined where nothing is. */
  readonly variables?: readonly string[];
  readonly isContained: boolean;
  /** Why every call, or all but reading, is refused. */
  readonly held?: string;
  /** Why there is no session. */
  readonly why?: string;
  /** What could not be read. */
  readonly trouble?: string;
};

/** All that a judgement needs beside call, policy and exceptions, and in whose place it is made. */
export type JudgedWith = { readonly as: JudgedAs; readonly circumstances: Circumstances };

/** A call's place and the session it is judged in. */
export type AskedPlace = {
  /** Directory of the call. */
  readonly cwd: string;
  /** Where the session was started; the call's directory unless given. */
  readonly directory?: string;
  readonly policy: Policy;
  readonly choice: SessionChoice;
  /** Preferred to the last session where it is remembered. */
  readonly ownId?: string;
  /** Taken in place of the session's. */
  readonly mode?: PermissionMode;
  /** Labels that are taken to have been given. */
  readonly marked?: readonly string[];
  /** A plain shell that is taken in place of the session's. */
  readonly shell?: ShellFacts;
  /** Variables that are taken to be set, in place of what the session told of them. */
  readonly variables?: EnvironmentReport;
};

/** What commands judge by on this machine. */
export type Judging = {
  /** Whether sallyport guards sessions that are started in a directory. */
  isGuarded(directory: string): boolean;
  as(asked: AskedPlace): Promise<JudgedWith>;
};

/** Opens what commands judge by on this machine. `terminal` is the environment that a session would be started from. */
export function openJudgedAs(
  places: {
    readonly data?: string;
    readonly home?: string;
    readonly terminal?: NodeJS.ProcessEnv;
  } = {},
): Judging {
  const { home = homeDirectory(), terminal = process.env } = places;
  const directories = directoriesIn(realPath(places.data ?? dataDirectory()));
  const book = openProjectBook(directories.projectsFile);
  // WHY late: where nothing is guarded, nothing of this is asked.
  const finderOf = lazily(() => openSessionFinder(directories));
  const gatherOf = lazily(() => circumstancesBy(directories, book, home));
  const inspect = createControlInspector(book, home);
  const heldNow = (project: Project): SessionView["holds"] => {
    const controls = inspect(project);
    if (controls.kind === "intact") return { quarantined: false, reason: undefined };
    const withoutCommands = controls.code.startsWith("repository-");
    return { quarantined: true, reason: controls.what, withoutCommands };
  };
  const as = async (asked: AskedPlace): Promise<JudgedWith> => {
    const { cwd, policy, marked = [], shell } = asked;
    const place = placeOf(book, asked, home);
    const found = place.isGuarded ? choose(await finderOf(), place.project, asked) : {};
    const { session } = found;
    const kind = kindOf(place.isGuarded, asked.choice, session);
    const { project } = place;
    const view: SessionView = {
      sessionId: idOf(asked, session) ?? "explain",
      cwd,
      transcriptPath: undefined,
      mode: asked.mode ?? session?.about.mode ?? "default",
      configDirectory: session?.about.config,
      writtenPaths: session?.state.written ?? new Set(),
      // WHY looked at again: so does a hook before each call of a session that is held, and at the start of one.
      holds:
        kind === "next" || session?.state.held !== undefined
          ? heldNow(project)
          : { quarantined: false, reason: undefined },
      seenMs: session?.state.seenMs ?? Date.now(),
      environment: withVariables(
        kind === "next"
          ? nextEnvironment(terminal, settingsVariables(project, home))
          : session?.state.environment,
        asked.variables,
      ),
      labels: session?.state.labels ?? new Set(),
      approved: session?.state.answers.approved ?? [],
      ...endsOf(session?.state.track),
    };
    const situation = { project, session: view, policy, marked };
    const instead = shell ?? (kind === "session" ? endedShell(session?.state) : undefined);
    const circumstances = await gatherOf()[kind]({
      ...situation,
      ...(instead === undefined ? {} : { shell: instead }),
    });
    return { as: judgedAs({ kind, asked, view, found, circumstances }), circumstances };
  };
  return { as, isGuarded: (directory) => isGuardedIn(book, directory) };
}

/** As the session's own agent would make the call now. */
function endsOf(stored: StoredTrack | undefined): Pick<SessionView, "ends"> {
  const track = createSessionTrack(stored, () => undefined);
  return { ends: (call, decision, roots) => track.ends(call, decision, { agent: "", roots }) };
}

/** How the circumstances of a call are gathered, by in whose place it is judged. */
function circumstancesBy(directories: Directories, book: ProjectBook, home: string) {
  const managed = managedPlace();
  const plain: CircumstanceSources = {
    home,
    ownPaths: [directories.root],
    user: userName(),
    data: directories.root,
    statements: openStatements(directories),
  };
  const guarded: CircumstanceSources = {
    ...plain,
    policyFiles: ({ root }) => [...book.policyFiles(), ...controlFiles(root, managed)],
    acceptedEnv: (project) => book.deciding(project)?.acceptedEnv,
    lockdown: () => lockdownOf(directories),
    held: openHeldSessions(directories).of,
    // WHY guarded places alone: without a session nothing would hold the call.
    hold: createHoldPort({ data: directories.root, home, nowMs: Date.now }),
    copies: ({ root }, paths) => Promise.resolve(wouldBeCopied(realPath(root), paths)),
  };
  const unproven: CircumstanceSources = {
    ...guarded,
    contain: () => ({ kind: "containment", sandbox: undefined, why: "no session started here" }),
  };
  return {
    plain: createCircumstances(plain),
    next: createCircumstances(unproven),
    session: createCircumstances(guarded),
  };
}

function isGuardedIn(book: ProjectBook, directory: string): boolean {
  return decidingEntry(book, undefined, realPath(resolve(directory))) !== undefined;
}

/**
 * The shell that the last call was judged with, where one of its snapshots is gone: the client removes a session's at its
 * end. Undefined while all are there, because hooks read them anew for each call.
 */
function endedShell(state: SessionState | undefined): ShellFacts | undefined {
  if (state?.defined === undefined || [...state.shell.keys()].every((file) => existsSync(file)))
    return undefined;
  return shellOf(state.defined);
}

type Place = { readonly project: Project; readonly isGuarded: boolean };

function placeOf(book: ProjectBook, asked: AskedPlace, home: string): Place {
  const { cwd, directory = cwd } = asked;
  const real = realPath(resolve(directory));
  if (isGuardedIn(book, directory))
    return { project: projectIn(book, real, home), isGuarded: true };
  return { project: { id: "", root: projectIn(book, real, home).root }, isGuarded: false };
}

function choose(finder: SessionFinder, { id }: Project, { choice, ownId }: AskedPlace) {
  const own = ownId === undefined ? {} : finder.exactly(id, ownId);
  switch (choice.kind) {
    case "none":
      return {};
    case "named":
      return finder.named(id, choice.id);
    case "last":
      return own.session === undefined ? finder.last(id) : own;
    default:
      return choice satisfies never;
  }
}

function kindOf(
  isGuarded: boolean,
  choice: SessionChoice,
  session: RememberedSession | undefined,
): JudgedAs["kind"] {
  if (!isGuarded || choice.kind === "none") return "plain";
  return session === undefined ? "next" : "session";
}

/** WHY the id that was asked for: people may have marked a session of which nothing else is remembered. */
function idOf(asked: AskedPlace, session: RememberedSession | undefined): string | undefined {
  const named = asked.choice.kind === "named" ? asked.choice.id : undefined;
  return session?.about.session ?? named ?? asked.ownId;
}

/**
 * What commands of the next session would inherit, were it started from this terminal: its environment, and over it what
 * the settings set. Undefined where there is too much of it to be told.
 */
function nextEnvironment(
  terminal: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>>,
): EnvironmentReport | undefined {
  // The shell from which a client is started sets SHLVL; a program that starts us need not.
  const report = reportEnvironment({ SHLVL: "1", ...withoutNpm(terminal), ...settings });
  return report && withoutSecrets(report);
}

/** A report in which some variables are known to be otherwise. */
function withVariables(
  report: EnvironmentReport | undefined,
  given: EnvironmentReport | undefined,
): EnvironmentReport | undefined {
  if (given === undefined) return report;
  if (report === undefined) {
    // A client that was started from a terminal, where no start-up file is read before each call.
    const isSet = given.variables.some(([name]) => name === "SHLVL");
    return isSet ? given : { ...given, variables: [["SHLVL", "1"], ...given.variables] };
  }
  const names = new Set([...given.variables.map(([name]) => name), ...given.withheld]);
  const { variables, withheld, amended = [], ...rest } = report;
  return {
    ...rest,
    variables: [...variables.filter(([name]) => !names.has(name)), ...given.variables],
    withheld: [...withheld.filter((name) => !names.has(name)), ...given.withheld],
    amended: amended.filter((name) => !names.has(name)),
  };
}

function judgedAs(of: {
  readonly kind: JudgedAs["kind"];
  readonly asked: AskedPlace;
  readonly view: SessionView;
  readonly found: FoundSession;
  readonly circumstances: Circumstances;
}): JudgedAs {
  const { kind, asked, view, found, circumstances } = of;
  const { environment } = view;
  const { holds, containment } = circumstances;
  const id = idOf(asked, found.session);
  const names = environment && [
    ...new Set([...environment.variables.map(([name]) => name), ...environment.withheld]),
  ];
  const answer = kind === "session" ? containment?.() : undefined;
  return {
    kind,
    ...(id === undefined ? {} : { session: id }),
    ...(found.session === undefined ? {} : { usedMs: found.session.usedMs }),
    mode: view.mode,
    ...(names === undefined ? {} : { variables: names.toSorted() }),
    isContained: answer?.kind === "containment" && answer.sandbox !== undefined,
    ...(holds.quarantined ? { held: holds.reason ?? "its controls were altered" } : {}),
    ...(kind === "plain"
      ? {
          why:
            asked.choice.kind === "none" ? "as asked" : "no guarded project holds this directory",
        }
      : {}),
    ...(found.trouble === undefined ? {} : { trouble: found.trouble }),
  };
}

/** In one line in whose place was judged; printable. */
export function judgedAsLine(as: JudgedAs, shell: Pick<ShellFacts, "dialect" | "known">): string {
  const { kind, session, usedMs = 0, mode, variables, isContained, held, why, trouble } = as;
  const known = `${shell.dialect === "unknown" ? "shell unknown" : shell.dialect}${shell.known ? "" : " (its functions and aliases are not known)"}`;
  const count = variables?.length;
  const told =
    count === undefined
      ? "environment not reported"
      : `${count} ${count === 1 ? "variable" : "variables"} reported`;
  const more = [
    ...(isContained ? ["sandbox proven"] : []),
    ...(held === undefined ? [] : [`held: ${held}`]),
    ...(trouble === undefined ? [] : [trouble]),
  ];
  const detail = [known, told, ...more];
  const words = {
    session: `in session ${shortId(session ?? "")} of ${whenInWords(usedMs, Date.now())}, ${[`${mode} mode`, ...detail].join(", ")}`,
    next: `as a new session here would be${session === undefined ? "" : ` (nothing of ${shortId(session)} is remembered)`}, ${detail.join(", ")}`,
    plain: `without a session (${why ?? "as asked"}), ${detail.filter((part) => part !== "environment not reported").join(", ")}`,
  };
  return printable(words[kind]);
}

/** The beginning of an id that is long. */
export function shortId(id: string): string {
  return id.length > 8 ? `${id.slice(0, 8)}…` : id;
}

/** The time of today, else with the date; where this machine is. */
export function whenInWords(timeMs: number, nowMs: number): string {
  const at = new Date(timeMs);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const now = new Date(nowMs);
  return at.toDateString() === now.toDateString() ? time : `${day} ${time}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
