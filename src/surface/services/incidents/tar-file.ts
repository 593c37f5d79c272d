// A tar file of a few plain files (POSIX.1-2017, ustar), the same bytes for the same files: whoever packs them again gets it.
const BLOCK = 512;
const NAME_BYTES_MAX = 100;
const SIZE_MAX = 0o77777777777;

/** One file of the archive. `name` has at most 100 bytes, of plain letters. */
export type TarFile = { readonly name: string; readonly bytes: Uint8Array };

/** Packs files in their order, for the owner alone (mode 0600) and without times. */
export function packTar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ name, bytes }) => [
    header(name, bytes.length),
    Buffer.from(bytes),
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** Whether a name can be packed: it leads nowhere but into the directory where it is unpacked. */
export function isTarName(name: string): boolean {
  return (
    name.length <= NAME_BYTES_MAX &&
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}$/.test(name)
  );
}

function header(name: string, size: number): Buffer {
  if (!isTarName(name) || size > SIZE_MAX) throw new RangeError("this cannot be packed");
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): number => block.write(text, at, "latin1");
  put(name, 0);
  put("0000600\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put("00000000000\0", 136);
  put(" ".repeat(8), 148);
  put("0", 156);
  put("ustar\0", 257);
  put("00", 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
