// `npm run weakenings -- [--only TEXT] [--results FILE] [--json] [--write]`: tries each way to weaken the guard of a machine with the real client; what FILE has already is not tried again; needs root; reports, and never decides about a test.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { findClient, olderClient, pinnedClient } from "../client-binary.ts";
import { type GuardedSystem, openGuardedSystem, type Tried } from "./guarded-system.ts";
import { weakenings } from "./weakenings.ts";
import { type JudgedWay, judgedWay, lineOf, weakeningsPage } from "./weakenings-page.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PAGE = join(ROOT, "docs/reference/weakenings.md");

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      only: { type: "string", default: "" },
      results: { type: "string" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && values.only !== "")
    wrongArguments(import.meta.url, "the page is of all ways; leave `--only` out");
  if (process.getuid?.() !== 0) throw new Error("a machine is made by root");
  const ways = weakenings.filter(({ id }) => id.includes(values.only));
  if (ways.length === 0) wrongArguments(import.meta.url, `nothing is called \`${values.only}\``);
  const client = await findClient();
  const older = await findClient(undefined, olderClient);
  if (client.kind === "missing") throw new Error(client.reason);
  if (older.kind === "missing") throw new Error(older.reason);
  const before = values.results === undefined ? [] : resultsIn(values.results);
  const built = spawnSync(process.execPath, [join(ROOT, "scripts/bootstrap.mjs"), "--build"]);
  if (built.status !== 0) throw new Error(String(built.stderr));
  let machine: GuardedSystem | undefined;
  const judged: JudgedWay[] = [];
  try {
    for (const way of ways) {
      const known = before.find(({ id }) => id === way.id)?.tried;
      if (known === undefined) machine ??= await openGuardedSystem(client.path, older.path);
      const tried = known ?? (await machine?.attempt(way));
      if (tried === undefined) continue;
      if (known === undefined && values.results !== undefined)
        appendFileSync(values.results, `${JSON.stringify({ id: way.id, tried })}\n`);
      const one = judgedWay(way, tried);
      judged.push(one);
      if (!values.json) process.stdout.write(`${lineOf(one)}\n`);
      if (one.outcome === "open") process.stderr.write(`${one.tried.said}\n`);
    }
  } finally {
    await machine?.close();
  }
  if (values.json) process.stdout.write(`${JSON.stringify(judged)}\n`);
  const on = new Date().toISOString().slice(0, 10);
  if (values.write)
    writeFileSync(PAGE, weakeningsPage(judged, { version: pinnedClient.version, on }));
}

/** What an earlier run found, which was stopped or tried a part. */
function resultsIn(file: string): readonly { readonly id: string; readonly tried: Tried }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as { id: string; tried: Tried });
}

await main();
