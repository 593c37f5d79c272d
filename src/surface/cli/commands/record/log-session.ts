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
import { printable, printableJson } from "#base/printable.ts";
import { type SessionGraph, startGraph } from "#detect/session/graph.ts";
import { chainLines, graphDot } from "#detect/session/graph-text.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
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
import { periodOptions } from "../../log/period.ts";
import { readFilter } from "../../log/question-options.ts";
import { allPlaces, entriesAt } from "../../log/sealed-counts.ts";
import { tellNote } from "./log-search.ts";

/** Events of one session that are read: the newest. */
const EVENTS_MAX = 60_000;

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
    graph: {
      type: "boolean",
      description:
        "what the session took from where and where that went, as a drawing for Graphviz; with --json as data",
    },
    ...periodOptions,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const view = await openView(args.data);
    const id = args.id === "" ? await newestSession(directories, view) : args.id;
    if (!/^[\w.:-]{1,128}$/.test(id))
      throw new Failure("usage", `\`${printable(id)}\` is no id of a session`);
    const filter = readFilter([`session:"${id}"`], args, Date.now());
    const find: Parameters<typeof allPlaces>[0] = (page) => search(directories, filter, page);
    const { places } = await allPlaces(find, EVENTS_MAX);
    if (places.length === 0)
      throw new Failure(
        "usage",
        `no event of a session \`${id}\` is in this log${args.since === undefined && args.until === undefined ? "" : " at that time"}: \`sallyport log stats 'session:*' --by session\` lists them`,
      );
    const events: StoryEvent[] = [];
    let expired = 0;
    for await (const { index, leaf, sealed, text, isForged } of entriesAt(view, places)) {
      if (text.kind === "expired") expired += 1;
      if (leaf.kind === "leaf")
        events.push({ index, timeMs: leaf.timeMs, metadata: leaf.metadata, sealed, isForged });
    }
    if (expired > 0)
      process.stderr.write(
        `sallyport: the texts of ${expired} of these events are over their time and gone; \`sallyport log show INDEX\` says since when\n`,
      );
    const graph = graphOf(events);
    if (args.graph === true) {
      if (args.json === true) await print(printableJson(graph));
      else process.stdout.write(graphDot(graph));
      return;
    }
    const story = sessionStory(events);
    const { chains } = graph;
    if (args.json === true) await print(printableJson({ ...plainStory(story), chains }));
    else if (args.html === true) process.stdout.write(storyPage(story, chainLines(chains)));
    else await print([...storyLines(story, args.all === true), ...chainLines(chains)].join("\n"));
  },
});

function graphOf(events: readonly StoryEvent[]): SessionGraph {
  const graph = startGraph();
  for (const event of events) {
    const act = actOf(event);
    if (act !== undefined) graph.add(act);
  }
  return graph.result();
}

async function newestSession(directories: Directories, view: LogView): Promise<string> {
  const [place] = await search(directories, "session:*", { limit: 1, before: null });
  if (place === undefined) throw new Failure("usage", "this log holds no session yet");
  for await (const { leaf } of view.leaves(place, place + 1))
    if (leaf.kind === "leaf" && typeof leaf.metadata["session"] === "string")
      return leaf.metadata["session"];
  throw new Failure("log-damaged", "the newest session cannot be read: run `sallyport log verify`");
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

function plainStory(story: Story): object {
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
