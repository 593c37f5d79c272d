// Subcommands of git after which others see something: push and its relatives, mail, other systems, large files.
import {
  dropKnown,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  textOf,
} from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { prints } from "../../model/consequences.ts";
import type { DataSource } from "../../../vocabulary/effect.ts";
import { madeOf } from "../../model/filter.ts";
import {
  type GitCall,
  type Subcommand,
  type SubcommandTable,
  all,
  changesTree,
  fromDirectory,
  history,
  keepsBooks,
  notModelled,
  persists,
  readsFile,
  tracks,
} from "../call.ts";
import { optionsOf } from "../options.ts";
import { contactsRemote } from "./remote-contact.ts";

const PUBLISHES: readonly Consequence[] = publishing([]);

function publishing(more: readonly DataSource[]): readonly Consequence[] {
  return [
    {
      kind: "effect",
      effect: { kind: "publish", channel: "git", destination: undefined, refs: undefined },
    },
    {
      kind: "contacts",
      url: [hole("missing-fact")],
      scheme: "ssh",
      carries: [{ kind: "repository" }, ...more],
    },
  ];
}

const ASKS: Consequence = {
  kind: "contacts",
  url: [hole("missing-fact")],
  scheme: "ssh",
  carries: [{ kind: "argument" }],
};

/** The plumbing of a push: refs go as they are, and by force in the same words. */
const sendsPack: Subcommand = {
  effects: (call) => {
    const words = call.args.map((word) => textOf(word) ?? "");
    const isForced = words.some((word) => /^(?:-f|--force|--mirror|\+.*|:.+|-d|-D)$/.test(word));
    return [...PUBLISHES, ...(isForced ? [history("force-push", "unknown")] : [])];
  },
};

/** Mail goes out of the repository, of files, and of what it is given. */
const mails: Subcommand = {
  effects: (call) => {
    const files = call.args.filter((word) => !knownPrefix(word).startsWith("-"));
    const texts = files.flatMap((file) => call.context.contentOf(fromDirectory(call, file)));
    return [
      ...files.map((file) => readsFile(call, file)),
      ...publishing(sourcesOf([...texts, ...(call.stdin ?? [])])),
    ];
  },
};

/** A verb of programs that bridge to another system: some publish, the others ask. */
function bridge(sending: RegExp, local: RegExp): Subcommand {
  return {
    effects: (call) => {
      const verb = call.args
        .map((word) => textOf(word))
        .find((word) => word?.startsWith("-") !== true);
      if (verb === undefined)
        return [notModelled(call, "with a verb that is not known", "dynamic-command")];
      if (sending.test(verb)) return PUBLISHES;
      const changes = [...placesOf(call), changesTree(call), keepsBooks(call)];
      return local.test(verb) ? changes : [ASKS, ...changes];
    },
  };
}

/** Directories below which files of another history are put. */
function placesOf(call: GitCall): readonly Consequence[] {
  return call.args.flatMap((word, at) => {
    const option = knownPrefix(word);
    const value = /^--p[a-z]*=/.exec(option);
    if (value !== null) return [tracks(call, dropKnown(word, value[0].length))];
    if (/^-P./.test(option)) return [tracks(call, dropKnown(word, 2))];
    return /^(?:-P|--p[a-z]*)$/.test(option) ? [tracks(call, call.args[at + 1] ?? [])] : [];
  });
}

/** `git lfs`: large files lie at the remote. */
const lfs: Subcommand = {
  effects: (call: GitCall): readonly Consequence[] => {
    const [verb, second] = call.args.map((word) => textOf(word));
    switch (verb) {
      case "ls-files":
      case "status":
      case "env":
      case "version":
      case "logs":
      case "fsck":
      case "pointer":
      case "help":
      case "locks":
        return [...(verb === "locks" ? contactsRemote(call, undefined) : []), prints(madeOf([]))];
      case "track":
      case "untrack":
      case "checkout":
      case "dedup":
        return [changesTree(call), keepsBooks(call)];
      case "fetch":
      case "pull":
        return [
          ...contactsRemote(
            call,
            second === undefined || second.startsWith("-") ? undefined : literal(second),
          ),
          changesTree(call),
          keepsBooks(call),
        ];
      case "push":
      case "lock":
      case "unlock":
        return PUBLISHES;
      case "prune":
        return [history("prune"), keepsBooks(call)];
      case "migrate":
        return second === "info"
          ? [prints(madeOf([]))]
          : [history("rewrite"), changesTree(call), keepsBooks(call)];
      case "install":
      case "uninstall":
      case "update":
        return [persists("git-execution"), keepsBooks(call)];
      default:
        return [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

/** Subcommands that publish, or bridge to what does. */
export const PUBLISHING: SubcommandTable = {
  ...all("send-email imap-send", mails),
  ...all("http-push send-pack", sendsPack),
  subtree: bridge(/^push$/, /^(?:add|merge|split)$/),
  svn: bridge(
    /^(?:dcommit|set-tree|branch|tag|commit-diff|propset)$/,
    /^(?:log|info|find-rev|show-ignore|gc|reset|blame)$/,
  ),
  p4: bridge(/^(?:submit|unshelve)$/, /^$/),
  lfs,
  cvsexportcommit: { options: optionsOf("-p -c"), effects: () => PUBLISHES },
};
