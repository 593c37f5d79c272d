// Acts from the events of the record: of an event without its key only what its clear part tells.
import { filledString, isObject } from "#base/json.ts";
import { type NameKind, namesIn, saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { Act, CallAct, Deed, Place, PlaceKind } from "./act.ts";

/** An event of a session as it was opened. */
export type RecordedEvent = {
  readonly index: number;
  readonly metadata: JsonObject;
  readonly sealed: JsonObject | undefined;
};

type Placed = Pick<CallAct, "index" | "agent">;

const DEEDS: Readonly<Record<string, Deed>> = {
  publish: "publish",
  deploy: "deploy",
  install: "install",
  persist: "persist",
  tamper: "tamper",
  privilege: "privilege",
};

/** What an event tells; undefined for one that the graph has no use for. Total, whatever stands in it. */
export function actOf({ index, metadata, sealed }: RecordedEvent): Act | undefined {
  const agent = filledString(metadata["agent"]) ?? "";
  const own = { index, agent };
  switch (metadata["kind"]) {
    case "hook":
      return metadata["event"] === "UserPromptSubmit"
        ? { ...own, kind: "prompt", text: saidIn(sealed) }
        : undefined;
    case "result":
      return {
        ...own,
        kind: "result",
        call: filledString(metadata["call"]) ?? "",
        launched: filledString(metadata["launched"]),
      };
    case "decision":
      return metadata["canary"] === true ? undefined : callOf(own, metadata, sealed);
    default:
      return undefined;
  }
}

function callOf(own: Placed, metadata: JsonObject, sealed: JsonObject | undefined): Act {
  const effects = isObject(metadata["effects"]) ? Object.keys(metadata["effects"]) : [];
  const kinds = new Set(effects.map((name) => name.split("/")[0] ?? ""));
  const verdict = metadata["enforced"] === false ? "allow" : metadata["verdict"];
  const said = saidIn(sealed);
  const named = (kind: PlaceKind, from: NameKind): readonly Place[] =>
    namesIn(sealed, from).map((name) => ({ kind, name }));
  const isOutward = kinds.has("publish") || kinds.has("history");
  const hosts = hostsOf(sealed).map(({ place, sends }) => ({
    // What is pushed goes where the repository is configured to, unless the command names another place.
    place: isOutward && said?.includes(place.name) !== true ? configured(place) : place,
    sends,
  }));
  const sent = hosts.filter(({ sends }) => sends).map(({ place }) => place);
  const servers = named("server", "servers");
  const remotes = named("remote", "remotes").map((place) =>
    said?.includes(place.name) === true ? place : configured(place),
  );
  return {
    ...own,
    kind: "call",
    call: filledString(metadata["call"]) ?? "",
    tool: filledString(metadata["tool"]) ?? "",
    said,
    verdict: verdict === "deny" || verdict === "ask" ? verdict : "allow",
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
    touchesSecret: textsOf(metadata["rules"]).some((rule) => rule.includes("/secrets/")),
    does: [
      ...[...kinds].flatMap((kind) => DEEDS[kind] ?? []),
      ...(effects.some(isOthersHistory) ? (["history"] as const) : []),
      ...(effects.some(isForeignCode) ? (["runs-code"] as const) : []),
    ],
  };
}

const configured = (place: Place): Place => ({ ...place, known: place.known ?? "remote" });

/** The name of a tool of an MCP server that sends or changes something, as most of them are called. */
const CHANGING =
  /^[a-z]{0,20}[_-]?(?:send|post|create|update|delete|write|publish|upload|push|merge|comment|reply|invite|share|execute|run)/i;

/** The hosts by name, each with what the first contact with it tells: whether it is known, and whether more goes there than a question. */
function hostsOf(
  sealed: JsonObject | undefined,
): readonly { readonly place: Place; readonly sends: boolean }[] {
  const details = Array.isArray(sealed?.["effects"]) ? sealed["effects"].filter(isObject) : [];
  // The same host has the same shape, so the different shapes are the different names, in the same order.
  const contacts = new Map<string, { known: Place["known"]; sends: boolean }>();
  for (const { kind, at, carries, asks } of details) {
    const shape = isObject(at) ? filledString(at["host"]) : undefined;
    if (kind !== "egress" || shape === undefined || !isObject(at)) continue;
    const { known } = at;
    const sends = asks !== true || (Array.isArray(carries) && carries.some(isMore));
    const before = contacts.get(shape);
    contacts.set(shape, {
      known: known === "remote" || known === "account" ? known : undefined,
      sends: sends || before?.sends === true,
    });
  }
  const names = namesIn(sealed, "hosts");
  const told = names.length === contacts.size ? [...contacts.values()] : [];
  return names.map((name, at) => {
    const { known, sends = true } = told[at] ?? {};
    return { place: { kind: "host", name, ...(known === undefined ? {} : { known }) }, sends };
  });
}

function isMore(source: unknown): boolean {
  return isObject(source) && source["kind"] !== "argument";
}

/** What others have already: a rebase of commits of one's own is ordinary work. */
function isOthersHistory(effect: string): boolean {
  return /^history\/(?:force-push|delete-ref)/.test(effect);
}

/** Code that is no program of the system and no text of the command itself. */
function isForeignCode(effect: string): boolean {
  return /^execute\/(?:project|generated|download|unknown)-/.test(effect);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
