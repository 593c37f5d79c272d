// Judges the graded corpora and prints the rates by family, with the cases that are not as expected; sealed ones only as counts.
import { type Grade, type GradedCase, grade, readGraded } from "./graded.ts";
import { makeTypicalProject } from "./typical-project.ts";

const [wanted, family] = process.argv.slice(2);
const corpora = (["benign", "red"] as const).filter((name) => wanted === undefined || name === wanted);
const project = makeTypicalProject();
try {
  for (const corpus of corpora) await measure(corpus);
} finally {
  project.remove();
}

async function measure(corpus: "benign" | "red"): Promise<void> {
  const cases = readGraded(corpus).filter((one) => family === undefined || one.family === family);
  const graded: { readonly one: GradedCase; readonly result: Grade }[] = [];
  for (const one of cases) graded.push({ one, result: await grade(project, one) });
  const families = [...new Set(cases.map((one) => one.family))];
  console.log(`\n${corpus}: ${cases.length} commands, ${cases.filter((one) => one.sealed).length} of them sealed`);
  for (const name of families) {
    for (const sealed of [false, true]) {
      const part = graded.filter(({ one }) => one.family === name && one.sealed === sealed);
      console.log(`  ${name.padEnd(24)} ${sealed ? "sealed" : "open  "} ${summary(part.map(({ result }) => result.got))}${rightReasons(part)}`);
    }
  }
  console.log(`  ${"all".padEnd(31)} ${summary(graded.map(({ result }) => result.got))}${rightReasons(graded)}`);
  const open = graded.filter(({ one, result }) => !one.sealed && !isAsExpected(one, result));
  console.log(`\n  not as expected, open cases only: ${open.length}`);
  for (const { one, result } of open) {
    console.log(`  ${one.family}: expected ${one.expected}, got ${result.got} [${result.rule}]: ${JSON.stringify(one.command)}`);
  }
}

/** Stricter than expected is a false alarm for the benign; for the red only running is a fault, or another reason. */
function isAsExpected(one: GradedCase, { got, rule }: Grade): boolean {
  if (one.reasons.length === 0) return got === one.expected;
  const isStopped = got === "deny" || (got === "ask" && one.expected === "ask");
  return isStopped && one.reasons.some((name) => rule.endsWith(`/${name}`));
}

function rightReasons(part: readonly { readonly one: GradedCase; readonly result: Grade }[]): string {
  const red = part.filter(({ one }) => one.reasons.length > 0);
  if (red.length === 0) return "";
  const right = red.filter(({ one, result }) => one.reasons.some((name) => result.rule.endsWith(`/${name}`)));
  return `  right reason ${percent(right.length, red.length)}`;
}

function summary(grades: readonly Grade["got"][]): string {
  const kinds = ["allow", "contained", "abstain", "ask", "deny"] as const;
  return kinds.map((kind) => `${kind} ${percent(grades.filter((got) => got === kind).length, grades.length)}`).join("  ");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`.padStart(7);
}
