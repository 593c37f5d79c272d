// Others that get data of this installation: each that is elsewhere needs a contract that a person attested.
import { type Collecting, endOf, type EvidencePeriod } from "../collector.ts";
import { type Attested, attestedState, objectionWords } from "../attested-state.ts";
import { boundedGaps, type Gap, momentText } from "../gap.ts";

/** One of them as it is set up. `isHere`: it is a file or program of this machine that no other gets. */
export type RegisteredProcessor = {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly gets: string;
  readonly isHere: boolean;
};

/** Says at the end of the period who gets data, by which contract. Nothing of it is in the log. */
export function followProcessors(
  period: EvidencePeriod,
  processors: readonly RegisteredProcessor[],
  attested: readonly Attested[],
): Collecting {
  return {
    kinds: [],
    add: () => undefined,
    result() {
      const endMs = endOf(period);
      const rows = processors.map((one) => ({
        one,
        contract: contractOf(attested, one.id, endMs),
      }));
      const gaps = rows.flatMap(({ one, contract }) => contractGap(one, contract));
      return {
        id: "processors",
        title: "others that get data, and their contracts",
        facts: {
          processors: rows.map(
            ({ one: { id, kind, gets, isHere }, contract: { attested: by } }) => ({
              id,
              kind,
              gets,
              isHere,
              contract:
                by === undefined
                  ? null
                  : { owner: by.owner, document: by.document, expires: momentText(by.expiresMs) },
            }),
          ),
        },
        gaps: boundedGaps(gaps),
      };
    },
  };
}

/** The contract with a processor, by the newest attestation of it at a moment. */
export type Contract = {
  readonly state: "in force" | "contradicted" | "over" | "missing";
  readonly attested: Attested | undefined;
  /** Those who say at that moment that there is none. */
  readonly against: readonly Attested[];
};

/** How the contract with a processor stands: people attest `processor/<id>`. */
export function contractOf(attested: readonly Attested[], id: string, atMs: number): Contract {
  const { state, last, against } = attestedState(attested, `processor/${id}`, atMs);
  return { state: state === "withdrawn" ? "missing" : state, attested: last, against };
}

function contractGap(
  { id, kind, isHere }: RegisteredProcessor,
  { state, attested, against }: Contract,
): readonly Gap[] {
  if (isHere || state === "in force") return [];
  const about = `processor/${id} (the contract with this ${kind})`;
  if (state === "contradicted")
    return [
      {
        kind: "attestation-contradicted",
        count: 1,
        entries: [],
        reason: `${about} is attested by ${attested?.owner} (${attested?.id}), and ${objectionWords(against)} attests the contrary: withdraw what is wrong`,
      },
    ];
  return state === "missing" || attested === undefined
    ? [{ kind: "attestation-missing", reason: `nobody attested ${about}`, count: 1, entries: [] }]
    : [
        {
          kind: "attestation-over",
          count: 1,
          entries: [],
          reason: `the attestation ${about} was over at ${momentText(attested.expiresMs)}`,
        },
      ];
}
