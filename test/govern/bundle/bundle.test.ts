// Which bundle takes the place of another: only a newer one, in time, that none before it revoked.
import fc from "fast-check";
import { expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import {
  type Bundle,
  requireNewer,
  REVOKED_MAX,
  type Taken,
  takenOf,
} from "#govern/bundle/bundle.ts";

const signed = (version: number, changes: Partial<Bundle> = {}, content = `${version}`) => ({
  bundle: {
    format: 1,
    version,
    issuedMs: 0,
    expiresMs: 100,
    key: "acme+00000000",
    revoked: [],
    digest: "",
    policy: "",
    packs: [],
    ...changes,
  } as Bundle,
  content,
});
function answer(...[bundle, taken, nowMs = 1]: [ReturnType<typeof signed>, Taken?, number?]) {
  try {
    requireNewer(bundle, taken, { nowMs, file: "x" });
    return "taken";
  } catch (cause) {
    if (cause instanceof Failure) return cause.code;
    throw cause;
  }
}

it.each([
  ["the first", signed(1), undefined, 1, "taken"],
  ["a newer one", signed(6), takenOf(signed(5), undefined), 1, "taken"],
  ["itself", signed(5), takenOf(signed(5), undefined), 1, "taken"],
  ["itself after its end", signed(5), takenOf(signed(5), undefined), 200, "taken"],
  ["an older one", signed(4), takenOf(signed(5), undefined), 1, "bundle-downgrade"],
  ["its double", signed(5, {}, "other"), takenOf(signed(5), undefined), 1, "bundle-altered"],
  [
    "a revoked one",
    signed(6),
    takenOf(signed(5, { revoked: [6] }), undefined),
    1,
    "bundle-revoked",
  ],
  ["one at its end", signed(6), takenOf(signed(5), undefined), 100, "bundle-outdated"],
  ["one a moment before it", signed(6), takenOf(signed(5), undefined), 99, "taken"],
])("%s", (_, bundle, taken, nowMs, expected) => {
  expect(answer(bundle, taken, nowMs)).toBe(expected);
});

it("whatever comes in whatever order, versions only go up, and what was revoked is never taken after it", () => {
  const offers = fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 12 }),
      revoked: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
      content: fc.constantFrom("a", "b"),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(offers, (all) => {
      let taken: Taken | undefined;
      const revoked = new Set<number>();
      for (const offer of all) {
        const others = offer.revoked.filter((one) => one !== offer.version);
        const sorted = others.toSorted((one, other) => one - other);
        const content = `${offer.version}${offer.content}${sorted.join()}`;
        const bundle = signed(offer.version, { revoked: sorted }, content);
        if (answer(bundle, taken) !== "taken") continue;
        const isSame = taken?.content === content;
        if (!isSame) {
          expect(offer.version).toBeGreaterThan(taken?.version ?? 0);
          expect(revoked.has(offer.version)).toBe(false);
        }
        for (const one of sorted) revoked.add(one);
        taken = takenOf(bundle, taken);
      }
    }),
    { numRuns: 2_000 },
  );
});

it("remembers of more revoked versions than fit those that come next", () => {
  const far = Array.from({ length: REVOKED_MAX }, (_, at) => 10_000 + at);
  const before = takenOf(signed(1, { revoked: far }), undefined);
  const after = takenOf(signed(2, { revoked: [1, 3, 9] }), before);
  expect(after.revoked).toHaveLength(REVOKED_MAX);
  expect(after.revoked.slice(0, 3)).toEqual([3, 9, 10_000]);
});
