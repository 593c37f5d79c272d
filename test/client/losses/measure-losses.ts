// `npm run losses [-- --only TEXT] [--mode MODE[,MODE]] [--json] [--write]`: acts with which agents lost people's work, each done in the real client in a guarded project and taken back; reports, and never decides about a test.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { commaList } from "#base/comma-list.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { openGuardedProject } from "../guarded-stand.ts";
import { whyMissing } from "../machine.ts";
import { type HadLoss, haveLoss } from "./had-loss.ts";
import { LOSS_ACTS } from "./loss-acts.ts";
import { lossesPage, lineOf } from "./losses-page.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/losses.md", import.meta.url));
const MODES = "acceptEdits,bypassPermissions";

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      only: { type: "string", default: "" },
      mode: { type: "string", default: MODES },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && (values.only !== "" || values.mode !== MODES))
    wrongArguments(import.meta.url, "the page is written of all acts only");
  const acts = LOSS_ACTS.filter(({ id }) => id.includes(values.only));
  if (acts.length === 0)
    wrongArguments(import.meta.url, `no act is called like \`${values.only}\``);
  const missing = await whyMissing(["client"]);
  if (missing !== undefined) throw new Error(`cannot measure: ${missing}`);
  const guarded = openGuardedProject({ "a.txt": "x\n" });
  const had: HadLoss[] = [];
  try {
    for (const act of acts)
      for (const mode of commaList(values.mode)) {
        const one = await haveLoss(guarded, act, mode);
        had.push(one);
        process.stderr.write(`${lineOf(one)}\n`);
      }
  } finally {
    guarded.close();
  }
  const page = lossesPage(LOSS_ACTS, had);
  if (values.write) writeFileSync(PAGE, page);
  process.stdout.write(values.json ? `${JSON.stringify(had, null, 2)}\n` : page);
}

await main();
