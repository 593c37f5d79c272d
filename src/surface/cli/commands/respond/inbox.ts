// `sallyport inbox`: everything that needs a person, what is lost soonest by waiting first; decided by keys, by an option, or by its command.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { OUTCOMES } from "#detect/incident/incident.ts";
import { userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, type Reader, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal, print } from "../../../foundation/terminal/terminal.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { readFolderHosts, readHosts } from "../../../services/fleet/hosts-reading.ts";
import { type Inbox, readInbox } from "../../../services/inbox/inbox.ts";
import { placesOf } from "../../../services/inbox/inbox-places.ts";
import { INBOX_KINDS, type InboxItem } from "../../../services/inbox/inbox-item.ts";
import {
  type Choice,
  decide,
  groundLines,
  type InboxDesk,
  requireChoice,
  wantsWord,
} from "./inbox-decide.ts";
import { itemLines } from "../../inbox/item-lines.ts";
import { requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { questionsOf } from "../questions/question-lines.ts";

/** Items that are shown unless more are asked for. */
const SHOWN = 20;
const SHOWN_MAX = 100_000;
const NOTE_CHARS_MAX = 300;

export const inboxCommand = defineCommand({
  meta: {
    name: "inbox",
    description: `everything that needs a person, what is lost soonest by waiting first

  sallyport inbox                                   at a terminal until q: keys decide
  sallyport inbox --once --kind question,approval   the list, without keys
  sallyport inbox --limit 200 --json
  sallyport inbox --hosts /var/lib/collector/fleet
  sallyport inbox --allow qu-0011223344556677
  sallyport inbox --refuse ap-0011223344556677 --note "after the release"
  sallyport inbox --assign inc-01k7
  sallyport inbox --close inc-01k7 --outcome blocked-by-hook

Questions that wait, approvals, incidents, MCP servers and plugins that changed, machines out of policy, deliveries that fail,
findings that appeared, exceptions and attestations that end. Each names the command that does it, or shows what to do.

Keys: j and k go through the list, enter opens, a allows, r refuses, e assigns to you, x closes, q ends. Whatever lets a call run
wants a word that you type; the rest is done after ten seconds, and u takes it back. Ctrl-C ends without doing it.`,
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
      description:
        "the folder in which a collector keeps what machines report (default: $SALLYPORT_FLEET)",
    },
    once: { type: "boolean", description: "print the list and end, at a terminal too" },
    allow: { type: "string", valueHint: "ID", description: "let this call run: you type a word" },
    refuse: { type: "string", valueHint: "ID", description: "refuse this call" },
    assign: { type: "string", valueHint: "ID", description: "you own this incident from now on" },
    close: {
      type: "string",
      valueHint: "ID",
      description: "close this incident, or end this exception",
    },
    outcome: {
      type: "string",
      valueHint: OUTCOMES.join("|"),
      description: "with --close: how what happened was possible",
    },
    note: { type: "string", valueHint: "TEXT", description: "why; with a no the agent reads it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const kinds = kindsOf(args.kind);
    const limit = limitOf(args.limit);
    const chosen = chosenOf(args);
    const { hosts } = args;
    const { SALLYPORT_FLEET: fleet = "" } = process.env;
    const look = () =>
      readInbox(
        placesOf(directories, {
          nowMs: Date.now(),
          environment: process.env,
          questions: () => questionsOf(install),
          hosts: async () => {
            if (hosts !== undefined)
              return readHosts({ kind: "folder", directory: resolve(hosts) });
            return fleet === "" ? [] : readFolderHosts(resolve(fleet));
          },
        }),
      );
    const lookAtKinds = async () => ofKinds(await look(), kinds);
    const desk: InboxDesk = {
      directories,
      nowMs: () => Date.now(),
      order: async (order) => {
        await startDaemon(install);
        return giveOrder(install, order);
      },
      by: userName() || "unknown",
      from: "cli",
      questions: () => questionsOf(install),
    };
    if (chosen !== undefined) {
      const item = itemNamed((await look()).items, chosen.id);
      return decideOnce(desk, item, { choice: chosen.choice, reader: args });
    }
    const terminal = openTerminal();
    if (args.json !== true && args.once !== true && terminal.isInteractive) {
      const { showInbox } = await import("./inbox-live.ts");
      return showInbox({ desk, look: lookAtKinds, hasColour: terminal.hasColour });
    }
    return printList(await lookAtKinds(), limit, args.json === true);
  },
});

/** What of it is of these kinds; the counts stay those of all. */
function ofKinds({ items, unread, counts }: Inbox, kinds: readonly string[]): Inbox {
  return {
    items: items.filter(({ kind }) => kinds.includes(kind)),
    unread: unread.filter(({ kind }) => kinds.includes(kind)),
    counts,
  };
}

async function printList({ items, unread, counts }: Inbox, limit: number, isJson: boolean) {
  const shown = items.slice(0, limit);
  const more = items.length - shown.length;
  if (items.length > 0) process.exitCode = exitCodes.found;
  if (isJson) return print(printableJson({ items: shown, more, counts, unread }));
  const nowMs = Date.now();
  const lines = [
    ...unread.map(({ kind, why }) => `not known: ${kind}: ${why}`),
    ...shown.flatMap((one) => itemLines(one, nowMs)),
    ...(more === 0 ? [] : [`and ${more} more: --limit ${items.length} shows all`]),
  ];
  const none = unread.length === 0 ? "nothing needs you" : "nothing else needs you";
  return print([...lines, ...(shown.length === 0 ? [none] : [])].map(printable).join("\n"));
}

/** Decides it after a word was typed, where it wants one. */
async function decideOnce(
  desk: InboxDesk,
  item: InboxItem,
  { choice, reader }: { readonly choice: Choice; readonly reader: Reader },
): Promise<void> {
  requireChoice(item, choice);
  if (wantsWord(item, choice)) {
    const head = choice.action === "allow" ? "you let this be done:" : "you refuse this:";
    const ground = await groundLines(desk, item);
    if (!(await isTyped(reader, [head, ...ground.map(printable)]))) return;
  }
  const { kind, id } = item;
  try {
    const words = await decide(desk, item, choice);
    await tell(reader, { outcome: choice.action, kind, id }, words);
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "changed") throw cause;
    process.exitCode = exitCodes.found;
    await tell(reader, { outcome: "changed", kind, id }, `it does not count: ${cause.message}`);
  }
}

