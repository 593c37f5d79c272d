// The first bytes of a tunnel: whether a program greets in TLS, and which name it asks for there (RFC 8446, RFC 6066).

/** What the first bytes are. `more`: that cannot be told yet. `broken`: they begin as TLS and are none. */
export type FirstBytes =
  | { readonly kind: "more" | "broken" | "http" | "other" }
  | { readonly kind: "tls"; readonly name: string | undefined };

/** Bytes of a greeting that are read; keys of the newest kinds make one of two kilobytes. */
export const GREETING_BYTES_MAX = 32 * 1024;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const RECORD_HEAD = 5;
const METHOD = /^[A-Z][A-Z-]{0,31} /;
const PART_OF_METHOD = /^[A-Z][A-Z-]{0,31}$/;

/** Reads them. Total: every row of bytes gives an answer. */
export function firstBytes(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { kind: "more" };
  if (bytes[0] === HANDSHAKE) return greeting(bytes);
  const start = bytes.subarray(0, 33).toString("latin1");
  if (METHOD.test(start)) return { kind: "http" };
  return { kind: PART_OF_METHOD.test(start) ? "more" : "other" };
}

function greeting(bytes: Buffer): FirstBytes {
  const message = handshake(bytes);
  if (message === "broken" || message === "more")
    return { kind: bytes.length > GREETING_BYTES_MAX ? "broken" : message };
  try {
    return { kind: "tls", name: serverName(message) };
  } catch {
    return { kind: "broken" };
  }
}

/** The first message of a handshake, put together from the records that carry it. */
function handshake(bytes: Buffer): Buffer | "more" | "broken" {
  const parts: Buffer[] = [];
  let [at, length, wanted] = [0, 0, Number.POSITIVE_INFINITY];
  while (length < wanted) {
    if (bytes.length < at + RECORD_HEAD) return "more";
    const size = bytes.readUInt16BE(at + 3);
    // WHY no record without bytes: a thousand of them would be read for nothing, and no program sends one.
    if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 3 || size === 0) return "broken";
    const part = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + size);
    parts.push(part);
    length += part.length;
    if (length >= 4 && wanted === Number.POSITIVE_INFINITY) {
      const start = Buffer.concat(parts);
      if (start[0] !== CLIENT_HELLO) return "broken";
      wanted = 4 + start.readUIntBE(1, 3);
      if (wanted > GREETING_BYTES_MAX) return "broken";
    }
    if (part.length < size && length < wanted) return "more";
    at += RECORD_HEAD + size;
  }
  return Buffer.concat(parts).subarray(4, wanted);
}

/** The name in it. Throws where its lengths do not fit together, or where two names stand in it. */
function serverName(hello: Buffer): string | undefined {
  let at = 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  if (at === hello.length) return undefined;
  const end = at + 2 + hello.readUInt16BE(at);
  if (end !== hello.length) throw new RangeError("extensions");
  let name: string | undefined;
  for (at += 2; at < end; ) {
    const [type, size] = [hello.readUInt16BE(at), hello.readUInt16BE(at + 2)];
    const content = hello.subarray(at + 4, at + 4 + size);
    if (content.length !== size) throw new RangeError("an extension");
    at += 4 + size;
    if (type !== SERVER_NAME) continue;
    const length = content.readUInt16BE(3);
    const isOne = content.readUInt16BE(0) === size - 2 && length === size - 5 && content[2] === 0;
    if (!isOne || name !== undefined) throw new RangeError("names");
    name = content.subarray(5).toString("latin1").toLowerCase().replace(/\.$/, "");
    if (!/^[\w.-]{1,253}$/.test(name)) throw new RangeError("a name");
  }
  return name;
}
