// HMAC of two one-shot hashes: the same bytes as node's own, for any key and message.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMac } from "#record/log/mac.ts";

describe("mac", () => {
  it("rfc-4231.second-case", () => {
    const mac = createMac(Buffer.from("Jefe"));
    expect(mac(Buffer.from("what do ya want "), Buffer.from("for nothing?")).toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("property.equals-the-hmac-of-node", () => {
    const bytes = fc.uint8Array({ maxLength: 700 });
    const key = fc.uint8Array({ maxLength: 64 });
    fc.assert(
      fc.property(
        key,
        fc.array(fc.array(bytes, { maxLength: 4 }), { maxLength: 4 }),
        (secret, messages) => {
          const mac = createMac(secret);
          for (const parts of messages) {
            const whole = createHmac("sha256", secret).update(Buffer.concat(parts)).digest();
            expect(mac(...parts)).toEqual(whole);
          }
        },
      ),
    );
  });

  it("keys.longer-than-a-block-are-refused", () => {
    expect(() => createMac(new Uint8Array(65))).toThrow("at most one block");
  });
});
