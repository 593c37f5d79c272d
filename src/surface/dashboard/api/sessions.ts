// Endpoints of sessions: their list, one session's story and timeline, and its action graph.
import * as v from "valibot";
import { TRUSTS } from "#detect/session/act.ts";
import { groupedGraph } from "#detect/session/graph-groups.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { endpoint } from "./endpoint.ts";
import { beforeText, command, limitText, nextPlace, placeBefore, wholeText } from "./fields.ts";
import {
  incidentLink,
  incidentsBySession,
  listSessions,
  projectOf,
  sessionRow,
} from "./session-list.ts";
import { openSession, type TimelineItem } from "./session-record.ts";
import { teamSessions } from "./team-sessions.ts";

const PAGE_MAX = 100;
const ITEMS_MAX = 500;
const CHAINS_SHOWN = 50;

const text = (max: number) => v.optional(v.pipe(v.string(), v.maxLength(max)), "");
/** A session by the client's id or by its pseudonym, whose first character may be a dash. */
const sessionId = v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/, "give the id of a session"));
/** What of a timeline is wanted. */
const ONLY = ["all", "prompts", "calls", "stopped", "changes", "findings"] as const;

const chain = v.object({
  kind: v.string(),
  score: v.number(),
  index: v.number(),
  isStopped: v.boolean(),
  from: v.object({ trust: v.string(), name: v.string() }),
  to: v.string(),
  steps: v.array(v.object({ index: v.number(), words: v.string() })),
});
const word = v.nullable(v.string());
const timelineItem = v.object({
  index: v.number(),
  timeMs: v.number(),
  what: v.string(),
  kind: v.string(),
  text: v.string(),
  tool: word,
  verdict: word,
  isEnforced: v.boolean(),
  rule: word,
  reason: word,
  effects: v.array(v.string()),
  chains: v.array(v.string()),
  agent: word,
  outcome: word,
  durationMs: v.nullable(v.number()),
  isErased: v.boolean(),
  isForged: v.boolean(),
});
const listed = (pattern: RegExp, max: number) =>
  v.pipe(v.string(), v.maxLength(max), v.regex(pattern));

/** Groups of a graph that are open, as a JSON list. WHY no separator of ours: their ids hold names of files. */
const openGroups = v.optional(
  v.pipe(
    v.string(),
    v.maxLength(8_192),
    v.parseJson(),
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(1_024))), v.maxLength(64)),
  ),
  "[]",
);

