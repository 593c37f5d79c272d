// `sallyport log retention`: what leaves the log here, when and why; ordering it, and doing it now.
import { defineCommand } from "citty";
import * as v from "valibot";
import { dayOf } from "#base/day.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { FRAMEWORKS, periodsUnder } from "#govern/retention/periods.ts";
import { EXPORT_WAIT_DAYS, type Stop } from "#govern/retention/plan.ts";
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
import { COLLECTOR } from "../../../services/fleet/forwarding.ts";
import { openRetentionFile } from "../../../services/exceptions/retention-file.ts";
import { remakeIndexHere } from "../../../services/index/remake-here.ts";
import {
  type ExpiredTexts,
  expireTexts,
  lookAtTexts,
  type TextOutlook,
} from "../../../services/retention/expire-texts.ts";
import { lookAhead, type Outlook, retain } from "../../../services/retention/retain.ts";
import { loadRecordClasses } from "../../../foundation/product/shipped-data.ts";
import { wholeNumber } from "../../log/log-place.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { tellWaiting } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const DAY_MS = 86_400_000;

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

function orderLines({
  frameworks,
  hereDays,
  textDays,
  archive,
  isDaily,
}: RetentionOrder): readonly string[] {
  const under = frameworks.length === 0 ? "no framework" : frameworks.join(" and ");
  return [
    `entries leave after ${hereDays} days, under ${under}; ${isDaily ? "once a day by the daemon" : "when `sallyport log retention apply` is run"}`,
    `they are archived to ${archive} and read back before`,
    textDays === undefined
      ? "what calls and prompts said stays readable as long as their events"
      : `what calls and prompts said is unreadable for ever after ${textDays} days, here and in every copy`,
  ];
}

/** What is due of texts, and when. */
function textLines(outlook: TextOutlook, { textDays }: RetentionOrder): readonly string[] {
  const { due, held, kept, nextMs, unfinished } = outlook;
  const events = (of: TextOutlook["due"]) => of.reduce((sum, one) => sum + one.events, 0);
  const [first, last] = [due[0], due.at(-1)];
  return [
    ...(first === undefined || last === undefined
      ? []
      : [
          `texts of ${events(due)} events go now: ${due.length} keys, of ${textDay(first.day)} to ${textDay(last.day)}`,
        ]),
    ...(unfinished > 0 ? [`${unfinished} keys of texts are gone, the rest is still to do`] : []),
    ...held.map(
      ({ day, hold }) =>
        `texts of ${textDay(day)} stay: hold ${hold} keeps them (\`sallyport log hold list\`)`,
    ),
    ...(textDays === undefined || nextMs === undefined
      ? []
      : [
          `the next texts go after ${new Date(nextMs).toISOString()}; ${kept} keys are not over yet`,
        ]),
  ].map(printable);
}

function textDay(day: number): string {
  return dayOf(day * DAY_MS);
}

function textsJson({ due, held, kept, nextMs, unfinished }: TextOutlook) {
  const plain = ({ day, events }: TextOutlook["due"][number]) => ({ day: textDay(day), events });
  return {
    due: due.map(plain),
    held: held.map((one) => ({ ...plain(one), hold: one.hold })),
    kept,
    nextMs: nextMs ?? null,
    unfinished,
  };
}

function outlookLines(outlook: Outlook, order: RetentionOrder): string[] {
  const { first, end, size, leaving, classes, unsent, files, stop } = outlook;
  // Of texts the order says it: without one of a framework nothing bounds them but their events.
  const shown = classes.filter(({ id, by }) => id !== "texts" || by !== "default");
  const periods = shown.map(
    ({ id, is, days, by, reason, source }) =>
      `  ${id.padEnd(11)} ${is === "evidence" ? "at least" : "at most "} ${String(days).padStart(5)} days  ${by}: ${reason}${source === undefined ? "" : ` (${source})`}`,
  );
  const removed =
    end === first
      ? `nothing leaves now: the log has entries ${first} to ${size - 1}`
      : `entries ${first} to ${end - 1} of ${size} leave now, in whole bundles:`;
  return [
    ...orderLines(order),
    "periods:",
    ...periods,
    removed,
    ...(end === first
      ? []
      : leaving.map(
          ({ id, entries, fromMs, untilMs, archivedUntilMs }) =>
            `  ${id.padEnd(11)} ${entries} from ${dayOf(fromMs)} to ${dayOf(untilMs)}; the archive keeps them until ${dayOf(archivedUntilMs)}`,
        )),
    ...unsent.map(
      ({ target, entries }) =>
        `${target} never got ${entries} of them, ${EXPORT_WAIT_DAYS} days past their time (${whereToLook(target)})`,
    ),
    ...(files.length === 0
      ? []
      : [`${files.length} files of personal content are over their time`]),
    ...(stop === undefined ? [] : [stopText(stop)]),
  ].map(printable);
}

/** The collector is no target of an export: `status` says how it stands. */
function whereToLook(target: string): string {
  return target === COLLECTOR ? "`sallyport status`" : "`sallyport export status`";
}

function stopText(stop: Stop): string {
  switch (stop.why) {
    case "age":
      return `entry ${stop.index} stays until ${new Date(stop.atMs).toISOString()}: it is not old enough`;
    case "hold":
      return `entry ${stop.index} stays: hold ${stop.hold} keeps it (\`sallyport log hold list\`)`;
    case "export":
      return `entry ${stop.index} stays until ${new Date(stop.untilMs).toISOString()} at most: ${stop.target} has not got it (${whereToLook(stop.target)})`;
    case "unread":
      return `entry ${stop.index} stays: this version cannot read it`;
    default:
      return stop satisfies never;
  }
}

function jsonOf(
  outlook: Outlook,
  { order, isOrdered }: { readonly order: RetentionOrder; readonly isOrdered: boolean },
) {
  const { first, end, size, leaving, classes, unsent, files, stop } = outlook;
  return {
    isOrdered,
    order: { ...order, frameworks: [...order.frameworks] },
    classes: classes.map(({ kinds, source, ...rest }) => ({
      ...rest,
      kinds: [...kinds],
      source: source ?? null,
    })),
    first,
    end,
    size,
    stop: stop === undefined ? null : { ...stop },
    leaving: leaving.map((one) => ({ ...one })),
    unsent: unsent.map((one) => ({ ...one })),
    files: files.map(({ id, ageDays }) => ({ id, ageDays })),
  };
}
