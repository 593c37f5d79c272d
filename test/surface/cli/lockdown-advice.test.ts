// What `lockdown` leaves to a person: it is said, here and in the guide.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ADVICE } from "#surface/cli/commands/policy/lockdown.ts";

const GUIDE = fileURLToPath(new URL("../../../docs/guide/operating.md", import.meta.url));
const guide = readFileSync(GUIDE, "utf8");

it("X.30: keys are revoked at the provider, and the guide says so where the advice points", () => {
  const text = ADVICE.join("\n");
  expect(text).toContain("revoke keys at the provider");
  expect(text).toContain("docs/guide/operating.md");
  const section = guide.split("## Locking down")[1]?.split("\n## ")[0] ?? "";
  expect(section).toContain("at the provider");
});
