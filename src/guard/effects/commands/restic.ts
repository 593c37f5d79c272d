// restic, borg, kopia and duplicity: copies of trees that go to a place of their own, here or elsewhere.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, toAccount } from "../model/verbs.ts";

const LOOKS =
  /^(?:snapshots|ls|list|stats|diff|find|check|version|help|cat|info|repo|repository|snapshot|policy|verify|collection-status|list-current-files|with-lock|key|status|content|blob|index|manifest|benchmark)$/;
const TAKING =
  /^(?:-r|--repo|-p|--password-file|--password-command|--exclude|-e|--exclude-file|--files-from|--include|-i|--target|-t|--tag|--host|-H|--keep-\w+|--compression|-C|--remote-path|-o|--option|--path|--patterns-from|--pattern|--comment|--repository-file|--cache-dir)$/;

export const restic: CommandModel = command({
  names: ["restic", "borg", "kopia", "duplicity", "rdiff-backup", "rsnapshot"],
  own: "six programs of their own verbs and options",
  options: {},
  effects: ({ args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.every((word) => /^(?:--version|-V|--help|-h|version|help)$/.test(word ?? "?")))
      return [];
    const operands = args.filter(
      (word, at) => !knownPrefix(word).startsWith("-") && !TAKING.test(words[at - 1] ?? ""),
    );
    const [verb = "", ...rest] = operands.map((word) => textOf(word) ?? "?");
    const named = optionValues(args, "-r", "--repo");
    const files = optionValues(
      args,
      "-p",
      "--password-file",
      "--files-from",
      "--exclude-file",
      "--repository-file",
    );
    const commands = optionValues(args, "--password-command");
    const found: Consequence[] = [
      ...files.map((path) => reads(path)),
      ...commands.map((text): Consequence => ({ kind: "script", texts: [text], positional: [] })),
      prints(madeOf([[]])),
    ];
    const trees = operands.slice(1).filter((word) => !isRepository(word));
    const repositories = [...named, ...operands.slice(1).filter(isRepository)];
    const isBackup =
      /^(?:backup|create|full|incremental|incr)$/.test(verb) ||
      (verb === "snapshot" && rest[0] === "create");
    if (isBackup) {
      found.push(
        ...trees.filter((path) => textOf(path) !== "create").map((path) => reads(path, "tree")),
      );
      found.push(...repositories.flatMap((word) => reaches(word, trees.length > 0, context)));
      if (repositories.length === 0) found.push(toAccount([{ kind: "unknown" }]));
      return found;
    }
    found.push(...repositories.flatMap((word) => reaches(word, false, context)));
    if (/^(?:restore|extract|mount|dump|recover)$/.test(verb)) {
      const places = optionValues(args, "--target", "-t");
      return [
        ...found,
        ...(places.length > 0 ? places : [literal(".")]).map((path) =>
          writes(path, "create", { reach: "tree" }),
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
