// The directory of a witness: its key, the keys of the logs that it trusts, and the last checkpoint of each log.
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseCheckpoint } from "#record/log/checkpoint.ts";
import { type Cosigner, createCosigner } from "#record/log/cosignature.ts";
import {
  isKeyName,
  type NoteVerifier,
  parseNote,
  parseVerifier,
  strictBase64,
} from "#record/log/note.ts";
import type { WitnessState } from "#record/log/proofs/witness-protocol.ts";
import {
  makePrivateDirectory,
  replaceFile,
  syncDirectory,
} from "#record/store/files/private-files.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";

const SEED_BYTES = 32;
const LOGS_MAX = 1_000;
const KEY_FILE = "witness-key";
const LOGS_FILE = "logs";
const FOLDER = "checkpoints";

/** A witness's directory, opened. */
export type WitnessPlace = {
  readonly cosigner: Cosigner;
  /** Keys of the logs that are cosigned; read anew each time, so that a log can be added while the witness runs. */
  logKeys(): readonly NoteVerifier[];
  /** Trusts one more log; false when it was trusted already. */
  trust(key: NoteVerifier): Promise<boolean>;
  /** The last cosigned checkpoint of an origin as it was stored. A Failure when the file is not what was written. */
  read(origin: string): { readonly state: WitnessState; readonly note: string } | undefined;
  /** Stores it; the disk has it when this resolves. */
  write(origin: string, note: string): Promise<void>;
};

/** Opens the directory, and makes it with a fresh key when it is new; `name` is then the witness's name. */
export async function openWitness(
  directory: string,
  name: string | undefined,
): Promise<WitnessPlace> {
  await makePrivateDirectory(directory);
  await makePrivateDirectory(join(directory, FOLDER));
  const cosigner = await openCosigner(directory, name);
  const logsFile = join(directory, LOGS_FILE);
  const logKeys = (): readonly NoteVerifier[] => {
    const lines = (readPrivateFile(logsFile, { secret: false }) ?? "").split("\n").filter(Boolean);
    return lines.slice(0, LOGS_MAX).map((line, place) => {
      const key = parseVerifier(line);
      if (key !== undefined) return key;
      throw new Failure("witness", `line ${place + 1} of \`${logsFile}\` is no key of a log`);
    });
  };
  const fileOf = (origin: string): string => join(directory, FOLDER, originName(origin));
  return {
    cosigner,
    logKeys,
    async trust(key) {
      const known = logKeys();
      if (known.some(({ text }) => text === key.text)) return false;
      if (known.length >= LOGS_MAX)
        throw new Failure("witness", `a witness trusts at most ${LOGS_MAX} logs`);
      const lines = [...known.map(({ text }) => text), key.text];
      await replaceFile(logsFile, `${lines.join("\n")}\n`);
      await syncDirectory(directory);
      return true;
    },
    read(origin) {
      const path = fileOf(origin);
      const text = readPrivateFile(path, { secret: false });
      if (text === undefined) return undefined;
      const note = parseNote(Buffer.from(text, "utf8"));
      const body = note === undefined ? undefined : parseCheckpoint(note.text);
      const ours = note?.signatures.filter(({ keyId }) => keyId === cosigner.verifier.keyId) ?? [];
      const holds = ours.some(
        ({ signature }) => cosigner.verifier.cosignedAt(note?.text ?? "", signature) !== undefined,
      );
      // WHY: a state that was put back by hand would let a log be rolled back.
      if (body?.origin !== origin || !holds)
        throw new Failure(
          "witness",
          `\`${path}\` is not what this witness wrote: restore it, or begin anew under another name`,
        );
      return { state: { size: body.size, root: body.root }, note: text };
    },
    async write(origin, note) {
      await replaceFile(fileOf(origin), note);
      await syncDirectory(join(directory, FOLDER));
    },
  };
}

/** How a log's origin is called in file names and addresses: it may hold any character. */
export function originName(origin: string): string {
  return createHash("sha256").update(origin).digest("hex");
}

async function openCosigner(directory: string, name: string | undefined): Promise<Cosigner> {
  const path = join(directory, KEY_FILE);
  const text = readPrivateFile(path, { secret: true });
  if (text !== undefined) {
    const [format, known = "", seedText = "", ...rest] = text.trimEnd().split(" ");
    const seed = strictBase64(seedText);
    const isOurs = format === "sallyport-witness/v1" && rest.length === 0 && isKeyName(known);
    if (!isOurs || seed?.length !== SEED_BYTES)
      throw new Failure(
        "witness",
        `\`${path}\` is no key of a witness: restore it from its backup`,
      );
    if (name !== undefined && name !== known)
      throw new Failure(
        "witness",
        `this witness is called \`${printable(known)}\`, as its key says`,
      );
    return createCosigner(known, seed);
  }
  if (name === undefined || !isKeyName(name))
    throw new Failure(
      "usage",
      "name the new witness with `--name`, such as `witness.example.com/one`: no spaces, no plus sign",
    );
  const seed = randomBytes(SEED_BYTES);
  await replaceFile(path, `sallyport-witness/v1 ${name} ${seed.toString("base64")}\n`);
  await syncDirectory(directory);
  return createCosigner(name, seed);
}
