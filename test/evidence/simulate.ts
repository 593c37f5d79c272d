// `npm run evidence -- [--people N] [--days N] [--calls N] [--keep DIR] [--sound] [--write]`: evidence packs of a large made-up company, with every failure planted: collected, checked by both verifiers, tampered with; with times, and the page of it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gap } from "#assure/evidence/gap.ts";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkPack, openPack } from "#surface/services/evidence/verify-pack.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";
import { describeMachine } from "../bench/page.ts";
import { startPython } from "../tamper/python-verifier.ts";
import {
  CIRCUMSTANCES,
  type Company,
  compareGaps,
  FAILURES,
  type Failure,
  isGapOf,
  liveCompany,
} from "./company.ts";
import { tamperings } from "./tampering.ts";

const { values } = scriptArguments(import.meta.url, {
  options: {
    people: { type: "string", default: "200" },
    days: { type: "string", default: "90" },
    calls: { type: "string", default: "12" },
    /** Keep the company here, or use the one that is kept there. */
    keep: { type: "string" },
    sound: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;
const scratch = mkdtempSync(join(tmpdir(), "sallyport-company-"));
const root = values.keep ?? join(scratch, "data");
const all = FRAMEWORKS.flatMap((framework) => controlsOf(framework));
const failures = values.sound ? [] : (Object.keys(FAILURES) as Failure[]);
const kept = join(root, "company.json");

/** What came of one pack. */
type Looked = {
  readonly framework: string;
  readonly bytes: Buffer;
  readonly gaps: readonly Gap[];
  readonly missed: readonly string[];
  readonly extra: readonly string[];
  readonly line: string;
};

try {
  const company = await livedOrKept();
  const key = parseVerifier(company.verifierKey);
  if (key === undefined) throw new Error("the company has no key");
  const python = startPython(company.verifierKey, []);
  const packs: Looked[] = [];
  for (const framework of FRAMEWORKS) {
    const looked = await lookAt(company, framework, { key, python });
    packs.push(looked);
    const { line, missed, extra } = looked;
    console.log(`${line}\n  not found: ${missed.join(", ") || "none"}`);
    console.log(`  found and not planted: ${extra.join(", ") || "none"}`);
  }
  const refusals: string[] = [];
  for (const [place, { framework, bytes }] of packs.entries()) {
    const other = packs[(place + 1) % packs.length];
    if (other === undefined) continue;
    let [ours, theirs] = [0, 0];
    const changed = tamperings(bytes, other.bytes);
    for (const { what, bytes: tampered } of changed) {
      if (checkPack(tampered, key).faults.length > 0) ours += 1;
      else console.log(`  NOT refused: ${what}`);
      const file = join(scratch, "tampered.tar");
      writeFileSync(file, tampered);
      const answer = await python.ask({ pack: file });
      if (answer.good) console.log(`  NOT refused by python: ${what}`);
      else theirs += 1;
    }
    refusals.push(`| ${framework} | ${changed.length} | ${ours} | ${theirs} |`);
    console.log(refusals.at(-1));
  }
  python.close();
  if (values.write)
    writeFileSync(
      new URL("../../docs/reference/evidence.md", import.meta.url),
      pageOf(company, packs, refusals),
    );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function lookAt(
  company: Company,
  framework: (typeof FRAMEWORKS)[number],
  { key, python }: { readonly key: NoteVerifier; readonly python: ReturnType<typeof startPython> },
): Promise<Looked> {
  const [pack, collecting] = await timed(() =>
    collectPack(company.directories, {
      framework,
      controls: controlsOf(framework),
      project: undefined,
      withoutPosture: true,
      period: { ...company.period, nowMs: company.period.untilMs + 86_400_000 },
      onProgress: () => undefined,
      onProject: () => undefined,
    }),
  );
  const { bytes, manifest } = pack;
  const gaps = manifest.controls.flatMap((control) => control.gaps);
  const [checked, checking] = await timed(async () => checkPack(bytes, key));
  const file = join(scratch, `${framework}.tar`);
  writeFileSync(file, bytes);
  const [answer, asking] = await timed(() => python.ask({ pack: file }));
  const record = String(openPack(bytes).files.get("facts/record.json"));
  const unsaid = Object.entries(CIRCUMSTANCES).filter(([, said]) => !said.test(record));
  const { missed, extra } = compareGaps(failures, gaps, framework);
  const count = (wanted: string) =>
    manifest.controls.filter(({ status }) => status === wanted).length;
  const cells = [
    ...[framework, manifest.controls.length, count("gap"), gaps.length, manifest.proofs.held],
    ...[bytes.length, collecting, `${checked.faults.length} faults, ${checking}`],
    answer.good ? `good, ${asking}` : "REFUSED",
  ];
  return {
    framework,
    bytes,
    gaps,
    extra,
    missed: [...missed, ...unsaid.map(([what]) => what)],
    line: `| ${cells.join(" | ")} |`,
  };
}

async function timed<Result>(act: () => Promise<Result>): Promise<readonly [Result, string]> {
  const begun = performance.now();
  const result = await act();
  return [result, `${((performance.now() - begun) / 1_000).toFixed(1)} s`];
}

async function livedOrKept(): Promise<Company> {
  try {
    return JSON.parse(readFileSync(kept, "utf8")) as Company;
  } catch {
    mkdirSync(root, { recursive: true });
    const [company, living] = await timed(() =>
      liveCompany({
        root,
        people: Number(values.people),
        days: Number(values.days),
        failures,
        callsPerDay: Number(values.calls),
        controls: all,
      }),
    );
    console.log(`lived: ${company.entries} entries in ${living}`);
    writeFileSync(kept, JSON.stringify(company));
    return company;
  }
}

function pageOf(company: Company, packs: readonly Looked[], refusals: readonly string[]): string {
  const { from, to } = company.period;
  const rows = failures.map((failure) => {
    const said = packs.map(({ gaps }) => gaps.filter((gap) => isGapOf(failure, gap)).length);
    const kinds = [...new Set(FAILURES[failure].map(({ kind }) => `\`${kind}\``))];
    return `| ${failure} | ${kinds.join(", ")} | ${said.join(" | ")} |`;
  });
  const missed = packs.reduce((sum, one) => sum + one.missed.length, 0);
  const extra = packs.reduce((sum, one) => sum + one.extra.length, 0);
  return `# Evidence packs of a made-up company

Written by \`npm run evidence -- --people ${values.people} --days ${values.days} --calls ${values.calls} --write\`. ${values.people} made-up people work for ${values.days} days, ${from} to ${to}; the real writer of the log records
it, ${company.entries} entries. Each failure below is planted once. A key of the log is changed in order and one person is erased by the real commands' own code: both are said in the facts of
each pack and are no gap. Then three packs are collected, checked by \`sallyport evidence verify\`'s code and by the verifier in Python, and changed in every way of \`test/evidence/tampering.ts\`.

- Planted and said by no gap: ${missed}.
- Gaps that were not planted: ${extra}.

| pack | controls | with a gap | gaps | proofs | bytes | collected in | our verifier | the one in Python |
|---|---:|---:|---:|---:|---:|---:|---|---|
${packs.map(({ line }) => line).join("\n")}

Machine: ${describeMachine()}. Other work ran beside it: the times are no measurement.

## What was planted

The same gap stands with each control that it speaks against; the columns count them.

| planted | said as | ${packs.map(({ framework }) => framework).join(" | ")} |
|---|---|${packs.map(() => "---:").join("|")}|
${rows.join("\n")}

## Changed packs

Single bits, files taken out, added and exchanged, statuses, gaps, counts, limits and periods changed with and without new digests, other signatures.

| pack | ways | refused by ours | refused by Python |
|---|---:|---:|---:|
${refusals.join("\n")}
`;
}
