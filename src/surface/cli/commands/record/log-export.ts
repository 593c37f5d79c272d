// `sallyport log export`: the log's clear metadata in another form, entry by entry; nothing sealed is opened.
import { type FileHandle, open, rm } from "node:fs/promises";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Exporter, ExportEntry } from "#record/export/forms/exporter.ts";
import { EXPORTERS } from "#record/export/index.ts";
import type { ReadEntry } from "#record/store/log-view.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { isWithinPeriod, periodOptions, readPeriod } from "../../log/period.ts";

const ids = EXPORTERS.map(({ id }) => id);

/** `sallyport log export`. */
export const exportCommand = defineCommand({
  meta: {
    name: "export",
    description:
      "The log's clear metadata for another program; what is sealed stays sealed. Example: sallyport log export --format csv --since 2026-03-01 --out march.csv",
  },
  args: {
    format: {
      type: "string",
      default: "jsonl",
      valueHint: ids.join("|"),
      description: EXPORTERS.map(({ id, title }) => `${id}: ${title}`).join("; "),
    },
    ...periodOptions,
    out: { type: "string", valueHint: "FILE", description: "a new file, for you alone" },
    ...dataOption,
  },
  async run({ args }) {
    const exporter = exporterOf(args.format);
    const period = readPeriod(args);
    const view = await openView(args.data);
    const size = await view.size();
    const out = args.out === undefined ? undefined : await openFile(args.out);
    const write = out === undefined ? print : (line: string) => out.appendFile(`${line}\n`);
    let faults = 0;
    try {
      if (exporter.head !== undefined) await write(exporter.head);
      for await (const entry of view.leaves(0, size)) {
        const seen = exportedOf(entry);
        // An entry without a readable time may lie in any period.
        if (seen.kind === "event" && !isWithinPeriod(seen.timeMs, period)) continue;
        if (seen.kind === "fault") faults += 1;
        await write(exporter.line(seen));
      }
      await out?.sync();
    } catch (error) {
      // Half a log must not pass for one.
      if (args.out !== undefined) await rm(args.out, { force: true });
      throw error;
    } finally {
      await out?.close();
    }
    if (faults === 0) return;
    process.stderr.write(
      `sallyport: ${faults} entries cannot be read by this version and stand as faults; \`sallyport log verify\` tells whether they were altered\n`,
    );
    process.exitCode = 1;
  },
});

function exporterOf(format: string): Exporter {
  const exporter = EXPORTERS.find(({ id }) => id === format);
  if (exporter !== undefined) return exporter;
  throw new Failure("usage", `there is no format \`${printable(format)}\`: use ${ids.join(", ")}`);
}

function exportedOf({ index, leaf }: ReadEntry): ExportEntry {
  if (leaf.kind === "fault") return { kind: "fault", index, reason: leaf.reason };
  const { id, timeMs, metadata } = leaf;
  return { kind: "event", index, id, timeMs, metadata };
}

/** WHY never over another file: an export that replaced one could be the loss of evidence. */
async function openFile(path: string): Promise<FileHandle> {
  return open(path, "wx", 0o600).catch((cause: unknown) => {
    throw new Failure(
      "usage",
      `cannot make \`${printable(path)}\`: name a new file in a directory that you can write`,
      { cause },
    );
  });
}
