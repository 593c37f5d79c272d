// What models cost: dollars for a million tokens, by the model's name, read from data with the day of their source.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";

const CHARS_MAX = 64 * 1024;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const dollars = v.pipe(v.number(), v.minValue(0), v.maxValue(10_000));
const rates = {
  input: dollars,
  output: dollars,
  cacheWrite5m: dollars,
  cacheWrite1h: dollars,
  cacheRead: dollars,
};
const PricesSchema = v.strictObject({
  id: v.literal("models"),
  title: text,
  description: text,
  asOf: v.pipe(v.string(), v.isoDate()),
  webSearch: dollars,
  prices: v.array(
    v.strictObject({
      ...rates,
      long: v.optional(v.strictObject({ above: v.pipe(v.number(), v.minValue(1)), ...rates })),
      models: v.pipe(v.array(text), v.minLength(1)),
    }),
  ),
});
type Price = v.InferOutput<typeof PricesSchema>["prices"][number];

/** What one request used. `speed` is the client's word for how fast it was served, where it says one. */
export type Usage = {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  readonly webSearches: number;
  readonly speed: string | undefined;
};

export type Prices = {
  /** The day of their source, YYYY-MM-DD. */
  readonly asOf: string;
  /** Dollars; undefined where the price of the model, or of the speed it was served at, is not known. Never 0 for that. */
  costOf(usage: Usage): number | undefined;
};

/** Reads them. Throws Failure `prices-syntax` or `prices-invalid` at the place of the fault. */
export function parsePrices(source: string, file: string): Prices {
  const options = { file, kind: "prices", schema: PricesSchema, charsMax: CHARS_MAX };
  const { asOf, prices, webSearch } = readDeclaration(source, options).value;
  const byModel = new Map<string, Price>(
    prices.flatMap((price) => price.models.map((model) => [model, price] as const)),
  );
  return {
    asOf,
    costOf(usage) {
      const price = byModel.get(plainModel(usage.model));
      // WHY no guess: fast serving has prices of its own, which the source does not give by model.
      const isPlain = usage.speed === undefined || usage.speed === "standard";
      if (price === undefined || !isPlain) return undefined;
      const { input, output, cacheWrite5m, cacheWrite1h, cacheRead } = usage;
      const prompt = input + cacheWrite5m + cacheWrite1h + cacheRead;
      const rate = price.long !== undefined && prompt > price.long.above ? price.long : price;
      const millionths =
        input * rate.input +
        output * rate.output +
        cacheWrite5m * rate.cacheWrite5m +
        cacheWrite1h * rate.cacheWrite1h +
        cacheRead * rate.cacheRead;
      return millionths / 1_000_000 + usage.webSearches * webSearch;
    },
  };
}

/** A model's name without its provider's prefix, its day and the length of its window. */
export function plainModel(name: string): string {
  return name
    .replace(/^(?:[a-z]{2,6}\.)?anthropic[./]/, "")
    .replace(/\[1m\]$/, "")
    .replace(/-v\d{1,2}(?::\d{1,2})?$/, "")
    .replace(/[-@]\d{8}$/, "");
}
