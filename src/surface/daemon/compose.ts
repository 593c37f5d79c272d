// The real daemon: guard, facts, policy, log and register put together behind the server's ports.
import { monotonicMs } from "#platform/monotonic.ts";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { homeDirectory, userName } from "#platform/user.ts";
import { recoveryEvent } from "#record/event/guard-events.ts";
import { type EventKeys, readEventKeys } from "#record/store/keys.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { createSpoolSequencer, type SpoolSequencer } from "#record/store/spool/spool-sequencer.ts";
import { managedPlace } from "../services/policy/layers.ts";
import { loadPolicy } from "../services/policy/policy-source.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { keepExported } from "../services/export/keep-exporting.ts";
import { keepAlerted } from "../services/alerts/keep-alerted.ts";
import { fetchGrantedIn, fetchIn } from "../services/secrets/providers/fetch-secret.ts";
import { createSecretGrants } from "../services/secrets/secret-grants.ts";
import { openStatements } from "../services/exceptions/statements.ts";
import { keepNotified } from "../services/notify/keep-notified.ts";
import { createAppend } from "../services/hooks/audit-append.ts";
import { createCallRemotes } from "../services/hold/remotes/call-remotes.ts";
import { createCallSignatures } from "../services/hold/signing/call-signatures.ts";
import { createCallHosts } from "../services/hold/hosts/call-hosts.ts";
import { ownPorts } from "../services/hold/hosts/own-ports.ts";
import { createHoldPort } from "../services/hold/hold-port.ts";
import { createUndoPort } from "../services/undo/undo-port.ts";
import { holdPlaces } from "../services/hold/shim.ts";
import type { HoldStatus } from "../services/hold/hold-status.ts";
import { createHeavyWork } from "../services/heavy/heavy-work.ts";
import { createIndexService, type IndexService } from "../services/index/index-service.ts";
import { openHeldSessions } from "../services/sessions/held-sessions.ts";
import type { Install } from "../services/installation/install.ts";
import { createObserves } from "../services/evaluation/observing.ts";
import { createIncidentDesk } from "../services/incidents/incident-desk.ts";
import { openIncidents } from "../services/incidents/incident-store.ts";
import { actOn, noticeOf } from "../services/incidents/tell-people.ts";
import { lockDown } from "../services/installation/lockdown.ts";
import { openOffSwitch } from "../services/installation/off-switch.ts";
import { clientConfig } from "../foundation/process/detached-environment.ts";
import { productVersion } from "../foundation/product/product.ts";
import { loadPrices } from "../foundation/product/shipped-data.ts";
import { clientProof, ignoredBy } from "../services/settings/client-knowledge.ts";
import { createControlInspector, openProjectBook } from "../services/projects/projects.ts";
import type { Parts } from "./composition.ts";
import type { RunOptions } from "./run-daemon.ts";
import { SESSION_FILES } from "../services/sessions/session-about.ts";
import { createSessionKeeper, type SessionKeeper } from "../services/sessions/session-keeper.ts";
import { createSessionMemory } from "../services/sessions/session-memory.ts";
import { openSessionStore } from "../services/sessions/session-store.ts";
import { createClientSeen } from "../services/fleet/client-seen.ts";
import { createDayCounts } from "../services/fleet/day-counts.ts";
import { createReplayRules } from "../services/fleet/rule-replay.ts";
import { keepForwarded } from "../services/fleet/forwarding.ts";
import { createHostFacts, placedSign } from "../services/fleet/host-facts.ts";
import { keepReported } from "../services/fleet/host-reporting.ts";
import { keepRaw } from "../services/raw/keep-raw.ts";
import { settleWithCollector } from "../services/privacy/collector-erasure.ts";
import { keepEvidenced } from "../services/evidence/keep-evidenced.ts";
import { keepRetained } from "../services/retention/keep-retained.ts";
import { type Trial, type Tried, tryHere } from "../services/trials/trial.ts";
import { openBudgets } from "../services/budgets/budget-service.ts";
import { openTelemetry } from "../services/telemetry/telemetry-service.ts";
import { warmUp } from "../services/evaluation/warm-up.ts";
import { type DaemonBase, daemonPolicies, daemonPorts } from "./daemon-ports.ts";
import { keepWitnessed } from "./kept-witnessed.ts";

const SEQUENCE_MS = 1_000;
const WARM_UP_DELAY_MS = 100;

/**
 * How calls are held. `standing` says in place of a look at this machine whether they can be; `place` is the directory for what holds
 * them, by default the data directory.
 */
