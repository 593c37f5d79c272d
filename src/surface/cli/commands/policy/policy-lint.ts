// `sallyport policy lint`: what in the client's settings does not do what it says.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import { surroundingFindings } from "#govern/settings/lint/surroundings.ts";
import { homeDirectory } from "#platform/user.ts";
import { loadCatalogue } from "../../../foundation/product/shipped-data.ts";
import { surroundingsOf } from "../../../services/settings/lint-surroundings.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { namedSources, sourcesInForce } from "../../../services/settings/settings-sources.ts";
import {
  openTerminal,
  paint,
  print,
  type Terminal,
} from "../../../foundation/terminal/terminal.ts";

/** Findings that are shown as words; the rest are counted. JSON has all of them. */
const SHOWN_MAX = 500;

/** `sallyport policy lint [FILE...]`. */
export const lintCommand = defineCommand({
  meta: {
    name: "lint",
    description: `Says what in the client's settings does not do what it says: keys that do not exist or stand where they do
nothing, rules that match nothing, rules that others make idle, hooks that void a file or do not hold.
Without a file it looks at all files in force for sessions in this directory; together, because denies of one make
allows of another idle. It tells as well of files where the client does not
look, of managed settings that are missing, of repository settings that are not committed, and of policies whose review is due.

  sallyport policy lint                                        what is in force here
  sallyport policy lint .claude/settings.json                  one file
  sallyport policy lint --layer managed draft.json             a draft, as managed settings
  sallyport policy lint --json --strict                        for programs; notes count too`,
  },
  args: {
    file: { type: "positional", required: false, description: "settings files" },
    layer: {
      type: "string",
      valueHint: "LAYER",
      description: "layer of the files: managed, command-line, local, project or user",
    },
    quiet: { type: "boolean", description: "errors and warnings only, no notes" },
    strict: { type: "boolean", description: "exit 1 for notes too" },
    ...jsonOption,
  },
  async run({ args }) {
    const files = args._;
    const home = homeDirectory();
    const sources =
      files.length === 0
        ? await sourcesInForce(process.cwd(), home)
        : await namedSources(files, home, args.layer);
    const around =
      files.length === 0
        ? surroundingFindings(await surroundingsOf(process.cwd(), Date.now(), process.env))
        : [];
    const all = [...lintSettings(sources, loadCatalogue()), ...around];
    const findings = args.quiet === true ? all.filter(({ severity }) => severity !== "note") : all;
    const terminal = openTerminal();
    if (args.json === true) {
      const looked = sources.map(({ file, layer }) => ({ file, layer }));
      await print(printableJson({ files: looked, findings }));
    } else {
      for (const finding of findings.slice(0, SHOWN_MAX))
        await print(findingText(finding, terminal));
      await print(summary(findings, sources.length));
    }
    const counted = args.strict === true ? all : all.filter(({ severity }) => severity !== "note");
    process.exitCode = counted.length > 0 ? exitCodes.found : exitCodes.done;
  },
});

const COLOURS = { error: "red", warning: "cyan", note: "dim" } as const;

function findingText(finding: LintFinding, terminal: Terminal): string {
  const { severity, id, file, line, column, message, fix } = finding;
  const place = `${printable(file)}:${line}:${column}`;
  return [
    `${place}  ${paint(terminal, COLOURS[severity], severity)}  [${id}]`,
    `  ${printable(message)}`,
    `  fix: ${printable(fix)}`,
  ].join("\n");
}

function summary(findings: readonly LintFinding[], files: number): string {
  const count = (severity: LintFinding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  if (files === 0) return "no settings file is in force here";
  const counts = [
    counted(count("error"), "error"),
    counted(count("warning"), "warning"),
    counted(count("note"), "note"),
  ].join(", ");
  const more = findings.length - SHOWN_MAX;
  return `${counts} in ${counted(files, "file")}${more > 0 ? `; ${more} more are not shown, \`--json\` has all` : ""}`;
}
