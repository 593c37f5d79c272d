// Private keys of a person: a yes to their use makes certificates with them in a held call, and nothing of the call shows them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { heldProject } from "./held-project.ts";

const { place, runs } = heldProject();

const ASKED = { verdict: "ask", told: "", code: 0 };
const REFUSED = { verdict: "deny" };

beforeEach(() => {
  const { status } = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=ca", "-days", "3"],
    ...["-keyout", place("ca/ca.key"), "-out", place("ca/ca.crt")],
  ]);
  expect(status).toBe(0);
});

describe("a private key of a person", () => {
  test("signs once they said yes, and is not shown", async () => {
    const request = "openssl req -new -key ca/ca.key -subj /CN=web -out web.csr";
    expect(await runs(request)).toMatchObject(ASKED);
    expect(readFileSync(place("web.csr"), "utf8")).toContain("BEGIN CERTIFICATE REQUEST");
    const signs =
      "openssl x509 -req -in web.csr -CA ca/ca.crt -CAkey ca/ca.key -CAcreateserial -out web.crt 2>/dev/null";
    expect(await runs(`${signs} && openssl verify -CAfile ca/ca.crt web.crt`)).toMatchObject({
      ...ASKED,
      said: "web.crt: OK\n",
    });
    expect(await runs("openssl pkey -in ca/ca.key -pubout > ca/ca.pub")).toMatchObject(ASKED);
    expect(readFileSync(place("ca/ca.pub"), "utf8")).toContain("BEGIN PUBLIC KEY");
    expect(await runs("openssl dgst -sha256 -sign ca/ca.key -out f.sig web.csr")).toMatchObject(
      ASKED,
    );
    expect(existsSync(place("f.sig"))).toBe(true);
    // The yes was to that call.
    expect((await runs("cat ca/*")).said).not.toContain("PRIVATE KEY");
  });

  test.each([
    "openssl rsa -in ca/ca.key",
    "openssl rsa -in ca/ca.key -out copy.txt",
    "openssl rsa -in ca/ca.key -noout -text",
    "openssl pkey -in ca/ca.key -pubout; cat link.txt",
    "openssl pkey -in ca/ca.key -pubout; grep -r PRIVATE .",
    "openssl pkey -in ca/ca.key -pubout; openssl base64 -in link.txt",
    "openssl pkey -in ca/ca.key -pubout; npm test",
    "ln -s ca/ca.key l.txt; openssl pkey -in ca/ca.key -pubout",
    "OPENSSL_CONF=own.cnf openssl pkey -in ca/ca.key -pubout",
    "openssl x509 -new -key ca/ca.key -subj /CN=x -extfile own.cnf",
    "openssl req -new -key ca/ca.key -config own.cnf",
    'openssl req -new -key ca/ca.key -subj /CN=x -addext "proxyCertInfo=language:1.2,policy:file:ca/ca.key"',
    'openssl req -new -key ca/ca.key -subj /CN=x -addext "$(cat own.cnf)"',
    "openssl pkcs12 -export -inkey ca/ca.key -in ca/ca.crt -passout pass:x -out a.bin",
  ])("is not given to %s", async (command) => {
    symlinkSync("ca/ca.key", place("link.txt"));
    const { said, ...run } = await runs(command);
    expect(run).toMatchObject(REFUSED);
    expect(said).not.toContain("PRIVATE KEY");
  });
});
