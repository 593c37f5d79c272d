// restic, borg, kopia and duplicity: copies of trees that go to a place of their own, here or elsewhere.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type OptionSpec,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, toAccount } from "../model/verbs.ts";

const LOOKS =
  /^(?:snapshots|ls|list|stats|diff|find|check|version|help|cat|info|repo|repository|snapshot|policy|verify|collection-status|list-current-files|with-lock|key|status|content|blob|index|manifest|benchmark)$/;
/** The model of a program of copies, which go to a store that only it and its options name. */
function copying(
  names: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): CommandModel {
  return command({
    names,
    // Copies that come or go are noted by the verb; what no list has says how they are made.
    hasOtherOptions: true,
    options: { ...options, about: flags("--version --help -h -V") },
    effects: ({ name, args, operands, has, values }, context): readonly Consequence[] => {
      const words = operands.map((word) => textOf(word) ?? "?");
      const isAbout = words.every((word) => /^(?:version|help)$/.test(word));
      if (isAbout && (args.length === words.length || has("about"))) return [];
      const [verb = "", ...rest] = words;
      // Two of them need no verb: the first word is copied to the second.
      const isPlain = /^(?:duplicity|rdiff-backup)$/.test(name) && !VERB.test(verb);
      const behind = isPlain ? operands : operands.slice(1);
      const found: Consequence[] = [prints(madeOf([[]]))];
      const isBackup = BACKS_UP.test(`${verb} ${rest[0] ?? ""}`);
      const local = behind.filter((word) => !isRepository(word));
      const trees = isPlain ? local.slice(0, 1) : local;
      const repositories = [
        ...values("repository"),
        ...behind.filter(isRepository),
        ...(isPlain ? local.slice(1) : []),
      ];
      if (isPlain && behind[0] !== undefined && isRepository(behind[0]))
        return [
          ...found,
          ...repositories.flatMap((word) => reaches(word, false, context)),
          ...local.map((path) => writes(path, "create", { reach: "tree" })),
        ];
      if (isBackup || (isPlain && behind.length > 1)) {
        found.push(
          ...trees.filter((path) => textOf(path) !== "create").map((path) => reads(path, "tree")),
        );
        found.push(...repositories.flatMap((word) => reaches(word, trees.length > 0, context)));
        if (repositories.length === 0) found.push(toAccount([{ kind: "unknown" }]));
        return found;
      }
      found.push(...repositories.flatMap((word) => reaches(word, false, context)));
      if (/^(?:restore|extract|mount|dump|recover)$/.test(verb)) {
        // What is copied back, or shown as a folder, goes where a word says that no option names.
        const named = /^(?:restore|mount)$/.test(verb) ? local : [];
        const places = values("target");
        return [
          ...found,
          ...(places.length > 0 ? places : [literal("."), ...named]).map((path) =>
            verb === "mount" ? writes(path, "create") : writes(path, "create", { reach: "tree" }),
          ),
        ];
      }
      return LOOKS.test(verb) &&
        !rest.some((word) => /^(?:delete|remove|add|passwd|set|expire)$/.test(word))
        ? found
        : [
            ...found,
            ...(LOSES.test(verb) ? repositories.flatMap(inFolder) : []),
            effect<"deploy">({ kind: "deploy", system: "backups", operation: verb }),
          ];
    },
  });
}

const BACKS_UP = /^(?:(?:backup|create|full|incremental|incr) |snapshot create$)/;
/** Verbs of the two programs that need none. */
const VERB =
  /^(?:backup|full|incremental|incr|restore|verify|cleanup|collection-status|list[\w-]*|remove[\w-]*|replicate|calculate|compare|complete|info|regress|server|test|version|help|\?|)$/;

