// telnet and ftp: connections that carry the input.
import { EMPTY, hole, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";

export const telnet: CommandModel = command({
  names: ["telnet", "ftp", "lftp", "tftp"],
  options: {
    trace: taking("n"),
    commands: taking("c"),
    named: taking("lbSXepPN"),
    style: flags("468EKLadrxivgmAR"),
  },
  effects: ({ operands, values, stdin, name }) => {
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
    // These programs take commands from the input: files that come and go, and programs after an exclamation mark.
    for (const text of [...values("commands"), ...(stdin ?? [])]) {
      const known = textOf(text);
      if (known === undefined)
        found.push({
          kind: "unknown",
          reason: "dynamic-code",
          detail: `commands of \`${name}\` that are not known`,
        });
      else for (const line of known.split(/[;\n]/)) found.push(...oneCommand(line.trim(), name));
    }
    return [
      ...found,
      prints([
        [
          hole("dynamic-code", {
            sources: [{ kind: "network", destination: parseDestination(host ?? [], name) }],
          }),
        ],
      ]),
    ];
  },
});

/** A line that a program takes from its input. */
function oneCommand(line: string, name: string): readonly Consequence[] {
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
