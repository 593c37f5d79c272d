// Versions and ranges of npm: which version certainly lies in which range.
import { describe, expect, it } from "vitest";
import { isInRange } from "#guard/effects/locks/versions.ts";

describe("a version that fits", () => {
  it.each<[range: string, versions: string]>([
    ["1.2.3", "1.2.3 1.2.3+build"],
    ["^1.2.3", "1.2.3 1.9.0"],
    ["^0.2.3", "0.2.3 0.2.9"],
    ["^0.0.3", "0.0.3"],
    ["^0.x", "0.0.1 0.9.0"],
    ["~1.2.3", "1.2.3 1.2.9"],
    ["~> 1.2", "1.2.0 1.2.9"],
    ["1.x", "1.0.0 1.9.9"],
    ["1.2", "1.2.0 1.2.9"],
    [">=1.2.3 <2", "1.2.3 1.9.9"],
    ["> 1.2", "1.3.0 2.0.0"],
    ["<=1.2", "0.1.0 1.2.9"],
    ["1.2.3 - 2.3", "1.2.3 2.3.9"],
    ["^1.0.0 || ^3.0.0", "1.1.0 3.1.0"],
    ["", "0.0.1 9.9.9"],
    ["*", "0.0.1"],
    ["v1.2.3", "1.2.3"],
    ["^1.0.0-rc.1", "1.0.0-rc.1 1.0.0-rc.2 1.0.0 1.5.0"],
    ["^1.0.0-alpha", "1.0.0-alpha.1 1.0.0-beta"],
  ])("%s: %s", (range, versions) => {
    for (const version of versions.split(" ")) expect(isInRange(version, range)).toBe(true);
  });
});

describe("a version that does not, or may not", () => {
  it.each<[range: string, versions: string]>([
    ["1.2.3", "1.2.4 1.2.3-rc.1"],
    ["^1.2.3", "1.2.2 2.0.0 2.0.0-rc.1 1.3.0-rc.1"],
    ["^0.2.3", "0.3.0 0.2.2"],
    ["^0.0.3", "0.0.4"],
    ["~1.2.3", "1.3.0 1.3.0-0"],
    ["1.x", "2.0.0"],
    [">1.2", "1.2.9"],
    ["<1", "1.0.0 1.0.0-rc.1"],
    ["1.2.3 - 2.3", "2.4.0 1.2.2"],
    [">=1 <1", "1.0.0"],
    // Where any release would do, one before a release does not.
    ["^1.0.0-rc.1 || *", "1.0.0-rc.2"],
    ["^1.0.0-rc.2", "1.0.0-rc.1 1.0.0-alpha.9 1.1.0-rc.3"],
    ["latest", "1.0.0"],
    ["1.x.3", "1.0.3"],
    ["x.1", "1.1.0"],
    ["01.2.3", "1.2.3"],
    ["^1.0.0 || file:x", "1.0.0"],
    ["^1.0.0,<2", "1.0.0"],
    ["1.0.0 -", "1.0.0"],
    ["- 1.0.0", "1.0.0"],
    ["^^1.0.0", "1.0.0"],
    [`^1.0.0 ${"||1.0.0".repeat(50)}`, "1.0.0"],
    ["*", "1 x 1.0 latest 1.0.0.0 01.0.0 1.0.0-"],
  ])("%s: %s", (range, versions) => {
    for (const version of versions.split(" ")) expect(isInRange(version, range)).toBe(false);
  });
});