type HoldOrder = {
  readonly standing?: () => Promise<HoldStatus>;
  readonly place?: string;
};

/** What `runDaemon` needs for the real thing. Opens nothing yet: the log is opened once the port is ours. */
export function composeDaemon(
  install: Install,
  say: (line: string) => void,
  home: string = homeDirectory(),
  { standing, place = install.directories.root }: HoldOrder = {},
): RunOptions {
  const { directories } = install;
  const clock: Clock = { nowMs: () => Date.now(), monotonicMs };
  const version = productVersion();
  const book = openProjectBook(directories.projectsFile);
  const managed = managedPlace();
  const base: DaemonBase = {
    directories,
    clock,
    version,
    home,
    book,
    managed,
    machine: {
      home,
      ownPaths: [...new Set([directories.root, place])],
      user: userName(),
      clientProof,
    },
    inspectControls: createControlInspector(book, home, ignoredBy),
    offSwitch: openOffSwitch(directories),
    heldSessions: openHeldSessions(directories),
    observes: createObserves(book, directories, managed),
    clients: createClientSeen(),
  };
  return {
    clock,
    version,
    say,
    findProject: book.find,
    observes: base.observes,
    rootOf: (projectId) => book.entry(projectId)?.root,
    compose: (isWatched = () => false) => compose(base, { say, standing, isWatched, place }),
  };
}

/** Opens the log and all that works on it or answers from it. */
async function compose(
  base: DaemonBase,
  {
    say,
    standing,
    isWatched,
    place,
  }: {
    readonly say: (line: string) => void;
    readonly standing: (() => Promise<HoldStatus>) | undefined;
    readonly isWatched: () => boolean;
    readonly place: string;
  },
): Promise<Parts> {
  const { directories, clock, home, machine, version } = base;
  const { log: logDirectory, keys, spool } = directories;
  const log = await openLog({ log: logDirectory, keys, clock, productVersion: version });
  const eventKeys = await readEventKeys(keys);
  const { installSubject } = eventKeys;
  const raw = keepRaw(directories, log, { nowMs: clock.nowMs, say, keys: eventKeys });
  const append = createAppend({
    judged: raw.take,
    machine,
    clock,
    late: "daemon",
    stamp: log.stamp,
    write: (events, how) => Promise.all(events.map((event) => log.append(event, how))),
  });
  const policy = daemonPolicies(base, append);
  const index = createIndexService({
    file: directories.indexFile,
    log: logDirectory,
    keys,
    say,
    publish: () => log.publish(),
    size: () => log.status().size,
    isWatched,
    edited: ({ altered }) => {
      const counts = { entries: altered ?? 0, tornBytes: 0, refused: 0 };
      void log
        .append(recoveryEvent(log.stamp("daemon"), { cause: "index-edited", ...counts }), {
          durable: true,
        })
        .catch(() => undefined);
    },
  });
  const budgets = openBudgets({
    file: directories.budgetsFile,
    clock,
    policy,
    prices: loadPrices,
    say,
  });
  const telemetry = openTelemetry({
    log,
    index,
    say,
    spent: budgets.spent,
    nowMs: clock.nowMs,
    file: directories.telemetryFile,
    user: userName(),
  });
  const looked = standing === undefined ? {} : { standing };
  const hosts = createCallHosts({
    nowMs: clock.nowMs,
    own: () => ownPorts(directories.root),
    notes: holdPlaces(place).rooms,
    secrets: createSecretGrants(openStatements(directories), {
      fetch: fetchGrantedIn(log),
      nowMs: clock.nowMs,
    }),
  });
  const signatures = createCallSignatures();
  const remotes = createCallRemotes();
  const hold = createHoldPort({
    data: place,
    home,
    nowMs: clock.nowMs,
    hosts,
    signatures,
    remotes,
    prepares: true,
    ...looked,
  });
  const heavy = createHeavyWork({ keys });
  const undo = createUndoPort({ directory: directories.undo, keys }, { nowMs: clock.nowMs });
  const ports = daemonPorts(base, {
    log,
    append,
    policy,
    telemetry,
    hold,
    undo,
    budgets: budgets.port,
    heavy,
    installSubject,
  });
  const keeper = await openSessionKeeper(directories, clock, say);
  const sequencer = createSpoolSequencer({ spool, log, logDirectory });
  const endSequencing = await keepSequencing(sequencer, say);
  const desk = createIncidentDesk(directories, {
    clock,
    log,
    heldSessions: base.heldSessions,
    digest: (text) => installSubject.pseudonym("incident", text),
    lockDown: (reason) => void lockDown(directories, { reason, nowMs: clock.nowMs() }),
    told(news) {
      const notice = noticeOf(news);
      if (notice !== undefined)
        notifier.notify(notice).catch(() => say("people cannot be told of an alert"));
    },
  });
  const incidents = openIncidents(directories);
  const notifier = keepNotified(directories, {
    clock,
    say,
    fetchSecret: fetchIn(log),
    act: (action) => actOn(action, { desk, incidents, say }),
  });
  const endAlerting = keepAlerted(directories, log, { clock, say, desk });
  const endDelivering = keepDelivered(base, log, { installSubject, say, index, policy });
  const close = async () => {
    hold.stop();
    hosts.stop();
    signatures.stop();
    remotes.stop();
    await telemetry.close();
    await budgets.close();
    await index.close();
    await heavy.close();
    await undo.close();
    await endAlerting();
    await notifier.end();
    await endDelivering();
    raw.close();
    await raw.settle();
    await endSequencing();
    keeper.flush();
    await log.close();
  };
  // WHY later: the daemon is to be ready first.
  setTimeout(() => void warmUp(loadPolicy, home), WARM_UP_DELAY_MS).unref();
  const tries = (trial: Trial): Promise<Tried> => tryHere(directories, trial, fetchIn(log));
  return { ports, memory: createSessionMemory(keeper), index, telemetry, desk, tries, close };
}

