// A call as an act of the graph, whether a record or a judgement tells of it.
import type { NameKind } from "#record/event/readable-part.ts";
import { isInstructions } from "./places.ts";
import type { CallAct, Deed, Place, PlaceKind } from "./act.ts";

/** A host and what the first contact with it tells: whether it is known, and whether more goes there than a question. */
export type Contact = {
  readonly name: string;
  readonly known: Place["known"];
  readonly sends: boolean;
};

/** What is known of a call. `effects`: kind and class, as `effectSummary` counts them. `rules`: those that judged it. */
export type ToldCall = Pick<CallAct, "index" | "agent" | "call" | "tool" | "said" | "verdict"> & {
  readonly effects: readonly string[];
  readonly rules: readonly string[];
  readonly names: (kind: NameKind) => Iterable<string>;
  readonly hosts: readonly Contact[];
};

/** The act. */
export function callAct(told: ToldCall): CallAct {
  const { effects, rules, names, said, ...own } = told;
  const kinds = new Set(effects.map((name) => name.split("/")[0] ?? ""));
  const named = (kind: PlaceKind, from: NameKind): readonly Place[] =>
    [...names(from)].map((name) => ({ kind, name }));
  const isSaid = (name: string): boolean => said?.includes(name) === true;
  const isOutward = kinds.has("publish") || kinds.has("history");
  const hosts = told.hosts.map(({ name, known, sends }) => {
    const place: Place = { kind: "host", name, ...(known === undefined ? {} : { known }) };
    // What is pushed goes where the repository is configured to, unless the command names another place.
    return { place: isOutward && !isSaid(name) ? configured(place) : place, sends };
  });
  const sent = hosts.filter(({ sends }) => sends).map(({ place }) => place);
  const servers = named("server", "servers");
  const remotes = named("remote", "remotes").map((place) =>
    isSaid(place.name) ? place : configured(place),
  );
  return {
    kind: "call",
    index: own.index,
    agent: own.agent,
    call: own.call,
    tool: own.tool,
    said,
    verdict: own.verdict,
    takes: [
      ...named("file", "reads"),
      ...(isOutward ? [] : [...hosts.map(({ place }) => place), ...remotes]),
      ...servers,
      ...named("package", "packages"),
    ],
    gives: [
      ...named("file", "changes"),
      ...sent,
      ...(isOutward ? remotes : []),
      ...(CHANGING.test(said ?? "") ? servers : []),
    ],
    movesRemote:
      /\bgit\b.{0,200}\bremote\s+(?:add|set-url|rename)\b|\bgit\b.{0,200}\bconfig\b.{0,200}\b(?:remote\.|insteadOf)/.test(
        said ?? "",
      ),
    touchesSecret: rules.some((rule) => rule.includes("/secrets/")),
    runsFetched: effects.some((effect) => effect.startsWith("execute/download-")),
    does: [
      ...[...kinds].flatMap((kind) => DEEDS[kind] ?? []),
      ...(effects.some(isOthersHistory) ? (["history"] as const) : []),
      ...(effects.some(isForeignCode) ? (["runs-code"] as const) : []),
      ...([...names("changes")].some(isInstructions) ? (["instruct"] as const) : []),
    ],
  };
}

const DEEDS: Readonly<Record<string, Deed>> = {
  publish: "publish",
  deploy: "deploy",
  install: "install",
  persist: "persist",
  tamper: "tamper",
  privilege: "privilege",
};

const configured = (place: Place): Place => ({ ...place, known: place.known ?? "remote" });

/** The name of a tool of an MCP server that sends or changes something, as most of them are called. */
const CHANGING =
  /^[a-z]{0,20}[_-]?(?:send|post|create|update|delete|write|publish|upload|push|merge|comment|reply|invite|share|execute|run)/i;

/** What others have already: a rebase of commits of one's own is ordinary work. */
function isOthersHistory(effect: string): boolean {
  return /^history\/(?:force-push|delete-ref)/.test(effect);
}

/** Code that is no program of the system and no text of the command itself. */
function isForeignCode(effect: string): boolean {
  return /^execute\/(?:project|generated|download|unknown)-/.test(effect);
}
