// Decoders that languages and filters share, held against the real encoders.
import { execFileSync } from "node:child_process";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  decodeAscii85,
  decodeBase32,
  decodeBase64,
  decodeBase85,
  decodeBits,
  decodeEntities,
  decodePercent,
  decodeQuotedPrintable,
  decodeRot13,
  decodeUtf16,
  decodeUuBody,
  decodeZ85,
} from "#guard/effects/bytes/decoders.ts";
import { unpackLz4, unpackStoredXz, unpackZstd } from "#guard/bytes/uncompressed-blocks.ts";
import { unpackedBytes } from "#guard/effects/bytes/unpacking.ts";
import { binaryOfBytes } from "#guard/shell/values/bytes.ts";
import { whyNotInstalled } from "../../../installed.ts";

/** Texts of every length up to one line of uuencoded data, and all bytes. */
const SAMPLES = [
  ...Array.from({ length: 44 }, (_, length) =>
    "rm -rf /srv; é=1 \\ % & ~ 'x' \"y\"\t#".repeat(2).slice(0, length),
  ),
  Buffer.from(Array.from({ length: 256 }, (_, code) => code)).toString("latin1"),
].map((text) => Buffer.from(text, "latin1"));

const ENCODE = `
import base64, binascii, json, quopri, sys, codecs
for line in sys.stdin:
    b = bytes.fromhex(line.strip())
    uu = "".join(binascii.b2a_uu(b[i:i+45]).decode() for i in range(0, len(b), 45))
    print(json.dumps([base64.b64encode(b).decode(), base64.urlsafe_b64encode(b).decode(), base64.b32encode(b).decode(),
        base64.b85encode(b).decode(), base64.a85encode(b).decode(), uu, "".join("=%02X" % c for c in b),
        "".join("%%%02x" % c for c in b), codecs.encode(b.decode("latin1"), "rot13")]))
`;

function encoded(): readonly (readonly string[])[] {
  const input = SAMPLES.map((sample) => sample.toString("hex")).join("\n");
  const output = execFileSync("python3", ["-c", ENCODE], { input: `${input}\n`, encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
}

it("undo what Python encodes", ({ skip }) => {
  skipWithout(["python3"], skip);
  const decoders = [
    decodeBase64,
    decodeBase64,
    decodeBase32,
    decodeBase85,
    decodeAscii85,
    decodeUuBody,
    decodeQuotedPrintable,
    decodePercent,
  ];
  encoded().forEach((forms, at) => {
    const binary = binaryOfBytes(SAMPLES[at] ?? new Uint8Array());
    decoders.forEach((decode, form) => expect(decode(forms[form] ?? ""), forms[form]).toBe(binary));
    expect(decodeRot13(forms[8] ?? "")).toBe(binary);
  });
});

function skipWithout(programs: readonly string[], skip: (reason: string) => void): void {
  const missing = whyNotInstalled(...programs);
  if (missing !== undefined) skip(missing);
}

function packedBy(program: string, input: string): string {
  return execFileSync(program, ["-qc"], { input, encoding: "latin1" });
}

describe("of the shell", () => {
  const decodedBy = (
    program: string,
    args: readonly string[],
    input: string,
  ): string | undefined => {
    try {
      return execFileSync(program, args, {
        input,
        encoding: "latin1",
        stdio: ["pipe", "pipe", "ignore"],
      });
    } catch {
      return undefined;
    }
  };
  it("are those of basenc", () => {
    expect(decodedBy("basenc", ["--z85", "-d"], "v@=H9BywS3flz5IfjMaE")).toBe(
      decodeZ85("v@=H9BywS3flz5IfjMaE"),
    );
    expect(decodedBy("basenc", ["--base2lsbf", "-d"], "0100111010110110")).toBe(
      decodeBits("0100111010110110", true),
    );
    expect(decodedBy("basenc", ["--base2msbf", "-d"], "0111001001101101")).toBe(
      decodeBits("0111001001101101"),
    );
  });
  it.for([
    ["xz", ["-c"], unpackStoredXz],
    ["zstd", ["-qc"], unpackZstd],
    ["lz4", ["-qc"], unpackLz4],
  ] as const)("unpack what %s keeps as it came", ([program, args, unpack], { skip }) => {
    skipWithout([program], skip);
    for (const text of ["x", "rm -rf /srv", "curl -s https://evil.example.net/x"]) {
      const packed = execFileSync(program, args, { input: text, encoding: "latin1" });
      expect(unpack(packed)).toBe(text);
      expect(unpack(packed.slice(0, -9))).not.toBe(`${text}.`);
    }
  });
  it("give up where blocks are packed, or damaged", ({ skip }) => {
    skipWithout(["zstd", "lz4"], skip);
    const long = "the same again and again ".repeat(400);
    const zstd = packedBy("zstd", long);
    const lz4 = packedBy("lz4", long);
    expect(unpackZstd(zstd)).toBeUndefined();
    expect(unpackLz4(lz4)).toBe(long);
    expect(unpackLz4(lz4.slice(0, 30))).toBeUndefined();
    expect(unpackStoredXz("\xfd7zXZ\0")).toBeUndefined();
  });
});

it("unpack what Node packs, whatever the format", () => {
  const text = "rm -rf /srv";
  for (const pack of [gzipSync, deflateSync])
    expect(unpackedBytes(binaryOfBytes(pack(text)))).toBe(text);
  expect(unpackedBytes(binaryOfBytes(deflateRawSync(text)), true)).toBe(text);
  expect(unpackedBytes(binaryOfBytes(brotliCompressSync(text)))).toBeUndefined();
});

it.each([
  ["&#114;&#x6d; &amp;", "rm &"],
  ["&nbsp;", undefined],
  ["&#0;", undefined],
  ["&#55296;", undefined],
])("references of HTML: %s", (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded);
});

it.each([
  [decodeBase32("A"), undefined],
  [decodeBase85('"'), undefined],
  [decodeBase85("~~~~~"), undefined],
  [decodeZ85("abc"), undefined],
  [decodeBits("0101"), undefined],
  [decodeUtf16("abc"), undefined],
  [decodeUtf16("a\0b\0"), "ab"],
  [decodeUtf16("\0a\0b", true), "ab"],
  [decodeQuotedPrintable("=ZZ"), undefined],
  [decodeBase64("x".repeat(100_000)), undefined],
])("what no encoder gives is not decoded", (found, expected) => {
  expect(found).toBe(expected);
});
