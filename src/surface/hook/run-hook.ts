// One hook event from standard input, judged in this process: the daemon's own answers, with files in place of its memory.
import { existsSync } from "node:fs";
import { monotonicMs } from "#platform/monotonic.ts";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import { secondsNamed, type Waits, waitsOf } from "#base/waits.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { homeDirectory } from "#platform/user.ts";
import { neutralAnswer, parseHookEvent } from "#guard/protocol/hook-io.ts";
import { processStart } from "#platform/processes.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { createAppend } from "../services/hooks/audit-append.ts";
import { createFeed } from "../services/daemon-process/feed.ts";
import type { Answer } from "../services/hooks/hook-request.ts";
import { tellAtStart } from "../services/hold/shell-lines.ts";
import { createHookAnswers } from "../services/hooks/hook-answers.ts";
import { keptBudgets } from "../services/budgets/kept-budgets.ts";
import { contentPorts } from "../services/content/content-ports.ts";
import { installWindows } from "../services/hooks/install-windows.ts";
import type { Machine } from "../services/evaluation/circumstances.ts";
import { createJudge } from "../services/evaluation/judging.ts";
import { openHeldSessions } from "../services/sessions/held-sessions.ts";
import { lockdownOf } from "../services/installation/lockdown.ts";
import { createObserves } from "../services/evaluation/observing.ts";
import { openOffSwitch } from "../services/installation/off-switch.ts";
import type { Append, HookPorts, RejectionCode } from "../services/hooks/ports.ts";
import type { Project } from "../services/projects/project.ts";
import {
  createControlInspector,
  openProjectBook,
  projectAt,
  type ProjectBook,
} from "../services/projects/projects.ts";
import { SESSION_FILES, sessionKey } from "../services/sessions/session-about.ts";
import { openSessionStore } from "../services/sessions/session-store.ts";
import { createPlaceCheck } from "../services/projects/project-place.ts";
import { createRecorder } from "../services/hooks/recorder.ts";
import { rejectionText } from "../services/hooks/refusals.ts";
import { createClaims, sharedProject } from "../services/projects/session-claims.ts";
import { createAssign, isReadIn, speakingFiles } from "../services/projects/session-project.ts";
import { hasTranscript } from "../services/sessions/transcript.ts";
import {
  dataDirectory,
  type Directories,
  prepareDirectories,
} from "../foundation/files/directories.ts";
import { openApprovals } from "../services/approvals/approval-book.ts";
import { createMcpFacts } from "../services/mcp/server-facts.ts";
import { openStatements } from "../services/exceptions/statements.ts";
import { openExceptions } from "../services/exceptions/store.ts";
import { agreements, createModLook } from "../services/mods/agreed-mods.ts";
import { openSeenDigests } from "../services/mods/kept-lists.ts";
import { createExtensionLook } from "../services/mods/seen-extensions.ts";
import { openBlocks } from "../services/incidents/blocks.ts";
import { controlFiles, type ManagedPlace, managedPlace } from "../services/policy/layers.ts";
import { createPolicies } from "../services/policy/policies.ts";
import type { CompilePolicy } from "../services/policy/policy-place.ts";
import { realPath } from "../foundation/files/path-status.ts";
import { startReport } from "../services/containment/start-report.ts";
import { createHoldPort } from "../services/hold/hold-port.ts";
import { createOwnRules } from "../services/hold/own-rules.ts";
import { createPromptAlone } from "../services/hold/prompt-alone.ts";
import { reportEnvironment } from "../services/facts/environment-report.ts";
import { boundedGuard } from "../services/evaluation/bounded-guard.ts";
import type { ControlState } from "../services/projects/controls.ts";
import { createStoredMemory } from "./stored-memory.ts";

