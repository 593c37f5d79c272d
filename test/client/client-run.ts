// Runs one headless session of the real client against the stub and returns all that can be known about it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type ClientBinary, findClient } from "./client-binary.ts";
import { endStragglers, runProcess } from "./client-process.ts";
import { clientPath } from "./machine.ts";
import { type ModelStub, startModelStub, type ToolUse, type Turn } from "./model-stub.ts";
import { MOUNT_PRIVATE_ETC } from "./private-disk.ts";
import { type ClientRun, describeRun } from "./run-report.ts";
import {
  fillPlacesDeep,
  makePlaces,
  makeRepository,
  type PlantedFiles,
  plant,
  plantJson,
  removePlaces,
  type SessionPlaces,
} from "./session-files.ts";

export type { ClientRun } from "./run-report.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Settings files of the session; a string is written as it is, an object as JSON. */
export type SessionSettings = {
  readonly project?: unknown;
  readonly local?: unknown;
  readonly user?: unknown;
};

/** What to run. `<project>`, `<home>` and `<outside>` are filled in all strings of the prompt, turns, settings, files and env. */
export type ClientRunOptions = {
  readonly turns: readonly Turn[];
  readonly subAgents?: ReadonlyMap<string, readonly Turn[]>;
  readonly beforeTurn?: (turn: number, places: SessionPlaces) => void | Promise<void>;
  /** Third argument of `toolUseId` for the main loop's calls, where two sessions share a record; `main` otherwise. */
  readonly idPrefix?: string;
  /** An existing directory to use and keep; otherwise a fresh one is made and removed. */
  readonly projectDirectory?: string;
  readonly home?: string;
  readonly settings?: SessionSettings;
  /** Base managed settings; needs root. */
  readonly managedSettings?: unknown;
  /** Other files below `/etc/claude-code`, such as `managed-settings.d/10.json`, or what gives them for the stub's address. */
  readonly managedFiles?: PlantedFiles | ((stubUrl: string) => PlantedFiles);
  /** Added to the client's environment; undefined removes a variable (`IS_SANDBOX: undefined`). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly shell?: "bash" | "zsh";
  /** Text of `<home>/.bashrc`, with zsh of `<home>/.zshrc`. */
  readonly bashrc?: string;
  readonly files?: PlantedFiles;
  readonly homeFiles?: PlantedFiles;
  readonly outsideFiles?: PlantedFiles;
  /** Make the project a git repository with its files committed. */
  readonly repository?: boolean;
  readonly trusted?: boolean;
  readonly permissionMode?: string;
  /** No flag for the mode: it is what the settings say. */
  readonly modeFromSettings?: boolean;
  readonly prompt?: string;
  readonly extraArgs?: readonly string[];
  /** Another executable than the pinned client. */
  readonly client?: string;
  /** Put before the client's command line, for instance to enter a mount namespace; it ends in the project's directory. */
  readonly wrapper?: readonly string[];
  readonly timeoutMs?: number;
  /** Called after the client has ended and before its files are removed. */
  readonly inspect?: (places: SessionPlaces, run: ClientRun) => void | Promise<void>;
};

/** A turn with one Bash call. */
export function bash(command: string, more: JsonObject = {}): readonly ToolUse[] {
  return [{ name: "Bash", input: { command, ...more } }];
}