/** Has the log witnessed, exported, forwarded and kept for as long as it must be; the function ends it all. */
function keepDelivered(
  base: DaemonBase,
  log: Log,
  {
    installSubject,
    say,
    index,
    policy,
  }: Pick<EventKeys, "installSubject"> &
    Pick<RunOptions, "say"> & {
      readonly index: IndexService;
      readonly policy: ReturnType<typeof daemonPolicies>;
    },
): () => Promise<void> {
  const { directories, clock } = base;
  const endWitnessing = keepWitnessed(directories, log, clock, say);
  const endExporting = keepExported(directories, log, { clock, installSubject, say });
  const endForwarding = keepForwarded(directories, say, {
    settle: settleWithCollector(directories, log, clock),
  });
  const endReporting = keepReported(directories, hostFacts(base, log, index, policy), {
    say,
    sign: () => placedSign(base.managed),
  });
  const endRetention = keepRetained(directories, log, {
    clock,
    say,
    remakeIndex: (events) => index.remake(events),
  });
  const endEvidencing = keepEvidenced(directories, { say });
  return async () => {
    endEvidencing();
    await Promise.all([endForwarding(), endReporting()]);
    await Promise.all([endWitnessing(), endRetention()]);
    endExporting();
  };
}

/** What the machine reports of itself to the collector that it joined. */
function hostFacts(
  { directories, clock, home, managed, observes, clients, book }: DaemonBase,
  log: Log,
  { ask }: IndexService,
  policy: ReturnType<typeof daemonPolicies>,
) {
  const { nowMs } = clock;
  const replay = createReplayRules(directories, { projects: book.all, policyOf: policy });
  const days = createDayCounts({ ask, size: () => log.status().size, nowMs, replay });
  return createHostFacts({
    directories,
    home,
    managed,
    observes,
    clients,
    days,
    nowMs,
    config: clientConfig(process.env),
    monotonicMs: clock.monotonicMs,
  });
}

/** Sessions that survive a restart. Their names in the store are not those that command hooks use. */
async function openSessionKeeper(
  directories: Directories,
  clock: Clock,
  say: (line: string) => void,
): Promise<SessionKeeper> {
  const { installSubject } = await readEventKeys(directories.keys);
  return createSessionKeeper({
    store: openSessionStore(directories.sessions, installSubject),
    nameOf: (key) => installSubject.pseudonym(SESSION_FILES.daemon, key),
    report: (cause) => {
      const why = cause instanceof Failure ? cause.message : "its file cannot be written";
      say(`a restart would forget sessions: ${why}`);
    },
    nowMs: () => clock.nowMs(),
  });
}

/** Takes what command hooks spooled, now and every second; the function ends it. */
async function keepSequencing(
  sequencer: SpoolSequencer,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  let lastProblem: string | undefined;
  const pass = () =>
    sequencer.pass().then(
      () => {
        lastProblem = undefined;
      },
      (cause: unknown) => {
        const problem = cause instanceof Failure ? cause.message : "its files cannot be read";
        if (problem !== lastProblem) say(`the spool of command hooks waits: ${problem}`);
        lastProblem = problem;
      },
    );
  await pass();
  const timer = setInterval(() => void pass(), SEQUENCE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await pass();
  };
}
