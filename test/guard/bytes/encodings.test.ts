// Encodings undone on the way to a shell, held against those of Node; and unpacking within bounds.
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ALPHABETS,
  decodeDigits,
  decodeHexadecimal,
  decodeUuencoded,
  encodeDigits,
  encodeHexadecimal,
} from "#guard/bytes/encodings.ts";
import { inflate } from "#guard/bytes/inflate.ts";
import {
  binaryOf,
  binaryOfBytes,
  bytesOfBinary,
  mapBinary,
  stringOfBinary,
  textOfBinary,
  withoutBytes,
} from "#guard/shell/values/bytes.ts";
import { hasHole, known, literal, textOf } from "#guard/shell/values/text.ts";

const BYTES = fc.uint8Array({ maxLength: 200 });

describe("digits", () => {
  it.each(Object.entries(ALPHABETS))("of %s are undone", (_, alphabet) => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const binary = binaryOfBytes(bytes);
        expect(decodeDigits(encodeDigits(binary, alphabet), alphabet)).toBe(binary);
      }),
    );
  });
  it("are those of Node", () => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const binary = binaryOfBytes(bytes);
        const buffer = Buffer.from(bytes);
        expect(encodeDigits(binary, ALPHABETS["base64"] ?? "")).toBe(buffer.toString("base64"));
        expect(encodeHexadecimal(binary)).toBe(buffer.toString("hex"));
        expect(decodeHexadecimal(buffer.toString("hex"))).toBe(binary);
      }),
    );
  });
  it.each(["Y2F0!", "é"])("of no alphabet are not decoded: %s", (text) => {
    expect(decodeDigits(text, ALPHABETS["base64"] ?? "")).toBeUndefined();
  });
});

describe("uuencoded text", () => {
  it("is decoded in both forms", () => {
    const lines = (...all: string[]): string => `${all.join("\n")}\n`;
    expect(decodeUuencoded(lines("begin 644 x", '(8V%T("YE;G8', "`", "end"))).toEqual({
      name: "x",
      binary: "cat .env",
    });
    expect(decodeUuencoded(lines("begin-base64 644 -", "Y2F0", "===="))?.binary).toBe("cat");
  });
  it.each(["begin 644 x\n(8V\n`\nend\n", "begin 644 x\n(8V%T\n", "x"])(
    "is not cut short: %j",
    (text) => {
      expect(decodeUuencoded(text)).toBeUndefined();
    },
  );
});

describe("packed bytes", () => {
  it.each([
    ["gzip", gzipSync],
    ["zlib", deflateSync],
  ] as const)("of %s are unpacked", (format, pack) => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        expect(inflate(binaryOfBytes(pack(bytes)), format)).toBe(binaryOfBytes(bytes));
      }),
      { numRuns: 30 },
    );
  });
  it("are left alone where they are cut, of another format, or too much", () => {
    const packed = binaryOfBytes(gzipSync("cat .env\n"));
    expect(inflate(packed.slice(0, -1), "gzip")).toBeUndefined();
    expect(inflate(packed, "zlib")).toBeUndefined();
    expect(inflate("", "gzip")).toBeUndefined();
    expect(inflate(binaryOfBytes(gzipSync("x".repeat(70_000))), "gzip")).toBeUndefined();
  });
});

describe("bytes between programs", () => {
  it("are a text where they are one, and else a hole that remembers them", () => {
    fc.assert(
      fc.property(BYTES, (bytes) => {
        const binary = binaryOfBytes(bytes);
        const text = textOfBinary(binary, "unmodelled");
        expect(binaryOf(text)).toBe(binary);
        expect(bytesOfBinary(binary)).toEqual(bytes);
        expect(hasHole(text)).toBe(stringOfBinary(binary) === undefined);
      }),
    );
  });
  it("are a string only where Node reads the same without NUL", () => {
    expect(stringOfBinary("\xc3\xa9")).toBe("é");
    expect(stringOfBinary("\xc3")).toBeUndefined();
    expect(stringOfBinary("a\0")).toBeUndefined();
    expect(binaryOf(literal("é"))).toBe("\xc3\xa9");
  });
  it("go on through functions, and are forgotten on demand", () => {
    const packed = mapBinary(known("x"), () => "\x1f\0", "unmodelled");
    expect(packed.map(textOf)).toEqual([undefined]);
    expect(mapBinary(packed, (binary) => binary.slice(1, 1), "unmodelled")).toEqual([[]]);
    expect(withoutBytes(packed).map(binaryOf)).toEqual([undefined]);
  });
});
