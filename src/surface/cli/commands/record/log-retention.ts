// `sallyport log retention`: what leaves the log here, when and why; ordering it, and doing it now.
import { defineCommand } from "citty";
import * as v from "valibot";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { FRAMEWORKS, periodsUnder } from "#govern/retention/periods.ts";
import {
  type RetentionOrder,
  retentionOrderSchema,
  textDaysMax,
} from "#govern/retention/retention-order.ts";
import { userName } from "#platform/user.ts";
import { retentionEvent } from "#record/event/retention-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { pruneLog } from "#record/store/upkeep.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { openPlace, placeName } from "../../../services/archive/open-place.ts";
import { recordRetention } from "../../../services/archive/archive-record.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { openRetentionFile } from "../../../services/exceptions/retention-file.ts";
import { remakeIndexHere } from "../../../services/index/remake-here.ts";
import {
  type ExpiredTexts,
  expireTexts,
  lookAtTexts,
  type TextOutlook,
} from "../../../services/retention/expire-texts.ts";
import { lookAhead, retain } from "../../../services/retention/retain.ts";
import { loadRecordClasses } from "../../../foundation/product/shipped-data.ts";
import { wholeNumber } from "../../log/log-place.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { tellWaiting } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { orderLines, outlookLines, textLines, jsonOf, textsJson } from "./retention-lines.ts";

const frameworkOption = {
  framework: {
    type: "string",
    valueHint: "NAME[,NAME]",
    description:
      "soc2, hipaa, gdpr: of evidence the longest period counts, of personal content the shortest",
  },
} as const;

