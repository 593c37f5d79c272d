// `sallyport fleet gateway`: policies by group for the vendor's gateway, and whether it serves them.
import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { PLATFORMS } from "#govern/settings/managed-directory.ts";
import { readPrivateFile } from "../../../foundation/files/private-file.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readPem } from "../../../services/fleet/collector-settings.ts";
import { readFleet } from "../../../services/fleet/fleet-folder.ts";
import {
  askGateway,
  gatewayBlock,
  type GroupSettings,
  groupSettings,
  type Served,
} from "../../../services/fleet/group-settings.ts";
import { platformOf } from "../../../services/settings/managed-places.ts";
import { readSite } from "../../policy/site-file.ts";
import { fleetDirectory, fleetOptions } from "./fleet-context.ts";

/** `sallyport fleet gateway`. */
export const gatewayCommand = defineCommand({
  meta: {
    name: "gateway",
    description: `compiles the policies that groups get into settings which the vendor's gateway (\`claude gateway\`) hands to people who log in with
it; with --verify asks a gateway whether it serves them to somebody

  sallyport fleet gateway --site site.yaml --out managed.yaml
  sallyport fleet gateway --site site.yaml --verify https://gateway.example.com --token token --group payments`,
  },
  args: {
    site: { type: "string", valueHint: "FILE", description: "parameters of your site (YAML)" },
    platform: {
      type: "enum",
      options: [...PLATFORMS],
      description: "of the machines that they are for (default: this one's)",
    },
    out: { type: "string", valueHint: "FILE", description: "where the block is written" },
    draft: { type: "boolean", description: "policies as they are in the folder, released or not" },
    verify: { type: "string", valueHint: "URL", description: "ask this gateway" },
    token: { type: "string", valueHint: "FILE", description: "a private file with a token of it" },
    group: {
      type: "string",
      valueHint: "NAME",
      description: "whose token it is (default: of no group)",
    },
    ca: { type: "string", valueHint: "FILE", description: "authority of its certificate, in PEM" },
    fleet: fleetOptions.fleet,
    ...jsonOption,
  },
  async run({ args }) {
    const given = groupSettings(readFleet(fleetDirectory(args)), {
      site: readSite(args.site),
      platform: args.platform ?? platformOf(),
      isDraft: args.draft === true,
    });
    if (args.verify !== undefined) return verify(given, args.verify, args);
    const block = gatewayBlock(given);
    if (args.out !== undefined) write(args.out, block);
    const { policies, notes } = given;
    if (args.json === true) return print(printableJson({ policies, notes, block }));
    const lines = policies.map(
      ({ policy, match }) => `${policy}: ${match.groups?.join(", ") ?? "everybody else"}`,
    );
    const shown = args.out === undefined ? block : lines.map(printable).join("\n");
    return print([...notes.map((note) => printable(`# note: ${note}`)), shown].join("\n"));
  },
});

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (cause) {
    throw new Failure("usage", `\`${printable(file)}\` cannot be written`, { cause });
  }
}

async function verify(
  { policies }: GroupSettings,
  url: string,
  args: {
    readonly token?: string | undefined;
    readonly group?: string | undefined;
    readonly ca?: string | undefined;
    readonly json?: boolean | undefined;
  },
): Promise<void> {
  const token =
    args.token === undefined ? undefined : readPrivateFile(args.token, { secret: true });
  if (token === undefined) throw new Failure("usage", "`--verify` needs `--token`, a private file");
  const wanted = policies.find(({ match }) => match.groups?.includes(args.group ?? "") ?? true);
  const ca = args.ca === undefined ? undefined : await readPem(args.ca);
  const served = await askGateway(url, { token: token.trim(), ca }, wanted?.settings ?? {});
  if (served.kind !== "same") process.exitCode = exitCodes.found;
  const policy = wanted?.policy ?? null;
  await print(args.json === true ? printableJson({ policy, ...served }) : wordsOf(served, policy));
}

function wordsOf(served: Served, policy: string | null): string {
  switch (served.kind) {
    case "same":
      return `the gateway serves the settings of ${policy}`;
    case "none":
      return "the gateway serves no settings: put the block into its file, and start it again";
    case "differs":
      return printable(
        `the gateway serves other settings than ${policy}: ${served.keys.join(", ")}`,
      );
    default:
      return served satisfies never;
  }
}
