// The record of what was done with secrets: each fetch is in the spool of the log before its value is used.
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { referenceText, type SecretReference, secretName } from "#govern/secrets/reference.ts";
import { userName } from "#platform/user.ts";
import { secretEvent } from "#record/event/secret-events.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { productVersion } from "../../foundation/product/product.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** One thing done with one secret. */
export type SecretDeed = {
  readonly what: "fetched" | "given" | "rotated" | "failed";
  readonly reference: SecretReference;
  readonly version?: string | undefined;
  readonly leaseSeconds?: number | undefined;
  /** Why it failed: the code of a Failure. */
  readonly fault?: string;
};

/** Writes deeds; each resolves when it is durable. */
export type SecretRecord = (deeds: readonly SecretDeed[]) => Promise<void>;

/** Opens the record of an installation. Rejects with a Failure where nothing is installed. */
export async function openSecretRecord(
  { keys: place, spool }: Directories,
  submitter: "cli" | "daemon" = "cli",
): Promise<SecretRecord> {
  const clock = { nowMs: () => Date.now(), monotonicMs };
  const keys = await readEventKeys(place);
  const random = createRandomPool();
  const encoder = createEventEncoder({ keys, clock, product: productVersion(), random });
  const user = userName();
  const written = openSpool(spool, () => clock.nowMs());
  return async (deeds) => {
    const events = deeds.map(({ what, reference, version, leaseSeconds, fault }) =>
      secretEvent(encoder.stamp(submitter), {
        ...{ what, provider: reference.provider, name: secretName(reference) },
        ...{ version: version ?? reference.version, leaseSeconds, fault, user },
      }),
    );
    await written.append(events.map(encoder.encode), { durable: true });
  };
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
