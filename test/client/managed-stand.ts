// A project under managed settings that were compiled from a policy: the hook of a guarded stand, in the layer above everybody.
import { readFileSync } from "node:fs";
import { compilePolicy } from "#govern/compile/compile.ts";
import { wantedFiles } from "#govern/deploy/plan.ts";
import { parseSite } from "#govern/compile/site.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { type BreakableStand, openBreakableStand, type Transport } from "./breakable-stand.ts";
import type { ClientRunOptions } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import type { PlantedFiles } from "./session-files.ts";

/** Changes what lies in the managed directory, as an accident or somebody with rights would. */
export type ChangeManaged = (files: Record<string, string>) => void;

/**
 * Opens a stand whose sessions run under the compiled policy `team`; what is in the project's own settings no longer counts.
 * `sandbox`: parameters of the site's sandbox besides.
 */
export async function openManagedStand(
  change: ChangeManaged = () => {},
  transport: Transport = "command",
  sandbox: (stand: BreakableStand) => object | Promise<object> = () => ({}),
): Promise<BreakableStand> {
  const stand = await openBreakableStand({ transport });
  const compiled = await compileFor(stand, await sandbox(stand));
  return withManaged(stand, (url) => managed(compiled, url, change));
}

/** The same stand, with files in the managed directory of its sessions. */
export function withManaged(
  stand: BreakableStand,
  managedFiles: NonNullable<ClientRunOptions["managedFiles"]>,
): BreakableStand {
  const session: BreakableStand["session"] = (options) =>
    stand.session({ ...options, managedFiles });
  // WHY no copy: some of what a stand says is looked up when it is asked.
  return Object.create(stand, { session: { value: session } }) as BreakableStand;
}

function managed(compiled: string, stubUrl: string, change: ChangeManaged): PlantedFiles {
  const files: Record<string, string> = Object.fromEntries(
    Object.entries(JSON.parse(compiled) as Record<string, string>).map(([name, text]) => [
      name,
      text.replaceAll("http://stub.invalid", stubUrl),
    ]),
  );
  change(files);
  return files;
}

/** The compiled files as JSON. A machine without bubblewrap would not start the client under the sandbox. */
async function compileFor(stand: BreakableStand, sandbox: object): Promise<string> {
  const contains = (await whyMissing(["sandbox"])) === undefined;
  const site = parseSite(
    JSON.stringify({
      hooks: hooksOf(stand),
      // WHY not beside http hooks: the two shut each other out, and then every attack is held because nothing runs at all.
      sandbox: { enabled: contains && stand.transport === "command", ...sandbox },
      provider: { baseUrl: "http://stub.invalid" },
      mcp: { allowed: [] },
      marketplaces: { known: [] },
    }),
    "the stand",
  );
  const options = {
    target: { scope: "managed", platform: "linux" },
    site,
    catalogue: loadCatalogue(),
  } as const;
  const directory = "/etc/claude-code";
  const wanted = wantedFiles(compilePolicy(loadPack("team"), options), {
    scope: "managed",
    settingsFile: "/nowhere",
    policy: "",
    managed: { directory, policyFile: "/nowhere" },
  });
  const inside = wanted.filter(({ path }) => path.startsWith(`${directory}/`));
  const files = inside.map(({ path, text }) => [path.slice(directory.length + 1), text]);
  return JSON.stringify(Object.fromEntries(files));
}

/** What the hooks call, as `init` wrote it into the project. */
function hooksOf({ data, home, settingsFile }: BreakableStand): unknown {
  const text = readFileSync(settingsFile, "utf8");
  const found = (pattern: RegExp) => pattern.exec(text)?.[1];
  const port = found(/https:\/\/127\.0\.0\.1:(\d+)/);
  if (port === undefined) {
    const project = found(/"--project",\s*"([^"]+)"/);
    return { transport: "command", program: `${data}/bin/sallyport-hook`, project, data, home };
  }
  return {
    transport: "https",
    port: Number(port),
    token: found(/Bearer ([\w-]+)/),
    authority: found(/"NODE_EXTRA_CA_CERTS":\s*"([^"]+)"/),
    program: `${data}/bin/sallyport`,
    data,
  };
}
