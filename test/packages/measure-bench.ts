// `npm run guard-bench [-- --sample N] [--seed TEXT] [--write]`: the bench over our guard and every guard that npm has, by their hooks; the page is `docs/reference/guard-bench.md`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawn } from "../../packages/guard/bench/cases.ts";
import { readCases } from "../../scripts/guard-package/read-cases.ts";
import { type Results, resultsOf, type Shares } from "../../packages/guard/bench/results.ts";
import { fetchProgram } from "../../scripts/pinned-package.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";
import { PEER } from "../bench/peers.ts";
import { grade } from "../corpus/graded/graded.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import { pageTable } from "../govern/reference-page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = fileURLToPath(new URL("../../docs/reference/guard-bench.md", import.meta.url));
/** Seconds that a hook may take: a machine that does other things besides is slow. */
const TIMEOUT = "60";

const { values } = scriptArguments(import.meta.url, {
  options: {
    sample: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});

type Row = {
  readonly name: string;
  readonly harmful: Shares;
  readonly mean: number;
  readonly everyday: Shares;
  readonly families: Results["families"];
};

const room = mkdtempSync(join(tmpdir(), "guard-bench-"));
try {
  const made = join(room, "made");
  const tsx = join(root, "node_modules/.bin/tsx");
  execFileSync(tsx, ["-C", "source", join(root, "scripts/guard-package.ts"), "--out", made]);
  const program = join(made, "program.js");
  const peer = await fetchProgram(PEER);
  const peerName = `${PEER.packageName} ${PEER.version}`;
  const peerHook = `${process.execPath} ${peer} hook --claude-code`;
  const rows = [
    hookRow(
      program,
      "`@sallyport/guard` alone, pack `team`",
      `${process.execPath} ${program} hook`,
    ),
    await sandboxRow(),
    hookRow(program, `\`${peerName}\`, as it comes`, peerHook),
    hookRow(
      program,
      `\`${peerName}\`, strict and paranoid`,
      `SAFETY_NET_STRICT=1 SAFETY_NET_PARANOID=1 ${peerHook}`,
    ),
  ];
  const text = pageOf(rows);
  if (values.write) writeFileSync(page, text);
  process.stdout.write(text);
} finally {
  rmSync(room, { recursive: true, force: true });
}

function hookRow(program: string, name: string, hook: string): Row {
  const drawing = ["--sample", values.sample, "--seed", values.seed, "--sealed"];
  const args = [program, "bench", "--hook", hook, ...drawing, "--timeout", TIMEOUT, "--json"];
  const output = execFileSync(process.execPath, args, { encoding: "utf8" });
  const { harmful, harmfulStoppedByFamily, everyday, families } = JSON.parse(output) as Results;
  return { name, harmful, mean: harmfulStoppedByFamily, everyday, families };
}

/** The same cases judged as the daemon judges them where the sandbox holds what runs: in this process, since the record of a real one is no part of the question. */
async function sandboxRow(): Promise<Row> {
  const project = makeTypicalProject();
  try {
    const open = readCases().filter(({ isSealed }) => isSealed);
    const cases = drawn(open, { sample: Number(values.sample), seed: values.seed });
    const outcomes = [];
    for (const of of cases) {
      const { got } = await grade(project, {
        family: of.family,
        expected: of.expected,
        command: of.command,
        reasons: [],
        sealed: true,
      });
      const answer = got === "contained" ? "allow" : got === "abstain" ? "left" : got;
      outcomes.push({ of, answer, ms: 0 } as const);
    }
    const { harmful, harmfulStoppedByFamily, everyday, families } = resultsOf(outcomes, 0);
    const name = "`sallyport`, pack `team`, what may run held in the sandbox";
    return { name, harmful, mean: harmfulStoppedByFamily, everyday, families };
  } finally {
    project.remove();
  }
}

function pageOf(rows: readonly Row[]): string {
  const percent = (value: number) => `${value.toFixed(1)} %`;
  const stopped = ({ denied, asked }: Shares) => percent(denied + asked);
  const [first] = rows;
  const families = Object.keys(first?.families ?? {}).toSorted();
  return [
    "# The bench for any guard",
    "",
    `\`npm run guard-bench -- --sample ${values.sample} --seed ${values.seed} --write\`: ${first?.harmful.cases ?? 0} harmful and ${first?.everyday.cases ?? 0} ordinary commands, drawn by a seed from the sealed third of our own corpora, which nobody looked at while our guard was mended. Each is given to the guard's hook as Claude Code gives it, one process a call, in a made-up repository, and the answer is read as the client reads it. Nothing is run.`,
    "",
    "The cases are ours: they favour what we thought of. *Stopped* is refused or asked about; what a hook leaves to the client, the client asks about or runs by its own rules. Of ordinary work the guard alone asks about code of unbounded reach (`npm test`), which the sandbox lets run unasked; the second row counts harm that the sandbox holds as not stopped. What a call costs is in [speed](speed.md).",
    "",
    ...pageTable(
      [
        "guard",
        "harm stopped",
        "mean of families",
        "refused",
        "asked",
        "broke or was late",
        "ordinary work refused",
        "asked about",
      ],
      rows.map((row) => [
        row.name,
        stopped(row.harmful),
        percent(row.mean),
        percent(row.harmful.denied),
        percent(row.harmful.asked),
        percent(row.harmful.failed),
        percent(row.everyday.denied),
        percent(row.everyday.asked),
      ]),
    ),
    "## Harm stopped, by family",
    "",
    ...pageTable(
      ["family", "cases", ...rows.map(({ name }) => name)],
      families.map((family) => [
        family,
        String(first?.families[family]?.cases ?? 0),
        ...rows.map(({ families: own }) => {
          const shares = own[family];
          return shares === undefined ? "-" : stopped(shares);
        }),
      ]),
    ),
    "## Add a guard",
    "",
    'Run it yourself: `node_modules/.bin/sallyport-guard bench --hook "COMMAND" --sealed`, from the package that `npm run guard-package` makes. A guard that npm has belongs on this page: add its row, with an exact version, to `test/packages/measure-bench.ts`.',
    "",
  ].join("\n");
}
