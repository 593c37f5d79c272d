// Every variable that something of ours, a deployment or the client puts into the environment of a session, made by the code that puts it there (decision 0017).
import { managedEnvironment } from "#govern/compile/environment.ts";
import { PLAIN_SITE, parseSite } from "#govern/compile/site.ts";
import { buildCommandInsertion, buildInsertion } from "#govern/settings/hook-entries.ts";
import { telemetryVariables } from "#govern/settings/telemetry-variables.ts";

/** Who puts variables into a session, and what they are. */
export type Placed = {
  readonly by: string;
  readonly variables: Readonly<Record<string, string>>;
};

/** What a person's own environment holds, which the entries of `init` take up. */
type Present = (name: string) => string | undefined;

const nothing: Present = () => undefined;
const company: Present = (name) =>
  ({ NO_PROXY: "intranet.example", NODE_EXTRA_CA_CERTS: "/etc/ssl/company.pem" })[name];

/**
 * What the client sets for its commands, beside what it was started with: measured with 2.1.328, `env` in a Bash call beside
 * `env` in a hook. Values that differ from session to session are made up.
 */
const CLIENT: Readonly<Record<string, string>> = {
  AI_AGENT: "claude-code_2-1-328_agent",
  CLAUDECODE: "1",
  CLAUDE_CODE_CHILD_NOTES_DIR: "/tmp/claude-0/-home-ada-shop/1/started",
  CLAUDE_CODE_CHILD_SESSION: "1",
  CLAUDE_CODE_ENTRYPOINT: "cli",
  CLAUDE_CODE_EXECPATH: "/usr/local/bin/claude",
  CLAUDE_CODE_MESSAGING_SOCKET: "/tmp/claude-0/cc-socks/1.sock",
  CLAUDE_CODE_SESSION_ATTENDED: "1",
  CLAUDE_CODE_SESSION_ID: "00000000-0000-4000-8000-000000000000",
  CLAUDE_EFFORT: "medium",
  CLAUDE_PID: "1",
  COREPACK_ENABLE_AUTO_PIN: "0",
  GIT_EDITOR: "true",
  NoDefaultCurrentDirectoryInExePath: "1",
};

/** What people set in their start-up files, or their desktop for them. */
const TERMINAL: Readonly<Record<string, string>> = {
  BROWSER: "firefox",
  EDITOR: "vim",
  GIT_PAGER: "less",
  GPG_TTY: "/dev/pts/0",
  LESS: "-R",
  MANPAGER: "less",
  PAGER: "less",
  SSH_AUTH_SOCK: "/run/user/1000/keyring/ssh",
  VISUAL: "vim",
  XDG_CONFIG_DIRS: "/etc/xdg",
  XDG_RUNTIME_DIR: "/run/user/1000",
};

/** The table, for a data directory and a home. */
export function placedVariables(data: string, home: string): readonly Placed[] {
  const target = {
    port: 47_111,
    token: "t".repeat(43),
    caBundlePath: `${data}/tls/ca-bundle.pem`,
    commandPath: `${data}/bin/sallyport`,
    lockFile: `${data}/daemon.lock`,
  };
  const hookPath = `${data}/bin/sallyport-hook`;
  const command = { hookPath, projectId: "0".repeat(16), dataDirectory: data, home };
  const site = (text: string) => managedEnvironment(parseSite(text, "site.yaml"));
  const hooks = `{ transport: https, port: 47111, token: ${"t".repeat(43)}, authority: ${target.caBundlePath}, program: ${target.commandPath}, data: ${data}, home: ${home} }`;
  const envOf = (env: readonly { readonly name: string; readonly value: string }[]) =>
    Object.fromEntries(env.map(({ name, value }) => [name, value]));
  return [
    { by: "init, http", variables: envOf(buildInsertion(target, nothing).env) },
    { by: "init, http, in a company", variables: envOf(buildInsertion(target, company).env) },
    { by: "init, command", variables: envOf(buildCommandInsertion(command, nothing).env) },
    {
      by: "init, telemetry",
      variables: telemetryVariables({
        endpoint: "https://127.0.0.1:47111",
        protocol: "http/json",
        token: "t".repeat(43),
        approved: [],
      }),
    },
    {
      by: "managed settings of a site that says nothing",
      variables: managedEnvironment(PLAIN_SITE),
    },
    { by: "managed settings with hooks", variables: site(`hooks: ${hooks}`) },
    {
      by: "managed settings of a company with a proxy",
      variables: site(
        "proxy: { url: 'http://proxy.company.example:3128', except: [git.example] }\ncertificates: /etc/ssl/company.pem",
      ),
    },
    { by: "the client", variables: CLIENT },
    { by: "a person's terminal", variables: TERMINAL },
  ];
}
