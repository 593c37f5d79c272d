// How an order of retention and what it would remove are shown, as lines and as JSON.
import { dayOf } from "#base/day.ts";
import { printable } from "#base/printable.ts";
import { EXPORT_WAIT_DAYS, type Stop } from "#govern/retention/plan.ts";
import type { RetentionOrder } from "#govern/retention/retention-order.ts";
import { COLLECTOR } from "../../../services/fleet/forwarding.ts";
import type { TextOutlook } from "../../../services/retention/expire-texts.ts";
import type { Outlook } from "../../../services/retention/retain.ts";

const DAY_MS = 86_400_000;

export function orderLines({
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
export function textLines(outlook: TextOutlook, { textDays }: RetentionOrder): readonly string[] {
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

export function textsJson({ due, held, kept, nextMs, unfinished }: TextOutlook) {
  const plain = ({ day, events }: TextOutlook["due"][number]) => ({ day: textDay(day), events });
  return {
    due: due.map(plain),
    held: held.map((one) => ({ ...plain(one), hold: one.hold })),
    kept,
    nextMs: nextMs ?? null,
    unfinished,
  };
}

export function outlookLines(outlook: Outlook, order: RetentionOrder): string[] {
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

export function jsonOf(
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
