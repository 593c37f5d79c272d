// kcat, nats and the programs of Kafka: messages that are read, written and deleted.
import { sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command, prints } from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

const CHANGES = /^--?(?:delete|alter|create|add|remove|execute|reset-offsets|reassign.*)$/;
const NATS_ASKS =
  /^(?:sub|subscribe|server|context|ls|info|report|view|get|rtt|account|latency|schema|errors|events|traffic)$/;
const NATS_CHANGES =
  /^(?:rm|del|delete|purge|add|edit|new|restore|create|set|put|update|rmm|seal|compact)$/;

export const kcat: CommandModel = command({
  names: [
    ...["kcat", "kafkacat", "nats", "rpk"],
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
  optionsEnd: "own",
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
      (/^k(?:cat|afkacat)$/.test(name) && words.some((word) => /^-P|^-[a-zA-Z]*P$/.test(word))) ||
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
