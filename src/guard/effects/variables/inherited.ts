// Variables that commands inherit and that name code of the project or of this session: what they make run, and in which programs (decision 0017).
import { byName } from "#base/by-name.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { isWithin, joinPath } from "#base/path.ts";
import type { EnvironmentFacts, Facts, NamedCode, ShellFacts } from "../../facts/facts.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";
import { isEveryday } from "./environment.ts";

/** A variable, the path it names, and where what lies there comes from. */
export type InheritedCode = {
  readonly variable: string;
  readonly path: string;
  readonly origin: CodeOrigin;
};

/** Programs that heed a variable: all, the shell that runs the call, or those of these names. */
type Heeding = "every" | "shell" | RegExp;

const NODE =
  /^(?:node|nodejs|npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack|tsc|tsx|ts-node|eslint|prettier|biome|jest|vitest|mocha|webpack|vite|next|turbo|nx|playwright|cypress|wrangler|vercel|netlify|firebase|serverless|cdk|prisma|markdownlint|stylelint|rollup|parcel|esbuild)$/;
const PYTHON =
  /^(?:python[\d.]*|pip[\d.]*|pipx|pytest|mypy|black|flake8|isort|pylint|poetry|pipenv|tox|nox|aws|az|gcloud|gsutil|bq|ansible(?:-\w+)?|django-admin|flask|jupyter|alembic|pre-commit|http|https|yt-dlp|twine|sphinx-build|yamllint|codespell|csv\w+|xml_?\w+|meson|conda|mamba|sqlfluff)$/;
const PERL = /^(?:perl|prove|cpan|cpanm|ack|exiftool|rename|shasum|parallel)$/;
const RUBY = /^(?:ruby|gem|bundle|bundler|rake|rails|rspec|rubocop|irb|pod|jekyll)$/;
const GIT = /^(?:git|gh|glab|hub|pre-commit)$/;
const PAGING = /^(?:git|man|gh|glab|systemctl|journalctl|psql|mysql|aws|bat|less|zless)$/;
const EDITING =
  /^(?:git|gh|glab|crontab|kubectl|systemctl|visudo|sudoedit|sudo|less|psql|mysql|hg|svn|npm|bundle|gem|sops)$/;

/** First match wins. What is named nowhere here is heeded by whoever it may be. */
const HEEDED: readonly (readonly [RegExp, Heeding])[] = [
  [/^(?:LD_|DYLD_|GCONV_PATH$|GLIBC_TUNABLES$|HOME$)/, "every"],
  [/^BASH_ENV$/, /^(?:bash|rbash)$/],
  [/^ZDOTDIR$|^FPATH$/, /^zsh$/],
  [/^(?:SHELL|CLAUDE_CODE_SHELL|CLAUDE_CODE_SHELL_PREFIX)$/, "shell"],
  [/^(?:PS4|PROMPT_COMMAND|ENV|INPUTRC)$/, /^(?:ba|z|da|k)?sh$/],
  // Their own models look at these, or at what they name.
  [/^(?:PATH|RIPGREP_CONFIG_PATH|TAR_OPTIONS|UNZIP|CDPATH|PYTHONPATH)$|^BASH_FUNC_/, /^$/],
  [/^NODE_|^NPM_CONFIG_|^BUN_/, NODE],
  [/^(?:YARN|PNPM)_/, /^(?:yarn|pnpm)/],
  [/^PYTHON/, PYTHON],
  [/^PERL/, PERL],
  [/^(?:RUBY|GEM_|BUNDLE_)/, RUBY],
  [/^LUA_/, /^(?:lua|luajit|nvim)/],
  [/^PHP/, /^(?:php|composer)/],
  [
    /^(?:JAVA_|_JAVA_|JDK_|CLASSPATH|MAVEN_|GRADLE_)/,
    /^(?:java|javac|jshell|mvn|gradle|sbt|kotlin)/,
  ],
  [/^DOTNET_/, /^dotnet$/],
  [/^R_/, /^(?:R|Rscript)$/],
  [/^AWK/, /^[gm]?awk$/],
  [/^JULIA_/, /^julia$/],
  [/^GUILE_/, /^guile$/],
  [/^ERL_/, /^(?:erl|elixir|iex|mix|rebar3)$/],
  [/^(?:GNU)?MAKEF/, /^g?make$/],
  [/^(?:CC|CXX|LD)$/, /^(?:g?make|cmake|ninja|meson|cargo|go|npm|pip[\d.]*)$/],
  [/^(?:CARGO_|RUST)/, /^(?:cargo|rustc|rustup|rustfmt)$/],
  [/^GO/, /^(?:go|gofmt)$/],
  [/^CMAKE_/, /^cmake$/],
  [/(?:^|_|^MAN)PAGER$|^LESS|^MANOPT$/, PAGING],
  [/(?:^|_)(?:EDITOR|VISUAL)$|^FCEDIT$/, EDITING],
  [/^GIT_/, GIT],
  [/^BROWSER$/, /^(?:xdg-open|open|gh|glab|git|npm|man|cargo|aws|gcloud|az)$/],
  [/^FZF_/, /^fzf$/],
  [/^RSYNC_/, /^rsync$/],
  [/^SSH_ASKPASS$/, /^(?:ssh|scp|sftp|ssh-add|git|rsync)$/],
  [/^(?:SVN_|CVS_|HGRC)/, /^(?:svn|cvs|hg)$/],
  [/^(?:G?VIM|EXINIT|MYVIMRC)/, /^(?:vi|g?vim|nvim|ex|view)$/],
  [/^EMACS/, /^emacs/],
  [/^SUDO_ASKPASS$/, /^sudo(?:edit)?$/],
  [/^GNUPGHOME$/, /^(?:gpg2?|git|apt|apt-get|pass)$/],
  [/^(?:PSQLRC|PGSERVICEFILE)$/, /^(?:psql|pg_\w+|createdb|dropdb)$/],
  [/^MYSQL_HOME$/, /^(?:mysql|mariadb)/],
  [/^WGETRC$/, /^wget$/],
  [/^CURL_HOME$/, /^curl$/],
  [/^AWS_/, /^(?:aws|terraform|cdk|sam)$/],
  [/^KUBECONFIG$|^KUBECTL_/, /^(?:kubectl|helm|k9s|kustomize)$/],
  [/^DOCKER_/, /^(?:docker|docker-compose|podman)$/],
  [/^TF_/, /^(?:terraform|tofu)$/],
  [/^COMPOSER_/, /^composer$/],
  [/^ANSIBLE_/, /^ansible/],
  [/^OPENSSL_/, /^(?:openssl|curl|wget|git|ssh|node|npm|npx)$|^python/],
  [/^(?:GTK|GIO)_/, /^$/],
  [/^NVM_DIR$/, /^$/],
];

