// What `log detect --list` and `--explain` print: the detections of an installation, and one of them with its runbook and its lists.
import { printable, printableJson } from "#base/printable.ts";
import type { RuleMeta } from "#detect/detection/detection.ts";
import type { RuleSource } from "../../foundation/product/shipped-data.ts";
import type { SiteDetections } from "../../services/log/detections.ts";

/** Entries of a list that are printed. */
const ENTRIES_SHOWN = 40;

/** A line for each detection, the gravest first. */
export function listLines(rules: readonly RuleMeta[], asJson: boolean): readonly string[] {
  if (asJson) return rules.map((rule) => printableJson(rowOf(rule)));
  const width = Math.max(...rules.map(({ name }) => name.length));
  return rules.map(({ level, name, title, requiresKey }) =>
    printable(`${level.padEnd(13)}  ${name.padEnd(width)}  ${title}${requiresKey ? " (key)" : ""}`),
  );
}

/** One detection in full. */
export function explainLines(
  { rule: { meta, kind }, file, text }: RuleSource,
  { lists, listsFile }: SiteDetections,
  asJson: boolean,
): readonly string[] {
  const asked = meta.lists.map((name) => ({ name, list: lists.get(name) }));
  if (asJson)
    return [
      printableJson({
        ...rowOf(meta),
        kind,
        description: meta.description,
        falsePositives: [...meta.falsePositives],
        lists: Object.fromEntries(asked.map(({ name, list }) => [name, [...(list?.values ?? [])]])),
        file,
        rule: text,
      }),
    ];
  const lines = [
    `${meta.title} [${meta.name}]`,
    `level ${meta.level}, status ${meta.status}, ${kind === "correlation" ? "over several events" : "over single events"}${meta.requiresKey ? ", for readers with the key" : ""}`,
    `id ${meta.id}, tags ${meta.tags.join(" ")}`,
    "",
    meta.description.trim(),
    "",
    "when it fires and nothing is wrong:",
    ...meta.falsePositives.map((one) => `  - ${one}`),
    `runbook: ${meta.runbook ?? "none"}`,
    ...asked.flatMap(({ name, list }) => listText(name, list)),
    ...(asked.length === 0 ? [] : [`fill them in ${listsFile}`]),
    "",
    `${file}:`,
    ...text.trimEnd().split("\n"),
  ];
  return lines.map(printable);
}

function listText(
  name: string,
  list: { readonly about: string; readonly values: readonly string[] } | undefined,
): readonly string[] {
  const values = list?.values ?? [];
  const more =
    values.length > ENTRIES_SHOWN ? [`    and ${values.length - ENTRIES_SHOWN} more`] : [];
  return [
    `list %${name}%, ${values.length === 0 ? "empty" : `${values.length} entries`}: ${list?.about ?? ""}`,
    ...values.slice(0, ENTRIES_SHOWN).map((value) => `    ${value}`),
    ...more,
  ];
}

function rowOf(meta: RuleMeta) {
  const { id, name, title, level, status, tags, runbook = null, requiresKey } = meta;
  return { id, name, title, level, status, tags: [...tags], runbook, requiresKey };
}
