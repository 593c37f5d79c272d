// What findings say together: one address is nothing, five are a list, fifty an export, and a name beside one is a person.
import { describe, expect, it } from "vitest";
import { foundTogether } from "#guard/content/bulk.ts";
import { scanText } from "#guard/content/scan.ts";

const together = (text: string) =>
  foundTogether(scanText(text, "content", { max: 10_000 }).findings, text).map(
    ({ detector, tier }) => `${detector} ${tier}`,
  );
const addresses = (count: number) =>
  Array.from({ length: count }, (_, at) => `u${at}@qwrty-mail.de`).join("\n");

describe("many people", () => {
  it.each([
    [1, []],
    [4, []],
    [5, ["personal-bulk medium"]],
    [49, ["personal-bulk medium"]],
    [50, ["personal-bulk high"]],
  ])("%i different addresses", (count, expected) => {
    expect(together(addresses(count))).toEqual(expected);
  });
  it("counts one address once, however it is written and however often", () => {
    expect(together("a@qwrty-mail.de A@qwrty-mail.de\n".repeat(40))).toEqual([]);
  });
  it("counts each kind of address on its own", () => {
    const mixed = `${addresses(3)}\n+49 30 901820\n+49 30 901821\n81.2.69.142`;
    expect(together(mixed)).toEqual([]);
  });
  it("counts numbers of people as addresses", () => {
    const rows = [4399, 4398, 4397, 4396, 4395].map((serial) => `536-90-${serial}`);
    expect(together(rows.join("\n"))).toEqual(["personal-bulk medium"]);
  });
});

describe("one person", () => {
  it("is told by a name beside an address", () => {
    expect(together("Name: John Smith, john.smith@qwrty-mail.de")).toEqual(["personal-record low"]);
  });
  it("is not told by a name far from it", () => {
    expect(together(`Name: John Smith${" .".repeat(200)} john@qwrty-mail.de`)).toEqual([]);
  });
  it("is a patient where health data stand beside what tells whose they are", () => {
    expect(together("Patient: Jane Roe, MRN 48291733")).toEqual(["health-record medium"]);
    expect(together(`MRN 48291733${" .".repeat(200)}`)).toEqual([]);
  });
});

it("has no length, so that nothing more is replaced", () => {
  const text = addresses(5);
  for (const { start, end } of foundTogether(scanText(text, "content").findings, text)) {
    expect(end).toBe(start);
  }
});
