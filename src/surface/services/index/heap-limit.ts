// How far the memory of the database library may grow: past it a question fails, and the daemon does not.

/** What of the engine's interface is used here; node's types leave it out. */
type Memory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

const PAGE_BYTES = 64 * 1024;

/** The memory that WebAssembly took in this thread, and the bound on it. */
export type HeapLimit = { bytes(): number };

/**
 * Bounds the memory of WebAssembly in this thread. WHY here: the library has no limit of its own below 2 GB, and answers a
 * refusal with `out of memory` for the one question.
 */
export function limitHeap(bytesMax: number): HeapLimit {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: { prototype: Memory } };
  };
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  let bytes = 0;
  prototype.grow = function (this: Memory, pages: number): number {
    const wanted = this.buffer.byteLength + pages * PAGE_BYTES;
    if (wanted > bytesMax) throw new RangeError("the memory of a question is used up");
    bytes = wanted;
    return grow.call(this, pages);
  };
  return { bytes: () => bytes };
}
