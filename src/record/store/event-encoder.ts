// From an audit event to the bytes of its leaf: stamps new events and seals each under the key of the person whose data it holds.
import type { Clock } from "#base/clock.ts";
import { type AuditEvent, type EventStamp, personOf, type Submitter } from "../event/event.ts";
import { markUnder } from "../event/value-mark.ts";
import {
  createLeafEncoder,
  eventTimeMs,
  type JsonObject,
  type LeafContent,
  makeEventId,
} from "../log/leaf.ts";
import { NONCE_BYTES, type Subject } from "../log/subject.ts";
import type { EventKeys } from "./keys.ts";
import { TEXT_DAY } from "./opened-leaf.ts";
import { textDayOf, type TextKeys } from "./text-keys.ts";

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
  const { installSubject, people, texts, digest } = keys;
  const subjectOf = (person: string | undefined) =>
    person === undefined || person === "" ? installSubject : people.subjectOf(person);
  const mark = markUnder(installSubject);
  const encodeLeaf = createLeafEncoder(() => random(NONCE_BYTES));
  return {
    stamp(submitter) {
      const timeMs = clock.nowMs();
      const id = makeEventId(timeMs, random(10));
      return {
        id,
        timeMs,
        product,
        submitter,
        digest,
        mark,
        pseudonym: (domain, text, person) => subjectOf(person).pseudonym(domain, text),
      };
    },
    encode(event) {
      const { id, metadata, sealed } = event;
      const sections =
        sealed === undefined ? [] : sectionsOf(id, sealed, subjectOf(personOf(sealed)), texts);
      return encodeLeaf({ id, metadata, sections });
    },
  };
}

/** What stands for a text whose key could not be made: under the person's key it would live longer than was ordered. */
const LEFT_OUT = { text: "(left out: the key of its text could not be written)" };

/** The sealed fields under the person's key, and in a section of its own what was said, under the key of that day besides. */
function sectionsOf(
  id: string,
  sealed: JsonObject,
  subject: Subject,
  texts: TextKeys,
): LeafContent["sections"] {
  const { readable, ...content } = sealed;
  if (readable === undefined) return [{ subject, content: sealed }];
  const timeMs = eventTimeMs(id);
  const own = texts.forNew(subject, timeMs);
  if (own === undefined) return [{ subject, content: { ...content, readable: LEFT_OUT } }];
  const isOther = own.day !== textDayOf(timeMs);
  return [
    { subject, content: isOther ? { ...content, [TEXT_DAY]: own.day } : content },
    { subject: own.subject, content: { readable } },
  ];
}