/** What the process was started with. */
export type HookRun = {
  /**
   * `--project ID --data DIR --home DIR`, each optional; `--watched yes` for events that are only recorded, `--waits SECONDS` as long
   * as the client keeps the hook open. `--shared SECONDS` is the same for a hook that a repository shares. WHY not both: programs
   * that know no seconds take any word there.
   */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly input: AsyncIterable<Uint8Array>;
  /** Gives a pack that ships with the product; throws a Failure when it cannot. */
  readonly loadPack: (name: string) => Policy;
  readonly compile: CompilePolicy;
  /** Default: this machine's. */
  readonly managed?: ManagedPlace;
  /** Files of this program: who changes them changes the judge. */
  readonly ownPaths: readonly string[];
  readonly version: string;
};

/**
 * The answer on standard output with exit code 0, or a refusal in words with exit code 2. `recorded` resolves when what
 * was still on its way to a slow disk has reached it, and to false when it never will.
 */
export type HookOutcome =
  | { readonly kind: "answer"; readonly text: string; readonly recorded: Promise<boolean> }
  | { readonly kind: "refused"; readonly reason: string };

const CLOCK: Clock = { nowMs: () => Date.now(), monotonicMs };

/**
 * Answers one event. The record is in the spool when this resolves, a denial's and a question's on disk or for 250 ms on
 * its way there. Rejects with a Failure, or another error, when no answer can be stood by.
 */
export async function runHook(run: HookRun): Promise<HookOutcome> {
  const options = readArguments(run.args);
  const root = options.data ?? dataDirectory(run.environment);
  if (!existsSync(root)) throw unguarded();
  const directories = prepareDirectories(root);
  const book = openProjectBook(directories.projectsFile);
  const home = options.home ?? homeDirectory();
  const inspectControls = createControlInspector(book, home);
  // WHY not only the real path: a project that was moved away is refused in words, and not as a fault of ours.
  const directory = realPath(run.environment["CLAUDE_PROJECT_DIR"] ?? process.cwd());
  const isShared = options.shared !== undefined;
  const own = { book, inspect: inspectControls, environment: run.environment };
  if (isShared && isLeftToOwnHooks(directory, own)) {
    const text = JSON.stringify(neutralAnswer(await eventNameIn(run.input)));
    return { kind: "answer", text, recorded: Promise.resolve(true) };
  }
  const project = isShared
    ? sharedProject(directory)
    : findProject(book, options.project, directory);
  const machine: Machine = { home, ownPaths: [directories.root, ...run.ownPaths] };
  const record = await openRecord(directories, machine, run.version);
  const payload = await readPayload(run.input);
  if (payload === undefined) {
    await record.reject("too-large");
    return { kind: "refused", reason: rejectionText("too-large") };
  }
  const { installSubject } = record.keys;
  const store = openSessionStore(directories.sessions, installSubject);
  const nameOf = (of: Project, sessionId: string): string =>
    installSubject.pseudonym(SESSION_FILES.hook, sessionKey(of.id, sessionId));
  const shellFile = run.environment["CLAUDE_ENV_FILE"];
  tellAtStart(payload, { file: shellFile, home, data: directories.root });
  const told = reportEnvironment(run.environment);
  const environment =
    told &&
    (await startReport(told, payload, {
      directory,
      home,
      data: directories.root,
      shellFile,
    }));
  const memory = createStoredMemory(store, nameOf, environment);
  const waits = waitsOf(secondsNamed(options.waits ?? options.shared));
  const ports = portsOf(run, { directories, book, home, machine, inspectControls, record, waits });
  const recorder = createRecorder(ports, () => CLOCK.monotonicMs());
  const answer = await createHookAnswers(ports, recorder, createFeed(), memory)(project, payload);
  memory.commit();
  const isRefusal = "decision" in answer && !("systemMessage" in answer);
  const blocks = isRefusal && options.watched !== undefined;
  return record.hasFailed() || blocks
    ? { kind: "refused", reason: reasonIn(answer) }
    : { kind: "answer", text: JSON.stringify(answer), recorded: record.settled() };
}

/** What the answers of this process are made with. */
type Opened = {
  readonly directories: Directories;
  readonly book: ProjectBook;
  readonly home: string;
  readonly machine: Machine;
  readonly inspectControls: ReturnType<typeof createControlInspector>;
  readonly record: Awaited<ReturnType<typeof openRecord>>;
  readonly waits: Waits;
};