export const restic: CommandModel = copying(["restic"], {
  repository: taking("-r --repo"),
  target: taking("-t --target"),
  file: role(
    "input",
    taking(
      "-p --password-file --files-from --files-from-raw --files-from-verbatim --exclude-file --iexclude-file --include-file --repository-file --from-repository-file --from-password-file --cacert",
    ),
  ),
  key: role("key", taking("--tls-client-cert")),
  program: role("shell code", taking("--password-command --from-password-command")),
  store: taking("-o --option --from-repo"),
  cache: role("output tree", taking("--cache-dir")),
  choice: taking(
    "-e --exclude --iexclude -i --include --iinclude --tag --host -H --path --compression --keep-last --keep-hourly --keep-daily --keep-weekly --keep-monthly --keep-yearly --keep-within --keep-tag --group-by -g --limit-download --limit-upload --pack-size --retry-lock --key-hint --parent --time --read-data-subset --stdin-filename --exclude-larger-than --max-unused --max-repack-size",
  ),
  style: flags(
    "-q --quiet -v --verbose --no-cache --no-lock --json --cleanup-cache --dry-run -n --one-file-system -x --prune --force -f --stdin --with-atime --insecure-tls --verify -l --long --latest",
  ),
});

export const borg: CommandModel = copying(["borg"], {
  repository: taking("-r --repo"),
  file: role("input", taking("--patterns-from --exclude-from")),
  program: role("shell code", taking("--rsh")),
  log: role("output", taking("--debug-profile --log-json-file")),
  choice: taking(
    "-e --exclude --pattern --comment -C --compression --remote-path --umask --upload-ratelimit --upload-buffer --lock-wait --timestamp -c --checkpoint-interval --chunker-params --files-cache --stdin-name --stdin-user --stdin-group --stdin-mode -P --prefix -a --glob-archives --format --keep-within --keep-last -H --keep-hourly -d --keep-daily -w --keep-weekly -m --keep-monthly -y --keep-yearly --strip-components --encryption --first --last --sort-by",
  ),
  style: flags(
    "-p --progress -v --verbose --info --debug -s --stats -n --dry-run --list --json --log-json -x --one-file-system --force --show-rc --show-version --bypass-lock --exclude-caches --sparse --stdout",
  ),
});

export const kopia: CommandModel = copying(["kopia", "duplicity", "rdiff-backup", "rsnapshot"], {
  target: taking("--target"),
  file: role(
    "input",
    taking(
      "--password-file --files-from --include-filelist --exclude-filelist --include-globbing-filelist --exclude-globbing-filelist",
    ),
  ),
  settings: role("input", taking("-c --config-file")),
  program: role("shell code", taking("--remote-schema")),
  log: role("log", taking("--log-file")),
  cache: role("output tree", taking("--archive-dir --cache-directory --log-dir")),
  choice: taking(
    "-p --password --exclude --include --exclude-regexp --include-regexp --time --restore-time -r --restore-as-of --tags --description --parallel --encrypt-key --sign-key --encrypt-sign-key --full-if-older-than --volsize --name --file-to-restore --path-to-restore --gpg-options --ssh-options --rsync-options --tempdir --override-username --override-hostname --verbosity",
  ),
});

/** Verbs after which copies are gone. */
const LOSES = /^(?:forget|prune|delete|compact|remove-older-than|remove-all-but-n-full|cleanup)$/;

/** Copies in a folder of this machine go as files do: `/srv/backup`, and borg's `/srv/backup::name`. */
function inFolder(repository: Text): readonly Consequence[] {
  const path = textOf(repository)?.replace(/::.*$/s, "");
  return path !== undefined && /^[/~.]/.test(path) ? [deletes(literal(path), "tree")] : [];
}

/** `sftp:host:/x`, `s3:…`, `ssh://…`, `host:path` of borg. */
function isRepository(word: Text): boolean {
  return /^(?:s3|b2|azure|gs|swift|rest|rclone|sftp|ssh|https?|webdav|ftp|scp|rsync|file|boto3\+s3|[\w.-]+@[\w.-]+):|::/.test(
    knownPrefix(word),
  );
}

/** Where the copies are: another machine, or a folder of this one. */
function reaches(
  repository: Text,
  sends: boolean,
  { home }: { readonly home: string },
): readonly Consequence[] {
  const text = textOf(repository);
  if (text !== undefined && !isRepository(repository))
    return [writes(literal(text.replace(/^~(?=\/)/, home)), "change", { reach: "tree" })];
  const url = text?.replace(/^(?:rest|sftp|s3|webdav):(?=\w)/, "") ?? "?";
  return [
    {
      kind: "contacts",
      url: url.startsWith("?") ? repository : literal(url.replace(/::.*$/, "")),
      scheme: "https",
      carries: sends ? [{ kind: "argument" }, { kind: "unknown" }] : [{ kind: "argument" }],
    },
  ];
}
