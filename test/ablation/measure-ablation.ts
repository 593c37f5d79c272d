// `npm run ablation -- models | readers | NAME ... [--json]`: what each model, reader and table changes for a person, judged without it; reports, and decides about no test.
import { ABLATIONS } from "./ablations.ts";
import { judgeTree, linesIn, type ModelFile, modelFiles, OPEN_INDEX } from "./ablated-tree.ts";
import { type Change, changeOf, type JudgedLine } from "./verdicts.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";

type Row = Change & { readonly name: string; readonly lines: number };

const ALL = /(?:)/;
const NAME_WIDTH = 34;
const COLUMNS = ["noticed", "opened", "otherReason", "moreQuestions", "runsUnasked"] as const;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = scriptArguments(import.meta.url, {
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const names = new Set(positionals.length === 0 ? ["models", "readers"] : positionals);
  const isModels = names.delete("models");
  const isReaders = names.delete("readers");
  const chosen = ABLATIONS.filter(({ name }) => isReaders || names.delete(name));
  const [wrong] = isReaders ? [] : names;
  if (wrong !== undefined) {
    const known = ABLATIONS.map(({ name }) => `  ${name}`).join("\n");
    throw new Error(
      `there is nothing called \`${wrong}\`; there is models, readers, or one of\n${known}`,
    );
  }
  const judged = await judgeTree(isModels ? OPEN_INDEX : [], isModels ? "--models" : ALL);
  const base = judged.filter(({ without }) => without === "");
  print(`${base.length} commands; ${base.filter(({ isHarm }) => isHarm).length} of them harm`);
  heading(values.json);
  const files = isModels ? await modelFiles() : [];
  for (const row of modelRows(files, base, judged)) show(row, values.json);
  for (const { name, files: own, edits, only } of chosen)
    show(
      { name, lines: linesIn(own), ...changeOf(base, await judgeTree(edits, only)) },
      values.json,
    );
  return 0;
}

/** What each file of models earns, the least first. */
function modelRows(
  files: readonly ModelFile[],
  base: readonly JudgedLine[],
  judged: readonly JudgedLine[],
): readonly Row[] {
  const without = new Map<string, JudgedLine[]>();
  for (const line of judged) {
    const found = without.get(line.without);
    if (found === undefined) without.set(line.without, [line]);
    else found.push(line);
  }
  return files
    .map(({ file, names }) => {
      const found = names.flatMap((name) => without.get(name) ?? []);
      return { name: file, lines: linesIn([file]), ...changeOf(base, found) };
    })
    .toSorted(
      (one, other) => one.noticed + one.moreQuestions - other.noticed - other.moreQuestions,
    );
}

function heading(isJson: boolean): void {
  if (isJson) return;
  print(`${"".padEnd(NAME_WIDTH)}  lines ${COLUMNS.join(" ")}`);
}

function show(row: Row, isJson: boolean): void {
  if (isJson) {
    print(JSON.stringify(row));
    return;
  }
  const counts = COLUMNS.map((column) => String(row[column]).padStart(column.length));
  print(`${row.name.padEnd(NAME_WIDTH)} ${String(row.lines).padStart(6)} ${counts.join(" ")}`);
  for (const example of row.examples) print(`    ${example}`);
}
