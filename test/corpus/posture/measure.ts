// `npm run posture [-- --family NAME] [--set NAME] [--write]`: recall and precision of the audit's checks on the labelled cases, and what the open ones miss.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faultList } from "./case.ts";
import { type Judgement, judgeCases, type Look, lookAtSources, lookAtTrees, shippedChecks } from "./judge.ts";
import { posturePage } from "./posture-page.ts";
import { type FamilyRates, LEAST, partsOf, precision, ratesByFamily, recall, whole } from "./rates.ts";
import { scriptArguments } from "../../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/posture-corpus.md", import.meta.url));

const { values } = scriptArguments(import.meta.url, {
  options: { family: { type: "string", default: "" }, set: { type: "string", default: "" }, write: { type: "boolean", default: false } },
});

const judged = await judgeCases(
  ({ family, set }) => [family, ""].includes(values.family) && [set, ""].includes(values.set),
);
const parts = partsOf(judged);
const open = judged.filter(({ one }) => !one.sealed);

showList("missed", open, ({ misses }) => misses);
showList("false alarm", open, ({ alarms }) => alarms);
for (const { name, judged } of parts) showRates(name, judged);
if (values.family === "" && values.set === "") {
  const [sources, trees] = [await lookAtSources(), await lookAtTrees()];
  showLooks("examples of the sources, not found", sources);
  showLooks("benign trees, found and unreasonable", trees);
  if (values.write) writeFileSync(PAGE, posturePage({ parts, sources, trees, faults: checkedFaults(), date: new Date() }));
}
showUnwritten();

/** Open cases only: the sealed ones are counted and never shown. */
function showList(what: string, part: readonly Judgement[], of: (judgement: Judgement) => readonly string[]): void {
  for (const judgement of part)
    for (const id of of(judgement)) console.log(`${what.padEnd(12)} ${id.padEnd(42)} ${judgement.one.id}`);
}

function showRates(name: string, part: readonly Judgement[]): void {
  console.log(`\n${name}: ${part.length} cases`);
  const rates = ratesByFamily(part).filter(({ bad, good }) => bad + good > 0);
  for (const one of rates) console.log(line(one.family, one));
  console.log(line("all", { family: "settings", ...whole(rates) }));
}

function line(name: string, rates: FamilyRates): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`.padStart(7);
  const isMet = recall(rates) >= LEAST && precision(rates) >= LEAST;
  const { bad, good, labelled, found, alarms } = rates;
  return `  ${name.padEnd(12)} ${String(bad).padStart(4)} bad ${String(good).padStart(4)} good  recall ${percent(recall(rates))} (${found}/${labelled})  precision ${percent(precision(rates))} (${alarms} false)  ${isMet ? "met" : "missed"}`;
}

function showLooks(name: string, looks: readonly Look[]): void {
  const wrong = looks.filter((look) => look.wrong.length > 0);
  console.log(`\n${name}: ${wrong.length} of ${looks.length}`);
  for (const look of wrong) console.log(`  ${look.id}: ${look.wrong.join(" ")}`);
}

function checkedFaults(): { readonly listed: number; readonly checked: number } {
  const known = new Set([...shippedChecks().values()].flatMap((checks) => checks.map(({ id }) => id)));
  const listed = faultList();
  return { listed: listed.length, checked: listed.filter(({ id }) => known.has(id)).length };
}

function showUnwritten(): void {
  const known = new Set([...shippedChecks().values()].flatMap((checks) => checks.map(({ id }) => id)));
  const listed = faultList().map(({ id }) => id);
  const unwritten = listed.filter((id) => !known.has(id) && id.startsWith(values.family));
  const unlisted = [...known].filter((id) => !listed.includes(id) && id.startsWith(values.family));
  console.log(`\nfaults without a check: ${unwritten.length}${unwritten.map((id) => `\n  ${id}`).join("")}`);
  console.log(`checks without a fault: ${unlisted.length}${unlisted.map((id) => `\n  ${id}`).join("")}`);
}
