// Reads protobuf's wire format, total on any bytes: what does not fit ends the reading and is told once for the whole message.

/** Whether anything of a message could not be read; shared by the readers of its parts. */
type Standing = { isBroken: boolean };

const VARINT_BYTES_MAX = 10;
const TWO_TO_THE_32 = 2 ** 32;

/**
 * A reader over one message. Loop with `next`, look at `field` and `wire`, then take the value with exactly one call, or
 * `skip` it. INVARIANT: nothing beyond `end` is read, and each call of `next` goes forward, so that every loop ends.
 * Format: protobuf.dev/programming-guides/encoding.
 */
export class WireReader {
  /** Number of the field that `next` came to. */
  field = 0;
  /** Its wire type. */
  wire = 0;
  private at: number;
  private readonly bytes: Buffer;
  private readonly end: number;
  private readonly standing: Standing;

  constructor(
    bytes: Buffer,
    start = 0,
    end: number = bytes.length,
    standing: Standing = { isBroken: false },
  ) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.standing = standing;
  }

  /** True when some part of the whole message could not be read. */
  get isBroken(): boolean {
    return this.standing.isBroken;
  }

  /** Goes to the next field; false at the end, and once anything was broken. */
  next(): boolean {
    if (this.standing.isBroken || this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field < 1 || tag >= TWO_TO_THE_32) this.break();
    return !this.standing.isBroken;
  }

  /** A varint as a signed 64-bit number; past 2^53 it is rounded. */
  varint(): number {
    const start = this.at;
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= VARINT_BYTES_MAX && this.at < this.end; count++) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      // Only a number with its highest bit, a negative one, has ten bytes.
      if (byte < 0x80) return count < VARINT_BYTES_MAX ? value : this.longVarint(start);
      scale *= 128;
    }
    this.break();
    return 0;
  }

  private longVarint(start: number): number {
    let value = 0n;
    for (let at = this.at - 1; at >= start; at--)
      value = (value << 7n) | BigInt((this.bytes[at] ?? 0) & 0x7f);
    return Number(BigInt.asIntN(64, value));
  }

  /** Eight bytes as an unsigned number; past 2^53 it is rounded. */
  fixed64(): number {
    const at = this.take(8);
    if (at < 0) return 0;
    return this.bytes.readUInt32LE(at) + this.bytes.readUInt32LE(at + 4) * TWO_TO_THE_32;
  }

  /** Eight bytes as a signed number. */
  signed64(): number {
    const at = this.take(8);
    if (at < 0) return 0;
    return this.bytes.readUInt32LE(at) + this.bytes.readInt32LE(at + 4) * TWO_TO_THE_32;
  }

  /** Eight bytes as a double. */
  double(): number {
    const at = this.take(8);
    return at < 0 ? 0 : this.bytes.readDoubleLE(at);
  }

  /** The text of a length-delimited field. Only the first `bytesMax` bytes become a string. */
  text(bytesMax: number): string {
    const length = this.length();
    const at = this.take(length);
    return at < 0 ? "" : this.bytes.toString("utf8", at, at + Math.min(length, bytesMax));
  }

  /** A reader over a message inside this one. */
  message(): WireReader {
    const length = this.length();
    const at = this.take(length);
    const start = at < 0 ? this.end : at;
    return new WireReader(this.bytes, start, at < 0 ? start : at + length, this.standing);
  }

  /** Goes past the value. Groups, which protobuf gave up, break the message. */
  skip(): void {
    if (this.wire === 0) this.varint();
    else if (this.wire === 1) this.take(8);
    else if (this.wire === 2) this.take(this.length());
    else if (this.wire === 5) this.take(4);
    else this.break();
  }

  /** The same message once more from its start; what it holds may stand in any order. */
  again(start: number): WireReader {
    return new WireReader(this.bytes, start, this.end, this.standing);
  }

  /** Where the reader stands. */
  get place(): number {
    return this.at;
  }

  private length(): number {
    const length = this.varint();
    if (length < 0) this.break();
    return length;
  }

  /** The place of so many bytes, past which the reader goes; -1 where they are not there. */
  private take(count: number): number {
    if (this.standing.isBroken || count > this.end - this.at) {
      this.break();
      return -1;
    }
    const at = this.at;
    this.at += count;
    return at;
  }

  private break(): void {
    this.standing.isBroken = true;
  }
}
