// `sallyport log archive`: a copy of the log in a folder or a bucket that proves itself; and proving it.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { archiveLog, type ArchiveReport, verifyArchive } from "#record/store/archiving.ts";
import { readVerifier } from "#record/store/keys.ts";
import { recordArchive } from "../../../services/archive/archive-record.ts";
import { openPlace } from "../../../services/archive/open-place.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { tellWaiting } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";
import { readLogKey } from "../../log/trust-files.ts";

const PLACE = "a folder on another disk, or s3://bucket/prefix?region=NAME&endpoint=URL";

export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description:
      "Reads every segment back, derives it anew and says what is there, what is missing and what does not hold; no log is needed. Example: sallyport log archive verify /mnt/archive --key KEY",
  },
  args: {
    place: { type: "positional", required: true, description: PLACE },
    key: {
      type: "string",
      valueHint: "KEY",
      description: "verifier key, or a file that holds it (default: the key store's)",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const verifier =
      args.key === undefined ? await readVerifier(directories.keys) : await readLogKey(args.key);
    if (verifier === undefined) throw keyMissing(directories.keys);
    const place = openPlace(args.place, { data: directories.root });
    const report = await verifyArchive(place, verifier);
    await print(args.json === true ? printableJson(jsonOf(report)) : archiveText(report));
    if (!isWhole(report)) process.exitCode = 1;
  },
});

/** `sallyport log archive`. */
export const archiveCommand = defineCommand({
  meta: {
    name: "archive",
    description: `copy the log to a folder or bucket and read the copy back; what is there already is not sent again

  sallyport log archive --to /mnt/archive
  sallyport log archive --to 's3://bucket/sallyport?region=eu-central-1'
  sallyport log archive verify /mnt/archive

Whole bundles of 256 events are archived. Each file proves itself under the log's key; sealed fields stay sealed, under keys
that stay here. Credentials of a bucket come from \`AWS_ACCESS_KEY_ID\` and \`AWS_SECRET_ACCESS_KEY\`, or \`~/.aws/credentials\`.`,
  },
  args: {
    to: { type: "string", valueHint: "PLACE", description: PLACE },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    if (args.to === undefined) throw new Failure("usage", `name where to with \`--to\`: ${PLACE}`);
    const directories = directoriesIn(args.data ?? dataDirectory());
    const place = openPlace(args.to, { data: directories.root });
    await takeSpooled(directories);
    await tellWaiting(directories.log);
    const verifier = await readVerifier(directories.keys);
    if (verifier === undefined) throw keyMissing(directories.keys);
    const about = { where: place.kind, place: place.name } as const;
    const none = { from: 0, end: 0, segments: 0, bytes: 0 };
    const done = await archiveLog(directories.log, verifier, { place }).catch(
      async (cause: unknown) => {
        const code = cause instanceof Failure ? cause.code : "defect";
        await recordArchive(directories, { what: "failed", ...about, ...none, code });
        throw cause;
      },
    );
    const { stored: segments, bytes, from, end } = done;
    if (segments > 0)
      await recordArchive(directories, { what: "stored", ...about, from, end, segments, bytes });
    const said =
      segments === 0
        ? end === 0
          ? "nothing yet: the log has no whole bundle of 256 entries"
          : `nothing new: ${printable(place.name)} holds everything up to entry ${end - 1}`
        : `archived entries ${from} to ${end - 1} to ${printable(place.name)}: ${segments} segments, ${bytes} bytes, each read back whole`;
    await print(args.json === true ? printableJson({ place: place.name, ...done }) : said);
  },
});

function keyMissing(keys: string): Failure {
  return new Failure(
    "key-missing",
    `there is no verifier key in \`${keys}\`: name one with \`--key\``,
  );
}

function isWhole({ gaps, faults }: ArchiveReport): boolean {
  return gaps.length === 0 && faults.length === 0;
}

function jsonOf(report: ArchiveReport) {
  const { gaps, faults, ...rest } = report;
  return {
    whole: isWhole(report),
    ...rest,
    gaps: gaps.map((gap) => ({ ...gap })),
    faults: faults.map((fault) => ({ ...fault })),
  };
}

function archiveText(report: ArchiveReport): string {
  const { segments, entries, bytes, from, end, gaps, faults, others } = report;
  const lines = [
    ...faults.map(({ name, why }) => `does not hold: ${printable(name)}: ${printable(why)}`),
    ...gaps.map((gap) => `missing: entries ${gap.from} to ${gap.end - 1}`),
    segments === 0
      ? "no segments"
      : `${isWhole(report) ? "whole" : "not whole"}: ${entries} entries from ${from} to ${end - 1} in ${segments} segments, ${bytes} bytes`,
    ...(others === 0 ? [] : [`${others} other files lie there`]),
  ];
  return lines.join("\n");
}
