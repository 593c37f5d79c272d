// Lint over texts, as tests write them.
import type { Layer } from "#govern/settings/catalogue.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

/** The catalogue that ships. */
export const catalogue = loadCatalogue();

/** A file of a layer; a value that is no text is written as JSON. */
export function sourceOf(
  content: unknown,
  layer: Layer = "project",
  more: Partial<LintSource> = {},
): LintSource {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return {
    file: `${layer}.json`,
    layer,
    text,
    bytes: Buffer.byteLength(text),
    isLink: false,
    ...more,
  };
}

/** What lint finds in one file. */
export function lintText(content: unknown, layer: Layer = "project"): readonly LintFinding[] {
  return lintSettings([sourceOf(content, layer)], catalogue);
}

/** What lint finds in files that are in force together. */
export function lintFiles(...sources: readonly LintSource[]): readonly LintFinding[] {
  return lintSettings(sources, catalogue);
}

/** What lint finds in one rule, alone in its list. */
export function lintRule(list: "allow" | "ask" | "deny", rule: string): readonly LintFinding[] {
  return lintText({ permissions: { [list]: [rule] } });
}

/** The ids of findings, each once. */
export function idsOf(findings: readonly LintFinding[]): readonly string[] {
  return [...new Set(findings.map(({ id }) => id))];
}
