// Objects of a repository, read from loose files and packs within bounds. Formats as in gitformat-pack(5); SHA-1 only.
import { type FileHandle, open, readdir } from "node:fs/promises";
import { inflateSync } from "node:zlib";
import { joinPath } from "#base/path.ts";
import { openFlags } from "#platform/open-flags.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";

/** Bytes of one commit or tree; a larger one is not read. */
const OBJECT_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes that zlib may add to what it cannot make smaller, and those of an entry's head. */
const OVERHEAD_BYTES = 256;
/** Length of a chain of differences. */
const DELTAS_MAX = 64;
/** Packs looked into, and stores of objects that one names as further ones. */
const PACKS_MAX = 256;
const STORES_MAX = 8;
const HASH_BYTES = 20;

export type ObjectType = "commit" | "tree" | "blob" | "tag";
export type GitObject = { readonly type: ObjectType; readonly body: Buffer };

/** Reads objects of one repository, each once. */
export type ObjectReader = {
  /** Undefined where it is missing, too large or damaged. */
  read(name: string): Promise<GitObject | undefined>;
  /** Names that begin like this, of four digits or more; at most two. */
  complete(prefix: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type ObjectBounds = {
  readonly objectsMax: number;
  readonly expired: () => boolean;
  readonly memory?: ObjectMemory;
};

/**
 * Objects read before, by the directory they are in and their name: what has a name never changes. WHY the directory: nothing
 * is checked against its name, so one repository must not speak for another.
 */
export type ObjectMemory = {
  get(directory: string, name: string): GitObject | undefined;
  set(directory: string, name: string, object: GitObject): void;
};

/** A memory of at most that many bytes; then it begins anew. */
export function createObjectMemory(bytesMax: number): ObjectMemory {
  const known = new Map<string, GitObject>();
  let bytes = 0;
  return {
    get: (directory, name) => known.get(`${directory}:${name}`),
    set(directory, name, { type, body }) {
      if (type === "blob" || body.length * 8 > bytesMax) return;
      if (bytes + body.length > bytesMax) {
        known.clear();
        bytes = 0;
      }
      bytes += body.length + directory.length + name.length;
      // WHY a copy: what was cut out of a larger buffer would keep all of it.
      known.set(`${directory}:${name}`, { type, body: Buffer.from(body) });
    },
  };
}

/** Opens the objects below `directory` (`.git/objects`); at most `objectsMax` are read, and none once `expired` says so. */
export async function openObjects(
  directory: string,
  { objectsMax, expired, memory }: ObjectBounds,
): Promise<ObjectReader> {
  const stores = await storesOf(directory);
  // WHY not at once: what was committed last lies in files of its own.
  let opened: Promise<readonly Pack[]> | undefined;
  const packsOf = (): Promise<readonly Pack[]> => (opened ??= openPacks(stores));
  const known = new Map<string, Promise<GitObject | undefined>>();
  let left = objectsMax;
  const find = async (name: string): Promise<GitObject | undefined> => {
    for (const store of stores) {
      const loose = await readLoose(store, name);
      if (loose !== undefined) return loose;
    }
    for (const pack of await packsOf()) {
      const offset = await offsetIn(pack, name);
      if (offset !== undefined) return readPacked(pack, offset, read, DELTAS_MAX);
    }
    return undefined;
  };
  const read = (name: string): Promise<GitObject | undefined> => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    const remembered = memory?.get(directory, name);
    if (remembered !== undefined) return Promise.resolve(remembered);
    left -= 1;
    const found =
      left < 0 || expired() ? Promise.resolve(undefined) : find(name).catch(() => undefined);
    known.set(name, found);
    void found.then((object) => object && memory?.set(directory, name, object));
    return found;
  };
  return {
    read,
    complete: async (prefix) => completions(prefix, stores, await packsOf()),
    close: async () => {
      const packs = (await opened) ?? [];
      await Promise.all(packs.flatMap(({ index, data }) => [index.close(), data.close()]));
    },
  };
}

/** The directory itself, and those that its list of alternates names. */
async function storesOf(directory: string): Promise<readonly string[]> {
  const stores = [directory];
  for (let at = 0; at < stores.length && stores.length < STORES_MAX; at++) {
    const store = stores[at] ?? directory;
    const list = await readRegularFile(joinPath(store, "info/alternates"), 64 * 1024);
    const lines = list === undefined ? [] : new TextDecoder().decode(list.bytes).split("\n");
    for (const line of lines) {
      if (line === "" || line.startsWith("#") || line.startsWith('"')) continue;
      const other = joinPath(store, line);
      if (!stores.includes(other)) stores.push(other);
    }
  }
  return stores.slice(0, STORES_MAX);
}

async function readLoose(store: string, name: string): Promise<GitObject | undefined> {
  const path = `${store}/${name.slice(0, 2)}/${name.slice(2)}`;
  const file = await readRegularFile(path, OBJECT_BYTES_MAX);
  if (file === undefined || !file.complete) return undefined;
  const bytes = inflateSync(file.bytes, { maxOutputLength: OBJECT_BYTES_MAX });
  const nul = bytes.indexOf(0);
  const head = /^(commit|tree|blob|tag) (\d+)$/.exec(bytes.toString("latin1", 0, nul));
  const body = bytes.subarray(nul + 1);
  if (head === null || Number(head[2]) !== body.length) return undefined;
  return { type: asType(head[1] ?? ""), body };
}

function asType(word: string): ObjectType {
  return word === "commit" || word === "tree" || word === "tag" ? word : "blob";
}

/** A pack with its index, version 2, both open. */
type Pack = {
  readonly index: FileHandle;
  readonly data: FileHandle;
  /** Objects whose name begins with a byte up to this one, for each byte. */
  readonly fanout: readonly number[];
};

async function openPacks(stores: readonly string[]): Promise<readonly Pack[]> {
  const packs: Pack[] = [];
  for (const store of stores) {
    const folder = joinPath(store, "pack");
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((one) => /^pack-[0-9a-f]+\.idx$/.test(one))) {
      if (packs.length >= PACKS_MAX) return packs;
      const pack = await openPack(joinPath(folder, name)).catch(() => undefined);
      if (pack !== undefined) packs.push(pack);
    }
  }
  return packs;
}

