// Keys and checkpoints that a person names on the command line, as text or as files.
import { readFile } from "node:fs/promises";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseWitnessKey, type WitnessVerifier } from "#record/log/cosignature.ts";
import { type KeyHistory, readKeyHistory, splitStatements } from "#record/log/key-history.ts";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";

const NOTE_FILE_BYTES_MAX = 64 * 1024;
const HISTORY_BYTES_MAX = 1024 * 1024;
const WITNESSES_MAX = 64;

/** The verifier key of a log, given itself or in a file. */
export async function readLogKey(keyOrFile: string): Promise<NoteVerifier> {
  const given = parseVerifier(keyOrFile);
  if (given !== undefined) return given;
  const fromFile = parseVerifier((await readNoteFile(keyOrFile)).toString("utf8"));
  if (fromFile !== undefined) return fromFile;
  throw new Failure(
    "usage",
    `\`${printable(keyOrFile)}\` holds no verifier key (\`name+id+base64\`)`,
  );
}

/** Keys of witnesses: separated by commas, or a file with one a line. */
export async function readWitnessKeys(keysOrFile: string): Promise<readonly WitnessVerifier[]> {
  const given = keysOrFile.split(",").map(parseWitnessKey);
  const lines = given.includes(undefined)
    ? (await readNoteFile(keysOrFile))
        .toString("utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(parseWitnessKey)
    : given;
  const keys = lines.filter((key) => key !== undefined);
  if (keys.length === lines.length && keys.length > 0 && keys.length <= WITNESSES_MAX) return keys;
  throw new Failure(
    "usage",
    `\`${printable(keysOrFile)}\` holds no list of witness keys (\`name+id+base64\`, one a line); \`sallyport witness key\` shows one`,
  );
}

/** The keys of a log that changed them, followed from the one that is trusted; `path` is what `sallyport log keys` wrote. */
export async function readHistoryFile(path: string, trusted: NoteVerifier): Promise<KeyHistory> {
  const text = (await readNoteFile(path, HISTORY_BYTES_MAX)).toString("utf8");
  const reading = readKeyHistory(trusted, splitStatements(text));
  if (reading.kind === "history") return reading.history;
  throw new Failure(
    "usage",
    `statement ${reading.statement} of \`${printable(path)}\` does not hold: ${reading.why}`,
  );
}

/** A signed note that was kept in a file. */
export async function readNoteFile(path: string, bytesMax = NOTE_FILE_BYTES_MAX): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name a file that exists`, {
      cause,
    });
  });
  if (bytes.length > bytesMax)
    throw new Failure("usage", `\`${printable(path)}\` is too large for keys or a checkpoint`);
  return bytes;
}

/** How many witnesses are demanded; a Failure when it is no number or more than there are. */
export function readQuorum(text: string | undefined, witnesses: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,2}$/.test(text) && Number(text) <= witnesses) return Number(text);
  throw new Failure(
    "usage",
    `\`--witnesses\` is \`${printable(text)}\`: give a number up to ${witnesses}, the keys named with \`--witness-key\``,
  );
}
