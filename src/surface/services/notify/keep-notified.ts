// The daemon's part that tells people: once a second it looks at what is due. Only who holds the lock of the queue sends.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { Notice } from "#detect/notice/notice.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import { takeLock } from "../../foundation/files/process-lock.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";
import type { Action } from "./action.ts";
import { type Notifying, type NotifyingOptions, openNotifying } from "./notifying.ts";
import { leaveOrder } from "./orders.ts";
import { openSecrets } from "./references.ts";

const PASS_MS = 1_000;

/** Whoever tells people of notices, for whoever makes them. */
export type Notifier = {
  /** Takes a notice; resolves once it is on disk. Without `notify.yaml` nobody is told of anything. */
  notify(notice: Notice): Promise<void>;
  end(): Promise<void>;
};

/**
 * Has notices told while the daemon runs. `act` carries out what somebody answered (close, approve, deny, quarantine, and
 * acknowledge once more); without it such an action waits.
 */
export function keepNotified(
  directories: Directories,
  parts: {
    readonly clock: Clock;
    readonly say: (line: string) => void;
    readonly fetchSecret: FetchSecret;
    readonly act?: (action: Action) => Promise<void>;
  },
): Notifier {
  const { clock, say, fetchSecret, act } = parts;
  let open: HeldQueue | undefined;
  let opening: Promise<void> | undefined;
  let lastProblem: string | undefined;
  const hold = async (): Promise<void> => {
    open = await holdQueue(directories, {
      fetchSecret,
      nowMs: clock.nowMs,
      act,
      report: (channel, { what, reason }) =>
        say(`notice ${channel}: ${what}${reason === "" ? "" : ` (${reason})`}`),
    });
  };
  const pass = async (): Promise<void> => {
    if (open === undefined) {
      if (opening !== undefined || !isThere(directories.notifyFile)) return;
      opening = hold().finally(() => {
        opening = undefined;
      });
      await opening;
    }
    await open?.notifying.pass();
  };
  const timer = setInterval(() => {
    void pass().then(
      () => {
        lastProblem = undefined;
      },
      (cause: unknown) => {
        const problem = cause instanceof Failure ? cause.message : "its files cannot be read";
        if (problem !== lastProblem) say(`people are not told of alerts: ${problem}`);
        lastProblem = problem;
      },
    );
  }, PASS_MS).unref();
  return {
    async notify(notice) {
      if (open !== undefined) return open.notifying.notify(notice);
      // WHY an order: until the queue is ours, or while its settings are wrong, nothing is lost.
      if (isThere(directories.notifyFile))
        leaveOrder(directories.notify, { kind: "notice", notice }, clock.nowMs());
      return undefined;
    },
    async end() {
      clearInterval(timer);
      await opening?.catch(() => undefined);
      const held = open;
      open = undefined;
      await held?.notifying.close();
      held?.release();
    },
  };
}

/** The queue with its lock. */
export type HeldQueue = { readonly notifying: Notifying; release(): void };

/** Opens the queue of an installation; undefined while another process sends. Rejects with a Failure where a file is wrong. */
export async function holdQueue(
  directories: Directories,
  parts: Pick<NotifyingOptions, "act" | "report" | "nowMs"> & {
    readonly fetchSecret: FetchSecret;
  },
): Promise<HeldQueue | undefined> {
  const { fetchSecret, ...options } = parts;
  mkdirSync(directories.notify, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(directories.notify, "lock"));
  if (lock.kind === "elsewhere") throw new Failure("notify-elsewhere", lock.message);
  if (lock.kind === "busy") return undefined;
  try {
    const notifying = await openNotifying({
      file: directories.notifyFile,
      directory: directories.notify,
      ...options,
      secret: openSecrets(process.env, fetchSecret),
      chance: () => randomBytes(4).readUInt32BE() / 2 ** 32,
    });
    return { notifying, release: () => lock.release() };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}
