// ssh: runs commands on another machine; options run programs on this one and open ways in and out.
import {
  dropKnown,
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
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, usesKey, writes } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { cannotTell } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { isLoopback, parseDestination } from "../network/destination.ts";

export const ssh: CommandModel = command({
  names: ["ssh"],
  optionsEnd: "first-operand",
  options: {
    setting: taking("o"),
    config: taking("F"),
    identity: taking("i"),
    provider: taking("I"),
    log: taking("E"),
    jump: taking("J"),
    forwards: taking("LRDWw"),
    user: taking("l"),
    named: taking("bBcemOpQS"),
    about: flags("VG"),
    style: flags("46AaCfgKkMNnqsTtvXxYy"),
  },
  effects: (invocation, context) => {
    const { has, values, stdin } = invocation;
    const [target, ...rest] = invocation.operands;
    const found: Consequence[] = [...sshSettings(values("setting"), values("config"), context)];
    for (const path of values("identity")) found.push(usesKey(path));
    for (const path of values("provider")) found.push(...loadsLibrary(path));
    for (const path of values("log")) found.push(writes(path, "append"));
    if (has("about") || target === undefined) return found;
    // Options may follow the host.
    const options = rest.findIndex((word) => !knownPrefix(word).startsWith("-"));
    const before = options < 0 ? rest : rest.slice(0, options);
    if (before.length > 0)
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: "options of `ssh` after the host",
      });
    const carries: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf(rest),
      ...sourcesOf(stdin ?? EMPTY),
    ];
    for (const host of [target, ...values("jump")])
      found.push({ kind: "contacts", url: host, scheme: "ssh", carries });
    if (has("forwards"))
      found.push({
        kind: "unknown",
        reason: "unmodelled",
        detail: "a connection that `ssh` passes on",
      });
    // Whoever comes back to this machine as another comes with the rights of that one.
    const { host } = parseDestination(target, "ssh");
    const user =
      /^(?:ssh:\/\/)?([^@/]+)@/.exec(knownPrefix(target))?.[1] ?? textOf(values("user")[0] ?? []);
    if (user === "root" && host !== undefined && isLoopback(host))
      found.push({ kind: "effect", effect: { kind: "privilege", means: "ssh", user } });
    // What runs on this machine all the same can be: the rights are those of whoever comes back.
    if (host !== undefined && isLoopback(host)) found.push(...runsHere(rest, stdin));
    // What the other machine does cannot be seen: it is a change to a running system unless nothing is run there.
    if (rest.length > 0 || stdin !== undefined)
      found.push({
        kind: "effect",
        effect: { kind: "deploy", system: textOf(target) ?? "remote", operation: "remote-command" },
      });
    return [
      ...found,
      prints([
        [
          hole("unmodelled", {
            sources: [{ kind: "network", destination: parseDestination(target, "ssh") }],
          }),
        ],
      ]),
    ];
  },
});

/** A library that talks to a token: its code runs here. */
function loadsLibrary(path: Text): readonly Consequence[] {
  return [
    reads(path),
    {
      kind: "effect",
      effect: { kind: "execute", program: "ssh", origin: "unknown", reach: "unbounded" },
    },
  ];
}

/** The words are a line for the shell at the other end; without any it reads what comes in. */
function runsHere(words: readonly Text[], stdin: TextSet | undefined): readonly Consequence[] {
  const line = words.flatMap((word, at) => (at === 0 ? word : [...literal(" "), ...word]));
  const texts = words.length > 0 ? [line] : (stdin ?? EMPTY);
  return [{ kind: "script", texts, positional: [], isCovered: true }];
}

const QUIET_SETTING =
  /^(StrictHostKeyChecking|UserKnownHostsFile|ConnectTimeout|BatchMode|LogLevel|ServerAliveInterval|ServerAliveCountMax|IdentitiesOnly|PasswordAuthentication|PreferredAuthentications|Port|User|ControlMaster|ControlPersist|ControlPath|Compression|ForwardAgent|RequestTTY|PubkeyAuthentication|AddressFamily|ConnectionAttempts|TCPKeepAlive|HostKeyAlgorithms|KexAlgorithms|Ciphers|MACs|VisualHostKey)$/i;

