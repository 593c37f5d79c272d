// Two versions of the built product in a room of their own, and projects guarded by the first: for tests of upgrades.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import type { Transport } from "#surface/cli/guard/transport.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import type { Running } from "#surface/services/program/in-force.ts";
import { readProduct } from "#surface/foundation/product/product-files.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";
import { silent } from "../../silent-terminal.ts";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

export type ProgramStand = {
  readonly path: string;
  readonly home: string;
  readonly data: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly first: Running;
  readonly second: Running;
  /** Program file of the second version's command line, where it was installed. */
  readonly secondMain: string;
  guard(name: string, transport: Transport): Promise<string>;
  /** A third version, whose policy cannot be read. */
  broken(): Running;
  close(): void;
};

/** Builds the product when its sources changed, and lays two versions of it. Nothing is in force yet. */
export async function openProgramStand(): Promise<ProgramStand> {
  const built = spawnSync(process.execPath, ["scripts/bootstrap.mjs", "--build"], {
    cwd: repository,
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const room = freshDirectory();
  const home = join(room.path, "home");
  const data = join(home, "data");
  const environment = { PATH: "/usr/bin:/bin", HOME: home };
  mkdirSync(home);
  await installOn(data);
  const first = lay(join(room.path, "first"), "1.0.0");
  const second = lay(join(room.path, "second"), "1.1.0");
  return {
    path: room.path,
    home,
    data: directoriesIn(data).root,
    environment,
    first,
    second,
    secondMain: join(room.path, "second/dist/surface/cli/main.js"),
    async guard(name, transport) {
      const directory = join(home, name);
      mkdirSync(directory);
      const request = { directory, yes: true, terminal: silent, environment, data, transport };
      return (await guardProject({ ...request, running: first })).root;
    },
    broken() {
      const root = join(room.path, "broken");
      lay(root, "1.2.0");
      writeFileSync(join(root, "dist/policies/team.json"), "{}");
      writeFileSync(join(root, "data/policies/team.yaml"), "rules: broken");
      return { kind: "built", product: readProduct(root) };
    },
    close: () => room.remove(),
  };
}

function lay(root: string, version: string): Running {
  mkdirSync(root);
  for (const part of ["dist", "data", "LICENSE"]) {
    cpSync(join(repository, part), join(root, part), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as object;
  writeFileSync(join(root, "package.json"), JSON.stringify({ ...manifest, version }));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  return { kind: "built", product: readProduct(root) };
}
