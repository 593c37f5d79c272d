// What the engine compiled of our parts, kept on this machine: in a folder beside the program's copies, its owner's alone, believed only whole.
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";

/** Compiled code of one part as one kind of process uses it. */
export type CompiledPlace = { readonly folder: string; readonly name: string };

/** Compiled code, and how many processes have added what they needed to it. */
export type Compiled = { readonly code: Buffer; readonly rounds: number };

/** A process that finds code of fewer rounds adds to it: the first call of a hook is not what the others are. */
export const ROUNDS_MAX = 6;

const DIGEST_BYTES = 32;
/** Of the body, before the code. WHY eight: the engine copies code that does not lie at a multiple of that. */
const ROUNDS_BYTES = 8;
const HEAD_BYTES = DIGEST_BYTES + ROUNDS_BYTES;
/** No part has compiled code near this; more is not read. */
const BYTES_MAX = 32 * 1024 * 1024;
/** Files that stay when a new one is written: some for each command of two programs. */
const FILES_MAX = 160;
const SUFFIX = ".code";

const builtin = process.getBuiltinModule;

/** The folder with compiled code in a data directory's folder of programs. */
export function compiledFolder(programs: string): string {
  return `${programs}/compiled`;
}

/**
 * The compiled code that was kept, undefined when there is none that is whole. Whether it fits is for the engine to say.
 * INVARIANT: nothing is read of a folder in which somebody else could write: who can write there could write the program.
 */
export function readCompiled({ folder, name }: CompiledPlace): Compiled | undefined {
  const fs = builtin("node:fs");
  try {
    if (!isPrivate(folder)) return undefined;
    const file = fs.openSync(`${folder}/${name}${SUFFIX}`, openFlags.read);
    try {
      const { size } = fs.fstatSync(file);
      if (size <= HEAD_BYTES || size > BYTES_MAX) return undefined;
      const bytes = Buffer.allocUnsafeSlow(size);
      for (let at = 0; at < size; ) {
        const read = fs.readSync(file, bytes, at, size - at, at);
        if (read === 0) return undefined;
        at += read;
      }
      const body = bytes.subarray(DIGEST_BYTES);
      if (!digestOf(name, body).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
      return { rounds: body[0] ?? 0, code: body.subarray(ROUNDS_BYTES) };
    } finally {
      fs.closeSync(file);
    }
  } catch {
    // Missing, or not to be read: the program runs without.
    return undefined;
  }
}

/**
 * Keeps compiled code, whole or not at all; two processes at once leave that of one. Does nothing where the folder is not
 * there or cannot be written: nobody waits for it, and nobody is told.
 */
export function keepCompiled({ folder, name }: CompiledPlace, { code, rounds }: Compiled): void {
  const fs = builtin("node:fs");
  const beside = `${folder}/${name}.${process.pid}.${Date.now()}.unfinished`;
  try {
    if (!isPrivate(folder)) return;
    const body = Buffer.concat([Buffer.from([rounds]), Buffer.alloc(ROUNDS_BYTES - 1), code]);
    fs.writeFileSync(beside, Buffer.concat([digestOf(name, body), body]), {
      mode: 0o600,
      flag: "wx",
    });
    fs.renameSync(beside, `${folder}/${name}${SUFFIX}`);
    removeOld(folder);
  } catch {
    // A disk that is full or cannot be written costs time at each start, and nothing else.
    try {
      fs.rmSync(beside, { force: true });
    } catch {
      // Nor can it be removed.
    }
  }
}

/** Removes the oldest files beyond those of two programs, and what processes that died left unfinished. */
function removeOld(folder: string): void {
  const fs = builtin("node:fs");
  const names = fs.readdirSync(folder);
  if (names.length <= FILES_MAX) return;
  const dated = names.flatMap((name) => {
    const status = fs.lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
    return status === undefined ? [] : [{ name, mtimeMs: status.mtimeMs }];
  });
  const old = dated.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(FILES_MAX);
  for (const { name } of old) fs.rmSync(`${folder}/${name}`, { force: true });
}

/** The name goes into the digest, so that code of one part is not taken for that of another. */
function digestOf(name: string, code: Buffer): Buffer {
  const { createHash } = builtin("node:crypto");
  return createHash("sha256").update(`sallyport/compiled/v2\0${name}\0`).update(code).digest();
}

function isPrivate(folder: string): boolean {
  const status = builtin("node:fs").lstatSync(folder);
  return status.isDirectory() && privacyProblem(status, "none") === undefined;
}
