// `sallyport log session`: one session as a person would tell it.
import { defineCommand } from "citty";
import {
  sessionStory,
  type Story,
  type StoryEvent,
  type Turn,
} from "#assure/activity/session-story.ts";
import { storyPage } from "#assure/activity/story-page.ts";
import { storyLines } from "#assure/activity/story-text.ts";
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { LogView } from "#record/store/log-view.ts";
import {
  type Directories,
  dataDirectory,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { tellNote } from "./log-search.ts";

/** Events of one session that are read: the newest. */
const EVENTS_MAX = 60_000;
/** Entries between two of the session that are read along rather than jumped over. */
const GAP = 256;

/** `sallyport log session`. */
export const sessionCommand = defineCommand({
  meta: {
    name: "session",
    description:
      "One session as a story: what was asked for, what was done, what was refused and what came next. Without an id the newest one. Example: sallyport log session --html > session.html",
  },
  args: {
    id: {
      type: "positional",
      required: false,
      default: "",
      description: "the session, by the client's id or by its pseudonym",
    },
    all: { type: "boolean", description: "every request and refusal, however long that gets" },
    html: {
      type: "boolean",
      description: "a page to hand over; it holds what is sealed in the log",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const view = await openView(args.data);
    const id = args.id === "" ? await newestSession(directories, view) : args.id;
    if (!/^[\w.:-]{1,128}$/.test(id))
      throw new Failure("usage", `\`${printable(id)}\` is no id of a session`);
    const places = await placesOf(directories, id);
    if (places.length === 0)
      throw new Failure(
        "usage",
        `no event of a session \`${id}\` is in this log: \`sallyport log stats 'session:*' --by session\` lists them`,
      );
    const events: StoryEvent[] = [];
    for await (const event of eventsAt(view, places)) events.push(event);
    const story = sessionStory(events);
    if (args.json === true) await print(printableJson(plainStory(story)));
    else if (args.html === true) process.stdout.write(storyPage(story));
    else await print(storyLines(story, args.all === true).join("\n"));
  },
});

async function newestSession(directories: Directories, view: LogView): Promise<string> {
  const [place] = await search(directories, "session:*", { limit: 1, before: null });
  if (place === undefined) throw new Failure("usage", "this log holds no session yet");
  for await (const { leaf } of view.leaves(place, place + 1))
    if (leaf.kind === "leaf" && typeof leaf.metadata["session"] === "string")
      return leaf.metadata["session"];
  throw new Failure("log-damaged", "the newest session cannot be read: run `sallyport log verify`");
}

/** The places of the session's newest events, the oldest first. */
async function placesOf(directories: Directories, id: string): Promise<readonly number[]> {
  const places: number[] = [];
  let before: number | null = null;
  while (places.length < EVENTS_MAX) {
    const limit = Math.min(QUERY_ROWS_MAX, EVENTS_MAX - places.length);
    const page: readonly number[] = await search(directories, `session:"${id}"`, { limit, before });
    places.push(...page);
    before = page.at(-1) ?? null;
    if (page.length < limit) break;
  }
  return places.toReversed();
}

async function search(
  directories: Directories,
  filter: string,
  { limit, before }: { readonly limit: number; readonly before: number | null },
): Promise<readonly number[]> {
  const nowMs = Date.now();
  const question = { ask: "search", filter, nowMs, limit, before, byRank: false } as const;
  const { answer, note } = await askLog(directories, question);
  tellNote(note);
  if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
  return answer.places;
}

async function* eventsAt(view: LogView, places: readonly number[]): AsyncGenerator<StoryEvent> {
  const wanted = new Set(places);
  for (const [from, end] of runsOf(places))
    for await (const { index, leaf, sealed } of view.entries(from, end))
      if (wanted.has(index) && leaf.kind === "leaf")
        yield { index, timeMs: leaf.timeMs, metadata: leaf.metadata, sealed };
}

/** Ranges that hold all places, so that no bundle of the log is read once for each of its entries. */
function runsOf(places: readonly number[]): readonly (readonly [from: number, end: number])[] {
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && place - last[1] < GAP) last[1] = place + 1;
    else runs.push([place, place + 1]);
  }
  return runs;
}

function plainStory(story: Story): unknown {
  return { ...story, turns: story.turns.map(plainTurn) };
}

function plainTurn({ commands, names, held, ...turn }: Turn): unknown {
  const listed = (found: ReadonlyMap<string, number>) => Object.fromEntries(found);
  return {
    ...turn,
    commands: listed(commands),
    names: Object.fromEntries(Object.entries(names).map(([kind, of]) => [kind, listed(of)])),
    held: listed(held),
  };
}
