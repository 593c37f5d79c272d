// `npm run commands`: writes the index of `src/guard/effects/commands` from what the files of that folder export.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { COMMAND_INDEX_FILE, commandIndex, isIndexStale } from "./command-index.ts";
import { scriptArguments } from "./script-arguments.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

scriptArguments(import.meta.url, {});
if (isIndexStale(root)) {
  writeFileSync(join(root, COMMAND_INDEX_FILE), commandIndex(root));
  process.stdout.write(`wrote ${COMMAND_INDEX_FILE}\n`);
}
