// Finds and loads the policy in force: a given file, or a pack that ships with the product.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "#base/failure.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";

/** The pack that is in force when nobody chose another. */
export const DEFAULT_PACK = "team";

/**
 * The policy of `file`, or the built-in pack when no file is named. Throws Failure: `policy-unreadable`,
 * `policy-syntax` or `policy-invalid`, with line and column where there is one.
 */
export function loadPolicy(file?: string): Policy {
  const path =
    file ?? fileURLToPath(new URL(`../../data/policies/${DEFAULT_PACK}.yaml`, import.meta.url));
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Failure(
      "policy-unreadable",
      `the policy \`${path}\` cannot be read: check the path and its permissions`,
      { cause, at: { file: path } },
    );
  }
  return parsePolicyPack(text, path, file === undefined ? "builtin" : "user");
}
