// `sallyport mcp gateway`: a proxy in front of one server, which holds what passes to what was approved.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { runGateway } from "../../../services/mcp-gateway/run-gateway.ts";
import { placeOption } from "./server-context.ts";

const WAIT_SECONDS_MAX = 86_400;

/** `sallyport mcp gateway`. */
export const gatewayCommand = defineCommand({
  meta: {
    name: "gateway",
    description: `stand between a client and one server, so that what was approved of it holds where no hooks run

  sallyport mcp gateway -- npx -y @acme/tracker-mcp@1.4.2
  sallyport mcp gateway --url https://mcp.acme.example/mcp

The client speaks to it over standard input and output. The server is looked up in the catalog by this very command or address, never by
a name. A tool that is not as it was pinned is left out of the list, and its calls are answered with an error that says what changed; a
server that is not approved, or was revoked, is not started or is ended. \`sallyport mcp wrap\` writes it into the client's files.`,
  },
  args: {
    url: {
      type: "string",
      valueHint: "URL",
      description: "the server's address, in place of a command",
    },
    wait: {
      type: "string",
      default: "600",
      valueHint: "SECONDS",
      description: "until a request without an answer or progress is given up",
    },
    ...placeOption,
    ...dataOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const wait = /^\d{1,5}$/.test(args.wait) ? Number(args.wait) : 0;
    if (wait < 1 || wait > WAIT_SECONDS_MAX)
      throw new Failure("usage", `\`--wait\` is a number of seconds from 1 to ${WAIT_SECONDS_MAX}`);
    process.exitCode = await runGateway(identityOf(args._, args.url), {
      project: namedDirectory(args.project ?? process.cwd()),
      waitMs: wait * 1000,
      data: args.data ?? dataDirectory(),
      client: { input: process.stdin, output: process.stdout },
      asked: untilAskedToEnd(),
      say: (line) => terminal.warn(`sallyport mcp gateway: ${line}`),
    });
  },
});

function identityOf(words: readonly string[], url: string | undefined): ServerIdentity {
  const [command, ...args] = words;
  if ((command === undefined) === (url === undefined))
    throw new Failure(
      "usage",
      "name the server's command after `--`, or its address with `--url`: sallyport mcp gateway -- npx -y @acme/tracker-mcp@1.4.2",
    );
  if (url !== undefined) return { kind: "url", url };
  return { kind: "command", command: command ?? "", args };
}
