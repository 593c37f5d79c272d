// nc and its relatives: raw connections, which carry the input; some run a program over them.
import { EMPTY, hole, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const nc: CommandModel = command({
  names: ["nc", "ncat", "netcat", "nc.openbsd", "nc.traditional"],
  options: {
    program: taking("e", "--exec"),
    shell: taking("c", "--sh-exec --lua-exec"),
    listens: flags("l", "--listen"),
    scan: flags("z", ""),
    unix: flags("U", "--unixsock"),
    proxy: taking("x", "--proxy"),
    writes: role("log", taking("o", "--output --hex-dump")),
    reads: role("input", taking("--ssl-cert --ssl-key --ssl-trustfile --allowfile --denyfile")),
    named: taking(
      "pqswiTXIOPMmVgG",
      "--source --source-port --idle-timeout --wait --delay --max-conns --proxy-type --proxy-auth",
    ),
    style: flags(
      "46bCdDFhkNnrStuvZ",
      "--udp --keep-open --ssl --send-only --recv-only --verbose --nodns --telnet --crlf --broker --chat --append-output --no-shutdown --version --help --ssl-verify --sctp",
    ),
  },
  effects: ({ operands, has, values, stdin }) => {
    const found: Consequence[] = [];
    const network = {
      kind: "network",
      destination: { host: undefined, port: undefined, scheme: "tcp" },
    } as const;
    const remote = [[hole("dynamic-code", { sources: [network] })]];
    // Whoever is on the other side talks to the program.
    for (const program of values("program"))
      found.push({
        kind: "run",
        argv: (textOf(program) ?? "sh").split(/\s+/).map((word) => [{ kind: "text", text: word }]),
        stdin: remote,
      });
    for (const text of values("shell"))
      found.push({ kind: "run", argv: [literal("sh"), literal("-c"), text], stdin: remote });
    if (has("program") || has("shell"))
      found.push({
        kind: "effect",
        effect: { kind: "persist", means: "remote-login", target: undefined },
      });
    const carries = [{ kind: "argument" } as const, ...sourcesOf(stdin ?? EMPTY)];
    const [host, port] = operands;
    if (has("listens") && !has("unix")) {
      found.push({
        kind: "effect",
        effect: { kind: "egress", destination: network.destination, carries },
      });
    } else if (host !== undefined && !has("unix")) {
      const where = textOf(host);
      found.push({
        kind: "contacts",
        url:
          where === undefined || port === undefined || textOf(port) === undefined
            ? host
            : [{ kind: "text", text: `${where}:${(textOf(port) ?? "").split("-")[0] ?? ""}` }],
        scheme: "tcp",
        carries,
      });
      if (where !== undefined && port !== undefined && !has("scan"))
        found.push(
          ...databaseTraffic(literal(`${where}:${textOf(port) ?? ""}`), { texts: stdin ?? [] }),
        );
      for (const proxy of values("proxy"))
        found.push({ kind: "contacts", url: proxy, scheme: "tcp", carries });
    } else if (has("unix"))
      found.push({
        kind: "unknown",
        reason: "unmodelled",
        detail: "a local socket, behind which any program may be",
      });
    return [
      ...found,
      prints([
        [
          hole("dynamic-code", {
            sources: [{ kind: "network", destination: parseDestination(host ?? [], "tcp") }],
          }),
        ],
      ]),
    ];
  },
});
