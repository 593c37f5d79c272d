// The page of texts is what the program says, and each of the texts is short and in plain words.
import { expect, test } from "vitest";
import { faultsOf } from "../told-texts.ts";
import { readTextsPage, textsPage, writeTextsPage } from "./texts.ts";

test("the page of texts is what the program says now, and every text on it is well made", async () => {
  if (process.env["UPDATE"] === "1") await writeTextsPage();
  const page = await textsPage();
  expect(readTextsPage()).toBe(page);
  const texts = [
    ...page.matchAll(/^sallyport: (?:refused\. |this )[\s\S]*?^More: [^[]*\[([^\];]+).*$/gm),
  ];
  const faults = texts.flatMap(([text, rule = ""]) =>
    faultsOf(text, text.includes("refused. ") ? "deny" : "ask", rule),
  );
  expect(faults).toEqual([]);
  // Each command has a text: nothing on the list is allowed.
  expect(texts.length).toBeGreaterThanOrEqual(page.match(/^[$#] (?!What)/gm)?.length ?? 0);
});
