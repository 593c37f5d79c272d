// `sallyport log logrotate`: a file for logrotate, for text that was exported from the log; the log itself is never rotated.
import { isAbsolute, relative, resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { FRAMEWORKS, periodsUnder } from "#govern/retention/periods.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import { loadRecordClasses } from "../../../foundation/product/shipped-data.ts";
import { wholeNumber } from "../../log/log-place.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";

/** Paths that need no quoting, neither in the file nor in the shell that it calls. */
const PLAIN = /^\/[A-Za-z0-9._/-]+$/;
const KEEP_MAX = 36_500;

/** `sallyport log logrotate`. */
export const logrotateCommand = defineCommand({
  meta: {
    name: "logrotate",
    description: `print a file for logrotate that archives what it rotated before anything is deleted

  sallyport log logrotate /var/log/sallyport/audit.jsonl --archive /mnt/archive --framework soc2 > /etc/logrotate.d/sallyport

For text that \`log export\` or an exporter wrote: the log itself proves its wholeness and is kept by \`log retention\`. Install the file
with mode 0644, owned by root.`,
  },
  args: {
    file: { type: "positional", required: true, description: "the exported file, whole path" },
    archive: { type: "string", valueHint: "DIR", description: "where rotated files are copied to" },
    framework: {
      type: "string",
      valueHint: "NAME[,NAME]",
      description: "soc2, hipaa, gdpr: the longest period of what calls did is kept",
    },
    keep: { type: "string", valueHint: "DAYS", description: "keep so many days instead" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { file, archive, framework, keep, data = dataDirectory() } = args;
    const text = logrotateFile({ file, archive, framework, keep, data });
    await tell(args, { file, archive, text }, text);
  },
});

/** The file's text. Throws a Failure `usage` for paths that need quoting, and for what lies in the data directory. */
export function logrotateFile(asked: {
  readonly file: string;
  readonly archive: string | undefined;
  readonly framework: string | undefined;
  readonly keep: string | undefined;
  readonly data: string;
}): string {
  const { file, archive, framework, keep, data } = asked;
  if (archive === undefined)
    throw new Failure("usage", "`--archive` is missing: what is deleted is archived before");
  for (const path of [file, archive])
    if (!PLAIN.test(path) || resolve(path) !== path)
      throw new Failure(
        "usage",
        `\`${printable(path)}\` is no whole path of letters, digits, \`.\`, \`_\`, \`-\` and \`/\``,
      );
  const inside = relative(data, file);
  if (!inside.startsWith("..") && !isAbsolute(inside))
    throw new Failure(
      "usage",
      `\`${printable(file)}\` belongs to the log, which is never rotated: see \`sallyport log retention\``,
    );
  const days = keep === undefined ? periodOf(framework) : wholeNumber(keep, "`--keep`");
  if (days < 1 || days > KEEP_MAX)
    throw new Failure("usage", `\`--keep\` is a number of days from 1 to ${KEEP_MAX}`);
  return `# ${file}: one file a day, compressed, ${days} of them. Each is copied and compared on the day after it was
# rotated, long before it is deleted; a copy that fails is an error of logrotate on every day until it succeeds.
${file} {
    daily
    rotate ${days}
    dateext
    compress
    delaycompress
    missingok
    notifempty
    create 0600
    sharedscripts
    postrotate
        umask 077
        mkdir -p ${archive} || exit 1
        for kept in ${file}-*.gz; do
            [ -e "$kept" ] || continue
            copy="${archive}/\${kept##*/}"
            if [ ! -e "$copy" ]; then
                cp "$kept" "$copy.part" && mv "$copy.part" "$copy" || exit 1
            fi
            cmp -s "$kept" "$copy" || { echo "$copy differs from $kept" >&2; exit 1; }
        done
    endscript
}`;
}

function periodOf(framework: string | undefined): number {
  const names = framework === undefined ? [] : framework.split(",");
  const known = names.flatMap((name) => FRAMEWORKS.find((one) => one === name) ?? []);
  if (known.length < names.length)
    throw new Failure("usage", `\`--framework\` names some of ${FRAMEWORKS.join(", ")}`);
  const calls = periodsUnder(loadRecordClasses(), known).find(({ id }) => id === "calls");
  return calls?.days ?? KEEP_MAX;
}
