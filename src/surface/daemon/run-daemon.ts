// Running the daemon in this process: lock, port, parts, and an orderly end.
import { AsyncLocalStorage } from "node:async_hooks";
import { keepPictures } from "../foundation/files/picture.ts";
import { strangerFailure } from "../services/daemon-process/stranger.ts";
import { Failure } from "#base/failure.ts";
import type { Clock } from "#base/clock.ts";
import type { Waits } from "#base/waits.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { createClockWatch } from "../services/hooks/clock-watch.ts";
import { type Compose, keepTrying, type Parts } from "./composition.ts";
import {
  type DaemonIdentity,
  identityText,
  probeCarefully,
} from "../services/daemon-process/daemon-client.ts";
import { createEventRates } from "../services/hooks/event-rates.ts";
import { readEnvironment } from "../services/installation/environment-proof.ts";
import { createFeed, type Feed } from "../services/daemon-process/feed.ts";
import { type AnswerHook } from "../services/hooks/hook-request.ts";
import { createHookAnswers } from "../services/hooks/hook-answers.ts";
import { healthProof, type Install } from "../services/installation/install.ts";
import { ensureSecret, readSecret } from "../services/installation/secrets.ts";
import { openOffSwitch } from "../services/installation/off-switch.ts";
import { openHolds } from "../services/exceptions/holds.ts";
import { openRawApprovals } from "../services/exceptions/raw-approvals.ts";
import { removeRaw } from "../services/raw/keep-raw.ts";
import { openStatements } from "../services/exceptions/statements.ts";
import { approvalRecord } from "./approval-orders.ts";
import { openApprovals } from "../services/approvals/approval-book.ts";
import { createApprovalDesk } from "../services/approvals/approval-desk.ts";
import { openListedApprovers } from "../services/approvals/listed-approvers.ts";
import { openExceptions } from "../services/exceptions/store.ts";
import { endLockdown, lockdownOf } from "../services/installation/lockdown.ts";
import { createOperator, type Operator } from "./operator.ts";
import { answerAsked } from "../services/index/asked.ts";
import type { FindProject, Observes } from "../services/projects/project.ts";
import { type LockResult, takeLock } from "../foundation/files/process-lock.ts";
import { createRecorder, type Recorder } from "../services/hooks/recorder.ts";
import type { Routes } from "./request-listener.ts";
import { type HookServer, startServer } from "./server.ts";
import { within } from "../foundation/process/time-limit.ts";
import { createReceiver } from "../services/telemetry/receiver.ts";
import { ensureServerCertificate } from "../foundation/tls/tls.ts";

const LISTEN_ATTEMPTS_MAX = 3;
const LOOK_MS = 1_000;
const RENEWAL_CHECK_MS = 12 * 3_600_000;
const CLOCK_CHECK_MS = 30_000;
/** Milliseconds that the last records may take at the end. */
const FAREWELL_MS_MAX = 5_000;

/** A daemon that runs here, or the one that already runs elsewhere. */
export type DaemonRun =
  | {
      readonly kind: "running";
      readonly port: number;
      /** Resolves when calls are judged; rejects with the Failure because of which they are all refused for now. */
      ready(): Promise<void>;
      /** Answers what is under way, writes the last checkpoint, frees port and lock. */
      stop(): Promise<void>;
    }
  | { readonly kind: "already"; readonly pid: number };

export type RunOptions = {
  readonly compose: Compose;
  readonly findProject: FindProject;
  /** Whether a project is observed only; without it none is. */
  readonly observes?: Observes;
  /** The directory of a guarded project by its id; without it only all projects can be switched off. */
  readonly rootOf?: (projectId: string) => string | undefined;
  readonly clock: Clock;
  /** How long what hangs is waited for; as long as the client lets us unless given. */
  readonly waits?: Waits;
  readonly version: string;
  /** One line for the person or file that watches the daemon. */
  readonly say: (line: string) => void;
  /** Takes requests in another way than at the installation's port. */
  readonly listen?: (routes: Routes) => Promise<HookServer>;
};

/**
 * Starts the daemon. Throws a Failure with code `stranger` when another program listens on our port: it would be asked in
 * our place, so nothing is done silently about it. Two starts at once end with one daemon.
 */
