// What a telephone number weighs in a file at rest: one that somebody can be reached at counts, one that fills a field does not.
import { describe, expect, it } from "vitest";
import { createCollector } from "#assure/scan/collector.ts";
import { lookAt } from "#surface/services/scan/content-look.ts";

function tiersOf(path: string, text: string): readonly string[] {
  const collector = createCollector({
    scope: path,
    today: "2026-01-01",
    digest: () => "",
    honoursAnnotations: false,
    leastTier: "low",
    families: ["personal"],
  });
  const look = lookAt(collector, { file: path, path });
  look.push(Buffer.from(text));
  look.end();
  return collector.report().findings.map(({ tier }) => tier);
}

describe("a telephone number in a file", () => {
  it.each([
    ["a signature", "mail/signature.sig", "Ada Harbour\n+49 6151 7720385\n"],
    ["an address of authors", "doc/protocol.txt", "   Phone: (613) 263-9147\n"],
    ["a page", "src/Contact.tsx", '{ label: "+216 20 806 317", text: "WhatsApp" },\n'],
    ["a text for people", "locale/app.po", 'msgid "Call +49 (0) 6151 7720385 at once"\n'],
    ["an account in code", "src/accounts.ts", "  phone: '17796253841',\n"],
  ])("counts in %s", (_, path, text) => {
    expect(tiersOf(path, text)).toContain("medium");
  });

  it.each([
    ["a test", "test/contact.test.ts", 'phone: "+49 6151 7720385",\n'],
    ["the hint of a field", "src/Contact.tsx", '<input placeholder="+49 6151 7720385" />\n'],
    ["a line of a documentation", "src/phone.ts", " * Phone: +49 6151 7720385\n"],
    ["digits in a row", "src/seed.ts", 'phone: "+49 6151 1234567",\n'],
    ["digits of one kind", "src/seed.ts", 'phone: "+49 6151 7000001",\n'],
    ["a number of films", "docs/api.md", '"phone": "+1 613 555 0142"\n'],
    ["too few digits behind a calling code", "docs/api.md", '"phone": "+1-263-0101"\n'],
    ["an example of a call", "README.md", 'PhoneNumber: "0926438175",\n'],
  ])("does not in %s", (_, path, text) => {
    expect(tiersOf(path, text)).not.toContain("medium");
  });
});
