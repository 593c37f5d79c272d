// The pages and golden files that a tree holds: tests keep them to what the program says, so a changed one is a changed behaviour.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Observe, shortDigest } from "./behavior.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A part for each section of a page, so that a difference names where it is. */
export function observePages(observe: Observe): void {
  const golden = filesBelow("test").filter((file) => file.endsWith(".golden"));
  const pages = ["docs/reference", "docs/guide"].flatMap(filesBelow);
  if (golden.length === 0 || pages.length === 0) throw new Error("there are no pages to compare");
  // Tests move with what they test, and their golden files with them: these are told apart by name.
  const named = [
    ...golden.map((file) => [basename(file), file]),
    ...pages.map((file) => [file, file]),
  ];
  for (const [id = "", file = ""] of named) {
    const text = readFileSync(join(ROOT, file), "utf8");
    const sections = text.split(/^(?=#{1,4} )/m);
    const parts = sections.map((section, at) => [
      `${at} ${section.split("\n")[0]?.slice(0, 60)}`,
      shortDigest(section),
    ]);
    observe({ kind: "page", id, shown: id, parts: Object.fromEntries(parts) });
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:md|golden)$/.test(file))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}
