// Reads `data/detectors`, holds every row to what rows must be, and writes the modules of `src/guard/content/rows` from them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { type DetectorFile, DetectorFileSchema, type DetectorRowData } from "./detector-schema.ts";
import { rowFaults } from "./row-faults.ts";

/** The folders below the repository's own. */
export const DETECTOR_DATA = "data/detectors";
export const ROW_MODULES = "src/guard/content/rows";

/** A file of data by its path, and what it says. */
export type ReadFile = { readonly path: string; readonly file: DetectorFile };
/** What is wrong with a row or a file, told with its place. */
export type DetectorFiles = {
  readonly files: readonly ReadFile[];
  readonly faults: readonly string[];
};

/** All files of detectors in the repository at `place`, in order. */
export function readDetectorFiles(place: string): DetectorFiles {
  const read = filesBelow(join(place, DETECTOR_DATA), ".yaml").map((name) => {
    const path = posix.join(DETECTOR_DATA, name);
    return detectorFile(path, readFileSync(join(place, path), "utf8"));
  });
  const files = read.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return { files, faults: [...read.flatMap(({ faults }) => faults), ...repeatedIds(files)] };
}

/** What one file says, or what is wrong with it. */
export function detectorFile(
  path: string,
  text: string,
): { readonly file?: ReadFile; readonly faults: readonly string[] } {
  let data: unknown;
  try {
    data = parse(text, { schema: "core" });
  } catch (cause) {
    return { faults: [`${path}: ${cause instanceof Error ? cause.message : "is no YAML"}`] };
  }
  const read = v.safeParse(DetectorFileSchema, data);
  if (!read.success) return { faults: read.issues.map((issue) => `${path}: ${said(issue, data)}`) };
  const file = read.output;
  const named = posix.relative(DETECTOR_DATA, path).replace(/\.yaml$/, "");
  const faults = [
    ...(file.id === named ? [] : [`${path}: id is \`${file.id}\`, its path says \`${named}\``]),
    ...file.detectors.flatMap((row) =>
      rowFaults(row).map((fault) => `${path}: \`${row.id}\`: ${fault}`),
    ),
  ];
  return { file: { path, file }, faults };
}

/** The row of an issue by its id, for a number tells nobody where to look. */
function said(issue: v.BaseIssue<unknown>, data: unknown): string {
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  const rows = (data as { readonly detectors?: readonly { readonly id?: unknown }[] } | null)
    ?.detectors;
  const [first, row, ...field] = keys;
  if (first !== "detectors" || row === undefined) return `${keys.join(".")}: ${issue.message}`;
  const id = rows?.[Number(row)]?.id;
  const named = typeof id === "string" ? id : `the row ${Number(row) + 1}`;
  return `\`${named}\`: ${field.join(".")}: ${issue.message}`;
}

function repeatedIds(files: readonly ReadFile[]): readonly string[] {
  const seen = new Map<string, string>();
  return files.flatMap(({ path, file }) =>
    file.detectors.flatMap(({ id }) => {
      const other = seen.get(id);
      seen.set(id, path);
      return other === undefined ? [] : [`${path}: \`${id}\`: is an id of ${other} too`];
    }),
  );
}

/** The text of each module by its path. */
export function rowModules(files: readonly ReadFile[]): ReadonlyMap<string, string> {
  return new Map(
    files.map(({ path, file }) => [posix.join(ROW_MODULES, `${file.id}.ts`), moduleOf(path, file)]),
  );
}

/** Modules that are not what the data says, or that no data says anything of. */
export function staleModules(place: string, files: readonly ReadFile[]): readonly string[] {
  const wanted = rowModules(files);
  const there = filesBelow(join(place, ROW_MODULES), ".ts").map((name) =>
    posix.join(ROW_MODULES, name),
  );
  return [
    ...there.filter((path) => !wanted.has(path)),
    ...[...wanted].flatMap(([path, text]) => {
      const file = join(place, path);
      return existsSync(file) && readFileSync(file, "utf8") === text ? [] : [path];
    }),
  ];
}

/** What a module of rows exports: the last part of its id, as code writes names. */
export function exportedName(id: string): string {
  const name = id.slice(id.lastIndexOf("/") + 1);
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function moduleOf(path: string, { id, title, detectors }: DetectorFile): string {
  const up = "../".repeat(id.split("/").length);
  return [
    `// ${title}. Made of ${path} by \`npm run detectors\`: change that file, never this one.`,
    `import { detectorsOf } from "${up}declaration/detector-row.ts";`,
    "",
    `export const ${exportedName(id)} = detectorsOf([`,
    ...detectors.map((row) => `  ${rowText(row)},`),
    "]);",
    "",
  ].join("\n");
}

/** WHY without issuer and source: nothing that runs asks for them, and every process would carry them. */
function rowText(row: DetectorRowData): string {
  const fields = Object.entries(row).filter(([name]) => name !== "issuer" && name !== "source");
  return `{ ${fields.map(([name, value]) => `${name}: ${valueText(value)}`).join(", ")} }`;
}

function valueText(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]`
    : JSON.stringify(value);
}

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(ending))
    .sort();
}
