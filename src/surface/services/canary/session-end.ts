// How a client's session ended, by what it printed and by what the stand-in for its model was asked.
import type { SessionEnd } from "#govern/deploy/canary.ts";
import type { EndedClient } from "./client-process.ts";
import { callResults, type StandIn } from "./stand-in.ts";

/** What the end of a client says of its session. */
export function sessionEnd(
  { stdout, stderr, timedOut, isCut }: EndedClient,
  standIn: Pick<StandIn, "results" | "asked">,
): SessionEnd {
  const events = stdout.split("\n").map(parseLine);
  const hooksCalled = events.filter(
    (event) => event["subtype"] === "hook_started" && event["hook_event"] === "PreToolUse",
  ).length;
  // WHY both: a hook that ends the session keeps the last results from the model, and the client prints them.
  const printed = events
    .filter((event) => event["type"] === "user")
    .flatMap((event) => callResults([event["message"]]));
  return {
    started: startIn(events),
    results: new Map([...printed, ...standIn.results]),
    errors: timedOut ? "the client did not end in time" : stderr.trim(),
    ended: timedOut ? "timed-out" : isCut ? "too-much-output" : "by-itself",
    asked: standIn.asked(),
    hooksCalled,
  };
}

type Event = Readonly<Record<string, unknown>>;

/** The mode and version that the client names in the event with which it begins. */
function startIn(events: readonly Event[]): SessionEnd["started"] {
  const event = events.find((one) => one["type"] === "system" && one["subtype"] === "init");
  if (event === undefined) return undefined;
  return {
    mode: String(event["permissionMode"]),
    version: String(event["claude_code_version"]),
  };
}

function parseLine(line: string): Event {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
