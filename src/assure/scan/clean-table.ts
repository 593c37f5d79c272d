// Which contents were clean when they were last looked at: a bounded table of keyed digests, which holds no name and no text.
import { type ReadAs, READ_AS } from "./text-windows.ts";

/** What is said of a clean content: its bytes, how they were read, and whether they are packed in a way that is not opened. */
export type CleanContent = {
  readonly bytes: number;
  readonly readAs: ReadAs;
  readonly isPacked: boolean;
};

/** Bytes of the digest that stands for a content. */
export const CLEAN_DIGEST_BYTES = 16;
/** Contents of one table: those of a tree of 500,000 files, or of a long history. */
export const CLEAN_CONTENTS_MAX = 1024 * 1024;
/** On the disk: a digest, the bytes as 32 bits, and how they were read. In memory a mark of those that were met follows. */
export const CLEAN_RECORD_BYTES = CLEAN_DIGEST_BYTES + 5;
const SLOT_BYTES = 24;
const BYTES_AT = CLEAN_DIGEST_BYTES;
const HOW_AT = BYTES_AT + 4;
const MET_AT = HOW_AT + 1;
const SLOTS_MIN = 1_024;
/** `how` is 0 in an empty slot, else the number of the way of reading, from 1, and this for what is packed. */
const PACKED = 0x40;

/**
 * A table of contents that were clean. Digests are keyed, so that they are spread evenly and nobody chooses where one lies. WHY no
 * `Map`: it takes five times the memory, which a scan of a long history does not have.
 */
export class CleanTable {
  #slots = Buffer.alloc(SLOTS_MIN * SLOT_BYTES);
  #count = 0;
  #isChanged = false;

  /** How many contents it has. */
  get size(): number {
    return this.#count;
  }

  /** Whether it has one that it was not made with. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** What is known of a content; it counts as met then, and is kept longer than others. */
  get(digest: Buffer): CleanContent | undefined {
    const at = this.#slotOf(digest);
    const how = this.#slots[at + HOW_AT] ?? 0;
    const readAs = READ_AS[(how & ~PACKED) - 1];
    if (readAs === undefined) return undefined;
    this.#slots[at + MET_AT] = 1;
    return { bytes: this.#slots.readUInt32LE(at + BYTES_AT), readAs, isPacked: how >= PACKED };
  }

  /** Takes a content. One that is larger than a number of 32 bits is not taken, and none when there are too many. */
  add(digest: Buffer, { bytes, readAs, isPacked }: CleanContent): void {
    if (bytes > 0xffffffff) return;
    this.#put(digest, bytes, {
      how: READ_AS.indexOf(readAs) + 1 + (isPacked ? PACKED : 0),
      met: 1,
    });
    this.#isChanged = true;
  }

  /** The records of a table that was written; those that are none are left out. */
  static read(records: Buffer): CleanTable {
    const table = new CleanTable();
    for (let at = 0; at + CLEAN_RECORD_BYTES <= records.length; at += CLEAN_RECORD_BYTES) {
      const how = records[at + HOW_AT] ?? 0;
      if (READ_AS[(how & ~PACKED) - 1] === undefined) continue;
      const digest = records.subarray(at, at + CLEAN_DIGEST_BYTES);
      table.#put(digest, records.readUInt32LE(at + BYTES_AT), { how, met: 0 });
    }
    return table;
  }

  /** Its records, those first that were met: behind `most` of them the rest is forgotten. */
  write(most = CLEAN_CONTENTS_MAX): Buffer {
    const count = Math.min(most, this.#count);
    const records = Buffer.alloc(count * CLEAN_RECORD_BYTES);
    let to = 0;
    for (const met of [1, 0])
      for (let at = 0; at < this.#slots.length && to < records.length; at += SLOT_BYTES) {
        if (this.#slots[at + HOW_AT] === 0 || this.#slots[at + MET_AT] !== met) continue;
        to += this.#slots.copy(records, to, at, at + CLEAN_RECORD_BYTES);
      }
    return records;
  }

  #put(digest: Buffer, bytes: number, { how, met }: { how: number; met: number }): void {
    if (3 * (this.#count + 1) * SLOT_BYTES > 2 * this.#slots.length) this.#grow();
    const at = this.#slotOf(digest);
    if (this.#slots[at + HOW_AT] === 0) {
      if (this.#count >= CLEAN_CONTENTS_MAX) return;
      this.#count += 1;
      digest.copy(this.#slots, at, 0, CLEAN_DIGEST_BYTES);
    }
    this.#slots.writeUInt32LE(bytes, at + BYTES_AT);
    this.#slots[at + HOW_AT] = how;
    this.#slots[at + MET_AT] = met;
  }

  /** Where a digest lies, or the empty slot where it would: there always is one. */
  #slotOf(digest: Buffer): number {
    const slots = this.#slots.length / SLOT_BYTES;
    for (let slot = digest.readUInt32LE(0) % slots; ; slot = (slot + 1) % slots) {
      const at = slot * SLOT_BYTES;
      if (this.#slots[at + HOW_AT] === 0) return at;
      if (digest.compare(this.#slots, at, at + CLEAN_DIGEST_BYTES) === 0) return at;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = Buffer.alloc(2 * before.length);
    for (let at = 0; at < before.length; at += SLOT_BYTES) {
      if (before[at + HOW_AT] === 0) continue;
      const to = this.#slotOf(before.subarray(at, at + CLEAN_DIGEST_BYTES));
      before.copy(this.#slots, to, at, at + SLOT_BYTES);
    }
  }
}
