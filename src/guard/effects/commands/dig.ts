// dig, host, nslookup, ping and traceroute: names and packets that leave the machine.
import { hole, knownPrefix, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { toAccount } from "../model/verbs.ts";

/** Programs that ask the person's own server for names what is known of one. */
const LOOKS_UP = /^(?:dig|host|nslookup|drill)$/;
/** Kinds of records, which no host is called. */
const RECORDS =
  /^(?:A|AAAA|ANY|CAA|CNAME|DNSKEY|DS|HTTPS|MX|NAPTR|NS|PTR|SOA|SRV|SVCB|TLSA|TXT|IN|CH)$/i;
/** Labels that anybody's names begin with: whoever keeps the zone learns nothing by them. */
const USUAL_LABELS = /^(?:www|api|mail|smtp|imap|mx|ns\d?|ftp|cdn|docs|blog|app|status|_dmarc)$/;
/** Longer names of one label hold more than a name. */
const LABEL_MAX = 32;

/**
 * Whether a look-up tells nobody anything but the name of a domain: it is asked of a registry, and below that only for what
 * everybody asks for. WHY no other label: whoever keeps the domain reads it.
 */
function tellsNobody(word: Text): boolean {
  const labels = textOf(word)?.toLowerCase().replace(/\.$/, "").split(".") ?? [];
  const [first = ""] = labels;
  const isDomain = labels.length === 2 || (labels.length === 3 && USUAL_LABELS.test(first));
  return (
    isDomain && labels.every((label) => /^[a-z0-9_-]+$/.test(label) && label.length <= LABEL_MAX)
  );
}

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
    // A server that is named, or settings from a file, are nobody's that the person chose.
    const isOption = /^(?:\+[\w=]+|-[46trqv]|-(?:type|query|q)=\w+)$/;
    const others = args.filter((word) => !isOption.test(textOf(word) ?? ""));
    const names = others.filter((word) => !RECORDS.test(textOf(word) ?? ""));
    // A second name is the server of these two.
    const isOfOne = names.length === 1 || name === "dig";
    const isLookUp = isOfOne && names.every((word) => /^[\w.-]+$/.test(textOf(word) ?? ""));
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
        // Names to ask for, and hosts to ask, stand in the file.
        if (name !== "dig" || prefix.startsWith("-f"))
          found.push({
            kind: "contacts",
            url: [hole("unmodelled")],
            scheme: "dns",
            carries: [{ kind: "unknown" }],
          });
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
        const isPlain = isLookUp && LOOKS_UP.test(name) && tellsNobody(word);
        if (RECORDS.test(prefix) && textOf(word) !== undefined && LOOKS_UP.test(name)) continue;
        if (isPlain) found.push(toAccount());
        else
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
