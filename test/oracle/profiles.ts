// The three shells that commands run in, as the client would start them: snapshot sourced, then eval, then the directory.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** `bare`: bash without start-up files. `hostile`: bash with a start-up file full of surprises. `zsh`: plain zsh. */
export type ProfileName = "bare" | "hostile" | "zsh";

export const PROFILES: readonly ProfileName[] = ["bare", "hostile", "zsh"];

export type Profile = {
  readonly name: ProfileName;
  readonly shell: string;
  /** What the client puts after the snapshot, so that patterns mean what it expects. */
  readonly options: string;
};

const BASH_OPTIONS = "\\builtin shopt -u extglob 2>/dev/null || true";
const ZSH_OPTIONS =
  "\\builtin setopt NO_EXTENDED_GLOB NO_BARE_GLOB_QUAL NO_BRACE_CCL NO_MAGIC_EQUAL_SUBST NO_EQUALS 2>/dev/null || true";

/** How a profile's shell is started. */
export function profileOf(name: ProfileName): Profile {
  return name === "zsh"
    ? { name, shell: "/usr/bin/zsh", options: ZSH_OPTIONS }
    : { name, shell: "/bin/bash", options: BASH_OPTIONS };
}

/** Definitions beside those of the recorded start-up file: what people have, each changing what a command does. */
const MORE_FUNCTIONS: readonly string[] = [
  String.raw`eval $'cd () \n{ \n    builtin cd "$@" && command ls -A > /dev/null\n}' > /dev/null 2>&1`,
  String.raw`eval $'touch () \n{ \n    command touch "$@" && command touch "$HOME/.touched"\n}' > /dev/null 2>&1`,
  String.raw`eval $'head () \n{ \n    command head "$@" | command tee -a "$HOME/head.log"\n}' > /dev/null 2>&1`,
];
const MORE_ALIASES: readonly string[] = [
  "alias -- cp='cp -v'",
  "alias -- mkdir='mkdir -pv'",
  "alias -- sed='sed -E'",
  "alias -- wc='cat pub.txt | wc'",
];

/** Writes the snapshot that the client would have made into `home`; `client` is the program that plays find and grep. */
export function plantSnapshot(name: ProfileName, home: string, client: string | undefined): void {
  const folder = join(home, ".claude", "shell-snapshots");
  mkdirSync(folder, { recursive: true });
  const kind = name === "zsh" ? "zsh" : "bash";
  writeFileSync(
    join(folder, `snapshot-${kind}-1795183982381-oracle.sh`),
    snapshotText(name, client),
  );
}

function snapshotText(name: ProfileName, client: string | undefined): string {
  const kind = name === "zsh" ? "zsh" : "bash";
  const file = new URL(`../client/fixtures/snapshot-${kind}.sh`, import.meta.url);
  const lines = readFileSync(fileURLToPath(file), "utf8").split("\n");
  const clients = lines.findIndex((line) => line.startsWith("# Check for rg availability"));
  const path = lines.findIndex((line) => line.startsWith("export PATH="));
  const own = [...lines.slice(clients, path), "export PATH=/usr/bin:/bin"];
  const start = lines.slice(0, 3);
  const text = (name === "hostile" ? [...hostileLines(lines, clients), ...own] : [...start, ...own])
    .join("\n")
    .replaceAll("/opt/claude/claude", client ?? "/opt/claude/claude");
  return `${text}\n`;
}

function hostileLines(lines: readonly string[], end: number): readonly string[] {
  return lines
    .slice(0, end)
    .flatMap((line) =>
      line === "# Shell Options"
        ? [...MORE_FUNCTIONS, line]
        : line.startsWith("alias -- g=")
          ? [...MORE_ALIASES, line]
          : [line],
    );
}

/** The text after `-c` with which the client runs `command`; the shell's last directory goes to `directoryFile`. */
export function wrapCommand(
  profile: Profile,
  command: string,
  places: { readonly home: string; readonly directoryFile: string },
): string {
  const kind = profile.name === "zsh" ? "zsh" : "bash";
  const snapshot = `${places.home}/.claude/shell-snapshots/snapshot-${kind}-1795183982381-oracle.sh`;
  const cleared = ["which", "unsetenv"]
    .map(
      (name) =>
        `{ \\builtin unalias -- '${name}'; \\builtin unset -f -- '${name}'; } >/dev/null 2>&1 || true`,
    )
    .join(" && ");
  // WHY: with a `<` of its own the command keeps the client's open socket as input; here that is empty, or it would wait.
  const input = command.includes("<") ? "" : " < /dev/null";
  const quoted = `'${command.replaceAll("'", `'"'"'`)}'`;
  return `source ${snapshot} 2>/dev/null || true && ${profile.options} && ${cleared} && eval ${quoted}${input} && pwd -P >| ${places.directoryFile}`;
}
