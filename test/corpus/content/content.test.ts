// The labelled corpus itself: it is large enough, the same on every machine, split, and its values obey their issuers' rules.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ALPHABETS, chanceOf, fillPattern } from "./chance.ts";
import { luhnDigit } from "./check-digits.ts";
import { type Item, makeCorpus, readProviders } from "./make.ts";

const corpus = makeCorpus();
const of = (set: Item["set"]) => corpus.filter((item) => item.set === set);

/** Different lines that hold a true value, and different lines that only look like it. */
function linesOf(items: readonly Item[]): { real: number; alike: number } {
  const real = new Set<string>();
  const alike = new Set<string>();
  for (const { text, spans, lookAlikes } of items) {
    const lines = text.split("\n");
    for (const { start, isOptional } of spans) {
      if (!isOptional) real.add(lines[text.slice(0, start).split("\n").length - 1] ?? "");
    }
    for (const index of lookAlikes) alike.add(lines[index] ?? "");
  }
  return { real: real.size, alike: alike.size };
}

describe("the labelled corpus", () => {
  it("has at least 3,000 lines with a secret and 6,000 that only look like one", () => {
    const { real, alike } = linesOf(of("secrets"));
    expect(real).toBeGreaterThanOrEqual(3000);
    expect(alike).toBeGreaterThanOrEqual(6000);
  });
  it("has at least 1,500 lines with personal data and 3,000 that only look like them", () => {
    const { real, alike } = linesOf(of("personal"));
    expect(real).toBeGreaterThanOrEqual(1500);
    expect(alike).toBeGreaterThanOrEqual(3000);
  });
  it("has tokens of at least 150 forms", () => {
    expect(readProviders().size).toBeGreaterThanOrEqual(150);
  });
  it("seals about a third of each set", () => {
    for (const set of ["secrets", "personal"] as const) {
      const share = of(set).filter(({ sealed }) => sealed).length / of(set).length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.42);
    }
  });
  it("is the same on every machine", () => {
    const digest = createHash("sha256").update(JSON.stringify(corpus)).digest("hex");
    expect(digest).toBe("926405d8fb7637fdb7c28a156f1896f43a700fb0614baeabece856fdb7bdf303");
  });
  it("names each item once", () => {
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length);
  });
  it("has spans that lie in their text and hold more than nothing", () => {
    for (const { text, spans } of corpus) {
      for (const { start, end } of spans) {
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }
  });
});

describe("values of the corpus", () => {
  it("end in the checksum of their issuer", () => {
    // The token of GitHub's own announcement, which was never valid.
    expect(fillPattern("x_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ{crc}", chanceOf("any"))).toMatch(/0mLq17$/);
    const tokens = spansOf("github-pat");
    expect(tokens.length).toBeGreaterThan(5);
    for (const token of tokens) {
      const digits = ALPHABETS["b62"] ?? "";
      const written = [...token.slice(-6)].reduce((sum, sign) => sum * 62 + digits.indexOf(sign), 0);
      expect(written).toBe(crc32(token.slice(4, -6)));
    }
  });
  it("end in the checksum of Grafana and of age, as known ones do", () => {
    const key = fillPattern("AGE-SECRET-KEY-1{bech:58}", chanceOf("any"));
    expect(key).toMatch(/^AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}$/);
    const token = fillPattern("glsa_{b62:32}_{crchex}", chanceOf("any"));
    const bytes = Buffer.from(token.slice(-8), "hex");
    expect(bytes.readUInt32LE()).toBe(crc32(token.slice(0, -9)));
  });
  it("pass the test of their kind", () => {
    for (const card of spansOf("card")) {
      const digits = card.replace(/\D/g, "");
      expect(luhnDigit(digits.slice(0, -1))).toBe(Number(digits.slice(-1)));
    }
    for (const iban of spansOf("iban")) {
      const text = iban.replace(/ /g, "");
      const moved = [...(text.slice(4) + text.slice(0, 4))].map((sign) => Number.parseInt(sign, 36));
      expect(BigInt(moved.join("")) % 97n).toBe(1n);
    }
    for (const ssn of spansOf("ssn")) expect(ssn).not.toMatch(/^(?:000|666|9)/);
  });
  it("stand in no file of the repository", () => {
    const folder = new URL(".", import.meta.url);
    const templates = readdirSync(folder)
      .filter((name) => name.endsWith(".txt"))
      .map((name) => readFileSync(new URL(name, folder), "utf8"))
      .join("\n");
    const long = corpus
      .filter(({ set }) => set === "secrets")
      .flatMap(({ text, spans }) => spans.map(({ start, end }) => text.slice(start, end)))
      .filter((value) => value.length >= 16);
    expect(long.length).toBeGreaterThan(3000);
    expect(long.filter((value) => templates.includes(value))).toEqual([]);
  });
});

function spansOf(kind: string): readonly string[] {
  return corpus.flatMap(({ text, spans }) =>
    spans.filter((span) => span.kind === kind).map(({ start, end }) => text.slice(start, end)),
  );
}