export const setCommand = defineCommand({
  meta: {
    name: "set",
    description: `order how long entries stay here and where their copy goes; typed at a terminal, signed, on record

  sallyport log retention set --framework soc2,gdpr --archive /mnt/archive --daily

Nothing leaves before the archive has it and gives it back whole.`,
  },
  args: {
    ...frameworkOption,
    "here-days": {
      type: "string",
      valueHint: "DAYS",
      description: "how long entries stay here (default: the period of what calls did)",
    },
    "text-days": {
      type: "string",
      valueHint: "DAYS",
      description:
        "how long what calls and prompts said stays readable (default: as long as the entries; under gdpr 90)",
    },
    archive: { type: "string", valueHint: "PLACE", description: "a folder, or s3://bucket/prefix" },
    daily: { type: "boolean", description: "the daemon does it once a day" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    requireInstall(directories);
    const order = orderOf(
      { ...args, hereDays: args["here-days"], textDays: args["text-days"] },
      { approver: userName(), nowMs: Date.now() },
    );
    openPlace(order.archive, { data: directories.root });
    const lines = ["sallyport removes entries of the log here from now on:", ...orderLines(order)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const { frameworks, hereDays, textDays, isDaily, archive, approver } = order;
    await recordRetention(directories, {
      what: "set",
      frameworks,
      hereDays,
      textDays,
      isDaily,
      archive,
      approver,
    });
    openRetentionFile(directories).put(order);
    await tell(args, { outcome: "ordered", order }, orderLines(order).map(printable).join("\n"));
  },
});

export const applyCommand = defineCommand({
  meta: {
    name: "apply",
    description: `archive what is new, read back what is to leave, and remove it on record; typed at a terminal

Run \`sallyport daemon stop\` first: the log has one writer. Without anything to remove it only archives.

  sallyport log retention apply`,
  },
  args: { ...jsonOption, ...dataOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const order = openRetentionFile(directories).current();
    if (order === undefined)
      throw new Failure(
        "retention",
        "nothing is ordered: begin with `sallyport log retention set`",
      );
    await takeSpooled(directories);
    await tellWaiting(directories.log);
    const outlook = await lookAhead(directories, order, Date.now());
    const texts = await lookAtTexts(directories, order.textDays, Date.now());
    const place = openPlace(order.archive, { data: directories.root });
    const isIdle =
      outlook.end === outlook.first &&
      outlook.files.length + texts.due.length + texts.unfinished === 0;
    const lines = [...outlookLines(outlook, order), ...textLines(texts, order)];
    if (!isIdle && !(await isTyped(args, lines))) return;
    const { log, keys } = directories;
    const clock = { nowMs: () => Date.now(), monotonicMs };
    const options = { log, keys, clock, productVersion: productVersion() };
    const expired = await expireHere(directories, options, texts);
    const done = await retain(directories, {
      outlook,
      place,
      prune: (end) => pruneLog(options, end),
    });
    if (done.files > 0) await recordRetention(directories, { what: "files", files: done.files });
    for (const { target, entries } of done.unsent)
      await recordRetention(directories, { what: "unsent", target, entries });
    const { archived, pruning, files } = done;
    await print(
      args.json === true
        ? printableJson({
            archived: { ...archived },
            removedBelow: pruning?.before ?? null,
            files,
            texts: { ...expired },
          })
        : [
            `archived ${archived.stored} segments up to entry ${archived.end}`,
            pruning === undefined
              ? "no entries left"
              : `removed the entries below ${pruning.before} on record; every proof of them still holds`,
            `removed ${files} files of personal content`,
            `destroyed ${expired.keys} keys of texts, over ${expired.events} events`,
          ].join("\n"),
    );
  },
});

/** Under the lock of the log's writer: while a daemon runs nothing goes. */
async function expireHere(
  directories: Directories,
  options: LogOptions,
  outlook: TextOutlook,
): Promise<ExpiredTexts> {
  const nothing = { keys: 0, events: 0 };
  if (outlook.due.length + outlook.unfinished === 0) return nothing;
  const log = await openLog(options);
  try {
    const expired = await expireTexts(directories, outlook, {
      nowMs: options.clock.nowMs(),
      remakeIndex: (events) => remakeIndexHere(directories, events),
      record: async (input) =>
        void (await log.append(retentionEvent(log.stamp("cli"), input), { durable: true })),
    });
    return expired ?? nothing;
  } finally {
    await log.close();
  }
}

/** `sallyport log retention`. */
export const retentionCommand = defineCommand({
  meta: {
    name: "retention",
    description: `what leaves the log here, when and why; changes nothing

  sallyport log retention
  sallyport log retention --framework hipaa --here-days 90      what would be, under another order
  sallyport log retention set ...        sallyport log retention apply`,
  },
  args: {
    ...frameworkOption,
    "here-days": { type: "string", valueHint: "DAYS", description: "as if so ordered" },
    "text-days": { type: "string", valueHint: "DAYS", description: "as if so ordered" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const current = openRetentionFile(directories).current();
    const asked = { ...args, hereDays: args["here-days"], textDays: args["text-days"] };
    const isOther = [args.framework, asked.hereDays, asked.textDays].some(
      (one) => one !== undefined,
    );
    const by = { approver: "nobody", nowMs: Date.now() };
    const order =
      isOther || current === undefined
        ? orderOf({ ...asked, archive: current?.archive ?? "(none)" }, by)
        : current;
    await takeSpooled(directories);
    await tellWaiting(directories.log);
    const outlook = await lookAhead(directories, order, Date.now());
    const texts = await lookAtTexts(directories, order.textDays, Date.now());
    if (args.json === true)
      return print(
        printableJson({
          ...jsonOf(outlook, { order, isOrdered: current !== undefined }),
          texts: textsJson(texts),
        }),
      );
    const heading = current === undefined ? ["nothing is ordered, so nothing leaves"] : [];
    return print(
      [...heading, ...outlookLines(outlook, order), ...textLines(texts, order)].join("\n"),
    );
  },
});

type Asked = {
  readonly framework?: string | undefined;
  readonly hereDays?: string | undefined;
  readonly textDays?: string | undefined;
  readonly archive?: string | undefined;
  readonly daily?: boolean | undefined;
};

/** The order that was asked for. Throws a Failure `usage` that says what is missing or wrong. */
export function orderOf(
  { framework, hereDays, textDays, archive, daily }: Asked,
  { approver, nowMs }: { readonly approver: string; readonly nowMs: number },
): RetentionOrder {
  if (!archive)
    throw new Failure("usage", "`--archive` is missing: nothing leaves without a copy elsewhere");
  const frameworks = framework === undefined ? [] : framework.split(",");
  const known = frameworks.flatMap((name) => FRAMEWORKS.find((one) => one === name) ?? []);
  if (known.length < frameworks.length)
    throw new Failure("usage", `\`--framework\` names some of ${FRAMEWORKS.join(", ")}`);
  const classes = periodsUnder(loadRecordClasses(), known);
  const calls = classes.find(({ id }) => id === "calls");
  const ofTexts = classes.find(({ id, by }) => id === "texts" && by !== "default")?.days;
  const texts = textDays === undefined ? ofTexts : wholeNumber(textDays, "`--text-days`");
  const order = v.safeParse(retentionOrderSchema, {
    frameworks: known,
    archive: archive === "(none)" ? archive : placeName(archive),
    hereDays: hereDays === undefined ? calls?.days : wholeNumber(hereDays, "`--here-days`"),
    ...(texts === undefined ? {} : { textDays: texts }),
    isDaily: daily === true,
    approver,
    createdMs: nowMs,
  });
  if (!order.success)
    throw new Failure(
      "usage",
      "`--here-days` is a whole number from 7 to 36500, `--text-days` one from 1",
    );
  const daysMax = textDaysMax(classes, order.output.hereDays);
  if ((texts ?? 0) > daysMax)
    throw new Failure(
      "usage",
      `\`--text-days\` is at most ${daysMax}: calls are kept no longer, and a text does not outlive its event`,
    );
  return order.output;
}
