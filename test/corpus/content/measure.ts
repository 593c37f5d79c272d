// `npm run content [-- --misses] [--false] [--only TEXT] [--family first|wide|world] [--labelled FILE] [--clean] [--forms] [--json] [--write]`: recall and precision of the content stage on the labelled corpus.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measureClean } from "./clean.ts";
import { contentPage } from "./content-page.ts";
import { goalsOf, isMet } from "./goals.ts";
import { type Judged, judge } from "./judge.ts";
import { judgeLabelled, showLabelled } from "./labelled-file.ts";
import { makeCorpus } from "./make.ts";
import { managerRates } from "./manager-rates.ts";
import { coverage, percent, type Rates, ratesOf, ratesOfKind, recallBy, tally } from "./rates.ts";
import { scriptArguments } from "../../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/content.md", import.meta.url));
/** Characters of a line that are shown around a miss or a false alarm. */
const SHOWN_CHARS = 140;
/** Files of each form that are made. */
const FORM_FILES = 1_000;

const { values } = scriptArguments(import.meta.url, {
  options: {
    misses: { type: "boolean", default: false },
    false: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    family: { type: "string", default: "" },
    labelled: { type: "string", default: "" },
    clean: { type: "boolean", default: false },
    forms: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const labelled = values.labelled === "" ? [] : judgeLabelled(values.labelled);
const made = values.labelled === "" ? makeCorpus() : [];
const judged = made
  .filter(({ family }) => values.family === "" || family === values.family)
  .map((item) => judge(item))
  .concat(labelled.map((one) => one.judged));
const open = judged.filter(({ item }) => !item.sealed);
const sealed = judged.filter(({ item }) => item.sealed);

if (values.forms) showForms();
else if (values.misses) showMisses();
else if (values.false) showFalse();
else if (values.labelled !== "") showLabelled(labelled);
else if (values.json) process.stdout.write(`${JSON.stringify(summary())}\n`);
else show();
if (values.clean) {
  const { figures, detectors, places } = await measureClean();
  console.log("\nclean code:");
  for (const { name, value, unit } of figures)
    console.log(`  ${name.padEnd(40)} ${value.toFixed(2).padStart(8)} ${unit}`);
  for (const [name, count] of detectors) console.log(`  ${name.padEnd(40)} ${count}`);
  for (const place of places) if (values.only !== "" && place.includes(values.only)) console.log(`  ${place}`);
}
if (values.write) {
  writeFileSync(PAGE, contentPage({ open, sealed, clean: await measureClean(), date: new Date() }));
}

/** Values of password managers in every form of file, on a seed that no test has. */
function showForms(): void {
  console.log(`${"form".padEnd(40)} found  whole`);
  for (const { name, of, found, covered } of managerRates(FORM_FILES, "measured")) {
    const [foundPart, wholePart] = [found, covered].map((count) => percent({ count, of }));
    console.log(`${name.padEnd(40)} ${foundPart}  ${wholePart}`);
  }
}

function show(): void {
  for (const [name, part] of [
    ["open", open],
    ["sealed", sealed],
  ] as const) {
    console.log(`\n${name}: ${part.length} items`);
    for (const goal of goalsOf(part)) {
      const { of } = goal.share;
      console.log(
        `  ${goal.name.padEnd(40)} ${percent(goal.share).padStart(8)} of ${String(of).padStart(5)}  goal ${goal.least}: ${isMet(goal) ? "met" : "missed"}`,
      );
    }
    for (const set of ["secrets", "personal"] as const) {
      const items = part.filter(({ item }) => item.set === set);
      for (const tier of ["low", "medium", "high"] as const) {
        console.log(`  ${set}, ${tier} and surer: ${text(ratesOf(items, tier))}`);
      }
      console.log(`  ${set}: covered in full, of what was found: ${percent(coverage(items))}`);
    }
  }
  console.log("\nopen, recall by group and class:");
  for (const [name, recall] of recallBy(open, groupName))
    console.log(`  ${name.padEnd(28)} ${percent(recall).padStart(8)} of ${recall.of}`);
  console.log("\nopen, personal data by kind:");
  const kinds = new Set(personal(open).flatMap(({ met }) => met.map(({ span }) => span.kind)));
  for (const kind of [...kinds].sort())
    console.log(`  ${kind.padEnd(18)} ${text(ratesOfKind(personal(open), kind))}`);
  console.log("\nopen, false alarms by set and class, and by detector:");
  const alarms = falseAlarms(open);
  for (const [name, count] of tally(alarms.map(({ item }) => `${item.set} ${item.about}`)))
    console.log(`  ${name.padEnd(28)} ${count}`);
  for (const [name, count] of tally(alarms.flatMap(({ alarm }) => alarm.detectors)).slice(0, 40))
    console.log(`  ${name.padEnd(40)} ${count}`);
}

function summary(): unknown {
  const of = (part: readonly Judged[]): unknown =>
    goalsOf(part).map((goal) => ({ ...goal, isMet: isMet(goal) }));
  return { open: of(open), sealed: of(sealed) };
}

function text({ recall, precision }: Rates): string {
  return `recall ${percent(recall)} of ${recall.of}, precision ${percent(precision)} of ${precision.of}`;
}

function personal(part: readonly Judged[]): readonly Judged[] {
  return part.filter(({ item }) => item.set === "personal");
}

function groupName({ item }: Judged, { span }: Judged["met"][number]): string {
  return span.group === "secret" ? `secret, ${item.about}` : span.group;
}

function falseAlarms(part: readonly Judged[]) {
  return part.flatMap(({ item, alarms }) =>
    alarms.filter(({ isTrue }) => !isTrue).map((alarm) => ({ item, alarm })),
  );
}

/** The open misses, each with its line; the sealed ones are never shown. */
function showMisses(): void {
  for (const { item, met } of open) {
    for (const { span, tier } of met) {
      if (tier !== undefined) continue;
      const line = `${span.kind} ${item.file}: ${around(item.text, span.start, span.end)}`;
      if (line.includes(values.only)) console.log(line);
    }
  }
}

function showFalse(): void {
  for (const { item, alarm } of falseAlarms(open)) {
    const { detectors, tier, start, end } = alarm;
    const line = `${detectors.join("+")} ${tier} [${item.about}] ${item.file}: ${around(item.text, start, end)}`;
    if (line.includes(values.only)) console.log(line);
  }
}

/** The line of a span with marks around it, cut to what fits a screen. Values are of nobody: they are made from the seed. */
function around(whole: string, start: number, end: number): string {
  const lineStart = whole.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = whole.indexOf("\n", start);
  const before = whole.slice(Math.max(lineStart, start - SHOWN_CHARS / 2), start);
  const after = whole.slice(end, Math.max(end, Math.min(lineEnd === -1 ? whole.length : lineEnd, end + SHOWN_CHARS / 2)));
  const value = whole.slice(start, end).replace(/\n/g, "\\n").slice(0, SHOWN_CHARS);
  return `${before}>>${value}<<${after.split("\n")[0] ?? ""}`.trim();
}
