// Where doors are tried: a fresh project with nothing of ours, or one that the product guards and that is as it was before each session.
import { type SpawnSyncReturns } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBuilt } from "../built-program.ts";
import { type ClientRun, type ClientRunOptions, runClient } from "../client-run.ts";
import { openManagedStand } from "../managed-stand.ts";
import { makeRepository, plant, type PlantedFiles } from "../session-files.ts";
import { HOME_FILES, PROJECT_FILES } from "./door.ts";

/** Nothing of ours; `sallyport init` in the project; the same for all of a person's projects; compiled managed settings. */
export const GUARDS = ["none", "init", "user", "managed"] as const;
export type Guard = (typeof GUARDS)[number];

/** A place for sessions, one at a time. */
export type DoorStand = {
  session(options: ClientRunOptions): Promise<ClientRun>;
  close(): Promise<void>;
};

/** Opens one for a client, of what is built; a guarded one runs a daemon or a hook of its own until it is closed. */
export async function openDoorStand(guard: Guard, client: string): Promise<DoorStand> {
  switch (guard) {
    case "none":
      return unguarded();
    case "init":
    case "user":
      return await guarded(guard === "user" ? ["--scope", "user"] : [], client);
    case "managed":
      return await managed();
    default:
      return guard satisfies never;
  }
}

function unguarded(): DoorStand {
  return {
    session: (options) =>
      runClient({
        ...options,
        repository: true,
        files: { ...PROJECT_FILES, ...options.files },
        homeFiles: { ...HOME_FILES, ...options.homeFiles },
      }),
    close: () => Promise.resolve(),
  };
}

/** WHY the secrets lie there before `init`: so they do where somebody begins to use it. */
async function guarded(scope: readonly string[], client: string): Promise<DoorStand> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-doors-")));
  const [project, data] = [join(home, "project"), join(home, "data")];
  const sallyport = (...args: readonly string[]) => done(runBuilt({ home, data, client }, ...args));
  try {
    await plantAll(home, project);
    sallyport("init", ...(scope.length > 0 ? scope : [project]), "--yes");
    // Outside of any session: the end of a session ends what it started.
    sallyport("daemon", "--ensure");
  } catch (cause) {
    rmSync(home, { recursive: true, force: true });
    throw cause;
  }
  const kept = keep({ home, project, apart: ["project", "data"] });
  return {
    session: (options) => kept.session((fresh) => runClient({ ...options, ...fresh })),
    close() {
      try {
        sallyport("daemon", "stop");
      } finally {
        kept.forget();
        rmSync(home, { recursive: true, force: true, maxRetries: 3 });
      }
      return Promise.resolve();
    },
  };
}

async function managed(): Promise<DoorStand> {
  // What a row puts into the managed directory stands beside what the policy compiled.
  let besides: PlantedFiles = {};
  const stand = await openManagedStand((files) => Object.assign(files, besides));
  const { home, project } = stand;
  await plantAll(home, project);
  const kept = keep({ home, project, apart: ["shop", "data", "product"] });
  return {
    session(options) {
      besides = typeof options.managedFiles === "object" ? options.managedFiles : {};
      return kept.session((fresh) => stand.session({ ...options, ...fresh }));
    },
    async close() {
      kept.forget();
      await stand.close();
    },
  };
}

async function plantAll(home: string, project: string): Promise<void> {
  const places = { root: home, project, home, outside: home, temporary: home };
  mkdirSync(project, { recursive: true });
  await plant(project, PROJECT_FILES, places);
  await plant(home, HOME_FILES, places);
  await makeRepository(project);
}

/** Sessions of one home and project, both of which are put back as they were before each. */
function keep(at: {
  readonly home: string;
  readonly project: string;
  /** Names in the home that stay as they are. */
  readonly apart: readonly string[];
}) {
  const copy = mkdtempSync(join(tmpdir(), "sallyport-doors-copy-"));
  const names = (directory: string) => readdirSync(directory);
  const ofHome = () => names(at.home).filter((name) => !at.apart.includes(name));
  const pairs = [
    { of: at.project, copy: join(copy, "project"), names: () => names(at.project) },
    { of: at.home, copy: join(copy, "home"), names: ofHome },
  ] as const;
  const put = (name: string, from: string, to: string) =>
    cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  for (const pair of pairs) {
    mkdirSync(pair.copy);
    for (const name of pair.names()) put(name, pair.of, pair.copy);
  }
  return {
    async session(
      run: (
        fresh: Pick<ClientRunOptions, "projectDirectory" | "home" | "repository">,
      ) => Promise<ClientRun>,
    ): Promise<ClientRun> {
      for (const pair of pairs) {
        for (const name of pair.names()) {
          rmSync(join(pair.of, name), { recursive: true, force: true, maxRetries: 3 });
        }
        for (const name of names(pair.copy)) put(name, pair.copy, pair.of);
      }
      return await run({ projectDirectory: at.project, home: at.home, repository: true });
    },
    forget: () => rmSync(copy, { recursive: true, force: true }),
  };
}

function done(ended: SpawnSyncReturns<string>): string {
  if (ended.status !== 0) throw new Error(`${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}