/** The item of this id, or of the only id that begins so. */
function itemNamed(items: readonly InboxItem[], id: string): InboxItem {
  const exact = items.find((one) => one.id === id);
  const alike = items.filter((one) => id !== "" && one.id.startsWith(id));
  const [only, other] = exact === undefined ? alike : [exact];
  if (only !== undefined && other === undefined) return only;
  throw new Failure(
    "inbox",
    other === undefined
      ? `nothing that needs you is named \`${printable(id)}\`: \`sallyport inbox --once\` shows what does`
      : `${alike.length} things begin with \`${printable(id)}\`: give more of the id`,
  );
}

type Given = Readonly<Partial<Record<Choice["action"] | "outcome" | "note", string | undefined>>>;

function chosenOf(args: Given): { readonly id: string; readonly choice: Choice } | undefined {
  const given = (["allow", "refuse", "assign", "close"] as const).flatMap((action) => {
    const id = args[action];
    return id === undefined ? [] : [{ action, id }];
  });
  const [only, other] = given;
  if (other !== undefined) throw new Failure("usage", "decide one thing at a time");
  const { note = "" } = args;
  const outcome = OUTCOMES.find((one) => one === args.outcome);
  if (args.outcome !== undefined && (outcome === undefined || only?.action !== "close"))
    throw new Failure(
      "usage",
      `\`--outcome\` goes with \`--close\`, and is one of ${OUTCOMES.join(", ")}`,
    );
  if (note.length > NOTE_CHARS_MAX)
    throw new Failure("usage", `a note has at most ${NOTE_CHARS_MAX} characters`);
  if (note !== "" && only === undefined)
    throw new Failure("usage", "`--note` goes with a decision, such as `--refuse`");
  return only === undefined
    ? undefined
    : { id: only.id, choice: { action: only.action, note, outcome } };
}

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
