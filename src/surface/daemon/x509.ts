// Certificates: our own authority and the server certificate it issues for loopback (RFC 5280).
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { assert } from "#base/failure.ts";
import {
  bitString,
  boolean,
  contextConstructed,
  contextPrimitive,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

/** A certificate and its private key, both PEM. */
export type Issued = { readonly certificate: string; readonly key: string };

const DAY_MS = 86_400_000;
/** Clocks of containers and virtual machines may be behind. */
const BACKDATE_MS = DAY_MS;
const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

/**
 * Makes a certificate authority with a fresh P-256 key. It may issue server certificates only, directly (path length 0),
 * and for no DNS name outside `sallyport.invalid`, so that a leaked key cannot impersonate a web site. Addresses stay
 * unconstrained.
 */
export function createAuthority(options: { name: string; nowMs: number; days: number }): Issued {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keyId = keyIdentifier(pair.publicKey);
  return certify({
    subject: options.name,
    issuer: options.name,
    publicKey: pair.publicKey,
    privateKey: pair.privateKey,
    signer: pair.privateKey,
    validity: [options.nowMs - BACKDATE_MS, options.nowMs + options.days * DAY_MS],
    extensions: [
      extension("2.5.29.19", true, sequence(boolean(true), integer(0))),
      extension("2.5.29.15", true, bitString(Buffer.of(0x06), 1)),
      extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.30", true, nameConstraints()),
      extension("2.5.29.14", false, octetString(keyId)),
      extension("2.5.29.35", false, sequence(contextPrimitive(0, keyId))),
    ],
  });
}

/** Issues a server certificate for the address 127.0.0.1 with a fresh P-256 key. */
export function issueServerCertificate(
  authority: { name: string; key: KeyObject },
  options: { nowMs: number; days: number },
): Issued {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const authorityId = keyIdentifier(createPublicKey(authority.key));
  return certify({
    subject: "sallyport daemon",
    issuer: authority.name,
    publicKey: pair.publicKey,
    privateKey: pair.privateKey,
    signer: authority.key,
    validity: [options.nowMs - BACKDATE_MS, options.nowMs + options.days * DAY_MS],
    extensions: [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, bitString(Buffer.of(0x80), 7)),
      extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", false, sequence(contextPrimitive(7, Buffer.of(127, 0, 0, 1)))),
      extension("2.5.29.14", false, octetString(keyIdentifier(pair.publicKey))),
      extension("2.5.29.35", false, sequence(contextPrimitive(0, authorityId))),
    ],
  });
}

type Request = {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly signer: KeyObject;
  readonly validity: readonly [notBeforeMs: number, notAfterMs: number];
  readonly extensions: readonly Buffer[];
};

function certify(request: Request): Issued {
  const [notBeforeMs, notAfterMs] = request.validity;
  assert(notBeforeMs < notAfterMs, "a certificate is valid for some time");
  const body = sequence(
    contextConstructed(0, integer(2)),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    commonName(request.issuer),
    sequence(time(notBeforeMs), time(notAfterMs)),
    commonName(request.subject),
    request.publicKey.export({ type: "spki", format: "der" }),
    contextConstructed(3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", body, { key: request.signer, dsaEncoding: "der" });
  return {
    certificate: pem("CERTIFICATE", sequence(body, ECDSA_WITH_SHA256, bitString(signature))),
    key: request.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  // DER leaves out a value that equals its default, so `critical` is written only when it is true.
  return sequence(
    objectIdentifier(identifier),
    ...(critical ? [boolean(true)] : []),
    octetString(value),
  );
}

function nameConstraints(): Buffer {
  // WHY: only a DNS constraint. The client's TLS library (2.1.328) refuses the whole chain with "unsupported name
  // constraint type" when an address is constrained, so the authority is kept from naming any host instead.
  const permitted = sequence(contextPrimitive(2, Buffer.from("sallyport.invalid")));
  return sequence(contextConstructed(0, permitted));
}

function commonName(text: string): Buffer {
  return sequence(set(sequence(objectIdentifier("2.5.4.3"), utf8String(text))));
}

/** 127 random bits: positive, and never two alike (RFC 5280 allows 20 octets). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** The leftmost 160 bits of SHA-256 over the public key's bit string (RFC 7093, method 1). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: "spki", format: "der" });
  // The uncompressed P-256 point, 65 bytes, ends the structure.
  return createHash("sha256").update(spki.subarray(-65)).digest().subarray(0, 20);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
