// What the calls of a run said, sealed for those who hold the key of the run: artifacts of a pipeline are read by more people than the record is for.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Failure } from "#base/failure.ts";

/** The variable that holds the key unless another is named: a secret of the pipeline, of at least 32 characters. */
export const RUN_KEY_VARIABLE = "SALLYPORT_RUN_KEY";
const KEY_CHARS_MIN = 32;
const KEY_CHARS_MAX = 4_096;
const FORM = "sallyport/run-seal/v1";
const [SALT_BYTES, NONCE_BYTES, TAG_BYTES] = [16, 12, 16];
/** Base64 of the text of a run; calls are bounded, and so is their number. */
const SEALED_CHARS_MAX = 512 * 1024 * 1024;

/** The key of the run from a variable's value. A Failure `ci-key` says what is wrong with it and never what it is. */
export function readRunKey(value: string, variable: string): string {
  const key = value.trim();
  if (key.length >= KEY_CHARS_MIN && key.length <= KEY_CHARS_MAX) return key;
  throw new Failure(
    "ci-key",
    `the key of the run in \`${variable}\` has ${key.length} characters: give ${KEY_CHARS_MIN} to ${KEY_CHARS_MAX} random ones, such as \`openssl rand -base64 32\` makes`,
  );
}

/**
 * A text under the key: three lines, of which the first names the form, the second holds salt and nonce, the third the text with its tag,
 * by AES-256-GCM under a key of HKDF-SHA-256, with the first line authenticated.
 */
export function sealText(text: string, key: string, random = randomBytes): string {
  const [salt, nonce] = [random(SALT_BYTES), random(NONCE_BYTES)];
  const cipher = createCipheriv("aes-256-gcm", derived(key, salt), nonce);
  cipher.setAAD(Buffer.from(FORM));
  const sealed = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  const head = Buffer.concat([salt, nonce]).toString("base64");
  return `${FORM}\n${head}\n${Buffer.concat(sealed).toString("base64")}\n`;
}

/** The text again. A Failure `ci-key` where the key is another or the file was altered, `usage` where it is no such file. */
export function openText(sealed: string, key: string): string {
  const [form, head = "", body = ""] = sealed.slice(0, SEALED_CHARS_MAX).split("\n");
  const place = Buffer.from(head, "base64");
  const bytes = Buffer.from(body, "base64");
  if (form !== FORM || place.length !== SALT_BYTES + NONCE_BYTES || bytes.length < TAG_BYTES)
    throw new Failure(
      "usage",
      "this is no file of sealed texts: give `meant.sealed` of the artifacts of a run",
    );
  const decipher = createDecipheriv(
    "aes-256-gcm",
    derived(key, place.subarray(0, SALT_BYTES)),
    place.subarray(SALT_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(FORM));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    // WHY without a cause: it says nothing that helps.
    throw new Failure(
      "ci-key",
      "the key does not open it: it is the key of another run, or the file was altered",
    );
  }
}

function derived(key: string, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, FORM, 32));
}