async function openPack(path: string): Promise<Pack | undefined> {
  const index = await open(path, openFlags.readAny);
  const head = await readAt(index, 0, 8 + 256 * 4);
  const isKnown = head.length === 8 + 256 * 4 && head.readUInt32BE(0) === 0xff744f63;
  if (!isKnown || head.readUInt32BE(4) !== 2) {
    await index.close();
    return undefined;
  }
  const fanout = Array.from({ length: 256 }, (_, at) => head.readUInt32BE(8 + at * 4));
  const data = await open(path.replace(/idx$/, "pack"), openFlags.readAny).catch(async () => {
    await index.close();
    throw new Error("a pack without its data");
  });
  return { index, data, fanout };
}

/** Names in a pack that begin with this byte, one after the other, and the number of the first. */
async function namesFrom(
  { index, fanout }: Pack,
  byte: number,
): Promise<{ readonly names: Buffer; readonly first: number }> {
  const first = byte === 0 ? 0 : (fanout[byte - 1] ?? 0);
  const count = Math.max(0, (fanout[byte] ?? 0) - first);
  const length = Math.min(count * HASH_BYTES, OBJECT_BYTES_MAX);
  return { names: await readAt(index, 8 + 256 * 4 + first * HASH_BYTES, length), first };
}

/** Where in a pack an object begins. */
async function offsetIn(pack: Pack, name: string): Promise<number | undefined> {
  const wanted = Buffer.from(name, "hex");
  if (wanted.length !== HASH_BYTES) return undefined;
  const { names, first } = await namesFrom(pack, wanted[0] ?? 0);
  let low = 0;
  let high = Math.floor(names.length / HASH_BYTES);
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = names.compare(
      wanted,
      0,
      HASH_BYTES,
      middle * HASH_BYTES,
      (middle + 1) * HASH_BYTES,
    );
    if (order === 0) return placeOf(pack, first + middle);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

async function placeOf({ index, fanout }: Pack, number: number): Promise<number | undefined> {
  const total = fanout[255] ?? 0;
  const offsets = 8 + 256 * 4 + total * (HASH_BYTES + 4);
  const small = await readAt(index, offsets + number * 4, 4);
  if (small.length < 4) return undefined;
  const value = small.readUInt32BE(0);
  if (value < 0x8000_0000) return value;
  const large = await readAt(index, offsets + total * 4 + (value - 0x8000_0000) * 8, 8);
  return large.length < 8 ? undefined : Number(large.readBigUInt64BE(0));
}

const PACKED_TYPES: Readonly<Record<number, ObjectType>> = {
  1: "commit",
  2: "tree",
  3: "blob",
  4: "tag",
};
const OFFSET_DELTA = 6;
const NAME_DELTA = 7;

async function readPacked(
  pack: Pack,
  offset: number,
  read: ObjectReader["read"],
  deltasLeft: number,
): Promise<GitObject | undefined> {
  const head = await readAt(pack.data, offset, 64);
  let at = 0;
  let byte = head[at++] ?? 0;
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let shift = 4; (byte & 0x80) !== 0 && at < 12; shift += 7) {
    byte = head[at++] ?? 0;
    size += (byte & 0x7f) * 2 ** shift;
  }
  if (size > OBJECT_BYTES_MAX || deltasLeft <= 0) return undefined;
  let base: Promise<GitObject | undefined> | undefined;
  if (kind === OFFSET_DELTA) {
    byte = head[at++] ?? 0;
    let back = byte & 0x7f;
    while ((byte & 0x80) !== 0 && at < 24) {
      byte = head[at++] ?? 0;
      back = (back + 1) * 128 + (byte & 0x7f);
    }
    if (back <= 0 || back > offset) return undefined;
    base = readPacked(pack, offset - back, read, deltasLeft - 1);
  } else if (kind === NAME_DELTA) {
    base = read(head.toString("hex", at, at + HASH_BYTES));
    at += HASH_BYTES;
  }
  const packed = await readAt(pack.data, offset + at, size + (size >> 8) + OVERHEAD_BYTES);
  const bytes = inflateSync(packed, { maxOutputLength: size + 1 });
  if (bytes.length !== size) return undefined;
  if (base === undefined) {
    const type = PACKED_TYPES[kind];
    return type && { type, body: bytes };
  }
  const known = await base;
  const body = known && applyDelta(known.body, bytes);
  return known && body && { type: known.type, body };
}

