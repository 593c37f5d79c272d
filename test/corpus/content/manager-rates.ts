// Which share of generated values a scan of files finds in each form, and which it covers to the last character.
import { createCollector } from "#assure/scan/collector.ts";
import { lookAt } from "../../../src/surface/services/scan/content-look.ts";
import { MANAGER_FORMS, type ManagerFile, managerFiles } from "./manager-values.ts";

/** `missed` are files whose value no finding of `medium` or above touches. */
export type ManagerRate = {
  readonly name: string;
  readonly of: number;
  readonly found: number;
  readonly covered: number;
  readonly missed: readonly ManagerFile[];
};

/** The rates of every form over `count` files each. */
export function managerRates(count: number, seed: string): readonly ManagerRate[] {
  return MANAGER_FORMS.map((form) => {
    const files = managerFiles(form, count, seed);
    const seen = files.map((file) => ({ file, ...lookedAt(file) }));
    return {
      name: form.name,
      of: files.length,
      found: seen.filter(({ isFound }) => isFound).length,
      covered: seen.filter(({ isCovered }) => isCovered).length,
      missed: seen.filter(({ isFound }) => !isFound).map(({ file }) => file),
    };
  });
}

function lookedAt({ path, text, start, end }: ManagerFile) {
  const collector = createCollector({
    scope: "files",
    today: "2026-01-01",
    digest: () => "",
    honoursAnnotations: false,
    leastTier: "medium",
    families: ["secret"],
  });
  const look = lookAt(collector, { file: path, path });
  look.push(Buffer.from(text));
  look.end();
  const lines = text.split("\n");
  const offsetOf = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  const spans = collector.report().findings.map((one) => {
    const from = offsetOf(one.line, one.column);
    return { from, to: from + one.length };
  });
  return {
    isFound: spans.some(({ from, to }) => from < end && start < to),
    isCovered: spans.some(({ from, to }) => from <= start && end <= to),
  };
}
