// What is found in texts, in how clients are set up and in recorded events, for every labelled case of the corpora.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { SCAN_FINDINGS_MAX } from "#base/limits.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadDetections } from "#surface/foundation/product/shipped-data.ts";
import { makeCorpus } from "../corpus/content/make.ts";
import { benignTrees, postureCases, sourceExamples } from "../corpus/posture/case.ts";
import { runsOf } from "../corpus/posture/judge.ts";
import { type Observe, shortDigest } from "./behavior.ts";

const CORPUS = fileURLToPath(new URL("../corpus/", import.meta.url));

/** The labelled texts of the content stage, and the detectors' own corpora. */
export function observeContent(observe: Observe): void {
  for (const { id, file, set, about, text, sealed } of makeCorpus()) {
    const { findings, isTruncated } = scanText(text, file, { path: file, max: SCAN_FINDINGS_MAX });
    const parts = { findings: findingLines(findings), isTruncated: String(isTruncated) };
    const name = `labelled/${set}/${id}/${shortDigest(text)}`;
    observe({ kind: "content", id: name, shown: `${file}: ${about}`, parts, isSealed: sealed });
  }
  for (const file of yamlFiles("detectors")) {
    const cases = parse(readFileSync(`${CORPUS}${file}`, "utf8")) as readonly {
      readonly name: string;
      readonly text: string;
      readonly path?: string;
    }[];
    for (const { name, text, path } of cases) {
      const options = path === undefined ? {} : { path };
      const { findings } = scanText(text, "corpus", options);
      const parts = { findings: findingLines(findings) };
      observe({ kind: "content", id: `${file}/${name}`, shown: `${file} ${name}`, parts });
    }
  }
}

/** What every check of the audit says of every labelled case, example and tree. */
export async function observePosture(observe: Observe): Promise<void> {
  for (const one of [...postureCases(), ...sourceExamples(), ...benignTrees()]) {
    const runs = await runsOf(one);
    // Nearly all checks of a case say nothing: one line for each that does.
    const said = runs
      .filter(({ result }) => result.faults.length > 0 || result.outcome === "fail")
      .map(({ check, result }) =>
        JSON.stringify([check.id, result.outcome, result.note, result.faults]),
      );
    const others = runs.map(({ check, result }) =>
      JSON.stringify([check.id, result.outcome, result.note, result.lookedAt]),
    );
    const parts = {
      found: said.toSorted().join("\n"),
      checks: shortDigest(others.toSorted().join("\n")),
    };
    observe({ kind: "posture", id: one.id, shown: one.id, parts, isSealed: one.sealed });
  }
}

/** Which detections each event of their corpora matches. */
export function observeDetections(observe: Observe): void {
  const detections = loadDetections();
  for (const file of yamlFiles("detections")) {
    const cases = parse(readFileSync(`${CORPUS}${file}`, "utf8")) as readonly {
      readonly name: string;
      readonly event: JsonObject;
    }[];
    for (const { name, event } of cases) {
      const matching = detections.filter(({ matches }) => matches(event)).map((one) => one.name);
      const parts = { matching: matching.toSorted().join("\n") };
      observe({ kind: "detection", id: `${file}/${name}`, shown: `${file} ${name}`, parts });
    }
  }
}

/** A line for each finding: where it is and how sure, never what it says. */
function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(
      (one) =>
        `${one.start}-${one.end} ${one.tier} ${one.family} ${one.detector} ${(one.decoded ?? []).join(",")}`,
    )
    .toSorted()
    .join("\n");
}

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(`${CORPUS}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .toSorted()
    .map((file) => `${folder}/${file}`);
}
