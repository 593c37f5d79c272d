// What `lockdown` leaves to a person: it is said, and the guide's drop-in is one that the client reads.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ADVICE } from "#surface/cli/commands/lockdown.ts";
import { lintText } from "../../govern/settings/lint/lint-text.ts";

const GUIDE = fileURLToPath(new URL("../../../docs/guide/operating.md", import.meta.url));
const guide = readFileSync(GUIDE, "utf8");

it("X.30: keys are revoked at the provider, and the guide says so where the advice points", () => {
  const text = ADVICE.join("\n");
  expect(text).toContain("revoke keys at the provider");
  expect(text).toContain("docs/guide/operating.md");
  const section = guide.split("## Locking down")[1]?.split("\n## ")[0] ?? "";
  expect(section).toContain("at the provider");
});

it("the drop-in of the guide denies every tool that acts, with no error as managed settings", () => {
  const json = /managed-settings\.d\/99-lockdown\.json\n(\{.*\})\n/.exec(guide)?.[1] ?? "";
  const settings = JSON.parse(json) as { permissions: { deny: readonly string[] } };
  expect(settings.permissions.deny).toEqual(
    expect.arrayContaining(["Bash", "Read", "Edit", "Write", "WebFetch", "Agent"]),
  );
  const errors = lintText(settings, "managed").filter(({ severity }) => severity === "error");
  expect(errors).toEqual([]);
});
