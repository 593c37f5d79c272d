// Files of a home directory that shells read when they start, by their paths.

/** Start-up files of sh, bash, zsh, ksh, csh, fish, nushell and PowerShell, and what people let them read in turn. */
export const START_FILES =
  /^\.(?:bashrc|bash_profile|bash_login|bash_aliases|bash_functions|profile|zshrc|zshenv|zprofile|zlogin|kshrc|mkshrc|cshrc|tcshrc|login|xprofile|xsessionrc|pam_environment|aliases|functions|exports|extra|env|environment|envrc)$|^\.(?:(?:bash|zsh)rc|bash_profile|profile|zshrc)\.(?:d\/.+|local|\w+)$|^\.(?:bash|zsh|shell)\/[^/]+$|^\.oh-my-zsh\/custom\/.+\.zsh$|^\.config\/(?:fish\/.+\.fish|nushell\/[^/]+\.nu|environment\.d\/[^/]+\.conf|powershell\/[^/]+\.ps1|(?:zsh|bash|shell)\/[^/]+)$|^Documents\/(?:Windows)?PowerShell\/[^/]+\.ps1$/;
