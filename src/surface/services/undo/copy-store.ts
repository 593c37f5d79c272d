// Copies of contents, sealed and named by a keyed digest: what a file of a project held before and after a call.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Copies of one project, by name. */
export type CopyStore = {
  /** Keeps a content of one part and gives its name: the same one for the same content. */
  put(bytes: Uint8Array): string;
  /** The content of a copy; undefined where a part of it is gone or was changed by somebody. */
  get(copy: string): Buffer | undefined;
  /** Whether all parts of a copy are there, whole. */
  holds(copy: string): boolean;
  /** Removes copies that nothing names any more, and gives the bytes of those that stay. */
  sweep(isNamed: (name: string) => boolean, olderThanMs: number): number;
  /** A text as it is kept in a file of its own. */
  seal(text: string): Buffer;
  open(bytes: Buffer): string | undefined;
};

/** Bytes of one part: a larger content is kept in several, so that what changed in it is all that is kept again. */
export const PART_BYTES = 4 * 1024 * 1024;

/** The name of a copy in several parts, and the parts of a copy. */
export const copyOf = (parts: readonly string[]): string => parts.join(".");
export const partsOf = (copy: string): readonly string[] => copy.split(".");

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NAME = /^[0-9a-f]{40}$/;
export const UNDO_KEY_BYTES = 32;

/** The store in a directory. Nothing is written before the first copy. */
export function openCopyStore(directory: string, key: Uint8Array): CopyStore {
  const derived = (use: string): Buffer =>
    Buffer.from(hkdfSync("sha256", key, "", `sallyport/undo/v1/${use}`, 32));
  const [naming, sealing] = [derived("name"), derived("seal")];
  const folderOf = (name: string): string => join(directory, name.slice(0, 2));
  const sealBytes = (bytes: Uint8Array): Buffer => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", sealing, nonce);
    const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  };
  const openBytes = (sealed: Buffer): Buffer | undefined => {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const cipher = createDecipheriv("aes-256-gcm", sealing, sealed.subarray(0, NONCE_BYTES));
      cipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([cipher.update(body), cipher.final()]);
    } catch {
      return undefined;
    }
  };
  const getPart = (name: string): Buffer | undefined => {
    if (!NAME.test(name)) return undefined;
    try {
      const bytes = openBytes(readFileSync(join(folderOf(name), name)));
      return bytes !== undefined && nameOf(bytes) === name ? bytes : undefined;
    } catch {
      return undefined;
    }
  };
  const nameOf = (bytes: Uint8Array): string =>
    createHmac("sha256", naming).update(bytes).digest("hex").slice(0, 40);
  return {
    put(bytes) {
      const name = nameOf(bytes);
      const path = join(folderOf(name), name);
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
        // WHY: what was named again is young again, and is not swept before its record is written.
        const now = new Date();
        utimesSync(path, now, now);
        return name;
      }
      mkdirSync(folderOf(name), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      // WHY not flushed: a copy that a crash tore does not open, and is told to be gone.
      writeFileSync(temporary, sealBytes(bytes), { mode: 0o600, flag: "wx" });
      renameSync(temporary, path);
      return name;
    },
    get(copy) {
      const parts = partsOf(copy).map(getPart);
      const there = parts.filter((part) => part !== undefined);
      return there.length === parts.length ? Buffer.concat(there) : undefined;
    },
    holds: (copy) => partsOf(copy).every((part) => getPart(part) !== undefined),
    sweep(isNamed, olderThanMs) {
      let bytes = 0;
      for (const folder of namesIn(directory))
        for (const name of namesIn(join(directory, folder))) {
          const path = join(directory, folder, name);
          const status = lstatSync(path, { throwIfNoEntry: false });
          if (status === undefined) continue;
          if (!isNamed(name) && status.mtimeMs < olderThanMs) rmSync(path, { force: true });
          else bytes += status.size;
        }
      return bytes;
    },
    seal: (text) => sealBytes(Buffer.from(text, "utf8")),
    open: (bytes) => openBytes(bytes)?.toString("utf8"),
  };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
