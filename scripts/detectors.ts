// `npm run detectors`: writes the modules of `src/guard/content/rows` from `data/detectors`, or says which rows are wrong and writes none.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readDetectorFiles, rowModules, staleModules } from "./detectors/detector-files.ts";
import { scriptArguments } from "./script-arguments.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function main(): void {
  const { files, faults } = readDetectorFiles(root);
  if (faults.length > 0) {
    process.stderr.write(`${faults.join("\n")}\nnothing was written\n`);
    process.exitCode = 1;
    return;
  }
  const texts = rowModules(files);
  for (const path of staleModules(root, files)) {
    const text = texts.get(path);
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text === undefined) rmSync(join(root, path));
    else writeFileSync(join(root, path), text);
    process.stdout.write(`${text === undefined ? "removed" : "wrote"} ${path}\n`);
  }
}

scriptArguments(import.meta.url, {});
main();
