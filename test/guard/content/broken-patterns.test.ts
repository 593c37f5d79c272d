// The patterns for health and personal data that circulate in hooks: what each of them misses or takes, beside what the detectors say.
import { describe, expect, it } from "vitest";
import { scanText } from "#guard/content/scan.ts";

/**
 * As `grep -E` reads them: in a bracket expression of POSIX a backslash is a character, so `[:\s]` is a colon, a backslash and an `s`
 * (POSIX.1-2017, 9.3.5).
 */
const PATTERNS = {
  ssn: /[0-9]{3}-[0-9]{2}-[0-9]{4}/,
  card: /[0-9]{16,19}/,
  mrn: /MRN[:\\s]*[0-9]{6,12}/,
  name: /name[:\\s]*[A-Z][a-z]+ [A-Z]/i,
  email: /email[:\\s]*[a-z0-9._%+-]+@/i,
  phone: /phone[:\\s]*\+?[0-9\\s().-]{10,}/i,
  address: /address[:\\s]*[0-9]+ .{5,}/i,
} as const;

const ours = (text: string) => scanText(text, "content").findings.map(({ detector }) => detector);

describe("what the patterns miss", () => {
  it.each([
    ["mrn", "MRN: 1234567", "health/record-number"],
    ["card", "card 4539 5787 6362 1486", "personal/payment-card"],
    ["name", "Name: John Smith", "personal/name-field"],
    ["email", "email: a@b.co", "personal/email-address"],
    ["email", "contact a.b@c.de", "personal/email-address"],
    ["phone", "phone: +1 415 200 1234", "personal/phone-number"],
    ["address", "address: 10 Main Street", "personal/postal-address"],
  ] as const)("%s: `%s`", (name, text, detector) => {
    expect(PATTERNS[name].test(text)).toBe(false);
    expect(ours(text)).toEqual([detector]);
  });
});

describe("what the patterns take", () => {
  it.each([
    ["card", "const id = 12345678901234567;"],
    ["card", "commit 4111111111111112 of 1700000000000000000"],
    ["ssn", "000-12-3456 or 666-45-6789 or 078-05-1120"],
    ["ssn", "part 9536-90-43997"],
    ["mrn", "MRN000000"],
    ["name", "classname:Foo Bar"],
    ["email", "email:noreply@"],
    ["phone", "phone:..........("],
    ["address", "address:0 is not a valid pointer"],
  ] as const)("%s: `%s`", (name, text) => {
    expect(PATTERNS[name].test(text)).toBe(true);
    expect(ours(text)).toEqual([]);
  });
});

it("leaves the number that every vendor prints for trying its interface", () => {
  expect(PATTERNS.card.test("4111 1111 1111 1111")).toBe(false);
  expect(ours("4111 1111 1111 1111")).toEqual([]);
});
