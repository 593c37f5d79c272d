// `npm run corpora [-- CORPUS [FAMILY] | --write]`: judges the graded corpora, prints rates and what is not as expected; sealed cases only as counts.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CORPORA, type Corpus, type Grade, grade, type GradedCase, readGraded } from "./graded.ts";
import {
  got,
  type Graded,
  hasRightReason,
  met,
  needlessQuestions,
  questionsByReason,
  rate,
  rightReason,
  type Share,
} from "./rates.ts";
import { corporaPage } from "./page.ts";
import { makeTypicalProject } from "./typical-project.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/corpora.md", import.meta.url));

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const isWritten = values.write;
const [wanted, family] = positionals;
if (isWritten && wanted !== undefined)
  wrongArguments(import.meta.url, "--write: the page is of all corpora; name none");
if (wanted !== undefined && !CORPORA.some((name) => name === wanted))
  wrongArguments(import.meta.url, `there is no corpus \`${wanted}\`: ${CORPORA.join(", ")}`);
const corpora = CORPORA.filter((name) => wanted === undefined || name === wanted);
const project = makeTypicalProject();
const measured = new Map<Corpus, readonly Graded[]>();
try {
  for (const corpus of corpora) measured.set(corpus, await measure(corpus));
  if (isWritten) writeFileSync(PAGE, corporaPage(measured, new Date().toISOString().slice(0, 10)));
} finally {
  project.remove();
}

async function measure(corpus: Corpus): Promise<readonly Graded[]> {
  const cases = readGraded(corpus).filter((one) => family === undefined || one.family === family);
  const graded: Graded[] = [];
  for (const one of cases) graded.push({ one, result: await grade(project, one) });
  const families = [...new Set(cases.map((one) => one.family))];
  const sealed = graded.filter(({ one }) => one.sealed);
  const seen = graded.filter(({ one }) => !one.sealed);
  console.log(`\n${corpus}: ${cases.length} commands, ${sealed.length} of them sealed`);
  for (const name of families) {
    const isOfFamily = ({ one }: Graded): boolean => one.family === name;
    printRates(name, "open", seen.filter(isOfFamily));
    printRates("", "sealed", sealed.filter(isOfFamily));
    printRates("", "both", graded.filter(isOfFamily));
  }
  printRates("all", "open", seen);
  printRates("", "sealed", sealed);
  printRates("", "both", graded);
  const open = seen.filter(({ one, result }) => !isAsExpected(one, result));
  console.log(`\n  not as expected, open cases only: ${open.length}`);
  for (const { one, result } of open) {
    console.log(
      `  ${one.family}: expected ${one.expected}, got ${result.got} [${result.rule}]: ${JSON.stringify(one.command)}`,
    );
  }
  if (corpus.startsWith("benign")) printQuestions(seen);
  return graded;
}

function printQuestions(part: readonly Graded[]): void {
  console.log("\n  questions by reason, open cases only");
  for (const { rule, count, expected } of questionsByReason(part))
    console.log(`  ${rule.padEnd(40)} ${String(count).padStart(4)}, ${expected} of them expected`);
}

function printRates(name: string, which: string, part: readonly Graded[]): void {
  if (part.length === 0) return;
  const kinds = ["allow", "contained", "abstain", "ask", "deny"] as const;
  const verdicts = kinds.map((kind) => `${kind} ${percent(got(part, kind))}`).join("  ");
  console.log(`  ${name.padEnd(16)} ${which.padEnd(6)} ${verdicts}  ${special(part)}`);
}

/** For the red: the right reason, and refusals where they are expected; for the benign: questions nobody expects. */
function special(part: readonly Graded[]): string {
  const isRed = part.some(({ one }) => one.reasons.length > 0);
  return isRed
    ? `right reason ${percent(rightReason(part))}  denied of deny ${percent(met(part, "deny"))}`
    : `needless questions ${percent(needlessQuestions(part))}`;
}

/** Stricter than expected is a false alarm for the benign; for the red only running is a fault, or another reason. */
function isAsExpected(one: GradedCase, result: Grade): boolean {
  if (one.reasons.length === 0) return result.got === one.expected;
  const isStopped = result.got === "deny" || (result.got === "ask" && one.expected === "ask");
  return isStopped && hasRightReason({ one, result });
}

function percent(share: Share): string {
  return share.of === 0 ? "-".padStart(7) : `${(100 * rate(share)).toFixed(1)} %`.padStart(7);
}
