// Which part of a server's contract a request is about.
import { URI_CHARS_MAX } from "#govern/mcp/contract.ts";
import type { ContractPart } from "#govern/mcp/standing.ts";
import { isMembers, type Members } from "./message.ts";

/** The part; words for a request that has to name one and does not; undefined for one that is about none. */
export function partAsked(method: string, params: Members): ContractPart | string | undefined {
  switch (method) {
    case "tools/call":
      return named("tools", params["name"], "name");
    case "prompts/get":
      return named("prompts", params["name"], "name");
    case "resources/read":
    case "resources/subscribe":
      return named("resources", params["uri"], "uri");
    case "skills/get":
      return named("skills", params["uri"], "uri");
    case "completion/complete": {
      const { ref } = params;
      if (!isMembers(ref)) return "`ref` is missing";
      return ref["type"] === "ref/prompt"
        ? named("prompts", ref["name"], "ref.name")
        : named("resources", ref["uri"], "ref.uri");
    }
    default:
      return undefined;
  }
}

function named(list: ContractPart["list"], key: unknown, member: string): ContractPart | string {
  if (typeof key !== "string") return `\`${member}\` is missing`;
  return key.length > URI_CHARS_MAX ? `\`${member}\` is too long` : { list, key };
}
