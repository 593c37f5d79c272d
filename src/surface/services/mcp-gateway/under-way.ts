// Requests that wait for an answer: those of the client, those of the server, and our own; each with an end.
import type { ContractPart } from "#govern/mcp/standing.ts";
import { type MessageId, type Members } from "./message.ts";

/** A request of the client that waits. */
export type Waiting = {
  readonly id: MessageId;
  readonly method: string;
  /** Of a call, its tool. */
  readonly tool: string | undefined;
  /** What of the server's contract it asks for, where that passed. */
  asked?: ContractPart;
  readonly isModern: boolean;
  readonly token: MessageId | undefined;
  /** Of a stream of notices, the kinds that it wants. */
  readonly wants: readonly string[];
  /** Whether the server has it. */
  isSent: boolean;
  /** Breaks off its connection, where it has one of its own. */
  readonly abort: AbortController;
};

type Entry = { readonly waiting: Waiting; timer: NodeJS.Timeout | undefined };

/** Builds the register. `late` is told of a request that got no answer in `waitMs`, which then waits no more. */
export function createUnderWay(
  { waitMs, max }: { readonly waitMs: number; readonly max: number },
  late: (waiting: Waiting) => void,
) {
  const known = new Map<MessageId, Entry>();
  const start = (entry: Entry): void => {
    const { waiting } = entry;
    // A stream of notices has no answer until it ends.
    if (waiting.method === "subscriptions/listen") return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      known.delete(waiting.id);
      late(waiting);
    }, waitMs).unref();
  };
  return {
    /** False where too many wait already. */
    add(waiting: Waiting): boolean {
      if (known.size >= max) return false;
      const entry: Entry = { waiting, timer: undefined };
      known.set(waiting.id, entry);
      start(entry);
      return true;
    },
    has: (id: MessageId): boolean => known.has(id),
    take(id: MessageId): Waiting | undefined {
      const entry = known.get(id);
      known.delete(id);
      clearTimeout(entry?.timer);
      return entry?.waiting;
    },
    /** One that tells of its progress has its time again. */
    goesOn(token: unknown): void {
      for (const entry of known.values()) if (entry.waiting.token === token) start(entry);
    },
    all: (): readonly Waiting[] => [...known.values()].map(({ waiting }) => waiting),
  };
}

/** Our own requests, by ids that nobody else has. */
export function createOwnRequests(prefix: string, waitMs: number) {
  type Own = {
    readonly resolve: (result: Members) => void;
    readonly reject: (cause: Error) => void;
    readonly timer: NodeJS.Timeout;
  };
  const known = new Map<MessageId, Own>();
  let count = 0;
  const take = (id: MessageId): Own | undefined => {
    const own = known.get(id);
    known.delete(id);
    clearTimeout(own?.timer);
    return own;
  };
  return {
    ask(send: (id: MessageId) => void): Promise<Members> {
      count += 1;
      const id = `${prefix}${count}`;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          take(id)?.reject(new Error("it took too long to answer"));
        }, waitMs).unref();
        known.set(id, { resolve, reject, timer });
        send(id);
      });
    },
    has: (id: MessageId): boolean => known.has(id),
    answered: (id: MessageId, result: Members): void => take(id)?.resolve(result),
    failed: (id: MessageId, why: string): void => take(id)?.reject(new Error(why)),
    ids: (): readonly MessageId[] => [...known.keys()],
  };
}
