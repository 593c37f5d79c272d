// The client's modes: the six that are real, told by a page that the command writes.
import { expect, it } from "vitest";
import { TIERS } from "#govern/library/pack-schema.ts";
import { modesPage } from "#govern/settings/modes-page.ts";
import { PERMISSION_MODES } from "#guard/facts/facts.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { heldPage } from "../reference-page.ts";

const catalogue = loadCatalogue();
const { modes, invented_modes: invented } = catalogue;

it("lists the six modes that a hook can be told of, and the values of the settings key", () => {
  const real = PERMISSION_MODES.filter((mode) => mode !== "unknown");
  expect(modes.map(({ name }) => name).sort()).toEqual([...real].sort());
  const key = catalogue.keys.find((one) => one.key === "permissions.defaultMode");
  expect(modes.flatMap(({ name, aka }) => [name, ...aka]).sort()).toEqual(
    [...(key?.values ?? [])].sort(),
  );
});
it("names invented modes apart, and tiers that there are", () => {
  const all = modes.flatMap(({ name, aka }) => [name, ...aka]);
  expect(invented.filter(({ name }) => all.includes(name))).toEqual([]);
  expect(invented.map(({ name }) => name)).toContain("ask");
  const tiers = modes.flatMap((mode) => mode.tiers);
  expect(tiers.filter((tier) => !TIERS.some((one) => one === tier))).toEqual([]);
  // Each tier has a mode that is advised for it.
  expect(TIERS.filter((tier) => !tiers.includes(tier))).toEqual([]);
});
it("is told by its page", () => {
  expect(heldPage("modes", modesPage(catalogue))).toBe(modesPage(catalogue));
});
