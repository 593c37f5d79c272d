// Making a bundle: the policy that was named, with every pack that it extends, as this program has them.
import type { PackSource } from "#govern/library/pack-extends.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { shippedPack } from "./policy-source.ts";
import { formatBundle } from "./signed-bundle.ts";

/** What a person says of a bundle that is to be made. Times are wall time. */
export type BundleOrder = {
  readonly version: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
  readonly revoked: readonly number[];
};

/** The text of a bundle, with the policy in it and the names of the packs. */
export type MadeBundle = {
  readonly text: string;
  readonly policy: Policy;
  readonly packs: readonly string[];
};

/** Makes and signs a bundle of the text of a policy. Throws the Failure of a policy that cannot be used. */
export function makeBundle(
  { text, file }: { readonly text: string; readonly file: string },
  order: BundleOrder,
  signer: NoteSigner,
): MadeBundle {
  const used = new Map<string, string>();
  const source: PackSource = (name) => {
    const found = shippedPack(name);
    if (found !== undefined) used.set(name, found.text);
    return found;
  };
  const policy = parsePolicyPack(text, file, { layer: "managed", source });
  const packs = [...used.keys()].toSorted();
  const { revoked, ...rest } = order;
  const content = {
    ...rest,
    format: 1,
    revoked: [...new Set(revoked)].toSorted((one, other) => one - other),
    digest: policy.digest,
    policy: text,
    packs: packs.map((name) => ({ name, text: used.get(name) ?? "" })),
  } as const;
  return { text: formatBundle(content, signer), policy, packs };
}
