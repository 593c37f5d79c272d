// `npm run rooms [-- --json] [--arrows]`: the folders of src/, how they import each other, and what in them is too large.
import { posix } from "node:path";
import {
  arrowName,
  arrowsUp,
  cyclesOf,
  type FileArrow,
  type Level,
  levelsOf,
  type RoomArrow,
} from "./checks/folder-cycles.ts";
import { type FunctionFact, moduleFacts } from "./checks/module-facts.ts";
import { isMade } from "./checks/made-files.ts";
import { repositoryFiles } from "./checks/repository-files.ts";
import { scriptArguments } from "./script-arguments.ts";

/** Beyond these a folder, a file, a function or a name stands in the lists. */
const FILES_MAX = 25;
const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 80;
const SAME_NAME_MAX = 3;

type Cycle = {
  readonly folder: string;
  readonly rooms: readonly string[];
  /** Lowest first, as the fewest imports would run up. */
  readonly order: readonly string[];
  readonly up: readonly RoomArrow[];
};

const { values } = scriptArguments(import.meta.url, {
  options: {
    json: { type: "boolean", default: false },
    arrows: { type: "boolean", default: false },
  },
});

const files = repositoryFiles().flatMap(({ path, text }) =>
  text === undefined ? [] : [{ path, text }],
);
const sources = files.filter(({ path }) => /^src\/.*\.ts$/.test(path));
const facts = sources.map(moduleFacts);
const imports = facts.flatMap((one) => one.imports);
const functions = facts.flatMap((one) => one.functions);
const measured = {
  lines: linesByPart(),
  cycles: cyclesIn(imports),
  cyclesOfValues: cyclesIn(imports.filter(({ isType }) => !isType)),
  folders: largeFolders(),
  files: sources
    .filter(({ text }) => !isMade(text))
    .map(({ path, text }) => ({ path, lines: lineCount(text) }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .toSorted((one, other) => other.lines - one.lines),
  functions: functions
    .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
    .toSorted((one, other) => other.lines - one.lines),
  ownOptions: facts.flatMap((one) => one.ownOptions),
  sameNames: namesMadeOften(),
};

if (values.json) process.stdout.write(`${JSON.stringify(measured, undefined, 2)}\n`);
else show();

function show(): void {
  const { lines, folders, ownOptions, sameNames } = measured;
  const print = (text: string): boolean => process.stdout.write(`${text}\n`);
  const list = (title: string, rows: readonly string[]): void => {
    print(`\n${title}: ${rows.length}`);
    for (const row of rows) print(`  ${row}`);
  };
  for (const { name, files: count, lines: total } of lines)
    print(`${name.padEnd(24)} ${String(total).padStart(8)} lines in ${count} files`);
  showCycles("folder cycles, by values and types", measured.cycles, print);
  showCycles("folder cycles, by values alone", measured.cyclesOfValues, print);
  list(
    `folders with more than ${FILES_MAX} files of their own`,
    folders.map(({ folder, files: count }) => `${String(count).padStart(5)}  ${folder}`),
  );
  list(
    `files of more than ${FILE_LINES_MAX} lines`,
    measured.files.map((one) => `${String(one.lines).padStart(5)}  ${one.path}`),
  );
  list(
    `functions of more than ${FUNCTION_LINES_MAX} lines`,
    measured.functions.map(
      (one) => `${String(one.lines).padStart(5)}  ${one.name}  ${one.path}:${one.line}`,
    ),
  );
  list(
    "models that read their options themselves",
    ownOptions.map(({ name, path, line }) => `${name.padEnd(20)} ${path}:${line}`),
  );
  list(
    `functions of one name in more than ${SAME_NAME_MAX} files`,
    sameNames.map(({ name, paths }) => `${String(paths.length).padStart(5)}  ${name}`),
  );
}

function showCycles(
  title: string,
  cycles: readonly Cycle[],
  print: (text: string) => boolean,
): void {
  print(`\n${title}: ${cycles.length}`);
  for (const { folder, order, up } of cycles) {
    const names = order.map((room) => room.slice(folder.length + 1));
    const count = up.reduce((sum, arrow) => sum + arrow.imports.length, 0);
    print(`  ${folder}: ${order.length} rooms in one cycle`);
    print(`    lowest first: ${names.join(" < ")}`);
    print(`    ${up.length} arrows run up in that order, ${count} imports`);
    for (const arrow of up) {
      print(`    ${arrowName(arrow)}: ${arrow.imports.length}`);
      if (values.arrows) for (const one of arrow.imports) print(`      ${importText(one)}`);
    }
  }
}

function importText({ from, to, names, isType }: FileArrow): string {
  return `${from} -> ${to} {${names.join(", ")}}${isType ? " (types)" : ""}`;
}

function cyclesIn(arrows: readonly FileArrow[]): readonly Cycle[] {
  return levelsOf(arrows).flatMap((level) =>
    cyclesOf(level).map((rooms) => ({
      folder: level.folder,
      rooms,
      ...arrowsUp(within(level, rooms)),
    })),
  );
}

function within(level: Level, rooms: readonly string[]): Level {
  const isInside = ({ from, to }: RoomArrow): boolean => rooms.includes(from) && rooms.includes(to);
  return { ...level, rooms, arrows: level.arrows.filter(isInside) };
}

function largeFolders(): readonly { readonly folder: string; readonly files: number }[] {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .map(([folder, count]) => ({ folder, files: count }))
    .filter(({ files: count }) => count > FILES_MAX)
    .toSorted((one, other) => other.files - one.files);
}

/** Functions that stand in a module itself and have the same name in many: what might be one helper. */
function namesMadeOften(): readonly { readonly name: string; readonly paths: readonly string[] }[] {
  const paths = new Map<string, Set<string>>();
  const isNamed = ({ isTop, name }: FunctionFact): boolean => isTop && !name.startsWith("(");
  for (const { name, path } of functions.filter(isNamed))
    paths.set(name, (paths.get(name) ?? new Set()).add(path));
  return [...paths]
    .map(([name, found]) => ({ name, paths: [...found].toSorted() }))
    .filter((one) => one.paths.length > SAME_NAME_MAX)
    .toSorted((one, other) => other.paths.length - one.paths.length);
}

function linesByPart(): readonly {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
}[] {
  const parts: readonly (readonly [string, RegExp])[] = [
    ["src", /^src\//],
    ["data", /^data\//],
    ["test, code", /^test\/.*\.m?ts$/],
    ["test, other", /^test\/.*(?<!\.m?ts)$/],
    ["scripts", /^scripts\//],
    ["docs", /^docs\//],
  ];
  return parts.map(([name, pattern]) => {
    const those = files.filter(({ path }) => pattern.test(path));
    const lines = those.reduce((sum, { text }) => sum + lineCount(text), 0);
    return { name, files: those.length, lines };
  });
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
