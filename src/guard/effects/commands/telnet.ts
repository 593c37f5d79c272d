// telnet and ftp: connections that carry the input.
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
import { prints, reads, writes } from "../model/consequences.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const effects: CommandModel["effects"] = ({ operands, values, stdin, name }) => {
  const found: Consequence[] =
    name === "telnet" ? values("trace").map((path) => writes(path, "append")) : [];
  const [host, port] = operands;
  const carries = [{ kind: "argument" } as const, ...sourcesOf(stdin ?? EMPTY)];
  if (host !== undefined) {
    const where = textOf(host);
    found.push({
      kind: "contacts",
      url:
        where === undefined || port === undefined
          ? host
          : [{ kind: "text", text: `${where}:${textOf(port) ?? ""}` }],
      scheme: name,
      carries,
    });
    if (where !== undefined && port !== undefined)
      found.push(
        ...databaseTraffic(literal(`${where}:${textOf(port) ?? ""}`), { texts: stdin ?? [] }),
      );
  }
  const downloaded: TextSet = [
    [
      hole("dynamic-code", {
        sources: [{ kind: "network", destination: parseDestination(host ?? [], name) }],
      }),
    ],
  ];
  // These programs take commands from the input: files that come and go, and programs after an exclamation mark.
  const given = values("commands").map((text) =>
    name === "tftp" ? wholeCommand(text, operands) : text,
  );
  for (const text of [...given, ...(stdin ?? [])]) {
    const known = textOf(text);
    if (known === undefined)
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: `commands of \`${name}\` that are not known`,
      });
    else
      for (const line of known.split(/[;\n]/))
        found.push(...oneCommand(line.trim(), name, downloaded));
  }
  return [...found, prints(downloaded)];
};

export const telnet: CommandModel = command({
  names: ["telnet"],
  options: {
    trace: taking("n", "--trace"),
    named: taking("lbSXek", "--user --disable-auth --escape --realm"),
    style: flags(
      "468EKLadrxcfF",
      "--ipv4 --ipv6 --binary --binary-output --no-escape --login --no-login --rlogin --no-rc --debug --encrypt",
    ),
  },
  effects,
});

/** WHY apart from telnet: the same letters take a value in one and none in the other. */
export const ftp: CommandModel = command({
  names: ["ftp"],
  // WHY not `-o` and `-u`: the one may start a program, the other sends files; both are asked for.
  options: {
    secrets: role("key", taking("N")),
    named: taking("PqrsTx"),
    style: flags("46AadefginpRtVv"),
  },
  effects,
});

export const lftp: CommandModel = command({
  names: ["lftp"],
  options: { commands: taking("ce"), named: taking("up"), style: flags("dh", "--norc") },
  effects,
});

export const tftp: CommandModel = command({
  names: ["tftp"],
  options: { commands: taking("c"), named: taking("mR"), style: flags("46vlV") },
  effects,
});

/** `tftp HOST -c put FILE`: all words behind the first of the command belong to it. */
function wholeCommand(first: Text, operands: readonly Text[]): Text {
  return operands.slice(1).reduce((line, word) => [...line, ...literal(" "), ...word], first);
}

/** A line that a program takes from its input. */
function oneCommand(line: string, name: string, downloaded: TextSet): readonly Consequence[] {
  if (line.startsWith("!")) return shellRuns(line.slice(1));
  if (name === "telnet") return [];
  const [verb = "", ...rest] = line.split(/\s+/);
  const args = rest.filter((word) => !word.startsWith("-"));
  if (/^(?:put|mput|send|append|reput)$/.test(verb))
    return (verb === "mput" ? args : args.slice(0, 1)).map((path) => reads(literal(path), "tree"));
  if (/^(?:get|mget|recv|reget|newer)$/.test(verb))
    return [
      writes(literal(verb === "mget" ? "." : (args[1] ?? args[0] ?? ".")), "create", {
        reach: "tree",
        content: downloaded,
      }),
    ];
  if (
    /^(?:user|pass|binary|ascii|bin|asc|quit|bye|exit|close|disconnect|cd|ls|dir|nlist|pwd|cdup|passive|pass|prompt|verbose|hash|status|type|size|modtime|system|help|)$/.test(
      verb,
    )
  )
    return [];
  if (/^(?:delete|mdelete|rm|mrm|rename|mkdir|rmdir|chmod|mv)$/.test(verb))
    return [
      { kind: "effect", effect: { kind: "deploy", system: "remote", operation: "remote-write" } },
    ];
  return [
    {
      kind: "unknown",
      reason: "dynamic-code",
      detail: `commands of \`${name}\` that sallyport does not know`,
    },
  ];
}
