// socat: joins two addresses, each of which may be a file, a connection or a program.
import {
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  textOf,
} from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../command-model.ts";
import type { DataSource } from "../effect.ts";
import { shellRuns } from "../languages/shell-code.ts";
import { flags, values as valuesOf } from "../option-lists.ts";

export const socat: CommandModel = command({
  names: ["socat"],
  options: {
    writes: valuesOf("rR", "-lf -L"),
    named: valuesOf("btT", "-lp -lm"),
    style: flags("uUvxdDhV46g", "-d0 -d1 -d2 -d3 -d4 -dd -ddd -dddd -ly -ls -lh -lu -hh -hhh -?"),
  },
  effects: ({ operands, values, stdin }) => {
    const found: Consequence[] = values("writes").map((path) => writes(path, "append"));
    const carries: DataSource[] = [{ kind: "unknown" }, ...sourcesOf(stdin ?? EMPTY)];
    for (const address of operands) {
      const text = textOf(address);
      const parts = text === undefined ? [knownPrefix(address)] : text.split("!!");
      if (text === undefined)
        found.push({
          kind: "unknown",
          reason: "dynamic-command",
          detail: "an address of `socat` that is not known",
        });
      for (const part of parts) found.push(...oneAddress(part, carries));
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

function oneAddress(address: string, carries: readonly DataSource[]): readonly Consequence[] {
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
  if (name === "EXEC")
    return [
      {
        kind: "run",
        argv: plain
          .trim()
          .split(/\s+/)
          .map((word): Text => literal(word)),
      },
      {
        kind: "unknown",
        reason: "unmodelled",
        detail: "a program whose input comes from another address",
      },
    ];
  if (name === "SYSTEM" || name === "SHELL")
    return [
      ...shellRuns(plain),
      {
        kind: "unknown",
        reason: "unmodelled",
        detail: "a program whose input comes from another address",
      },
    ];
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
    return [{ kind: "contacts", url: literal(plain), scheme: "tcp", carries }];
  if (name === type.toUpperCase() && rest === "" && /[/.]/.test(address))
    return [reads(literal(address)), writes(literal(address), "change")];
  return [
    { kind: "unknown", reason: "unmodelled", detail: "an address of `socat` that is not modelled" },
  ];
}