/** Values that are a file, whether or not there is a slash in them. */
const FILE_NAMED =
  /^(?:BASH_ENV|ZDOTDIR|PYTHONSTARTUP|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM|GIT_DIR|GIT_EXEC_PATH|WGETRC|PSQLRC|HGRCPATH|CURL_HOME|KUBECONFIG|ANSIBLE_CONFIG|OPENSSL_CONF)$/;
/** Characters of a value in which paths are looked for. */
const VALUE_CHARS_MAX = 4_096;

/** Files that a program takes from a folder that a variable names. */
const FOLDER_FILES: ReadonlyMap<string, string> = new Map([
  ["ZDOTDIR", ".zshenv"],
  ["XDG_CONFIG_HOME", "git/config"],
  ["CURL_HOME", ".curlrc"],
]);

/**
 * Makes facts of an environment; what can be worked out without a call is worked out here, once. `former` are values that
 * may still be in force beside the present ones; `isAccepted` tells which a person accepted.
 */
export function environmentFacts(
  given: Omit<EnvironmentFacts, "named">,
  former: Iterable<readonly [string, string]> = [],
  isAccepted: (name: string, value: string) => boolean = () => false,
): EnvironmentFacts {
  const named: NamedCode[] = [];
  for (const [variable, value] of [...given.variables, ...former]) {
    const pieces = piecesOf(variable, value);
    if (pieces.length > 0)
      named.push({
        variable,
        pieces,
        ...(isAccepted(variable, value) ? { isAccepted: true } : {}),
      });
  }
  return { ...given, named };
}

