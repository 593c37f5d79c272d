// Checksums in tokens: the published vectors of their algorithms, and what one wrong character does.
import { describe, expect, it } from "vitest";
import {
  crc32,
  crc32Base62,
  crc32LittleEndianHex,
  endsInChecksum,
  isBech32,
} from "#guard/content/validators/token-checksums.ts";

describe("checksums of tokens", () => {
  it("are CRC-32 as its check value says, in each spelling", () => {
    // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    expect(crc32("123456789")).toBe(0xcbf43926);
    expect(crc32LittleEndianHex("123456789")).toBe("2639f4cb");
    expect(crc32("")).toBe(0);
    expect(crc32Base62("")).toBe("000000");
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const value = [...crc32Base62("123456789")].reduce(
      (sum, one) => sum * 62 + digits.indexOf(one),
      0,
    );
    expect(value).toBe(0xcbf43926);
  });
  it("are over the body alone, and fail for one character that is another", () => {
    const body = "n0Body0wns7his70ken0fLetters00";
    const token = `pre_${body}${crc32Base62(body)}`;
    expect(endsInChecksum(token)).toBe(true);
    expect(endsInChecksum(`other_${token.slice(4)}`)).toBe(true);
    for (const at of [4, 12, token.length - 1]) {
      const other = token[at] === "x" ? "y" : "x";
      expect(endsInChecksum(token.slice(0, at) + other + token.slice(at + 1))).toBe(false);
    }
  });
  it.each([
    "A12UEL5L",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
  ])("are bech32 in %s (BIP 173)", (text) => {
    expect(isBech32(text)).toBe(true);
    const last = text.at(-1) === "q" ? "p" : "q";
    expect(isBech32(text.slice(0, -1) + last)).toBe(false);
  });
  it.each(["A1G7SGD8", "10a06t8", "1qzzfhee", "pzry9x0s0muk", "x1b4n0q5v", "A12uEL5L"])(
    "are not bech32 in %s (BIP 173)",
    (text) => {
      expect(isBech32(text)).toBe(false);
    },
  );
});
