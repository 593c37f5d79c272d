// rclone, smbclient, croc, mail and other programs that bring files of this machine to somebody else.
import {
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { shellRuns } from "../model/shell-code.ts";
import { effect, egress } from "../model/verbs.ts";

const LOCAL = /^(?:version|help|--version|--help|-h|genautocomplete|listremotes|completion)$/;

/** Calls by which what lies in a store elsewhere is deleted, moved or given other rights. */
const CHANGES_STORE: Readonly<Record<string, RegExp>> = {
  rclone: /^(?:delete|purge|sync|move|rmdirs?|deletefile|cleanup|bisync|moveto|dedupe)(?= |$)/,
  s3cmd:
    /^(?:\S+ )*?(?:del|rm|rb|mv|modify|setacl|setpolicy|delpolicy|setcors|delcors|setlifecycle|dellifecycle|expire|restore|abortmp)(?= |$)|--delete-removed/,
  mc: /^(?:\S+ )*?(?:rm|rb|mv|undo|anonymous set|retention|legalhold|ilm|replicate|admin|encrypt|event add|tag set)(?= |$)|^mirror\b.*--(?:remove|overwrite)/,
  b2: /^(?:rm|delete[\w-]*|hide-file|update-[\w-]+|cancel[\w-]*|(?:bucket|file|key|account) (?:delete|hide|update)|sync\b.*--delete)(?= |$)/,
  gdrive: /^(?:(?:files|drives|permissions) )?(?:delete|trash|revoke|move)(?= |$)/,
};

/** What any word of these names is sent, whatever option stands in front of it. */
export const senders: CommandModel = command({
  names: [
    "smbclient",
    "croc",
    "wormhole",
    "magic-wormhole",
    "mail",
    "mailx",
    "mutt",
    "neomutt",
    "s-nail",
    "swaks",
    "sendmail",
    "msmtp",
    "transfer",
    "s3cmd",
    "mc",
    "b2",
    "gdrive",
    "ffsend",
    "ipfs",
  ],
  hasOtherOptions: true,
  options: {
    code: role("shell code", taking("--passwordeval --pipe")),
    output: role("output tree", taking("--out --dump-config-to --output-file")),
  },
  effects: ({ name, args, stdin }, context) => {
    if (args.length === 0 || LOCAL.test(textOf(args[0] ?? []) ?? "?")) return [];
    const sent = sends(args, stdin, context);
    const found = [...sent.opened];
    for (const text of [...args, ...(stdin ?? EMPTY)])
      found.push(...commandsIn(textOf(text) ?? "", name));
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    if (CHANGES_STORE[name]?.test(line) === true) found.push(CHANGED);
    if (name === "ipfs" && /^name publish\b/.test(line))
      found.push(
        effect<"publish">({
          kind: "publish",
          channel: "release",
          destination: undefined,
          refs: undefined,
        }),
      );
    return [...found, sent.egress, ...(isPrinted(name, args) ? [PRINTED] : [])];
  },
});

export const rclone: CommandModel = command({
  names: ["rclone"],
  // What a word names is sent or changed, whatever the other options say.
  hasOtherOptions: true,
  options: {
    code: role("shell code", taking("--password-command --metadata-mapper")),
    input: role(
      "input",
      taking(
        "--config --exclude-from --include-from --filter-from --files-from --files-from-raw --bwlimit-file --ca-cert",
      ),
    ),
    key: role("key", taking("--client-key --client-cert")),
    log: role("log", taking("--log-file")),
    written: role("output tree", taking("--backup-dir --cache-dir --temp-dir")),
    reports: role(
      "output",
      taking(
        "--combined --differ --error --match --missing-on-dst --missing-on-src --memprofile --cpuprofile",
      ),
    ),
    choice: taking(
      "--bind --buffer-size --checkers --compare-dest --contimeout --copy-dest --cutoff-mode --dump --exclude --exclude-if-present -f --filter --hash-filter --header --header-download --header-upload --include --log-format --log-level --low-level-retries --max-age --max-backlog --max-buffer-memory --max-connections --max-delete --max-delete-size --max-depth --max-duration --max-size --max-transfer --metadata-exclude --metadata-filter --metadata-include --metadata-set --min-age --min-size --modify-window --multi-thread-cutoff --multi-thread-streams --name-transform --order-by --partial-suffix --rc-addr --retries --retries-sleep --stats --stats-file-name-length --stats-log-level --stats-unit --streaming-upload-cutoff --suffix --syslog-facility --timeout --tpslimit --tpslimit-burst --track-renames-strategy --transfers --user-agent --drive-shared-with-me-id --s3-acl --s3-storage-class --s3-chunk-size --dedupe-mode --format --separator --addr --user --pass",
    ),
    style: flags(
      "-P --progress -v --verbose -vv -q --quiet -n --dry-run -i --interactive -c --checksum -u --update -x --one-file-system -L --copy-links -l --links -M --metadata --ignore-existing --ignore-times -I --ignore-size --ignore-case --ignore-case-sync --ignore-checksum --ignore-errors --immutable --inplace --size-only --delete-before --delete-during --delete-after --delete-excluded --create-empty-src-dirs --fast-list --no-traverse --no-update-modtime --no-update-dir-modtime --no-check-certificate --no-check-dest --no-console --no-unicode-normalization --track-renames --stats-one-line --stats-one-line-date --use-json-log --human-readable --use-server-modtime --use-mmap --use-cookies --resync --force --suffix-keep-extension --error-on-no-transfer --check-first --rc --rc-no-auth --auto-confirm --ask-password --rmdirs --leave-root --by-hash --one-way --download --recursive -R --files-only --dirs-only --json --server-side-across-configs",
    ),
  },
  effects: (invocation, context) => {
    const { args, operands, stdin } = invocation;
    const [first, ...places] = operands;
    const verb = textOf(first ?? args[0] ?? []) ?? "?";
    if (args.length === 0 || LOCAL.test(verb)) return [];
    if (isHere(places, invocation)) return betweenPlaces(verb, places, invocation);
    const last = places.at(-1);
    const sent = sends(args, stdin, context);
    return [
      ...sent.opened,
      ...(last === undefined || /:/.test(textOf(last) ?? ":") || places.length < 2
        ? []
        : [writes(last, "create", { reach: "tree", content: FETCHED })]),
      ...(CHANGES_STORE["rclone"]?.test(verb) === true ? [CHANGED] : []),
      sent.egress,
      ...(isPrinted("rclone", args) ? [PRINTED] : []),
    ];
  },
});

const CHANGED = effect<"deploy">({ kind: "deploy", system: "storage", operation: "remote-write" });

/** All that words name, and what comes in, goes to somebody. */
function sends(
  args: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
): { readonly opened: readonly Consequence[]; readonly egress: Consequence } {
  const paths = args.flatMap((word) => {
    const text = textOf(word);
    return text === undefined
      ? [word]
      : pathsIn(text)
          .map((path) => literal(path))
          .filter((path) => isPlace(path, context));
  });
  return {
    opened: paths.map((path) => reads(path, "tree")),
    egress: egress(undefined, [
      { kind: "argument" },
      ...sourcesOf([...args, ...(stdin ?? EMPTY)]),
      ...paths.flatMap((path) => sourcesOf(context.contentOf(path))),
    ]),
  };
}

/** What lies elsewhere, printed. */
const FETCHED: TextSet = [
  [
    hole("dynamic-code", {
      sources: [
        { kind: "network", destination: { host: undefined, port: undefined, scheme: undefined } },
      ],
    }),
  ],
];
const PRINTED = prints(FETCHED);

/** Whether a call prints a file from elsewhere: `rclone cat`, `mc cat`, `get x -` of smbclient, what others send to `-`. */
function isPrinted(name: string, args: readonly Text[]): boolean {
  const words = args.map((word) => textOf(word) ?? "");
  const line = words.join(" ");
  return name === "smbclient"
    ? /(?:^|[\s;])(?:get\s+\S+\s+-|more\s)/.test(line)
    : words.some((word) => /^(?:cat|rcat|head|file-info|receive)$/.test(word)) ||
        /(?:^|\s)(?:-|\/dev\/stdout)(?:\s|$)/.test(line);
}

/** The word itself, and what stands after `=`, `@` or a letter of an option. */
function pathsIn(text: string): readonly string[] {
  return [
    text,
    text.replace(/^[^=]*=/, ""),
    text.replace(/^[^@]*@/, ""),
    text.replace(/^-[A-Za-z]/, ""),
  ].filter((path, at, all) => path !== "" && !path.startsWith("-") && all.indexOf(path) === at);
}

function isPlace(path: Text, context: ModelContext): boolean {
  const isThere = context.isFile(path) || context.isDirectory(path);
  return isThere || /^(?:\/(?!\/)|\.{1,2}\/|~)/.test(knownPrefix(path));
}

/** Commands of smbclient, and of mail programs: `put x`, `!program`. */
function commandsIn(text: string, name: string): readonly Consequence[] {
  if (name !== "smbclient" && !/mail|mutt/.test(name)) return [];
  return text.split(/[;\n]/).flatMap((line): Consequence[] => {
    const [word = "", first, second] = line.trim().split(/\s+/);
    if (/^(?:!|~!)/.test(word)) return [...shellRuns(line.trim().replace(/^~?!/, ""))];
    if (name !== "smbclient" || first === undefined) return [];
    if (/^(?:put|mput|reput|tar)$/.test(word)) return [reads(literal(first), "tree")];
    return /^(?:get|mget|reget)$/.test(word)
      ? [writes(literal(second ?? first), "create", { content: FETCHED })]
      : [];
  });
}

/** Whether a call names places of this machine alone. */
function isHere(places: readonly Text[], { args }: Invocation): boolean {
  // The value of an option that no list has may name a place elsewhere: `--x y:`.
  const words = args.map((word) => textOf(word));
  return places.length > 0 && words.every((word) => word !== undefined && !/^[^/]*:/.test(word));
}

/** What a call does to directories of this machine: it empties, mirrors, moves or copies them. */
function betweenPlaces(
  verb: string,
  places: readonly Text[],
  { unknownOptions: others }: Invocation,
): readonly Consequence[] {
  // WHY all: the value of an option that no list has is among them.
  const [from, to] =
    others.length > 0 ? [places, places] : [places.slice(0, 1), places.slice(1, 2)];
  if (/^(?:delete|purge|rmdirs?|deletefile|cleanup|dedupe)$/.test(verb))
    return from.map((path) => deletes(path, "tree"));
  const read = from.map((path) => reads(path, "tree"));
  if (places.length < 2 || LISTS.test(verb)) return read;
  return [
    ...read,
    ...to.map((path) => writes(path, "create", { reach: "tree" })),
    ...(/^(?:move|moveto)$/.test(verb) ? from.map((path) => deletes(path, "tree")) : []),
    ...(/^(?:sync|bisync)$/.test(verb) ? to.map((path) => deletes(path, "tree")) : []),
  ];
}

/** Verbs that write nothing. */
const LISTS = /^(?:ls|lsd|lsf|lsjson|lsl|tree|size|cat|check|cryptcheck|md5sum|sha1sum|hashsum)$/;
