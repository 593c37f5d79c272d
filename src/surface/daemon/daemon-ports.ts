// The ports of the daemon's answers: its judge, the record, and what it knows of projects and sessions.
import type { Clock } from "#base/clock.ts";
import type { Log } from "#record/store/writing-log.ts";
import { controlFiles, type ManagedPlace } from "../services/policy/layers.ts";
import { createPolicies } from "../services/policy/policies.ts";
import { compilePolicyFile, loadPack } from "../services/policy/policy-source.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { openBlocks } from "../services/incidents/blocks.ts";
import { openStatements } from "../services/exceptions/statements.ts";
import { openApprovals } from "../services/approvals/approval-book.ts";
import { openExceptions } from "../services/exceptions/store.ts";
import { createMcpFacts } from "../services/mcp/server-facts.ts";
import { createNearPaths } from "../services/facts/paths/near-paths.ts";
import type { Machine } from "../services/evaluation/circumstances.ts";
import { contentPorts } from "../services/content/content-ports.ts";
import type { BudgetPort } from "../services/budgets/budget-port.ts";
import type { UndoPort } from "../services/undo/undo-port.ts";
import type { createHoldPort } from "../services/hold/hold-port.ts";
import { createOwnRules } from "../services/hold/own-rules.ts";
import { createPromptAlone } from "../services/hold/prompt-alone.ts";
import { waitsForPeople } from "#govern/settings/hook-entries.ts";
import { createWaitingRoom } from "../services/questions/waiting-room.ts";
import { createFairJudging } from "../services/heavy/fair-judging.ts";
import type { createHeavyWork } from "../services/heavy/heavy-work.ts";
import type { openHeldSessions } from "../services/sessions/held-sessions.ts";
import { realPath } from "../foundation/files/path-status.ts";
import { installWindows } from "../services/hooks/install-windows.ts";
import { createJudge } from "../services/evaluation/judging.ts";
import type { createObserves } from "../services/evaluation/observing.ts";
import type { openOffSwitch } from "../services/installation/off-switch.ts";
import type { Append, HookPorts } from "../services/hooks/ports.ts";
import { lockdownOf } from "../services/installation/lockdown.ts";
import { createPlaceCheck } from "../services/projects/project-place.ts";
import { type ProjectBook, projectAt } from "../services/projects/projects.ts";
import { createClaims } from "../services/projects/session-claims.ts";
import { createAssign } from "../services/projects/session-project.ts";
import { settingsVariables } from "../services/projects/settings-variables.ts";
import type { ClientSeen } from "../services/fleet/client-seen.ts";
import { ordersInAnswer } from "../services/content/orders-in-answer.ts";
import { hasTranscript } from "../services/sessions/transcript.ts";
import { agreements, createModLook } from "../services/mods/agreed-mods.ts";
import { openSeenDigests } from "../services/mods/kept-lists.ts";
import { createExtensionLook } from "../services/mods/seen-extensions.ts";
import type { openTelemetry } from "../services/telemetry/telemetry-service.ts";
import type { EventKeys } from "#record/store/keys.ts";

/** What the daemon has before its log is opened. */
export type DaemonBase = {
  readonly directories: Directories;
  readonly clock: Clock;
  readonly version: string;
  readonly home: string;
  readonly machine: Machine;
  readonly book: ProjectBook;
  readonly managed: ManagedPlace;
  readonly inspectControls: HookPorts["inspectControls"];
  readonly offSwitch: ReturnType<typeof openOffSwitch>;
  readonly heldSessions: ReturnType<typeof openHeldSessions>;
  readonly observes: ReturnType<typeof createObserves>;
  /** Which client sessions were had with last. */
  readonly clients: ClientSeen;
};

type Policies = ReturnType<typeof createPolicies>;
/** What the ports are made of, opened by then. */
type OpenedParts = {
  readonly log: Log;
  readonly append: Append;
  readonly policy: Policies;
  readonly telemetry: Pick<ReturnType<typeof openTelemetry>, "observe">;
  readonly hold: ReturnType<typeof createHoldPort>;
  readonly undo: UndoPort;
  readonly budgets?: BudgetPort;
  readonly heavy: ReturnType<typeof createHeavyWork>;
  readonly installSubject: EventKeys["installSubject"];
};

