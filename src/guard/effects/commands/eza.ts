// eza, exa and lsd: list names and metadata.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

export const eza: CommandModel = reporter(["eza", "exa", "lsd"], {
  choice: taking(
    "-I --ignore-glob -L --level --depth -s --sort -t --time --time-style --date --size --blocks --icon --icon-theme --permission --group-dirs --width",
  ),
  glued: maybeTaking("--color --colour --icons --classify --hyperlink --color-scale --git-repos"),
  style: flags(
    "-1 --oneline -l --long -a --all -A --almost-all -d --list-dirs --directory-only -R --recurse --recursive -T --tree -x --across -F -G --grid -r --reverse -D --only-dirs -f --only-files --group-directories-first --group-directories-last --git-ignore -b --binary -B --bytes -g --group --smart-group -h --header -H --links -i --inode -m --modified -M --mounts -n --numeric -S --blocksize -u --accessed -U --created -X --dereference -Z --context -@ --extended --git --no-git --no-permissions --no-filesize --no-user --no-time --no-icons --octal-permissions --total-size --show-symlinks --no-symlinks -V -v --versionsort -c --no-quotes --stdin --human-readable",
  ),
});
