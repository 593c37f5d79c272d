// `sallyport inbox`: everything that needs a person, what is lost soonest by waiting first, each with the command that does it.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { clipped } from "#base/clipped.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readHosts } from "../../../services/fleet/hosts-reading.ts";
import { readInbox } from "../../../services/inbox/inbox.ts";
import { placesOf } from "../../../services/inbox/inbox-places.ts";
import { INBOX_KINDS, type InboxItem } from "../../../services/inbox/inbox-item.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { questionsOf } from "../questions/question-lines.ts";

/** Items that are shown unless more are asked for. */
const SHOWN = 20;
const SHOWN_MAX = 100_000;
const TITLE_CHARS_MAX = 160;

export const inboxCommand = defineCommand({
  meta: {
    name: "inbox",
    description: `everything that needs a person, what is lost soonest by waiting first

  sallyport inbox
  sallyport inbox --kind question,approval
  sallyport inbox --limit 200 --json
  sallyport inbox --hosts /var/lib/collector/fleet

Questions that wait, approvals, incidents, MCP servers and plugins that changed, machines out of policy, deliveries that fail,
findings that appeared, exceptions and attestations that end. Each names the command that does it, or shows what to do.`,
  },
  args: {
    kind: {
      type: "string",
      valueHint: "KINDS",
      description: `only these kinds, with commas between: ${INBOX_KINDS.join(", ")}`,
    },
    limit: { type: "string", valueHint: "N", description: `how many (default: ${SHOWN})` },
    hosts: {
      type: "string",
      valueHint: "DIR",
      description: "the folder in which a collector keeps what machines report",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const kinds = kindsOf(args.kind);
    const limit = limitOf(args.limit);
    const { hosts } = args;
    const inbox = await readInbox(
      placesOf(directories, {
        nowMs: Date.now(),
        environment: process.env,
        questions: () => questionsOf(install),
        ...(hosts === undefined
          ? {}
          : { hosts: () => readHosts({ kind: "folder", directory: resolve(hosts) }) }),
      }),
    );
    const wanted = inbox.items.filter(({ kind }) => kinds.includes(kind));
    const unread = inbox.unread.filter(({ kind }) => kinds.includes(kind));
    const items = wanted.slice(0, limit);
    const more = wanted.length - items.length;
    if (wanted.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true)
      return print(printableJson({ items, more, counts: inbox.counts, unread }));
    const nowMs = Date.now();
    const lines = [
      ...unread.map(({ kind, why }) => `not known: ${kind}: ${why}`),
      ...items.flatMap((one) => linesOf(one, nowMs)),
      ...(more === 0 ? [] : [`and ${more} more: --limit ${wanted.length} shows all`]),
    ];
    const none = unread.length === 0 ? "nothing needs you" : "nothing else needs you";
    return print([...lines, ...(items.length === 0 ? [none] : [])].map(printable).join("\n"));
  },
});

function kindsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return INBOX_KINDS;
  const words = text.split(",").map((word) => word.trim());
  const strange = words.find((word) => !INBOX_KINDS.some((kind) => kind === word));
  if (strange === undefined) return words;
  throw new Failure("usage", `\`${strange}\` is no kind: ${INBOX_KINDS.join(", ")}`);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return SHOWN;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= SHOWN_MAX) return limit;
  throw new Failure("usage", `\`--limit\` is a number from 1 to ${SHOWN_MAX}`);
}

function linesOf(one: InboxItem, nowMs: number): readonly string[] {
  const { kind, level, title, place, who, lost, untilMs, notHere, command } = one;
  const [first = ""] = title.split("\n");
  const about = [
    ...(place === null ? [] : [`in ${place}`]),
    ...(who === null ? [] : [`of ${who}`]),
    ...(untilMs === null ? [] : [endInWords(untilMs, nowMs)]),
  ];
  return [
    `${level.padEnd(8)}  ${kind.padEnd(11)}  ${clipped(first, TITLE_CHARS_MAX)}${about.length === 0 ? "" : ` (${about.join(", ")})`}`,
    `          ${lost}${notHere === null ? "" : `; not here: ${notHere}`}`,
    `          ${command}`,
  ];
}

function endInWords(untilMs: number, nowMs: number): string {
  const seconds = Math.round((untilMs - nowMs) / 1_000);
  if (seconds <= 0) return "over";
  if (seconds < 600) return `${seconds} s left`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min left`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3_600)} h left`
    : `${Math.round(seconds / 86_400)} days left`;
}
