// Hosts that pass for others: in other letters, in punycode or a letter away from known ones.
import { domainToASCII, domainToUnicode } from "node:url";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { hasAlienLetters } from "#base/look-alike.ts";
import { hostDisguise } from "#detect/detection/host-disguise.ts";

describe("a host", () => {
  test.each([
    ["g\u0456thub.com", "letters"],
    ["\u0430\u0440\u0440\u04cf\u0435.com", "letters"],
    ["gihtub.com", "near"],
    ["githubb.com", "near"],
    ["pypl.org", "near"],
    ["api.rnicrosoft.com", "near"],
    ["m\u00fcller.de", undefined],
    ["\u65e5\u672c\u8a9e.jp", undefined],
    ["\u0440\u043e\u0441\u0430.\u0440\u0444", undefined],
    ["\u044f\u043d\u0434\u0435\u043a\u0441.ru", undefined],
    ["github.com", undefined],
    ["raw.githubusercontent.com", undefined],
    ["somebody.github.io", undefined],
    ["xn--", undefined],
    ["xn--99999999999999999999", undefined],
  ])("%s: %s", (host, disguise) => {
    expect(hostDisguise(host)).toBe(disguise);
    expect(hostDisguise(domainToASCII(host) || host)).toBe(disguise);
  });

  it("is read from punycode as node reads it", () => {
    const letter = fc.constantFrom(..."abc\u0430\u0431\u0432\u03b1\u03b2\u4e2d\u00fc");
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 12 }), (letters) => {
        const host = `${letters.join("")}.com`;
        const written = domainToASCII(host);
        if (written === "" || domainToUnicode(written) !== host) return;
        expect(hostDisguise(written)).toBe(hostDisguise(host));
      }),
    );
  });

  it("is answered for, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        hostDisguise(text);
        hostDisguise(`xn--${text}`);
        hasAlienLetters(text);
      }),
    );
  });
});
