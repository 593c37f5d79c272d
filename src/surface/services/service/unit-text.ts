// The daemon as a service of the person's own: the text of a systemd user unit and of a launchd agent.
import { createHash } from "node:crypto";
import { printableWord, unitCommand, unitPath, unitWord } from "#base/unit-words.ts";

/** What the service starts. All paths absolute. */
export type ServiceProgram = {
  /** Program and arguments that run the daemon in the foreground. */
  readonly command: readonly string[];
  /** Data directory, and whether it is the one that the person's environment would name by itself. */
  readonly root: string;
  readonly isDefaultRoot: boolean;
  readonly home: string;
  /** What the daemon wrote to its standard error, where the service manager keeps no journal. */
  readonly outputFile: string;
};

/** First words of each file that we write: how it is known to be ours. */
export const SERVICE_MARK = "Written by `sallyport service install`";
/** Exit code of a daemon that found a stranger on its port: starting it again would not help. */
const STRANGER_EXIT_CODE = 3;
const STOP_S = 15;
/** Variables that decide what node or the loader run before the daemon does. */
const STEERING = "NODE_OPTIONS NODE_EXTRA_CA_CERTS LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT";
const PATH = "/usr/local/bin:/usr/bin:/bin";

/** The name of the service: one for each data directory. */
export function serviceName({ root, isDefaultRoot }: ServiceProgram): string {
  if (isDefaultRoot) return "sallyport";
  return `sallyport-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
}

/**
 * The systemd user unit. WHY so little hardening: the daemon must read every guarded project and the shell's start-up
 * files, and node compiles while it runs; what is here takes nothing that it needs (measured with `systemd-analyze verify`).
 */
export function systemdUnit(program: ServiceProgram): string {
  const { command, root, home } = program;
  const variables = [`HOME=${home}`, `PATH=${PATH}`, `SALLYPORT_HOME=${root}`];
  return `# ${SERVICE_MARK}; \`sallyport service remove\` takes it out again.
[Unit]
Description=sallyport: judges the tool calls of Claude Code
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=simple
ExecStart=${unitCommand(command)}
Environment=${variables.map(unitWord).join(" ")}
UnsetEnvironment=${STEERING}
WorkingDirectory=${unitPath(root)}
Restart=on-failure
RestartSec=1
RestartPreventExitStatus=${STRANGER_EXIT_CODE}
TimeoutStopSec=${STOP_S}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** The launchd agent as a property list. */
export function launchdAgent(program: ServiceProgram): string {
  const { command, root, home, outputFile } = program;
  const lines = (words: readonly string[], indent: string) =>
    words.map((word) => `${indent}<string>${xml(word)}</string>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${SERVICE_MARK}; \`sallyport service remove\` takes it out again. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${serviceName(program)}</string>
  <key>ProgramArguments</key>
  <array>
${lines(command, "    ")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>HOME</key>
    <string>${xml(home)}</string>
    <key>PATH</key>
    <string>${PATH}</string>
    <key>SALLYPORT_HOME</key>
    <string>${xml(root)}</string>
  </dict>
  <key>WorkingDirectory</key>
  <string>${xml(root)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>StandardErrorPath</key>
  <string>${xml(outputFile)}</string>
</dict>
</plist>
`;
}

function xml(text: string): string {
  return printableWord(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
