// The daemon's TLS material on disk: our authority, the server certificate it renews, and the bundle clients trust.
import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { createPrivateFile, readPrivateFile, writePrivateFile } from "../files/private-file.ts";
import { createAuthority, type Issued, issueServerCertificate } from "./x509.ts";

/** Twenty years: a project's settings name this authority, so replacing it means guarding every project again. */
const AUTHORITY_DAYS = 7_300;
const SERVER_DAYS = 90;
/** The server certificate is replaced when fewer days than this are left. */
const RENEWAL_DAYS = 30;
const DAY_MS = 86_400_000;
/** Bytes of a company's bundle that are read; a full set of public roots takes about 250 KB. */
const BUNDLE_BYTES_MAX = 8 * 1024 * 1024;
const AUTHORITY_NAME = /^CN=(sallyport authority [0-9a-f]{16})$/;

/** The bundle's text (PEM), how many company certificates it holds, and what was wrong with the given file. */
export type Bundle = {
  readonly text: string;
  readonly companyCertificates: number;
  readonly problem: string | undefined;
};

/**
 * Our authority's certificate, made together with its key on first use. Throws a Failure when the pair on disk cannot be
 * read or does not belong together: a new authority would silently cut off every guarded project.
 */
export function ensureAuthority(directory: string, nowMs: number): Issued {
  const path = join(directory, "authority.pem");
  const stored = readPrivateFile(path, { secret: true });
  if (stored !== undefined) return readPair(path, stored);
  const name = `sallyport authority ${randomBytes(8).toString("hex")}`;
  const made = createAuthority({ name, nowMs, days: AUTHORITY_DAYS });
  // Key and certificate share one file, so that two processes starting at once can never mix their halves.
  if (createPrivateFile(path, made.certificate + made.key)) return made;
  return ensureAuthority(directory, nowMs);
}

/** The server certificate in force, issued anew when it is missing, unreadable, foreign or near its end. */
export function ensureServerCertificate(directory: string, nowMs: number): Issued {
  const authority = ensureAuthority(directory, nowMs);
  const path = join(directory, "server.pem");
  const stored = readPrivateFile(path, { secret: true });
  const usable = stored === undefined ? undefined : serverPair(stored, authority, nowMs);
  if (usable !== undefined) return usable;
  const issued = issueServerCertificate(
    { name: authorityName(authority), key: createPrivateKey(authority.key) },
    { nowMs, days: SERVER_DAYS },
  );
  writePrivateFile(path, issued.certificate + issued.key);
  return issued;
}

/**
 * Our authority followed by the certificates of the company's bundle at `existing`. Blocks that are no certificate are
 * left out, because one bad block makes a client drop the whole bundle. A bundle that cannot be read is a `problem`, no
 * error: clients ignore it too.
 */
export function trustBundle(authority: string, existing?: string): Bundle {
  const ours = certificateBlocks(authority);
  if (existing === undefined) {
    return { text: ours.join(""), companyCertificates: 0, problem: undefined };
  }
  const text = readBundle(existing);
  if (text === undefined) {
    const problem = `\`${existing}\` (NODE_EXTRA_CA_CERTS) cannot be read and was left out`;
    return { text: ours.join(""), companyCertificates: 0, problem };
  }
  const found = certificateBlocks(text);
  const company = found.filter((block) => isCertificate(block) && !ours.includes(block));
  const bad = found.filter((block) => !isCertificate(block)).length;
  const problem =
    bad === 0 ? undefined : `${bad} unreadable certificates of \`${existing}\` were left out`;
  return { text: [...ours, ...company].join(""), companyCertificates: company.length, problem };
}

/** Where the bundle of `trustBundle` is kept. */
export function bundlePath(directory: string): string {
  return join(directory, "ca-bundle.pem");
}

function readPair(path: string, text: string): Issued {
  const pair = splitPair(text);
  if (pair === undefined || !belongTogether(pair)) {
    throw new Failure(
      "tls",
      `\`${path}\` is damaged; restore it, or remove the \`tls\` directory and guard each project again`,
    );
  }
  return pair;
}

function serverPair(text: string, authority: Issued, nowMs: number): Issued | undefined {
  const pair = splitPair(text);
  if (pair === undefined || !belongTogether(pair)) return undefined;
  const certificate = new X509Certificate(pair.certificate);
  const issuer = new X509Certificate(authority.certificate);
  const fresh =
    Date.parse(certificate.validTo) - nowMs > RENEWAL_DAYS * DAY_MS &&
    Date.parse(certificate.validFrom) <= nowMs;
  const ours = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  return fresh && ours && certificate.checkIP("127.0.0.1") !== undefined ? pair : undefined;
}

function splitPair(text: string): Issued | undefined {
  const [certificate] = certificateBlocks(text);
  const key = /-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----\n?/.exec(text);
  if (certificate === undefined || key === null) return undefined;
  return { certificate, key: key[0] };
}

function belongTogether(pair: Issued): boolean {
  try {
    return new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

function authorityName(authority: Issued): string {
  const name = AUTHORITY_NAME.exec(new X509Certificate(authority.certificate).subject)?.[1];
  if (name === undefined)
    throw new Failure("tls", "the authority in the data directory is not ours");
  return name;
}

function certificateBlocks(text: string): string[] {
  const blocks = text.match(
    /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g,
  );
  return (blocks ?? []).map((block) => `${block.replaceAll("\r", "").trim()}\n`);
}

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    return false;
  }
}

function readBundle(path: string): string | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > BUNDLE_BYTES_MAX) return undefined;
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
