// The certificate of an erasure in the hands of the person: checked with the log's key alone, on a machine that has nothing else.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createSigner } from "#record/log/note.ts";
import { formatCertificate } from "#record/privacy/certificate.ts";

const PROGRAM = fileURLToPath(new URL("../../../dist/surface/cli/main.js", import.meta.url));

it("needs the certificate and the key, and says what it could not look at", () => {
  const home = mkdtempSync(join(tmpdir(), "sallyport-person-"));
  try {
    const signer = createSigner("sallyport/0011223344556677", new Uint8Array(32).fill(3));
    const other = createSigner("sallyport/0011223344556677", new Uint8Array(32).fill(4));
    const text = formatCertificate(signer.verifier.name, CERTIFICATE, [signer]);
    const [file, key, wrong] = ["certificate", "log.key", "other.key"].map((name) =>
      join(home, name),
    );
    writeFileSync(file ?? "", text);
    writeFileSync(key ?? "", `${signer.verifier.text}\n`);
    writeFileSync(wrong ?? "", `${other.verifier.text}\n`);
    const run = (...words: (string | undefined)[]) =>
      spawnSync(process.execPath, [PROGRAM, "privacy", "verify", ...words.map(String)], {
        env: { PATH: "/usr/bin:/bin", HOME: home, SALLYPORT_HOME: join(home, "nothing-here") },
        encoding: "utf8",
      });
    const good = run(file, "--key", key);
    expect([good.status, good.stderr]).toEqual([0, ""]);
    expect(good.stdout).toContain("yes  signed by the log");
    expect(good.stdout).toContain("the keys are gone: needs the log, not checked");
    expect(good.stdout).toContain("7 entries");
    expect(JSON.parse(run(file, "--key", signer.verifier.text, "--json").stdout)).toMatchObject({
      checks: [{ what: "signed by the log", holds: true }],
      unchecked: expect.arrayContaining(["told in the log"]),
    });
    expect(run(file, "--key", wrong).status).toBe(1);
    writeFileSync(file ?? "", text.replace('"events":7', '"events":8'));
    expect(run(file, "--key", key).status).toBe(1);
    expect(run(file, "--key", join(home, "missing")).status).toBe(2);
    expect(run(file, "--key", key, "--data", home).status).toBe(2);
    // Without a key and without a data directory it cannot be done.
    expect(run(file).status).toBe(2);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

const CERTIFICATE = {
  id: "00112233445566aa",
  person: "nobody",
  timeMs: 1_772_323_200_000,
  size: 10,
  root: Buffer.alloc(32).toString("base64"),
  subjects: ["00".repeat(16)],
  events: 7,
  stores: [],
  residue: 0,
};
