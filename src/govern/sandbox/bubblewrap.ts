// A project's own profile of bubblewrap: the system's programs, the project, and nothing else of the machine (M9.3, M9.8).
import { quotedForShell } from "#base/shell-quoting.ts";
import { isWithin } from "#base/path.ts";
import {
  CACHE_VARIABLES,
  expectationText,
  type IsolationPlan,
  type Planned,
} from "./isolation-plan.ts";

/** An account that is not root, for a person who is. */
const PLAIN_USER = 1_000;

/** The options, in the order in which bubblewrap does them. WHY a list of what is there and not of what is hidden: what nobody thought of is not there. */
export function bubblewrapProfile(plan: Omit<IsolationPlan, "registry">): readonly string[] {
  const { project, home, user, tools, hiddenFiles, hiddenDirectories, kept, gitOutside } = plan;
  const id = String(user === 0 ? PLAIN_USER : user);
  return [
    ...["--die-with-parent", "--new-session"],
    ...["--unshare-user", "--unshare-ipc", "--unshare-pid"],
    ...(plan.joinsNetwork === true ? [] : ["--unshare-net"]),
    ...["--unshare-uts", "--unshare-cgroup-try", "--disable-userns", "--cap-drop", "ALL"],
    ...["--uid", id, "--gid", id, "--hostname", "isolated"],
    ...plan.system.flatMap(({ path, link }) =>
      link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path],
    ),
    ...plan.configuration.flatMap((path) => ["--ro-bind-try", path, path]),
    // WHY: bubblewrap 0.8 leaves the kernel's settings writable for whoever is root outside.
    ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"],
    ...["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--dir", "/run", "--dir", home],
    ...tools
      .filter((path) => !isWithin(project, path))
      .flatMap((path) => ["--ro-bind", path, path]),
    ...["--bind", project, project],
    ...gitOutside.flatMap((path) => ["--bind", path, path]),
    ...kept.flatMap((path) => ["--ro-bind-try", path, path]),
    ...hiddenFiles.flatMap((path) => ["--ro-bind-try", "/dev/null", path]),
    ...hiddenDirectories.flatMap((path) => ["--perms", "0000", "--tmpfs", path]),
    ...hiddenDirectories.flatMap((path) => ["--remount-ro", path]),
    ...["--remount-ro", "/", "--chdir", project],
  ];
}

/** The program that runs a command in the profile, and what goes with it. `filter` is a program for the kernel's seccomp. */
export function bubblewrapFiles(plan: IsolationPlan, filter: Uint8Array): Planned {
  const variables = [
    ["PATH", plan.searchPath.join(":")],
    ["HOME", plan.home],
    ["LANG", "C.UTF-8"],
    ...CACHE_VARIABLES,
  ] as const;
  const words = inGroups(bubblewrapProfile(plan));
  const script = [
    "#!/bin/sh",
    "# Runs a command of the project in isolation: ./isolated COMMAND [ARGUMENT...]",
    "# Look at what it lets through from inside: ./isolated sallyport sandbox probe --expect probe.yaml",
    "set -eu",
    '[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }',
    'here=$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd -P)',
    "# No variable goes in but these: what bubblewrap itself was given can be read inside.",
    'exec 9<"$here/calls.seccomp"',
    "exec /usr/bin/env -i \\",
    ...variables.map(([name, value]) => `  ${quotedForShell(`${name}=${value}`)} \\`),
    '  TERM="${TERM:-dumb}" \\',
    "  /usr/bin/bwrap --seccomp 9 \\",
    ...words.map((group) => `    ${group.map(quotedForShell).join(" ")} \\`),
    '    -- "$@"',
    "",
  ].join("\n");
  return {
    files: [
      { name: "isolated", text: script, mode: 0o755 },
      {
        name: "calls.seccomp",
        text: "(a program for the kernel: no key rings, no typing into terminals)\n",
        bytes: filter,
        mode: 0o644,
      },
      { name: "probe.yaml", text: expectationText(plan), mode: 0o644 },
    ],
    notes: [
      "nothing is reached over the network: where hosts are needed, use `--target hold` or `--target sandbox-runtime`",
      "hidden and kept are the places that are there now: make it again when a file with secrets comes",
      ...(plan.user === 0
        ? [
            `you are root: inside, you are user ${PLAIN_USER}, and files of other users cannot be changed`,
          ]
        : []),
      ...(plan.gitOutside.length === 0
        ? []
        : [`git's data lies outside of the project and is written: ${plan.gitOutside.join(", ")}`]),
    ],
  };
}

/** Options with their values, one group a line. */
function inGroups(options: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const word of options)
    if (word.startsWith("--") || groups.length === 0) groups.push([word]);
    else groups.at(-1)?.push(word);
  return groups;
}
