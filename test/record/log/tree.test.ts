// The Merkle tree against the customary vectors, a naive definition, and its own proofs.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkConsistency,
  checkInclusion,
  proveConsistency,
  proveInclusion,
} from "#record/log/proofs/proof.ts";
import { tileSource } from "#record/store/log-reader.ts";
import {
  createFrontier,
  emptyRoot,
  hashLeaf,
  hashNode,
  rootOf,
  rootOfRow,
} from "#record/log/tree.ts";
import { filesOf, memoryLog, sampleEntry } from "./memory-log.ts";

const ENTRIES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: Record<number, string> = {
  0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

/** RFC 6962 section 2.1, word for word and slow. */
function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return createHash("sha256").digest();
  const [first] = entries;
  if (entries.length === 1 && first !== undefined)
    return createHash("sha256").update(Uint8Array.of(0)).update(first).digest();
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  const left = naiveRoot(entries.slice(0, split));
  return createHash("sha256")
    .update(Uint8Array.of(1))
    .update(left)
    .update(naiveRoot(entries.slice(split)))
    .digest();
}

describe("tree", () => {
  it("root.vectors", () => {
    for (const [size, root] of Object.entries(ROOTS)) {
      const entries = ENTRIES.slice(0, Number(size)).map((hex) => Buffer.from(hex, "hex"));
      expect(Buffer.from(rootOf(entries.map(hashLeaf))).toString("hex")).toBe(root);
    }
    expect(Buffer.from(emptyRoot()).toString("hex")).toBe(ROOTS[0]);
  });

  it("takes the root of a row of hashes as of a list of them, and refuses other widths", () => {
    for (const width of [1, 2, 4, 8, 16, 32, 64, 128, 256]) {
      const hashes = Array.from({ length: width }, (_, index) => hashLeaf(sampleEntry(index)));
      const row = rootOfRow(Buffer.concat(hashes));
      expect(Buffer.from(row).toString("hex")).toBe(Buffer.from(rootOf(hashes)).toString("hex"));
    }
    for (const bytes of [0, 31, 33, 96, 512 * 32])
      expect(() => rootOfRow(new Uint8Array(bytes))).toThrow(/1, 2, 4/);
  });

  it("root.equals-definition-1-to-600", () => {
    const entries: Uint8Array[] = [];
    const frontier = createFrontier();
    for (let size = 1; size <= 600; size += 1) {
      const entry = sampleEntry(size - 1);
      entries.push(entry);
      frontier.add(hashLeaf(entry));
      if (size % 7 === 0 || size < 20 || size > 500)
        expect(frontier.root()).toEqual(naiveRoot(entries));
    }
  });

  it("node.differs-from-leaf", () => {
    const [left, right] = [hashLeaf(Uint8Array.of(1)), hashLeaf(Uint8Array.of(2))];
    expect(hashNode(left, right)).not.toEqual(hashLeaf(Buffer.concat([left, right])));
  });

  it("hash.of-inputs-of-any-length", () => {
    const sha256 = (...parts: Uint8Array[]) =>
      createHash("sha256").update(Buffer.concat(parts)).digest();
    // From the longest to the shortest: what an earlier one left in memory must not count.
    for (const length of [70_000, 65_536, 65_535, 1_000, 1, 0]) {
      const entry = new Uint8Array(length).fill(length % 251);
      expect(hashLeaf(entry)).toEqual(sha256(Uint8Array.of(0), entry));
    }
    for (const length of [33, 32, 31, 0]) {
      const [left, right] = [new Uint8Array(length).fill(1), new Uint8Array(32).fill(2)];
      expect(hashNode(left, right)).toEqual(sha256(Uint8Array.of(1), left, right));
    }
  });
});

describe("proofs", () => {
  const SIZES = [1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 600];
  const files = filesOf(memoryLog([600]));

  it("inclusion.every-entry-of-many-sizes", async () => {
    for (const size of SIZES) {
      const tiles = tileSource(filesOf(memoryLog([size])));
      const root = rootOf(Array.from({ length: size }, (_, index) => hashLeaf(sampleEntry(index))));
      for (let index = 0; index < size; index += size > 20 ? 13 : 1) {
        const proof = await proveInclusion(index, size, tiles);
        const claim = { index, size, leafHash: hashLeaf(sampleEntry(index)), proof, root };
        expect(checkInclusion(claim)).toBe(true);
        expect(checkInclusion({ ...claim, leafHash: hashLeaf(sampleEntry(index + 1)) })).toBe(
          false,
        );
        expect(checkInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        if (proof.length > 0)
          expect(checkInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
        if (index + 1 < size) expect(checkInclusion({ ...claim, index: index + 1 })).toBe(false);
      }
    }
  });

  it("inclusion.from-a-larger-tree-with-full-tiles", async () => {
    const size = 70_000;
    const tiles = tileSource(filesOf(memoryLog([size])));
    const root = rootOf(Array.from({ length: size }, (_, index) => hashLeaf(sampleEntry(index))));
    for (const index of [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const proof = await proveInclusion(index, size, tiles);
      expect(
        checkInclusion({ index, size, leafHash: hashLeaf(sampleEntry(index)), proof, root }),
      ).toBe(true);
    }
  });

  it("consistency.all-pairs", async () => {
    const roots = new Map<number, Uint8Array>();
    for (const size of [0, ...SIZES]) {
      roots.set(
        size,
        rootOf(Array.from({ length: size }, (_, index) => hashLeaf(sampleEntry(index)))),
      );
    }
    for (const size of SIZES) {
      const tiles = tileSource(filesOf(memoryLog([size])));
      for (const older of [0, ...SIZES].filter((item) => item <= size)) {
        const [olderRoot, root] = [roots.get(older) ?? emptyRoot(), roots.get(size) ?? emptyRoot()];
        const proof = await proveConsistency(older, size, tiles);
        expect(checkConsistency({ older, size, olderRoot, root, proof })).toBe(true);
        if (older > 0 && older < size) {
          expect(checkConsistency({ older, size, olderRoot: root, root, proof })).toBe(false);
          expect(checkConsistency({ older, size, olderRoot, root: olderRoot, proof })).toBe(false);
          expect(checkConsistency({ older, size, olderRoot, root, proof: [...proof, root] })).toBe(
            false,
          );
        }
      }
    }
  });

  it("property.hostile-proofs-never-throw-and-never-hold", () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.array(hash, { maxLength: 70 }),
        hash,
        hash,
        (index, size, proof, leafHash, root) => {
          expect(checkInclusion({ index, size, leafHash, proof, root })).toBe(false);
          const same = index === size && proof.length === 0 && Buffer.compare(leafHash, root) === 0;
          expect(checkConsistency({ older: index, size, olderRoot: leafHash, root, proof })).toBe(
            same,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("inclusion.missing-tile-is-a-failure", async () => {
    await expect(proveInclusion(0, 70_000, tileSource(files))).rejects.toThrow("missing or short");
  });
});
