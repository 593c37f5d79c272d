// What a probe is held against: tiers, files with line and column of what is wrong, verdicts, reports that others printed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectationOf, expectedIn, parseExpectation } from "#govern/sandbox/expectation.ts";
import { expectedOf, PROBE_AREAS } from "#govern/sandbox/probe-areas.ts";
import { judgeTrials, parseProbeReport, type Trial } from "#govern/sandbox/probe-report.ts";
import { TIERS } from "#govern/library/pack-schema.ts";

const told = { expectedBy: "a test", leftBehind: [] };

describe("what is expected", () => {
  it("is never milder without a tier than with one", () => {
    for (const area of PROBE_AREAS) {
      expect(expectedOf(area, undefined)).toBe("forbidden");
      for (const tier of ["regulated", "privileged-infrastructure", "ci"] as const)
        expect(expectedOf(area, tier), `${area} in ${tier}`).toBe("forbidden");
    }
    expect(expectedOf("internet", "low-risk")).toBe("free");
    expect(TIERS.map((tier) => expectedOf("secrets", tier))).not.toContain("free");
  });

  it("is added to by a file, and what it names one by one stays forbidden", () => {
    const expectation = parseExpectation(
      "tier: low-risk\nareas: { internet: forbidden, dns: free, named: free }\nconnect: ['10.0.0.5:5432', '[::1]:80']\nread: [~/.ssh/id]\n",
      "probe.yaml",
    );
    expect(
      ["internet", "dns", "named", "secrets"].map((area) => expectedIn(area as never, expectation)),
    ).toEqual(["forbidden", "free", "forbidden", "forbidden"]);
  });

  it.each([
    ["tier: harmless\n", "expectation-invalid", 1],
    ["read: [relative]\n", "expectation-invalid", 1],
    ["tier: ci\nconnect: ['host']\n", "expectation-invalid", 2],
    ["connect: ['host:70000']\n", "expectation-invalid", 1],
    ["areas: { everything: free }\n", "expectation-invalid", 1],
    ["areas: { dns: [\n", "expectation-syntax", undefined],
    ["what: ever\n", "expectation-invalid", 1],
  ])("refuses %j", (text, code, line) => {
    expect(() => parseExpectation(text, "probe.yaml")).toThrow(
      expect.objectContaining({
        code,
        ...(line === undefined
          ? {}
          : { at: expect.objectContaining({ file: "probe.yaml", line }) }),
      }),
    );
  });
});

const trials = fc.array(
  fc.record({
    area: fc.constantFrom(...PROBE_AREAS),
    act: fc.constantFrom("read", "write", "connect"),
    target: fc.string({ maxLength: 20 }),
    outcome: fc.constantFrom("reachable", "refused", "absent", "unknown"),
  }) satisfies fc.Arbitrary<Trial>,
  { maxLength: 30 },
);

describe("a report", () => {
  it("is broken by anything forbidden that is reachable, and never held where something cannot be told", () => {
    fc.assert(
      fc.property(trials, fc.constantFrom(undefined, ...TIERS), (tried, tier) => {
        const expectation = expectationOf(tier);
        const report = judgeTrials(tried, expectation, told);
        const forbidden = tried.filter(({ area }) => expectedIn(area, expectation) === "forbidden");
        const has = (outcome: string) => forbidden.some((one) => one.outcome === outcome);
        expect(report.verdict).toBe(
          has("reachable") ? "broken" : has("unknown") ? "untold" : "held",
        );
        expect(parseProbeReport(`noise\n${JSON.stringify(report)}`.replace("noise\n", ""))).toEqual(
          report,
        );
      }),
    );
  });

  it("that another program printed is taken only where it is one, and follows from its trials", () => {
    const good = judgeTrials([], expectationOf("ci"), told);
    const lying = judgeTrials(
      [{ area: "secrets", act: "read", target: "x", outcome: "reachable" }],
      expectationOf("ci"),
      told,
    );
    expect(parseProbeReport(JSON.stringify(good))).toEqual(good);
    for (const printed of [
      "",
      "{",
      "{}",
      "null",
      "x".repeat(5_000_000),
      JSON.stringify({ ...good, verdict: "fine" }),
      JSON.stringify({ ...lying, verdict: "held" }),
    ])
      expect(() => parseProbeReport(printed)).toThrow(
        expect.objectContaining({ code: "probe-report" }),
      );
  });
});
