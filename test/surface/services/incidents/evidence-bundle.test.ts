// A bundle of evidence: whatever byte is changed, whatever file is missing or added, it is named; the system's own tar and sha256sum agree.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  type BundledFile,
  checkBundle,
  MANIFEST,
  packBundle,
  SUMS,
} from "#surface/services/incidents/evidence-bundle.ts";
import { isTarName, packTar } from "#surface/services/incidents/tar-file.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-bundle-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const file = (name: string, text: string): BundledFile => ({
  name,
  bytes: Buffer.from(text),
  holds: "x",
});
const ABOUT = {
  incident: "inc-1",
  drill: false,
  product: "0.1.0",
  revealed: false,
  proofsOmitted: 0,
  log: { size: 7, root: "AAAA" },
  custody: [{ atMs: 1, by: "ada", what: "collected" }],
};
const FILES = [
  file("incident.json", "{}\n"),
  file("alerts.json", "[]"),
  file("proofs/000000001.tlog-proof", "p".repeat(700)),
  file("empty.txt", ""),
];
const { bytes, digest } = packBundle(FILES, ABOUT);
const faultsOf = (of: Buffer) =>
  checkBundle(of).faults.map(({ name, fault }) => `${fault} ${name}`);

/** The archive with its files as `change` leaves them, the manifest untouched. */
function repacked(change: (files: { name: string; bytes: Uint8Array }[]) => void): Buffer {
  const files = [...checkBundle(bytes).files].map(([name, content]) => ({ name, bytes: content }));
  change(files);
  return packTar(files);
}

describe("a bundle", () => {
  it("is whole, and the same for the same evidence", () => {
    const checked = checkBundle(bytes);
    expect([checked.faults, checked.digest, checked.files.size]).toEqual([
      [],
      digest,
      FILES.length + 2,
    ]);
    expect(packBundle(FILES, ABOUT).bytes.equals(bytes)).toBe(true);
    expect(checked.manifest?.custody).toEqual(ABOUT.custody);
  });
  it("is read by tar and sha256sum, for the owner alone", () => {
    writeFileSync(join(room, "b.tar"), bytes);
    execFileSync("tar", ["-xf", "b.tar"], { cwd: room });
    // sha256sum answers in the reader's language: its status says whether every sum is right.
    const checked = execFileSync("sha256sum", ["--strict", "-c", SUMS], {
      cwd: room,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
    });
    expect(checked).toContain("incident.json: OK");
    expect(readFileSync(join(room, "proofs/000000001.tlog-proof"), "utf8")).toBe("p".repeat(700));
    expect(statSync(join(room, MANIFEST)).mode & 0o777).toBe(0o600);
  });
  it.each<[string, Buffer, readonly string[]]>([
    [
      "a changed file",
      repacked((files) => files.splice(1, 1, { name: "incident.json", bytes: Buffer.from("{ }") })),
      ["changed incident.json"],
    ],
    [
      "a file of the same size",
      repacked((files) => files.splice(2, 1, { name: "alerts.json", bytes: Buffer.from("{}") })),
      ["changed alerts.json"],
    ],
    ["a missing file", repacked((files) => files.splice(2, 1)), ["missing alerts.json"]],
    [
      "an added file",
      repacked((files) => files.push({ name: "extra.txt", bytes: Buffer.from("x") })),
      ["added extra.txt"],
    ],
    [
      "a file twice",
      repacked((files) => files.push({ name: "alerts.json", bytes: Buffer.from("x") })),
      ["twice alerts.json"],
    ],
    ["another order", repacked((files) => files.reverse()), ["changed "]],
    ["no manifest", repacked((files) => files.shift()), [`missing ${MANIFEST}`]],
    [
      "a manifest that is none",
      repacked((files) => files.splice(0, 1, { name: MANIFEST, bytes: Buffer.from("{") })),
      [`damaged ${MANIFEST}`],
    ],
    ["something behind its end", Buffer.concat([bytes, Buffer.from("hidden")]), ["damaged "]],
    ["blocks of nothing behind its end", Buffer.concat([bytes, Buffer.alloc(512)]), ["changed "]],
    ["its end cut off", bytes.subarray(0, bytes.length - 1_024), ["damaged "]],
    ["nothing at all", Buffer.alloc(0), ["damaged "]],
    ["text instead of it", Buffer.from("not a tar"), ["damaged "]],
  ])("with %s is named", (_, changed, faults) => {
    expect(faultsOf(changed)).toEqual(faults);
  });
  it("names a fault for every single byte that is changed", () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      const { faults, digest: now } = checkBundle(changed);
      // A changed manifest that still reads is told by the digest alone.
      if (faults.length === 0) expect([at, now]).not.toEqual([at, digest]);
    }
  });
  it("made anew by a stranger has another digest", () => {
    const forged = packBundle([file("incident.json", '{"forged":1}')], ABOUT);
    expect(checkBundle(forged.bytes).faults).toEqual([]);
    expect(forged.digest).not.toBe(digest);
  });
  it("of any bytes is judged and never breaks", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_048 }), fc.nat(bytes.length - 1), (noise, at) => {
        const changed = Buffer.from(bytes);
        changed.set(noise.subarray(0, Math.min(noise.length, changed.length - at)), at);
        const { faults, digest: now } = checkBundle(changed);
        return changed.equals(bytes) || faults.length > 0 || now !== digest;
      }),
      { numRuns: 300 },
    );
  });
});

describe("a name in a bundle", () => {
  it.each([
    "../x",
    "/etc/passwd",
    "a/../b",
    "a//b",
    "",
    ".",
    "-rf",
    "a\nb",
    "a\u0000b",
    "é",
    "a/b/c/d/e",
    "x".repeat(101),
  ])("like %j is not packed", (name) => {
    expect(isTarName(name)).toBe(false);
    expect(() => packTar([{ name, bytes: new Uint8Array(0) }])).toThrow(RangeError);
  });
  it("that a stranger put there makes the bundle faulty", () => {
    const listed = packBundle([file("aa.txt", "x")], ABOUT);
    const moved = Buffer.from(
      listed.bytes.toString("latin1").replaceAll("aa.txt", "../txt"),
      "latin1",
    );
    expect(checkBundle(moved).faults.length).toBeGreaterThan(0);
  });
});
