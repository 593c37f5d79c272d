// Certificates that are trusted: by the gateway when it reads registries, and by programs in the sandbox when they speak to it.
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { writePrivateFile } from "../../foundation/files/private-file.ts";

/** Where systems keep the certificates that their administrator trusts; the first that is there counts. */
const SYSTEM_BUNDLES: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];
const BUNDLE_BYTES_MAX = 8 * 1024 * 1024;
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** How every authority of ours is called. */
const OWN_NAME = /^CN=sallyport /m;

/** Certificates in PEM, each once, and what was wrong with the company's file. */
export type Trust = {
  readonly certificates: readonly string[];
  readonly problem: string | undefined;
};

/**
 * By what registries are verified: node's own certificates, the system's, and those in the company's file. WHY none of ours:
 * the bundle that is made here may be handed in again, and whoever we answer for must not be answered for by us.
 */
export function upstreamTrust(
  company: string | undefined,
  system: readonly string[] = SYSTEM_BUNDLES,
): Trust {
  const found = system.map(certificatesIn).find((certificates) => certificates !== undefined) ?? [];
  const own = company === undefined ? [] : certificatesIn(company);
  const problem =
    own === undefined
      ? "the company's certificates cannot be read and were left out; name a file in PEM with `--ca`"
      : undefined;
  const all = [...rootCertificates.map(plain), ...found, ...(own ?? [])];
  return { certificates: [...new Set(all)], problem };
}

/** Writes the bundle for programs in the sandbox: what is trusted otherwise, and the gateway's authority in front. */
export function writeTrustFile(path: string, authority: string, trust: Trust): void {
  writePrivateFile(
    path,
    [plain(authority), ...trust.certificates].map((one) => `${one}\n`).join(""),
  );
}

/** The certificates of others in a file; undefined where it cannot be read. Blocks that are no certificate are left out. */
function certificatesIn(path: string): readonly string[] | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > BUNDLE_BYTES_MAX) return undefined;
    const blocks = readFileSync(path, "latin1").match(BLOCK) ?? [];
    return blocks.map(plain).filter(isForeign);
  } catch {
    return undefined;
  }
}

function isForeign(block: string): boolean {
  try {
    return !OWN_NAME.test(new X509Certificate(block).subject);
  } catch {
    return false;
  }
}

/** One spelling of each, so that the same one out of two files counts once. */
function plain(block: string): string {
  const lines = block.replaceAll(/-----[A-Z ]+-----|\s/g, "").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----"].join("\n");
}
