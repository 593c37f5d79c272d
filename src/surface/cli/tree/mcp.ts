// Commands about MCP servers, a group of the section of policies.
import { command, group } from "../command-line/entry.ts";

const WRAP_CODES = {
  0: "written, or there was nothing to write",
  1: "some were left as they are, or the answer was no",
  2: "cannot be done",
};

export const mcpGroup = group(
  "MCP servers: what is here, what is approved of each, and whether it changed",
  `MCP servers, by exact command or address and never by name.

  sallyport mcp list                            which are here, and what is approved
  sallyport mcp inspect tracker                 what one says of itself, started in isolation
  sallyport mcp approve tracker --purpose ...   enter it into the catalog; typed at a terminal
  sallyport mcp pin tracker --reason ...        agree to what it says now; a change is refused
  sallyport mcp diff tracker                    what changed since
  sallyport mcp scan                            what is suspicious in all of them
  sallyport mcp revoke tracker --reason ...     cut it off
  sallyport mcp gateway -- COMMAND ARGS...      stand in front of one, also where no hooks run
  sallyport mcp wrap tracker                    put it there in the client's files
  sallyport mcp unwrap tracker                  and take it out again
  sallyport mcp lists                           the client's own lists, for managed settings`,
  {
    list: command(
      "the servers here, who each is, what is approved",
      async () => (await import("../commands/mcp/mcp-look.ts")).listCommand,
      {
        0: "all are approved and as they were pinned",
        1: "some are not",
        2: "there is no such folder, or the catalog cannot be read",
      },
    ),
    inspect: command(
      "start or connect to a server, and show what it says of itself",
      async () => (await import("../commands/mcp/mcp-look.ts")).inspectCommand,
      {
        0: "as it was pinned, and nothing suspicious",
        1: "changed, or suspicious",
        2: "cannot be done",
      },
    ),
    approve: command(
      "enter a server into the catalog; typed at a terminal",
      async () => (await import("../commands/mcp/mcp-decide.ts")).approveCommand,
      { 0: "approved", 1: "the word was not typed", 2: "cannot be done" },
    ),
    pin: command(
      "agree to what a server says of itself now; typed at a terminal",
      async () => (await import("../commands/mcp/mcp-decide.ts")).pinCommand,
      { 0: "pinned", 1: "the word was not typed", 2: "cannot be done" },
    ),
    diff: command(
      "what changed since a server was pinned",
      async () => (await import("../commands/mcp/mcp-look.ts")).diffCommand,
      {
        0: "nothing",
        1: "something",
        2: "it is not pinned, or was never seen",
      },
    ),
    scan: command(
      "look at every server, and say what is suspicious",
      async () => (await import("../commands/mcp/mcp-look.ts")).scanCommand,
      { 0: "nothing is", 1: "something is, or one cannot be looked at", 2: "cannot be done" },
    ),
    revoke: command(
      "cut a server off in every session",
      async () => (await import("../commands/mcp/mcp-decide.ts")).revokeCommand,
      {
        0: "revoked",
        2: "there is none of this name, or it cannot be done",
      },
    ),
    gateway: command(
      "stand between a client and one server, and hold what passes to what was approved",
      async () => (await import("../commands/mcp/mcp-gateway.ts")).gatewayCommand,
      {
        0: "the client ended it",
        1: "the server ended by itself, or cannot be started",
        2: "cannot be done",
      },
    ),
    wrap: command(
      "put the gateway before servers in the client's files",
      async () => (await import("../commands/mcp/mcp-wrap.ts")).wrapCommand,
      WRAP_CODES,
    ),
    unwrap: command(
      "take the gateway out of the client's files",
      async () => (await import("../commands/mcp/mcp-wrap.ts")).unwrapCommand,
      WRAP_CODES,
    ),
    lists: command(
      "the client's own lists of servers, made of what is approved",
      async () => (await import("../commands/mcp/mcp-look.ts")).listsCommand,
    ),
  },
);
