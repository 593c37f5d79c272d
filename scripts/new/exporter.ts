// `npm run new -- exporter <id>`: a form of the log that tells index and kind, and its golden.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { printableJson } from "../../src/base/printable.ts";
import type { ExportEntry } from "../../src/record/export/forms/exporter.ts";
import { camelCase, moduleIdFault, type NewPart, refused, registered, takenFault } from "./part.ts";

const home = "src/record/export";
const corpus = "test/corpus/exporters";

/** Plans an exporter. Its golden is what its first form makes of the entries that every exporter is held to. */
export function planExporter(id: string, place: string): NewPart {
  const file = `${home}/${id}.ts`;
  const golden = `${corpus}/${id}.golden`;
  const fault = moduleIdFault(id) ?? takenFault([file, golden], place);
  if (fault !== undefined) return refused(fault);
  return {
    kind: "planned",
    files: [
      { path: file, text: exporterText(id) },
      { path: golden, text: goldenText(place) },
      registered(place, `${home}/index.ts`, "EXPORTERS", { id }),
    ],
    next: `write the form in \`${file}\` and what it makes of \`${corpus}/entries.yaml\` in \`${golden}\`; \`npm test -- test/record/export\` compares them`,
  };
}

function exporterText(id: string): string {
  return `// ${id}: its form is not written down yet, so it tells the index and the kind of each entry.
import { printableJson } from "#base/printable.ts";
import type { Exporter } from "./forms/exporter.ts";

export const ${camelCase(id)}: Exporter = {
  id: "${id}",
  title: "the index and the kind of each entry",
  head: undefined,
  line: (entry) => {
    const kind = entry.kind === "fault" ? "fault" : entry.metadata["kind"];
    return printableJson({ index: entry.index, kind });
  },
};
`;
}

function goldenText(place: string): string {
  const text = readFileSync(join(place, corpus, "entries.yaml"), "utf8");
  const entries = parse(text) as readonly ExportEntry[];
  const lines = entries.map((entry) => {
    const kind = entry.kind === "fault" ? "fault" : entry.metadata["kind"];
    return `${printableJson({ index: entry.index, kind })}\n`;
  });
  return lines.join("");
}
