// Archives opened within bounds: gzip, tar and zip, one in another to a depth; whatever is not seen is told.
import { constants, gunzipSync } from "node:zlib";
import {
  ARCHIVE_DEPTH_MAX,
  ARCHIVE_ENTRIES_MAX,
  ARCHIVE_NAME_CHARS_MAX,
  ARCHIVE_UNPACKED_BYTES_MAX,
} from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import { type Entry, inflated, unpackedMax, unseen } from "./entry.ts";
import { isTar, tarEntries } from "./tar.ts";
import { isZip, zipEntries } from "./zip.ts";

/** Bytes from which the kind of a file shows. */
export const KIND_BYTES = 512;

export type ArchiveKind = "gzip" | "tar" | "zip";

/** What a file is by its first bytes, whatever its name. */
export function archiveKind(start: Buffer): ArchiveKind | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b && start[2] === 8) return "gzip";
  if (isZip(start)) return "zip";
  return isTar(start) ? "tar" : undefined;
}

/** First bytes of what is packed and not opened here, for Node 20 has no program for it: bzip2, xz, Zstandard, 7z, RAR, LZ4. */
const PACKED: readonly Buffer[] = [
  Buffer.from("BZh", "latin1"),
  Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  Buffer.from("Rar!\u001a\u0007", "latin1"),
  Buffer.from([0x04, 0x22, 0x4d, 0x18]),
];
/** A bzip2 file goes on with the mark of its first block, or of its end, behind the size of blocks. */
const BZIP2_BLOCKS = [Buffer.from("314159265359", "hex"), Buffer.from("177245385090", "hex")];

/** Whether a file is packed in a way that is only named, by its first bytes. */
export function isPackedOtherwise(start: Buffer): boolean {
  const mark = PACKED.findIndex((one) => start.subarray(0, one.length).equals(one));
  if (mark !== 0) return mark > 0;
  return BZIP2_BLOCKS.some((block) => start.subarray(4, 10).equals(block));
}

/** Takes what is in an archive. `within` are the names from the outermost archive to the file, made fit to be shown. */
export type ArchiveSink = {
  file(within: readonly string[], bytes: Buffer): void;
  notLookedAt(within: readonly string[], why: string): void;
};

/** Hands on every file of an archive, and everything of it that was not seen. `name` is the archive's own. Never throws for what it holds. */
export function openArchive(
  {
    bytes,
    kind,
    name,
  }: { readonly bytes: Buffer; readonly kind: ArchiveKind; readonly name: string },
  sink: ArchiveSink,
): void {
  const budget = { entries: ARCHIVE_ENTRIES_MAX, bytes: ARCHIVE_UNPACKED_BYTES_MAX };
  const open = (inner: Buffer, of: ArchiveKind, within: readonly string[], own: string): void => {
    for (const entry of entriesOf(inner, of, own)) {
      budget.entries -= 1;
      if (budget.entries < 0) {
        sink.notLookedAt(within, `it has more than ${ARCHIVE_ENTRIES_MAX} entries`);
        return;
      }
      const path = entry.name === undefined ? within : [...within, shownName(entry.name)];
      if (entry.kind === "unseen") {
        sink.notLookedAt(path, entry.why);
        continue;
      }
      const { bytes: unpacked, why } = entry.unpack();
      budget.bytes -= unpacked.length;
      if (budget.bytes < 0) {
        sink.notLookedAt(within, "it unpacks to more than is looked at");
        return;
      }
      if (why !== undefined) sink.notLookedAt(path, why);
      if (unpacked.length === 0) continue;
      const next = archiveKind(unpacked.subarray(0, KIND_BYTES));
      if (next === undefined) sink.file(path, unpacked);
      // A packed tar is one archive for people.
      else if (next === "tar" && of === "gzip") open(unpacked, next, within, own);
      else if (path.length < ARCHIVE_DEPTH_MAX) open(unpacked, next, path, entry.name);
      else sink.notLookedAt(path, `it is an archive in ${ARCHIVE_DEPTH_MAX} others`);
    }
  };
  open(bytes, kind, [], name);
}

function entriesOf(bytes: Buffer, kind: ArchiveKind, name: string): Iterable<Entry> {
  switch (kind) {
    case "zip":
      return zipEntries(bytes);
    case "tar":
      return tarEntries(bytes);
    case "gzip":
      return gzipEntry(bytes, name);
    default:
      return kind satisfies never;
  }
}

/** The one file of a gzip file (RFC 1952) is called as it is without its ending. */
function* gzipEntry(bytes: Buffer, name: string): Generator<Entry> {
  const own = name.slice(name.lastIndexOf("/") + 1).replace(/\.(?:gz|tgz)$/i, "");
  const maxOutputLength = unpackedMax(bytes.length);
  const whole = inflated(() => gunzipSync(bytes, { maxOutputLength }));
  if (whole.why === undefined) {
    yield { kind: "file", name: own, unpack: () => whole };
    return;
  }
  // What comes before the damage is a text like any other.
  const start = inflated(() =>
    gunzipSync(bytes, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH }),
  );
  if (start.bytes.length === 0) yield unseen(own, whole.why);
  else yield { kind: "file", name: own, unpack: () => ({ ...whole, bytes: start.bytes }) };
}

/** A name of a stranger: without what a terminal would heed, and not endless. */
function shownName(name: string): string {
  const cut =
    name.length > ARCHIVE_NAME_CHARS_MAX ? `${name.slice(0, ARCHIVE_NAME_CHARS_MAX)}…` : name;
  return printable(cut);
}
