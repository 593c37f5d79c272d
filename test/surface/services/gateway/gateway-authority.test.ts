// The gateway's authority: believed for the registries by every reader here, and by none for anything else.
import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const NOW_MS = Date.now();

it("issues for each registry, and for nothing else", () => {
  const authority = createGatewayAuthority(NOW_MS);
  const issuer = new X509Certificate(authority.certificate);
  for (const host of READING_REGISTRIES) {
    const leaf = new X509Certificate(authority.leafFor(host, NOW_MS).certificate);
    expect(leaf.verify(issuer.publicKey) && leaf.checkIssued(issuer)).toBe(true);
    expect(leaf.subjectAltName).toBe(`DNS:${host}`);
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(Date.parse(leaf.validTo) - NOW_MS).toBeLessThan(31 * 86_400_000);
  }
  expect(() => authority.leafFor("evil.example", NOW_MS)).toThrow("only a registry");
});

it("is another one each time, so that a key of yesterday opens nothing", () => {
  const [one, other] = [createGatewayAuthority(NOW_MS), createGatewayAuthority(NOW_MS)];
  expect(new X509Certificate(one.certificate).subject).not.toBe(
    new X509Certificate(other.certificate).subject,
  );
  expect(Object.keys(one).sort((a, b) => a.localeCompare(b))).toEqual(["certificate", "leafFor"]);
});

it("is held to its names by OpenSSL: other hosts and addresses are refused whoever signs them", (context) => {
  if (spawnSync("openssl", ["version"]).status !== 0)
    return context.skip("openssl is not installed");
  const place = freshDirectory();
  const hosts = ["pypi.org", "rubygems.org"];
  const made = createAuthority({ name: "test", nowMs: NOW_MS, days: 2, hosts });
  const key = createPrivateKey(made.key);
  const name = "test";
  const verified = (leaf: string, ...more: string[]): boolean => {
    writeFileSync(join(place.path, "ca.pem"), made.certificate);
    writeFileSync(join(place.path, "leaf.pem"), leaf);
    const args = ["verify", "-x509_strict", "-CAfile", join(place.path, "ca.pem"), ...more];
    return spawnSync("openssl", [...args, join(place.path, "leaf.pem")]).status === 0;
  };
  const issue = (host?: string) =>
    issueServerCertificate(
      { name, key },
      { nowMs: NOW_MS, days: 1, ...(host === undefined ? {} : { host }) },
    ).certificate;
  expect(verified(issue("pypi.org"), "-verify_hostname", "pypi.org")).toBe(true);
  expect(verified(issue("rubygems.org"), "-verify_hostname", "pypi.org")).toBe(false);
  for (const host of ["evil.example", "pypi.org.evil.example", "notpypi.org", "org"])
    expect(verified(issue(host)), host).toBe(false);
  expect(verified(issue()), "127.0.0.1").toBe(false);
  place.remove();
  expect(() => createAuthority({ name, nowMs: NOW_MS, days: 2, hosts: [] })).toThrow(
    "no permitted",
  );
});
