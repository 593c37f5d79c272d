// Checks that only a person can answer: they pass while somebody attests them, by name and until a day.
import { type Inputs, type Look, unseen } from "./check.ts";
import type { StatementInput } from "./inputs/audit-inputs.ts";

/** A check that passes while an attestation about `id` is in force here, and nobody attests the contrary. */
export function attested(id: string): Look {
  return ({ statements }) => {
    if (statements.kind === "unseen") return unseen(statements.why);
    const said = statements.value.filter(({ about, isHere }) => about === id && isHere);
    const own = said.filter(({ kind }) => kind === "attestation");
    const standing = own.find(isInForce);
    const against = said.find((one) => one.kind === "objection" && isInForce(one));
    const lookedAt: Inputs = ["attestations"];
    if (against !== undefined) {
      const other = standing === undefined ? "" : `, and ${standing.owner} that it is`;
      const note = `${against.owner} attests that it is not so${other}`;
      return { outcome: "attest", lookedAt, faults: [], note };
    }
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

/** Whether a statement counts now. */
export function isInForce({ state }: Pick<StatementInput, "state">): boolean {
  return state === "in-force" || state === "ends-soon";
}
