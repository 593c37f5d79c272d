// The policy of a run: a pack that ships, or a file; and what becomes of its question about code where no sandbox holds that code.
import type { Policy } from "#guard/policy/policy.ts";
import { compilePolicyFile, loadPack, packNamed } from "../policy-source.ts";
import { readPolicyText } from "../policy/policy-file.ts";

/** The rule of packs that asks about code which nobody has read, and gives way in a proven sandbox. */
const ASKS_ABOUT_CODE = "code/unbounded";

/** Loads it. Throws the Failure of a policy that cannot be read. */
export function loadRunPolicy(name: string): Policy {
  return packNamed(name) === undefined
    ? compilePolicyFile(readPolicyText(name).text, name)
    : loadPack(name);
}

/**
 * A policy for machines on which the whole run is isolated and its commands are not: the pack without its question about
 * code, so that what the allow list names runs and everything else is refused by the mode. Undefined where the policy is a
 * file, which says itself what it wants, or asks no such question.
 */
export function isolatedRunPolicy(name: string): string | undefined {
  const pack = packNamed(name);
  if (pack === undefined || !loadPack(pack).rules.some(({ id }) => id === ASKS_ABOUT_CODE))
    return undefined;
  return [
    "id: headless-run",
    'version: "1"',
    "title: A run without a person on a machine that is thrown away",
    `extends: [${pack}]`,
    `without: [${ASKS_ABOUT_CODE}]`,
    "",
  ].join("\n");
}
