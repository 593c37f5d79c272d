// The passphrase by which a person confirms a change from another device, kept as a salted scrypt hash that only its user reads.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

export const PASSPHRASE_CHARS_MIN = 12;
export const PASSPHRASE_CHARS_MAX = 256;
/** RFC 7914's recommendation for interactive logins, doubled: 64 MB and some 150 ms. */
const COST = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 } as const;
const BYTES = 32;

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`)));
const fileSchema = v.strictObject({ version: v.literal(1), salt: hex(16), hash: hex(BYTES) });

const fileOf = ({ keys }: Directories) => join(keys, "dashboard-passphrase.json");

/** Keeps it in place of the one before. Throws a Failure when it is too short or too long. */
export async function setPassphrase(directories: Directories, passphrase: string): Promise<void> {
  if (passphrase.length < PASSPHRASE_CHARS_MIN || passphrase.length > PASSPHRASE_CHARS_MAX)
    throw new Failure(
      "usage",
      `a passphrase has ${PASSPHRASE_CHARS_MIN} to ${PASSPHRASE_CHARS_MAX} characters`,
    );
  const salt = randomBytes(16);
  const hash = await derive(passphrase, salt, BYTES, COST);
  const text = { version: 1, salt: salt.toString("hex"), hash: hash.toString("hex") };
  writePrivateFile(fileOf(directories), `${JSON.stringify(text)}\n`);
}

/** Whether there is one. */
export function hasPassphrase(directories: Directories): boolean {
  return readPrivateFile(fileOf(directories), { secret: true }) !== undefined;
}

/** Whether this is it; never where there is none. Throws a Failure when its file is damaged. */
export async function isPassphrase(directories: Directories, given: string): Promise<boolean> {
  const file = fileOf(directories);
  const text = readPrivateFile(file, { secret: true });
  if (text === undefined || given.length > PASSPHRASE_CHARS_MAX) return false;
  const kept = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (!kept.success)
    throw new Failure(
      "dashboard",
      `\`${file}\` is damaged: remove it and run \`sallyport dashboard passphrase\` again`,
    );
  const hash = await derive(given, Buffer.from(kept.output.salt, "hex"), BYTES, COST);
  return timingSafeEqual(hash, Buffer.from(kept.output.hash, "hex"));
}
