// The daemon as a service of the machine, under an account of its own: its keys, data and log lie where no agent can reach them.
import { Failure } from "#base/failure.ts";
import { unitCommand, unitPath, unitWord } from "#base/unit-words.ts";
import { formatPlist, xmlText } from "./plist.ts";
import type { Site } from "./site.ts";
import type { OutputFile } from "./target.ts";
import type { Platform } from "#govern/settings/managed-directory.ts";

type Service = NonNullable<Site["service"]>;

/** What a unit runs and for whom. `head` is its first line. */
export type SystemUnit = {
  readonly head: string;
  readonly command: readonly string[];
  readonly user: string;
  readonly data: string;
};

const MARK = "Compiled by `sallyport policy compile --target system`";
/** Exit code of a daemon that found a stranger on its port: starting it again would not help. */
const STRANGER_EXIT_CODE = 3;
/** Variables that decide what node or the loader run before the daemon does. */
const STEERING = "NODE_OPTIONS NODE_EXTRA_CA_CERTS LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT";

/** What both units have. */
const SERVICE = `Type=simple
UnsetEnvironment=${STEERING}
Restart=on-failure
RestartSec=1
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native`;

/** The files of the service. Throws a Failure `compile-service` where the site does not say what runs. */
export function serviceFiles(
  platform: Platform,
  { service, identifier }: Site,
): readonly OutputFile[] {
  if (service === undefined)
    throw new Failure(
      "compile-service",
      "the target `system` needs `service.program` in the parameters: the program that runs as the daemon",
    );
  switch (platform) {
    case "linux":
      return linuxFiles(service);
    case "macos":
      return [macosDaemon(service, identifier)];
    case "windows":
      return [windowsTask(service)];
    default:
      return platform satisfies never;
  }
}

function linuxFiles(service: Service): readonly OutputFile[] {
  const { user, data } = service;
  const file = (name: string, path: string, text: string): OutputFile => ({
    name,
    path,
    text,
    mode: 0o644,
  });
  return [
    file(
      "sallyport.service",
      "/etc/systemd/system/sallyport.service",
      systemUnit({ head: MARK, command: [service.program, "daemon", "run"], user, data }),
    ),
    file(
      "sysusers.conf",
      "/etc/sysusers.d/sallyport.conf",
      `# ${MARK}\nu ${user} - "sallyport daemon" ${unitWord(data)} /usr/sbin/nologin\n`,
    ),
    file(
      "tmpfiles.conf",
      "/etc/tmpfiles.d/sallyport.conf",
      `# ${MARK}\nd ${unitWord(data)} 0700 ${user} ${user} -\n`,
    ),
  ];
}

/**
 * The unit of a daemon under an account of its own. WHY the one capability: the daemon has to read the projects that it judges, in homes that are closed to others. It can
 * write nowhere but in its data directory.
 */
export function systemUnit(unit: SystemUnit): string {
  const { head, command, user, data } = unit;
  return `# ${head}
[Unit]
Description=sallyport: judges the tool calls of Claude Code
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
${SERVICE}
User=${user}
Group=${user}
ExecStart=${unitCommand(command)}
Environment=${unitWord(`HOME=${data}`)} ${unitWord(`SALLYPORT_HOME=${data}`)} "PATH=/usr/local/bin:/usr/bin:/bin"
WorkingDirectory=${unitPath(data)}
RestartPreventExitStatus=${STRANGER_EXIT_CODE}
CapabilityBoundingSet=CAP_DAC_READ_SEARCH
AmbientCapabilities=CAP_DAC_READ_SEARCH
ProtectSystem=strict
ReadWritePaths=${unitWord(data)}
ProtectHome=read-only
PrivateTmp=no
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RemoveIPC=yes

[Install]
WantedBy=multi-user.target
`;
}

/**
 * The unit of the guard of a whole machine. WHY root: it gives each judge the rights of its account, and makes folders that accounts
 * cannot change. WHY no StateDirectory: systemd would give all of it to one owner whenever the outermost folder has another one. WHY
 * nothing that changes mounts or devices: a held call works in mounts that its judge made. WHY one process alone is ended: what sessions
 * run in the background goes on when the service is upgraded.
 */
export function machineUnit({
  head,
  command,
  documentation,
}: Pick<SystemUnit, "head" | "command"> & { readonly documentation: string }): string {
  return `# ${head}
[Unit]
Description=sallyport: judges the tool calls of Claude Code of every account
Documentation=${documentation}
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
${SERVICE}
ExecStart=${unitCommand(command)}
Environment="PATH=/usr/local/bin:/usr/bin:/bin"
WorkingDirectory=/
RuntimeDirectory=sallyport
RuntimeDirectoryMode=0755
KillMode=process
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK

[Install]
WantedBy=multi-user.target
`;
}

/** Accounts of services begin with an underscore there. */
function macosDaemon({ program, user, data }: Service, identifier: string): OutputFile {
  const label = `${identifier}.sallyport`;
  const account = user.startsWith("_") ? user : `_${user}`;
  const text = formatPlist({
    Label: label,
    ProgramArguments: [program, "daemon", "run"],
    UserName: account,
    GroupName: account,
    EnvironmentVariables: {
      HOME: data,
      SALLYPORT_HOME: data,
      PATH: "/usr/local/bin:/usr/bin:/bin",
    },
    WorkingDirectory: data,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 5,
    Umask: 63,
    StandardErrorPath: `${data}/daemon.out`,
  });
  const path = `/Library/LaunchDaemons/${label}.plist`;
  return { name: `LaunchDaemons/${label}.plist`, path, text, mode: 0o644 };
}

/**
 * A task at start-up under the built-in account without rights. WHY no service: the service manager of Windows ends a program
 * that does not speak its protocol, which node does not.
 */
function windowsTask({ program, data }: Service): OutputFile {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <RegistrationInfo><Description>sallyport: judges the tool calls of Claude Code</Description></RegistrationInfo>",
    "  <Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>",
    "  <Principals>",
    '    <Principal id="Author"><UserId>S-1-5-19</UserId><RunLevel>LeastPrivilege</RunLevel></Principal>',
    "  </Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "    <RestartOnFailure><Interval>PT1M</Interval><Count>255</Count></RestartOnFailure>",
    "  </Settings>",
    '  <Actions Context="Author">',
    `    <Exec><Command>${xmlText(program)}</Command><Arguments>daemon run</Arguments><WorkingDirectory>${xmlText(data)}</WorkingDirectory></Exec>`,
    "  </Actions>",
    "</Task>",
    "",
  ];
  return { name: "sallyport-task.xml", path: undefined, text: lines.join("\r\n"), mode: 0o644 };
}
