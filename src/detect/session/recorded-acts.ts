// Acts from the events of the record: of an event without its key only what its clear part tells.
import { filledString, isObject } from "#base/json.ts";
import { namesIn, saidIn } from "#record/event/readable-part.ts";
import { tellsMore } from "#record/event/recorded-effect.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { Act, CallAct } from "./act.ts";
import { callAct, type Contact } from "./call-act.ts";

/** An event of a session as it was opened. */
export type RecordedEvent = {
  readonly index: number;
  readonly metadata: JsonObject;
  readonly sealed: JsonObject | undefined;
};

type Placed = Pick<CallAct, "index" | "agent">;

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
  const verdict = metadata["enforced"] === false ? "allow" : metadata["verdict"];
  return callAct({
    ...own,
    call: filledString(metadata["call"]) ?? "",
    tool: filledString(metadata["tool"]) ?? "",
    said: saidIn(sealed),
    verdict: verdict === "deny" || verdict === "ask" ? verdict : "allow",
    effects: isObject(metadata["effects"]) ? Object.keys(metadata["effects"]) : [],
    rules: textsOf(metadata["rules"]),
    names: (kind) => namesIn(sealed, kind),
    hosts: hostsOf(sealed),
  });
}

/** The hosts by name, each with what the first contact with it tells: whether it is known, and whether more goes there than a question. */
function hostsOf(sealed: JsonObject | undefined): readonly Contact[] {
  const details = Array.isArray(sealed?.["effects"]) ? sealed["effects"].filter(isObject) : [];
  // The same host has the same shape, so the different shapes are the different names, in the same order.
  const contacts = new Map<string, Omit<Contact, "name">>();
  for (const detail of details) {
    const { kind, at } = detail;
    const shape = isObject(at) ? filledString(at["host"]) : undefined;
    if (kind !== "egress" || shape === undefined || !isObject(at)) continue;
    const { known } = at;
    const sends = tellsMore(detail);
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
    return { name, known, sends };
  });
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
