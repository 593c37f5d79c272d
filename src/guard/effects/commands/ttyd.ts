// ttyd, tmate, websocat, tcpserver and their like: they give whoever connects a program of this machine, or a way in.
import { EMPTY, hole, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { effect, egress } from "../model/verbs.ts";

/** They have no other use than to let somebody else type. */
const SHARES =
  /^(?:ttyd|gotty|tmate|upterm|sshx|tcpserver|systemd-socket-activate|sshd|dropbear|in\.telnetd|telnetd|utelnetd|rshd|in\.rshd|inetd|xinetd|websocketd|wetty|shellinaboxd|teleconsole|wstunnel|gs-netcat|reverse-ssh|pwncat-cs|tty-share|termpair|dnscat2?-client|dnscat2?|dnscat|pwncat)$/;
const LOCAL = /^(?:--help|-h|--version|-V|-v|version|help|-t|-T)$/;

export const ttyd: CommandModel = command({
  names: [
    "ttyd",
    "gotty",
    "tmate",
    "upterm",
    "sshx",
    "tcpserver",
    "systemd-socket-activate",
    "dnscat",
    "dnscat2",
    "dnscat2-client",
    "sshd",
    "dropbear",
    "in.telnetd",
    "telnetd",
    "utelnetd",
    "rshd",
    "in.rshd",
    "inetd",
    "xinetd",
    "websocketd",
    "wetty",
    "shellinaboxd",
    "teleconsole",
    "wstunnel",
    "gs-netcat",
    "reverse-ssh",
    "pwncat",
    "pwncat-cs",
    "tty-share",
    "termpair",
    "websocat",
    "chisel",
    "frpc",
    "frps",
    "ngrok",
    "cloudflared",
    "bore",
    "lt",
    "localtunnel",
    "zrok",
    "pagekite",
    "sish",
    "rathole",
    "gost",
    "xterm",
  ],
  own: "they let others in whatever their words say: only a call of words that all ask for help does not",
  options: {},
  effects: ({ name, args, stdin }) => {
    if (args.length > 0 && args.every((word) => LOCAL.test(textOf(word) ?? "?"))) return [];
    const texts = [...args, ...(stdin ?? EMPTY)];
    const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
    const words = args.map((word) => textOf(word) ?? "?");
    const program = effect<"execute">({
      kind: "execute",
      program: name,
      origin: "download",
      reach: "unbounded",
    });
    const answer = prints([
      [
        hole("dynamic-code", {
          sources: [
            { kind: "network", destination: { host: undefined, port: undefined, scheme: "tcp" } },
          ],
        }),
      ],
    ]);
    if (SHARES.test(name)) return [program, egress(undefined, carries)];
    if (name === "xterm") {
      const display = words.find((_, at) => words[at - 1] === "-display");
      const isHere = display === undefined || /^(?:unix)?:/.test(display);
      return isHere
        ? [
            effect<"execute">({
              kind: "execute",
              program: name,
              origin: "inline",
              reach: "unbounded",
            }),
          ]
        : [program, egress(undefined, carries)];
    }
    if (name === "websocat") {
      const runs = words.some(
        (word) => /(?:^|:)(?:cmd|sh-c|exec):/.test(word) || /^--exec|^\?$/.test(word),
      );
      const urls = args.filter((word) => /:\/\//.test(textOf(word) ?? ""));
      const listens = words.some(
        (word) => /(?:^|:)(?:ws-l|tcp-l|ws-listen|tcp-listen)/.test(word) || word === "-s",
      );
      return [
        ...(runs ? [program] : []),
        ...urls.map(
          (url): Consequence => ({
            kind: "contacts",
            url: plainAddress(url),
            scheme: "wss",
            carries,
          }),
        ),
        ...(urls.length === 0 || listens ? [egress(undefined, carries)] : []),
        answer,
      ];
    }
    // A tunnel lets others in as far as it is told to.
    return [egress(undefined, [...carries, { kind: "unknown" }])];
  },
});

/** The address behind overlays: `autoreconnect:wss://host/`. */
function plainAddress(url: Text): Text {
  return literal((textOf(url) ?? "").replace(/^(?:[\w-]+:)*(?=[a-z]+:\/\/)/, ""));
}