/** The policies in force, whose changes are put on record. */
export function daemonPolicies(
  { managed, directories, version, clock, book, observes }: DaemonBase,
  append: Append,
): Policies {
  return createPolicies({
    managed,
    directory: directories.policies,
    product: version,
    compile: compilePolicyFile,
    nowMs: clock.nowMs,
    report: (news) => append({ kind: "policy", news }, { durable: true }),
    chosenFor: (project) => book.deciding(project)?.policy,
    loadPack,
    blocks: openBlocks(directories),
    observes,
  });
}

/** What the daemon answers hooks with. */
export function daemonPorts(base: DaemonBase, parts: OpenedParts): HookPorts {
  const { directories, clock, home, book, observes, offSwitch, heldSessions } = base;
  const { log, append, policy, telemetry, hold, undo, heavy, installSubject, budgets } = parts;
  const hasAgreed = agreements(openStatements(directories), clock.nowMs);
  const claim = createClaims(directories.sessions, (session) =>
    installSubject.pseudonym("hook-session", session),
  );
  return {
    clock,
    hold,
    prepareHold(project, session) {
      void (async () => hold.prepare(session, await policy(project)))().catch(() => undefined);
    },
    undo,
    ...(budgets === undefined ? {} : { budgets }),
    heavy,
    judge: daemonJudge(base, parts),
    assign: createAssign(book, home, claim),
    inspectControls: base.inspectControls,
    async append(observation, options) {
      await append(observation, options);
      telemetry.observe(observation);
    },
    isLogFailing: () => log.status().failing !== undefined,
    // WHY: a time off never opens what was locked down.
    off: ({ id, entry }) =>
      lockdownOf(directories) === undefined ? offSwitch.of(entry ?? id) : undefined,
    observes,
    held: heldSessions,
    mods: {
      look: createModLook(hasAgreed, clock.monotonicMs),
      hasAgreed,
      home,
      extensions: createExtensionLook(
        openStatements(directories),
        openSeenDigests(directories),
        clock,
      ),
    },
    ...contentPorts(policy, installSubject),
    resolvePath: realPath,
    settingsVariables: (project) => settingsVariables(project, home),
    approvals: openApprovals(directories),
    questions: createWaitingRoom(clock),
    promptAlone: createPromptAlone(home, directories.root),
    asksElsewhere: (project) => book.deciding(project)?.hooks.some(waitsForPeople) === true,
    installs: installWindows(directories.root, clock.nowMs),
    ordersIn: ordersInAnswer,
    hasTranscript(event) {
      const has = hasTranscript(event);
      if (has) base.clients.note(event.transcriptPath);
      return has;
    },
    projectAt: projectAt(book),
  };
}

function daemonJudge(
  { directories, clock, home, machine, book, managed, heldSessions }: DaemonBase,
  { policy, hold, undo, heavy }: OpenedParts,
): HookPorts["judge"] {
  return createJudge({
    hold,
    copies: ({ id, root }, paths) => undo.copy({ id, root: realPath(root) }, paths),
    ...machine,
    policy,
    policyFiles: ({ root: projectRoot }) => [
      ...book.policyFiles(),
      ...controlFiles(projectRoot, managed),
    ],
    judgeWith: createFairJudging(heavy),
    requirePlace: createPlaceCheck(book.deciding),
    acceptedEnv: (project) => book.deciding(project)?.acceptedEnv,
    lockdown: () => lockdownOf(directories),
    held: heldSessions.of,
    mcpFacts: createMcpFacts(directories, openStatements(directories), {
      home,
      nowMs: clock.nowMs,
    }),
    exceptions: openExceptions(directories),
    approvals: openApprovals(directories),
    ownRules: createOwnRules(home),
    statements: openStatements(directories),
    data: directories.root,
    nowMs: clock.nowMs,
    near: createNearPaths(["/", directories.root]),
  });
}
