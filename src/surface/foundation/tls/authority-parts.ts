// What of an authority's certificate is repeated in certificates that it issues: its name and the id of its key, as bytes (RFC 5280, 4.1).
import type { X509Certificate } from "node:crypto";

/** Parts of one structure that are read. */
const PARTS_MAX = 256;
const SEQUENCE = 0x30;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const OCTETS = 0x04;
const KEY_ID = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x0e]);

type Part = { readonly tag: number; readonly whole: Buffer; readonly content: Buffer };

/** Both; `keyId` undefined where the certificate names none. Undefined for what is no certificate in DER. */
export function authorityParts({
  raw,
}: Pick<X509Certificate, "raw">): { readonly name: Buffer; readonly keyId?: Buffer } | undefined {
  const [body] = partsOf(partsOf(raw)[0]?.content);
  const parts = partsOf(body?.content);
  // serialNumber, signature, issuer, validity, subject: the version stands before them where it is not the first.
  const subject = parts[parts[0]?.tag === VERSION ? 5 : 4];
  if (subject?.tag !== SEQUENCE) return undefined;
  const extensions = partsOf(
    partsOf(parts.find(({ tag }) => tag === EXTENSIONS)?.content)[0]?.content,
  );
  const found = extensions
    .map(({ content }) => partsOf(content))
    .find(([id]) => id?.whole.equals(KEY_ID) === true);
  const [keyId] = partsOf(found?.find(({ tag }) => tag === OCTETS)?.content);
  return { name: subject.whole, ...(keyId === undefined ? {} : { keyId: keyId.content }) };
}

/** The parts that stand one after another. Ends at what is none. */
function partsOf(bytes: Buffer = Buffer.alloc(0)): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at + 2 <= bytes.length && parts.length < PARTS_MAX; ) {
    const first = bytes[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (more > 4 || at + 2 + more > bytes.length) break;
    const size = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const start = at + 2 + more;
    if (start + size > bytes.length) break;
    parts.push({
      tag: bytes[at] ?? 0,
      whole: bytes.subarray(at, start + size),
      content: bytes.subarray(start, start + size),
    });
    at = start + size;
  }
  return parts;
}