export async function runDaemon(install: Install, options: RunOptions): Promise<DaemonRun> {
  const lock = takeLock(install.directories.lockFile);
  if (lock.kind === "elsewhere") throw new Failure("data-directory", lock.message);
  if (lock.kind === "busy") return { kind: "already", pid: lock.holder.pid };
  for (let attempt = 1; ; attempt++) {
    try {
      return await serve(install, options, lock);
    } catch (cause) {
      const outcome = await explainTaken(install, cause).catch((failure: unknown) => {
        lock.release();
        throw failure;
      });
      // The port was being freed; it is free now, or the next round tells by whom it was taken.
      if (outcome === undefined && attempt < LISTEN_ATTEMPTS_MAX) continue;
      lock.release();
      if (outcome === undefined) throw cause;
      return outcome;
    }
  }
}

/** Who has the port: a daemon of ours, nobody any more (undefined), or a stranger, which is a Failure. */
async function explainTaken(install: Install, cause: unknown): Promise<DaemonRun | undefined> {
  if (!(cause instanceof Failure) || cause.code !== "port-taken") throw cause;
  const probe = await probeCarefully(install);
  switch (probe.kind) {
    case "ours":
      return { kind: "already", pid: probe.identity.pid };
    case "nobody":
      return undefined;
    case "silent":
      throw strangerFailure(install, "it answers nothing");
    case "stranger":
      throw strangerFailure(install, probe.how);
    default:
      return probe satisfies never;
  }
}

async function serve(
  install: Install,
  options: RunOptions,
  lock: LockResult & { kind: "held" },
): Promise<DaemonRun> {
  const { clock, say } = options;
  const startedMs = clock.nowMs();
  const feed = createFeed();
  const listening = createGate();
  // WHY: the log is opened only once the port is ours. The port is what decides between two daemons.
  const inside = keepTrying(
    async () => {
      await listening.opened;
      return openInside(install.directories, options, feed);
    },
    (failure) => say(failure === undefined ? "ready" : `every call is refused: ${failure.message}`),
  );
  const { directories } = install;
  // An installation of an older version has none yet.
  ensureSecret(directories, "telemetry");
  const late: { server?: Pick<HookServer, "refused"> } = {};
  const listen =
    options.listen ??
    ((routes: Routes) =>
      startServer({
        port: install.port,
        certificate: ensureServerCertificate(directories.tls, startedMs),
        routes,
      }));
  const server = await listen({
    answerHook: async () => (await inside.current()).answerHook,
    findProject: options.findProject,
    observes: options.observes,
    readEnvironment: (header, payload) =>
      readEnvironment(readSecret(directories, "install"), payload, header),
    rates: createEventRates(() => clock.monotonicMs()),
    ...(options.waits === undefined ? {} : { waits: options.waits }),
    reject: (code) =>
      void inside.current().then(
        ({ recorder }) => recorder.reject(code),
        () => undefined,
      ),
    fault: (cause) =>
      say(`a fault while answering: ${cause instanceof Error ? cause.message : "unknown"}`),
    health: healthAnswer(readSecret(directories, "install"), () => ({
      version: options.version,
      pid: process.pid,
      startedMs,
      state: inside.state(),
      refused: late.server?.refused() ?? 0,
    })),
    operatorSecret: readSecret(directories, "operator"),
    operate: async (payload) => (await inside.current()).operator.answer(payload),
    answer: async (payload) => answerAsked((await inside.current()).parts.index, payload),
    feed,
    telemetry: createReceiver({
      token: readSecret(directories, "telemetry"),
      intake: async () => {
        const { telemetry } = (await inside.current()).parts;
        if (telemetry === undefined) throw new Failure("daemon", "nothing takes telemetry here");
        return telemetry;
      },
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
    }),
  });
  late.server = server;
  listening.open();
  const renewal = renewDaily(server, directories.tls, options);
  const end = async () => {
    clearInterval(renewal);
    // The client goes on by itself with what waits for people, and no answer is cut off.
    inside.present()?.parts.ports.questions?.close();
    await server.close();
    const parts = await inside.end();
    if (parts !== undefined)
      await within(farewell(parts, options), FAREWELL_MS_MAX, () => undefined);
    lock.release();
  };
  let ending: Promise<void> | undefined;
  return {
    kind: "running",
    port: server.port,
    ready: async () => void (await inside.current()),
    stop: () => (ending ??= end()),
  };
}

