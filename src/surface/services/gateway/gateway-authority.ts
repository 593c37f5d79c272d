// The gateway's certificate authority: it may name the registries and nothing else, and its key is never on disk.
import { createPrivateKey, randomBytes } from "node:crypto";
import { assert } from "#base/failure.ts";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { createAuthority, type Issued, issueServerCertificate } from "../../foundation/tls/x509.ts";

/** No gateway runs that long; a new one makes a new authority. */
const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 30;

/** Issues certificates of the registries for the inner side of a tunnel. */
export type GatewayAuthority = {
  /** What programs in the sandbox trust, PEM. */
  readonly certificate: string;
  /** A certificate of a registry with its key, good for the next thirty days. */
  leafFor(host: string, nowMs: number): Issued;
};

/**
 * Makes an authority for the life of this process. WHY in memory alone: a key that is in no file cannot be read by a
 * command, hidden from the sandbox or not; and the bundle of trust is written anew whenever a gateway begins.
 */
export function createGatewayAuthority(
  nowMs: number,
  hosts: readonly string[] = READING_REGISTRIES,
): GatewayAuthority {
  const name = `sallyport gateway ${randomBytes(8).toString("hex")}`;
  const made = createAuthority({ name, nowMs, days: AUTHORITY_DAYS, hosts });
  const key = createPrivateKey(made.key);
  return {
    certificate: made.certificate,
    leafFor(host, leafMs) {
      assert(hosts.includes(host), "only a registry gets a certificate");
      return issueServerCertificate({ name, key }, { nowMs: leafMs, days: LEAF_DAYS, host });
    },
  };
}
