// What extensions did so far: calls on the log by skill, command, agent and server, by verdict and with the last of them.
import { nameInTools } from "#govern/mcp/identity.ts";
import { isObject } from "#base/json.ts";
import { saidIn } from "#record/event/readable-part.ts";
import type { QuestionAnswer } from "#record/index/question.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { askLog } from "../log/asked-log.ts";
import { openView } from "../log/opened-log.ts";
import { entriesAt } from "../log/opened-places.ts";
import type { Item } from "./items.ts";

/** Events of one kind that are opened, the newest, and rows of one count. */
const OPENED_MAX = 5_000;
const ROWS_MAX = 5_000;
/** Servers that are asked about one by one. */
const SERVERS_MAX = 200;

/** Of a skill or command how often it was used, of an agent and a server how many calls it made. */
export type Deeds = {
  readonly calls: number;
  readonly allowed: number;
  readonly asked: number;
  readonly refused: number;
  /** Left to the client, or typed by a person. */
  readonly left: number;
  readonly lastMs: number | null;
};

/** What an item did; undefined where nothing on the log names it, or its kind is not counted. */
export type DeedsOf = {
  of(item: Pick<Item, "kind" | "name">): Deeds | undefined;
  /** Why there may be more than was counted. */
  readonly notes: readonly string[];
};

type Count = { -readonly [Key in keyof Deeds]: Deeds[Key] };
type Counts = Map<string, Count>;

/** Counts them. Rejects where there is no log. */
export async function openDeeds(
  directories: Directories,
  items: readonly Pick<Item, "kind" | "name">[],
  nowMs: number,
): Promise<DeedsOf> {
  const notes: string[] = [];
  const used: Counts = new Map();
  const agents: Counts = new Map();
  const servers: Counts = new Map();
  const view = await openView(directories.root);
  const ask = async (question: { readonly filter: string } & Asked): Promise<QuestionAnswer> =>
    (await askLog(directories, { ...question, nowMs })).answer;
  const placesOf = async (filter: string): Promise<readonly number[]> => {
    const answer = await ask({
      ask: "search",
      filter,
      limit: OPENED_MAX,
      before: null,
      byRank: false,
    });
    if (answer.kind !== "found") return [];
    if (answer.next !== null)
      notes.push(`of the events \`${filter}\` the newest ${OPENED_MAX} were counted`);
    return answer.places;
  };
  const skills = await placesOf("kind:decision tool:Skill");
  for await (const { leaf, sealed } of entriesAt(view, skills)) {
    const name = saidIn(sealed)?.split(/\s/, 1)[0];
    if (leaf.kind !== "fault" && name !== undefined)
      addTo(used, name, { verdict: leaf.metadata["verdict"], lastMs: leaf.timeMs });
  }
  const named = await placesOf("what:UserPromptExpansion or what:SubagentStart");
  const byAgent = new Map<string, string>();
  for await (const { leaf, sealed } of entriesAt(view, named)) {
    if (leaf.kind === "fault" || !isObject(sealed?.["names"])) continue;
    const { command_name: command, agent_type: type } = sealed["names"];
    if (typeof command === "string")
      addTo(used, command, { verdict: undefined, lastMs: leaf.timeMs });
    const { agent } = leaf.metadata;
    if (typeof type === "string" && typeof agent === "string") byAgent.set(agent, type);
  }
  const rows = async (filter: string, by: "agent" | undefined) => {
    const fields = [...(by === undefined ? [] : [by]), "verdict", "hour"] as const;
    const answer = await ask({ ask: "group", filter, by: fields, limit: ROWS_MAX, inOrder: false });
    if (answer.kind !== "table") return [];
    if (answer.isCut)
      notes.push(`of the counts of \`${filter}\` the largest ${ROWS_MAX} were taken`);
    return answer.rows;
  };
  if (byAgent.size > 0)
    for (const [agent, verdict, hourMs, calls] of await rows("kind:decision agent:*", "agent")) {
      const type = byAgent.get(String(agent));
      if (type !== undefined)
        addTo(agents, type, { verdict, lastMs: Number(hourMs), calls: Number(calls) });
    }
  const asked = [...new Set(items.filter(({ kind }) => kind === "server").map(({ name }) => name))];
  for (const name of asked.slice(0, SERVERS_MAX)) {
    const word = nameInTools(name);
    for (const [verdict, hourMs, calls] of await rows(`kind:decision mcp:"${word}"`, undefined))
      addTo(servers, name, { verdict, lastMs: Number(hourMs), calls: Number(calls) });
  }
  if (asked.length > SERVERS_MAX)
    notes.push(`of ${asked.length} servers the calls of ${SERVERS_MAX} were counted`);
  return {
    notes,
    of({ kind, name }) {
      const own = name.replace(/@(?:skills|commands|agents)$/, "");
      if (kind === "server") return servers.get(name);
      if (kind === "agent") return agents.get(own.split("/").at(-1) ?? own);
      // A command of a subfolder is typed by its file's name alone, or with the folder before a colon.
      if (kind === "command")
        return used.get(own.replaceAll("/", ":")) ?? used.get(own.split("/").at(-1) ?? own);
      return kind === "skill" ? used.get(own) : undefined;
    },
  };
}

type Asked =
  | {
      readonly ask: "search";
      readonly limit: number;
      readonly before: null;
      readonly byRank: false;
    }
  | {
      readonly ask: "group";
      readonly by: readonly ("agent" | "verdict" | "hour")[];
      readonly limit: number;
      readonly inOrder: false;
    };

const FIELDS: Readonly<Record<string, "allowed" | "asked" | "refused" | undefined>> = {
  allow: "allowed",
  ask: "asked",
  deny: "refused",
};

function addTo(
  counts: Counts,
  name: string,
  {
    verdict,
    lastMs,
    calls = 1,
  }: { readonly verdict: unknown; readonly lastMs: number | null; readonly calls?: number },
): void {
  const count = counts.get(name) ?? {
    calls: 0,
    allowed: 0,
    asked: 0,
    refused: 0,
    left: 0,
    lastMs: null,
  };
  count.calls += calls;
  count[FIELDS[String(verdict)] ?? "left"] += calls;
  count.lastMs = Math.max(count.lastMs ?? 0, lastMs ?? 0);
  counts.set(name, count);
}
