// Who is trusted: by the gateway nobody of ours, by programs in the sandbox the gateway besides all others.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createAuthority } from "#surface/foundation/tls/x509.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { upstreamTrust, writeTrustFile } from "#surface/services/gateway/trust.ts";
import {
  connectBy,
  readUpstreamSettings,
  writeUpstreamSettings,
} from "#surface/services/gateway/upstream-settings.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { testAuthority } from "./gateway-stand.ts";

let place: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  place = freshDirectory();
});
afterEach(() => place.remove());

const file = (text: string): string => {
  const path = join(place.path, "company.pem");
  writeFileSync(path, text);
  return path;
};

it("is node's own, the system's and the company's, each once", () => {
  const company = testAuthority().certificate;
  const system = join(place.path, "system.pem");
  writeFileSync(
    system,
    `${rootCertificates[0]}\r\n# words\n${rootCertificates[0]?.replaceAll("\n", "\r\n")}`,
  );
  const trust = upstreamTrust(file(company + company), ["/nowhere", system]);
  expect(trust.problem).toBeUndefined();
  expect(trust.certificates).toHaveLength(rootCertificates.length + 1);
  expect(trust.certificates.at(-1)).toBe(company.trim());
});
it("has none of ours, although our own bundle is handed in again", () => {
  const gateway = createGatewayAuthority(Date.now()).certificate;
  const daemon = createAuthority({ name: "sallyport authority 0", nowMs: Date.now(), days: 2 });
  const trust = upstreamTrust(file(gateway + daemon.certificate), []);
  expect(trust.certificates).toHaveLength(rootCertificates.length);
});
it("leaves out what is no certificate, and tells of a file that cannot be read", () => {
  const block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  expect(upstreamTrust(file(`${block}noise`), []).certificates).toHaveLength(
    rootCertificates.length,
  );
  const missing = upstreamTrust(join(place.path, "missing"), []);
  expect(missing.problem).toContain("--ca");
  expect(missing.certificates).toHaveLength(rootCertificates.length);
});
it("is written for the sandbox with the gateway in front, and no key", () => {
  const path = join(place.path, "trust.pem");
  const authority = createGatewayAuthority(Date.now()).certificate;
  writeTrustFile(path, authority, upstreamTrust(undefined, []));
  const text = readFileSync(path, "utf8");
  expect(text.startsWith(authority.trim())).toBe(true);
  expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(rootCertificates.length + 1);
  expect(text).not.toContain("PRIVATE");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("the way to registries is kept privately, and a damaged file is no other way", () => {
  const path = join(place.path, "upstream.json");
  expect(readUpstreamSettings(path)).toEqual({});
  const said = { proxy: "http://me:word@proxy.example:3128", ca: "/etc/company.pem" };
  writeUpstreamSettings(path, said);
  expect(readUpstreamSettings(path)).toEqual(said);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  for (const text of ["{", "{}", '{"version":1,"proxy":1}', '{"version":1,"other":""}']) {
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => readUpstreamSettings(path)).toThrow("is damaged");
  }
});
it.each([
  "https://proxy.example",
  "proxy.example:3128",
  "http://proxy.example/x",
  "socks5://x",
  "",
])("%j is no proxy that is spoken to, and is not told again", (proxy) => {
  expect(() => connectBy({ proxy })).toThrow(/^`--proxy` is an address such as [^ ]+$/);
});
