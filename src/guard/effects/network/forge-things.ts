// Which gists, keys, repositories and tokens a call of gh or glab makes, changes or takes away: what requests for them are held to.
import { baseName } from "#base/path.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import { type KeyUse, keyItself, thing } from "../../vocabulary/account-things.ts";
import { ANY_SEGMENT, type Subjects } from "../../vocabulary/effect.ts";
import type { ModelContext } from "../model/command-model.ts";
import type { VerbCall } from "../model/verbs.ts";

const FILES_MAX = 64;
/** Options of these verbs that take a word. */
const WITH_VALUE =
  /^(?:-[tRdfDnSAUgElhse]|--(?:title|repo|desc|description|filename|type|usage-type|add|remove|name|scope|access-level|user|group|expires-at|duration|visibility|template|source|remote|homepage|gitignore|license|team|default-branch|file-path))$/;

type Said = {
  readonly call: VerbCall;
  readonly context: ModelContext;
  /** Words that are no options, nor values of one, as far as that is known. */
  readonly operands: readonly Text[];
};

const WITH_VALUE_OF_NEW = /^-[pr]$/;

/** By the words of the program. What is not here makes nothing of the account's own. */
const THINGS: Readonly<Record<string, (said: Said) => Subjects>> = {
  "gist create": ({ call, operands }) =>
    named("gist", call.has("-p", "--public") ? "public" : "secret", gistFiles(call, operands)),
  ...all(["gist edit", "gist rename", "gist delete"], ({ operands }) => [
    thing("gist", "existing", idOf(operands[0])),
  ]),
  "ssh-key add": (said) => keysAdded(said, sshUse(said.call)),
  "gpg-key add": (said) => keysAdded(said, "gpg"),
  "ssh-key delete": gone,
  ...all(["repo deploy-key add", "deploy-key add"], (said) =>
    keysAdded(
      said,
      said.call.has("-w", "--allow-write", "-c", "--can-push") ? "deploy-write" : "deploy-read",
    ),
  ),
  ...all(["repo deploy-key delete", "deploy-key delete"], gone),
  "repo create": ({ call, operands }) => [
    thing("repository", visibilityOf(call), newName(call, operands)),
  ],
  "repo edit": ({ call }) => {
    const [seen] = call.values("--visibility");
    return [thing("shown", seen === undefined ? "none" : valueIn(seen)?.toLowerCase())];
  },
  "repo rename": ({ operands }) => [thing("renamed", textOf(operands[0] ?? [])?.toLowerCase())],
  "repo archive": () => [thing("archived", "true")],
  "repo unarchive": () => [thing("archived", "false")],
  ...all(["secret set", "secret delete"], ({ call }) => [
    thing("secret", call.has("-u", "--user") ? "user" : "none"),
  ]),
  "snippet create": ({ call, operands }) => {
    const [seen] = call.values("-v", "--visibility");
    const visibility = seen === undefined ? "private" : valueIn(seen);
    return named(
      "gist",
      visibility,
      call.has("-f", "--filename") ? [undefined] : gistFiles(call, operands),
    );
  },
  "token create": ({ call }) => {
    const scopes = call.values("-S", "--scope").map(valueIn);
    const whose = call.has("-g", "--group")
      ? "group"
      : call.has("-U", "--user")
        ? "user"
        : "project";
    const isKnown = scopes.length > 0 && !scopes.includes(undefined);
    return [
      thing("token", whose, isKnown ? scopes.join().split(",").toSorted().join() : undefined),
    ];
  },
};

/** The things of a call; none where its words are none of these. Any of the kind where a word is not known: it may be an option. */
export function thingsOf(call: VerbCall, context: ModelContext): Subjects {
  const read = Object.hasOwn(THINGS, call.verb) ? THINGS[call.verb] : undefined;
  if (read === undefined) return [];
  const operands = call.words.filter((word, at) => {
    const before = textOf(call.words[at - 1] ?? []) ?? "";
    const text = textOf(word);
    const isValue =
      WITH_VALUE.test(before) || (call.verb === "repo create" && WITH_VALUE_OF_NEW.test(before));
    return text === "-" || (!isValue && text?.startsWith("-") !== true);
  });
  const things = read({ call, context, operands });
  const isKnown = call.words.every((word) => textOf(word) !== undefined);
  return isKnown ? things : things.map(anyOf);
}

/** WHY of each word but the kind: what stands there instead of the unknown one is not known either. */
function anyOf(one: string): string {
  const [kind, ...words] = one.split(" ");
  return [kind, ...words.map(() => ANY_SEGMENT)].join(" ");
}

