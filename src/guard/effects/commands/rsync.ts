// rsync: copies trees here or to other machines, runs programs on both sides, may delete at the destination.
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import {
  append,
  baseOf,
  knownPrefix,
  literal,
  sourcesOf,
  textOf,
  type Text,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, reads, writes, readsTree } from "../model/consequences.ts";
import { copiedOperands, isNoDirectory } from "../paths/destinations.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { copiedContent, remoteOf } from "./ssh.ts";

export const rsync: CommandModel = command({
  names: ["rsync"],
  options: {
    shell: taking("e", "--rsh"),
    remoteProgram: taking("--rsync-path"),
    reads: taking("--files-from --exclude-from --include-from --password-file --early-input"),
    writes: taking("--log-file"),
    batch: taking("--write-batch --only-write-batch"),
    playedBack: taking("--read-batch"),
    trees: taking("T", "--backup-dir --partial-dir --temp-dir"),
    compared: taking("--compare-dest --copy-dest --link-dest"),
    deletes: flags(
      "--delete --delete-before --delete-during --del --delete-delay --delete-after --delete-excluded --delete-missing-args --force",
    ),
    moves: flags("--remove-source-files --remove-sent-files"),
    dry: flags("n", "--dry-run --list-only"),
    sums: flags("c", "--checksum"),
    filter: taking("f", "--filter"),
    daemon: flags("--daemon --server --sender"),
    exclude: taking("--exclude"),
    include: taking("--include"),
    named: taking(
      "BM",
      "-@ --compress-threads --stderr --stop-at --zl --zt --chmod --chown --usermap --groupmap --bwlimit --timeout --contimeout --max-size --min-size --max-delete --modify-window --suffix --block-size --compress-level --compress-choice --zc --checksum-choice --cc --port --sockopts --out-format --log-file-format --info --debug --iconv --address --protocol --skip-compress --stop-after --max-alloc --outbuf --copy-as --remote-option --config --dparam --checksum-seed",
    ),
    optional: maybeTaking("--old-args --new-compress --progress"),
    style: flags(
      "avqrRbuldLkKHpEAXogDtOJNSxPzChi0W68UmsVy4",
      "-I -F --ignore-times --drop-D --i-r --no-W --no-implied-dirs --archive --verbose --quiet --recursive --relative --no-relative --backup --update --inplace --append --append-verify --dirs --mkpath --links --copy-links --copy-unsafe-links --safe-links --munge-links --copy-dirlinks --keep-dirlinks --hard-links --perms --executability --acls --xattrs --owner --group --devices --specials --times --atimes --crtimes --omit-dir-times --omit-link-times --super --fake-super --sparse --preallocate --whole-file --one-file-system --existing --ignore-non-existing --ignore-existing --ignore-errors --ignore-missing-args --partial --delay-updates --prune-empty-dirs --numeric-ids --size-only --fuzzy --compress --cvs-exclude --from0 --protect-args --secluded-args --stats --8-bit-output --human-readable --itemize-changes --fsync --ipv4 --ipv6 --version --help --no-perms --no-owner --no-group --no-o --no-g --no-p --no-times --no-motd --blocking-io --open-noatime --trust-sender --old-dirs --no-i-r --no-inc-recursive --inc-recursive --no-compress --no-whole-file --no-links --no-D --write-devices --copy-devices",
    ),
  },
  effects: ({ operands, has, values }, context) => {
    const found: Consequence[] = [...values("reads"), ...values("compared")].flatMap((path) =>
      textOf(path) === "-" ? [] : [reads(path, "tree")],
    );
    for (const path of values("writes")) found.push(writes(path, "append"));
    // A batch comes with a script that plays it back.
    for (const path of values("batch"))
      found.push(writes(path, "create"), writes(append(path, literal(".sh")), "create"));
    for (const path of values("trees")) found.push(writes(path, "create", { reach: "tree" }));
    for (const program of values("shell")) found.push(...remoteShell(textOf(program)));
    if (values("shell").some((program) => textOf(program) === undefined))
      found.push({
        kind: "unknown",
        reason: "dynamic-command",
        detail: "a remote shell that is not known",
      });
    // Filters may name files with more filters; the daemon serves whatever its settings say.
    if (has("daemon") || values("filter").some((rule) => !/^[-+HSPR!]/.test(textOf(rule) ?? "")))
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: "an option of `rsync` that sallyport does not know",
      });
    for (const path of values("playedBack")) {
      found.push(reads(path));
      if (!has("dry")) found.push(...operands.map((to) => writes(to, "create", { reach: "tree" })));
    }
    if (has("playedBack")) return found;
    const sources = copiedOperands(operands);
    if (sources.length === 0 && operands[0] !== undefined && remoteOf(operands[0]) === undefined)
      return [...found, reads(operands[0], "tree")];
    const target = operands[operands.length - 1];
    if (target === undefined) return found;
    // The first rule that matches wins, so a rule of another kind makes what is left out uncertain.
    const isPlain = !["include", "filter"].some(has) && values("reads").length === 0;
    const leaves = isPlain ? excludePatterns(values("exclude"), values("exclude")) : undefined;
    const carries: DataSource[] = [{ kind: "argument" }];
    const hosts: Text[] = [];
    for (const source of sources) {
      const remote = remoteOf(source);
      if (remote !== undefined) {
        hosts.push(remote.host);
        if (values("remoteProgram").length > 0) found.push(remoteChange(remote.host));
        continue;
      }
      // A dry run looks at names, sizes and times alone, unless sums are asked for.
      const isCounted = has("dry") && !has("sums") && remoteOf(target) === undefined;
      found.push(readsTree(source, { leaves, words: isCounted ? [] : undefined }));
      carries.push({ kind: "unknown" }, ...sourcesOf(context.contentOf(source)));
      if (has("moves") && !has("dry")) found.push(deletes(source, "tree"));
    }
    const there = remoteOf(target);
    if (there !== undefined) {
      hosts.push(there.host);
      if (!has("dry")) found.push(remoteChange(there.host));
      // A program on the other side that is really this machine.
      for (const program of values("remoteProgram"))
        if (/^(localhost|127\.)/.test(textOf(there.host) ?? ""))
          found.push(...shellRuns([program]));
    } else if (!has("dry")) {
      for (const source of sources)
        found.push(...copiesTo(target, source, { isOnly: sources.length === 1, context }));
      if (has("deletes")) found.push(deletes(target, "tree"));
    }
    for (const host of hosts) found.push({ kind: "contacts", url: host, scheme: "ssh", carries });
    const isRemote = operands.some((word) => remoteOf(word) !== undefined && !isDaemon(word));
    if (isRemote && values("shell").length === 0)
      found.push({
        kind: "effect",
        effect: { kind: "execute", program: "ssh", origin: "system", reach: "modelled" },
      });
    return found;
  },
});

