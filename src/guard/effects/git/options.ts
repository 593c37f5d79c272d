// Options of git's subcommands, written as one line of words each.
import { lazily } from "#base/lazily.ts";
import type { OptionSpec } from "../model/command-model.ts";

/** Options of one subcommand, each under its first spelling; read from their lines when the subcommand is first called. */
export type GitOptions = () => Readonly<Record<string, OptionSpec>>;

/**
 * Options from a line of words, with spellings of one option joined by `|`: `-q|--quiet` is a flag, `-m|--message=` needs
 * a value, `-S|--gpg-sign?` may have one glued to it. For every long option there is also its `--no-` form.
 */
function readOptions(lines: readonly string[]): Readonly<Record<string, OptionSpec>> {
  const table: Record<string, OptionSpec> = {};
  const plain = new Set<string>();
  for (const word of lines.join(" ").split(/\s+/)) {
    if (word === "") continue;
    const last = word.at(-1);
    const value = last === "=" ? "required" : last === "?" ? "optional" : "none";
    const names = (value === "none" ? word : word.slice(0, -1)).split("|");
    table[names[0] ?? word] = { names, value };
    for (const name of names) plain.add(name);
  }
  for (const name of plain) {
    const opposite = `--no-${name.slice(2)}`;
    if (!name.startsWith("--") || name.startsWith("--no-") || plain.has(opposite)) continue;
    table[opposite] = { names: [opposite], value: "none" };
  }
  return table;
}

/** What every subcommand takes. */
const EVERYWHERE = "-q|--quiet -v|--verbose --end-of-options --progress";

/** Options of a subcommand besides those that all of them have. */
export function optionsOf(...lines: readonly string[]): GitOptions {
  return lazily(() => readOptions([EVERYWHERE, ...lines]));
}

/** How differences are found and shown. */
export const DIFF = `-p|-u|--patch -s|--no-patch -U|--unified= -W|--function-context --raw --patch-with-raw
  --patch-with-stat --numstat --shortstat -X|--dirstat? --cumulative --dirstat-by-file? --check --summary --name-only
  --name-status --stat? --stat-width= --stat-name-width= --stat-graph-width= --stat-count= --compact-summary --binary
  --full-index --color? --ws-error-highlight= --abbrev? --src-prefix= --dst-prefix= --line-prefix= --no-prefix
  --inter-hunk-context= --output-indicator-new= --output-indicator-old= --output-indicator-context=
  -B|--break-rewrites? -M|--find-renames? -D|--irreversible-delete -C|--find-copies? --find-copies-harder --no-renames
  --rename-empty --follow --minimal -w|--ignore-all-space -b|--ignore-space-change --ignore-space-at-eol
  --ignore-cr-at-eol --ignore-blank-lines -I|--ignore-matching-lines= --indent-heuristic --patience --histogram
  --diff-algorithm= --anchored= --word-diff? --word-diff-regex= --color-words? --color-moved? --color-moved-ws=
  --relative? -a|--text --exit-code --ext-diff --textconv --ignore-submodules? --submodule? --ita-invisible-in-index
  --ita-visible-in-index -S= -G= --pickaxe-all --pickaxe-regex -O= --rotate-to= --skip-to= --find-object=
  --diff-filter= --output= -R -l= -z -m -c --cc --combined-all-paths --diff-merges= --remerge-diff --base --ours
  --theirs -1 -2 -3 -0 --default-prefix --merge-base --cached --staged --no-index`;

/** Which commits, and how each is shown. */
export const COMMITS = `--source --mailmap|--use-mailmap --clear-decorations --decorate-refs= --decorate-refs-exclude=
  --decorate? -n|--max-count= --skip= --since|--after= --until|--before= --since-as-filter= --author= --committer=
  --grep= --grep-reflog= --all-match --invert-grep -i|--regexp-ignore-case --basic-regexp -E|--extended-regexp
  -F|--fixed-strings -P|--perl-regexp --remove-empty --merges --no-merges --min-parents= --max-parents= --first-parent
  --exclude-first-parent-only --not --all --branches? --tags? --remotes? --glob= --exclude= --exclude-hidden= --reflog
  --alternate-refs --single-worktree --ignore-missing --stdin --bisect --cherry-mark --cherry-pick --left-only
  --right-only --cherry -g|--walk-reflogs --merge --boundary --simplify-by-decoration --show-pulls --full-history
  --dense --sparse --simplify-merges --ancestry-path? --date-order --author-date-order --topo-order --reverse
  --no-walk? --do-walk --pretty? --format= --abbrev-commit --oneline --encoding= --expand-tabs? --notes?
  --show-notes? --standard-notes --show-signature --relative-date --date= --parents --children --left-right --graph
  --show-linear-break? -t --log-size -L= -4 -5 -6 -7 -8 -9 --header --timestamp --count --use-bitmap-index --objects
  --objects-edge --unpacked --object-names --filter= --disk-usage? --missing= --show-linear-break --no-commit-header
  --commit-header -r --root --always --full-diff --max-age= --min-age= --in-commit-order --line-prefix= --unsorted
  --exclude-promisor-objects --bisect-all --bisect-vars --indexed-objects --objects-edge-aggressive
  --filter-print-omitted --filter-provided-objects --no-commit-id --quiet`;

/** Which references. */
export const REFS = `--contains? --no-contains? --with= --without= --merged? --no-merged? --sort= --points-at= --format=
  --color? --column? -i|--ignore-case --abbrev? --count= --exclude= --omit-empty`;

/** How two histories are joined. */
export const MERGE = `--stat -n --summary --log? --squash --commit -e|--edit --cleanup= --ff --ff-only
  --rerere-autoupdate --verify-signatures -s|--strategy= -X|--strategy-option= -m|--message= -F|--file= --into-name=
  --abort --quit --continue --skip --allow-unrelated-histories -S|--gpg-sign? --autostash --overwrite-ignore --signoff
  --verify --no-verify --compact-summary`;

/** What fetch and pull share. */
export const FETCH = `--all -a|--append --atomic --upload-pack= -f|--force -t|--tags -n -j|--jobs= -p|--prune
  -P|--prune-tags --recurse-submodules? --dry-run -k|--keep --depth= --shallow-since= --shallow-exclude= --deepen=
  --unshallow --update-shallow --refmap= -o|--server-option= -4|--ipv4 -6|--ipv6 --negotiation-tip=
  --show-forced-updates --set-upstream --filter= --auto-maintenance --auto-gc --write-fetch-head
  -u|--update-head-ok --prefetch --refetch -m|--multiple --porcelain --write-commit-graph --stdin --negotiate-only
  --submodule-prefix= --recurse-submodules-default=`;
