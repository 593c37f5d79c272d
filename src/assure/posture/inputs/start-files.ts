// The one list of files that shells read when they start, below a home directory and of the whole machine.

/** What sh, bash, zsh, ksh and csh read first, what sessions of the desktop read, and what people let them read in turn. */
export const START_NAMES: readonly string[] = [
  ...[".bashrc", ".bash_profile", ".bash_login", ".bash_aliases", ".bash_functions", ".profile"],
  ...[".zshrc", ".zshenv", ".zprofile", ".zlogin", ".kshrc", ".mkshrc", ".cshrc", ".tcshrc"],
  ...[".login", ".xprofile", ".xsessionrc", ".pam_environment", ".aliases", ".functions"],
  ...[".exports", ".extra", ".env", ".environment", ".envrc"],
  ...[".bashrc.local", ".zshrc.local", ".bash_profile.local", ".profile.local"],
];

/** Folders of a home directory in which such files lie; `START_FILES` says which. fish, nushell, systemd and PowerShell too. */
export const START_FOLDERS: readonly string[] = [
  ...[".bashrc.d", ".zshrc.d", ".bash_profile.d", ".profile.d", ".bash", ".zsh", ".shell"],
  ...[".oh-my-zsh/custom", ".config/fish", ".config/nushell", ".config/environment.d"],
  ...[".config/powershell", ".config/zsh", ".config/bash", ".config/shell"],
  ...["Documents/PowerShell", "Documents/WindowsPowerShell"],
];

const IN_FOLDERS =
  /^\.(?:(?:bash|zsh)rc|bash_profile|profile)\.(?:d\/.+|\w+)$|^\.(?:bash|zsh|shell)\/[^/]+$|^\.oh-my-zsh\/custom\/.+\.zsh$|^\.config\/(?:fish\/.+\.fish|nushell\/[^/]+\.nu|environment\.d\/[^/]+\.conf|powershell\/[^/]+\.ps1|(?:zsh|bash|shell)\/[^/]+)$|^Documents\/(?:Windows)?PowerShell\/[^/]+\.ps1$/;
/** Start-up files below a home directory, by their paths in it. */
export const START_FILES = new RegExp(
  `^(?:${START_NAMES.map((name) => name.replaceAll(".", String.raw`\.`)).join("|")})$|${IN_FOLDERS.source}`,
);

/** Those of the whole machine, and the folders that they take in. */
export const SYSTEM_START_NAMES: readonly string[] = [
  ...["/etc/environment", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc"],
  ...["/etc/zshenv", "/etc/zprofile", "/etc/zshrc"],
];
export const SYSTEM_START_FOLDERS: readonly string[] = [
  "/etc/profile.d",
  "/etc/zsh",
  "/etc/environment.d",
];
/** Start-up files of the machine, by their paths. */
export const SYSTEM_START_FILES =
  /^\/?etc\/(?:environment|profile|bash\.bashrc|bashrc|zshenv|zprofile|zshrc|profile\.d\/[^/]+\.sh|zsh\/z\w+|environment\.d\/[^/]+\.conf)$/;
