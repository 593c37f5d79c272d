// Checksums that issuers put into their tokens: CRC-32 in base 62 or in hexadecimal, and bech32.

const CRC32_POLYNOMIAL = 0xedb88320;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32_GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32_CONSTANT = 1;
/** Characters of a token that a checksum is worked out over: far more than any token has. */
const CHARS_MAX = 4096;

/** CRC-32 of ASCII text (ISO 3309, ITU-T V.42, zlib), as an unsigned number. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length && at < CHARS_MAX; at += 1) {
    crc ^= text.charCodeAt(at) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? (crc >>> 1) ^ CRC32_POLYNOMIAL : crc >>> 1;
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * A body's checksum in six digits of base 62, zeros first. "Behind GitHub's new authentication token formats" describes it: the last six
 * characters are the CRC-32 of those between prefix and checksum. npm took it over.
 */
export function crc32Base62(body: string): string {
  let rest = crc32(body);
  let digits = "";
  while (digits.length < 6) {
    digits = (BASE62[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Whether the part of a token behind its prefix and underscore ends in its own checksum in base 62. */
export function endsInChecksum(token: string): boolean {
  const body = token.slice(token.indexOf("_") + 1);
  return crc32Base62(body.slice(0, -6)) === body.slice(-6);
}

/** The CRC-32 of a text as eight hexadecimal digits, lowest byte first: how Grafana ends the tokens of service accounts. */
export function crc32LittleEndianHex(text: string): string {
  const crc = crc32(text);
  return [0, 8, 16, 24]
    .map((shift) => ((crc >>> shift) & 0xff).toString(16).padStart(2, "0"))
    .join("");
}

/** Whether the last six characters of a bech32 text in one case are its checksum (BIP 173). */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf("1");
  if (text.length > CHARS_MAX || separator < 1 || separator + 7 > lower.length) return false;
  if (text !== lower && text !== text.toUpperCase()) return false;
  const human = Array.from(lower.slice(0, separator), (one) => one.charCodeAt(0));
  const values = Array.from(lower.slice(separator + 1), (one) => BECH32.indexOf(one));
  if (values.includes(-1)) return false;
  const all = [...human.map((one) => one >> 5), 0, ...human.map((one) => one & 31), ...values];
  return polymod(all) === BECH32_CONSTANT;
}

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    BECH32_GENERATOR.forEach((generator, bit) => {
      if (((top >>> bit) & 1) === 1) checksum ^= generator;
    });
  }
  return checksum;
}
