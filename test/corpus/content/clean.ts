// Findings of the content stage in clean code: each is taken for a false alarm, in a megabyte of popular packages.
import { SCAN_FINDINGS_MAX } from "#base/limits.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import { cleanFiles } from "./clean-packages.ts";
import { isAtLeast } from "./judge.ts";
import { tally } from "./rates.ts";

/** Figures of one run, each with its unit, and the detectors that alarm, the loudest first. */
export type CleanResult = {
  readonly megabytes: number;
  readonly figures: readonly { readonly name: string; readonly value: number; readonly unit: string }[];
  readonly detectors: readonly (readonly [name: string, count: number])[];
  readonly places: readonly string[];
};

/** Scans every file of the packages. Places name a file and a line, and what alarms there; never the text. */
export async function measureClean(): Promise<CleanResult> {
  const files = await cleanFiles();
  const megabytes = files.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  const found: Finding[] = [];
  const places: string[] = [];
  for (const { path, text } of files) {
    const { findings } = scanText(text, path, { path, max: SCAN_FINDINGS_MAX });
    for (const finding of findings) {
      found.push(finding);
      const line = text.slice(0, finding.start).split("\n").length;
      places.push(`${finding.detector} ${finding.tier} ${path}:${line}`);
    }
  }
  const rate = (test: (finding: Finding) => boolean): number =>
    found.filter(test).length / megabytes;
  const isSecret = ({ family }: Finding): boolean => family === "secret";
  return {
    megabytes,
    figures: [
      { name: "clean code", value: megabytes, unit: "MB" },
      { name: "secrets, tier high", value: rate((one) => isSecret(one) && one.tier === "high"), unit: "per MB" },
      { name: "secrets, tier medium and surer", value: rate((one) => isSecret(one) && isAtLeast(one.tier, "medium")), unit: "per MB" },
      { name: "secrets, all tiers", value: rate(isSecret), unit: "per MB" },
      { name: "personal and health data, tier high", value: rate((one) => !isSecret(one) && one.tier === "high"), unit: "per MB" },
      { name: "personal and health data, all tiers", value: rate((one) => !isSecret(one)), unit: "per MB" },
    ],
    detectors: tally(found.map(({ detector, tier }) => `${detector} (${tier})`)),
    places,
  };
}
