// Encoded text: what is undone, to which depth, and which part of the text a finding inside of it covers.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodedParts } from "#guard/content/detection/encoded.ts";
import { scanText } from "#guard/content/scan.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const inner = `key id ${ID} of a robot`;

describe("a secret inside of encoded text is found, with the place of the encoded text", () => {
  it.each([
    ["base64", base64(inner), ["base64"]],
    ["base64url", Buffer.from(`?>?>${inner}`).toString("base64url"), ["base64url"]],
    ["hex", Buffer.from(inner).toString("hex"), ["hex"]],
    ["base64 twice", base64(base64(inner)), ["base64", "base64"]],
    ["gzip in base64", base64(gzipSync(inner)), ["base64", "gzip"]],
  ])("%s", (_, encoded, decoded) => {
    const text = `data: "${encoded}" end`;
    const { findings } = scanText(text, "content");
    const own = findings.filter(({ detector }) => detector === "aws-access-key-id");
    expect(own.map(({ start, end }) => text.slice(start, end))).toEqual([encoded]);
    expect(own[0]?.decoded).toEqual(decoded);
  });
  it.each([
    [
      "percent signs",
      "https://x.test/?q=%41KIAFAKE0NOT1A2REAL3&a=1",
      "%41KIAFAKE0NOT1A2REAL3",
      "percent",
    ],
    ["an escape before it", `{"a":"line\\n${ID}"}`, ID, "json"],
    ["escaped letters", `{"a":"\\u0041KIAFAKE0NOT1A2REAL3"}`, "\\u0041KIAFAKE0NOT1A2REAL3", "json"],
  ])("%s: to the character", (_, text, part, encoding) => {
    const own = scanText(text, "c").findings.filter((one) => one.detector === "aws-access-key-id");
    expect(own.map(({ start, end }) => text.slice(start, end))).toEqual([part]);
    expect(own[0]?.decoded).toEqual([encoding]);
  });
  it("three times around is not undone", () => {
    const { findings } = scanText(base64(base64(base64(inner))), "content");
    expect(findings.filter(({ detector }) => detector === "aws-access-key-id")).toEqual([]);
  });
});

describe("bounds", () => {
  it("a bomb is not unpacked", () => {
    const bomb = base64(gzipSync(Buffer.alloc(20_000_000)));
    expect([...decodedParts(bomb)]).toEqual([]);
  });
  it("words, digests and pictures are no encoded text", () => {
    const text = `someVeryLongCamelCaseIdentifierName ${"a1b2c3d4".repeat(8)} iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ`;
    expect([...decodedParts(text)]).toEqual([]);
  });
});
