// `npm run plain [-- --only TEXT] [--as USER] [--client VERSION] [--all] [--json] [--write] [--results FILE] [--twice] [--first NUMBER] [--for-person]`: working days in the real client without us and guarded, compared call by call, or twice without us; a day that FILE has already is not had again; reports, and never decides about a test.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { runAs } from "../as-user.ts";
import { buildProgram } from "../built-program.ts";
import { findVersion, pageVersions } from "../doors/client-versions.ts";
import { allPlainDays } from "./day-text.ts";
import { haveDay, lackedBy } from "./had-day.ts";
import { comparedDay, type ComparedDay, linesOf, plainPage, totals } from "./plain-page.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/same-as-plain.md", import.meta.url));
const EXAMPLES_MAX = 12;

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      only: { type: "string", default: "" },
      as: { type: "string" },
      client: { type: "string" },
      all: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      // Each day is kept there as a line, so that all of them need not be had in one go: take a day's line out to have it again.
      results: { type: "string" },
      // Says of a new day which of its calls differ by themselves.
      twice: { type: "boolean", default: false },
      // Guarded by `init --scope user`: nothing of ours lies in the project.
      "for-person": { type: "boolean", default: false },
      // Of each day, so many calls.
      first: { type: "string" },
    },
  });
  if (
    (values.write || values.results !== undefined) &&
    (values.twice || values["for-person"] || values.first !== undefined)
  )
    wrongArguments(import.meta.url, "results are of whole days with us; leave the rest out");
  const most = values.first === undefined ? Infinity : Number(values.first);
  if (!(most > 0)) wrongArguments(import.meta.url, "`--first` takes a number of calls");
  if (values.write && values.only !== "")
    wrongArguments(import.meta.url, "the page is written of all days only; leave `--only` out");
  if (values.as !== undefined)
    return await runAs(values.as, fileURLToPath(import.meta.url), process.argv.slice(2), PAGE);
  const days = allPlainDays()
    .filter(({ id }) => id.includes(values.only))
    .map((day) => ({ ...day, calls: day.calls.slice(0, most) }));
  if (days.length === 0)
    wrongArguments(import.meta.url, `no day is called like \`${values.only}\``);
  const [newest = ""] = pageVersions;
  const version = values.client ?? newest;
  const client = await findVersion(version);
  if (client.kind === "missing") throw new Error(`client ${version}: ${client.reason}`);
  const folder = join(homedir(), ".cache", "sallyport-test");
  mkdirSync(folder, { recursive: true });
  const room = realpathSync(mkdtempSync(join(folder, "plain-")));
  const known = values.results === undefined ? [] : resultsIn(values.results);
  const had: ComparedDay[] = [];
  try {
    const built = buildProgram(room);
    if (built.status !== 0) throw new Error(built.stderr);
    for (const day of days) {
      const before = known.find(({ id }) => id === day.id);
      if (before !== undefined) {
        had.push(before);
        continue;
      }
      const lacked = lackedBy(day);
      if (lacked.length > 0) {
        process.stderr.write(`${day.id}: not had, ${lacked.join(", ")} is not installed\n`);
        continue;
      }
      const place = join(room, "day");
      const plain = await haveDay(day, place, { client: client.path, isGuarded: false });
      const ours = await haveDay(day, place, {
        client: client.path,
        isGuarded: !values.twice,
        isForPerson: values["for-person"],
      });
      const compared = comparedDay(day, plain, ours);
      had.push(compared);
      if (values.results !== undefined)
        appendFileSync(values.results, `${JSON.stringify(compared)}\n`);
      if (!values.json)
        process.stdout.write(`${linesOf(compared, values.all ? Infinity : EXAMPLES_MAX)}\n`);
    }
  } finally {
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
  process.stdout.write(
    values.json ? `${JSON.stringify({ version, days: had })}\n` : `${totals(had)}\n`,
  );
  const user = process.getuid?.() === 0 ? "the administrator" : "an ordinary user";
  if (values.write)
    writeFileSync(
      PAGE,
      plainPage(had, { version, user, on: new Date().toISOString().slice(0, 10) }),
    );
}

function resultsIn(file: string): readonly ComparedDay[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as ComparedDay);
}

await main();
