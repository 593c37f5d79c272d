// rclone, smbclient, croc, mail and other programs that bring files of this machine to somebody else.
import {
  EMPTY,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { shellRuns } from "../model/shell-code.ts";
import { effect, egress } from "../model/verbs.ts";

const LOCAL = /^(?:version|help|--version|--help|-h|genautocomplete|listremotes)$/;

/** Calls by which what lies in a store elsewhere is deleted, moved or given other rights. */
const CHANGES_STORE: Readonly<Record<string, RegExp>> = {
  rclone: /^(?:delete|purge|sync|move|rmdirs?|deletefile|cleanup|bisync|moveto)(?= |$)/,
  s3cmd:
    /^(?:\S+ )*?(?:del|rm|rb|mv|modify|setacl|setpolicy|delpolicy|setcors|delcors|setlifecycle|dellifecycle|expire|restore|abortmp)(?= |$)|--delete-removed/,
  mc: /^(?:\S+ )*?(?:rm|rb|mv|undo|anonymous set|retention|legalhold|ilm|replicate|admin|encrypt|event add|tag set)(?= |$)|^mirror\b.*--(?:remove|overwrite)/,
  b2: /^(?:rm|delete[\w-]*|hide-file|update-[\w-]+|cancel[\w-]*|(?:bucket|file|key|account) (?:delete|hide|update)|sync\b.*--delete)(?= |$)/,
  gdrive: /^(?:(?:files|drives|permissions) )?(?:delete|trash|revoke|move)(?= |$)/,
};

export const rclone: CommandModel = command({
  names: [
    "rclone",
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
  own: "twenty programs that send what any word names",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    if (args.length === 0 || LOCAL.test(textOf(args[0] ?? []) ?? "?")) return [];
    const places = name === "rclone" ? onlyHere(args) : undefined;
    if (places !== undefined) return betweenPlaces(textOf(args[0] ?? []) ?? "", places);
    const found: Consequence[] = [];
    const carries: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf([...args, ...(stdin ?? EMPTY)]),
    ];
    const send = (path: Text): void => {
      found.push(reads(path, "tree"));
      carries.push(...sourcesOf(context.contentOf(path)));
    };
    for (const word of args) {
      const text = textOf(word);
      if (text === undefined) send(word);
      else
        for (const path of pathsIn(text))
          if (isPlace(path, context.isFile(literal(path)) || context.isDirectory(literal(path))))
            send(literal(path));
    }
    for (const text of [...args, ...(stdin ?? EMPTY)])
      found.push(...commandsIn(textOf(text) ?? "", name));
    const last = args[args.length - 1];
    if (
      name === "rclone" &&
      last !== undefined &&
      !/:/.test(textOf(last) ?? ":") &&
      args.length > 2
    )
      found.push(writes(last, "create", { reach: "tree", content: FETCHED }));
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    if (CHANGES_STORE[name]?.test(line) === true)
      found.push(
        effect<"deploy">({ kind: "deploy", system: "storage", operation: "remote-write" }),
      );
    if (name === "ipfs" && /^name publish\b/.test(args.map((word) => textOf(word)).join(" ")))
      found.push(
        effect<"publish">({
          kind: "publish",
          channel: "release",
          destination: undefined,
          refs: undefined,
        }),
      );
    return [...found, egress(undefined, carries), ...(isPrinted(name, args) ? [PRINTED] : [])];
  },
});

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

function isPlace(path: string, exists: boolean): boolean {
  return exists || /^(?:\/(?!\/)|\.{1,2}\/|~)/.test(path);
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

/** The operands of a call that names places of this machine alone; undefined where one may be elsewhere. */
function onlyHere(args: readonly Text[]): readonly Text[] | undefined {
  const words = args.slice(1).map((word) => textOf(word));
  const isOption = (at: number): boolean => words[at]?.startsWith("-") === true;
  // The value of an option stands behind it: a plain word there is taken for one.
  const places = args.slice(1).filter((_, at) => !isOption(at) && !(at > 0 && isOption(at - 1)));
  const isElsewhere = words.some(
    (word, at) => word === undefined || (!isOption(at) && /^[\w-]*:/.test(word)),
  );
  return isElsewhere || places.length === 0 ? undefined : places;
}

/** What a call does to directories of this machine: it empties, mirrors, moves or copies them. */
function betweenPlaces(verb: string, places: readonly Text[]): readonly Consequence[] {
  const [from, to] = [places[0] ?? [], places[1]];
  if (/^(?:delete|purge|rmdirs?|deletefile|cleanup|dedupe)$/.test(verb))
    return [deletes(from, "tree")];
  if (to === undefined) return [reads(from, "tree")];
  return [
    reads(from, "tree"),
    writes(to, "create", { reach: "tree" }),
    ...(/^(?:move|moveto)$/.test(verb) ? [deletes(from, "tree")] : []),
    ...(/^(?:sync|bisync)$/.test(verb) ? [deletes(to, "tree")] : []),
  ];
}