/** What of a source is written to a directory of this machine. */
function copiesTo(
  target: Text,
  source: Text,
  { isOnly, context }: { readonly isOnly: boolean; readonly context: ModelContext },
): readonly Consequence[] {
  const remote = remoteOf(source);
  const content = copiedContent(source, context);
  const inside = append(append(target, literal("/")), baseOf(remote?.path ?? source));
  const all = writes(target, "create", { content, reach: "tree" });
  // Behind a slash only what is in the directory is meant; a single file takes a name that nothing has.
  const isNamed =
    isOnly && remote === undefined && context.isFile(source) && isNoDirectory(target, context);
  if (textOf(source)?.endsWith("/") === true || isNamed) return [all];
  return [all, writes(inside, "create", { content, reach: "tree" })];
}

/** `rsync://host/module` and `host::module` are asked without another program. */
function isDaemon(word: Text): boolean {
  return /^rsync:\/\/|^[^/]*::/.test(knownPrefix(word));
}

function remoteChange(host: Text): Consequence {
  return {
    kind: "effect",
    effect: { kind: "deploy", system: textOf(host) ?? "remote", operation: "remote-write" },
  };
}

function remoteShell(program: string | undefined): readonly Consequence[] {
  if (program === undefined) return [];
  if (/["'\\]/.test(program)) return shellRuns(program);
  return [
    {
      kind: "run",
      argv: program
        .trim()
        .split(/\s+/)
        .map((word) => literal(word)),
    },
  ];
}
