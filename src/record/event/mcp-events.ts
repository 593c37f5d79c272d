// Events of the gateway in front of an MCP server: what it refused, what the server changed, what was withheld, summed over a while.
import { cutText, PATH_CHARS_MAX, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

/** Server and tool stand as keyed digests, the same for the same name; their words, project and person are sealed. */
export function mcpEvent(
  stamp: EventStamp,
  input: {
    readonly what: "refused" | "changed" | "cut-off" | "withheld";
    readonly rule: string;
    readonly server: string;
    readonly tool: string;
    readonly times: number;
    readonly root: string;
    readonly user: string;
  },
): AuditEvent {
  const { what, rule, server, tool, times, root, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "mcp"),
    what,
    rule: plainName(rule) ?? "other",
    server: stamp.digest("name", server),
    ...(tool === "" ? {} : { tool: stamp.digest("name", tool) }),
    times: wholeNumber(times),
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    project: cutText(root, PATH_CHARS_MAX),
    server: cutText(server, PATH_CHARS_MAX),
    tool: cutText(tool, PATH_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}