/** The paths in a value of a variable that makes programs run code; none for one that is harmless. */
export function piecesOf(variable: string, value: string): readonly string[] {
  if (value === "" || value.length > VALUE_CHARS_MAX) return [];
  if (redirectionOf(variable, value) !== "runs-code") return [];
  const words = value.split(/[\s:=,;|&()<>'"`!@]+/);
  // What is glued to an option: `-I/some/folder`.
  const glued = words.map((word) => word.replace(/^-[A-Za-z]+(?=[~/.])/, ""));
  return [...new Set([value, ...words, ...glued])].filter(
    (piece) => piece !== "" && (piece.includes("/") || FILE_NAMED.test(variable)),
  );
}

/** What the origin of a path depends on. */
export type OriginWorld = Pick<Facts, "session"> & {
  /** Whether something was written to an absolute path in this session or call. */
  readonly isWritten: (path: string) => boolean;
  /** The same of anything below a directory. */
  readonly isWrittenBelow: (path: string) => boolean;
};

/** What is asked of the world of a call. */
export type InheritedWorld = OriginWorld & {
  /** Whether something is at an absolute path; looked at only for values that are no absolute path. */
  readonly exists: (path: string) => boolean;
};

/** The code that a session's environment names: a table from programs to what they run besides themselves. */
export type InheritedTable = {
  /** For the shell that a call begins with. */
  shell(dialect: ShellFacts["dialect"]): readonly InheritedCode[];
  of(program: string): readonly InheritedCode[];
};

const NOTHING: InheritedTable = { shell: () => [], of: () => [] };

/**
 * Sorts out which inherited variables name something in the project, or that was written in this session. What lies
 * elsewhere is the will of the person who started the client, and nothing here.
 */
export function inheritedTable(
  environment: EnvironmentFacts | undefined,
  world: InheritedWorld,
): InheritedTable {
  if (environment === undefined) return NOTHING;
  const found: { readonly heeding: Heeding; readonly code: InheritedCode }[] = [];
  for (const named of environment.named) {
    const code = codeNamed(named, world);
    if (code !== undefined) found.push({ heeding: heedingOf(named.variable), code });
  }
  if (found.length === 0) return NOTHING;
  const table = new Map<string, readonly InheritedCode[]>();
  const heeded = (test: (heeding: Heeding) => boolean) =>
    found.filter(({ heeding }) => test(heeding)).map(({ code }) => code);
  return {
    shell(dialect) {
      const names = dialect === "unknown" ? ["bash", "zsh"] : [dialect];
      return heeded((one) => (one instanceof RegExp ? names.some((name) => one.test(name)) : true));
    },
    of(program) {
      const known = table.get(program);
      if (known !== undefined) return known;
      const codes = heeded(
        (one) => one === "every" || (one instanceof RegExp && one.test(program)),
      );
      table.set(program, codes);
      return codes;
    },
  };
}

/** Variables whose value is a line for a shell, or a program with its words. */
const COMMAND_VARIABLE =
  /^(?:SHELL|(?:\w+_|MAN)?PAGER|(?:\w+_)?EDITOR|VISUAL|FCEDIT|(?:\w+_)?ASKPASS|BROWSER|GIT_SSH(?:_COMMAND)?|GIT_PROXY_COMMAND|GIT_EXTERNAL_DIFF|RSYNC_RSH|RSYNC_CONNECT_PROG|CVS_RSH|SVN_SSH|LESSOPEN|LESSCLOSE|PROMPT_COMMAND|CC|CXX|LD|RUSTC(?:_WORKSPACE)?_WRAPPER|CARGO_BUILD_RUSTC(?:_WORKSPACE)?_WRAPPER|CARGO_TARGET_\w+_(?:RUNNER|LINKER))$/;

/** Whether a variable is one of them. */
export const isCommandVariable = byName((name) => COMMAND_VARIABLE.test(name));

/** Programs that start the shell which `SHELL` names for what they are told to run. */
const STARTS_SHELL =
  /^(?:vi|r?vim|nvim|gvim|ex|r?view|g?vimdiff|less|script|screen|tmux|parallel|sem|ssh|scp|sftp|entr|at|batch|su|sudo|sg|newgrp|unshare|nsenter|chroot|setpriv|ssh-agent|xterm|gdb|fzf|mutt|mc|flock)$/;

/** Whether the value of a variable is a command that the program of this name may run. */
export function runsValueOf(variable: string, program: string): boolean {
  if (!isCommandVariable(variable)) return false;
  if (variable === "SHELL") return STARTS_SHELL.test(program);
  const heeding = heedingOf(variable);
  return heeding instanceof RegExp && heeding.test(program);
}

function heedingOf(variable: string): Heeding {
  const upper = variable.toUpperCase();
  return HEEDED.find(([names]) => names.test(upper))?.[1] ?? "every";
}

/** The first path in a value that is code of the project or of this session. */
export function codeNamed(
  { variable, pieces, isAccepted }: NamedCode,
  world: InheritedWorld,
): InheritedCode | undefined {
  const isUsual = isAccepted === true || isUsualInProjects(variable);
  let inProject: InheritedCode | undefined;
  for (const piece of pieces) {
    const path = pathOf(piece, world);
    if (path === undefined) continue;
    const file = FOLDER_FILES.get(variable);
    const origin = originOf(file === undefined ? path : `${path}/${file}`, world);
    if (origin === "generated") return { variable, path, origin };
    if (origin === "project" && isUsual && world.isWrittenBelow(path))
      return { variable, path, origin: "generated" };
    if (origin === "project" && !isUsual) inProject ??= { variable, path, origin };
  }
  return inProject;
}

/** Whether people let a variable name something of a project every day, so that only what is new there counts. */
function isUsualInProjects(variable: string): boolean {
  return (
    /^(?:LD|DYLD(?:_FALLBACK)?)_LIBRARY_PATH$/.test(variable) ||
    (variable !== "SHELL" && isEveryday(variable))
  );
}

/** Where what lies at an absolute path comes from, as far as it matters here. */
export function originOf(
  path: string,
  { session, isWritten }: OriginWorld,
): "generated" | "project" | undefined {
  if (isWritten(path)) return "generated";
  const { projectRoot, home } = session;
  // WHY not in a project that is the whole home: a person's own programs and settings lie there.
  return projectRoot !== home && isWithin(projectRoot, path) ? "project" : undefined;
}

/** The path that a piece of a value means, if it is one; a relative one only where something is there. */
function pathOf(piece: string, { session, isWritten, exists }: InheritedWorld): string | undefined {
  if (piece.startsWith("/")) return joinPath("/", piece);
  if (piece.startsWith("~/")) return joinPath(session.home, piece.slice(2));
  const path = joinPath(session.projectRoot, piece);
  return isWritten(path) || exists(path) ? path : undefined;
}