export const sessionEndpoints = [
  endpoint({
    method: "GET",
    path: "/sessions",
    about: "Sessions of the record with counts by verdict, chains and incidents, the newest first.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({
      verdict: v.optional(v.picklist(["", "allow", "ask", "deny", "abstain"]), ""),
      since: v.optional(listed(/^[\w:.+-]*$/, 40), ""),
      until: v.optional(listed(/^[\w:.+-]*$/, 40), ""),
      person: text(128),
      project: text(4_096),
      before: beforeText,
      limit: limitText(PAGE_MAX),
    }),
    answer: v.object({
      command,
      items: v.array(sessionRow),
      next: nextPlace,
      /** Folders that a session's project may be; of a team its machines. */
      projects: v.array(v.string()),
    }),
    async work(parts, { input }) {
      if (parts.team !== undefined) return teamSessions({ ...parts, team: parts.team }, input);
      const { verdict, since, until, person } = input;
      const filter = [
        "session:*",
        ...(verdict === "" ? [] : [`verdict:${verdict}`]),
        ...(person === "" ? [] : [`user:"${person.replaceAll('"', "")}"`]),
      ].join(" ");
      const times = [
        ...(since === "" ? [] : [` --since=${shellWord(since)}`]),
        ...(until === "" ? [] : [` --until=${shellWord(until)}`]),
      ].join("");
      const { before, ...rest } = input;
      return {
        command: `sallyport log stats ${shellWord(filter)} --by session,verdict${times}`,
        ...(await listSessions(parts, { ...rest, before: placeBefore(before) })),
        projects: readProjectRegister(parts.directories.projectsFile).map(({ root }) => root),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/sessions/:id",
    about: "One session: who, where, what came of its calls, the chains in it, and its incidents.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({ id: sessionId }),
    answer: v.object({
      command,
      session: v.object({
        id: v.string(),
        clientId: word,
        user: word,
        place: word,
        project: word,
        machine: word,
        fromMs: v.number(),
        untilMs: v.number(),
        modes: v.array(v.string()),
        events: v.number(),
        requests: v.number(),
        calls: v.number(),
        refused: v.number(),
        asked: v.number(),
        ran: v.number(),
        failed: v.number(),
        erased: v.number(),
        forged: v.number(),
        expired: v.number(),
        isCut: v.boolean(),
        tokens: v.number(),
        costUsd: v.number(),
        nodes: v.number(),
        edges: v.number(),
      }),
      chains: v.array(chain),
      chainsOmitted: v.number(),
      incidents: v.array(incidentLink),
    }),
    async work(parts, { input: { id } }) {
      const { story, items, graph, ...record } = await openSession(parts, id);
      const { from, until, sessionId: clientId = null, user = null, place = null } = story;
      const { events, calls, refused, asked, ran, failed, erased, forged } = story;
      const roots = readProjectRegister(parts.directories.projectsFile).map(({ root }) => root);
      const { expired, isCut, machine, pseudonym } = record;
      return {
        command: `sallyport log session ${shellWord(id)} --all`,
        session: {
          id: record.id,
          clientId,
          user: user ?? pseudonym,
          place,
          machine,
          project: place === null ? null : projectOf(roots, place),
          fromMs: from,
          untilMs: until,
          modes: [...story.modes],
          requests: items.filter(({ what }) => what === "prompt").length,
          events,
          calls,
          refused,
          asked,
          ran,
          failed,
          erased,
          forged,
          expired,
          isCut,
          tokens: story.tokens,
          costUsd: story.costUsd,
          nodes: graph.nodes.length,
          edges: graph.edges.length,
        },
        chains: graph.chains.slice(0, CHAINS_SHOWN).map((one) => ({
          ...one,
          steps: [...one.steps],
        })),
        chainsOmitted: Math.max(0, graph.chains.length - CHAINS_SHOWN),
        incidents: incidentsBySession(parts).get(record.id) ?? [],
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/sessions/:id/timeline",
    about: "What happened in a session in its order: prompts, calls with their ends, and changes.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({
      id: sessionId,
      only: v.optional(v.picklist(ONLY), "all"),
      /** How many items were read: the page after begins there. */
      before: v.optional(wholeText, "0"),
      limit: limitText(ITEMS_MAX),
    }),
    answer: v.object({
      command,
      items: v.array(timelineItem),
      next: v.nullable(v.number()),
      total: v.number(),
    }),
    async work(parts, { input: { id, only, before, limit } }) {
      const { items } = await openSession(parts, id);
      const wanted = only === "all" ? items : items.filter((item) => isWanted(item, only));
      const end = before + limit;
      return {
        command: `sallyport log session ${shellWord(id)} --all`,
        items: wanted.slice(before, end),
        next: end < wanted.length ? end : null,
        total: wanted.length,
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/sessions/:id/graph",
    about: "What a session took from where and where that went; of a large one groups to open.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({ id: sessionId, open: openGroups }),
    answer: v.object({
      command,
      nodes: v.array(
        v.object({
          id: v.string(),
          kind: v.string(),
          name: v.string(),
          count: v.optional(v.number()),
          refused: v.optional(v.number()),
          group: v.optional(v.string()),
        }),
      ),
      edges: v.array(
        v.object({
          from: v.string(),
          to: v.string(),
          kind: v.string(),
          index: v.number(),
          count: v.number(),
          labels: v.array(v.picklist(TRUSTS)),
        }),
      ),
      chains: v.array(chain),
      /** Nodes of the whole graph, and what is beyond every bound. */
      total: v.number(),
      omitted: v.number(),
      edgesOmitted: v.number(),
      isGrouped: v.boolean(),
    }),
    async work(parts, { input: { id, open } }) {
      const { graph } = await openSession(parts, id);
      const { nodes, edges, ...said } = groupedGraph(graph, new Set(open));
      return {
        command: `sallyport log session ${shellWord(id)} --graph --json`,
        nodes: nodes.map((node) => ({ ...node })),
        edges: edges.map((edge) => ({ ...edge, labels: [...edge.labels] })),
        chains: graph.chains
          .slice(0, CHAINS_SHOWN)
          .map((one) => ({ ...one, steps: [...one.steps] })),
        total: graph.nodes.length,
        omitted: graph.omitted,
        ...said,
      };
    },
  }),
];

function isWanted(
  { what, verdict, chains }: TimelineItem,
  only: Exclude<(typeof ONLY)[number], "all">,
): boolean {
  switch (only) {
    case "prompts":
      return what === "prompt";
    case "calls":
      return what === "call";
    case "stopped":
      return verdict === "deny" || verdict === "ask" || what === "held" || chains.length > 0;
    case "changes":
      return what === "change";
    case "findings":
      return what === "finding" || chains.length > 0;
    default:
      return only satisfies never;
  }
}
