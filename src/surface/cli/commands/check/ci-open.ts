// `sallyport ci open`: what the calls of a run said, from its artifacts, for those who hold the key of the run.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { isObject, stringOrEmpty } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import { timeText } from "#record/event/describe.ts";
import { saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { openText, readRunKey, RUN_KEY_VARIABLE } from "../../../services/ci/run-seal.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const FILE_BYTES_MAX = 512 * 1024 * 1024;

/** `sallyport ci open FILE`. */
export const ciOpenCommand = defineCommand({
  meta: {
    name: "open",
    description: `what the calls of a run said, from \`meant.sealed\` of its artifacts

  SALLYPORT_RUN_KEY=... sallyport ci open out
  sallyport ci open out/meant.sealed --key REVIEW_KEY --json

The key is the secret that the pipeline gave the run. Without it the artifacts tell rules, programs and effects, and no text.`,
  },
  args: {
    path: {
      type: "positional",
      required: true,
      description: "the folder of artifacts, or `meant.sealed` in it",
    },
    key: {
      type: "string",
      valueHint: "VARIABLE",
      default: RUN_KEY_VARIABLE,
      description: "the variable that holds the key of the run",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const value = process.env[args.key];
    if (value === undefined || value === "")
      throw new Failure(
        "ci-key",
        `\`${printable(args.key)}\` is not set: put the key of the run into it, or name another variable by \`--key\``,
      );
    const text = openText(readSealed(args.path), readRunKey(value, args.key));
    for (const line of text.split("\n")) {
      if (line === "") continue;
      if (args.json === true) await print(line);
      else await tell(line);
    }
  },
});

/** One judged call in one line; other events are told by `--json` alone. */
async function tell(line: string): Promise<void> {
  const entry: unknown = JSON.parse(line);
  if (!isObject(entry)) return;
  const { index, timeMs, metadata, sealed } = entry;
  if (!isObject(metadata) || metadata["kind"] !== "decision") return;
  const opened = isObject(sealed) ? (sealed as JsonObject) : undefined;
  const said = saidIn(opened) ?? stringOrEmpty(opened?.["command"]);
  const rules = Array.isArray(metadata["rules"]) ? metadata["rules"].join(", ") : "";
  const when = typeof timeMs === "number" ? timeText(timeMs).slice(0, 19) : "";
  await print(
    printable(
      `${String(index).padStart(5)}  ${when}  ${stringOrEmpty(metadata["verdict"]).padEnd(7)}  ${stringOrEmpty(metadata["tool"])} ${said.replaceAll(/\s+/g, " ")}  [${rules}]`,
    ),
  );
}

function readSealed(path: string): string {
  try {
    const file = statSync(path).isDirectory() ? join(path, "meant.sealed") : path;
    if (statSync(file).size > FILE_BYTES_MAX)
      throw new Failure("usage", `\`${printable(file)}\` is larger than any run makes it`);
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "usage",
      `\`${printable(path)}\` holds no \`meant.sealed\`: the run had no key for it, or these are other files`,
      { cause },
    );
  }
}
