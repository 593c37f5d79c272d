// Which version of the client is on PATH, and whether it knows the one hook setting that guarding stands on.
import { execFile } from "node:child_process";
import { mayBeOnPath } from "#platform/search-path.ts";

/** What is known of the client. */
export type ClientVersion =
  | { readonly kind: "found"; readonly version: string }
  | { readonly kind: "unknown"; readonly why: string };

/** The first version whose hooks know `onFailure: "block"`; older ones ignore it silently and run the call. */
const FIRST_WITH_ON_FAILURE = [2, 1, 295] as const;
const NONE = "no `claude` on PATH";
const ANSWER_TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 64 * 1024;

/** Asks the client on PATH for its version, in a bounded time and outside the project. */
export function findClientVersion(
  environment: NodeJS.ProcessEnv,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<ClientVersion> {
  if (!mayBeOnPath("claude", environment["PATH"]))
    return Promise.resolve({ kind: "unknown", why: NONE });
  return new Promise((resolve) => {
    const options = {
      cwd: "/",
      env: environment,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: OUTPUT_BYTES_MAX,
    } as const;
    const child = execFile("claude", ["--version"], options, (error, stdout) => {
      const version = /\b(\d{1,4}\.\d{1,4}\.\d{1,6})\b/.exec(stdout)?.[1];
      if (version !== undefined) resolve({ kind: "found", version });
      else if (error?.code === "ENOENT") resolve({ kind: "unknown", why: NONE });
      else resolve({ kind: "unknown", why: "`claude --version` gave no version" });
    });
    child.stdin?.end();
  });
}

/** Why the client is known to be too old for a daemon behind http hooks, or undefined. */
export function whyNotHttp(client: ClientVersion): string | undefined {
  if (client.kind === "unknown") return undefined;
  const parts = client.version.split(".").map(Number);
  const index = FIRST_WITH_ON_FAILURE.findIndex((wanted, at) => parts[at] !== wanted);
  if (index === -1 || (parts[index] ?? 0) > (FIRST_WITH_ON_FAILURE[index] ?? 0)) return undefined;
  return `Claude Code ${client.version} ignores \`onFailure: "block"\`, so a stopped daemon would let every call through; update it to ${FIRST_WITH_ON_FAILURE.join(".")} or newer`;
}

/** What `init` says of a client whose version is not known; where there is none, how to come by one. */
export function unchecked(why: string): string {
  const least = FIRST_WITH_ON_FAILURE.join(".");
  const install = `: install Claude Code ${least} or newer (\`npm install -g @anthropic-ai/claude-code\`)`;
  return `the client's version was not checked: ${why}${why === NONE ? install : ""}`;
}