function portsOf(
  run: HookRun,
  { directories, book, home, machine, inspectControls, record, waits }: Opened,
): HookPorts {
  const { installSubject } = record.keys;
  const heldSessions = openHeldSessions(directories);
  const hasAgreed = agreements(openStatements(directories), CLOCK.nowMs);
  const managed = run.managed ?? managedPlace();
  const observes = createObserves(book, directories, managed);
  const policy = createPolicies({
    managed,
    observes,
    directory: directories.policies,
    product: run.version,
    compile: run.compile,
    nowMs: CLOCK.nowMs,
    report: (news) => record.append({ kind: "policy", news }, { durable: true }),
    chosenFor: (of) => book.deciding(of)?.policy,
    loadPack: run.loadPack,
    blocks: openBlocks(directories),
  });
  const claim = createClaims(directories.sessions, (session) =>
    installSubject.pseudonym("hook-session", session),
  );
  const hold = createHoldPort({ data: directories.root, home, nowMs: CLOCK.nowMs });
  return {
    clock: CLOCK,
    waits,
    hold,
    budgets: keptBudgets({ file: directories.budgetsFile, nowMs: CLOCK.nowMs, policy }),
    promptAlone: createPromptAlone(home, directories.root),
    judge: createJudge({
      hold,
      ...machine,
      policy,
      policyFiles: ({ root: projectRoot }) => [
        ...book.policyFiles(),
        ...controlFiles(projectRoot, managed),
      ],
      guard: () => boundedGuard(CLOCK, waits.judgeMs),
      requirePlace: createPlaceCheck(book.deciding),
      acceptedEnv: (of) => book.deciding(of)?.acceptedEnv,
      lockdown: () => lockdownOf(directories),
      held: heldSessions.of,
      mcpFacts: createMcpFacts(directories, openStatements(directories), {
        home,
        nowMs: CLOCK.nowMs,
      }),
      exceptions: openExceptions(directories),
      approvals: openApprovals(directories),
      ownRules: createOwnRules(home),
      statements: openStatements(directories),
      data: directories.root,
      nowMs: CLOCK.nowMs,
    }),
    assign: createAssign(book, home, claim),
    append: record.append,
    isLogFailing: () => false,
    // WHY: a time off never opens what was locked down.
    off: ({ id, entry }) =>
      lockdownOf(directories) === undefined
        ? openOffSwitch(directories).of(entry ?? id)
        : undefined,
    observes,
    held: heldSessions,
    mods: {
      look: createModLook(hasAgreed, CLOCK.monotonicMs),
      hasAgreed,
      home,
      extensions: createExtensionLook(
        openStatements(directories),
        openSeenDigests(directories),
        CLOCK,
      ),
    },
    inspectControls,
    ...contentPorts(policy, installSubject),
    resolvePath: realPath,
    approvals: openApprovals(directories),
    installs: installWindows(directories.root, CLOCK.nowMs),
    hasTranscript,
    projectAt: projectAt(book),
  };
}

/** The words of an answer that was made because something failed. */
function reasonIn(answer: Answer): string {
  const words =
    "hookSpecificOutput" in answer && "permissionDecisionReason" in answer.hookSpecificOutput
      ? answer.hookSpecificOutput.permissionDecisionReason
      : "reason" in answer
        ? answer.reason
        : undefined;
  const failed =
    "this event could not be judged and recorded; check the disk of the data directory";
  return words ?? failed;
}

const OPTIONS: readonly string[] = [
  "--project",
  "--data",
  "--home",
  "--watched",
  "--shared",
  "--waits",
];

type Options = {
  readonly [Name in "project" | "data" | "home" | "watched" | "shared" | "waits"]?: string;
};

