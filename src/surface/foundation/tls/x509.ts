// Certificates: our own authorities, and the server certificates they issue for loopback or for named hosts (RFC 5280) (decision 0052).
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
/** WHY a month: clocks of containers and virtual machines may be behind, and one that ran ahead is set back by days. */
const BACKDATE_MS = 30 * DAY_MS;
const LOOPBACK = contextPrimitive(7, Buffer.of(127, 0, 0, 1));
const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
/** With the parameter NULL (RFC 4055, section 5). */
const RSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.113549.1.1.11"), Buffer.of(5, 0));

/** What an authority may issue for: these hosts and what is below them, and no address; without hosts addresses alone. */
type AuthorityOptions = {
  readonly name: string;
  readonly nowMs: number;
  readonly days: number;
  readonly hosts?: readonly string[];
};

/**
 * Makes a certificate authority with a fresh P-256 key. It may issue server certificates only, directly (path length 0).
 * Without `hosts` it may do so for no DNS name outside `sallyport.invalid`, so that a leaked key cannot impersonate a web
 * site, and addresses stay unconstrained. With `hosts` it may name those, and no address at all.
 */
export function createAuthority(options: AuthorityOptions): Issued {
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
      extension("2.5.29.30", true, nameConstraints(options.hosts)),
      extension("2.5.29.14", false, octetString(keyId)),
      extension("2.5.29.35", false, sequence(contextPrimitive(0, keyId))),
    ],
  });
}

/**
 * Issues a server certificate for a host, by default for the address 127.0.0.1, with a fresh P-256 key. An authority of others
 * gives its name in DER and the id of its key where it has one, and ends at `endsMs`.
 */
export function issueServerCertificate(
  authority: { name: string | Buffer; key: KeyObject; keyId?: Buffer },
  options: { nowMs: number; days: number; host?: string; endsMs?: number },
): Issued {
  const { host, endsMs = Number.POSITIVE_INFINITY } = options;
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const authorityId =
    typeof authority.name === "string"
      ? keyIdentifier(createPublicKey(authority.key))
      : authority.keyId;
  return certify({
    subject: host === undefined ? "sallyport daemon" : "sallyport gateway",
    issuer: authority.name,
    publicKey: pair.publicKey,
    privateKey: pair.privateKey,
    signer: authority.key,
    validity: [
      options.nowMs - BACKDATE_MS,
      Math.min(endsMs, options.nowMs + options.days * DAY_MS),
    ],
    extensions: [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, bitString(Buffer.of(0x80), 7)),
      extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", false, sequence(host === undefined ? LOOPBACK : dnsName(host))),
      extension("2.5.29.14", false, octetString(keyIdentifier(pair.publicKey))),
      ...(authorityId === undefined
        ? []
        : [extension("2.5.29.35", false, sequence(contextPrimitive(0, authorityId)))]),
    ],
  });
}

type Request = {
  readonly subject: string;
  readonly issuer: string | Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly signer: KeyObject;
  readonly validity: readonly [notBeforeMs: number, notAfterMs: number];
  readonly extensions: readonly Buffer[];
};

function certify(request: Request): Issued {
  const [notBeforeMs, notAfterMs] = request.validity;
  assert(notBeforeMs < notAfterMs, "a certificate is valid for some time");
  const algorithm =
    request.signer.asymmetricKeyType === "rsa" ? RSA_WITH_SHA256 : ECDSA_WITH_SHA256;
  const { issuer } = request;
  const body = sequence(
    contextConstructed(0, integer(2)),
    integer(serialNumber()),
    algorithm,
    typeof issuer === "string" ? commonName(issuer) : issuer,
    sequence(time(notBeforeMs), time(notAfterMs)),
    commonName(request.subject),
    request.publicKey.export({ type: "spki", format: "der" }),
    contextConstructed(3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", body, { key: request.signer, dsaEncoding: "der" });
  return {
    certificate: pem("CERTIFICATE", sequence(body, algorithm, bitString(signature))),
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

function nameConstraints(hosts: readonly string[] | undefined): Buffer {
  // WHY: only a DNS constraint. The client's TLS library (2.1.328) refuses the whole chain with "unsupported name
  // constraint type" when an address is constrained, so the authority is kept from naming any host instead.
  if (hosts === undefined)
    return sequence(contextConstructed(0, sequence(dnsName("sallyport.invalid"))));
  assert(hosts.length > 0, "no permitted name at all would permit every name");
  // WHY addresses are excluded here all the same: libraries look at a constraint when a certificate has a name of its kind,
  // and no certificate of this authority names an address.
  const permitted = hosts.map((host) => sequence(dnsName(host)));
  const excluded = [8, 32].map((length) => sequence(contextPrimitive(7, Buffer.alloc(length))));
  return sequence(contextConstructed(0, ...permitted), contextConstructed(1, ...excluded));
}

/** A general name (RFC 5280, 4.2.1.6), for hosts that are written in ASCII. */
function dnsName(host: string): Buffer {
  return contextPrimitive(2, Buffer.from(host, "ascii"));
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
