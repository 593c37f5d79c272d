// Tokens made up from a form, with the checksum that their issuer writes into them.
import {
  crc32Base62,
  crc32LittleEndianHex,
  isBech32,
} from "#guard/content/validators/token-checksums.ts";

/** The same text with the checksum of its issuer, where it has one. */
export function withChecksum(id: string, token: string): string {
  if (CRC_BASE62.has(id)) {
    const body = token.slice(token.indexOf("_") + 1, -6);
    return token.slice(0, -6) + crc32Base62(body);
  }
  if (id === "grafana-service-account-token") {
    return token.slice(0, -8) + crc32LittleEndianHex(token.slice(0, -9));
  }
  return BECH32_IDS.has(id) ? withBech32(token) : token;
}

const CRC_BASE62 = new Set([
  "github-personal-access-token",
  "github-oauth-token",
  "github-user-to-server-token",
  "github-installation-token",
  "npm-access-token",
]);
const BECH32_IDS = new Set(["age-secret-key", "age-plugin-identity", "nostr-secret-key"]);
const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** Bech32 corrects itself by search: the six characters of a checksum follow from the rest, one bit after the other. */
function withBech32(token: string): string {
  const isUpper = token === token.toUpperCase();
  const lower = token.toLowerCase();
  const separator = lower.lastIndexOf("1");
  const human = Array.from(lower.slice(0, separator), (one) => one.charCodeAt(0));
  const data = Array.from(lower.slice(separator + 1, -6), (one) => BECH32.indexOf(one));
  const all = [...human.map((one) => one >> 5), 0, ...human.map((one) => one & 31), ...data];
  let state = 1;
  for (const value of [...all, 0, 0, 0, 0, 0, 0]) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    for (let bit = 0; bit < 5; bit += 1)
      if (((top >>> bit) & 1) === 1) state ^= GENERATOR[bit] ?? 0;
  }
  state ^= 1;
  const digits = [25, 20, 15, 10, 5, 0].map((shift) => BECH32[(state >>> shift) & 31] ?? "");
  const text = lower.slice(0, -6) + digits.join("");
  const token_ = isUpper ? text.toUpperCase() : text;
  if (!isBech32(token_)) throw new Error("a made-up checksum does not hold");
  return token_;
}
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
