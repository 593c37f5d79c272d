// kcat, nats and the programs of Kafka: messages that are read, written and deleted.
import { literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { role } from "../model/option-roles.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

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
  // All go to a server that somebody set up, whatever the other options say.
  hasOtherOptions: true,
  options: {
    hosts: taking("-b --bootstrap-server --broker-list --brokers -s --server -X"),
    changes: flags(
      ...["delete", "alter", "create", "add", "remove", "execute", "reset-offsets"].map(
        (name) => `-${name} --${name}`,
      ),
      "--reassign",
    ),
    input: role(
      "input",
      taking(
        "--command-config --producer.config --consumer.config --offset-json-file --reassignment-json-file --from-file --creds",
      ),
    ),
    key: role("key", taking("--nkey --tlskey --tlscert --tlsca")),
    about: flags("--version -V --help -h"),
  },
  effects: (
    { name, args, operands: words, has, values, stdin },
    context,
  ): readonly Consequence[] => {
    if (args.every(isAbout)) return [];
    const operands = words.map((word) => textOf(word) ?? "?");
    const hosts = values("hosts");
    const carries = [{ kind: "argument" } as const, ...sourcesOf([...args, ...(stdin ?? [])])];
    const changes =
      has("changes") ||
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

function isAbout(word: Text): boolean {
  return /^(?:--version|-V|--help|-h|version|help)$/.test(textOf(word) ?? "?");
}
