// kcat, nats and the programs of Kafka: messages that are read, written and deleted.
import { literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { role } from "../model/option-roles.ts";
import { madeOf } from "../model/filter.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const CHANGES = /^--?(?:delete|alter|create|add|remove|execute|reset-offsets|reassign.*)$/;
const NATS_ASKS =
  /^(?:sub|subscribe|server|context|ls|info|report|view|get|rtt|account|latency|schema|errors|events|traffic)$/;
const NATS_CHANGES =
  /^(?:rm|del|delete|purge|add|edit|new|restore|create|set|put|update|rmm|seal|compact)$/;

export const kcat: CommandModel = command({
  names: ["kcat", "kafkacat"],
  options: {
    hosts: taking("b"),
    settings: taking("X"),
    file: role("input", taking("F")),
    asked: role("url", taking("r")),
    choice: taking("tpDKocGmksfHzd"),
    modes: flags("CLQ"),
    sends: flags("P"),
    style: flags("eEqvJuOlATZ0hS"),
    about: flags("V", "--help --version"),
  },
  effects: ({ args, operands, has, values, stdin }, context): readonly Consequence[] => {
    if (has("about") && operands.length === 0) return [];
    const carries = [{ kind: "argument" } as const, ...sourcesOf([...args, ...(stdin ?? [])])];
    // A setting names a server too: `-X bootstrap.servers=host`.
    const told = values("settings").flatMap((setting) => {
      const named = /^(?:bootstrap\.servers|metadata\.broker\.list)=(.+)$/.exec(
        textOf(setting) ?? "",
      );
      return named === null ? [] : [literal(named[1] ?? "")];
    });
    const hosts = [...values("hosts"), ...told];
    return [
      ...namedFiles(args, context),
      ...(has("sends") ? operands.map((path) => reads(path)) : []),
      ...hosts.map((url): Consequence => ({ kind: "contacts", url, scheme: "kafka", carries })),
      ...(hosts.length > 0 ? [] : [toAccount(carries)]),
      ...(has("sends")
        ? [effect<"deploy">({ kind: "deploy", system: "messages", operation: "produce" })]
        : []),
      prints(madeOf([[]])),
    ];
  },
});

export const kafka: CommandModel = command({
  names: [
    ...["nats", "rpk"],
    ...[
      "kafka-topics",
      "kafka-console-producer",
      "kafka-console-consumer",
      "kafka-consumer-groups",
      "kafka-configs",
      "kafka-acls",
      "kafka-delete-records",
    ].flatMap((name) => [name, `${name}.sh`]),
  ],
  own: "nine programs of their own verbs and options",
  options: {},
  effects: ({ name, args, stdin }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (words.every((word) => /^(?:--version|-V|--help|-h|version|help)$/.test(word))) return [];
    const hosts = optionValues(
      args,
      "-b",
      "--bootstrap-server",
      "--broker-list",
      "--brokers",
      "-s",
      "--server",
      "-X",
    );
    const carries = [{ kind: "argument" } as const, ...sourcesOf([...args, ...(stdin ?? [])])];
    const operands = words.filter((word) => !word.startsWith("-"));
    const changes =
      words.some((word) => CHANGES.test(word)) ||
      name.startsWith("kafka-delete") ||
      name.includes("producer") ||
      (/^(?:nats|rpk)$/.test(name) &&
        (operands.some((word) => NATS_CHANGES.test(word)) ||
          /^(?:pub|publish|req|request|produce|bench)$/.test(operands[0] ?? "")) &&
        !NATS_ASKS.test(operands[0] ?? ""));
    return [
      ...namedFiles(args, context),
      ...hosts.map((url): Consequence => ({ kind: "contacts", url, scheme: "kafka", carries })),
      ...(hosts.length > 0 ? [] : [toAccount(carries)]),
      ...(changes
        ? [effect<"deploy">({ kind: "deploy", system: "messages", operation: name })]
        : []),
      prints(madeOf([[]])),
    ];
  },
});
