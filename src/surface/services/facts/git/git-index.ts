// Git's index, read as bytes: which files a repository follows. Format as in gitformat-index(5), versions 2, 3 and 4.

/** Entries read of one index; one with more is not known. */
const ENTRIES_MAX = 1_000_000;
/** Characters of one name. */
const NAME_BYTES_MAX = 4096;

/** One file of the index, or a directory of which only the name of its tree is known (a sparse index). */
export type IndexEntry = {
  /** From the root of the working tree. Bytes that are no UTF-8 come out as U+FFFD. */
  readonly name: string;
  /** Name of the object with its content, in hex. */
  readonly object: string;
  /** Type and rights; see `typeOf`. */
  readonly mode: number;
  /** What the file was when the two were compared last: bytes modulo 2^32, and when it and its entry were changed. */
  readonly size: number;
  readonly modified: Moment;
  readonly changed: Moment;
  /** 0 for what is merged, else the side of a conflict. */
  readonly stage: number;
  /** Git was told not to look at the file on disk. */
  readonly isAssumed: boolean;
};

/** A time as the index keeps it. */
export type Moment = { readonly seconds: number; readonly nanoseconds: number };

const TYPE_MASK = 0o170000;
const TYPES: Readonly<Record<number, "file" | "link" | "module" | "directory">> = {
  0o100000: "file",
  0o120000: "link",
  0o160000: "module",
  0o040000: "directory",
};

/** What an entry is: a file, a symlink, another repository, or a directory of a sparse index. */
export function typeOf({
  mode,
}: Pick<IndexEntry, "mode">): "file" | "link" | "module" | "directory" {
  return TYPES[mode & TYPE_MASK] ?? "file";
}

/**
 * The entries that are wanted, each asked about by its name and mode. Undefined where the file is malformed, has more entries
 * than are read, or lies in several files (a split index). `hashBytes` is 20, or 32 in a repository of SHA-256.
 */
export function readIndex(
  bytes: Buffer,
  hashBytes: number,
  isWanted: (name: string, mode: number) => boolean,
): readonly IndexEntry[] | undefined {
  if (bytes.length < 12 + hashBytes || bytes.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const entries: IndexEntry[] = [];
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (version < 2 || version > 4 || count > ENTRIES_MAX) return undefined;
  const end = bytes.length - hashBytes;
  let at = 12;
  let previous: Buffer = Buffer.alloc(0);
  for (let number = 0; number < count; number++) {
    const start = at;
    const hashAt = start + 40;
    const flagsAt = hashAt + hashBytes;
    if (flagsAt + 4 > end) return undefined;
    const flags = bytes.readUInt16BE(flagsAt);
    const isExtended = (flags & 0x4000) !== 0;
    if (isExtended && version === 2) return undefined;
    const more = isExtended ? bytes.readUInt16BE(flagsAt + 2) : 0;
    at = flagsAt + (isExtended ? 4 : 2);
    let name: Buffer;
    if (version === 4) {
      const strip = readOffset(bytes, at, end);
      if (strip === undefined || strip.value > previous.length) return undefined;
      const nul = bytes.indexOf(0, strip.end);
      if (nul < 0 || nul >= end) return undefined;
      const kept = previous.subarray(0, previous.length - strip.value);
      if (kept.length + nul - strip.end > NAME_BYTES_MAX) return undefined;
      name = Buffer.concat([kept, bytes.subarray(strip.end, nul)]);
      at = nul + 1;
      previous = name;
    } else {
      const nul = bytes.indexOf(0, at);
      if (nul < 0 || nul >= end || nul - at > NAME_BYTES_MAX) return undefined;
      name = bytes.subarray(at, nul);
      // One to eight bytes of nothing, so that the next entry begins at a multiple of eight.
      at = nul + 8 - ((nul - start) % 8);
    }
    const text = name.toString("utf8");
    const mode = bytes.readUInt32BE(start + 24);
    if (!isWanted(text, mode)) continue;
    entries.push({
      name: text,
      object: bytes.toString("hex", hashAt, flagsAt),
      mode,
      size: bytes.readUInt32BE(start + 36),
      changed: momentAt(bytes, start),
      modified: momentAt(bytes, start + 8),
      stage: (flags >> 12) & 3,
      isAssumed: (flags & 0x8000) !== 0 || (more & 0x4000) !== 0,
    });
  }
  return areExtensionsKnown(bytes, at, end) ? entries : undefined;
}

function momentAt(bytes: Buffer, at: number): Moment {
  return { seconds: bytes.readUInt32BE(at), nanoseconds: bytes.readUInt32BE(at + 4) };
}

/**
 * Names of the trees that directories of the index stand for, by their paths from the root (the root itself is empty), as far
 * as git noted them. `hashBytes` as for `readIndex`.
 */
export function readKnownTrees(bytes: Buffer, hashBytes: number): ReadonlyMap<string, string> {
  const trees = new Map<string, string>();
  const end = bytes.length - hashBytes;
  // The extension is looked for from its end: it says how long it is, and nothing else in the file is that long there.
  let at = bytes.lastIndexOf("TREE", end, "latin1");
  while (at > 0 && at + 8 <= end && !isExtensionAt(bytes, at, end))
    at = bytes.lastIndexOf("TREE", at - 1, "latin1");
  if (at <= 0) return trees;
  const stop = at + 8 + bytes.readUInt32BE(at + 4);
  at += 8;
  const open: { path: string; left: number }[] = [];
  while (at < stop) {
    const nul = bytes.indexOf(0, at);
    const line = bytes.indexOf(0x0a, nul);
    if (nul < 0 || line < 0 || line > stop) return new Map();
    const [count = NaN, below = NaN] = bytes
      .toString("latin1", nul + 1, line)
      .split(" ")
      .map(Number);
    if (Number.isNaN(count) || Number.isNaN(below) || below < 0) return new Map();
    while (open.length > 0 && open.at(-1)?.left === 0) open.pop();
    const parent = open.at(-1);
    if (parent !== undefined) parent.left -= 1;
    const name = bytes.toString("utf8", at, nul);
    const path = parent === undefined || parent.path === "" ? name : `${parent.path}/${name}`;
    at = line + 1;
    if (count >= 0) {
      trees.set(path, bytes.toString("hex", at, at + hashBytes));
      at += hashBytes;
    }
    open.push({ path, left: below });
  }
  return trees;
}

/** Whether extensions follow each other from here to the end. */
function isExtensionAt(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at + 8 <= end) {
    if (!/^[A-Za-z]{4}$/.test(bytes.toString("latin1", at, at + 4))) return false;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return at === end;
}

/** Git's variable-length number: seven bits a byte, each continuation adding one. */
function readOffset(
  bytes: Buffer,
  from: number,
  end: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from; at < end && at < from + 5; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, end: at + 1 };
    value += 1;
  }
  return undefined;
}

/** An extension in small letters changes what the entries mean; of those only that of sparse directories is understood. */
function areExtensionsKnown(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at + 8 <= end) {
    const signature = bytes.toString("latin1", at, at + 4);
    if (!/^[A-Z]/.test(signature) && signature !== "sdir") return false;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return at === end;
}
