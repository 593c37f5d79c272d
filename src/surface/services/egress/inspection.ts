// Ending TLS for hosts that a person names, with the organisation's own authority: checked at the start, and one certificate a host.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { dropOldest } from "#base/drop-oldest.ts";
import { Failure } from "#base/failure.ts";
import type { Destinations } from "#govern/network/destinations.ts";
import { egressEntry, meetsEntry } from "#govern/network/egress-rules.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { authorityParts } from "../../foundation/tls/authority-parts.ts";
import { issueServerCertificate } from "../../foundation/tls/x509.ts";
import type { TunnelAsked } from "./asked.ts";

const HOSTS_MAX = 256;
const LEAF_DAYS = 7;
const LEAF_AGE_MS_MAX = 86_400_000;
const CHAIN_MAX = 8;
const HTTPS_PORTS: readonly number[] = [443];
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** What a person said: words for hosts and classes, and the files of the authority. */
export type InspectionWish = {
  readonly hosts: readonly string[];
  readonly except: readonly string[];
  readonly certificateFile: string;
  readonly keyFile: string;
};

/** Inspection as it is in force. */
export type Inspection = {
  /** Whether TLS to a place is ended here. `of` is its class. */
  covers(asked: TunnelAsked, of: string): boolean;
  /** What a client of a host is answered with. */
  contextFor(host: string): SecureContext;
  /** The authority, PEM: what programs behind the proxy have to trust. */
  readonly authority: string;
  /** By what servers are verified, PEM. */
  readonly trusted: readonly string[];
};

/** Opens it. Throws a Failure that says why the authority cannot be used: then nothing starts. */
export function openInspection(
  { hosts, except, certificateFile, keyFile }: InspectionWish,
  {
    destinations: { classes },
    nowMs,
    trusted = rootCertificates,
  }: {
    readonly destinations: Destinations;
    readonly nowMs: () => number;
    readonly trusted?: readonly string[];
  },
): Inspection {
  const entries = hosts.map((word) => egressEntry(word, classes, "`--inspect`"));
  const without = except.map((word) => egressEntry(word, classes, "`--inspect-except`"));
  const { chain, first } = readChain(certificateFile, nowMs());
  const key = readKey(keyFile, first);
  const parts = authorityParts(first);
  if (parts === undefined) throw unusable(certificateFile, "its name cannot be read");
  const endsMs = Date.parse(first.validTo);
  const known = new Map<string, { readonly context: SecureContext; readonly madeMs: number }>();
  return {
    authority: chain.join("\n"),
    trusted,
    covers(asked, of) {
      if (asked.form.kind !== "name") return false;
      const meets = (list: typeof entries, usual: readonly number[] | undefined): boolean =>
        list.some(
          (entry) =>
            meetsEntry(entry, asked.form, of) &&
            (entry.ports ?? usual)?.includes(asked.port) !== false,
        );
      return meets(entries, HTTPS_PORTS) && !meets(without, undefined);
    },
    contextFor(host) {
      const now = nowMs();
      const before = known.get(host);
      if (before !== undefined && now - before.madeMs < LEAF_AGE_MS_MAX) return before.context;
      const leaf = issueServerCertificate(
        { ...parts, key },
        { nowMs: now, days: LEAF_DAYS, host, endsMs },
      );
      const context = createSecureContext({
        cert: [leaf.certificate, ...chain].join("\n"),
        key: leaf.key,
        minVersion: "TLSv1.2",
      });
      known.delete(host);
      known.set(host, { context, madeMs: now });
      dropOldest(known, HOSTS_MAX);
      return context;
    },
  };
}

function unusable(file: string, why: string, cause?: unknown): Failure {
  return new Failure("inspection", `the authority in \`${file}\` is not used: ${why}`, { cause });
}

function readChain(file: string, nowMs: number) {
  const text = readPrivateFile(file, { secret: false });
  const chain = (text?.match(BLOCK) ?? []).slice(0, CHAIN_MAX);
  let first: X509Certificate;
  try {
    first = new X509Certificate(chain[0] ?? "");
  } catch (cause) {
    throw unusable(file, "there is no certificate in PEM", cause);
  }
  if (!first.ca) throw unusable(file, "its first certificate is none of an authority");
  if (Date.parse(first.validFrom) > nowMs) throw unusable(file, "it is not valid yet");
  if (Date.parse(first.validTo) <= nowMs)
    throw unusable(file, "it is not valid any more; give a newer one");
  return { chain, first };
}

function readKey(file: string, certificate: X509Certificate): KeyObject {
  let text: string | undefined;
  try {
    text = readPrivateFile(file, { secret: true });
  } catch (cause) {
    throw unusable(
      file,
      "its key has to be a small plain file that is yours and that nobody else may read (`chmod 600`)",
      cause,
    );
  }
  if (text === undefined) throw unusable(file, "there is no such file");
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    throw unusable(file, "there is no key in PEM that can be read without a passphrase", cause);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== "rsa" && !(type === "ec" && CURVES.has(details?.namedCurve ?? "")))
    throw unusable(file, "its key is neither of RSA nor of a usual curve");
  const own = createPublicKey(key).export({ type: "spki", format: "der" });
  if (!certificate.publicKey.export({ type: "spki", format: "der" }).equals(own))
    throw unusable(file, "its key is not that of the certificate");
  return key;
}
