// Bundles for tests: made and signed as `policy bundle build` does it, with whatever is to be wrong about them.
import { createHash } from "node:crypto";
import type { Bundle } from "#govern/bundle/bundle.ts";
import { createSigner, type NoteSigner } from "#record/log/note.ts";
import { formatBundle } from "#surface/services/policy/signed-bundle.ts";
import { compilePolicyFile } from "#surface/services/policy/policy-source.ts";

export const DAY_MS = 86_400_000;
/** When the bundles of tests are issued. */
export const ISSUED_MS = 1_700_000_000_000;

/** The same key for the same name. */
export function keyNamed(name: string): NoteSigner {
  return createSigner(name, createHash("sha256").update(name).digest());
}

export const POLICY = `id: acme
version: "1"
title: Only for a test
extends: [base]
rules:
  - { id: acme/notes, verdict: deny, effects: [read], paths: ["<project>/notes"], reason: it is a test }
`;
export const BASE = `id: base
version: "1"
title: Only for a test
automaticApproval: true
rules:
  - { id: base/plan, verdict: deny, effects: [read], paths: ["<project>/plan"], reason: it is a test }
`;

/** The content of a bundle of `POLICY`. */
export function contentOf(changes: Partial<Bundle> = {}): Omit<Bundle, "key"> {
  const { policy = POLICY } = changes;
  const { digest = digestOf(policy) } = changes;
  return {
    format: 1,
    version: 5,
    issuedMs: ISSUED_MS,
    expiresMs: ISSUED_MS + 90 * DAY_MS,
    revoked: [],
    digest,
    policy,
    packs: [{ name: "base", text: BASE }],
    ...changes,
  };
}

function digestOf(policy: string): string {
  return compilePolicyFile(policy, "policy.yaml", "managed", { base: BASE }).digest;
}

/** The text of such a bundle, signed by the key `acme` unless another is given. */
export function bundleText(changes: Partial<Bundle> = {}, signer = keyNamed("acme")): string {
  return formatBundle(contentOf(changes), signer);
}
