// `sallyport network run`: a command in the project's generated isolation, which reaches hosts through the egress proxy and in no other way.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory, prepareDirectories } from "../../../foundation/files/directories.ts";
import { dataOption, policyOption } from "../../../foundation/terminal/options.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { runBehindProxy } from "../../../services/egress/run-behind.ts";
import { egressOptions, inspectionWish, listed } from "./network-proxy.ts";

/** `sallyport network run`. */
export const runCommand = defineCommand({
  meta: {
    name: "run",
    description: `run a command in the project's isolation (\`sandbox plan --target bwrap\`), with the egress proxy as its only way out

  sallyport network run --allow registry -- npm test
  sallyport network run --allow api.shop.example -- node check.js

What it was refused is told at its end, and is in the log. Its exit code is the command's own.`,
  },
  args: {
    ...egressOptions,
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    ...policyOption,
    ...dataOption,
  },
  async run({ args }) {
    if (args._.length === 0)
      throw new Failure(
        "usage",
        "name the command after `--`: sallyport network run --allow registry -- npm test",
      );
    const terminal = openTerminal();
    const { exitCode, refused } = await runBehindProxy({
      project: namedDirectory(args.project ?? process.cwd()),
      directories: prepareDirectories(args.data ?? dataDirectory()),
      policy: args.policy,
      allow: listed(args.allow),
      deny: listed(args.deny),
      command: args._,
      inspect: inspectionWish(args),
      company: { proxy: args.proxy, login: args["proxy-login"] },
      say: (line) => terminal.warn(`sallyport network run: ${line}`),
    });
    for (const line of refused) terminal.warn(`sallyport network run: ${line}`);
    process.exitCode = exitCode;
  },
});
