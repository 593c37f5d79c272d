// The whole table of "never milder than the client alone", without a sample, and its page: `npx tsx -C source test/property/measure-never-milder.ts [--write]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CLIENT_PROTECTED } from "#guard/effects/paths/client-protected.ts";
import { PLACES } from "#guard/effects/paths/place-list.ts";
import { pageTable } from "../govern/reference-page.ts";
import { allCases, FORMS, MODES, outcomeOf, PATHS, protects } from "./never-milder.ts";

const page = fileURLToPath(new URL("../../docs/reference/never-milder.md", import.meta.url));
const milder: string[] = [];
const counts = MODES.flatMap((mode) =>
  [false, true].map((isHeld) => ({
    mode,
    isHeld,
    cases: 0,
    protectedOnes: 0,
    denied: 0,
    asked: 0,
    left: 0,
  })),
);
for (const one of allCases()) {
  const { form, path, mode, isHeld } = one;
  const count = counts.find((row) => row.mode === mode && row.isHeld === isHeld);
  if (count === undefined) throw new Error("there is no such row");
  const { client, answer } = outcomeOf(one);
  count.cases += 1;
  if (!protects(client, isHeld && mode !== "plan")) continue;
  count.protectedOnes += 1;
  if (answer.verdict === "deny") count.denied += 1;
  else if (answer.verdict === "ask") count.asked += 1;
  else if (answer.verdict === "abstain") count.left += 1;
  else milder.push(`${form} ${path} in ${mode}${isHeld ? ", held" : ""}`);
}
const cases = counts.reduce((sum, one) => sum + one.cases, 0);
const text = [
  "# Never milder than the client alone",
  "",
  `Every way of changing (${Object.keys(FORMS).length}) for every path (${PATHS.length}) that the client protects or our table of places judges, in each`,
  "mode, held and not, with a client that may use every tool: what the client alone would do with the call, by the simulator that is held against",
  "it ([simulator](simulator.md)), beside what it gets of us. Where the client asks or refuses, our answer is at least a question, or we",
  "leave the call to the client. This page is generated: `npx tsx -C source test/property/measure-never-milder.ts --write`.",
  "",
  `**${cases} cases, ${counts.reduce((sum, one) => sum + one.protectedOnes, 0)} that the client asks about or refuses, ${milder.length} that we allow.**`,
  "",
  ...pageTable(
    [
      "mode",
      "held",
      "cases",
      "the client asks or refuses",
      "we refuse",
      "we ask",
      "left to the client",
    ],
    counts.map((one) => [
      one.mode,
      one.isHeld ? "yes" : "no",
      ...[one.cases, one.protectedOnes, one.denied, one.asked, one.left].map(String),
    ]),
  ),
  "- A sample of the same calls is made in the real client: `SALLYPORT_WHOLE=1 npx vitest run test/client/never-milder.test.ts` asks it 960 times, four",
  "  modes; `npm test` asks it 96 times.",
  `- There is one table of places (\`src/guard/effects/paths/place-list.ts\`, ${PLACES.length} rows; the client's own ${CLIENT_PROTECTED.length} are in \`client-protected.ts\`). The evaluator, native`,
  "  rules, mounts and the search for what a call left are made of it; `test/guard/places.test.ts` fails where one of them knows a",
  "  place that another does not.",
  "- In `bypassPermissions` the client protects next to nothing; what our policy asks about there is its own.",
  "",
  ...milder.map((line) => `- **milder**: ${line}`),
].join("\n");
if (process.argv.includes("--write")) writeFileSync(page, text);
process.stdout.write(`${text}\n`);
if (milder.length > 0) process.exitCode = 1;
