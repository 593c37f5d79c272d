// Our authority and certificates: believed by node and OpenSSL for what they are, and by nobody for anything else.
import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { integer, objectIdentifier, octetString, time } from "#surface/foundation/tls/der.ts";
import {
  ensureAuthority,
  ensureServerCertificate,
  trustBundle,
} from "#surface/foundation/tls/tls.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { freshDirectory } from "./daemon-stand.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();

function pair() {
  const authority = createAuthority({
    name: "sallyport authority test",
    nowMs: NOW_MS,
    days: 7300,
  });
  const server = issueServerCertificate(
    { name: "sallyport authority test", key: createPrivateKey(authority.key) },
    { nowMs: NOW_MS, days: 90 },
  );
  return { authority, server };
}

describe("der", () => {
  test.each([
    ["zero", integer(0), "020100"],
    ["sign bit", integer(128), "02020080"],
    ["leading zeros", integer(Buffer.of(0, 0, 1)), "020101"],
    ["two bytes", integer(256), "02020100"],
    ["small identifier", objectIdentifier("2.5.29.17"), "0603551d11"],
    ["large arcs", objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["length 127", octetString(Buffer.alloc(127)).subarray(0, 2), "047f"],
    ["length 128", octetString(Buffer.alloc(128)).subarray(0, 3), "048180"],
    ["length 256", octetString(Buffer.alloc(256)).subarray(0, 4), "04820100"],
    [
      "year 2049",
      time(Date.UTC(2049, 11, 31, 23, 59, 59)),
      `170d${Buffer.from("491231235959Z").toString("hex")}`,
    ],
    [
      "year 2050",
      time(Date.UTC(2050, 0, 1)),
      `180f${Buffer.from("20500101000000Z").toString("hex")}`,
    ],
  ])("encodes %s", (_name, bytes, hex) => {
    expect(bytes.toString("hex")).toBe(hex);
  });

  test.each(["3.1.1", "1.40", "1", "1.2.x", "1.-2"])("refuses the identifier %s", (dotted) => {
    expect(() => objectIdentifier(dotted)).toThrow();
  });
});

describe("certificates", () => {
  test("are believed where the clock was set back by weeks since they were made", () => {
    for (const { certificate } of Object.values(pair()))
      expect(Date.parse(new X509Certificate(certificate).validFrom)).toBeLessThan(
        NOW_MS - 20 * DAY_MS,
      );
  });
  test("node accepts the chain, its address and its extensions", () => {
    const { authority, server } = pair();
    const issuer = new X509Certificate(authority.certificate);
    const certificate = new X509Certificate(server.certificate);
    expect(issuer.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(server.key))).toBe(true);
    expect(certificate.subjectAltName).toBe("IP Address:127.0.0.1");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkIP("127.0.0.2")).toBeUndefined();
    expect(certificate.checkHost("localhost")).toBeUndefined();
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(Date.parse(issuer.validTo) - NOW_MS).toBeGreaterThan(7_000 * DAY_MS);
  });

  test("OpenSSL accepts the chain strictly, and not for another address or authority", (context) => {
    if (spawnSync("openssl", ["version"]).status !== 0)
      return context.skip("openssl is not installed");
    const room = freshDirectory();
    try {
      const { authority, server } = pair();
      const other = pair().authority;
      writeFileSync(join(room.path, "ca.pem"), authority.certificate);
      writeFileSync(join(room.path, "other.pem"), other.certificate);
      writeFileSync(join(room.path, "server.pem"), server.certificate);
      const verify = (ca: string, address: string) =>
        spawnSync(
          "openssl",
          [
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-verify_ip",
            address,
            "-CAfile",
            ca,
            "server.pem",
          ],
          { cwd: room.path },
        ).status;
      expect(verify("ca.pem", "127.0.0.1")).toBe(0);
      expect(verify("ca.pem", "127.0.0.2")).not.toBe(0);
      expect(verify("other.pem", "127.0.0.1")).not.toBe(0);
      const text = spawnSync("openssl", ["x509", "-in", "ca.pem", "-noout", "-text"], {
        cwd: room.path,
      });
      expect(text.stdout.toString()).toMatch(
        /CA:TRUE, pathlen:0[\s\S]*Name Constraints: critical\s+Permitted:\s+DNS:sallyport.invalid/,
      );
      return undefined;
    } finally {
      room.remove();
    }
  });

  test("a handshake succeeds with our authority and fails with another's or none", async () => {
    const { authority, server } = pair();
    const other = pair().authority;
    const listener = createServer({ cert: server.certificate, key: server.key });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const address = listener.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const shake = (ca: string | undefined) =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, ...(ca === undefined ? {} : { ca }) });
        socket.once("secureConnect", () => {
          socket.destroy();
          resolve("accepted");
        });
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
      });
    expect(await shake(authority.certificate)).toBe("accepted");
    expect(await shake(other.certificate)).not.toBe("accepted");
    expect(await shake(undefined)).not.toBe("accepted");
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe("tls directory", () => {
  let room: ReturnType<typeof freshDirectory>;
  beforeEach(() => {
    room = freshDirectory();
  });
  afterEach(() => room.remove());

  test("the pair is made once, private, and used again", () => {
    const first = ensureServerCertificate(room.path, NOW_MS);
    expect(ensureServerCertificate(room.path, NOW_MS + DAY_MS)).toEqual(first);
    for (const name of ["authority.pem", "server.pem"]) {
      expect(statSync(join(room.path, name)).mode & 0o777).toBe(0o600);
    }
  });

  test("a server certificate is renewed by the same authority before its end", () => {
    const authority = ensureAuthority(room.path, NOW_MS);
    const first = ensureServerCertificate(room.path, NOW_MS);
    const second = ensureServerCertificate(room.path, NOW_MS + 70 * DAY_MS);
    expect(second.certificate).not.toBe(first.certificate);
    expect(ensureAuthority(room.path, NOW_MS + 70 * DAY_MS)).toEqual(authority);
    const issuer = new X509Certificate(authority.certificate);
    expect(new X509Certificate(second.certificate).verify(issuer.publicKey)).toBe(true);
  });

  test.each(["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])(
    "a damaged server certificate (%j) is replaced, a damaged authority is an error",
    (text) => {
      ensureServerCertificate(room.path, NOW_MS);
      writeFileSync(join(room.path, "server.pem"), text);
      const replaced = ensureServerCertificate(room.path, NOW_MS);
      expect(readFileSync(join(room.path, "server.pem"), "utf8")).toBe(
        replaced.certificate + replaced.key,
      );
      writeFileSync(join(room.path, "authority.pem"), text);
      expect(() => ensureServerCertificate(room.path, NOW_MS)).toThrow(/damaged/);
    },
  );

  test("the bundle holds our authority and the company's readable certificates", () => {
    const { authority } = pair();
    const company = [pair().authority.certificate, pair().authority.certificate];
    const file = join(room.path, "company.pem");
    writeFileSync(
      file,
      `# company\r\n${company[0]?.replaceAll("\n", "\r\n")}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${company[1]}${authority.certificate}`,
    );
    const bundle = trustBundle(authority.certificate, file);
    expect(bundle.text).toBe(authority.certificate + company.join(""));
    expect(bundle.companyCertificates).toBe(2);
    expect(bundle.problem).toContain("1 unreadable");
  });

  test.each([["missing.pem"], ["."]])(
    "a company bundle that cannot be read (%s) is a problem, no error",
    (name) => {
      const { authority } = pair();
      const bundle = trustBundle(authority.certificate, join(room.path, name));
      expect(bundle.text).toBe(authority.certificate);
      expect(bundle.problem).toContain("cannot be read");
    },
  );
});
