// `sallyport log rotate-key`: a new signing key for the log, and the end of the old one.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { rotateKey } from "#record/store/upkeep.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";

/** `sallyport log rotate-key`. */
export const rotateKeyCommand = defineCommand({
  meta: {
    name: "rotate-key",
    description: `begin to sign the log with a new key beside the old one; with --finish, retire and destroy the old one

Run \`sallyport daemon stop\` first. Who has the old key follows the change; give witnesses the new one (\`sallyport witness trust\`)
before \`--finish\`.

  sallyport log rotate-key
  sallyport log rotate-key --finish     once witnesses and readers have the new key`,
  },
  args: {
    finish: { type: "boolean", description: "retire the older of the two keys" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { log, keys } = directoriesIn(args.data ?? dataDirectory());
    const clock = { nowMs: () => Date.now(), monotonicMs };
    if (!existsSync(log))
      throw new Failure("log-missing", `there is no log in \`${log}\`: start the daemon first`);
    const options = { log, keys, clock, productVersion: productVersion() };
    const { what, size, key } = await rotateKey(
      options,
      args.finish === true ? "retire" : "introduce",
    );
    const text =
      what === "introduce"
        ? `from entry ${size} on the log is signed with this key too: ${printable(key)}`
        : `retired and destroyed from entry ${size} on: ${printable(key)}`;
    await tell(args, { outcome: what === "introduce" ? "introduced" : "retired", size, key }, text);
  },
});
