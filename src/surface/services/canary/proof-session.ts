// A proof before a deployment: the real client, under the settings as they would be, makes harmless calls and a harmful one.
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quotedForShell } from "#base/shell-quoting.ts";
import { CANARY_COMMAND, type CanaryFault } from "#govern/deploy/canary.ts";
import {
  type HarmlessCall,
  type ProofCall,
  type ProofOutcome,
  proofOutcome,
  type ProofVerdict,
  proofVerdict,
} from "#govern/deploy/proof.ts";
import { isOnPath } from "#platform/search-path.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { clientEnvironment } from "./canary-session.ts";
import { runToEnd } from "./client-process.ts";
import type { MessageBlock } from "./messages-api.ts";
import { makeRepository, type PlannedFile, plannedView } from "./planned-view.ts";
import { sessionEnd } from "./session-end.ts";
import { startStandIn } from "./stand-in.ts";

const SESSION_MS_MAX = 180_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** A host that no name server knows (RFC 2606); nothing is sent there. */
const REMOTE = "https://git.example.com/team/shop.git";

/** What a proof is about. */
export type ProofRequest = {
  readonly client: string;
  /** The managed directory of the machine. */
  readonly managed: string;
  /** The files as they would be, those of the policy among them. */
  readonly planned: readonly PlannedFile[];
  /** Whether hooks of ours are among them: then the guard has to refuse what touches it. */
  readonly hasHooks: boolean;
  /** Whether the settings deny reading `.env`, which is tried where no hook is compiled. */
  readonly deniesSecrets: boolean;
  /** The remote that the push names, such as `https://host/path`; without it one that nobody knows. */
  readonly remote?: string | undefined;
  readonly mayRefuse?: readonly HarmlessCall[] | undefined;
  readonly sessionMsMax?: number | undefined;
};

/** What a proof showed. `notTried`: calls that this machine cannot make, with why. */
export type ProofReport =
  | {
      readonly kind: "asked";
      readonly verdict: ProofVerdict;
      readonly outcomes: readonly ProofOutcome[];
      readonly notTried: readonly string[];
    }
  | { readonly kind: "not-asked"; readonly because: CanaryFault; readonly why: string };

type Made = { readonly call: ProofCall; readonly title: string; readonly block: MessageBlock };

/**
 * Runs one session in mode `default`, in a home and project of its own that are removed afterwards, and in a private view of
 * the machine. Somebody who says yes stands in for the person where the client asks. The machine is not changed.
 */
