// The key that copies of projects are sealed with: made with the first copy, kept with the keys of the log.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { keyText, parseKey } from "#record/store/key-text.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import { UNDO_KEY_BYTES } from "./copy-store.ts";

const NAME = "undo-key";

/** The key; made where it is missing. Throws a Failure where it is damaged, or others can read it. */
export function undoKey(keys: string): Buffer {
  const known = readUndoKey(keys);
  if (known !== undefined) return known;
  const fresh = randomBytes(UNDO_KEY_BYTES);
  const isOurs = createPrivateFile(join(keys, NAME), keyText("undo", fresh));
  return isOurs ? fresh : (readUndoKey(keys) ?? fresh);
}

/** The key; undefined where nothing was ever copied. */
export function readUndoKey(keys: string): Buffer | undefined {
  const text = readPrivateFile(join(keys, NAME), { secret: true });
  if (text === undefined) return undefined;
  const key = parseKey(text, "undo", UNDO_KEY_BYTES);
  if (key !== undefined) return key;
  throw new Failure(
    "key-damaged",
    `\`${join(keys, NAME)}\` is not a key: restore it from its backup`,
  );
}
