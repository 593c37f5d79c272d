// `npm run layers [-- --only TEXT] [--sample N] [--client N] [--runs FILE] [--write]`: what the hold alone, the evaluator alone and both stop of commands that do harm; reports, and never decides about a test.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeStage, type Stage, whyNoJail } from "./jail.ts";
import { harmfulCases, sampleOf } from "./cases.ts";
import { layersPage } from "./layers-page.ts";
import { clientRuns, type LayerRun, measureLayers, measureThroughClient } from "./layer-runs.ts";
import { findClient, pinnedClient } from "../client-binary.ts";
import { scriptArguments } from "../../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/layers.md", import.meta.url));
const TELL_EACH = 250;

const { values } = scriptArguments(import.meta.url, {
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string", default: "all" },
    client: { type: "string", default: "150" },
    runs: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const client = await findClient();
const stage = makeStage(client.kind === "ready" ? client.path : undefined);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stage.remove();
    process.exit(1);
  });
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
  if (client.kind === "missing") {
    process.stderr.write(`a part goes through the real client: ${client.reason}\n`);
    return 2;
  }
  const [most, mostOfClient] = [values.sample, values.client].map((text) =>
    text === "all" ? Number.MAX_SAFE_INTEGER : Number(text),
  );
  if (!isCount(most) || !isCount(mostOfClient)) {
    process.stderr.write(
      "`--sample` and `--client` are numbers of commands of the red corpora, or `all`\n",
    );
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
  const cases = sampleOf(named, most);
  // What they share: the first of the same order.
  const throughClient = sampleOf(cases, Math.min(most, mostOfClient)).filter(
    ({ list }) => list !== "hostile",
  );
  let done = 0;
  const tried = (): void => {
    done += 1;
    if (done % TELL_EACH === 0) process.stderr.write(`${done} runs\n`);
  };
  const runs = await measureLayers(on, cases, { tried });
  const outcomes = await measureThroughClient(on, throughClient, { tried });
  const measured = { runs, client: clientRuns(throughClient, runs, outcomes) };
  const day = new Date().toISOString().slice(0, 10);
  const page = layersPage({ ...measured, all: named, day, version: pinnedClient.version });
  process.stdout.write(page);
  if (values.runs !== undefined)
    writeFileSync(
      values.runs,
      Object.entries(measured)
        .flatMap(([how, all]) => all.map((run) => `${line(how, run)}\n`))
        .join(""),
    );
  if (values.write) writeFileSync(PAGE, page);
  return 0;
}

/** A run as a line of JSON, without the text of what is sealed. */
function line(how: string, { sealed, command, ...rest }: LayerRun): string {
  return JSON.stringify({ how, ...(sealed ? { sealed } : { command }), ...rest });
}

function isCount(count: number | undefined): count is number {
  return count !== undefined && Number.isSafeInteger(count) && count >= 0;
}
