// The files that small changes are made of: the shell evaluator, the core that makes effects of words, and the riskiest models.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./instrument.ts";

/** The models with which a wrong prediction costs most. */
const RISKIEST =
  "awk bash chmod cp curl dd docker env find git grep mv python3 rm rsync sed ssh sudo tar xargs".split(
    " ",
  );
/** The core of the evaluator beside the shell: what turns words into effects and effects into verdicts. */
const CORE = [
  ...["derive", "arguments/exclude-patterns", "model/command-model", "model/filter"],
  ...["model/wrapper", "paths/places", "paths/searched-files", "paths/targets"],
].map((name) => `src/guard/effects/${name}.ts`);

/** Their paths in the repository, in order. */
export function mutatedFiles(): readonly string[] {
  const whole = ["src/guard/shell", "src/guard/effects/call"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const models = RISKIEST.map((name) => `src/guard/effects/commands/${name}.ts`);
  return [...whole, ...CORE, ...models].sort();
}
