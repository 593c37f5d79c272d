// Rules that lint, audit and consolidate propose: each holds its call in the simulated client, and each form was tried in the real one.
import { expect, it } from "vitest";
import { whyMissing } from "../machine.ts";
import { callFor, formOf, proposedRules } from "./proposed-rules.ts";
import table from "./tried-forms.json" with { type: "json" };
import { simulated, tryForms } from "./try-rules.ts";

const rules = proposedRules();
/** Rules that are tried again here; `npm run proposed` tries one of each form. */
const AGAIN = [
  "Bash(git push:*)",
  "Read(//**/.env)",
  "Edit(./src/**)",
  "WebFetch(domain:docs.example.com)",
];

it("there are rules of every kind", () => {
  expect(rules.length).toBeGreaterThanOrEqual(40);
  expect(new Set(rules.map((rule) => rule.replace(/\(.*/s, "")))).toEqual(
    new Set(["Bash", "Read", "Edit", "WebFetch"]),
  );
});

it("each form was tried in the real client and held what it is for (`npm run proposed` tries them)", () => {
  const held = table.rows
    .filter(({ denied, without }) => denied === "deny" && without !== "deny")
    .map(({ form }) => form);
  const forms = [...new Set(rules.map(formOf))];
  expect(forms.filter((form) => !held.includes(form))).toEqual([]);
  expect(table.client).toMatch(/^\d+\.\d+\.\d+$/);
});

it("each rule holds its call in the simulated client, which holds nothing without it", () => {
  const idle = rules.filter(
    (rule) =>
      simulated([rule], callFor(rule)) !== "deny" || simulated([], callFor(rule)) === "deny",
  );
  expect(idle).toEqual([]);
});

it("no name of a field and no remains of one is proposed", () => {
  expect(rules.filter((rule) => /\((?:command|file_path|path)[:=/]|\*{3}/.test(rule))).toEqual([]);
});

it("some hold in the client of today", { timeout: 300_000 }, async (context) => {
  const missing = await whyMissing(["client"]);
  if (missing !== undefined) context.skip(missing);
  const tried = await tryForms(AGAIN, () => undefined);
  expect(tried.map(({ rule, denied }) => [rule, denied])).toEqual(
    [...AGAIN].toSorted((a, b) => (formOf(a) < formOf(b) ? -1 : 1)).map((rule) => [rule, "deny"]),
  );
});
