// The head of a log as its key signed it: what every reader of a log begins with.
import { Failure } from "#base/failure.ts";
import { type Checkpoint, readCheckpoint } from "../log/checkpoint.ts";
import type { KeyHistory } from "../log/key-history.ts";
import { CHECKPOINT_PATH } from "../log/layout.ts";
import type { NoteVerifier } from "../log/note.ts";
import type { LogFiles } from "../log/report.ts";
import { readStoredKeys } from "../log/stored-keys.ts";

/** `text` is the checkpoint as published, `keys` are those that the log has had. */
export type Head = {
  readonly body: Checkpoint;
  readonly text: string;
  readonly keys: KeyHistory;
};

/** Reads the head. Throws a Failure `log-missing`, `key-missing`, or `log-damaged` where it is not what the log signed. */
export async function readHead(
  files: LogFiles,
  verifier: NoteVerifier | undefined,
  { log, keys: keysDirectory }: { readonly log: string; readonly keys: string },
): Promise<Head> {
  const bytes = await files.read(CHECKPOINT_PATH);
  if (bytes === undefined)
    throw new Failure(
      "log-missing",
      `there is no log in \`${log}\`: start the daemon, or name its data directory with \`--data\``,
    );
  if (verifier === undefined)
    throw new Failure(
      "key-missing",
      `there is no verifier key in \`${keysDirectory}\`: restore the key store`,
    );
  const keys = await readStoredKeys(files, verifier, () => undefined);
  const reading = readCheckpoint(bytes, keys);
  if (reading.kind !== "signed")
    throw new Failure(
      "log-damaged",
      "the log's checkpoint is not what was signed: run `sallyport log verify`",
    );
  return { body: reading.body, text: Buffer.from(bytes).toString("utf8"), keys };
}
