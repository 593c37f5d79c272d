// Records of a session as bytes of its file, each sealed, one behind the other.
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { NONCE_BYTES, type Subject, SUBJECT_ID_BYTES, TAG_BYTES } from "#record/log/subject.ts";
import { recordSchema, type SessionRecord } from "./session-record.ts";

const RECORD_BYTES_MAX = 1024 * 1024;

const ADDITIONAL = Buffer.from("sallyport/session-state/v1\0", "latin1");

/** Record: u32 length, event id (16 random bytes), nonce, sealed JSON. */
export function sealRecord(record: SessionRecord, subject: Subject): Buffer {
  const eventId = randomBytes(SUBJECT_ID_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const plain = Buffer.from(JSON.stringify(record), "utf8");
  const sealed = subject.seal({ eventId, index: 0, additional: ADDITIONAL }, nonce, plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(eventId.length + nonce.length + sealed.length);
  return Buffer.concat([length, eventId, nonce, sealed]);
}

/** The records of a file, and whether all of it could be read; what stands behind a damaged one is not read. */
export function unsealRecords(
  bytes: Buffer,
  subject: Subject,
): { readonly records: readonly SessionRecord[]; readonly isWhole: boolean } {
  const records: SessionRecord[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const record =
      end > bytes.length ? undefined : openRecord(bytes.subarray(at + 4, end), subject);
    if (record === undefined) return { records, isWhole: false };
    records.push(record);
    at = end;
  }
  return { records, isWhole: at === bytes.length };
}

function openRecord(bytes: Buffer, subject: Subject): SessionRecord | undefined {
  const head = SUBJECT_ID_BYTES + NONCE_BYTES;
  if (bytes.length < head + TAG_BYTES || bytes.length > RECORD_BYTES_MAX) return undefined;
  const eventId = bytes.subarray(0, SUBJECT_ID_BYTES);
  const place = { eventId, index: 0, additional: ADDITIONAL };
  const plain = subject.open(place, bytes.subarray(SUBJECT_ID_BYTES, head), bytes.subarray(head));
  if (plain === undefined) return undefined;
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(Buffer.from(plain).toString("utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
