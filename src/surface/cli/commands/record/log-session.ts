// `sallyport log session`: one session as a person would tell it.
import { defineCommand } from "citty";
import { startStory, type Story, type Turn } from "#assure/activity/session-story.ts";
import { storyPage } from "#assure/activity/story-page.ts";
import { storyLines } from "#assure/activity/story-text.ts";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { startChains, startGraph } from "#detect/session/graph.ts";
import { chainLines, graphDot } from "#detect/session/graph-text.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import {
  type AskSearch,
  eachOfSession,
  newestSessionId,
  SESSION_EVENTS_MAX,
} from "../../../services/log/recorded-session.ts";
import { periodOptions } from "../../log/period.ts";
import { readFilter } from "../../log/question-options.ts";
import { tellNote } from "./log-search.ts";

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
    const nowMs = Date.now();
    const notes = new Set<string>();
    const ask: AskSearch = async (question) => {
      const { answer, note } = await askLog(directories, question);
      // Once: a long session is asked for page by page.
      if (note !== undefined && !notes.has(note)) tellNote(note);
      notes.add(note ?? "");
      return answer;
    };
    const id = args.id === "" ? await newestSessionId(ask, view, nowMs) : args.id;
    const times = readFilter([], args, nowMs);
    const teller = startStory();
    // WHY a graph only where it is shown: drawing a long session takes longer than finding its chains.
    const graph = args.graph === true ? startGraph() : undefined;
    const chains = startChains();
    const { expired, isCut } = await eachOfSession(id, { ask, view, times, nowMs }, (event) => {
      teller.add(event);
      const act = actOf(event);
      if (act !== undefined) (graph ?? chains).add(act);
    });
    const story = teller.result();
    if (story.events === 0)
      throw new Failure(
        "usage",
        `no event of a session \`${id}\` is in this log${args.since === undefined && args.until === undefined ? "" : " at that time"}: \`sallyport log stats 'session:*' --by session\` lists them`,
      );
    if (isCut)
      process.stderr.write(
        `sallyport: only the newest ${SESSION_EVENTS_MAX} events of this session were read: bound the time with --since and --until\n`,
      );
    if (expired > 0)
      process.stderr.write(
        `sallyport: the texts of ${expired} of these events are over their time and gone; \`sallyport log show INDEX\` says since when\n`,
      );
    if (graph !== undefined) {
      if (args.json === true) await print(printableJson(graph.result()));
      else process.stdout.write(graphDot(graph.result()));
      return;
    }
    const ended = chains.result();
    const lines = chainLines(ended);
    if (args.json === true) await print(printableJson({ ...plainStory(story), chains: ended }));
    else if (args.html === true) process.stdout.write(storyPage(story, lines));
    else await print([...storyLines(story, args.all === true), ...lines].join("\n"));
  },
});

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
