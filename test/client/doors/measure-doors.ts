// `npm run doors -- [--client VERSION] [--only TEXT] [--guard none|init|user|managed] [--as USER] [--width N] [--minutes N] [--json] [--with FILE] [--write]`: tries every door, and everyday uses of the same ways, in the real client, without us and guarded; `--with` adds what an earlier run with `--json` found; `--write` makes docs/reference/doors.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { runAs } from "../as-user.ts";
import { whyMissing } from "../machine.ts";
import { doors } from "./all-doors.ts";
import { findVersion, pageVersions, plainVersions } from "./client-versions.ts";
import { GUARDS, type Guard } from "./door-stand.ts";
import { doorsPage, summary } from "./doors-page.ts";
import { harmless } from "./harmless.ts";
import { type Column, tryColumn } from "./try-column.ts";

const page = join(fileURLToPath(new URL("../../..", import.meta.url)), "docs/reference/doors.md");

const MINUTE_MS = 60_000;

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      client: { type: "string", multiple: true },
      only: { type: "string" },
      guard: { type: "string", multiple: true },
      as: { type: "string" },
      width: { type: "string" },
      minutes: { type: "string" },
      json: { type: "boolean" },
      with: { type: "string", multiple: true },
      write: { type: "boolean" },
    },
  });
  if (values.write === true && values.only !== undefined)
    wrongArguments(import.meta.url, "`--write` makes the whole page: no `--only` beside it");
  if (values.as !== undefined)
    return await runAs(values.as, fileURLToPath(import.meta.url), process.argv.slice(2), page);
  const guards = values.guard?.map(guardOf);
  const earlier = (values.with ?? []).flatMap((file) => columnsIn(readFileSync(file, "utf8")));
  // Who names nothing beside what was found earlier wants nothing more tried.
  const isGathered = earlier.length > 0 && (values.client ?? values.guard) === undefined;
  const versions =
    values.client ??
    (isGathered ? [] : values.write === true ? pageVersions : await plainVersions());
  const rows = { doors: doors.filter(isWanted), harmless: harmless.filter(isWanted) };
  function isWanted({ id, title }: { readonly id: string; readonly title: string }): boolean {
    return values.only === undefined || `${id} ${title}`.includes(values.only);
  }
  if (rows.doors.length + rows.harmless.length === 0)
    wrongArguments(import.meta.url, `no door has \`${values.only}\` in its name`);
  const width = values.width === undefined ? {} : { width: numberOf(values.width) };
  const lasts =
    values.minutes === undefined ? {} : { lastsMs: numberOf(values.minutes) * MINUTE_MS };
  const isManagedHere = (await whyMissing(["managed"])) === undefined;
  const columns: Column[] = [...earlier];
  for (const [at, version] of versions.entries()) {
    const client = await findVersion(version);
    if (client.kind === "missing") throw new Error(`client ${version}: ${client.reason}`);
    const newest = values.write === true && at === 0;
    for (const guard of guards ?? (newest ? GUARDS : (["none", "init"] as const))) {
      const started = Date.now();
      const column = await tryColumn(
        { version, guard, client: client.path, isManagedHere, ...width, ...lasts },
        rows,
      );
      columns.push(column);
      process.stderr.write(`${summary(column)}, ${Math.round((Date.now() - started) / 1000)} s\n`);
    }
  }
  if (values.write === true) writeFileSync(page, doorsPage(rows, columns));
  process.stdout.write(
    values.json === true ? `${JSON.stringify(columns, null, 2)}\n` : doorsPage(rows, columns),
  );
  if (columns.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
}

function columnsIn(text: string): readonly Column[] {
  return JSON.parse(text) as Column[];
}

function numberOf(word: string): number {
  const number = Number(word);
  return Number.isInteger(number) && number > 0
    ? number
    : wrongArguments(import.meta.url, `\`${word}\` is no number above 0`);
}

function guardOf(word: string): Guard {
  const guard = GUARDS.find((known) => known === word);
  return guard ?? wrongArguments(import.meta.url, `\`${word}\` is no guard: ${GUARDS.join(", ")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