/** What the fields of a call of `api` make, by the path that it asks for; any of its kind where they are not all known. */
export function thingsOfApi(call: VerbCall, path: string): Subjects {
  const given = fieldsOf(call);
  const is = (name: string): boolean | undefined => {
    if (given === undefined) return undefined;
    return !["", "false", "null", "0"].includes(given.get(name) ?? "");
  };
  const either = (state: boolean | undefined, yes: string, no: string): string | undefined =>
    state === undefined ? undefined : state ? yes : no;
  const said = (name: string): string | undefined => given?.get(name);
  const key = (use: string | undefined, name = "key"): Subjects => {
    const text = said(name);
    return [thing("key", use, text === undefined ? undefined : keyItself(text))];
  };
  if (/^\/gists$/.test(path))
    return [thing("gist", either(is("public"), "public", "secret"), undefined)];
  if (/^\/user\/(?:keys|ssh_signing_keys)$/.test(path))
    return key(path.endsWith("/keys") ? "login" : "signing");
  if (path === "/user/gpg_keys") return key("gpg", "armored_public_key");
  if (/^\/repos\/[^/]+\/[^/]+\/keys$/.test(path))
    return key(either(is("read_only"), "deploy-read", "deploy-write"));
  if (/^\/(?:user|orgs\/[^/]+)\/repos$/.test(path))
    return [
      thing(
        "repository",
        given === undefined
          ? undefined
          : (said("visibility") ?? either(is("private"), "private", "public")),
        said("name")?.toLowerCase(),
      ),
    ];
  return [];
}

/** Fields whose whole value is a word of the call; undefined where there are others. */
function fieldsOf({ words }: VerbCall): ReadonlyMap<string, string> | undefined {
  const known = words.map((word) => textOf(word));
  const fields = new Map<string, string>();
  for (const [at, word] of known.entries()) {
    if (word === undefined || word.startsWith("--input")) return undefined;
    const isNext = /^(?:-[fF]|--(?:raw-)?field)$/.test(known[at - 1] ?? "");
    const joined = /^(?:-[fF]|--(?:raw-)?field=)(.+)$/s.exec(word)?.[1];
    const field = isNext ? word : joined;
    if (field === undefined) continue;
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(field) ?? [];
    // A file, or what it puts in for the repository at hand.
    if (name === "" || /^@|\{/.test(value)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

function all(
  verbs: readonly string[],
  read: (said: Said) => Subjects,
): Record<string, (said: Said) => Subjects> {
  return Object.fromEntries(verbs.map((verb) => [verb, read]));
}

function named(
  kind: "gist",
  how: string | undefined,
  names: readonly (string | undefined)[],
): Subjects {
  return names.map((name) => thing(kind, how, name));
}

/** Names of the files as the forge gets them; any for one that comes from a pipe. */
function gistFiles(call: VerbCall, operands: readonly Text[]): readonly (string | undefined)[] {
  const [given] = call.values("-f", "--filename").map(valueIn);
  const names = operands.slice(0, FILES_MAX).map((word) => {
    const path = textOf(word);
    return path === undefined || path === "-" || /[*?[]/.test(path) ? given : baseName(path);
  });
  return names.length === 0 ? [given] : names;
}

/** The id of a gist, alone or at the end of its address. */
function idOf(word: Text | undefined): string | undefined {
  const text = textOf(word ?? []);
  return text === undefined || text === "" ? undefined : baseName(text);
}

function gone({ operands }: Said): Subjects {
  return [thing("key", "gone", idOf(operands[0]))];
}

function sshUse(call: VerbCall): KeyUse | undefined {
  const [given] = call.values("--type", "--usage-type");
  if (given === undefined) return call.name === "glab" ? "both" : "login";
  const text = valueIn(given);
  const isKnown = text !== undefined && Object.hasOwn(SSH_USES, text);
  return isKnown ? SSH_USES[text] : undefined;
}

const SSH_USES: Readonly<Record<string, KeyUse>> = {
  authentication: "login",
  auth: "login",
  signing: "signing",
  auth_and_signing: "both",
};

/** Keys that the file may hold; any where that is not known, or comes from a pipe. */
function keysAdded({ operands, context }: Said, use: KeyUse | undefined): Subjects {
  const [file] = operands;
  if (file === undefined || textOf(file) === "-") return [thing("key", use, undefined)];
  return context.textAt(file).map((text) => {
    const known = textOf(text);
    return thing("key", use, known === undefined ? undefined : keyItself(known));
  });
}

function visibilityOf(call: VerbCall): string | undefined {
  const said = ["public", "internal", "private"].filter((one) => call.has(`--${one}`));
  if (call.name === "glab")
    return said[0] ?? (call.has("-P") ? "public" : call.has("-i") ? "internal" : "private");
  return said.length === 1 ? said[0] : undefined;
}

function newName(call: VerbCall, operands: readonly Text[]): string | undefined {
  const [given] = call.name === "glab" ? call.values("-n", "--name") : [];
  const word = given ?? operands[0];
  const text = word === undefined ? undefined : valueIn(word);
  return text === undefined || text === "" ? undefined : baseName(text).toLowerCase();
}

/** What an option is given: behind a short one an equals sign may stand. */
function valueIn(word: Text): string | undefined {
  return textOf(word)?.replace(/^=/, "");
}
