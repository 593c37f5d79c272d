// The first message of a TLS client: the name that it asks for, read before a byte of it goes on (RFC 8446, section 4.1.2; RFC 6066, section 3).

/** `name` undefined: none is asked for. `isHidden`: the real name may be encrypted (RFC 9849). */
export type ClientHello =
  | { readonly kind: "more" | "not-tls" | "malformed" }
  | { readonly kind: "hello"; readonly name: string | undefined; readonly isHidden: boolean };

/** Bytes of a first message: those with keys against quantum computers have two thousand. */
export const HELLO_BYTES_MAX = 16 * 1024;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ENCRYPTED_HELLO = 0xfe0d;
const RECORD_HEAD = 5;
const RECORD_BYTES_MAX = 16 * 1024;

/** Reads what came so far. Total. */
export function readClientHello(bytes: Buffer): ClientHello {
  if (bytes.length > 0 && bytes[0] !== HANDSHAKE) return { kind: "not-tls" };
  const parts: Buffer[] = [];
  let [at, length] = [0, 0];
  while (at + RECORD_HEAD <= bytes.length) {
    const size = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 3 || size === 0 || size > RECORD_BYTES_MAX)
      return { kind: "malformed" };
    const part = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + size);
    parts.push(part);
    length += part.length;
    at += RECORD_HEAD + size;
    if (length >= 4) {
      const message = parts.length === 1 ? part : Buffer.concat(parts);
      const whole = 4 + message.readUIntBE(1, 3);
      if (message[0] !== CLIENT_HELLO || whole > HELLO_BYTES_MAX) return { kind: "malformed" };
      if (message.length >= whole) return read(message.subarray(4, whole));
    }
  }
  return { kind: bytes.length > HELLO_BYTES_MAX ? "malformed" : "more" };
}

function read(body: Buffer): ClientHello {
  try {
    // Version and random; then a session, cipher suites and compressions, each with its length.
    let at = 34;
    at += 1 + body.readUInt8(at);
    at += 2 + body.readUInt16BE(at);
    at += 1 + body.readUInt8(at);
    if (at === body.length) return { kind: "hello", name: undefined, isHidden: false };
    const end = at + 2 + body.readUInt16BE(at);
    if (end !== body.length) return { kind: "malformed" };
    let [name, isHidden]: [string | undefined, boolean] = [undefined, false];
    for (at += 2; at < end; ) {
      const type = body.readUInt16BE(at);
      const size = body.readUInt16BE(at + 2);
      const content = body.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      if (at > end) return { kind: "malformed" };
      if (type === ENCRYPTED_HELLO) isHidden = true;
      if (type !== SERVER_NAME) continue;
      const named = nameIn(content);
      // WHY not the first of two: servers differ in which they heed.
      if (named === undefined || name !== undefined) return { kind: "malformed" };
      name = named;
    }
    return { kind: "hello", name, isHidden };
  } catch {
    return { kind: "malformed" };
  }
}

/** The one host name of the extension: a list of one, of the type of host names. */
function nameIn(content: Buffer): string | undefined {
  const size = content.readUInt16BE(3);
  const isOne = content.readUInt16BE(0) === content.length - 2 && content[2] === 0;
  return isOne && size > 0 && content.length === 5 + size
    ? content.toString("latin1", 5).toLowerCase()
    : undefined;
}

/** An alert by which a program says that the name was not agreed to (RFC 8446, section 6): `unrecognized_name`, fatal. */
export const UNRECOGNIZED_NAME = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
