// The record of what was done with secrets: each fetch is in the log, or in its spool, before its value is used.
import { Failure } from "#base/failure.ts";
import { referenceText, type SecretReference, secretName } from "#govern/secrets/reference.ts";
import { userName } from "#platform/user.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { secretEvent } from "#record/event/secret-events.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

/** One thing done with one secret. */
export type SecretDeed = {
  readonly what: "fetched" | "given" | "rotated" | "failed";
  readonly reference: SecretReference;
  readonly version?: string | undefined;
  readonly leaseSeconds?: number | undefined;
  /** Why it failed: the code of a Failure. */
  readonly fault?: string;
  /** Under which grant of a person it is given, and to which host. */
  readonly grant?: { readonly id: string; readonly host: string };
};

/** Writes deeds; each resolves when it is durable. */
export type SecretRecord = (deeds: readonly SecretDeed[]) => Promise<void>;

/** Opens the record for a command, which has no log. Rejects with a Failure where nothing is installed. */
export async function openSecretRecord(directories: Directories): Promise<SecretRecord> {
  const { stamp, append } = await openSpoolRecorder(directories);
  return async (deeds) => append(eventsOf(deeds, stamp));
}

/** The record of the process that has the log. WHY not by the spool: nothing there may speak in the name of the daemon. */
export function secretRecordIn(log: Pick<Log, "append" | "stamp">): SecretRecord {
  return async (deeds) => {
    const events = eventsOf(deeds, () => log.stamp("daemon"));
    await Promise.all(events.map((event) => log.append(event, { durable: true })));
  };
}

function eventsOf(deeds: readonly SecretDeed[], stamp: () => EventStamp): readonly AuditEvent[] {
  const user = userName();
  return deeds.map(({ what, reference, version, leaseSeconds, fault, grant }) =>
    secretEvent(stamp(), {
      what,
      provider: reference.provider,
      name: secretName(reference),
      version: version ?? reference.version,
      leaseSeconds,
      fault,
      user,
      grant,
    }),
  );
}

/** Does something with one secret and records it; a failure is recorded too and thrown on. */
export async function recorded<Result>(
  record: SecretRecord,
  deed: Omit<SecretDeed, "fault">,
  act: () => Promise<Result>,
  detail: (result: Result) => Partial<Pick<SecretDeed, "version" | "leaseSeconds">> = () => ({}),
): Promise<Result> {
  let result: Result;
  try {
    result = await act();
  } catch (error) {
    const fault = error instanceof Failure ? error.code : "defect";
    await record([{ ...deed, what: "failed", fault }]);
    throw error instanceof Failure
      ? new Failure(error.code, `\`${referenceText(deed.reference)}\`: ${error.message}`)
      : error;
  }
  await record([{ ...deed, ...detail(result) }]);
  return result;
}
