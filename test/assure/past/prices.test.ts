// Prices: by the model's name however a provider spells it, and no price where none is known.
import { describe, expect, it } from "vitest";
import { parsePrices, plainModel, type Usage } from "#assure/past/prices.ts";
import { Failure } from "#base/failure.ts";
import { loadPrices } from "#surface/foundation/product/shipped-data.ts";

const usage = (model: string, more: Partial<Usage> = {}): Usage => ({
  model,
  input: 90,
  output: 90,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  webSearches: 0,
  speed: "standard",
  ...more,
});

describe("what a request costs", () => {
  const prices = loadPrices();
  it("is what the client counted for the same tokens (measured: $0.00216)", () => {
    expect(prices.costOf(usage("claude-opus-5-5"))).toBeCloseTo(0.00216, 8);
  });
  it.each([
    ["claude-opus-4-1-20250805", "claude-opus-4-1"],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
    ["claude-sonnet-4@20250514", "claude-sonnet-4"],
    ["claude-opus-5-5[1m]", "claude-opus-5-5"],
  ])("%s is %s", (name, plain) => {
    expect(plainModel(name)).toBe(plain);
    expect(prices.costOf(usage(name))).toBe(prices.costOf(usage(plain)));
    expect(prices.costOf(usage(name))).toBeGreaterThan(0);
  });
  it("is not known of another model, and of one that was served fast: never 0", () => {
    expect(prices.costOf(usage("gpt-9"))).toBeUndefined();
    expect(prices.costOf(usage("claude-opus-5-5", { speed: "fast" }))).toBeUndefined();
  });
  it("counts each kind of token, long prompts and searches", () => {
    const million = { input: 0, output: 0, cacheWrite1h: 1_000_000, webSearches: 2 };
    expect(prices.costOf(usage("claude-opus-5-5", million))).toBeCloseTo(8.02, 8);
    const long = { input: 200_000, output: 0 };
    expect(prices.costOf(usage("claude-haiku-5-5", long))).toBeCloseTo(0.1, 8);
    expect(prices.costOf(usage("claude-haiku-5-5", { ...long, input: 1_000 }))).toBeCloseTo(
      0.0001,
      8,
    );
  });
  it("has the day of its source; a damaged file is a Failure", () => {
    expect(prices.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(() => parsePrices("id: models\ntitle: x\n", "x.yaml")).toThrow(Failure);
  });
});
