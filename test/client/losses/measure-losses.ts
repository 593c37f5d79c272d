// `npm run losses [-- --only TEXT[,TEXT]] [--mode MODE[,MODE]] [--json] [--from FILE ...] [--write]`: acts with which agents lost people's work, each done in the real client in a guarded project and taken back; reports, and never decides about a test.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { commaList } from "#base/comma-list.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { cataloguedClient, findClient } from "../client-binary.ts";
import { openGuardedProject } from "../guarded-stand.ts";
import { type HadLoss, haveLoss } from "./had-loss.ts";
import { LOSS_ACTS, type LossAct } from "./loss-acts.ts";
import { lossesPage, lineOf } from "./losses-page.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/losses.md", import.meta.url));
const MODES = "acceptEdits,bypassPermissions";

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      only: { type: "string", default: "" },
      mode: { type: "string", default: MODES },
      json: { type: "boolean", default: false },
      // What runs with `--json` found before, in the place of a run.
      from: { type: "string", multiple: true, default: [] },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && (values.only !== "" || values.mode !== MODES))
    wrongArguments(import.meta.url, "the page is written of all acts only");
  const named = commaList(values.only);
  const acts = LOSS_ACTS.filter(
    ({ id }) => named.length === 0 || named.some((name) => id.includes(name)),
  );
  if (acts.length === 0)
    wrongArguments(import.meta.url, `no act is called like \`${values.only}\``);
  const had = values.from.length > 0 ? values.from.flatMap(hadIn) : await haveAll(acts, values);
  const page = lossesPage(LOSS_ACTS, had, cataloguedClient.version);
  if (values.write) writeFileSync(PAGE, page);
  if (!values.json) process.stdout.write(page);
}

function hadIn(file: string): readonly HadLoss[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as HadLoss);
}

async function haveAll(
  acts: readonly LossAct[],
  { mode: modes, json }: { readonly mode: string; readonly json: boolean },
): Promise<readonly HadLoss[]> {
  const client = await findClient(undefined, cataloguedClient);
  if (client.kind === "missing") throw new Error(`cannot measure: ${client.reason}`);
  const guarded = openGuardedProject({ "a.txt": "x\n" }, client.path);
  const had: HadLoss[] = [];
  try {
    for (const act of acts)
      for (const mode of commaList(modes)) {
        const one = await haveLoss(guarded, act, { mode, client: client.path });
        had.push(one);
        if (json) process.stdout.write(`${JSON.stringify(one)}\n`);
        process.stderr.write(`${lineOf(one)}\n`);
      }
  } finally {
    guarded.close();
  }
  return had;
}

await main();
