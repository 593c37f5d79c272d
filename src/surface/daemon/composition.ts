// The daemon's inner parts as they come up: tried again until they do, and until then every call is refused.
import { Failure } from "#base/failure.ts";
import type { HookPorts } from "../services/hooks/ports.ts";
import type { IncidentDesk } from "../services/incidents/incident-desk.ts";
import type { TelemetryService } from "../services/telemetry/telemetry-service.ts";
import type { IndexService } from "../services/index/index-service.ts";
import type { Trial, Tried } from "../services/trials/trial.ts";
import type { SessionMemory } from "../services/sessions/session-memory.ts";

/** The real parts behind the server, and how to end them: the last checkpoint is written by `close`. */
export type Parts = {
  readonly ports: HookPorts;
  /** Default: one that ends with the process. */
  readonly memory?: SessionMemory;
  /** Takes the client's telemetry; without it nothing can be handed in. */
  readonly telemetry?: Pick<TelemetryService, "intake" | "usage">;
  /** Answers questions about the log; without it they are told that there is none. */
  readonly index?: IndexService;
  /** Keeps incidents; without it there are none. */
  readonly desk?: Pick<IncidentDesk, "carryOut" | "block" | "unblock">;
  /** Tries a target, a channel or a provider with the daemon's own logins. */
  readonly tries?: (trial: Trial) => Promise<Tried>;
  close(): Promise<void>;
};

/** `isWatched`: whether a person follows what happens. */
export type Compose = (isWatched?: () => boolean) => Promise<Parts>;

export type CompositionState = "starting" | "ready" | "refusing";

/** `current` is pending while the first attempt runs, and rejects with its Failure while attempts fail. */
export type Composition<Value> = {
  current(): Promise<Value>;
  /** The value, when there is one by now. */
  present(): Value | undefined;
  state(): CompositionState;
  /** Ends the attempts; resolves to the value when there is one. */
  end(): Promise<Value | undefined>;
};

const RETRY_MS = 2_000;

/**
 * Makes something that may fail for a while (a full disk, a log still held by a predecessor). `report` hears of each new
 * failure and of success.
 */
export function keepTrying<Value>(
  make: () => Promise<Value>,
  report: (failure: Failure | undefined) => void,
  retryMs = RETRY_MS,
): Composition<Value> {
  let state: CompositionState = "starting";
  let ended = false;
  let made: Value | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastMessage: string | undefined;
  const attempt = async (): Promise<Value> => {
    try {
      const value = await make();
      made = value;
      state = "ready";
      report(undefined);
      return value;
    } catch (cause) {
      state = "refusing";
      const failure = asFailure(cause);
      if (failure.message !== lastMessage) report(failure);
      lastMessage = failure.message;
      if (!ended) timer = setTimeout(retry, retryMs);
      throw failure;
    }
  };
  const retry = () => {
    const next = attempt();
    // The old rejection answers requests until the new attempt is through.
    next.then(
      () => {
        current = next;
      },
      () => undefined,
    );
    inFlight = next;
  };
  let current = attempt();
  let inFlight = current;
  current.catch(() => undefined);
  return {
    current: () => current,
    present: () => made,
    state: () => state,
    async end() {
      ended = true;
      clearTimeout(timer);
      return inFlight.catch(() => undefined);
    },
  };
}

function asFailure(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const text =
    "the daemon could not open its log or its state; see `daemon.out` in the data directory";
  return new Failure("daemon", text, { cause });
}
