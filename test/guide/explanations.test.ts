// The guide shows what the program says, word for word.
import { expect, test } from "vitest";
import { explanationsPage, readExplanationsPage } from "./explanations.ts";

test("the explanations of the guide are what the program says now", async () => {
  expect(readExplanationsPage()).toBe(await explanationsPage());
});
