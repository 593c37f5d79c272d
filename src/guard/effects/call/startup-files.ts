// Files by which programs are told what to run when they start, where the call itself wrote them: they may do anything.
import { isWithin, joinPath } from "#base/path.ts";
import { type Text, textOf } from "../../shell/values/text.ts";

type Startup = {
  readonly programs: RegExp;
  /** Below the home directory. */
  readonly home?: string;
  /** Below the working directory. */
  readonly here?: string;
  /** Options whose value is such a file. */
  readonly options?: string;
};

const EDITORS = /^(?:vi|g?vim|r?vim|r?view|g?vimdiff|ex)$/;

/** From the manual of each program, its section on files. What models follow themselves (sqlite3, git, shells) is not here. */
const STARTUPS: readonly Startup[] = [
  { programs: /^(?:rust-)?gdb(?:-multiarch)?$/, home: ".gdbinit .config/gdb", here: ".gdbinit" },
  { programs: /^(?:rust-)?lldb$/, home: ".lldbinit", here: ".lldbinit" },
  { programs: EDITORS, home: ".vimrc .vim .exrc .gvimrc .config/vim", here: ".exrc .vimrc" },
  { programs: /^nvim$/, home: ".config/nvim .local/share/nvim/site", here: ".nvim.lua .exrc" },
  { programs: /^emacs(?:client)?$/, home: ".emacs .emacs.el .emacs.d .config/emacs" },
  { programs: /^r?nano$/, home: ".nanorc .config/nano" },
  { programs: /^less$/, home: ".lesskey .less .config/lesskey" },
  { programs: /^curl$/, home: ".curlrc .config/curlrc" },
  { programs: /^wget2?$/, home: ".wgetrc .config/wget", options: "--config" },
  { programs: /^screen$/, home: ".screenrc", options: "-c" },
  { programs: /^tmux$/, home: ".tmux.conf .config/tmux", options: "-f" },
  { programs: /^zellij$/, home: ".config/zellij", options: "-c --config" },
  {
    programs: /^(?:ssh|scp|sftp|ssh-copy-id|rsync|git|autossh)$/,
    home: ".ssh/config .ssh/rc",
  },
  { programs: /^(?:ssh|scp|sftp|autossh)$/, options: "-F" },
  { programs: /^(?:psql|pg_\w+)$/, home: ".psqlrc .pg_service.conf" },
  {
    programs: /^(?:mysql\w*|mariadb\w*)$/,
    home: ".my.cnf .mylogin.cnf",
    options: "--defaults-file",
  },
  { programs: /^redis-cli$/, home: ".redisclirc" },
  { programs: /^(?:R|Rscript)$/, home: ".Rprofile .Renviron", here: ".Rprofile .Renviron" },
  { programs: /^(?:irb|pry)$/, home: ".irbrc .pryrc", here: ".irbrc .pryrc" },
  { programs: /^(?:gem|bundle|bundler)$/, home: ".gemrc .bundle", here: ".bundle/config" },
  { programs: /^(?:expect|tclsh|wish)[\d.]*$/, home: ".expect.rc .tclshrc .wishrc" },
  { programs: /^guile$/, home: ".guile" },
  { programs: /^gnuplot$/, home: ".gnuplot", here: ".gnuplot" },
  { programs: /^octave$/, home: ".octaverc", here: ".octaverc" },
  { programs: /^ghci?$/, home: ".ghci", here: ".ghci" },
  { programs: /^(?:ipython3?|jupyter)$/, home: ".ipython .jupyter" },
  { programs: /^(?:mutt|neomutt)$/, home: ".muttrc .mutt .config/mutt", options: "-F" },
  { programs: /^(?:mail|mailx|s-nail)$/, home: ".mailrc" },
  { programs: /^lftp$/, home: ".lftprc .config/lftp" },
  { programs: /^(?:ftp|tnftp)$/, home: ".netrc" },
  { programs: /^telnet$/, home: ".telnetrc" },
  { programs: /^(?:w3m|lynx|elinks)$/, home: ".w3m .lynxrc .elinks" },
  { programs: /^gpg2?$/, home: ".gnupg" },
  {
    programs: /^(?:npm|npx|pnpm|yarn)$/,
    home: ".npmrc .yarnrc .yarnrc.yml",
    here: ".npmrc .yarnrc .yarnrc.yml",
  },
  {
    programs: /^cargo$/,
    home: ".cargo/config .cargo/config.toml",
    here: ".cargo/config .cargo/config.toml",
  },
  { programs: /^mvnw?$/, home: ".mavenrc .m2", here: ".mvn" },
  { programs: /^gradlew?$/, home: ".gradle" },
  { programs: /^(?:hg|chg)$/, home: ".hgrc .config/hg", here: ".hg/hgrc" },
  { programs: /^svn$/, home: ".subversion" },
  { programs: /^ansible(?:-\w+)?$/, home: ".ansible.cfg .ansible", here: "ansible.cfg" },
  { programs: /^(?:kubectl|helm|k9s)$/, home: ".kube" },
  { programs: /^(?:docker|podman)$/, home: ".docker" },
  { programs: /^aws$/, home: ".aws" },
  { programs: /^(?:bat|batcat)$/, home: ".config/bat" },
  { programs: /^parallel$/, home: ".parallel" },
  {
    programs: /^perltidy$|^perlcritic$/,
    home: ".perltidyrc .perlcriticrc",
    here: ".perltidyrc .perlcriticrc",
  },
  { programs: /^mpv$/, home: ".mpv .config/mpv", options: "--script" },
  { programs: /^top$/, home: ".toprc .config/procps" },
];

/** Whether a program starts with a file that the call itself wrote before, by its words or from where it always looks. */
export function startsWithWritten(
  name: string,
  args: readonly Text[],
  home: string,
  world: {
    readonly written: () => Iterable<string>;
    readonly directories: readonly (string | undefined)[];
  },
): boolean {
  const own = STARTUPS.filter(({ programs }) => programs.test(name));
  if (own.length === 0) return false;
  const here = world.directories.flatMap((one) => one ?? []);
  const places = own.flatMap((one) => [
    ...listed(one.home).map((file) => joinPath(home, file)),
    ...here.flatMap((directory) =>
      [...listed(one.here), ...namedBy(listed(one.options), args)].map((file) =>
        joinPath(directory, file),
      ),
    ),
  ]);
  for (const path of world.written())
    if (places.some((place) => isWithin(place, path))) return true;
  return false;
}

function listed(line: string | undefined): readonly string[] {
  return line?.split(" ") ?? [];
}

/** The values of options, in the next word or glued. */
function namedBy(options: readonly string[], args: readonly Text[]): readonly string[] {
  const words = args.map((word) => textOf(word));
  return words.flatMap((word, at) => {
    const option = options.find((one) => word?.startsWith(one) === true);
    if (word === undefined || option === undefined) return [];
    const value = word === option ? words[at + 1] : word.slice(option.length).replace(/^=/, "");
    return value === undefined || value === "" ? [] : [value];
  });
}
