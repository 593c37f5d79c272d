// Code that installed programs print for the shell to run, and files of the same kind in the home directory.
import { isWithin } from "#base/path.ts";
import { hole, type Text, type TextSet, textOf } from "../../shell/values/text.ts";

/** Calls that print nothing but such code, by each program's documentation: `eval "$(pyenv init -)"`. */
const PRINTS_SETUP =
  /^(?:brew shellenv|(?:direnv hook|starship init|zoxide init|atuin init|navi widget|mise activate|rtx activate|(?:micromamba|mamba) shell hook(?: -s| --shell)?|conda shell\.\w+ hook)(?: \w+)?|(?:pyenv|rbenv|nodenv|goenv|jenv|plenv) (?:virtualenv-)?init(?: -| --path| --no-rehash| bash| zsh)*|fnm env(?: --[a-z-]+)*(?: bash| zsh)?|(?:opam|opam config) env(?: --[a-z-]+)*|luarocks path(?: --[a-z-]+)*|minikube(?: -p \w+)? (?:docker|podman)-env|docker-machine env(?: \w+)?|thefuck --alias|fzf --(?:bash|zsh)|dircolors(?: -b)?|devbox (?:shellenv|global shellenv)|[a-z][\w-]* completions? (?:-s )?(?:bash|zsh)|register-python-argcomplete [\w-]+)$/;

/** Whether a call prints code that sets up a shell for an installed program. */
export function printsSetup(name: string, args: readonly Text[]): boolean {
  const words = args.map((word) => textOf(word));
  if (words.length > 6 || words.some((word) => word === undefined)) return false;
  return PRINTS_SETUP.test([name, ...words].join(" "));
}

/** What such a call prints: what the program holds, and so no more than running the program does. */
export function setupCode(name: string): TextSet {
  const path = `/usr/bin/${name}`;
  const target = { kind: "path", path, real: path, reach: "entry" } as const;
  return [[hole("dynamic-code", { sources: [{ kind: "file", target }] })]];
}

/** Files below the home directory that a login reads or that installers have people read in their start-up files. */
const SETUP_FILES = new Set([
  ...[".bashrc", ".bash_profile", ".bash_login", ".profile", ".zshrc", ".zprofile", ".zshenv"],
  ...[".nvm/nvm.sh", ".cargo/env", ".local/bin/env", ".deno/env", ".ghcup/env", ".asdf/asdf.sh"],
  ...[".sdkman/bin/sdkman-init.sh", ".rvm/scripts/rvm", ".opam/opam-init/init.sh", ".fzf.bash"],
  ...[".nix-profile/etc/profile.d/nix.sh", ".swiftly/env.sh", ".bun/env", ".rye/env", ".fzf.zsh"],
  ...[".gvm/scripts/gvm", ".jabba/jabba.sh", ".krew/env", ".rbenv/completions/rbenv.bash"],
]);
const CONDA_SETUP =
  /^\.?(?:mini|ana)(?:conda|forge)3?\/(?:etc\/profile\.d\/conda\.sh|bin\/activate)$/;

/**
 * Whether a path is such a file. WHY it counts as installed: the person's own shell runs it at every start, and whoever
 * writes to it is asked about that.
 */
export function isSetupFile(path: string, home: string): boolean {
  if (!isWithin(home, path)) return false;
  const below = path.slice(home.length + 1);
  return SETUP_FILES.has(below) || CONDA_SETUP.test(below);
}
