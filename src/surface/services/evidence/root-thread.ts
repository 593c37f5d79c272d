// Hashing a log's entries in a thread of its own, of the very bytes that are read here.
import type { Worker } from "node:worker_threads";
import { Failure } from "#base/failure.ts";
import { processorCount } from "#platform/processor-count.ts";
import { isFromSource } from "../../foundation/product/product.ts";
import { startThread } from "../threads/start-thread.ts";
import { type EntryRoot, type RootTaker, takeHere } from "./entry-root.ts";
import type { FromRoot, ToRoot } from "./root-messages.ts";

/** A log of fewer entries is hashed before a thread has begun. */
const ENTRIES_MIN = 20_000;
/** Lots that the thread has not hashed yet: each is a bundle, of some hundred KB. */
const WAITING_MAX = 32;

/** What a thread has of `Worker`; tests have their own. */
export type RootPort = Pick<Worker, "postMessage" | "on" | "terminate">;

/** Hashes a log of `size` entries: in a thread where that is worth it. */
export function takeRoot(size: number): RootTaker {
  const isWorthIt = size >= ENTRIES_MIN && processorCount() > 1 && !isFromSource();
  return isWorthIt
    ? takeInThread(startThread("root", undefined, { young: 8, old: 64 }))
    : takeHere();
}

/** Hands everything to a thread; what it was given and did not hash is bounded. A Failure when it ends too early. */
export function takeInThread(thread: RootPort): RootTaker {
  let waiting = 0;
  let lost: Failure | undefined;
  let outcome: EntryRoot | undefined;
  let wake: (() => void) | undefined;
  const news = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (why: string): void => {
    lost ??= new Failure("log", `the thread that hashes the log ended: ${why}`);
    news();
  };
  thread.on("message", (message: FromRoot) => {
    if ("isTaken" in message) waiting -= 1;
    else outcome = message;
    news();
  });
  thread.on("error", (error: unknown) => end(error instanceof Error ? error.message : "unknown"));
  thread.on("exit", () => end("it was stopped"));
  const until = async (isMet: () => boolean): Promise<void> => {
    while (!isMet()) {
      if (lost !== undefined) throw lost;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    async add(entries) {
      await until(() => waiting < WAITING_MAX);
      let at = 0;
      const ends = entries.map(({ length }) => (at += length));
      const bytes = new Uint8Array(at);
      entries.forEach((entry, place) => bytes.set(entry, ends[place - 1] ?? 0));
      const message: ToRoot = { bytes, ends };
      waiting += 1;
      thread.postMessage(message, [bytes.buffer]);
    },
    async end() {
      const message: ToRoot = { isEnd: true };
      thread.postMessage(message);
      await until(() => outcome !== undefined);
      return outcome ?? { size: 0, root: new Uint8Array(0) };
    },
    close: () => void thread.terminate(),
  };
}
