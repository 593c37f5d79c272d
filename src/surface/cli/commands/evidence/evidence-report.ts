// `sallyport evidence report`: a pack as a page, a table or OSCAL. Only a pack whose files are those of its manifest is shown.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { PackedControl, PackManifest } from "#assure/evidence/manifest.ts";
import { packOscal } from "#assure/evidence/report/oscal.ts";
import { packHtml } from "#assure/evidence/report/page.ts";
import { packCsv } from "#assure/evidence/report/table.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openPack } from "../../../services/evidence/verify-pack.ts";
import { readPack } from "./evidence-verify.ts";

type Form = (manifest: PackManifest, controls: readonly PackedControl[], digest: string) => string;
const FORMS: Readonly<Record<string, Form>> = {
  html: packHtml,
  csv: packCsv,
  oscal: (manifest, controls, digest) =>
    `${JSON.stringify(packOscal(manifest, controls, digest), undefined, 1)}\n`,
};

/** `sallyport evidence report`. */
export const reportCommand = defineCommand({
  meta: {
    name: "report",
    description: `show a pack as a page to print, a table, or OSCAL assessment results

  sallyport evidence report q1.tar --format html --out q1.html     controls, status, evidence, gaps, limits
  sallyport evidence report q1.tar --format csv > q1.csv
  sallyport evidence report q1.tar --format oscal --out q1.json

The files are held against the manifest; who signed it says \`sallyport evidence verify\`.`,
  },
  args: {
    file: { type: "positional", required: true, description: "the pack" },
    format: { type: "string", valueHint: "NAME", description: "html (default), csv or oscal" },
    out: {
      type: "string",
      valueHint: "FILE",
      description: "a new file; without it, on the screen",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const name = args.format ?? "html";
    const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
    if (form === undefined)
      throw new Failure(
        "usage",
        `\`--format\` is \`${printable(name)}\`: use ${Object.keys(FORMS).join(", ")}`,
      );
    if (args.json === true && args.out === undefined)
      throw new Failure("usage", "`--json` tells what was written: name a file with `--out`");
    const { manifest, controls, faults, digest } = openPack(await readPack(args.file));
    const [fault] = faults;
    if (fault !== undefined || manifest === undefined || digest === undefined)
      throw new Failure(
        "evidence-pack",
        `\`${printable(args.file)}\` is no whole pack (${printable(fault?.name || "the archive")}: ${printable(fault?.why ?? "")}); run \`sallyport evidence verify\``,
      );
    const text = form(manifest, controls, digest);
    if (args.out === undefined) return print(text.replace(/\n$/, ""));
    await writeNewFile(args.out, text);
    return tell(
      args,
      { outcome: "written", file: args.out, format: name, controls: controls.length },
      `${printable(args.out)}: ${controls.length} controls`,
    );
  },
});
