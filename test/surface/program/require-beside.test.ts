// A program that was compiled ahead finds node's modules and libraries beside it, and is told plainly of those that are not there.
import path from "node:path";
import { expect, it } from "vitest";
import { requireBeside } from "#surface/program/require-beside.ts";

it("finds modules of node and packages, and names what is missing", () => {
  const take = requireBeside(import.meta.url);
  expect(take("node:path")).toBe(path);
  expect(take("valibot")).toHaveProperty("parse");
  expect(() => take("no-such-library")).toThrow(
    expect.objectContaining({ code: "MODULE_NOT_FOUND" }),
  );
});
