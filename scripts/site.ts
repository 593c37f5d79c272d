// `npm run site [-- --out DIR]`: builds the documentation's site into `site/` (or DIR), searchable without a network; ends with 1 where a link is broken.
import { join } from "node:path";
import process from "node:process";
import { commandsOf, productSections } from "#surface/cli/tree/sections.ts";
import { repositoryRoot } from "./checks/repository-files.ts";
import { scriptArguments } from "./script-arguments.ts";
import { buildSite } from "./site/build.ts";

const { values } = scriptArguments(import.meta.url, {
  options: { out: { type: "string", default: join(repositoryRoot, "site") } },
});
const site = await buildSite(values.out, {
  sections: productSections,
  commands: commandsOf(productSections),
});
const { pages, sections, words, faults } = site;
process.stdout.write(
  `${pages.size} pages, ${sections} passages and ${words} words to search: open ${join(values.out, "index.html")}\n`,
);
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
