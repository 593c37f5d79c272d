// The file of a bundle: one right spelling, signed over all of it, and nothing else is read.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { BUNDLE_CHARS_MAX } from "#govern/bundle/bundle.ts";
import { readBundle, requireSigned } from "#surface/services/policy/signed-bundle.ts";
import { bundleText, contentOf, DAY_MS, ISSUED_MS, keyNamed } from "./made-bundle.ts";

const GOOD = bundleText();
const ACME = keyNamed("acme").verifier;

/** What a machine with these keys says of the text of a bundle. */
function answer(text: string, keys = [ACME]): string {
  try {
    const read = readBundle(text, "x.bundle");
    requireSigned(read, keys, "x.bundle");
    return "taken";
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    expect(cause.message).not.toContain("\u001b");
    return cause.code;
  }
}

describe("a bundle", () => {
  it("is taken under a key that is pinned, and holds what was signed", () => {
    expect(answer(GOOD)).toBe("taken");
    expect(answer(GOOD, [keyNamed("next").verifier, ACME])).toBe("taken");
    const { bundle, content } = readBundle(GOOD, "x.bundle");
    expect(bundle).toEqual({ ...contentOf(), key: expect.stringMatching(/^acme\+[0-9a-f]{8}$/) });
    expect(content).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is refused under another key, under none, and under one of the same name", () => {
    expect(answer(GOOD, [keyNamed("next").verifier])).toBe("bundle-key");
    expect(answer(GOOD, [])).toBe("bundle-key");
    const foreign = bundleText({}, keyNamed("stranger"));
    const label = /"key":"([^"]+)"/.exec(GOOD)?.[1] ?? "";
    const claimed = foreign.replace(/"key":"[^"]+"/, `"key":"${label}"`);
    expect(answer(claimed)).toBe("bundle-signature");
  });

  it("any one byte that is changed, taken out or put in makes it refused", () => {
    const bytes = Buffer.from(GOOD, "utf8");
    const place = fc.nat({ max: bytes.length - 1 });
    const byte = fc.nat({ max: 255 });
    fc.assert(
      fc.property(place, byte, fc.constantFrom("change", "out", "in"), (at, value, how) => {
        fc.pre(how !== "change" || bytes[at] !== value);
        const middle = how === "out" ? [] : [value];
        const end = bytes.subarray(how === "in" ? at : at + 1);
        const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), end]);
        fc.pre(!changed.equals(bytes));
        return answer(changed.toString("utf8")) !== "taken";
      }),
      { numRuns: 3_000 },
    );
  });

  it("each byte of it, changed in its lowest bit, makes it refused", () => {
    const bytes = Buffer.from(GOOD, "utf8");
    const taken = bytes.map((_, at) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return answer(changed.toString("utf8")) === "taken" ? 1 : 0;
    });
    expect(taken.length).toBe(GOOD.length);
    expect([...taken].filter(Boolean)).toEqual([]);
  });

  it("a part of it is refused, wherever it was cut off", () => {
    for (let end = 0; end < GOOD.length; end += 1)
      expect([end, answer(GOOD.slice(0, end))]).toEqual([end, "bundle-damaged"]);
  });
});

describe("another spelling of the same is refused", () => {
  const parsed = JSON.parse(GOOD) as { bundle: Record<string, unknown>; signature: string };
  it.each([
    ["a blank", GOOD.replace("{", "{ ")],
    ["a line more", `${GOOD}\n`],
    ["no end of the line", GOOD.trimEnd()],
    ["a mark of byte order", `\uFEFF${GOOD}`],
    ["a member twice", GOOD.replace('"version":5', '"version":4,"version":5')],
    ["a list twice", GOOD.replace('"packs":', '"packs":[],"packs":')],
    ["an escape", GOOD.replace('"format"', '"\\u0066ormat"')],
    ["another number", GOOD.replace('"version":5', '"version":5.0')],
    [
      "another order",
      `${JSON.stringify({ signature: parsed.signature, bundle: parsed.bundle })}\n`,
    ],
    ["a member more", GOOD.replace('"format":1', '"extra":1,"format":1')],
    ["a member `__proto__`", GOOD.replace('"format":1', '"__proto__":{},"format":1')],
    ["a character that stands for bytes that are none", GOOD.replace("acme/notes", "acme/\uFFFD")],
  ])("%s", (_, text) => {
    expect(text).not.toBe(GOOD);
    expect(answer(text)).toBe("bundle-damaged");
  });
});

describe("hostile bytes", () => {
  const members = Object.keys(contentOf());
  const hostile = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e300, Number.MAX_SAFE_INTEGER, [], {}, [[]]),
    fc.constantFrom("", "\u0000", "\u001b[2J", "../../etc", "a".repeat(5_000), "\u202e", "\ud800"),
    fc.jsonValue({ maxDepth: 3 }),
  );
  it("in any field of a bundle are refused, and never thrown about", () => {
    fc.assert(
      fc.property(fc.constantFrom(...members, "key", "signature"), hostile, (member, value) => {
        const file = JSON.parse(GOOD) as { bundle: Record<string, unknown>; signature: unknown };
        const before = member === "signature" ? file.signature : file.bundle[member];
        fc.pre(JSON.stringify(before) !== JSON.stringify(value));
        if (member === "signature") file.signature = value;
        else file.bundle[member] = value;
        return answer(`${JSON.stringify(file)}\n`) !== "taken";
      }),
      { numRuns: 1_000 },
    );
  });
  it.each([
    ["nothing", ""],
    ["no object", "[]\n"],
    ["deep lists", "[".repeat(900_000)],
    [
      "deep lists where a bundle is",
      `{"bundle":${"[".repeat(50_000)}${"]".repeat(50_000)},"signature":""}\n`,
    ],
    ["more than it may hold", `${" ".repeat(BUNDLE_CHARS_MAX)}${GOOD}`],
  ])("%s: refused", (_, text) => {
    expect(answer(text)).toBe("bundle-damaged");
  });
});

describe("what no machine would take is not signed either", () => {
  it.each([
    ["no version", { version: 0 }, "version"],
    ["a version that is no number of a release", { version: 1.5 }, "version"],
    ["revoked versions in disorder", { revoked: [3, 2] }, "revoked"],
    ["a revoked version twice", { revoked: [3, 3] }, "revoked"],
    ["its own version revoked", { revoked: [5] }, "it"],
    ["an end before its beginning", { expiresMs: ISSUED_MS - 1 }, "it"],
    ["an end that is too far", { expiresMs: ISSUED_MS + 401 * DAY_MS }, "it"],
    [
      "a pack twice",
      {
        packs: [
          { name: "base", text: "" },
          { name: "base", text: "" },
        ],
      },
      "packs",
    ],
    ["a name that is a path", { packs: [{ name: "../base", text: "" }] }, "packs"],
    ["a digest that is none", { digest: "x" }, "digest"],
  ])("%s", (_, changes, what) => {
    expect(() => bundleText(changes)).toThrow(what);
  });
  it("more text than fits", () => {
    const packs = [{ name: "base", text: "x".repeat(BUNDLE_CHARS_MAX) }];
    expect(() => bundleText({ packs })).toThrow("at most");
  });
});
