// Which way of writing a denied path covers which file, by the settings file it stands in.
import { bash, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { whyMissing } from "../client/machine.ts";
import { toolUseId } from "../client/model-stub.ts";
import { sandboxed, sandboxOn, secret } from "./containment-probes.ts";

const denyRead = [
  ".env",
  "./.env",
  "**/.env",
  "./**/.env",
  "/.env",
  "<project>/.env",
  "/<project>/.env",
  "<project>/**/.env",
  "/**/.env",
  "//**/.env",
  "sub",
] as const;
const denyRules = [
  "Read(.env)",
  "Read(**/.env)",
  "Read(//**/.env)",
  "Read(/<project>/**/.env)",
] as const;
const targets = ["cat .env", "cat sub/.env", "cat sub/deep/.env"];

/** Prints one row per pattern: which of `.env`, `sub/.env`, `sub/deep/.env` it hides, by settings file. */
export async function printPatterns(): Promise<void> {
  const layers = ["user", "project", "local", "command line"];
  if ((await whyMissing(["managed"])) === undefined) {
    layers.push("managed");
  }
  console.log(
    `\n## patterns: which of .env, sub/.env, sub/deep/.env cannot be read (x = hidden)\n`,
  );
  console.log(`| pattern | ${layers.join(" | ")} |\n|---|${"---|".repeat(layers.length)}`);
  for (const pattern of [...denyRead, ...denyRules]) {
    const cells: string[] = [];
    for (const layer of layers) {
      cells.push(await hidden(pattern, layer));
    }
    console.log(`| \`${pattern}\` | ${cells.join(" | ")} |`);
  }
}

async function hidden(pattern: string, layer: string): Promise<string> {
  const isRule = pattern.startsWith("Read(");
  const own = {
    permissions: { allow: ["Bash"], ...(isRule ? { deny: [pattern] } : {}) },
    sandbox: { ...sandboxOn, ...(isRule ? {} : { filesystem: { denyRead: [pattern] } }) },
  };
  // A deny rule also refuses `cat .env` before anything runs; an interpreter shows what the sandbox alone does.
  const commands = targets.map((target) =>
    isRule ? `python3 -c 'print(open("${target.slice(4)}").read())'` : target,
  );
  const run = await runClient({
    ...sandboxed(),
    files: Object.fromEntries(targets.map((target) => [target.slice(4), `SECRET=${secret}\n`])),
    turns: commands.map((command) => bash(command)),
    ...layerOptions(layer, own),
  });
  return targets
    .map((_, at) =>
      run.toolResults.get(toolUseId(at))?.text.includes(secret) === true ? "-" : "x",
    )
    .join("");
}

function layerOptions(layer: string, own: object): Partial<ClientRunOptions> {
  switch (layer) {
    case "command line":
      return { settings: {}, extraArgs: ["--settings", JSON.stringify(own)] };
    case "managed":
      return { settings: {}, managedSettings: own };
    default:
      return { settings: { [layer]: own } };
  }
}
