// Keys of bundles on disk: made once, read strictly, and never quoted when they are damaged.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import {
  createKeyFile,
  formatPinnedKeys,
  keyLabel,
  parsePinnedKeys,
  readKeyFile,
} from "#surface/services/policy/bundle-keys.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { keyNamed } from "./made-bundle.ts";

let room: ReturnType<typeof freshDirectory>;
let file: string;
beforeEach(() => {
  room = freshDirectory();
  file = join(room.path, "acme.key");
});
afterEach(() => room.remove());

describe("a private key", () => {
  it("signs under the public key that was told when it was made", () => {
    const told = createKeyFile(file, "acme@2026");
    const signer = readKeyFile(file);
    expect(signer.verifier.text).toBe(told.text);
    const message = Buffer.from("x");
    expect(told.verify(message, signer.sign(message))).toBe(true);
    expect(keyLabel(told)).toBe(told.text.split("+").slice(0, 2).join("+"));
  });
  it("is another one each time, and is not made over a file", () => {
    const one = createKeyFile(file, "acme");
    expect(createKeyFile(join(room.path, "other.key"), "acme").text).not.toBe(one.text);
    expect(() => createKeyFile(file, "acme")).toThrow("never written over");
    expect(readKeyFile(file).verifier.text).toBe(one.text);
  });
  test.each(["", "a b", "a+b", "a\n", "\u001b", "x".repeat(129)])("is not called %j", (name) => {
    expect(() => createKeyFile(file, name)).toThrow("a key's name");
  });
  it("that others may read, or that is not there, is refused", () => {
    expect(() => readKeyFile(file)).toThrow("there is no key");
    createKeyFile(file, "acme");
    chmodSync(file, 0o644);
    expect(() => readKeyFile(file)).toThrow("others may read it");
  });
  it("with one character changed is refused or is another key, and its text is never told", () => {
    const { text } = createKeyFile(file, "acme");
    const whole = readFileSync(file, "utf8").trim();
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.constantFrom("A", "+", "/", "0"),
        (at, to) => {
          fc.pre(whole[at] !== to);
          writeFileSync(file, `${whole.slice(0, at)}${to}${whole.slice(at + 1)}\n`, {
            mode: 0o600,
          });
          try {
            expect(readKeyFile(file).verifier.text).not.toBe(text);
          } catch (cause) {
            expect(String(cause)).toContain("holds no key");
            expect(String(cause)).not.toContain(whole.slice(-20));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("pinned keys", () => {
  const keys = ["one", "two"].map((name) => keyNamed(name).verifier);
  const told = (text: string) => parsePinnedKeys(text, "keys").map(keyLabel);
  it("are read as they were written, comments and blank lines aside", () => {
    expect(told(formatPinnedKeys(keys))).toEqual(keys.map(keyLabel));
    expect(told(`# x\n\n${keys[0]?.text}\n\n`)).toEqual([keyLabel(keyNamed("one").verifier)]);
    expect(told("")).toEqual([]);
  });
  test.each([
    ["a line that is none", "x\n", "no public key", 1],
    ["a key that was changed", `# x\n${keys[0]?.text.replace("one", "eno")}\n`, "no public key", 2],
    ["a key twice", `${keys[0]?.text}\n${keys[0]?.text}\n`, "pinned twice", 2],
    ["a private key", "PRIVATE+KEY+acme+00000000+AAAA\n", "no public key", 1],
    ["control characters", "\u001b[2J\n", "no public key", 1],
  ])("%s: refused with its line", (_, text, why, line) => {
    expect(() => parsePinnedKeys(text, "keys")).toThrow(
      expect.objectContaining({ code: "bundle-keys", at: { file: "keys", line, column: 1 } }),
    );
    expect(() => parsePinnedKeys(text, "keys")).toThrow(why);
  });
  it("are at most eight", () => {
    const many = Array.from({ length: 9 }, (_, at) => keyNamed(`k${at}`).verifier);
    expect(told(formatPinnedKeys(many.slice(1)))).toHaveLength(8);
    expect(() => told(formatPinnedKeys(many))).toThrow("at most 8");
    expect(() => told("#".repeat(20_000))).toThrow("too many");
  });
});
