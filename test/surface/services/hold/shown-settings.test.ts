// Settings that programs show are the person's: nothing of what the sandbox sets for code that nobody foresees is among them.
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALLOWED, heldProject } from "./held-project.ts";

const { place, runs } = heldProject();

test("npm shows how often it tries by itself, and code of the project waits for no network", async () => {
  const shown = await runs("npm config get fetch-retries");
  expect(shown).toMatchObject({ ...ALLOWED, said: "2\n" });
  writeFileSync(place("tries.cjs"), "console.log(process.env.npm_config_fetch_retries);\n");
  expect(await runs("node tries.cjs")).toMatchObject({ ...ALLOWED, said: "0\n" });
});