/** What a list of copies and insertions makes of its base; undefined where it is damaged. */
export function applyDelta(base: Buffer, delta: Buffer): Buffer | undefined {
  let at = 0;
  const readSize = (): number => {
    let value = 0;
    for (let shift = 0; at < delta.length && shift < 42; shift += 7) {
      const byte = delta[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    return value;
  };
  const baseSize = readSize();
  const size = readSize();
  if (baseSize !== base.length || size > OBJECT_BYTES_MAX) return undefined;
  const result = Buffer.alloc(size);
  let filled = 0;
  while (at < delta.length) {
    const order = delta[at++] ?? 0;
    if (order === 0) return undefined;
    let start = 0;
    let length = order;
    let source = delta;
    if ((order & 0x80) === 0) {
      start = at;
      at += length;
    } else {
      source = base;
      length = 0;
      for (let bit = 0; bit < 4; bit++)
        if ((order & (1 << bit)) !== 0) start += (delta[at++] ?? 0) * 2 ** (8 * bit);
      for (let bit = 0; bit < 3; bit++)
        if ((order & (0x10 << bit)) !== 0) length += (delta[at++] ?? 0) * 2 ** (8 * bit);
      if (length === 0) length = 0x10000;
    }
    if (start + length > source.length || filled + length > size) return undefined;
    source.copy(result, filled, start, start + length);
    filled += length;
  }
  return filled === size ? result : undefined;
}

async function completions(
  prefix: string,
  stores: readonly string[],
  packs: readonly Pack[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const store of stores) {
    const rest = await readdir(joinPath(store, prefix.slice(0, 2))).catch(() => []);
    for (const name of rest)
      if (name.startsWith(prefix.slice(2))) found.add(prefix.slice(0, 2) + name);
  }
  for (const pack of packs) {
    const { names } = await namesFrom(pack, Number.parseInt(prefix.slice(0, 2), 16));
    for (let at = 0; at + HASH_BYTES <= names.length && found.size < 2; at += HASH_BYTES) {
      const name = names.toString("hex", at, at + HASH_BYTES);
      if (name.startsWith(prefix)) found.add(name);
    }
  }
  return [...found].slice(0, 2);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
