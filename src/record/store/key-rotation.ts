// Changing a log's signing key: a new one is introduced, both sign for a while, then the old one is retired and destroyed.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { formatKeyStatement, type KeyStatement } from "../log/key-history.ts";
import { keyStatementPath } from "../log/layout.ts";
import type { NoteSigner } from "../log/note.ts";
import { readStatements } from "../log/stored-keys.ts";
import { rootOfEdge } from "../log/tree.ts";
import { dropOldKey, type LogKeys, makeNextKey, openKeys } from "./keys.ts";
import { takeLock } from "./files/lock.ts";
import { openLogFiles } from "./log-reader.ts";
import { makePrivateDirectory, replaceFile, syncDirectory } from "./files/private-files.ts";
import { loadStart } from "./publisher.ts";

/** What a change of keys wrote: at which size, about which key, and the digest of the signed statement. */
export type KeyChange = {
  readonly what: KeyStatement["what"];
  readonly size: number;
  readonly key: string;
  readonly digest: string;
};

/**
 * Introduces a new signing key, or retires the older one, in a log that was closed in order and that nobody writes. A crash
 * leaves the state before or after; the next writer signs with the keys that the statements name.
 */
export async function changeKey(
  directories: { readonly log: string; readonly keys: string },
  what: KeyStatement["what"],
): Promise<KeyChange> {
  const lock = await takeLock(directories.log);
  try {
    const keys = await openKeys(directories.keys);
    const { edge, signers } = await loadStart(directories.log, keys);
    const origin = keys.verifier.name;
    if (what === "introduce" && signers.length > 1)
      throw new Failure(
        "usage",
        "a new key was introduced already: retire the old one first with `--finish`",
      );
    if (what === "retire" && signers.length < 2)
      throw new Failure("usage", "there is no second key: introduce one first");
    const next = what === "introduce" ? await makeNextKey(directories.keys, origin) : undefined;
    const about = next ?? signers[0];
    if (about === undefined) throw new Failure("key-missing", "the log has no key that signs");
    const change = { what, size: edge.size, root: rootOfEdge(edge.levels), key: about.verifier };
    const digest = await writeStatement(directories.log, origin, change, [
      ...signers,
      ...(next === undefined ? [] : [next]),
    ]);
    return { what, size: edge.size, key: about.verifier.text, digest };
  } finally {
    await lock.release();
  }
}

async function writeStatement(
  log: string,
  origin: string,
  change: KeyStatement,
  signers: NoteSigner[],
): Promise<string> {
  const statements = await readStatements(openLogFiles(log));
  const text = formatKeyStatement(origin, change, { before: statements.at(-1), signers });
  const folder = join(log, "keys");
  await makePrivateDirectory(folder);
  await replaceFile(join(log, keyStatementPath(statements.length + 1)), text);
  await syncDirectory(folder);
  await syncDirectory(log);
  return createHash("sha256").update(text).digest("hex");
}

/** Destroys a key whose retirement is on disk: what a crash may have left undone. */
export async function settleKeys(
  directory: string,
  keys: LogKeys,
  active: readonly NoteSigner[],
): Promise<void> {
  const [older, newer] = keys.signers;
  const isActive = (signer: NoteSigner | undefined): boolean =>
    active.some(({ verifier }) => verifier.text === signer?.verifier.text);
  if (newer !== undefined && isActive(newer) && !isActive(older)) await dropOldKey(directory);
}
