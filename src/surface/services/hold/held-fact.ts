// What the guard is told where each command is held by the kernel in a profile of its own.
import { createHash } from "node:crypto";
import type { FactAnswer, ProvenSandbox } from "#guard/facts/facts.ts";

const DIGEST = createHash("sha256").update("sallyport/hold/v1").digest("hex");
const PROFILE: ProvenSandbox = {
  digest: DIGEST,
  denyRead: [],
  allowRead: [],
  denyWrite: [],
  allowWrite: [],
  hosts: [],
  excluded: [],
  registries: [],
  perCall: true,
};
const HELD: FactAnswer = { kind: "containment", sandbox: PROFILE };
const HELD_AND_READING: FactAnswer = { kind: "containment", sandbox: { ...PROFILE, reads: true } };

/** `reads`: what a call reads of hosts and registries comes through our own proxy, which stands in the session's room. */
export function heldFact(reads: boolean): FactAnswer {
  return reads ? HELD_AND_READING : HELD;
}
