// A project under managed settings that were compiled from a policy: the hook of a guarded stand, in the layer above everybody.
import { readFileSync } from "node:fs";
import { compilePolicy } from "#govern/compile/compile.ts";
import { parseSite } from "#govern/compile/site.ts";
import { loadPack } from "#surface/policy-source.ts";
import { loadCatalogue } from "#surface/shipped-data.ts";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import type { ClientRunOptions } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import type { PlantedFiles } from "./session-files.ts";

/** Changes what lies in the managed directory, as an accident or somebody with rights would. */
export type ChangeManaged = (files: Record<string, string>) => void;

/** Opens a stand whose sessions run under the compiled policy `team`; what is in the project's own settings no longer counts. */
export async function openManagedStand(change: ChangeManaged = () => {}): Promise<BreakableStand> {
  const stand = await openBreakableStand({ transport: "command" });
  const compiled = await compileFor(stand);
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
async function compileFor(stand: BreakableStand): Promise<string> {
  const contains = (await whyMissing(["sandbox"])) === undefined;
  const project = /"--project",\s*"([^"]+)"/.exec(readFileSync(stand.settingsFile, "utf8"))?.[1];
  const site = parseSite(
    JSON.stringify({
      hooks: {
        transport: "command",
        program: `${stand.data}/bin/sallyport-hook`,
        project,
        data: stand.data,
        home: stand.home,
      },
      sandbox: { enabled: contains },
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
  const { files } = compilePolicy(loadPack("team"), options);
  return JSON.stringify(Object.fromEntries(files.map(({ name, text }) => [name, text])));
}
