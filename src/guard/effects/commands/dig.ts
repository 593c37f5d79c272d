// dig, host, nslookup, ping and traceroute: names and packets that leave the machine.
import { hole, knownPrefix, sourcesOf, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, prints, reads } from "../command-model.ts";

export const dig: CommandModel = command({
  names: [
    "dig",
    "host",
    "nslookup",
    "ping",
    "ping6",
    "traceroute",
    "tracepath",
    "mtr",
    "whois",
    "drill",
  ],
  optionsEnd: "expression",
  // Spellings differ between these programs; the words are read below.
  options: {},
  effects: ({ args, name }) => {
    const found: Consequence[] = [];
    const carries = [{ kind: "argument" } as const, ...sourcesOf(args)];
    let isOnlyAbout = args.length > 0;
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const prefix = knownPrefix(word);
      if (
        (name === "dig" && /^-[fk]/.test(prefix)) ||
        (name === "mtr" && /^(-F|--filename)/.test(prefix))
      ) {
        const value: Text | undefined =
          prefix.length > 2 ? [{ kind: "text", text: prefix.slice(2) }] : args[at + 1];
        if (value !== undefined) found.push(reads(value));
        at += 1;
        isOnlyAbout = false;
      } else if (
        /^-(h|v|V|-help|-version)$/.test(prefix) &&
        textOf(word) !== undefined &&
        args.length === 1
      )
        continue;
      else if (
        prefix.startsWith("-") ||
        /^\d+$/.test(prefix) ||
        (prefix.startsWith("+") && name === "dig")
      )
        isOnlyAbout = false;
      else {
        isOnlyAbout = false;
        found.push({
          kind: "contacts",
          url: prefix.startsWith("@")
            ? word.map((piece, index) =>
                index === 0 && piece.kind === "text"
                  ? { ...piece, text: piece.text.slice(1) }
                  : piece,
              )
            : word,
          scheme: name.startsWith("ping") ? "icmp" : "dns",
          carries,
        });
      }
    }
    return isOnlyAbout
      ? []
      : [
          ...found,
          prints([
            [
              hole("unmodelled", {
                sources: [
                  {
                    kind: "network",
                    destination: { host: undefined, port: undefined, scheme: "dns" },
                  },
                ],
              }),
            ],
          ]),
        ];
  },
});
