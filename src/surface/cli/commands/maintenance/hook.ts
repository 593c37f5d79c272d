// `sallyport hook`: judges one hook event from standard input in this process, for clients that start programs as hooks.
import { defineCommand } from "citty";
import { productVersion } from "../../../foundation/product/product.ts";
import { failClosed } from "../../../hook/fail-closed.ts";
import { runHookProcess } from "../../../hook/hook-process.ts";
import { compilePolicyFile, loadPack } from "../../../services/policy/policy-source.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";

/** `sallyport hook`. It ends with 0 or 2 and nothing else, because any other code would let the call run. */
export const hookCommand = defineCommand({
  meta: {
    name: "hook",
    description: `judge one hook event from standard input in this process, without the daemon

  sallyport init --transport command   makes the client call this, as \`dist/hook.cjs\`, which starts faster
  sallyport hook < event.json          the answer for the guarded project here`,
  },
  args: {
    project: { type: "string", valueHint: "ID", description: "id of the project in the register" },
    ...dataOption,
    home: { type: "string", valueHint: "DIR", description: "home directory of the user" },
    waits: {
      type: "string",
      valueHint: "SECONDS",
      description: "how long the client keeps the hook open (default: 10)",
    },
  },
  async run({ args }) {
    failClosed();
    const given = (["project", "data", "home", "waits"] as const).flatMap((name) => {
      const value = args[name];
      return value === undefined ? [] : [`--${name}`, value];
    });
    const version = productVersion();
    const compile = compilePolicyFile;
    await runHookProcess({ args: given, version, loadPack, compile, ownPaths: [] });
  },
});
