// `npm run client -- VERSION [--against OLD] [--no-proof] [--write]`: reads a release of the client, compares it with the catalogue and an older one, and proves it; `--write` enters it into data/client and the page.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Catalogue,
  joinCatalogue,
  type KnownRelease,
  parseCataloguePart,
} from "#govern/settings/catalogue.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { fetchProgram } from "../../../scripts/pinned-package.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { askRelease } from "../client-binary.ts";
import { type CatalogueFiles, enterRelease, isOlder, releasesFile } from "./catalogue-edit.ts";
import { type Change, changesBetween, namesOf, type ReleaseNames } from "./compare.ts";
import { offeredTools } from "./offered-tools.ts";
import { readProgramText } from "./program-text.ts";
import { isProven, runStep, STEPS, type StepResult } from "./proof-steps.ts";
import { readFacts, type ReleaseFacts } from "./release-facts.ts";
import { versionsPage } from "./versions-page.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const home = join(root, "data/client");
const page = "docs/reference/client-versions.md";
const RELEASES = "releases.yaml";

type Release = {
  readonly path: string;
  readonly facts: ReleaseFacts;
  readonly names: ReleaseNames;
};

async function readRelease(version: string): Promise<Release> {
  say(`${version}: fetching`);
  const path = await fetchProgram(await askRelease(version));
  say(`${version}: reading the program`);
  const facts = readFacts(await readProgramText(path, version));
  return { path, facts, names: namesOf(facts, await offeredTools(path)) };
}

async function main(): Promise<number> {
  const { values, positionals } = scriptArguments(import.meta.url, {
    allowPositionals: true,
    options: {
      against: { type: "string" },
      "no-proof": { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const [version] = positionals;
  if (version === undefined || positionals.length !== 1)
    return wrongArguments(import.meta.url, "name one version, as 2.1.332");
  const beganMs = performance.now();
  const files = readFiles();
  const catalogue = catalogueOf(files);
  const release = await readRelease(version);
  const against = values.against ?? newestBefore(catalogue, version);
  const older = against === undefined ? undefined : await readRelease(against);
  const changed = older === undefined ? [] : changesBetween(older.names, release.names);
  say(
    older === undefined
      ? "compared with nothing: no older release is in the catalogue"
      : `compared with ${against}`,
  );
  process.stdout.write(changeLines(changed));

  const proof = values["no-proof"] ? [] : await prove(release.path);
  const after = enterRelease(files, catalogue, {
    ...release,
    older: older && { version: older.facts.version, names: older.names },
  });
  const entry: KnownRelease = {
    version,
    read: new Date().toISOString().slice(0, 10),
    seconds: Math.round((performance.now() - beganMs) / 1000),
    proof: [...proof],
    changed: changed.map((one) => ({ ...one, new: [...one.new], gone: [...one.gone] })),
  };
  const client = isOlder(version, catalogue.client) ? catalogue.client : version;
  const others = catalogue.releases.filter((one) => one.version !== version);
  const renewed = new Map([...after, [RELEASES, releasesFile([...others, entry], client)]]);
  finish(files, renewed, values.write);
  const isGood = values["no-proof"] || isProven(proof);
  say(
    `${version}: ${values["no-proof"] ? "not proven: no step was run" : isGood ? "proven" : "NOT proven"}, ${entry.seconds} s`,
  );
  return isGood ? 0 : 1;
}

async function prove(path: string): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of STEPS) {
    const { failures, ...result } = await runStep(step, path);
    say(
      `${step.step}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped, ${result.seconds} s`,
    );
    for (const failure of failures) say(`  failed: ${failure}`);
    results.push(result);
  }
  return results;
}

/** The newest release before this one that was read before. */
function newestBefore({ releases }: Catalogue, version: string): string | undefined {
  return releases
    .map((one) => one.version)
    .filter((one) => isOlder(one, version))
    .toSorted((a, b) => (isOlder(a, b) ? -1 : 1))
    .at(-1);
}

function readFiles(): CatalogueFiles {
  const names = readdirSync(home).filter((name) => name.endsWith(".yaml"));
  return new Map(names.sort().map((name) => [name, readFileSync(join(home, name), "utf8")]));
}

const catalogueOf = (files: CatalogueFiles) =>
  joinCatalogue([...files].map(([name, text]) => parseCataloguePart(text, name)));

/** Shows what changes in files, and writes it where that is wanted. What would not be read again is never written. */
function finish(before: CatalogueFiles, after: CatalogueFiles, isWritten: boolean): void {
  const pageText = versionsPage(catalogueOf(after));
  for (const [name, text] of after) {
    if (isWritten && text !== before.get(name)) writeFileSync(join(home, name), text);
    else if (!isWritten)
      process.stdout.write(unifiedDiff(before.get(name), text, `data/client/${name}`));
  }
  if (isWritten) writeFileSync(join(root, page), pageText);
}

function changeLines(changed: readonly Change[]): string {
  const lines = changed.flatMap((change) => [
    ...change.new.map((name) => `  + ${change.names}: ${name}`),
    ...change.gone.map((name) => `  - ${change.names}: ${name}`),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