function readArguments(args: readonly string[]): Options {
  const options: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 2) {
    const name = args[index] ?? "";
    const value = args[index + 1];
    if (!OPTIONS.includes(name) || value === undefined) {
      const known = "known are `--project ID`, `--data DIR` and `--home DIR`";
      throw new Failure("usage", `the hook does not know \`${printable(name)}\`; ${known}`);
    }
    options[name.slice(2)] = value;
  }
  return options;
}

function findProject(book: ProjectBook, id: string | undefined, directory: string): Project {
  const entry = id === undefined ? book.holding(directory) : book.entry(id);
  if (entry === undefined) throw unguarded();
  return { id: entry.id, root: entry.root };
}

function unguarded(): Failure<"project-unknown"> {
  return new Failure(
    "project-unknown",
    "refused, because this project is not guarded here; a person repairs this with `sallyport init` in the project",
  );
}

/** The payload, or undefined when it is larger than a payload may be. */
async function readPayload(input: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The name of the event, to be passed by; one that cannot be read is refused as any other. */
async function eventNameIn(input: AsyncIterable<Uint8Array>): Promise<string> {
  const payload = await readPayload(input);
  const event = payload === undefined ? undefined : parseHookEvent(payload);
  if (event === undefined || event.kind === "fault")
    throw new Failure("payload", "refused, because the hook's payload cannot be read");
  return event.eventName;
}

/** Recording into the spool. What the hook records it says itself, whatever the daemon would say in its own name. */
async function openRecord(directories: Directories, machine: Machine, version: string) {
  const keys = await readEventKeys(directories.keys);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock: CLOCK, product: version, random });
  const spool = openSpool(directories.spool, () => CLOCK.nowMs());
  const toSpool = createAppend({
    machine,
    clock: CLOCK,
    late: "hook",
    stamp: () => encoder.stamp("hook"),
    write: (events, how) => spool.append(events.map(encoder.encode), how),
  });
  let failed = false;
  const pending = new Set<Promise<void>>();
  const append: Append = (observation, options) => {
    // A judge that failed was refused in the decision's place, and is refused by the exit code as well.
    if (observation.kind === "failure" && observation.where === "judge") failed = true;
    const written = toSpool(observation, options).catch((cause: unknown) => {
      failed = true;
      throw cause;
    });
    pending.add(written);
    return written.finally(() => pending.delete(written));
  };
  return {
    keys,
    append,
    hasFailed: () => failed,
    settled: () => Promise.allSettled(pending).then(() => !failed),
    reject: (code: RejectionCode) =>
      append({ kind: "rejected", code, count: 1 }, { durable: true }),
  };
}

/**
 * Whether the person's own hooks stand in settings that this client reads. It must be certain, because an event that both
 * leave to the other is judged by nobody: where it is not, the shared hook judges too.
 */
function isLeftToOwnHooks(
  directory: string,
  options: {
    readonly book: ProjectBook;
    readonly inspect: (project: Project) => ControlState;
    readonly environment: NodeJS.ProcessEnv;
  },
): boolean {
  const { book, inspect, environment } = options;
  const [file] = speakingFiles(book, directory);
  const entry = book.all().find(({ settingsFile }) => settingsFile === file);
  if (entry === undefined || !isReadIn(entry, directory)) return false;
  const project = { id: entry.id, root: directory, entry: entry.id };
  return inspect(project).kind === "intact" && readsAllSettings(environment["CLAUDE_PID"]);
}

/** Options by which a client does not read the person's settings, or reads others above them. */
const NARROWING = /^--(?:setting-sources|settings|bare|safe-mode)(?:=|$)/;

/** Whether the client was started without an option that leaves settings out. False where that cannot be seen. */
function readsAllSettings(pid: string | undefined): boolean {
  if (!/^[1-9][0-9]{0,9}$/.test(pid ?? "")) return false;
  const start = processStart(Number(pid));
  if (start === undefined || start.words.length < 2) return false;
  const isSimple = start.variables.some((line) => line.startsWith("CLAUDE_CODE_SIMPLE="));
  return !isSimple && !start.words.some((word) => NARROWING.test(word));
}
