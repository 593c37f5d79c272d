// `npm run options [-- --write | --count] [PROGRAM ...]`: takes the options that installed programs document, for all that a model declares; how that compares.
// Usage: npm run options [-- --write | --count] [PROGRAM ...]; --count takes nothing anew and writes what the models do not declare.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { comparePrograms, declaredPrograms } from "./compare-options.ts";
import { documentationOf } from "./manuals.ts";
import { type DocumentedProgram, documentedPrograms, storedForm } from "./documented.ts";
import { scriptArguments } from "../../../scripts/script-arguments.ts";

const DATA = fileURLToPath(new URL("./documented.yaml", import.meta.url));

const UNDECLARED = fileURLToPath(new URL("./undeclared.yaml", import.meta.url));

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: {
    write: { type: "boolean", default: false },
    count: { type: "boolean", default: false },
  },
});
const declared = declaredPrograms();
const names = [...declared.keys()].filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);
if (!values.count) take();
if (values.write || values.count) writeFileSync(UNDECLARED, countsOfUndeclared());
console.error(figures());

function take(): void {
  const taken: DocumentedProgram[] = names.flatMap((name) => documentationOf(name) ?? []);
  console.error(`${taken.length} of ${names.length} programs document options here`);
  if (!values.write) {
    console.log(storedForm(taken));
    return;
  }
  // Of some programs only: what is stored of the others stays.
  const others = positionals.length === 0 ? [] : documentedPrograms().flatMap(withoutTaken);
  writeFileSync(DATA, storedForm([...taken, ...others]));
}

function withoutTaken(program: DocumentedProgram): readonly DocumentedProgram[] {
  const left = program.names.filter((name) => !names.includes(name));
  return left.length === 0 ? [] : [{ ...program, names: left }];
}

function countsOfUndeclared(): string {
  const { undeclared } = comparePrograms(documentedPrograms(), declared);
  return [
    "# How many documented options of each program no model declares: a call with one of them is a question.",
    "# Written by `npm run options -- --count`. A number may only become smaller.",
    ...[...undeclared]
      .map(([name, options]) => `${JSON.stringify(name)}: ${options.length}`)
      .sort(),
    "",
  ].join("\n");
}

function figures(): string {
  const { same, differing, undeclared } = comparePrograms(documentedPrograms(), declared);
  const open = [...undeclared.values()].reduce((sum, options) => sum + options.length, 0);
  return `${same + differing.length + open} documented options: ${same} declared so, ${open} not declared, ${differing.length} declared as something else`;
}
