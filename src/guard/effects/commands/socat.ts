// socat: joins two addresses, each of which may be a file, a connection or a program.
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
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

export const socat: CommandModel = command({
  names: ["socat"],
  options: {
    writes: taking("rR", "-lf -L"),
    named: taking("btT", "-lp"),
    facility: maybeTaking("-ly -lm"),
    forth: flags("u"),
    back: flags("U"),
    style: flags("vxdDhV46g", "-d0 -d1 -d2 -d3 -d4 -dd -ddd -dddd -ls -lh -lu -hh -hhh -?"),
  },
  effects: ({ operands, values, has, stdin }) => {
    const found: Consequence[] = values("writes").map((path) => writes(path, "append"));
    const carries: DataSource[] = [{ kind: "unknown" }, ...sourcesOf(stdin ?? EMPTY)];
    const isRemote = operands.some((address) =>
      // WHY sockets of this machine as well: whoever listens there may hand on what comes from elsewhere.
      /(?:^|!!)(?:(?:TCP|UDP|SCTP|SSL|OPENSSL|SOCKS|PROXY|IP|DTLS|DCCP|VSOCK)[\w-]*|(?:UNIX|ABSTRACT)-(?:L(?:ISTEN)?|RECV\w*)):/i.test(
        knownPrefix(address),
      ),
    );
    for (const [at, address] of operands.entries()) {
      const text = textOf(address);
      const isOnlyRead =
        (has("forth") && !has("back") && at === 0) || (has("back") && !has("forth") && at === 1);
      const parts = text === undefined ? [knownPrefix(address)] : text.split("!!");
      if (text === undefined)
        found.push({
          kind: "unknown",
          reason: "dynamic-command",
          detail: "an address of `socat` that is not known",
        });
      for (const part of parts) {
        const one = oneAddress(part, { carries, texts: stdin ?? [], isRemote });
        // In one direction nothing is written to where it comes from; what opening a file does is told by its options.
        const isPlain = /^(?:OPEN|FILE|GOPEN):[^,]*$/i.test(part);
        found.push(...(isOnlyRead && isPlain ? one.filter(({ kind }) => kind !== "writes") : one));
      }
    }
    const sources: DataSource[] = found.flatMap((one) =>
      one.kind === "contacts"
        ? [
            {
              kind: "network",
              destination: { host: undefined, port: undefined, scheme: "tcp" },
            } as const,
          ]
        : [],
    );
    return [
      ...found,
      prints([[hole("dynamic-code", { sources: [...sources, { kind: "unknown" }] })]]),
    ];
  },
});

/** What whoever is at the other end says to a program. */
const REMOTE: TextSet = [
  [
    hole("dynamic-code", {
      sources: [
        { kind: "network", destination: { host: undefined, port: undefined, scheme: "tcp" } },
      ],
    }),
  ],
];
const FROM_ELSEWHERE: Consequence = {
  kind: "unknown",
  reason: "unmodelled",
  detail: "a program whose input comes from another address",
};

function oneAddress(
  address: string,
  {
    carries,
    texts,
    isRemote,
  }: {
    readonly carries: readonly DataSource[];
    /** What comes in by the standard input. */
    readonly texts: TextSet;
    readonly isRemote: boolean;
  },
): readonly Consequence[] {
  const [, type = "", rest = ""] = /^([^:,]*):?(.*)$/s.exec(address) ?? [];
  const name = type.toUpperCase();
  const plain = rest.replace(/,[a-z].*$/s, "");
  if (
    address === "-" ||
    address === "" ||
    /^(STDIO|STDIN|STDOUT|STDERR|PIPE|FIFO|PTY|READLINE|FD|TEST|PTMX)$/.test(name)
  )
    return plain !== "" && /^(PIPE|FIFO|READLINE)$/.test(name)
      ? [reads(literal(plain)), writes(literal(plain))]
      : [];
  const input = isRemote ? { stdin: REMOTE } : {};
  const unsure = isRemote ? [] : [FROM_ELSEWHERE];
  if (name === "EXEC") {
    const argv = plain
      .trim()
      .split(/\s+/)
      .map((word): Text => literal(word));
    return [{ kind: "run", argv, ...input }, ...unsure];
  }
  if (name === "SYSTEM" || name === "SHELL")
    return [{ kind: "run", argv: ["sh", "-c", plain].map(literal), ...input }, ...unsure];
  if (/^(OPEN|CREATE|CREAT|GOPEN|FILE)$/.test(name))
    return [
      reads(literal(plain)),
      ...(/,(rdonly)\b/i.test(rest) || name === "" ? [] : [writes(literal(plain), "change")]),
    ];
  if (/(LISTEN|RECV|RECVFROM)$/.test(name.replace(/-L$/, "-LISTEN")))
    return [
      {
        kind: "effect",
        effect: {
          kind: "egress",
          destination: { host: undefined, port: undefined, scheme: "tcp" },
          carries,
        },
      },
    ];
  if (/^(TCP|UDP|SCTP|SSL|OPENSSL|SOCKS|PROXY|IP|DTLS|DCCP|UDPLITE)/.test(name))
    return [
      { kind: "contacts", url: literal(plain), scheme: "tcp", carries },
      ...databaseTraffic(literal(plain), { texts }),
    ];
  if (name === type.toUpperCase() && rest === "" && /[/.]/.test(address))
    return [reads(literal(address)), writes(literal(address), "change")];
  return [
    {
      kind: "unknown",
      reason: "unmodelled",
      detail: "an address of `socat` that sallyport does not know",
    },
  ];
}
