// The leaf format: golden bytes that must never change, round trips, hostile bytes, erasure.
import { createDecipheriv, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createLeafEncoder,
  decodeLeaf,
  decodeMetadata,
  makeEventId,
  openSection,
  peekId,
} from "#record/log/leaf.ts";
import { createSubject } from "#record/log/subject.ts";

const KEY = new Uint8Array(32).map((_, index) => index);
const subject = createSubject(KEY);
const ID = makeEventId(1_760_000_000_000, new Uint8Array(10).fill(0xab));
const nonce = (): Uint8Array => new Uint8Array(12).fill(0xcd);
const LEAF = {
  id: ID,
  metadata: { kind: "decision", verdict: "deny", effects: { "read/project": 1 } },
  sections: [{ subject, content: { sessionId: "s-1", command: "cat <word:ABCDEFGH>" } }],
};

/** Bytes of LEAF, computed from the layout in docs/design/audit-log.md by `independentLeaf` below and pinned here. */
const GOLDEN =
  "010199c82cc0007bababababababababab000000417b2265666665637473223a7b22726561642f70726f6a656374" +
  "223a317d2c226b696e64223a226465636973696f6e222c2276657264696374223a2264656e79227d01d7d0ac1f03" +
  "577dd5e4b5f2f9ce9add70cdcdcdcdcdcdcdcdcdcdcdcd000000903fda0244f06af41b9f546c42f4d875de31af59" +
  "86a7dd5afa115c08a33ec587968f3fbdfed3e7d055958ae04d0b6dd411a52d0ac602678857c2e74aa2c7cd553704" +
  "a5487d56055ac806da595a8bb77005dd4d7f9e39cf567d982a469731019c0a623a5516f7caf48840fb7c9db6a91d" +
  "87b2b32fd743e37fc71c5c53a5fd3e429d72939cf72d80750878a7270086a9fec0";

/** The layout again, written from the design page without the code under test. */
function independentLeaf(): Buffer {
  const id = Buffer.from(ID.replaceAll("-", ""), "hex");
  const metadata = Buffer.from('{"effects":{"read/project":1},"kind":"decision","verdict":"deny"}');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(metadata.length);
  return Buffer.concat([Uint8Array.of(1), id, length, metadata, Uint8Array.of(1)]);
}

