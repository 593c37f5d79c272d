// logger and systemd-cat: put lines into the log of the system, here or on another machine.
import { append, EMPTY, literal, sourcesOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const logger: CommandModel = command({
  names: ["logger", "systemd-cat"],
  optionsEnd: "first-operand",
  options: {
    server: taking("-n --server"),
    port: taking("-P --port"),
    file: taking("-f --file"),
    choice: taking(
      "-p --priority -t --tag --identifier -S --size -u --socket --sd-id --sd-param --msgid --stderr-priority --level-prefix",
    ),
    glued: maybeTaking("--id --journald --rfc5424 --socket-errors --octet-count"),
    style: flags(
      "-d --udp -T --tcp -e --skip-empty -i -s --stderr --no-act --prio-prefix --rfc3164 -V -h",
    ),
    about: ABOUT,
  },
  effects: ({ name, operands, values, stdin }, context) => {
    const files = values("file");
    const texts = [
      ...files.flatMap((path) => context.contentOf(path)),
      ...operands,
      ...(stdin ?? EMPTY),
    ];
    const [port] = values("port");
    return [
      ...files.map((path) => reads(path)),
      ...values("server").map((host) => ({
        kind: "contacts" as const,
        url: port === undefined ? host : append(append(host, literal(":")), port),
        scheme: "syslog",
        carries: [{ kind: "argument" as const }, ...sourcesOf(texts)],
      })),
      ...(name === "systemd-cat" && operands.length > 0
        ? [{ kind: "run" as const, argv: operands }]
        : []),
      prints(EMPTY),
    ];
  },
});