async function openInside(
  directories: Directories,
  options: RunOptions,
  feed: Feed,
): Promise<Inside> {
  const parts = await options.compose(() => feed.isWatched());
  const recorder = createRecorder(parts.ports, () => options.clock.monotonicMs());
  const start = { kind: "daemon", what: "start", version: options.version } as const;
  try {
    await recorder.record(start, { durable: true });
  } catch (cause) {
    await parts.close().catch(() => undefined);
    throw cause;
  }
  const rootOf = options.rootOf ?? (() => undefined);
  const holds = openHolds(directories);
  try {
    holds.forgetReleased();
  } catch {
    // A list that cannot be relied on is said wherever something is to be deleted.
  }
  const operator = createOperator({
    offSwitch: openOffSwitch(directories),
    exceptions: openExceptions(directories),
    statements: openStatements(directories),
    holds,
    raw: { approvals: openRawApprovals(directories), removeAll: () => removeRaw(directories) },
    lockdown: { current: () => lockdownOf(directories), end: () => endLockdown(directories) },
    recorder,
    rootOf,
    heldSessions: parts.ports.held,
    desk: parts.desk,
    questions: parts.ports.questions,
    tries: parts.tries,
    approvals: createApprovalDesk({
      book: openApprovals(directories),
      listed: openListedApprovers(directories),
      ...approvalRecord(recorder),
      nowMs: options.clock.nowMs,
    }),
  });
  keepPictures(new AsyncLocalStorage());
  const answerHook = createHookAnswers(parts.ports, recorder, feed, parts.memory);
  return { parts, recorder, answerHook, operator, endLooking: keepLooking(operator) };
}

/** Times off end by themselves; that they did is recorded within a second. */
function keepLooking(operator: Operator): () => void {
  let isLooking = false;
  const look = () => {
    if (isLooking) return;
    isLooking = true;
    // A damaged file switches nothing off, and a log that fails is told by every answer.
    void operator
      .look()
      .catch(() => undefined)
      .finally(() => {
        isLooking = false;
      });
  };
  look();
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}

type Inside = {
  readonly parts: Parts;
  readonly recorder: Recorder;
  readonly answerHook: AnswerHook;
  readonly operator: Operator;
  readonly endLooking: () => void;
};

async function farewell(inside: Inside, options: RunOptions): Promise<void> {
  const { parts, recorder } = inside;
  inside.endLooking();
  await recorder.flush();
  const stop = { kind: "daemon", what: "stop", version: options.version } as const;
  await recorder.record(stop, { durable: true }).catch(() => undefined);
  await parts.close().catch((cause: unknown) => {
    options.say(
      `the log did not close cleanly: ${cause instanceof Error ? cause.message : "unknown"}`,
    );
  });
}

function healthAnswer(secret: string, identify: () => DaemonIdentity) {
  return (nonce: string | undefined) => {
    if (nonce === undefined) return { service: "sallyport" };
    const identity = identityText(identify());
    return { service: "sallyport", identity, proof: healthProof(secret, nonce, identity) };
  };
}

function renewDaily(server: HookServer, directory: string, options: RunOptions): NodeJS.Timeout {
  const { clock } = options;
  const watchClock = createClockWatch(clock);
  let checkedMs = clock.monotonicMs();
  const renew = () => {
    // WHY the clock too: set back before a certificate begins, it makes the client refuse us until there is another.
    const isDue = clock.monotonicMs() - checkedMs >= RENEWAL_CHECK_MS;
    if (watchClock() === undefined && !isDue) return;
    checkedMs = clock.monotonicMs();
    try {
      server.renew(ensureServerCertificate(directory, options.clock.nowMs()));
    } catch (cause) {
      options.say(
        `the certificate was not renewed: ${cause instanceof Error ? cause.message : "unknown"}`,
      );
    }
  };
  return setInterval(renew, CLOCK_CHECK_MS).unref();
}

/** A promise that is resolved from outside. */
function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
