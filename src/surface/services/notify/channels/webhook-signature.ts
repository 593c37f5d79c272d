// Signatures of webhooks: HMAC-SHA256 over id, time and body, as Standard Webhooks writes them; Slack's own form of it.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Bytes that a secret has at least: <https://github.com/standard-webhooks/standard-webhooks>. */
const SECRET_BYTES_MIN = 24;
/** Signatures of one request that are looked at: one for each secret while it is replaced. */
const SIGNATURES_MAX = 8;

export type SignedParts = {
  readonly id: string;
  /** Seconds since 1970, as they stand in the header. */
  readonly timestamp: string;
  readonly body: string | Uint8Array;
};

/** Whether a secret is long enough to be used. */
export function isStrongSecret(secret: string): boolean {
  return keyOf(secret).length >= SECRET_BYTES_MIN;
}

/** `v1,` and the signature in base64. */
export function signatureOf(secret: string, { id, timestamp, body }: SignedParts): string {
  const signed = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
  return `v1,${signed.digest("base64")}`;
}

/** Whether one of the signatures of a header is ours. Takes the same time wherever they differ. */
export function isSignedBy(secret: string, header: string, parts: SignedParts): boolean {
  const expected = signatureOf(secret, parts);
  const given = header.split(" ").slice(0, SIGNATURES_MAX);
  return given.map((one) => isSame(one, expected)).includes(true);
}

/** Whether Slack signed a body: <https://docs.slack.dev/authentication/verifying-requests-from-slack>. */
export function isSignedBySlack(
  secret: string,
  header: string,
  { timestamp, body }: Omit<SignedParts, "id">,
): boolean {
  const signed = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body);
  return isSame(header, `v0=${signed.digest("hex")}`);
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** `whsec_` and base64 are the key's bytes; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  const text = secret.trim();
  return text.startsWith("whsec_")
    ? Buffer.from(text.slice("whsec_".length), "base64")
    : Buffer.from(text);
}
