// An evidence pack as a table for spreadsheets: one line for each item of each control, and one for each gap and limit.
import { csvRow } from "#record/export/csv.ts";
import { momentText } from "../gap.ts";
import type { PackedControl, PackManifest } from "../manifest.ts";

const HEAD = [
  "framework",
  "control",
  "title",
  "status",
  "what",
  "id",
  "count",
  "from",
  "to",
  "says",
];

/** The table of a pack. */
export function packCsv({ framework }: PackManifest, controls: readonly PackedControl[]): string {
  const lines = controls.flatMap((control) =>
    itemsOf(control).map((item) =>
      csvRow([framework, control.reference, control.title, control.status, ...item]),
    ),
  );
  return `${[csvRow(HEAD), ...lines].join("\n")}\n`;
}

type Item = readonly [string, string, string, string, string, string];

function itemsOf(control: PackedControl): readonly Item[] {
  const { says, evidence, gaps, attestations, checks, detections, notes, limits } = control;
  return [
    ["status", control.id, "", "", "", says],
    ...gaps.map(({ kind, count, reason }): Item => ["gap", kind, String(count), "", "", reason]),
    ...evidence.map(
      ({ id, count, first, last, title, query }): Item => [
        ...(["evidence", id, String(count), first ?? "", last ?? ""] as const),
        `${title}; ${JSON.stringify(query)}`,
      ],
    ),
    ...attestations.flatMap(({ about, needs, state, attested }): readonly Item[] =>
      attested.length === 0
        ? [["attestation", about, "0", "", "", `${state}: ${needs}`]]
        : attested.map(({ kind, owner, createdMs, expiresMs, document }) => [
            ...([kind, about, "1", momentText(createdMs), momentText(expiresMs)] as const),
            `${state}: ${needs}; owner ${owner}${document === null ? "" : `; document ${document}`}`,
          ]),
    ),
    ...checks.map(
      ({ check, outcome, project, says: said }): Item => [
        ...(["posture", check, "", "", ""] as const),
        `${outcome} in ${project}: ${said}`,
      ],
    ),
    ...detections.map(
      ({ id, alerts, isInForce }): Item => [
        ...(["detection", id, String(alerts), "", ""] as const),
        isInForce ? "in force" : "not there",
      ],
    ),
    ...notes.map((note): Item => ["not looked at", "", "", "", "", note]),
    ...limits.map((limit): Item => ["limit", "", "", "", "", limit]),
  ];
}
