// Objects of OCSF that its classes share: who acted, on which device, which file, what the control said, how it ended.
import type { JsonObject } from "../../log/leaf.ts";
import { outcomeOf } from "./event-classes.ts";
import { wordOf, wordsOf } from "./event-reading.ts";
import type { JoinKeys } from "./exporter.ts";

export const UNKNOWN = "unknown";
export const OTHER = 99;

/** What stands for a name that stays here: the class demands one, and the kind of place is no name of a file. */
const UNNAMED = "(sealed)";
const REGULAR_FILE = 1;

/** The object `file`: a path as it is, or a stand-in. The kind of place is told with the effects, in `unmapped`. */
export function fileOf({ file }: JoinKeys, tool: string): JsonObject {
  // A search names the folder that it begins in, or a file: nobody looked.
  const type_id = tool === "Glob" || tool === "Grep" ? 0 : REGULAR_FILE;
  if (file === undefined) return { name: UNNAMED, type_id };
  if (/^f:[\w-]{22}$/.test(file)) return { name: file, uid: file, type_id };
  const parts = file.split("/");
  const parent = parts.slice(0, -1).join("/");
  return {
    name: parts.at(-1) || file,
    path: file,
    ...(parent === "" ? {} : { parent_folder: parent }),
    type_id,
  };
}

export function actorOf(metadata: JsonObject, { user }: JoinKeys): JsonObject {
  const session = wordOf(metadata["session"]);
  return {
    // What the daemon or an operator does is no act of the client.
    app_name: wordOf(metadata["submitter"]) === "hook" ? "Claude Code" : "sallyport",
    ...(user === undefined ? {} : { user: user.startsWith("u:") ? { uid: user } : { name: user } }),
    ...(session === undefined ? {} : { session: { uid: session } }),
  };
}

export function deviceOf({ host }: JoinKeys): JsonObject {
  return { type_id: 0, ...endpointOf(host === undefined ? {} : { host }) };
}

export function endpointOf({ host }: JoinKeys): JsonObject {
  if (host === undefined) return { name: UNKNOWN };
  return host.startsWith("h:") ? { uid: host } : { hostname: host };
}

export function agentOf(metadata: JsonObject, session: string): JsonObject {
  return {
    uid: wordOf(metadata["agent"]) ?? "main",
    instance_uid: session,
    name: "Claude Code",
    type_id: 1,
    type: "Native",
  };
}

/** Profile security_control. An `ask` is not decided yet; `abstain` leaves it to the client. */
export function controlOf(metadata: JsonObject): JsonObject {
  const verdict = wordOf(metadata["verdict"]);
  const isEnforced = metadata["enforced"] !== false;
  const rules = wordsOf(metadata["rules"]);
  const [action, disposition] =
    verdict === "deny" && isEnforced
      ? [
          { action_id: 2, action: "Denied" },
          { disposition_id: 2, disposition: "Blocked" },
        ]
      : verdict === "allow" || (verdict === "deny" && !isEnforced)
        ? [
            { action_id: 1, action: "Allowed" },
            { disposition_id: 1, disposition: "Allowed" },
          ]
        : [
            { action_id: 0, action: "Unknown" },
            { disposition_id: OTHER, disposition: verdict ?? "Other" },
          ];
  return {
    ...action,
    ...disposition,
    is_alert: verdict === "deny",
    ...(rules[0] === undefined ? {} : { policy: { name: rules[0], uid: rules[0] } }),
  };
}

export function statusOf(metadata: JsonObject): JsonObject {
  const outcome = outcomeOf(metadata);
  if (outcome === "success") return { status_id: 1, status: "Success" };
  if (outcome === "failure") return { status_id: 2, status: "Failure" };
  return { status_id: 0, status: "Unknown" };
}