export async function proveDeployment(request: ProofRequest): Promise<ProofReport> {
  const room = await realpath(await mkdtemp(join(temporaryDirectory(), "sallyport-proof-")));
  const project = join(room, "project");
  const home = join(room, "home");
  try {
    await plantProject(project, home);
    const hasGit = await makeRepository(project, request.remote ?? REMOTE);
    await writeFile(join(project, "readme.txt"), "hello again\n");
    const { made, notTried } = callsOf(request, project, hasGit);
    const standIn = await startStandIn({
      main: made.map(({ block }) => [block]),
      agent: [],
      agentWord: "SALLYPORT-PROOF-AGENT",
    });
    try {
      const answer = await plantAnswer(room);
      const settings = `${request.managed}/managed-settings.d/99-sallyport-proof.json`;
      const view = await plannedView(room, request.planned, {
        url: standIn.url,
        managed: request.managed,
        more: [{ path: settings, text: yesTo(answer), mode: 0o644 }],
      });
      if (view.kind === "impossible")
        return { kind: "not-asked", because: "no-view", why: view.why };
      const temporary = join(room, "tmp");
      await mkdir(temporary);
      const words = [request.client, "-p", "--output-format", "stream-json", "--verbose"];
      const mode = ["--include-hook-events", "--permission-mode", "default", "--", "proof"];
      const ended = await runToEnd([...view.wrapper, ...words, ...mode], {
        cwd: project,
        outputBytesMax: OUTPUT_BYTES_MAX,
        timeoutMs: request.sessionMsMax ?? SESSION_MS_MAX,
        env: {
          ...clientEnvironment(home, { temporary, url: standIn.url }),
          // Nothing is pushed anywhere: git itself refuses to go to the network, after the call was let run.
          GIT_ALLOW_PROTOCOL: "none",
          // A terminal, as a person has one: without it bash takes its input for a remote login and reads `~/.bashrc` in each call.
          SHLVL: "1",
          npm_config_update_notifier: "false",
        },
      });
      const session = sessionEnd(ended, standIn);
      const outcomes = made.map(({ call, title }) =>
        proofOutcome(call, title, session.results.get(idOf(call))),
      );
      const verdict = proofVerdict(session, outcomes, request.mayRefuse);
      return { kind: "asked", verdict, outcomes, notTried };
    } finally {
      await standIn.close();
    }
  } finally {
    await rm(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

function idOf(call: ProofCall): string {
  return `toolu_proof_${call}`;
}

/** The calls in their order, and those that this machine cannot make. */
function callsOf(
  { hasHooks, deniesSecrets }: ProofRequest,
  project: string,
  hasGit: boolean,
): { readonly made: readonly Made[]; readonly notTried: readonly string[] } {
  const notTried: string[] = [];
  const made: Made[] = [];
  const read = (call: ProofCall, title: string, name: string) =>
    made.push({
      call,
      title,
      block: {
        type: "tool_use",
        id: idOf(call),
        name: "Read",
        input: { file_path: join(project, name) },
      },
    });
  const run = (call: ProofCall, command: string) =>
    made.push({
      call,
      title: `\`${command}\``,
      block: {
        type: "tool_use",
        id: idOf(call),
        name: "Bash",
        input: { command, description: "proof of sallyport" },
      },
    });
  read("read", "reading `readme.txt`", "readme.txt");
  if (hasGit) run("commit", 'git commit -q -a -m "proof"');
  else notTried.push("a commit and a push: git is not here or makes no repository");
  if (isOnPath("npm", process.env["PATH"])) run("test", "npm test");
  else notTried.push("`npm test`: npm is not on PATH");
  if (hasGit) run("push", "git push origin feature/proof");
  if (hasHooks) run("harmful", CANARY_COMMAND);
  else if (deniesSecrets) read("harmful", "reading `.env`", ".env");
  else
    notTried.push("a harmful call: no hook is compiled, and no rule of the client denies `.env`");
  return { made, notTried };
}

async function plantProject(project: string, home: string): Promise<void> {
  await mkdir(project, { recursive: true });
  await mkdir(home, { recursive: true });
  const manifest = { name: "shop", version: "1.0.0", private: true, scripts: { test: "exit 0" } };
  for (const [name, text] of [
    ["readme.txt", "hello\n"],
    ["package.json", `${JSON.stringify(manifest, null, 2)}\n`],
    [".gitignore", ".env\n"],
    [".env", "KEY=sallyport-proof\n"],
  ] as const)
    await writeFile(join(project, name), text);
  const trust = { [project]: { hasTrustDialogAccepted: true } };
  const state = { hasCompletedOnboarding: true, projects: trust };
  await writeFile(join(home, ".claude.json"), JSON.stringify(state));
}

/** A program that answers the client's questions with yes. */
async function plantAnswer(room: string): Promise<string> {
  const file = join(room, "answer");
  const decision = { behavior: "allow" };
  const said = JSON.stringify({
    hookSpecificOutput: { hookEventName: "PermissionRequest", decision },
  });
  await writeFile(file, `#!/bin/sh\nprintf '%s\\n' ${quotedForShell(said)}\n`);
  await chmod(file, 0o755);
  return file;
}

/** Settings beside the deployment's, in the view alone: the person who says yes to what the client asks. */
function yesTo(program: string): string {
  const handler = { type: "command", command: program, args: [], timeout: 10 };
  return JSON.stringify({ hooks: { PermissionRequest: [{ matcher: "*", hooks: [handler] }] } });
}
