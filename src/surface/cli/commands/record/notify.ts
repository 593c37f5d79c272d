// `sallyport notify`: who is told of alerts and incidents, how that stands, a test, a notice of one's own.
import { randomBytes } from "node:crypto";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { commaList } from "#base/comma-list.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Level, LEVELS } from "#detect/detection/detection.ts";
import { announcement } from "#detect/notice/notice.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import { CHANNEL_KINDS } from "../../../services/notify/channel-kinds.ts";
import { holdQueue } from "../../../services/notify/keep-notified.ts";
import { notifyStanding } from "../../../services/notify/notify-status.ts";
import { leaveOrder } from "../../../services/notify/orders.ts";
import { channelNamed, triedWords, tryByDaemon } from "../../../services/trials/trial.ts";
import { readNotifySettings } from "../../../services/notify/settings-file.ts";

/** How long `send` waits for channels before it leaves the rest to the daemon. */
const SENDING_MS_MAX = 20_000;

function placesOf(data: string | undefined): Directories {
  return directoriesIn(data ?? dataDirectory());
}

/** The channel of a name. A Failure that names those that there are. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `The channels of notify.yaml, and which notices go there

  sallyport notify list
  sallyport notify list --kinds`,
  },
  args: {
    kinds: { type: "boolean", description: "the kinds of channels that there are, instead" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    if (args.kinds === true) {
      for (const [to, { title }] of CHANNEL_KINDS)
        await print(args.json === true ? printableJson({ to, title }) : `${to}: ${title}`);
      return;
    }
    const { notifyFile } = placesOf(args.data);
    const { channels, routing, escalation, inbound } = readNotifySettings(notifyFile);
    for (const { name, to, destination } of channels) {
      const levels = LEVELS.filter((level) =>
        routing.rules.some(
          (rule) => rule.to.includes(name) && (rule.levels?.includes(level) ?? true),
        ),
      );
      const isOtherwise = routing.otherwise.includes(name);
      const minutes = escalation
        .filter((step) => step.to.includes(name))
        .map((step) => step.minutes);
      if (args.json === true)
        await print(printableJson({ name, to, destination, levels, isOtherwise, minutes }));
      else {
        const told = [
          ...(levels.length === 0 ? [] : [levels.join(", ")]),
          ...(isOtherwise ? ["what no rule names"] : []),
          ...minutes.map((after) => `what nobody acknowledged for ${after} min`),
        ];
        await print(
          `${name}  ${printable(destination)}  ${told.length === 0 ? "nothing goes there" : told.join("; ")}`,
        );
      }
    }
    if (args.json === true) return;
    for (const { name, from, actions } of inbound)
      await print(`${name}  answers from ${from}: ${actions.join(", ")}`);
    if (channels.length === 0)
      await print(`nobody is told: \`sallyport notify add\`, or write \`${notifyFile}\``);
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `How each channel stands: told, waiting, held back, given up

  sallyport notify status
  sallyport notify status --json`,
  },
  args: { ...jsonOption, ...dataOption },
  async run({ args }) {
    const { channels, ...others } = await notifyStanding(placesOf(args.data));
    const isBad = channels.some(({ trouble, dead }) => trouble !== "" || dead > 0);
    if (isBad || others.actions > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson({ channels, ...others }));
    for (const { name, delivered, deliveredMs, waiting, heldBack, dead, trouble } of channels) {
      const at = deliveredMs === undefined ? "never" : new Date(deliveredMs).toISOString();
      const why = trouble === "" ? "" : `; takes nothing: ${printable(trouble)}`;
      await print(
        `${name}: ${delivered} told (last ${at}), ${waiting} waiting, ${heldBack} held back for a summary, ${dead} dead${why}`,
      );
    }
    const { unanswered, orders, actions } = others;
    return print(
      `${unanswered} not acknowledged, ${orders} orders and ${actions} answers not yet taken`,
    );
  },
});

export const testCommand = defineCommand({
  meta: {
    name: "test",
    description: `Have the daemon send a test to a channel now, and say what came back; nothing else is sent

  sallyport notify test security
  sallyport notify test pager --json`,
  },
  args: {
    name: { type: "positional", required: true, description: "the channel's name" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const places = placesOf(args.data);
    channelNamed(places.notifyFile, args.name);
    const { outcome, checkups, by } = await tryByDaemon(
      places,
      { what: "channel", name: args.name },
      fetchRecorded(places),
    );
    const [{ isGood, says } = { isGood: false, says: "" }] = checkups;
    if (!isGood) process.exitCode = exitCodes.found;
    await tell(
      args,
      { name: args.name, isTaken: isGood, outcome, says, by },
      `${args.name}: ${isGood ? `taken: ${says}` : `not taken: ${printable(says)}`}${triedWords(by)}`,
    );
  },
});

export const sendCommand = defineCommand({
  meta: {
    name: "send",
    description: `Send a notice of your own by the rules, or dead letters again

  sallyport notify send "Maintenance from 20:00" --level low
  sallyport notify send "Call me" --to pager,security --level critical
  sallyport notify send --dead security`,
  },
  args: {
    title: { type: "positional", required: false, description: "one line, 200 characters" },
    level: {
      type: "string",
      default: "medium",
      valueHint: LEVELS.join("|"),
      description: "how grave",
    },
    team: { type: "string", valueHint: "NAME", description: "whose it is, for the rules" },
    to: { type: "string", valueHint: "NAMES", description: "these channels, whatever rules say" },
    dead: { type: "string", valueHint: "NAME", description: "the dead letters of this channel" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const places = placesOf(args.data);
    const { notifyFile, notify } = places;
    if ((args.title === undefined) === (args.dead === undefined))
      throw new Failure("usage", "give one line to send, or a channel with `--dead`");
    const nowMs = (): number => Date.now();
    if (args.dead !== undefined) {
      const { name } = channelNamed(notifyFile, args.dead);
      leaveOrder(notify, { kind: "raise", channel: name }, nowMs());
    } else {
      const to = args.to === undefined ? undefined : commaList(args.to);
      for (const name of to ?? []) channelNamed(notifyFile, name);
      const team = args.team === undefined ? {} : { team: args.team };
      const notice = announcement({
        id: freshId("said"),
        title: args.title ?? "",
        level: levelOf(args.level),
        timeMs: nowMs(),
        ...team,
      });
      const order = { kind: "notice" as const, notice, ...(to === undefined ? {} : { to }) };
      leaveOrder(notify, order, nowMs());
    }
    const isSent = await sendNow(places);
    const { channels } = await notifyStanding(places);
    const failing = channels.filter(({ trouble, waiting }) => trouble !== "" && waiting > 0);
    if (failing.length > 0) process.exitCode = exitCodes.found;
    const outcome = !isSent ? "left" : failing.length > 0 ? "waits" : "sent";
    const waits = failing.map(({ name, trouble }) => `${name}: ${printable(trouble)}`).join("; ");
    await tell(
      args,
      { outcome, failing: failing.map(({ name, trouble }) => ({ name, trouble })) },
      !isSent
        ? "the daemon sends it within seconds"
        : failing.length > 0
          ? `it waits, and is tried again while the daemon runs: ${waits}`
          : "every channel that it is for took it, or counts it for its summary",
    );
  },
});

/** Sends what waits, unless the daemon does; false where it does. */
async function sendNow(places: Directories): Promise<boolean> {
  const nowMs = (): number => Date.now();
  const held = await holdQueue(places, {
    fetchSecret: fetchRecorded(places),
    nowMs,
    report: () => undefined,
  });
  if (held === undefined) return false;
  const { notifying } = held;
  const endMs = nowMs() + SENDING_MS_MAX;
  try {
    do await notifying.pass();
    while (!notifying.isIdle() && nowMs() < endMs);
    return true;
  } finally {
    await notifying.close();
    held.release();
  }
}

function levelOf(text: string): Level {
  const level = LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  throw new Failure("usage", `\`--level\` is one of ${LEVELS.join(", ")}`);
}

function freshId(what: string): string {
  return `${what}-${randomBytes(12).toString("hex")}`;
}
