// http and xh: requests written as items (`name=value`, `name@file`), and where the answers go.
import {
  dropKnown,
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { isPlainAddress } from "../network/read-only-requests.ts";

/** Options with which a request says more than its address, or is asked for elsewhere. */
const TELLING = [
  "session",
  "raw",
  "proxy",
  "files",
  "verify",
  "resolve",
  "named",
  "compress",
] as const;

export const httpie: CommandModel = command({
  names: ["http", "https", "xh", "xhs"],
  options: {
    about: flags("--help --version --manual"),
    offline: flags("--offline --curl --curl-long"),
    output: taking("o", "--output"),
    download: flags("d", "--download"),
    session: taking("--session --session-read-only"),
    raw: taking("--raw"),
    proxy: taking("--proxy"),
    files: taking("--cert --cert-key"),
    verify: taking("--verify"),
    resolve: taking("--resolve --interface --unix-socket"),
    named: taking(
      "psPaA",
      "--print --style --pretty --auth --auth-type --bearer --timeout --max-redirects --max-headers --ssl --ciphers --boundary --format-options --response-charset --response-mime --default-scheme --history-print --http-version --cert-key-pass",
    ),
    style: flags(
      "jfhbmvFcqSI46",
      "--json --form --headers --body --meta --verbose --all --stream --follow --check-status --continue --ignore-stdin --multipart --chunked --compress --ignore-netrc --quiet --unsorted --sorted --path-as-is --debug --traceback --https --no-check-status --no-stream",
    ),
    compress: maybeTaking("x", ""),
  },
  effects: ({ operands, has, values: valuesOf, stdin }, context) => {
    if (has("about")) return [];
    const settings = literal(`${context.home}/.config/httpie/config.json`);
    const found: Consequence[] = [...keptFiles(valuesOf, context.home)];
    if (context.isFile(settings)) found.push(reads(settings));
    const isMethod =
      /^[A-Za-z]{3,10}$/.test(textOf(operands[0] ?? []) ?? "") && operands.length > 1;
    const method = isMethod ? textOf(operands[0] ?? []) : undefined;
    const [url, ...items] = isMethod ? operands.slice(1) : operands;
    if (url === undefined) return found;
    const sent: Text[] = [
      ...items,
      ...valuesOf("raw"),
      ...(has("ignoreStdin") ? [] : (stdin ?? EMPTY)),
    ];
    const carries = [{ kind: "argument" } as const, ...sourcesOf([url, ...sent])];
    for (const path of items.flatMap(fileOfItem)) {
      found.push(reads(path));
      carries.push(...sourcesOf(context.contentOf(path)));
    }
    if (has("resolve"))
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: "a request that goes elsewhere than its address says",
      });
    const place = full(url);
    const content = [
      [
        hole("dynamic-code", {
          sources: [{ kind: "network", destination: parseDestination(place) }],
        }),
      ],
    ];
    for (const path of valuesOf("output"))
      found.push(writes(path, "create", has("offline") ? {} : { content }));
    if (has("download") && !has("output"))
      found.push(writes([hole("dynamic-path", { like: "*", splits: false })], "create"));
    if (has("offline")) return [...found, prints([[hole("unmodelled", { sources: carries })]])];
    for (const proxy of valuesOf("proxy"))
      found.push({
        kind: "contacts",
        url: dropKnown(proxy, /^[a-z]+:(?=[a-z]+:)/.exec(knownPrefix(proxy))?.[0].length ?? 0),
        carries,
      });
    // WHY not with settings of the user: they may name headers, a proxy or a log-in for every request.
    const asks =
      items.length === 0 &&
      sent.every((text) => textOf(text) === "") &&
      /^(?:GET|HEAD)?$/i.test(method ?? "") &&
      !TELLING.some((option) => has(option)) &&
      !context.isFile(settings) &&
      isPlainAddress(textOf(place) ?? "");
    return [
      ...found,
      { kind: "contacts", url: place, carries, ...(asks ? { asks: true } : {}) },
      ...databaseTraffic(place, { ...(method === undefined ? {} : { method }), texts: sent }),
      prints([
        [
          hole("dynamic-code", {
            sources: [{ kind: "network", destination: parseDestination(place) }],
          }),
        ],
      ]),
    ];
  },
});

/** Certificates that are read, and the file in which a session is kept. */
function keptFiles(valuesOf: Invocation["values"], home: string): readonly Consequence[] {
  return [
    ...valuesOf("files").map((path) => reads(path)),
    ...valuesOf("verify").flatMap((word) =>
      /^(?:yes|no|true|false)$/i.test(textOf(word) ?? "") ? [] : [reads(word)],
    ),
    ...valuesOf("session").map((word) =>
      (textOf(word) ?? "?").includes("/")
        ? writes(word, "change")
        : writes([...literal(`${home}/.config/httpie/sessions/`), ...word], "change"),
    ),
  ];
}

/** The file whose content an item of a request sends. */
function fileOfItem(item: Text): readonly Text[] {
  const file = /^(?:[^=:@\\]|\\.)*(?:@|=@|:=@|==@|:@)/.exec(knownPrefix(item));
  if (file === null) return [];
  const given = dropKnown(item, file[0].length);
  const text = textOf(given);
  return [text === undefined ? given : literal(text.replace(/;type=.*$/, ""))];
}

/** `:3000/x` is a port of this machine, and the slashes of a scheme may be left out. */
function full(url: Text): Text {
  const prefix = knownPrefix(url);
  if (/^:\/\/./.test(prefix)) return dropKnown(url, 3);
  if (/^:\d/.test(prefix)) return [...literal("localhost"), ...url];
  return /^:?(?:\/|$)/.test(prefix) && textOf(url) !== undefined
    ? [...literal("localhost"), ...dropKnown(url, prefix.startsWith(":") ? 1 : 0)]
    : url;
}