describe("leaf", () => {
  it("golden.bytes", () => {
    const bytes = Buffer.from(createLeafEncoder(nonce)(LEAF));
    expect(bytes.toString("hex")).toBe(GOLDEN);
  });

  it("golden.opens-with-node-crypto-alone", () => {
    const bytes = Buffer.from(GOLDEN, "hex");
    const prefix = independentLeaf();
    expect(bytes.subarray(0, prefix.length)).toEqual(prefix);
    const section = bytes.subarray(prefix.length);
    const day = Buffer.alloc(4);
    day.writeUInt32BE(Math.floor(1_760_000_000_000 / 86_400_000));
    const locator = createHmac("sha256", KEY)
      .update("sallyport/locator/v1\0")
      .update(day)
      .digest()
      .subarray(0, 16);
    expect(section.subarray(0, 16)).toEqual(locator);
    expect(section.subarray(16, 28)).toEqual(Buffer.alloc(12, 0xcd));
    expect(section.readUInt32BE(28)).toBe(section.length - 32);
    const id = Buffer.from(ID.replaceAll("-", ""), "hex");
    const key = createHmac("sha256", KEY)
      .update("sallyport/seal/v1\0")
      .update(id)
      .update(Uint8Array.of(0))
      .digest();
    const decipher = createDecipheriv("aes-256-gcm", key, section.subarray(16, 28));
    decipher.setAAD(
      Buffer.concat([Buffer.from("sallyport/leaf/v1\0"), prefix, Uint8Array.of(0), locator]),
    );
    decipher.setAuthTag(section.subarray(section.length - 16));
    const plain = Buffer.concat([
      decipher.update(section.subarray(32, section.length - 16)),
      decipher.final(),
    ]);
    expect(plain.length).toBe(128);
    expect(plain.subarray(4, 4 + plain.readUInt32BE(0)).toString()).toBe(
      '{"command":"cat <word:ABCDEFGH>","sessionId":"s-1"}',
    );
    expect(plain.subarray(4 + plain.readUInt32BE(0)).every((byte) => byte === 0)).toBe(true);
  });

  it("golden.id-and-pseudonyms", () => {
    expect(ID.slice(13)).toBe("-7bab-abab-abababababab");
    expect(Number.parseInt(ID.replaceAll("-", "").slice(0, 12), 16)).toBe(1_760_000_000_000);
    const expected = createHmac("sha256", KEY)
      .update("sallyport/pseudonym/v1/session\0")
      .update("s-1")
      .digest();
    expect(subject.pseudonym("session", "s-1")).toBe(
      expected.subarray(0, 16).toString("base64url"),
    );
    expect(subject.id).toBe(
      createHmac("sha256", KEY).update("sallyport/subject/v1\0").digest("hex").slice(0, 32),
    );
  });

  it("round-trip", () => {
    const leaf = decodeLeaf(createLeafEncoder(nonce)(LEAF));
    expect(leaf.kind === "leaf" && leaf.metadata).toEqual(LEAF.metadata);
    expect(leaf.kind === "leaf" && [leaf.id, leaf.timeMs]).toEqual([ID, 1_760_000_000_000]);
    expect(leaf.kind === "leaf" && openSection(leaf, 0, subject)).toEqual(
      LEAF.sections[0]?.content,
    );
    expect(leaf.kind === "leaf" && openSection(leaf, 1, subject)).toBeUndefined();
  });

  it("erased.another-key-opens-nothing", () => {
    const leaf = decodeLeaf(createLeafEncoder(nonce)(LEAF));
    const stranger = createSubject(new Uint8Array(32).fill(1));
    expect(leaf.kind === "leaf" && openSection(leaf, 0, stranger)).toBeUndefined();
    expect(stranger.locator(0)).not.toEqual(subject.locator(0));
  });

  it("linkability.locator-changes-with-the-day", () => {
    const day = 86_400_000;
    expect(subject.locator(day * 5)).toEqual(subject.locator(day * 6 - 1));
    expect(subject.locator(day * 5)).not.toEqual(subject.locator(day * 6));
  });

  it("length.of-sealed-content-is-padded", () => {
    const size = (command: string): number =>
      createLeafEncoder(nonce)({ ...LEAF, sections: [{ subject, content: { command } }] }).length;
    expect(size("a")).toBe(size("a".repeat(80)));
    expect(size("a".repeat(500)) - size("a")).toBe(512);
  });

  it("altered.any-byte-changes-what-is-read", () => {
    const bytes = Buffer.from(createLeafEncoder(nonce)(LEAF));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const leaf = decodeLeaf(changed);
      expect(
        leaf.kind === "leaf" ? openSection(leaf, 0, subject) : undefined,
        `byte ${at}`,
      ).toBeUndefined();
    }
  });

  it("hostile.truncated-anywhere", () => {
    const bytes = createLeafEncoder(nonce)(LEAF);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeLeaf(bytes.subarray(0, length)).kind).toBe("fault");
    }
    expect(decodeLeaf(Buffer.concat([bytes, Uint8Array.of(0)]))).toEqual({
      kind: "fault",
      reason: "trailing",
    });
    expect(decodeLeaf(Buffer.concat([Uint8Array.of(2), bytes.subarray(1)]))).toEqual({
      kind: "fault",
      reason: "version",
    });
  });

  it("hostile.metadata-in-another-spelling", () => {
    const texts = [
      '{"b":1,"a":2}',
      '{"a":1, "b":2}',
      '{"a":1,"a":1}',
      "[]",
      "1",
      '{"a":1.0}',
      '{"a":"\\u0041"}',
      "",
    ];
    for (const text of texts) {
      const head = independentLeaf().subarray(0, 17);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      const bytes = Buffer.concat([head, length, Buffer.from(text), Uint8Array.of(0)]);
      expect(decodeLeaf(bytes), text).toEqual({ kind: "fault", reason: "metadata" });
    }
    const invalid = Buffer.concat([
      independentLeaf().subarray(0, 17),
      Buffer.from([0, 0, 0, 9]),
      Buffer.from('{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\0'),
    ]);
    expect(decodeLeaf(invalid)).toEqual({ kind: "fault", reason: "metadata" });
  });

  it("property.any-bytes-never-throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const bytes = Buffer.concat([Uint8Array.of(1), tail]);
        const leaf = decodeLeaf(bytes);
        expect(["leaf", "fault"]).toContain(leaf.kind);
        expect(peekId(bytes) === undefined).toBe(bytes.length < 21);
      }),
    );
  });

  it("size.too-large-a-leaf-throws", () => {
    const content = { command: "x".repeat(66_000) };
    expect(() => createLeafEncoder(nonce)({ ...LEAF, sections: [{ subject, content }] })).toThrow(
      "65,535",
    );
  });

  it("metadata alone is read from the same bytes, and is a fault for the same reason", () => {
    const bytes = Buffer.from(GOLDEN, "hex");
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(flips, fc.nat(bytes.length + 8), (changed, length) => {
        const hostile = Buffer.concat([bytes, Buffer.alloc(8)]).subarray(0, length);
        for (const [at, value] of changed) if (at < length) hostile[at] = value;
        const whole = decodeLeaf(hostile);
        const { id: _, sections: __, ...rest } = { id: "", sections: [], ...whole };
        expect(decodeMetadata(hostile)).toEqual(
          whole.kind === "leaf" ? { ...rest, kind: "metadata" } : whole,
        );
      }),
    );
    expect(decodeMetadata(bytes)).toMatchObject({ kind: "metadata", metadata: LEAF.metadata });
  });
});
