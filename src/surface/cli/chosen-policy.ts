// A policy that a command is about: a pack by its name, or a file by its path, with its text.
import type { WholePack } from "#govern/library/pack-extends.ts";
import { readPack } from "#govern/library/pack-extends.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { readPolicyText } from "../policy/policy-file.ts";
import { packNames, shippedPack } from "../policy-source.ts";

/** A policy as it is written, and as the guard judges by it. */
export type NamedPolicy = {
  /** The file, or the pack's name. */
  readonly from: string;
  readonly whole: WholePack;
  readonly policy: Policy;
};

/**
 * The policy that was named: a path holds a slash or a dot, a pack's name neither. Throws a Failure with line and column,
 * or one that names the packs.
 */
export function namedPolicy(named: string): NamedPolicy {
  const isFile = named.includes("/") || named.includes(".");
  const found = isFile ? { text: readPolicyText(named).text, file: named } : shippedPack(named);
  if (found === undefined)
    throw new Failure(
      "policy-unknown",
      `there is no policy \`${named}\`; there are ${packNames().join(", ")}, or name a file by its path`,
    );
  const layer = isFile ? "user" : "builtin";
  return {
    from: named,
    whole: readPack(found.text, found.file, shippedPack),
    policy: parsePolicyPack(found.text, found.file, { layer, source: shippedPack }),
  };
}
