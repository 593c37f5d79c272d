// Answers without true values: however their bytes come, and whatever stands around them.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApprovedKey } from "#surface/services/hold/keys/exchanged-request.ts";
import {
  createHider,
  hiddenText,
  replacedValues,
} from "#surface/services/hold/keys/hidden-values.ts";

const VALUE = "sk_live_51CanaryHqLyjWDarj";
const SHOWN = "sk_live_73QweruPmXzbBAoplk";
const of = (value: string, shown: string): ApprovedKey => ({
  file: "/p/.env",
  name: "K",
  kind: "key",
  host: "api.stripe.com",
  headers: [],
  value,
  shown,
});
const replaced = replacedValues([of(VALUE, SHOWN)]);
const around = fc.array(
  fc.oneof(fc.constantFrom(VALUE, "sk_live_", VALUE.slice(0, 20), SHOWN), fc.string()),
);

test("are the same in one piece and in many, as long as they were, and hold none", () => {
  fc.assert(
    fc.property(around, fc.array(fc.nat(9)), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      const hider = createHider(replaced);
      const out: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        out.push(hider.take(bytes.subarray(at, at + cut)));
        at += cut;
      }
      out.push(hider.take(bytes.subarray(Math.min(at, bytes.length))), hider.rest());
      const whole = Buffer.concat(out).toString("latin1");
      expect(whole).toBe(hiddenText(bytes.toString("latin1"), replaced));
      expect(whole).not.toContain(VALUE);
      expect(whole).toBe(bytes.toString("latin1").replaceAll(VALUE, SHOWN));
    }),
  );
});

test("have none in base64, at whatever place it stands", () => {
  for (const before of ["", "a", "ab", "abc", "user:"]) {
    const said = Buffer.from(`${before}${VALUE}!!`).toString("base64");
    const shown = Buffer.from(hiddenText(said, replaced), "base64").toString("latin1");
    // Of the first and the last letter a few bits may stay.
    expect(shown).toContain(SHOWN.slice(1, -1));
    expect(shown).not.toContain(VALUE.slice(10, 20));
  }
});
