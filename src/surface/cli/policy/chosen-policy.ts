// A policy that a command is about: a pack by its name, or a file by its path, with its text.
import type { WholePack } from "#govern/library/pack-extends.ts";
import { readPack } from "#govern/library/pack-extends.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { readPolicyText } from "../../services/policy/policy-file.ts";
import { policyNamed, shippedPack } from "../../services/policy/policy-source.ts";

/** A policy as it is written, and as the guard judges by it. */
export type NamedPolicy = {
  /** The file, or the pack's name. */
  readonly from: string;
  readonly text: string;
  readonly whole: WholePack;
  readonly policy: Policy;
};

/** The text of a policy, and the file that it lies in. */
export type PolicyText = { readonly text: string; readonly file: string };

/**
 * The policy that was named, as `policyNamed` takes names. Throws a Failure with line and column, or one with near names.
 */
export function namedPolicy(named: string): NamedPolicy {
  const { text, file } = namedText(named);
  const whole = readPack(text, file, shippedPack);
  // Exceptions and a stage are words of managed policies: a file that has some is meant to be one.
  const isManaged = whole.exceptions.given.length > 0 || whole.pack.stage !== undefined;
  const ofFile = isManaged ? "managed" : "user";
  const layer = policyNamed(named).kind === "file" ? ofFile : "builtin";
  return {
    from: named,
    text,
    whole,
    policy: parsePolicyPack(text, file, { layer, source: shippedPack }),
  };
}

/** The text of the policy that was named. Throws as `namedPolicy` does where there is none. */
export function namedText(named: string): PolicyText {
  const policy = policyNamed(named);
  const pack = policy.kind === "pack" ? shippedPack(policy.name) : undefined;
  return pack ?? { text: readPolicyText(named).text, file: named };
}
