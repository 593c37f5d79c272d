// Which variables of the newest release take effect from a repository's settings, every one tried in the real client: `npx tsx -C source test/client/releases/measure-variables.ts [--write]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Redirection } from "#base/redirecting-variables.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { cataloguedClient, findClient } from "../client-binary.ts";
import { pageTable } from "../../govern/reference-page.ts";
import { readProgramText } from "./program-text.ts";
import { readFacts } from "./release-facts.ts";
import { measureReach, type Reach } from "./variable-reach.ts";

const page = fileURLToPath(
  new URL("../../../docs/reference/repository-variables.md", import.meta.url),
);

/** Of programs that the client starts, whatever the release reads itself: the rest of what the guard has a row for. */
const OF_PROGRAMS = [
  ...["BASH_ENV", "GIT_SSH_COMMAND", "LD_PRELOAD", "PAGER", "PYTHONSTARTUP", "RUBYOPT", "PERL5OPT"],
  ...["GIT_CONFIG_COUNT", "GIT_EXTERNAL_DIFF", "JAVA_TOOL_OPTIONS", "SSL_CERT_FILE"],
];

/** What the guard makes of a variable in a repository's settings: `held` until a person accepted it. */
const ANSWERS: Readonly<Record<Redirection, string>> = {
  "runs-code": "lets its setter run code: the session is held",
  "redirects-trust": "decides who is talked to and believed: the session is held",
};
const PLAIN = "no finding";

async function main(): Promise<void> {
  const client = await findClient(undefined, cataloguedClient);
  if (client.kind === "missing") throw new Error(client.reason);
  const { version } = cataloguedClient;
  const facts = readFacts(await readProgramText(client.path, version));
  const ownNames = new Set(facts.variables);
  const names = [...new Set([...facts.variables, ...OF_PROGRAMS])].toSorted();
  const reach = await measureReach(client.path, names);
  const text = variablesPage({ version, names, ownNames, reach });
  if (process.argv.includes("--write")) writeFileSync(page, text);
  process.stdout.write(text);
}

function variablesPage(found: {
  readonly version: string;
  readonly names: readonly string[];
  readonly ownNames: ReadonlySet<string>;
  readonly reach: ReadonlyMap<string, Reach>;
}): string {
  const { names, reach, version, ownNames } = found;
  const of = (wanted: Reach) => names.filter((name) => reach.get(name) === wanted);
  const works = of("works");
  const listed = loadCatalogue().start_only.filter(({ until }) => until === undefined);
  const isListed = (name: string) =>
    listed.some((one) =>
      one.name.endsWith("*") ? name.startsWith(one.name.slice(0, -1)) : one.name === name,
    );
  const answerTo = (name: string) => {
    const redirection = redirectionOf(name, `/probe/${name}`);
    return redirection === undefined ? PLAIN : ANSWERS[redirection];
  };
  const ignoredHeld = of("ignored").filter(
    (name) => redirectionOf(name, `/probe/${name}`) !== undefined,
  );
  return [
    "# Variables that a repository can set",
    "",
    `Each of the ${names.length} environment variables that the program of the client ${version} names, and ${names.length - ownNames.size} of programs that it`,
    "starts, was put into `env` of a repository's `.claude/settings.json` in the real client, with a path as its value. It takes effect",
    "where a hook of the session inherited it, and is ignored where the client says so. This page is generated:",
    "`npx tsx -C source test/client/releases/measure-variables.ts --write`.",
    "",
    ...pageTable(
      ["in a repository's settings", "variables"],
      [
        ["take effect", String(works.length)],
        ["are ignored, and the client says so", String(of("ignored").length)],
        ["were not seen either way", String(of("unseen").length)],
        [
          "are ignored and not in our list of the ignored",
          String(of("ignored").filter((name) => !isListed(name)).length),
        ],
        [
          "take effect although our list says that they are ignored",
          String(works.filter(isListed).length),
        ],
      ],
    ),
    "## What takes effect",
    "",
    ...pageTable(
      ["what we make of it", "variables", "names"],
      [...Object.values(ANSWERS), PLAIN].map((answer) => {
        const those = works.filter((name) => answerTo(name) === answer);
        return [answer, String(those.length), those.map((name) => `\`${name}\``).join(", ")];
      }),
    ),
    "## What is ignored",
    "",
    `Of the ignored, ${ignoredHeld.length} would let their setter run code or decide who is believed if they were not. Where the client's version is`,
    `known, \`lint\` and \`init\` say nothing of them, but for ${ignoredHeld.filter((name) => !isListed(name)).length} that our list lacks: those hold the session, the stricter way to be wrong.`,
    "",
    of("ignored")
      .map((name) => `\`${name}\``)
      .join(", "),
    "",
    ...(of("unseen").length === 0
      ? []
      : [
          "## Not seen either way",
          "",
          of("unseen")
            .map((name) => `\`${name}\``)
            .join(", "),
          "",
        ]),
  ].join("\n");
}

await main();
