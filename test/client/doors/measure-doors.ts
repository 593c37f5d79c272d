// `npm run doors -- [--client VERSION] [--only TEXT] [--guard none|init|user|managed] [--as USER] [--json] [--write]`: tries every door, and everyday uses of the same ways, in the real client, without us and guarded; `--write` makes docs/reference/doors.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { whyMissing } from "../machine.ts";
import { doors } from "./all-doors.ts";
import { runAs } from "./as-user.ts";
import { findVersion, pageVersions, plainVersions } from "./client-versions.ts";
import { GUARDS, type Guard } from "./door-stand.ts";
import { doorsPage, summary } from "./doors-page.ts";
import { harmless } from "./harmless.ts";
import { type Column, tryColumn } from "./try-column.ts";

const page = join(fileURLToPath(new URL("../../..", import.meta.url)), "docs/reference/doors.md");

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      client: { type: "string", multiple: true },
      only: { type: "string" },
      guard: { type: "string", multiple: true },
      as: { type: "string" },
      json: { type: "boolean" },
      write: { type: "boolean" },
    },
  });
  if (values.write === true && (values.only ?? values.guard ?? values.client) !== undefined)
    wrongArguments(
      import.meta.url,
      "`--write` makes the whole page: no `--only`, `--guard` or `--client` beside it",
    );
  if (values.as !== undefined) return await runAs(values.as, process.argv.slice(2));
  const guards = values.guard?.map(guardOf);
  const versions = values.client ?? (values.write === true ? pageVersions : await plainVersions());
  const rows = { doors: doors.filter(isWanted), harmless: harmless.filter(isWanted) };
  function isWanted({ id, title }: { readonly id: string; readonly title: string }): boolean {
    return values.only === undefined || `${id} ${title}`.includes(values.only);
  }
  if (rows.doors.length + rows.harmless.length === 0)
    wrongArguments(import.meta.url, `no door has \`${values.only}\` in its name`);
  const isManagedHere = (await whyMissing(["managed"])) === undefined;
  const columns: Column[] = [];
  for (const [at, version] of versions.entries()) {
    const client = await findVersion(version);
    if (client.kind === "missing") throw new Error(`client ${version}: ${client.reason}`);
    const newest = values.write === true && at === 0;
    for (const guard of guards ?? (newest ? GUARDS : (["none", "init"] as const))) {
      const started = Date.now();
      const column = await tryColumn({ version, guard, client: client.path, isManagedHere }, rows);
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

function guardOf(word: string): Guard {
  const guard = GUARDS.find((known) => known === word);
  return guard ?? wrongArguments(import.meta.url, `\`${word}\` is no guard: ${GUARDS.join(", ")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
