// Pictures in a scan: pixels are left out, and whatever else a picture's file holds is handed on, however its bytes come.
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutPixels } from "#surface/services/scan/picture-bytes.ts";

const text = (words: string): Buffer => Buffer.from(words, "latin1");

/** Bytes of every value in turn: as pixels, once packed, have them. */
const noise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 167 + (at >> 3) * 13) & 0xff));

function part(kind: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, text(kind), content, Buffer.alloc(4, 0xaa)]);
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const png = (pixels: Buffer): Buffer =>
  Buffer.concat([
    ...[SIGNATURE, part("IHDR", Buffer.alloc(13)), part("tEXt", text("Comment\0before"))],
    ...[part("IDAT", pixels), part("IDAT", pixels), part("tEXt", text("Comment\0between"))],
    ...[part("IEND", Buffer.alloc(0)), text("behind it")],
  ]);

function segment(kind: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, kind, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** Pixels with the bytes that stand for 0xff and the restarts that lie among them. */
const SCAN = Buffer.concat([
  noise(300).map((one) => (one === 0xff ? 0xfe : one)),
  Buffer.from([0xff, 0, 0xff, 0xd3]),
  Buffer.from([7, 0x80, 0x81]),
]);
const jpeg = (pixels: Buffer): Buffer =>
  Buffer.concat([
    ...[Buffer.from([0xff, 0xd8]), segment(0xe1, text("Exif before"))],
    ...[segment(0xda, Buffer.alloc(10)), pixels, segment(0xfe, text("between"))],
    ...[segment(0xda, Buffer.alloc(10)), pixels, Buffer.from([0xff, 0xd9]), text("behind it")],
  ]);

/** What is handed on of a file whose bytes come cut at these places. */
function handedOn(file: Buffer, cuts: readonly number[] = []): Buffer {
  const got: Buffer[] = [];
  const filter = withoutPixels((bytes) => got.push(Buffer.from(bytes)));
  const places = [0, ...[...cuts].sort((one, other) => one - other), file.length];
  places.slice(1).forEach((end, at) => {
    const piece = file.subarray(places[at], end);
    if (piece.length > 0) filter(piece);
  });
  return Buffer.concat(got);
}

const FILES = [
  { name: "a PNG", file: png(deflateSync(noise(4_000))) },
  { name: "a JPEG", file: jpeg(SCAN) },
];

describe("a picture", () => {
  it.each(FILES)("without its pixels, and with everything else: $name", ({ file }) => {
    const left = handedOn(file);
    for (const words of ["before", "between", "behind it"])
      expect(left.includes(words), words).toBe(true);
    expect(left.length).toBeLessThan(file.length - 500);
  });

  it.each(FILES)("property.is the same however its bytes come: $name", ({ file }) => {
    const whole = handedOn(file).toString("latin1").replace(/\0+/g, "\0");
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 12, max: file.length })), (cuts) => {
        const cut = handedOn(file, cuts).toString("latin1").replace(/\0+/g, "\0");
        for (const words of ["before", "between", "behind it"]) expect(cut).toContain(words);
        expect(cut.replace(/[^a-z ]/g, "").length).toBeLessThanOrEqual(whole.length);
      }),
    );
  });

  it("with text where its pixels should be keeps the text", () => {
    const words = "password = not-a-pixel ".repeat(40);
    expect(handedOn(png(text(words))).includes(words)).toBe(true);
    expect(handedOn(jpeg(text(words))).includes(words)).toBe(true);
  });

  it("that is broken off, or is none, loses nothing but pixels", () => {
    const broken = Buffer.concat([SIGNATURE, text("no parts at all, but a text")]);
    expect(handedOn(broken).includes("at all, but a text")).toBe(true);
    const other = Buffer.concat([text("GIF89a"), noise(500)]);
    expect(handedOn(other).equals(other)).toBe(true);
    for (const { file } of FILES)
      for (let end = 12; end < file.length; end += 37) {
        const left = handedOn(file.subarray(0, end));
        expect(left.length).toBeLessThanOrEqual(end + 4);
      }
  });
});
