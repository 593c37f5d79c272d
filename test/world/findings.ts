// What the scan says of one file of the chosen repositories, as places that can be held against labels.
import type { Asked } from "./candidates.ts";
import { type ChosenFile, type FileKind, lineDigest, type Place } from "./samples.ts";
import { createCollector } from "#assure/scan/collector.ts";
import type { Tier } from "#guard/content/detection/finding.ts";
import { lookAt } from "#surface/services/scan/content-look.ts";

/** Kinds of personal data that are labelled: what has a form of its own. */
export type PersonalKind = "phone" | "card" | "iban" | "national";
export type Found = Place & {
  readonly asked: Asked;
  readonly detector: string;
  readonly tier: Tier;
  readonly kind: FileKind;
  /** Of personal data only. */
  readonly data: PersonalKind | undefined;
  /** Digests of the lines below its first one that it reaches over, as a private key does. */
  readonly below: readonly string[];
};

/** WHY not these: an address of mail or of a machine tells by its form alone, and names and places are measured elsewhere. */
const NOT_ASKED =
  /^personal\/(?:email|ip-|name|titled|letter|born|mail|postal|birth|bank|vehicle|licence|imei|device|passport|driving)/;

/** The findings of a file that count here, one for each line, tier and family. */
export function findingsOf({ path, text, kind }: ChosenFile): readonly Found[] {
  const collector = createCollector({
    scope: path,
    today: "2026-01-01",
    digest: () => "",
    honoursAnnotations: false,
    leastTier: "low",
    families: ["secret", "personal"],
  });
  const look = lookAt(collector, { file: path, path });
  look.push(Buffer.from(text));
  look.end();
  const lines = text.split("\n");
  return collector.report().findings.flatMap(({ rule, family, tier, line, endLine, file }) => {
    if (file !== path || family === "health" || NOT_ASKED.test(rule)) return [];
    const digest = lineDigest(lines[line - 1] ?? "");
    const data = family === "personal" ? dataOf(rule) : undefined;
    const below = lines.slice(line, endLine).map(lineDigest);
    return [{ path, line, digest, asked: family, detector: rule, tier, kind, data, below }];
  });
}

function dataOf(rule: string): PersonalKind {
  if (rule.endsWith("phone-number")) return "phone";
  if (rule.endsWith("payment-card")) return "card";
  return rule.endsWith("iban") ? "iban" : "national";
}
