// Checks of tokens that rows name: what a form cannot tell of a token, by its digits or by what stands around it.
import type { Candidate } from "../detection/credential.ts";
import type { Tier } from "../detection/finding.ts";
import { keyBefore, keyNamesSecret } from "../detection/key-name.ts";
import { crc32LittleEndianHex, endsInChecksum, isBech32 } from "../validators/token-checksums.ts";

/** Whether a value is a token, or how sure that is. */
export type TokenCheck = (value: string, candidate: Candidate) => boolean | Tier;

/** By the name that a row gives. */
export const TOKEN_CHECKS = {
  /** GitHub and npm: the last six characters are the sum of those behind the underscore. */
  "crc32-base62": (value) => endsInChecksum(value),
  /** Grafana: the last eight are the sum of those before the last underscore. */
  "crc32-hex": (value) =>
    crc32LittleEndianHex(value.slice(0, -9)) === value.slice(-8) ? "high" : "medium",
  bech32: (value) => isBech32(value),
  "aws-secret-beside-id": (_, { window, start }) =>
    /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/.test(window) && isCalledSecret(window, start),
  /** A key beside `authDomain` stands in every page of that app; what it may do is for the app's rules to say. */
  "web-configuration": (_, candidate) =>
    /authDomain|firebaseapp\.com|messagingSenderId|FirebaseOptions|mobilesdk_app_id|oauth_client|"current_key"|GCM_SENDER_ID|CLIENT_ID<|<key>API_KEY<|googleusercontent\.apps\.AIza|maps\/api\/js\?/.test(
      around(candidate, 300),
    )
      ? "low"
      : true,
  "json-web-key": (_, candidate) => isInKey(candidate, PRIVATE_TYPE),
  "json-web-key-shared": (_, candidate) => isInKey(candidate, SHARED_TYPE),
  /** A signature is one of a shared access where its version, its end and its rights stand in the same address. */
  "signed-azure-address": (_, candidate) => {
    const address = around(candidate, 500);
    return /[?&]sv=20[0-9]{2}-/.test(address) && /[?&]s[ep]=/.test(address);
  },
  /** The endpoint stands before the key, and both in one line. */
  "azure-endpoint": (_, candidate) =>
    /endpoint=https:\/\/[^;\s]{1,200}(?:signalr\.net|webpubsub\.azure\.com|communication\.azure\.com)/i.test(
      around(candidate, 500),
    ),
  "behind-no-underscore": (_, { window, start }) => window[start - 1] !== "_",
} satisfies Readonly<Record<string, TokenCheck>>;
export type TokenCheckName = keyof typeof TOKEN_CHECKS;

/** The text that a candidate stands in, so many characters before its beginning and behind it. */
function around({ surroundings: { text, start: from }, start }: Candidate, reach: number): string {
  const at = from + start;
  return text.slice(Math.max(0, at - reach), at + reach);
}

/** Whether the key of a value calls it a secret; in `.s3cfg` and in Terraform's providers the key says no more than that. */
function isCalledSecret(window: string, start: number): boolean {
  const key = keyBefore(window, start);
  return /secret/i.test(key) && keyNamesSecret(key);
}

/** Characters around a member of a JSON Web Key that hold the others. */
const KEY_REACH = 2000;

const PRIVATE_TYPE = /"kty"\s{0,8}(?::|=>)\s{0,8}"(?:RSA|EC|OKP)"/;
const SHARED_TYPE = /"kty"\s{0,8}(?::|=>)\s{0,8}"oct"/;

/** A member is a part of a key where the key's type stands in the same object (RFC 7517, RFC 7518). */
function isInKey({ surroundings, start }: Candidate, type: RegExp): boolean {
  const at = surroundings.start + start;
  const before = surroundings.text.slice(Math.max(0, at - KEY_REACH), at);
  const after = surroundings.text.slice(at, at + KEY_REACH);
  return type.test(before.slice(before.lastIndexOf("{") + 1) + (after.split("}", 1)[0] ?? ""));
}
