// Fetching secrets by reference, each fetch on record: for commands, and for the daemon that has the log.
import type { SecretReference } from "#govern/secrets/reference.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../../foundation/files/directories.ts";
import type { FetchGranted } from "../secret-grants.ts";
import { openProvider } from "./open-provider.ts";
import { openSecretRecord, recorded, type SecretRecord, secretRecordIn } from "../secret-record.ts";
import { machineSetting } from "../setting.ts";

/** Fetches the value of a secret, on record; a Failure where it cannot be had. */
export type FetchSecret = (reference: SecretReference) => Promise<string>;

/** For a command: the record goes by the spool. */
export function fetchRecorded(directories: Directories): FetchSecret {
  return fetchBy(() => openSecretRecord(directories));
}

/** For the daemon: the record goes into its log. */
export function fetchIn(log: Pick<Log, "append" | "stamp">): FetchSecret {
  return fetchBy(async () => secretRecordIn(log));
}

/** For calls of sessions: each is on record as given, with its grant and host, before its value is. */
export function fetchGrantedIn(log: Pick<Log, "append" | "stamp">): FetchGranted {
  const record = secretRecordIn(log);
  return async ({ id, host, reference }) => {
    const { value } = await recorded(
      record,
      { what: "given", reference, grant: { id, host } },
      async () =>
        (await openProvider(reference.provider, machineSetting(process.env))).get(reference),
      ({ version, leaseSeconds }) => ({ version, leaseSeconds }),
    );
    return value.reveal();
  };
}

function fetchBy(open: () => Promise<SecretRecord>): FetchSecret {
  return async (reference) => {
    const record = await open();
    const { value } = await recorded(
      record,
      { what: "fetched", reference },
      async () =>
        (await openProvider(reference.provider, machineSetting(process.env))).get(reference),
      ({ version, leaseSeconds }) => ({ version, leaseSeconds }),
    );
    return value.reveal();
  };
}
