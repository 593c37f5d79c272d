// The policy of a run: a pack that ships, or a file; and what becomes of its question about code where no sandbox holds that code.
import { loadPack, packNamed } from "../policy/policy-source.ts";

/** The rule of packs that asks about code which nobody has read, and gives way in a proven sandbox. */
const ASKS_ABOUT_CODE = "code/unbounded";

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
