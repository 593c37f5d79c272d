// The name in the first message of TLS: found in what real clients send, cut wherever, and never by mistake.
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readClientHello } from "#surface/services/egress/client-hello.ts";
import { helloOf } from "./hello-of.ts";

let named: Buffer;
let unnamed: Buffer;
beforeAll(async () => {
  [named, unnamed] = [await helloOf("api.shop.example"), await helloOf(undefined)];
});

/** The same message in several records. */
function inRecords(hello: Buffer, sizes: readonly number[]): Buffer {
  let rest = hello.subarray(5);
  const parts: Buffer[] = [];
  for (const size of [...sizes, rest.length]) {
    const part = rest.subarray(0, size);
    if (part.length === 0) break;
    parts.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
    rest = rest.subarray(size);
  }
  return Buffer.concat(parts);
}

describe("the first message", () => {
  it("of a real client", () => {
    expect(readClientHello(named)).toEqual({
      kind: "hello",
      name: "api.shop.example",
      isHidden: false,
    });
    expect(readClientHello(unnamed)).toEqual({ kind: "hello", name: undefined, isHidden: false });
    expect(readClientHello(Buffer.from("GET / HTTP/1.1"))).toEqual({ kind: "not-tls" });
  });
  it("before its end there is more to come, whichever records it is in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 6 }),
        fc.nat(),
        (sizes, cut) => {
          const bytes = inRecords(named, sizes);
          expect(readClientHello(bytes)).toMatchObject({ kind: "hello", name: "api.shop.example" });
          expect(readClientHello(bytes.subarray(0, cut % bytes.length)).kind).toBe("more");
        },
      ),
    );
  });
  it("of any bytes something is said, and no name that is not there", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        (noise, at, byte) => {
          readClientHello(Buffer.from(noise));
          readClientHello(Buffer.concat([Buffer.from([22, 3, 1, 2, 0]), Buffer.from(noise)]));
          const changed = Buffer.from(named);
          changed[at % changed.length] = byte;
          const read = readClientHello(changed);
          if (read.kind === "hello" && read.name !== undefined)
            expect(changed.toString("latin1").toLowerCase()).toContain(read.name);
        },
      ),
    );
  });
  it("with an encrypted name is told", () => {
    // The extension of session tickets, which every client sends, renamed to that of the encrypted hello.
    const at = named.indexOf(Buffer.from([0, 35, 0, 0]));
    const changed = Buffer.from(named);
    changed.writeUInt16BE(0xfe0d, at);
    expect(at).toBeGreaterThan(0);
    expect(readClientHello(changed)).toMatchObject({ kind: "hello", isHidden: true });
  });
});
