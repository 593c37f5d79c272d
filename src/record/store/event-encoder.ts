// From an audit event to the bytes of its leaf: stamps new events and seals each under the key of the person whose data it holds.
import type { Clock } from "#base/clock.ts";
import { type AuditEvent, type EventStamp, personOf, type Submitter } from "../event/event.ts";
import { markUnder } from "../event/value-mark.ts";
import { createLeafEncoder, makeEventId } from "../log/leaf.ts";
import { NONCE_BYTES } from "../log/subject.ts";
import type { EventKeys } from "./keys.ts";

export type EventEncoder = {
  /** Identity, time and keyed digests for a new event. */
  stamp(submitter: Submitter): EventStamp;
  /** The bytes of the event's leaf. Throws when it would not fit a bundle. */
  encode(event: AuditEvent): Uint8Array;
};

/** Builds an encoder; `random` gives fresh random bytes, `product` is the version recorded in each event. */
export function createEventEncoder(options: {
  readonly keys: EventKeys;
  readonly clock: Clock;
  readonly product: string;
  readonly random: (count: number) => Uint8Array;
}): EventEncoder {
  const { keys, clock, product, random } = options;
  const { installSubject, people, digest } = keys;
  const subjectOf = (person: string | undefined) =>
    person === undefined || person === "" ? installSubject : people.subjectOf(person);
  const mark = markUnder(installSubject);
  const encodeLeaf = createLeafEncoder(() => random(NONCE_BYTES));
  return {
    stamp(submitter) {
      const timeMs = clock.nowMs();
      const id = makeEventId(timeMs, random(10));
      return {
        ...{ id, timeMs, product, submitter, digest, mark },
        pseudonym: (domain, text, person) => subjectOf(person).pseudonym(domain, text),
      };
    },
    encode(event) {
      const { id, metadata, sealed } = event;
      const sections =
        sealed === undefined ? [] : [{ subject: subjectOf(personOf(sealed)), content: sealed }];
      return encodeLeaf({ id, metadata, sections });
    },
  };
}