/** Runs one session. Throws when the client is missing: ask `whyMissing` first. */
export async function runClient(options: ClientRunOptions): Promise<ClientRun> {
  const client: ClientBinary =
    options.client === undefined ? await findClient() : { kind: "ready", path: options.client };
  if (client.kind === "missing") {
    throw new Error(client.reason);
  }
  const places = await makePlaces({
    ...(options.projectDirectory === undefined ? {} : { project: options.projectDirectory }),
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  let stub: ModelStub | undefined;
  try {
    await prepareFiles(options, places);
    stub = await startModelStub({
      turns: options.turns.map((turn) => fillTurn(turn, places)),
      ...(options.subAgents === undefined
        ? {}
        : { subAgents: fillScripts(options.subAgents, places) }),
      beforeTurn: (turn) => options.beforeTurn?.(turn, places),
      ...(options.idPrefix === undefined ? {} : { idPrefix: options.idPrefix }),
    });
    const ended = await runProcess(
      await commandLine({ client: client.path, stubUrl: stub.url }, options, places),
      {
        cwd: places.project,
        env: environment(options, places, stub.url),
        timeoutMs: options.timeoutMs ?? 60_000,
      },
    );
    await endStragglers(places);
    const run = describeRun(ended, places, stub.requests);
    await options.inspect?.(places, run);
    return run;
  } finally {
    await stub?.close();
    await removePlaces(places);
  }
}

async function prepareFiles(options: ClientRunOptions, places: SessionPlaces): Promise<void> {
  await plant(places.project, options.files ?? {}, places);
  await plant(places.home, options.homeFiles ?? {}, places);
  await plant(places.outside, options.outsideFiles ?? {}, places);
  if (options.bashrc !== undefined) {
    const name = options.shell === "zsh" ? ".zshrc" : ".bashrc";
    await plant(places.home, { [name]: options.bashrc }, places);
  }
  if (options.repository === true) {
    await makeRepository(places.project);
  }
  const { project, local, user } = options.settings ?? {};
  for (const [path, value] of [
    [join(places.project, ".claude", "settings.json"), project],
    [join(places.project, ".claude", "settings.local.json"), local],
    [join(places.home, ".claude", "settings.json"), user],
  ] as const) {
    if (value !== undefined) {
      await plantJson(path, value, places);
    }
  }
  const trust = {
    [places.project]: { hasTrustDialogAccepted: options.trusted ?? true },
  };
  await plantJson(
    join(places.home, ".claude.json"),
    { hasCompletedOnboarding: true, projects: trust },
    places,
  );
}

function environment(
  options: ClientRunOptions,
  places: SessionPlaces,
  stubUrl: string,
): Record<string, string> {
  const base: Record<string, string | undefined> = {
    HOME: places.home,
    PATH: clientPath,
    ANTHROPIC_BASE_URL: stubUrl,
    ANTHROPIC_API_KEY: "sk-test-not-a-key",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // WHY: without it the client leaves probe folders and sockets under /tmp. A case that measures the default place
    // sets it to undefined.
    CLAUDE_CODE_TMPDIR: places.temporary,
    DISABLE_AUTOUPDATER: "1",
    TERM: "dumb",
    LANG: "C.UTF-8",
    SHELL: options.shell === "zsh" ? "/bin/zsh" : "/bin/bash",
    ...(process.getuid?.() === 0 ? { IS_SANDBOX: "1" } : {}),
    ...options.env,
  };
  return Object.fromEntries(
    Object.entries(base).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(fillPlacesDeep(value, places))]],
    ),
  );
}

async function commandLine(
  { client, stubUrl }: { readonly client: string; readonly stubUrl: string },
  options: ClientRunOptions,
  places: SessionPlaces,
): Promise<readonly string[]> {
  const command = [
    ...(options.wrapper ?? []),
    client,
    "-p",
    ...["--output-format", "stream-json", "--verbose", "--include-hook-events"],
    ...(options.modeFromSettings === true
      ? []
      : ["--permission-mode", options.permissionMode ?? "default"]),
    ...(options.extraArgs ?? []).map((arg) => String(fillPlacesDeep(arg, places))),
    ...["--", String(fillPlacesDeep(options.prompt ?? "go", places))],
  ];
  if (options.managedSettings === undefined && options.managedFiles === undefined) {
    return command;
  }
  const managed = join(places.root, "managed");
  await mkdir(managed);
  const files = options.managedFiles ?? {};
  await plant(managed, typeof files === "function" ? files(stubUrl) : files, places);
  if (options.managedSettings !== undefined) {
    await plantJson(join(managed, "managed-settings.json"), options.managedSettings, places);
  }
  // WHY: /etc/claude-code need not exist, and must not be made on the machine. A copy of /etc that only this process
  // tree sees has room for it.
  const etc = join(places.root, "etc");
  await mkdir(etc);
  const script = `mount --make-rprivate / && ${MOUNT_PRIVATE_ETC} && mkdir /etc/claude-code && mount --bind "$2" /etc/claude-code && shift 2 && exec "$@"`;
  return ["unshare", "-m", "sh", "-c", script, "sh", etc, managed, ...command];
}

function fillTurn(turn: Turn, places: SessionPlaces): Turn {
  return typeof turn === "string"
    ? turn
    : turn.map((use) => ({
        name: use.name,
        input: Object(fillPlacesDeep(use.input, places)),
      }));
}

function fillScripts(
  scripts: ReadonlyMap<string, readonly Turn[]>,
  places: SessionPlaces,
): ReadonlyMap<string, readonly Turn[]> {
  return new Map(
    [...scripts].map(([marker, turns]) => [marker, turns.map((turn) => fillTurn(turn, places))]),
  );
}
