// Canonical JSON: the samples of RFC 8785, refusals, and one spelling per value.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isPlainlyCanonical } from "#record/log/canonical.ts";
import { isPlainCanonicalObject, writeCanonicalJson } from "#record/log/canonical-bytes.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

describe("canonical json", () => {
  it("numbers.as-ecmascript", () => {
    const samples: [number, string][] = [
      [0, "0"],
      [-0, "0"],
      [1, "1"],
      [333333333.33333329, "333333333.3333333"],
      [4.5, "4.5"],
      [2e-3, "0.002"],
      [1e-27, "1e-27"],
      [9007199254740991, "9007199254740991"],
      [-1.5e-7, "-1.5e-7"],
    ];
    for (const [value, text] of samples) expect(canonicalJson(value)).toBe(text);
  });

  it("numbers.refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 1e30]) {
      expect(() => canonicalJson(value)).toThrow("canonical json");
    }
  });

  it("strings.and-order", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
    };
    const more = {
      ...value,
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(canonicalJson(more)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
  });

  it("order.of-few-and-of-many-names", () => {
    for (const count of [0, 1, 2, 31, 32, 33, 200]) {
      // 97 has no divisor in common with the counts that are tried, so that each place comes once, in no order.
      const names = Array.from({ length: count }, (_, place) => `n${(place * 97) % count}`);
      const value = Object.fromEntries(names.map((name) => [name, 1]));
      const members = [...names].sort().map((name) => `"${name}":1`);
      expect(canonicalJson(value)).toBe(`{${members.join(",")}}`);
    }
  });

  it("strings.lone-surrogate-refused", () => {
    expect(() => canonicalJson("\ud800")).toThrow("well formed");
    expect(() => canonicalJson({ "\udc00": 1 })).toThrow("well formed");
  });

  it("depth.bounded", () => {
    let value: Json = 1;
    for (let depth = 0; depth < 40; depth += 1) value = [value];
    expect(() => canonicalJson(value)).toThrow("nests deeper");
  });

  it("property.order-of-members-does-not-matter", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
        (value) => {
          const reversed = Object.fromEntries(Object.entries(value).reverse());
          const text = canonicalJson(value);
          expect(canonicalJson(reversed)).toBe(text);
          expect(JSON.parse(text)).toEqual({ ...value });
        },
      ),
    );
  });

  it("property.quick-look-accepts-canonical-text-only", () => {
    const members = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.constantFrom(
        '{"b":1,"a":2}',
        "[-0]",
        "[1e3]",
        "[9007199254740993]",
        '["\\ud800"]',
        '["\\u0041"]',
      ),
      fc.constantFrom(
        '{"10":1,"9":2}',
        '{"a":1,"a":2}',
        "[ 1]",
        '{"__proto__":1}',
        '["\\\\ud"]',
        "[1.0]",
      ),
    );
    let accepted = 0;
    fc.assert(
      fc.property(members, (text) => {
        const value = JSON.parse(text) as Json;
        if (!isPlainlyCanonical(value, text)) return;
        accepted += 1;
        expect(canonicalJson(value)).toBe(text);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(20);
    const deep = `${"[".repeat(40)}${"]".repeat(40)}`;
    expect(isPlainlyCanonical(JSON.parse(deep) as Json, deep)).toBe(false);
  });

  it("bytes.what-is-plainly-canonical-and-what-is-not", () => {
    const plain = [
      ...["{}", '{"a":{}}', '{"a":[]}', '{"a":[1,-2,0,[true,false,null]]}', '{"":1," ":2}'],
      ...['{"a":"b c","a1":1,"aa":2,"b":{"c":123456789012345}}', '{"A":1,"_":2,"__proto__":3}'],
      ...['{"a":0.57,"b":-12.000001,"c":[0.5,123456789.012345]}'],
    ];
    const others = [
      ...["", "{", "}", "[]", '"a"', "1", "{}}", "{} ", " {}", '{"a":1,}', '{,"a":1}', "{1:2}"],
      ...['{"b":1,"a":2}', '{"a":1,"a":2}', '{"aa":1,"a":2}', '{"a" :1}', '{"a":1 }', '{"a"}'],
      ...[
        '{"a":01}',
        '{"a":-0}',
        '{"a":-}',
        '{"a":1e3}',
        '{"a":0.50}',
        '{"a":1.}',
        '{"a":.5}',
        '{"a":-0.0}',
        '{"a":0.0000001}',
        '{"a":0.5e1}',
        '{"a":1234567890123456}',
      ],
      ...['{"a":tru}', '{"a":nul1}', '{"a":[1 ,2]}', '{"a":[1,]}', '{"a":[,1]}', '{"a":[1}'],
      ...['{"a":"\\n"}', '{"a":"\u00e9"}', '{"a":"\t"}', '{"a":"b', '{"a":"\u007f"}', '{"a":+1}'],
      `{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
    ];
    const isPlain = (text: string) => isPlainCanonicalObject(Buffer.from(text));
    expect(plain.filter((text) => !isPlain(text))).toEqual([]);
    expect(others.filter(isPlain)).toEqual([]);
    for (const text of plain) expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
  });

  it("property.plain-bytes-are-canonical", () => {
    // Texts that are nearly right: canonical ones of few letters, with up to two bytes changed.
    const name = fc.string({ unit: fc.constantFrom("a", "b", "1", '"', "\\"), maxLength: 3 });
    const value = fc.oneof(
      name,
      fc.integer(),
      fc.constantFrom(null, true, [], {}),
      fc.constantFrom(0.5, 1e-7, 1e15),
      fc.integer().map((number) => number / 1_000),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
    );
    const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[],:"01-.eab \\')), {
      maxLength: 2,
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(value, fc.array(value))), changes, (made, spots) => {
        const bytes = Buffer.from(canonicalJson(made as Json));
        for (const [at, unit] of spots) bytes.write(unit, at % bytes.length, "latin1");
        if (!isPlainCanonicalObject(bytes)) return;
        accepted += 1;
        const text = bytes.toString("utf8");
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(30);
  });

  it("property.bytes-are-those-of-the-text", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const [text, bytes] = [outcome(() => canonicalJson(value)), outcome(() => written(value))];
        expect(bytes).toBe(text);
        expect(text).toBe(outcome(() => reference(value)));
      }),
      { numRuns: 500 },
    );
  });

  it("bytes.stay-inside-their-target", () => {
    for (const value of ["x".repeat(20), "\u20ac".repeat(20), { a: ["\n".repeat(9), 1 / 7] }]) {
      const whole = Buffer.alloc(40, 0xee);
      const end = writeCanonicalJson(value, whole.subarray(0, 12), 4);
      expect(end).toBe(4 + Buffer.byteLength(canonicalJson(value)));
      expect(whole.subarray(12)).toEqual(Buffer.alloc(28, 0xee));
    }
  });
});

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("\ud800"));
const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constant(2 ** 53));
const { anyJson } = fc.letrec<{ anyJson: Json }>((tie) => ({
  anyJson: fc.oneof(
    { maxDepth: 6 },
    fc.oneof({ weight: 6, arbitrary: text }, number, fc.boolean(), fc.constant(null)),
    fc.array(tie("anyJson"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom("1", "10", "2", "toJSON")), tie("anyJson"), {
      maxKeys: 6,
    }),
  ),
}));

/** The text, or which promise was broken. */
function outcome(work: () => string): string {
  try {
    return work();
  } catch (cause) {
    return cause instanceof Error ? cause.message : "thrown";
  }
}

function written(value: Json): string {
  const target = Buffer.alloc(64 * 1024);
  return target.subarray(0, writeCanonicalJson(value, target, 0)).toString("utf8");
}

/** The plainest canonical form: sorted lists of members, JSON for what is left. */
function reference(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${reference(key)}:${reference(member)}`).join(",")}}`;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(broken("a number must be finite"));
    const isSafe = !Number.isInteger(value) || Number.isSafeInteger(value);
    if (!isSafe) throw new Error(broken("an integer must be safe"));
  }
  if (typeof value === "string" && /\p{Surrogate}/u.test(value))
    throw new Error(broken("a string must be well formed"));
  return JSON.stringify(value);
}

function broken(what: string): string {
  return `invariant broken: ${what} in canonical json`;
}
