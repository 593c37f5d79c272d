// Canary sessions: the real client, started in each mode against a stand-in, makes calls that the guard has to refuse or let run.
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  CANARY_CALLS,
  CANARY_COMMAND,
  CANARY_WORD,
  type CanaryFault,
  type CanaryMode,
  type ModeProof,
  modeProof,
} from "#govern/deploy/canary.ts";
import { ADMINISTRATOR, temporaryDirectory, userId } from "#platform/user.ts";
import { runToEnd } from "./client-process.ts";
import type { MessageBlock } from "./messages-api.ts";
import { BASE_URL, privateView, towardsStandIn } from "./private-view.ts";
import { sessionEnd } from "./session-end.ts";
import { type StandInScript, startStandIn } from "./stand-in.ts";

/** WHY so long: a session takes two seconds, and on a machine that is busy with other things a minute. */
const SESSION_MS_MAX = 180_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const AGENT_WORD = "SALLYPORT-CANARY-AGENT";

/** Where the client of this machine finds its settings. */
export type SettingsPlaces = {
  readonly client: string;
  readonly home: string;
  readonly project: string;
  /** The managed directory. */
  readonly managed: string;
};

/** What became of asking the client. */
export type CanaryReport =
  | { readonly kind: "asked"; readonly modes: readonly ModeProof[] }
  | { readonly kind: "not-asked"; readonly because: CanaryFault; readonly why: string };

/** Asks the client in each of the modes, one after the other. `tell` hears of each as soon as it is known. */
export async function askClient(
  places: SettingsPlaces,
  modes: readonly CanaryMode[],
  tell: (proof: ModeProof) => void = () => undefined,
): Promise<CanaryReport> {
  const proofs: ModeProof[] = [];
  for (const mode of modes) {
    const proof = await askInMode(places, mode);
    if (typeof proof === "string") return { kind: "not-asked", because: "no-view", why: proof };
    tell(proof);
    proofs.push(proof);
  }
  return { kind: "asked", modes: proofs };
}

/** What a mode shows, or why the client cannot be asked at all. */
async function askInMode(places: SettingsPlaces, mode: CanaryMode): Promise<ModeProof | string> {
  const room = await realpath(await mkdtemp(join(temporaryDirectory(), "sallyport-canary-")));
  const standIn = await startStandIn(SCRIPT);
  try {
    const session = { home: join(room, "home"), project: join(room, "project") };
    await plant(places, session, standIn.url);
    const copy = join(room, "managed");
    await mkdir(copy);
    const view = await privateView(places.managed, { copy, url: standIn.url });
    if (view.kind === "impossible") return view.why;
    const temporary = join(room, "tmp");
    await mkdir(temporary);
    const ended = await runToEnd([...view.wrapper, ...commandLine(places.client, mode)], {
      cwd: session.project,
      timeoutMs: SESSION_MS_MAX,
      outputBytesMax: OUTPUT_BYTES_MAX,
      env: clientEnvironment(session.home, { temporary, url: standIn.url }),
    });
    return modeProof(mode, sessionEnd(ended, standIn));
  } finally {
    await standIn.close();
    await rm(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

const call = (id: string, command: string): MessageBlock => ({
  type: "tool_use",
  id,
  name: "Bash",
  input: { command, description: "canary of sallyport" },
});
const SCRIPT: StandInScript = {
  main: [
    [call(CANARY_CALLS.harmless, `echo ${CANARY_WORD}`)],
    [call(CANARY_CALLS.main, CANARY_COMMAND)],
    [
      {
        type: "tool_use",
        id: CANARY_CALLS.launch,
        name: "Agent",
        input: {
          description: "canary",
          subagent_type: "general-purpose",
          prompt: `${AGENT_WORD}: a canary of sallyport`,
        },
      },
    ],
  ],
  agent: [[call(CANARY_CALLS.agent, CANARY_COMMAND)]],
  agentWord: AGENT_WORD,
};

/**
 * Copies of the settings in a home and project of their own. WHY copies: a session leaves transcripts, trusts the folder and
 * runs what the project starts, and none of that is the person's.
 */
async function plant(
  { home, project }: SettingsPlaces,
  session: { readonly home: string; readonly project: string },
  url: string,
): Promise<void> {
  await mkdir(session.project, { recursive: true });
  for (const [from, to] of [
    [join(home, ".claude/settings.json"), join(session.home, ".claude/settings.json")],
    [join(project, ".claude/settings.json"), join(session.project, ".claude/settings.json")],
    [
      join(project, ".claude/settings.local.json"),
      join(session.project, ".claude/settings.local.json"),
    ],
  ] as const) {
    await mkdir(dirname(to), { recursive: true });
    const text = await readFile(from, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    await writeFile(to, towardsStandIn(text, url));
    await chmod(to, 0o600);
  }
  const trust = { [session.project]: { hasTrustDialogAccepted: true } };
  const state = { hasCompletedOnboarding: true, projects: trust };
  await writeFile(join(session.home, ".claude.json"), JSON.stringify(state));
}

function commandLine(client: string, mode: CanaryMode): readonly string[] {
  return [
    ...[client, "-p", "--output-format", "stream-json", "--verbose", "--include-hook-events"],
    ...["--permission-mode", mode, "--", "canary"],
  ];
}

/** The environment of a session against a stand-in. WHY no variable of the person's: what is proven has to hold for whoever starts the client, and no key is needed. */
export function clientEnvironment(
  home: string,
  { temporary, url }: { readonly temporary: string; readonly url: string },
): Readonly<Record<string, string>> {
  return {
    HOME: home,
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    SHELL: "/bin/bash",
    [BASE_URL]: url,
    ANTHROPIC_API_KEY: "sallyport-canary",
    NO_PROXY: "127.0.0.1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_TMPDIR: temporary,
    TERM: "dumb",
    LANG: "C.UTF-8",
    // The client refuses some modes to root unless it is told that somebody else contains it.
    ...(userId() === ADMINISTRATOR ? { IS_SANDBOX: "1" } : {}),
  };
}
