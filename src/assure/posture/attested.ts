// Checks that only a person can answer: they pass while somebody attests them, by name and until a day.
import { type Look, unseen } from "./check.ts";

/** A check that passes while an attestation about `id` is in force here. */
export function attested(id: string): Look {
  return ({ statements }) => {
    if (statements.kind === "unseen") return unseen(statements.why);
    const own = statements.value.filter(
      ({ kind, about, isHere }) => kind === "attestation" && about === id && isHere,
    );
    const standing = own.find(({ state }) => state === "in-force" || state === "ends-soon");
    const lookedAt = ["attestations"];
    if (standing !== undefined) {
      const { owner, until } = standing;
      return { outcome: "pass", lookedAt, faults: [], note: `attested by ${owner} until ${until}` };
    }
    const ended = own.find(({ state }) => state === "expired");
    if (ended === undefined)
      return { outcome: "attest", lookedAt, faults: [], note: "nobody attests it" };
    const note = `the attestation of ${ended.owner} ended on ${ended.until}`;
    return { outcome: "attest", lookedAt, faults: [], note };
  };
}
