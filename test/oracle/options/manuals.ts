// Asks an installed program what its options are: its manual page, and its own help, which is run where it can change and reach nothing.
import { spawnSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { join } from "node:path";
import type { DocumentedOption, DocumentedProgram } from "./documented.ts";
import { optionsOf } from "./read-options.ts";

const HELP_MS_MAX = 8_000;
const TEXT_BYTES_MAX = 16_000_000;

/** Programs whose help is not asked for: a version that does not know the question may do its work instead. */
const NEVER_ASKED =
  /^(?:shutdown|reboot|halt|poweroff|telinit|init|mkfs\S*|fdisk|sfdisk|cfdisk|parted|wipefs|kill|killall\d*|pkill|yes|dd|true|false|test|\[|:|sleep|login|su|sulogin|agetty|getty|screen|tmux|vi|vim|ed|mail|sendmail)$/;

/** What an installed program documents; undefined where it is not installed or documents nothing that can be read. */
export function documentationOf(name: string): DocumentedProgram | undefined {
  // A subcommand of git has a page of its own and no program.
  const isOfGit = name.startsWith("git-");
  const path = installedAt(isOfGit ? "git" : name);
  if (path === undefined) return undefined;
  const manual = optionsOf(manualPage(name));
  const help = isOfGit || NEVER_ASKED.test(name) ? [] : optionsOf(helpText(path));
  const options = merged(manual, help);
  return options.length === 0 ? undefined : { names: [name], source: sourceOf(path), options };
}

/** The manual goes first: a help text has less room to be exact. A value that it alone knows of leaves the option open. */
function merged(
  manual: readonly DocumentedOption[],
  help: readonly DocumentedOption[],
): readonly DocumentedOption[] {
  const inHelp = new Map(help.map((option) => [option.spelling, option]));
  const known = new Set(manual.map(({ spelling }) => spelling));
  return [
    ...manual.map((option): DocumentedOption => {
      const other = inHelp.get(option.spelling);
      return option.arity === "none" && other !== undefined && other.arity !== "none"
        ? { ...other, arity: "either" }
        : option;
    }),
    ...help.filter(({ spelling }) => !known.has(spelling)),
  ];
}

/** Where a program is installed; undefined where it is not. */
function installedAt(name: string): string | undefined {
  if (!/^[\w[][\w.+-]*$/.test(name)) return undefined;
  for (const directory of ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin"]) {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return join(directory, name);
    } catch {
      // The next directory may have it.
    }
  }
  return undefined;
}

/** The page with its emphasis as overstruck letters, each paragraph one line. */
function manualPage(name: string): string {
  const { stdout } = spawnSync(
    "/usr/bin/man",
    ["-P", "cat", "-S", "1:8:6", "--no-hyphenation", "--no-justification", name],
    {
      encoding: "utf8",
      maxBuffer: TEXT_BYTES_MAX,
      env: {
        PATH: "/usr/bin:/bin",
        LC_ALL: "C.UTF-8",
        MANWIDTH: "2000",
        MAN_KEEP_FORMATTING: "1",
        GROFF_NO_SGR: "1",
      },
    },
  );
  return stdout;
}

/** What a program prints of itself, in a jail without network, rights or anything of a home. */
function helpText(path: string): string {
  const { stdout, stderr } = spawnSync(
    "/usr/bin/bwrap",
    [
      ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
      ...["--tmpfs", "/root", "--tmpfs", "/home", "--tmpfs", "/run", "--tmpfs", "/var/tmp"],
      ...["--unshare-all", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"],
      ...["--die-with-parent", "--new-session", "--clearenv"],
      ...["--setenv", "HOME", "/tmp", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin"],
      ...["--setenv", "COLUMNS", "200", "--setenv", "TERM", "dumb", "--chdir", "/tmp"],
      ...["--", path, "--help"],
    ],
    {
      encoding: "utf8",
      input: "",
      timeout: HELP_MS_MAX,
      killSignal: "SIGKILL",
      maxBuffer: TEXT_BYTES_MAX,
    },
  );
  return `${stdout}\n${stderr}`;
}

/** Package and version by the package manager; empty where no package brought the program. */
function sourceOf(path: string): string {
  for (const one of new Set([realpathSync(path), path, path.replace(/^\/usr/, "")])) {
    const owner =
      spawnSync("/usr/bin/dpkg", ["-S", one], { encoding: "utf8" }).stdout.split(":")[0] ?? "";
    if (!/^[a-z0-9][a-z0-9.+-]*$/.test(owner)) continue;
    const asked = spawnSync("/usr/bin/dpkg-query", ["-W", "-f", "${Version}", owner], {
      encoding: "utf8",
    });
    return `${owner} ${asked.stdout}`;
  }
  return "";
}
