// The page on fail modes: every row of its tables names tests, and they exist.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The rows of tables whose last column is headed `test`, that do not name test files that `exists` knows. */
function rowsWithoutTest(page: string, exists: (path: string) => boolean): readonly string[] {
  let isTestTable = false;
  return page.split("\n").filter((line) => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const last = cells.at(-1);
    if (last === undefined) isTestTable = false;
    else if (last === "test") isTestTable = true;
    else if (isTestTable && !/^-+$/.test(last)) {
      return !last.split(", ").every((name) => {
        const path = name.includes("/") ? name : `surface/daemon/${name}`;
        return name !== "" && exists(`test/${path}.test.ts`);
      });
    }
    return false;
  });
}

describe("fail modes", () => {
  it("each row names a test that exists", () => {
    const page = readFileSync(`${root}/docs/design/fail-modes.md`, "utf8");
    expect(rowsWithoutTest(page, () => false).length).toBeGreaterThan(30);
    expect(rowsWithoutTest(page, (path) => existsSync(`${root}/${path}`))).toEqual([]);
  });
  it("a row without a test, or with one that is not there, is found", () => {
    const page =
      "| a | test |\n|---|---|\n| good | server |\n| none | |\n| gone | fault/gone |\n\n| x | y |";
    const found = rowsWithoutTest(page, (path) => path === "test/surface/daemon/server.test.ts");
    expect(found).toEqual(["| none | |", "| gone | fault/gone |"]);
  });
});
