// Tile paths and geometry against the examples of the specification and at every size up to 600.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hashesAtLevel,
  parseTilePath,
  type Tile,
  tilePath,
  tilesOf,
  widthAt,
} from "#record/log/layout.ts";
import { memoryLog } from "./memory-log.ts";

describe("layout", () => {
  it("path.examples", () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe("tile/1/000.p/17");
    expect(tilePath({ level: "entries", index: 273, width: 112 })).toBe("tile/entries/273.p/112");
    expect(tilePath({ level: 63, index: 1000, width: 256 })).toBe("tile/63/x001/000");
  });

  it("geometry.size-70000", () => {
    const tiles = [...tilesOf(70_000)];
    const count = (level: Tile["level"], full: boolean): number =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === full).length;
    expect([count(0, true), count(1, true), count(2, true), count("entries", true)]).toEqual([
      273, 1, 0, 273,
    ]);
    expect(widthAt(0, 273, 70_000)).toBe(112);
    expect(widthAt(1, 1, 70_000)).toBe(17);
    expect(widthAt(2, 0, 70_000)).toBe(1);
    expect(widthAt("entries", 273, 70_000)).toBe(112);
    expect(hashesAtLevel(3, 70_000)).toBe(0);
  });

  it("geometry.size-256-has-one-full-and-one-upper-partial", () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual([
      "tile/0/000",
      "tile/1/000.p/1",
      "tile/entries/000",
    ]);
    expect([...tilesOf(0)]).toEqual([]);
  });

  it("geometry.files-of-each-size-1-to-600", () => {
    for (let size = 1; size <= 600; size += 1) {
      const written = [...memoryLog([size]).keys()].filter((path) => path !== "checkpoint").sort();
      expect(written).toEqual([...tilesOf(size)].map(tilePath).sort());
      for (const tile of tilesOf(size)) {
        const level = tile.level === "entries" ? 0 : tile.level;
        const partial = Math.floor(size / 256 ** level) % 256;
        const isLast = tile.index === Math.floor(size / 256 ** (level + 1));
        expect(tile.width).toBe(isLast ? partial : 256);
      }
    }
  });

  it("parse.round-trip", () => {
    const level = fc.oneof(fc.nat(63), fc.constant("entries" as const));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (lvl, index, width) => {
        const tile: Tile = { level: lvl, index, width };
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  it("parse.refuses-other-spellings", () => {
    const bad = [
      "tile/00/000",
      "tile/64/000",
      "tile/0/0",
      "tile/0/000.p/0",
      "tile/0/000.p/256",
      "tile/0/000.p/007",
      "tile/0/x000/001",
    ];
    bad.push(
      "tile/0/x001",
      "tile/0/../000",
      "tile/entries/000/",
      "/tile/0/000",
      "tile/0/000.p",
      "tile/0/x999/x999/x999/x999/x999/x999/999",
    );
    for (const path of bad) expect(parseTilePath(path), path).toBeUndefined();
  });
});
