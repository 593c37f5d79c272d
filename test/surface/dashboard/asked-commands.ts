// A dashboard over one guarded project, whose commands of ours print what a test says.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { formatProjectRegister } from "#govern/settings/project-register.ts";
import { ENDPOINTS } from "#surface/dashboard/api/endpoints.ts";
import type { DashboardParts, Ran } from "#surface/dashboard/context/parts.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { api, serve, type Served } from "./served.ts";

export type AskedCommands = {
  readonly served: Served;
  readonly project: string;
  /** The words of every command, in their order. */
  readonly asked: (readonly string[])[];
  /** What a command prints from now on. */
  prints(answer: (args: readonly string[]) => unknown): void;
  /** An answer that fits the schema of its own row, by its path and query. */
  got(path: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

/** A command that printed a value, and found something. */
export const printed = (value: unknown): Ran => ({
  code: 1,
  problem: "",
  output: JSON.stringify(value),
});

/** Serves it. What `prints` is told gives a value to print, or a `Ran` as it is. `named`: a project that need not be there. */
export async function serveCommands(
  more: Partial<DashboardParts> = {},
  named?: string,
): Promise<AskedCommands> {
  const asked: (readonly string[])[] = [];
  let answer: (args: readonly string[]) => unknown = () => ({});
  const served = await serve({
    run: (args) => {
      asked.push(args);
      const value = answer(args);
      const isRan = typeof value === "object" && value !== null && "output" in value;
      return Promise.resolve(isRan ? (value as Ran) : printed(value));
    },
    ...more,
  });
  const project = named ?? join(served.root, "shop");
  if (named === undefined) mkdirSync(project);
  const { projectsFile } = more.directories ?? directoriesIn(served.root);
  const entry = {
    id: "0123456789abcdef",
    root: project,
    scope: "project" as const,
    mode: "enforce" as const,
    settingsFile: join(project, "settings.json"),
    tokenDigest: "ab".repeat(32),
    hooks: [],
    policy: { pack: "team", digest: null },
    undo: {
      created: [],
      env: [],
      createdFile: true,
      createdFolder: true,
      excludeFile: null,
    },
  };
  writeFileSync(projectsFile, formatProjectRegister([entry]), { mode: 0o600 });
  const bearer = served.bearer("viewer");
  return {
    served,
    project,
    asked,
    prints(given) {
      answer = given;
    },
    async got(path) {
      const answered = await served.ask("GET", api(path), { bearer });
      if (answered.status !== 200) throw new Error(`${answered.status}: ${answered.text}`);
      const row = path.replace(/\?.*/s, "");
      const schema = ENDPOINTS.find((one) => one.method === "GET" && one.path === row)?.answer;
      if (schema === undefined) throw new Error(`no row is called ${row}`);
      return v.parse(schema, answered.json) as Record<string, unknown>;
    },
    close: () => served.close(),
  };
}
