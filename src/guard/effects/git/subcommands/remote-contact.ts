// Contact of git with a remote, by its name or address: egress to a host, a repository of this machine, or a program that carries it.
import { append, hole, literal, type Text, textOf } from "../../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../../model/command-model.ts";
import { reads } from "../../model/consequences.ts";
import { parseDestination } from "../../network/destination.ts";
import type { GitFacts } from "../../../facts/facts.ts";
import type { DataSource } from "../../../vocabulary/effect.ts";
import type { JudgedPush } from "../../../vocabulary/remote-use.ts";
import { fileOfUrl } from "../../paths/file-urls.ts";
import { fromDirectory, type GitCall, notModelled } from "../call.ts";
import { httpAddress, rewrittenAddress, sshAddress } from "../remote-addresses.ts";

/** What every contact carries: the words of the call. */
export const ASKS: readonly DataSource[] = [{ kind: "argument" }];

/** Contact with a remote: its name, its URL, or undefined for the one that git takes by itself. */
export function contactsRemote(call: GitCall, word: Text | undefined): readonly Consequence[] {
  const { repository } = call;
  const remotes = typeof repository === "object" ? repository.remotes : new Map<string, string>();
  const name = word === undefined ? usualRemote(call) : textOf(word);
  if (name === undefined)
    return [
      ...(word === undefined
        ? []
        : [notModelled(call, "is given a remote that may run a program", "dynamic-code")]),
      { kind: "contacts", url: [hole("missing-fact")], scheme: "ssh", carries: ASKS },
    ];
  const configured = remotes.get(name);
  const own = typeof repository === "object" ? repository : undefined;
  const url = configured?.split("\n")[0] ?? rewrittenAddress(name, own);
  if (/^[\w+.-]+::/.test(url))
    return [
      notModelled(call, "is given a remote that may run a program", "dynamic-code"),
      ...runsTransport(url),
    ];
  if (isLocal(url)) return readsRepository(call, url);
  // WHY not one that the repository leads to another host: nobody who reads its name knows where it goes.
  const isOwn = [...remotes].some(
    ([remote, addresses]) =>
      own?.movedRemotes.has(remote) !== true &&
      (remote === name || addresses.split("\n").includes(url)),
  );
  const destination = parseDestination(literal(url), "ssh");
  return [
    ...reaches(url, { context: call.context, facts: own }),
    {
      kind: "effect",
      effect: {
        kind: "egress",
        destination: isOwn ? { ...destination, known: "remote" } : destination,
        carries: ASKS,
      },
    },
  ];
}

/**
 * Notes a remote that is reached over ssh or http. WHY not where a variable names the program: that one would then run in the call, and
 * nobody outside can do its work; nor where one names settings: what a call logs in with itself is its own; nor over http where git-lfs
 * goes to the same server by itself, or the repository has what to log in with.
 */
export function reaches(
  url: string,
  {
    context,
    facts,
    push,
  }: {
    readonly context: Pick<ModelContext, "variable">;
    readonly facts: GitFacts | undefined;
    readonly push?: JudgedPush;
  },
): readonly Consequence[] {
  const isSsh = sshAddress(url) !== undefined;
  const isOwn = OWN_WAY.some((key) => facts?.push.has(key));
  if (!isSsh && (httpAddress(url) === undefined || isOwn)) return [];
  const isOther = (isSsh ? SSH_PROGRAMS : OWN_SETTINGS).some((name) =>
    context.variable(name)?.some((value) => !/^0?$/.test(textOf(value) ?? "?")),
  );
  if (isOther) return [];
  return [{ kind: "remote", use: push === undefined ? { url } : { url, push } }];
}

const OWN_WAY = ["lfs.repositoryformatversion", "http.extraheader"];
const SSH_PROGRAMS = ["GIT_SSH_COMMAND", "GIT_SSH"];
const OWN_SETTINGS = ["GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_ASKPASS"];

/** `ext::` is a program with its words, in which a per cent sign makes the next character one of them. */
export function runsTransport(url: string): readonly Consequence[] {
  if (!url.startsWith("ext::")) return [];
  const words = (url.slice(5).match(/(?:%[\s\S]|[^ %])+/g) ?? []).map((word) =>
    literal(
      word.replace(/%([\s\S])/g, (_, kept: string) => (kept === "G" || kept === "V" ? "" : kept)),
    ),
  );
  return words.length === 0 ? [] : [{ kind: "run", argv: words }];
}

/** The remote that a fetch without words goes to. */
function usualRemote({ repository }: GitCall): string | undefined {
  if (typeof repository !== "object") return undefined;
  const { remotes, upstream } = repository;
  if (upstream !== undefined) return upstream.remote;
  const [only] = remotes.keys();
  return remotes.size === 1 ? only : remotes.has("origin") ? "origin" : undefined;
}

/** As git tells a path from an address (`url_is_local_not_ssh` of its connect.c): no scheme, and no colon before a slash. */
export function isLocal(url: string): boolean {
  return /^file:\/\//i.test(url) || !/^(?:[a-z][a-z0-9+.-]*:\/\/|[^/:]*:)/i.test(url);
}

/** A repository or bundle on this machine is read: its objects and references, not its working tree. */
export function readsRepository(call: GitCall, url: string): readonly Consequence[] {
  const named = fileOfUrl(literal(url)) ?? literal(url);
  const place = fromDirectory(call, named);
  const inside = append(place, literal("/.git"));
  if (call.context.isFile(place)) return [reads(place)];
  return [reads(call.context.isDirectory(inside) ? inside : place, "tree")];
}

/** Where data of a remote comes from: nowhere for this machine and for the repository's own remote. */
export function networkOf(call: GitCall, word: Text): readonly DataSource[] {
  return contactsRemote(call, word).flatMap((one): readonly DataSource[] =>
    one.kind === "effect" &&
    one.effect.kind === "egress" &&
    one.effect.destination.known === undefined
      ? [{ kind: "network", destination: one.effect.destination }]
      : one.kind === "contacts"
        ? [{ kind: "network", destination: parseDestination(one.url, one.scheme) }]
        : [],
  );
}