/** What the settings of an ssh client make it run, read or do. Shared by its relatives. */
export function sshSettings(
  settings: readonly Text[],
  configs: readonly Text[],
  context: Pick<ModelContext, "home" | "contentOf">,
): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const setting of settings) {
    const prefix = knownPrefix(setting);
    const key = /^\s*(\w+)\s*[=\s]\s*/.exec(prefix);
    const value = key === null ? setting : dropKnown(setting, key[0].length);
    const name = key?.[1] ?? "";
    if (/^(ProxyCommand|LocalCommand|KnownHostsCommand|PermitLocalCommand|Match)$/i.test(name)) {
      if (textOf(value) !== "none" && textOf(value) !== "no" && textOf(value) !== "yes")
        found.push(...shellRuns([value]));
    } else if (
      /^(IdentityFile|CertificateFile|UserKnownHostsFile|GlobalKnownHostsFile)$/i.test(name)
    )
      found.push(/^IdentityFile$/i.test(name) ? usesKey(value) : reads(value));
    else if (/^(PKCS11Provider|SecurityKeyProvider|SmartcardDevice)$/i.test(name)) {
      // A library, whose code is loaded.
      if (!/^(?:none|internal)$/.test(textOf(value) ?? "")) found.push(...loadsLibrary(value));
    } else if (/^(ProxyJump|HostName)$/i.test(name))
      found.push({ kind: "contacts", url: value, scheme: "ssh", carries: [{ kind: "unknown" }] });
    else if (!QUIET_SETTING.test(name))
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: `a setting of \`ssh\` that sallyport does not know: \`${name.slice(0, 40)}\``,
      });
  }
  for (const config of configs) {
    if (textOf(config) === "none" || textOf(config) === "/dev/null") continue;
    found.push(reads(config));
    // The person's own settings are as they made them; any other file may name programs to run.
    if (textOf(config) === `${context.home}/.ssh/config`) continue;
    const lines = linesOf(context.contentOf(config));
    found.push(
      ...(lines === undefined
        ? [cannotTell("dynamic-code", "settings of `ssh` from a file may run programs")]
        : lines.flatMap((line) => settingOfFile(line, context))),
    );
  }
  return found;
}

/** The lines of a file of settings, where its text is known. */
function linesOf(texts: TextSet): readonly string[] | undefined {
  const known = texts.map(textOf);
  return known.includes(undefined) ? undefined : known.flatMap((text) => (text ?? "").split("\n"));
}

/** One line of such a file; hosts that it is for are not told apart. */
function settingOfFile(
  line: string,
  context: Pick<ModelContext, "home" | "contentOf">,
): readonly Consequence[] {
  if (/^\s*(?:#|$|Host\s)/i.test(line)) return [];
  const condition = /^\s*Match\s+(.*)$/i.exec(line)?.[1];
  if (condition === undefined) return sshSettings([literal(line)], [], context);
  const commands = [...condition.matchAll(/\bexec\s+(?:"([^"]*)"|(\S+))/gi)];
  return commands.flatMap(([, quoted, bare]) => shellRuns(quoted ?? bare ?? ""));
}

/** What a copy of `source` holds: the content of a file here, or what the other machine sends. */
export function copiedContent(source: Text, context: ModelContext): TextSet {
  const remote = remoteOf(source);
  if (remote === undefined) return context.contentOf(source);
  const destination = parseDestination(remote.host, "ssh");
  return [[hole("dynamic-code", { sources: [{ kind: "network", destination }] })]];
}

/** `[user@]host:path`, or undefined for a path on this machine. */
export function remoteOf(
  word: Text,
): { readonly host: Text; readonly path: Text | undefined } | undefined {
  const prefix = knownPrefix(word);
  const url = /^(scp|sftp|rsync|ssh):\/\//.exec(prefix);
  if (url !== null) return { host: word, path: undefined };
  const colon = /^([^/:]*@)?(\[[^\]]*\]|[^/:]+):/.exec(prefix);
  if (colon !== null)
    return {
      host: literal(prefix.slice(0, colon[0].length - 1)),
      path: dropKnown(word, colon[0].length),
    };
  // A host that is not known, with a colon after it.
  const later = word.slice(1).some((piece) => piece.kind === "text" && /^[^/]*:/.test(piece.text));
  return textOf(word) === undefined && !prefix.includes("/") && later
    ? { host: word, path: undefined }
    : undefined;
}
