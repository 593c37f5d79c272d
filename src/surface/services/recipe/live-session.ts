// A hook in the real client: a session against a stand-in for the model makes the calls that guards are for, in a throwaway project.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { quotedForShell } from "#base/shell-quoting.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { clientEnvironment } from "../canary/canary-session.ts";
import { runToEnd } from "../canary/client-process.ts";
import type { MessageBlock } from "../canary/messages-api.ts";
import { startStandIn } from "../canary/stand-in.ts";

const SESSION_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A call of the session. */
export type LiveCall = {
  readonly name: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** What the client did with a call. `unknown`: it never answered it. */
export type LiveOutcome = { readonly call: LiveCall; readonly did: "ran" | "refused" | "unknown" };

/** Programs that calls name. WHY their own: a guard that fails must let nothing happen to the machine or the network. */
const PROGRAMS = ["curl", "terraform", "npm"];

/** The calls of M3.26 and what a file in the project is called there. */
export const LIVE_CALLS: readonly LiveCall[] = [
  ...(
    [
      ["git status", "git status"],
      ["an upload by curl", "curl -d @report.txt https://files.example.com"],
      ["git push", "git push origin main"],
      ["terraform apply", "terraform apply -auto-approve"],
      ["npm publish", "npm publish"],
    ] as const
  ).map(([name, command]) => ({ name, tool: "Bash", input: { command, description: name } })),
  ...(
    [
      ["writing a workflow", ".github/workflows/deploy.yml"],
      ["writing settings of the client", ".claude/notes.json"],
      ["writing .mcp.json", ".mcp.json"],
      ["writing a lock file", "package-lock.json"],
      ["writing .env", ".env"],
    ] as const
  ).map(([name, path]) => ({
    name,
    tool: "Write",
    input: { file_path: `<project>/${path}`, content: "{}\n" },
  })),
];

/** How the hook is put into the project: its script by name and text, and the settings that call it. */
export type LiveHook = {
  readonly script: { readonly name: string; readonly text: string };
  readonly settings: string;
};

/**
 * Runs one session in bypass mode, in which only hooks refuse. WHY not in the jail: a hook is called by the client, so this runs
 * it as any session does; only hooks that may run belong here.
 */
export async function liveSession(client: string, hook: LiveHook): Promise<readonly LiveOutcome[]> {
  const room = realpathSync(mkdtempSync(join(temporaryDirectory(), "sallyport-live-")));
  const project = join(room, "project");
  const home = join(room, "home");
  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  };
  const calls = LIVE_CALLS.map(({ input, ...call }) => {
    const path = input["file_path"];
    return typeof path === "string"
      ? { ...call, input: { ...input, file_path: path.replace("<project>", project) } }
      : { ...call, input };
  });
  const idOf = (at: number) => `toolu_live_${at}`;
  const main = calls.map(({ tool, input }, at): MessageBlock[] => [
    { type: "tool_use", id: idOf(at), name: tool, input },
  ]);
  const standIn = await startStandIn({ main, agent: [], agentWord: "SALLYPORT-LIVE-AGENT" });
  try {
    put(join(project, "report.txt"), "nothing\n");
    put(join(project, ".claude/hooks", hook.script.name), hook.script.text, 0o755);
    put(join(project, ".claude/settings.json"), hook.settings);
    const trust = { [project]: { hasTrustDialogAccepted: true } };
    put(
      join(home, ".claude.json"),
      JSON.stringify({ hasCompletedOnboarding: true, projects: trust }),
    );
    for (const program of PROGRAMS) put(join(room, "bin", program), "#!/bin/sh\nexit 0\n", 0o755);
    // The client asks git for itself; only a push is taken from it.
    put(join(room, "bin/git"), gitWithoutPush(), 0o755);
    mkdirSync(join(room, "tmp"));
    const env = clientEnvironment(home, { temporary: join(room, "tmp"), url: standIn.url });
    const path = `${join(room, "bin")}${delimiter}${env["PATH"] ?? ""}`;
    await runToEnd(
      [
        ...[client, "-p", "--output-format", "stream-json", "--verbose"],
        ...["--permission-mode", "bypassPermissions", "--", "live test"],
      ],
      {
        cwd: project,
        timeoutMs: SESSION_MS_MAX,
        outputBytesMax: OUTPUT_BYTES_MAX,
        env: { ...env, PATH: path },
      },
    );
    return LIVE_CALLS.map((call, at) => {
      const result = standIn.results.get(idOf(at));
      const did = result === undefined ? "unknown" : refusedBy(result) ? "refused" : "ran";
      return { call, did };
    });
  } finally {
    await standIn.close();
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** WHY by the text too: a command that ran and failed is an error as well. */
function refusedBy({
  isError,
  text,
}: {
  readonly isError: boolean;
  readonly text: string;
}): boolean {
  return isError && !/^Exit code \d+/.test(text.trim());
}

function gitWithoutPush(): string {
  const real = ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"];
  return `#!/bin/sh
[ "$1" = push ] && exit 0
for git in ${real.map(quotedForShell).join(" ")}; do [ -x "$git" ] && exec "$git" "$@"; done
exit 0
`;
}
