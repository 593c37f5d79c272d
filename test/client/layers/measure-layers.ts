// `npm run layers [-- --only TEXT] [--sample N] [--runs FILE] [--write]`: what the hold alone, the evaluator alone and both stop of commands that do harm; reports, and never decides about a test.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeStage, type Stage, whyNoJail } from "./jail.ts";
import { harmfulCases, sampleOf } from "./cases.ts";
import { layersPage } from "./layers-page.ts";
import { type LayerRun, measureLayers } from "./layer-runs.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/layers.md", import.meta.url));
const TELL_EACH = 250;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string", default: "0" },
    runs: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const stage = makeStage();
try {
  process.exitCode = await main(stage);
} finally {
  stage.remove();
}

async function main(on: Stage): Promise<number> {
  const trouble = whyNoJail(on);
  if (trouble !== undefined) {
    process.stderr.write(`dangerous commands run in a jail only: ${trouble}\n`);
    return 2;
  }
  const most = Number(values.sample);
  if (!Number.isSafeInteger(most) || most < 0) {
    process.stderr.write(`\`--sample\` is a number of commands, not \`${values.sample}\`\n`);
    return 2;
  }
  const named = harmfulCases().filter(({ family }) => family.includes(values.only));
  if (named.length === 0) {
    process.stderr.write(`no family of commands is called like \`${values.only}\`\n`);
    return 2;
  }
  if (values.write && values.only !== "") {
    process.stderr.write("the page is written of all families only; leave `--only` out\n");
    return 2;
  }
  const cases = sampleOf(named, most === 0 ? named.length : most);
  let done = 0;
  const runs = await measureLayers(on, cases, () => {
    done += 1;
    if (done % TELL_EACH === 0) process.stderr.write(`${done} runs\n`);
  });
  const page = layersPage({ runs, all: named.length, day: new Date().toISOString().slice(0, 10) });
  process.stdout.write(page);
  if (values.runs !== undefined) writeFileSync(values.runs, `${runs.map(line).join("\n")}\n`);
  if (values.write) writeFileSync(PAGE, page);
  return 0;
}

/** A run as a line of JSON, without the text of what is sealed. */
function line({ sealed, command, ...rest }: LayerRun): string {
  return JSON.stringify({ ...(sealed ? { sealed } : { command }), ...rest });
}
