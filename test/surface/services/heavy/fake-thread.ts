// A thread for heavy work that a test speaks for, so that nothing depends on how long anything takes.
import type { FromHeavy, HeavyTask, ToHeavy } from "#surface/services/heavy/heavy-messages.ts";
import type { ThreadPort } from "#surface/services/heavy/heavy-work.ts";

export type FakeThread = {
  readonly received: ToHeavy[];
  /** Tasks in the order in which they came. */
  tasks(): readonly HeavyTask[];
  say(message: FromHeavy): void;
  fail(error: Error): void;
  isEnded: boolean;
};

/** Gives `start` for the options of heavy work, and the threads that it started. Each is ready by itself unless told. */
export function fakeThreads({ isReady = true } = {}): {
  readonly start: () => ThreadPort;
  readonly all: FakeThread[];
} {
  const all: FakeThread[] = [];
  return {
    all,
    start() {
      const listeners = new Map<string, (value: never) => void>();
      const tell = (name: string, value: unknown): void => listeners.get(name)?.(value as never);
      const received: ToHeavy[] = [];
      const fake: FakeThread = {
        received,
        tasks: () => received.flatMap((one) => (one.kind === "task" ? [one.task] : [])),
        say: (message) => tell("message", message),
        fail: (error) => tell("error", error),
        isEnded: false,
      };
      all.push(fake);
      const port = {
        postMessage: (message: ToHeavy) => void received.push(message),
        on: (name: string, listener: (value: never) => void) => {
          listeners.set(name, listener);
          if (name === "message" && isReady) queueMicrotask(() => fake.say({ kind: "ready" }));
          return port;
        },
        terminate: async () => {
          fake.isEnded = true;
          return 1;
        },
        unref: () => undefined,
      };
      return port as unknown as ThreadPort;
    },
  };
}

/** Lets what is waiting in this thread go on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
