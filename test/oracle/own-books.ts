// What programs read and keep of their own accord, and which programs do their work for them. Effects do not list these.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import type { Observed } from "./trace.ts";
import type { World } from "./world.ts";

/** Which files searching leaves out is written there. */
const IGNORE_FILES = [
  ...["/**/.gitignore", "/**/.ignore", "/**/.rgignore", "/**/.fdignore", "/**/.agignore"],
  ...["/**/.git/info/exclude", "/**/.hgignore", "~/.gitconfig", "~/.config/git/ignore"],
];

const NPM = ["~/.npmrc", "~/.npm/**", "~/.cache/**", "~/.gitconfig", "/**/package.json"];

/**
 * Globs by program; `~` is the home. WHY they are no effects: the person's own choice of settings is in force whoever
 * types the command, and a cache or a log says nothing that the command did not do. Credentials among them belong to
 * the effect `egress` with a known destination.
 */
const BOOKS: Readonly<Record<string, readonly string[]>> = {
  ack: IGNORE_FILES,
  ag: IGNORE_FILES,
  at: ["/var/spool/cron/**"],
  bash: ["~/.bash_history", "~/.bashrc", "~/.bash_profile", "~/.bash_login", "~/.profile"],
  // Attributes are asked for by way of an open file, of which nothing is read.
  chattr: ["/**"],
  lsattr: ["/**"],
  fdfind: IGNORE_FILES,
  gcloud: ["~/.config/gcloud/**"],
  gh: ["~/.config/gh/**", "~/.local/state/gh/**"],
  git: ["~/.gitconfig", "~/.config/git/**", "~/.netrc", "~/.git-credentials"],
  gpg: ["~/.gnupg/**"],
  gdb: ["/usr/share/gdb/**"],
  grep: IGNORE_FILES,
  java: ["/tmp/hsperfdata_*", "/tmp/hsperfdata_*/**"],
  jar: ["/tmp/hsperfdata_*", "/tmp/hsperfdata_*/**"],
  javac: ["/tmp/hsperfdata_*", "/tmp/hsperfdata_*/**"],
  // What gem asked of its servers.
  gem: ["~/.local", "~/.local/share", "~/.local/share/gem", "~/.local/share/gem/specs/**"],
  kubectl: ["~/.kube/**"],
  man: ["/var/cache/man/**"],
  // Whether a script is a module is written in the nearest package.json.
  node: ["~/.npmrc", "/**/package.json"],
  npm: NPM,
  npx: NPM,
  pip: ["~/.cache/pip/**", "~/.config/pip/**"],
  psql: ["~/.pgpass", "~/.psqlrc"],
  rg: IGNORE_FILES,
  ssh: ["~/.ssh/config", "/etc/passwd"],
  su: ["/var/log/**"],
  top: ["~/.config/procps", "~/.config/procps/**"],
  "trash-put": ["~/.local/**"],
  // A copy for crashes, which stays where the editor is ended before its time.
  vim: ["/**/.*.sw[a-px]"],
  zsh: ["~/.zshrc", "~/.zshenv", "~/.zprofile", "~/.zlogin", "~/.zsh_history"],
  parallel: ["~/.parallel", "~/.parallel/**"],
  screen: ["/run/screen", "/run/screen/**"],
  tmux: ["/tmp/tmux-*", "/tmp/tmux-*/**"],
};

/**
 * What git keeps about a repository, and the files that it compares with that or stores in it. WHY they are no effects:
 * `history`, `publish` and the writes of mode `tracked` speak of the repository as a whole. What makes git run programs
 * is not among them.
 */
const REPOSITORY = /\/(?:\.git|[^/]+\.git)(?:\/(?!hooks(?:\/|$)|config$).*)?$/;

/** Byte code that python keeps beside modules of the system whenever that is out of date. */
const BYTE_CODE = /^\/usr\/(?:local\/)?lib\/python3[^/]*\/(?:.*\/)?__pycache__(?:\/|$)/;

/** Whether the event is a program's own bookkeeping. */
export function isOwnBook(event: Extract<Observed, { path: string }>, world: World): boolean {
  const names = event.programs.map(baseName);
  if (BYTE_CODE.test(event.path)) return true;
  if (names.includes("git")) {
    if (REPOSITORY.test(event.path)) return true;
    if (event.kind === "read" && /^git(?:-|$)/.test(names[0] ?? "")) return true;
  }
  // What a shell starts is no shell: of the files of shells only what they open themselves counts as theirs.
  return names
    .filter((name, at) => at === 0 || !/^(?:ba|z)sh$/.test(name))
    .flatMap((name) => BOOKS[name] ?? [])
    .flatMap((glob) => [glob, glob.replace(/\/\*\*$/, "")])
    .some((glob) => compileGlob(glob.replace(/^~/, escapeGlob(world.home)))(event.path));
}

/** Small programs that scripts of the system are written with; what they do is seen in any case. */
const SCRIPTING = [
  ...["basename", "cat", "cut", "dirname", "envsubst", "expr", "getopt", "gettext", "id", "ls"],
  ...["lsb_release", "readlink", "sed", "tput", "tr", "uname"],
];

/** Programs that others start to do their work: the second is a part of the first, whatever words it is given. */
const HELPERS: Readonly<Record<string, readonly string[]>> = {
  ag: ["git"],
  bash: ["id"],
  batch: ["at"],
  // Which one reads an archive shows only in its first bytes.
  bsdtar: ["gzip", "bzip2", "xz", "lzma", "lzip", "lzop", "zstd", "compress"],
  colordiff: ["diff"],
  diff3: ["diff"],
  dpkg: ["dpkg-query"],
  egrep: ["grep"],
  fakeroot: ["faked-sysv", "faked-tcp", ...SCRIPTING],
  fgrep: ["grep"],
  gcloud: ["python3", ...SCRIPTING],
  gem: ["ruby"],
  // The client names `true` as the editor of git.
  git: ["true", "sleep", ...SCRIPTING],
  gpg: ["gpg-agent"],
  // Which of groff's programs a page goes through depends on the page and on where it is shown.
  man: [
    ...["grops", "gropdf", "grolj4", "grohtml", "pre-grohtml", "post-grohtml", "eqn", "neqn"],
    ...["pic", "refer", "grn", "soelim", "chem", "tbl", "troff", "groff", "nroff", "preconv"],
  ],
  mvn: ["java", ...SCRIPTING],
  npm: ["node"],
  npx: ["node"],
  // It counts the processors, and remembers how many there are.
  parallel: ["lscpu"],
  pip: SCRIPTING,
  scp: ["ssh"],
  sdiff: ["diff"],
  sftp: ["ssh"],
  // Which one reads an archive shows only in its first bytes.
  tar: ["gzip", "bzip2", "xz", "lzma", "lzip", "lzop", "zstd", "compress"],
  yq: ["jq"],
  // Python looks for libraries of the system, and the media's format is read by a second program.
  "yt-dlp": ["file", "ldconfig", "ffmpeg", "ffprobe"],
  zgrep: ["grep", "gzip", ...SCRIPTING],
};

/** Whether a program is started as a part of another one. `programs`: it and those that led to it, the last one first. */
export function isHelper(programs: readonly string[]): boolean {
  const [name = "", ...starters] = programs.map(baseName);
  return starters.some((starter) => HELPERS[starter]?.includes(name));
}
