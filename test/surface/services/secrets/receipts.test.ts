// The receipts of a secret that was given to a host: two events without its value, each proven to somebody who has neither log nor keys.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantWords, readGrant, secretGrant } from "#govern/secrets/secret-grant.ts";
import { credentialEvent } from "#record/event/held-call-events.ts";
import { fetchGrantedIn } from "#surface/services/secrets/providers/fetch-secret.ts";
import { bashCall, session } from "../../../record/event/samples.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { hasPython, startPython } from "../../../tamper/python-verifier.ts";
import { runHere } from "../../cli/in-process.ts";

const VALUE = "CanaryReceipt-0123456789abcdef";
const ID = "00112233445566aa";
const GRANT = secretGrant({
  variable: "API_KEY",
  reference: "pass:team/api",
  host: "api.acme.example",
});

describe("receipts", () => {
  const root = mkdtempSync(join(tmpdir(), "sallyport-receipts-"));
  const path = process.env["PATH"];
  const log = (...args: readonly string[]) =>
    runHere(["log", ...args, "--data", root], { PATH: "/usr/bin:/bin", HOME: root });
  beforeAll(async () => {
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/pass"), `#!/bin/sh\necho ${VALUE}\n`);
    chmodSync(join(root, "bin/pass"), 0o755);
    process.env["PATH"] = `${join(root, "bin")}:${path}`;
    const options = { clock: systemClock, productVersion: "0.1.0" };
    await withLog(
      { ...options, log: join(root, "log"), keys: join(root, "keys") },
      async (writer) => {
        expect(await fetchGrantedIn(writer)({ ...GRANT, id: ID })).toBe(VALUE);
        const used = credentialEvent(writer.stamp("daemon"), {
          session,
          call: bashCall("curl https://api.acme.example/"),
          what: "key",
          name: GRANT.variable,
          file: "a secret that a person gave to the host",
          host: GRANT.host,
          requests: 2,
          grant: ID,
        });
        await writer.append(used, { durable: true });
      },
    );
  });
  afterAll(() => {
    process.env["PATH"] = path;
    rmSync(root, { recursive: true, force: true });
  });

  it("tell what went to whom, under which grant, and by which call", async () => {
    const shown = [await log("show", "0"), await log("show", "1")].map(({ out }) => out);
    expect(shown[0]).toContain("team/api");
    for (const out of shown) for (const word of [ID, GRANT.host]) expect(out).toContain(word);
    expect(shown[1]).toContain("requests: 2");
    expect((await log("tail")).out).toContain(`under ${ID}`);
  });

  it("are proven by the verifier in Python, and by no altered byte", async (ctx) => {
    if (!hasPython()) ctx.skip("python3 is missing");
    const key = readFileSync(join(root, "keys", "verifier-key"), "utf8").trim();
    const python = startPython(key, []);
    for (const index of ["0", "1"]) {
      const file = join(root, `${index}.tlog-proof`);
      expect(await log("prove", index, "--reveal", "--out", file)).toMatchObject({ code: 0 });
      const proof = readFileSync(file);
      expect(proof.toString("utf8")).not.toContain(VALUE);
      expect(await python.ask({ proof: file })).toMatchObject({ good: true });
      const at = proof.indexOf("extra ") + 60;
      const other = Buffer.from(proof);
      other[at] = other[at] === 0x41 ? 0x42 : 0x41;
      writeFileSync(`${file}.altered`, other);
      expect(await python.ask({ proof: `${file}.altered` })).toMatchObject({ good: false });
    }
    python.close();
  });

  it("hold no value in any byte of the log", () => {
    const files = readdirSync(join(root, "log"), { recursive: true, withFileTypes: true });
    const forms = ["utf8", "base64", "hex"] as const;
    const bytes = files
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name)));
    expect(bytes.length).toBeGreaterThan(1);
    for (const form of forms)
      for (const one of bytes)
        expect(one.includes(Buffer.from(VALUE).toString(form).slice(0, 20))).toBe(false);
  });
});

describe("a grant", () => {
  it("is read again from the words that are signed", () => {
    expect(readGrant(grantWords(GRANT))).toEqual(GRANT);
  });
  it.each([
    "*.acme.example",
    "https://api.acme.example",
    "api.acme.example:443",
    "api.acme.example/",
    "API.acme.example",
    "api.acme.example.",
    "me@api.acme.example",
    "203.0.113.7",
    "[::1]",
    "localhost",
    "db.internal",
    "printer.local",
    "",
    "a b.example",
    "bücher.example",
    `${"a".repeat(200)}.example`,
  ])("names one host: not %j", (host) => {
    expect(() => secretGrant({ variable: "A", reference: "pass:a", host })).toThrow("--to");
    expect(readGrant(`A=pass:a to ${host}`)).toBeUndefined();
  });
  it.each(["1A", "A B", "", "A".repeat(65)])("has a variable: not %j", (variable) => {
    expect(() => secretGrant({ variable, reference: "pass:a", host: "a.example" })).toThrow(
      "variable",
    );
  });
});
