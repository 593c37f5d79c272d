// Where something stands that people attest: who says that it is so, who says that it is not, and what both together are worth.

/** An attestation, an objection to one, or a waiver as the installation has it. Times in milliseconds. */
export type Attested = {
  readonly id: string;
  readonly kind: "attestation" | "objection" | "waiver";
  readonly about: string;
  readonly owner: string;
  readonly approver: string;
  /** Hex SHA-256 of what was looked at. */
  readonly document: string | null;
  readonly where: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly isWithdrawn: boolean;
};

/** `contradicted`: one says that it is so and another one that it is not, at the same time. */
export const ATTESTED_STATES = [
  "in force",
  "contradicted",
  "over",
  "withdrawn",
  "missing",
] as const;

/** `last` is the attestation that ends last, withdrawn ones left aside; `against` are objections in force. */
export type AttestedState = {
  readonly state: (typeof ATTESTED_STATES)[number];
  /** All that was said of it, objections too. */
  readonly said: readonly Attested[];
  readonly last: Attested | undefined;
  readonly against: readonly Attested[];
};

/** What is said of something at a moment. */
export function attestedState(
  all: readonly Attested[],
  about: string,
  atMs: number,
): AttestedState {
  const said = all.filter(
    (one) => one.about === about && one.kind !== "waiver" && one.createdMs <= atMs,
  );
  const own = said.filter(({ kind }) => kind === "attestation");
  const last = lastAttestation(said);
  const against = objections(said, about, atMs);
  return { state: stateOf({ own, last, against, atMs }), said, last, against };
}

/** The attestation that ends last, withdrawn ones left aside. */
export function lastAttestation(said: readonly Attested[]): Attested | undefined {
  return said
    .filter(({ kind, isWithdrawn }) => kind === "attestation" && !isWithdrawn)
    .toSorted((one, other) => other.expiresMs - one.expiresMs)[0];
}

/** Those who say at a moment that it is not so. */
export function objections(
  all: readonly Attested[],
  about: string,
  atMs: number,
): readonly Attested[] {
  return all.filter(
    (one) =>
      one.kind === "objection" &&
      one.about === about &&
      !one.isWithdrawn &&
      one.createdMs <= atMs &&
      one.expiresMs > atMs,
  );
}

/** In words, with owner and id: who has to withdraw something finds it. */
export function objectionWords(against: readonly Attested[]): string {
  return against.map(({ owner, id }) => `${owner} (${id})`).join(", ");
}

function stateOf(about: {
  readonly own: readonly Attested[];
  readonly last: Attested | undefined;
  readonly against: readonly Attested[];
  readonly atMs: number;
}): AttestedState["state"] {
  const { own, last, against, atMs } = about;
  if (last === undefined) return own.length > 0 ? "withdrawn" : "missing";
  if (last.expiresMs <= atMs) return "over";
  return against.length > 0 ? "contradicted" : "in force";
}
