// A recipe in the real client: it refuses what its script refuses, lets the rest run, and a script that fails holds nothing up or everything.
import { expect, it } from "vitest";
import { whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import { tryLive } from "#surface/services/recipe/try-hook.ts";
import { loadRecipes } from "#surface/foundation/product/shipped-data.ts";
import { findClient } from "./client-binary.ts";

it("does in the client what it does in the jail, and fails closed", async ({ skip }) => {
  const client = await findClient();
  if (client.kind === "missing") return skip(client.reason);
  const why = whyNoHookJail();
  if (why !== undefined) return skip(why);
  const recipe = loadRecipes().find(({ id }) => id === "block-network-commands");
  if (recipe === undefined) throw new Error("the recipe is gone");
  const tries = await tryLive(recipe, client.path);
  expect(tries.filter(({ isWell }) => !isWell)).toEqual([]);
  const did = new Map(tries.map(({ call, did: now, broken }) => [call, [now, broken]]));
  expect(did.get("an upload by curl")).toEqual(["refused", "refused"]);
  // `onFailure: "block"` holds every call of the matcher's tool where the script fails.
  expect(did.get("git status")).toEqual(["ran", "refused"]);
  expect(did.get("writing a workflow")).toEqual(["ran", "ran"]);
});
