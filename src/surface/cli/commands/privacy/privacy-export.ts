// `sallyport privacy export`: everything that is kept of one person, in a file that other programs read.
import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { recordDisclosure } from "../../../services/privacy/disclosure.ts";
import {
  exportPerson,
  type Moment,
  type PersonExport,
} from "../../../services/privacy/person-export.ts";
import { tellWaiting } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { personOptions, personRequest } from "../../log/personal-places.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

const FORMATS = ["json", "csv", "md"] as const;

/** `sallyport privacy export`. */
export const exportCommand = defineCommand({
  meta: {
    name: "export",
    description: `write everything that is kept of a person to a new file, from the same places that an erasure looks at

  sallyport privacy export ada --also ada@corp.example --out ada.json
  sallyport privacy export ada --format csv --out ada.csv        the timeline alone, as a table
  sallyport privacy export ada --format md --out ada.md          the same to be read

That it was written is an event, which does not say about whom.`,
  },
  args: {
    ...personOptions,
    out: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "a new file, for you alone",
    },
    format: { type: "string", default: "json", description: "json, csv or md" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const format = FORMATS.find((one) => one === args.format);
    if (format === undefined) throw new Failure("usage", "`--format` is one of json, csv, md");
    const request = personRequest(args);
    const { directories } = request.where;
    await takeSpooled(directories);
    await tellWaiting(directories.log);
    const made = await exportPerson(request, Date.now());
    writeNew(args.out, exportText(made, format));
    const events = made.log.events.length;
    const places = made.places.reduce((sum, { held }) => sum + held.length, 0);
    await recordDisclosure(directories, { events, places });
    const unread = made.places.flatMap((place) => place.unread);
    const lines = [
      `${events} entries of the log and ${places} files or databases in ${printable(args.out)}`,
      ...unread.map(({ path, why }) => `not read: ${printable(path)}: ${why}`),
    ];
    const facts = { outcome: "written", file: args.out, format, events, places, unread };
    await tell(args, facts, lines.join("\n"));
  },
});

function exportText(made: PersonExport, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(made, undefined, 2)}\n`;
    case "csv":
      return `time,from,what\r\n${made.timeline.map(csvLine).join("")}`;
    case "md":
      return `# Timeline\n\n${made.timeline.map(({ time, from, what }) => `- ${time} ${from}: ${printable(what)}\n`).join("")}`;
    default:
      return format satisfies never;
  }
}

/** WHY the quote before a sign: a table program would take the cell for a formula. */
function csvLine({ time, from, what }: Moment): string {
  const cell = /^[=+\-@\t\r]/.test(what) ? `'${what}` : what;
  return `${time},${from},"${cell.replaceAll('"', '""')}"\r\n`;
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new Failure(
      "usage",
      `cannot make \`${printable(path)}\`: name a new file in a directory that you can write`,
      { cause },
    );
  }
}
