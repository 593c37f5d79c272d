// curl: sends to and receives from URLs; options read files into the request and write the answer to files.
import {
  EMPTY,
  dropKnown,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { loads, prints, reads, writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { gain, isEngine } from "../services/container-mounts.ts";
import { CURL_OPTIONS } from "../network/curl-options.ts";
import { listedUrls, toldAddresses } from "../network/curl-addresses.ts";
import { databaseTraffic } from "../languages/heuristics/database-traffic.ts";
import { parseDestination } from "../network/destination.ts";
import { fileOfUrl } from "../paths/file-urls.ts";
import { asksOnly, CURL } from "../network/read-only-requests.ts";
import type { DataSource } from "../../vocabulary/effect.ts";

/** What its socket answers is what its port would. */
const ENGINE: Consequence = {
  kind: "contacts",
  url: literal("http://localhost:2375/"),
  carries: [{ kind: "argument" }],
};

/** `host:port:address` with an address of this machine. */
const HERE = /^[+]?([\w.-]+:\d+):(?:127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

export const curl: CommandModel = command({
  names: ["curl"],
  options: CURL_OPTIONS,
  effects: (given, context) => {
    const { invocation, found: told } = withConfiguration(given, context);
    const { operands, has, values } = invocation;
    if (has("about")) return [prints([[hole("unmodelled")]])];
    const named = [...operands, ...values("url")].flatMap((url) => eachUrl(url, invocation.args));
    const resolved = values("resolved").map((word) => HERE.exec(textOf(word) ?? "")?.[1]);
    const isHere = (url: Text): boolean => {
      const { host, port } = parseDestination(url);
      return host !== undefined && resolved.includes(`${host}:${port ?? ""}`);
    };
    // A name that the call itself sets to this machine is this machine, as long as nothing leads away from it.
    const staysHere = resolved.length > 0 && named.every(isHere) && !follows(invocation.args);
    const urls = staysHere ? named.map(() => literal("http://localhost/")) : named;
    const { found: taken, carried } = takesIn(urls, invocation, context);
    const found: Consequence[] = [...told, ...taken];
    for (const path of values("files")) found.push(reads(path));
    // Whoever may tell the engine what to run may do anything.
    const sends = ["data", "raw", "form", "upload"].some((key) => values(key).length > 0);
    const isAsking = values("method").every((word) => /^(?:get|head)$/i.test(textOf(word) ?? "?"));
    if (values("socket").some(isEngine)) found.push(sends || !isAsking ? gain() : ENGINE);
    if (has("netrc")) found.push(loads(literal(`${context.home}/.netrc`)));
    for (const host of values("proxy"))
      found.push({ kind: "contacts", url: host, carries: [...carried, ...sourcesOf([host])] });
    if (!staysHere) found.push(...contactsTold(values, carried));
    const answers: Text[] = [];
    const asks = asksOnly(invocation.args, CURL);
    const method = changingMethod(invocation);
    const asked = { carries: carried, asks, ...(method === undefined ? {} : { method }) };
    for (const url of urls) answers.push(fetch(url, asked, found, context));
    found.push(...urls.flatMap((url) => trafficOf(url, invocation)));
    if (urls.length === 0 && values("config").length === 0) return found;
    writeAnswers(urls, answers, invocation, found);
    return found;
  },
});

/** What the options bring into the request: files that are read for it, and what is sent then. */
function takesIn(
  urls: readonly Text[],
  { values, stdin }: Invocation,
  context: ModelContext,
): { readonly found: readonly Consequence[]; readonly carried: DataSource[] } {
  const found: Consequence[] = [];
  const spoken = "data raw method maybeFile format cookie variable form".split(" ");
  const carried: DataSource[] = sourcesOf([...urls, ...spoken.flatMap((key) => values(key))]);
  const carry = (path: Text): void => {
    if (textOf(path) === "-") carried.push(...sourcesOf(stdin ?? EMPTY));
    else {
      found.push(reads(path));
      carried.push(...sourcesOf(context.contentOf(path)));
    }
  };
  for (const value of values("data")) fileIn(value, carry);
  for (const value of values("maybeFile"))
    if (knownPrefix(value).startsWith("@")) fileIn(value, carry);
  for (const value of values("format")) {
    if (knownPrefix(value).startsWith("@")) fileIn(value, carry);
    found.push(...writtenBy(value, context));
  }
  for (const value of values("variable")) fileIn(value, carry);
  // Without a `=` it is the name of a file.
  for (const value of values("cookie"))
    if (!knownPrefix(value).includes("=") && textOf(value) !== "") carry(value);
  for (const value of values("form")) formFile(value, carry);
  for (const path of values("upload")) carry(path);
  return { found, carried };
}

/** The method of its requests, where one may change something. A word that is not known may be any: nothing is said of it. */
function changingMethod({ values }: Invocation): string | undefined {
  const [given] = values("method");
  if (given !== undefined) return /^(?:post|put|patch|delete)$/i.exec(textOf(given) ?? "")?.[0];
  if (values("upload").length > 0) return "PUT";
  return ["data", "raw", "form"].some((key) => values(key).length > 0) ? "POST" : undefined;
}

/** What a request says to a database that listens at its URL. */
function trafficOf(url: Text, { values, stdin }: Invocation): readonly Consequence[] {
  const [method] = values("method");
  const isTyped = values("upload").length > 0 || /^telnet:/i.test(knownPrefix(url));
  return databaseTraffic(url, {
    method: method === undefined ? "GET" : (textOf(method) ?? "DELETE"),
    texts: [...values("data"), ...values("raw"), ...(isTyped ? (stdin ?? EMPTY) : [])].filter(
      (text) => !knownPrefix(text).startsWith("@"),
    ),
  });
}

/** The URLs that one stands for. Without globbing it is itself; whether that is told, a cluster of options does not show. */
function eachUrl(url: Text, args: readonly Text[]): readonly Text[] {
  const listed = listedUrls(textOf(url) ?? "{");
  if (listed === undefined) return [url];
  const isItself = args.some((word) => /^-(?:-globo|[a-zA-Z]*g)/.test(textOf(word) ?? ""));
  return [...(isItself && listed.length > 1 ? [url] : []), ...listed.map((one) => literal(one))];
}

/** The hosts that curl is told to reach in place of those of its URLs. */
function contactsTold(
  values: Invocation["values"],
  carries: readonly DataSource[],
): readonly Consequence[] {
  const urls = toldAddresses(values("resolved"), values("redirectHost"));
  return (
    urls?.map((url) => ({ kind: "contacts", url, carries })) ?? [
      {
        kind: "unknown",
        reason: "unknown-option",
        detail: "curl is told to reach another address than the URL says",
      },
    ]
  );
}

/** Whether an answer may send the request elsewhere. */
function follows(args: readonly Text[]): boolean {
  return args.some((word) => /^(?:-[a-zA-Z]*L|--loc)/.test(textOf(word) ?? "--location"));
}

/** A host that is an address of the sixth version. */
const ADDRESS_IN_BRACKETS =
  /^(?:[a-z]+:\/\/)?(?:[^/@[{]*@)?\[[\da-f]*:[\da-f.]*:[\da-f:.]*(?:%[\w.-]+)?\]/i;

/** One URL: a file that is read or a host that is reached. Gives what may be printed. */
function fetch(
  url: Text,
  {
    carries,
    asks,
    method,
  }: {
    readonly carries: readonly DataSource[];
    readonly asks: boolean;
    readonly method?: string;
  },
  found: Consequence[],
  context: ModelContext,
): Text {
  const prefix = knownPrefix(url);
  const path = fileOfUrl(url);
  if (path !== undefined) {
    found.push(reads(path));
    return [hole("dynamic-code", { sources: sourcesOf(context.contentOf(path)) })];
  }
  found.push({
    kind: "contacts",
    url,
    carries,
    ...(asks ? { asks } : {}),
    ...(method === undefined ? {} : { method }),
  });
  // Braces and brackets in a URL are a list of URLs to curl.
  if (/[[{]/.test(prefix.replace(ADDRESS_IN_BRACKETS, ""))) {
    found.push({ kind: "unknown", reason: "unmodelled", detail: "a list of URLs in one" });
  }
  return [
    hole("dynamic-code", { sources: [{ kind: "network", destination: parseDestination(url) }] }),
  ];
}

/** `#1` in the name of an output stands for what the first list or range of the address came to. */
function numbered(path: Text): Text {
  const parts = (textOf(path) ?? "").split(/#\d/);
  if (parts.length === 1) return path;
  return parts.flatMap((part, at) => [
    ...(at === 0 ? [] : [hole("dynamic-path", { like: "*", splits: false })]),
    ...literal(part),
  ]);
}

function writeAnswers(
  urls: readonly Text[],
  answers: readonly Text[],
  { args, has, values }: Invocation,
  found: Consequence[],
): void {
  const outputs = values("output").map(numbered);
  const [directory] = values("outputDirectory");
  const inside = (path: Text): Text =>
    directory === undefined || textOf(path)?.startsWith("/") === true
      ? path
      : [...directory, ...literal("/"), ...path];
  const content: TextSet = answers.length === 0 ? EMPTY : answers;
  for (const path of outputs)
    if (textOf(path) !== "-") found.push(writes(inside(path), "create", { content }));
  if (has("remoteName")) {
    for (const url of urls) {
      const name = textOf(url)
        ?.replace(/[?#].*$/, "")
        .split("/")
        .pop();
      const isOpen = name === undefined || name === "";
      const anyName: Text = [hole("dynamic-path", { like: "*", splits: false })];
      const paths = [
        ...(isOpen ? [] : [literal(name)]),
        ...(isOpen || has("nameOfServer") ? [anyName] : []),
      ];
      found.push(...paths.map((path) => writes(inside(path), "create", { content })));
    }
  }
  const printed =
    (outputs.length === 0 && !has("remoteName")) || outputs.some((path) => textOf(path) === "-");
  if (printed) found.push(prints(content));
  // How far it is, and nothing of its words.
  else if (!args.some((word) => TALKS.test(knownPrefix(word))))
    found.push(prints([[hole("unmodelled")]]));
}

/** Options that show what is sent. */
const TALKS = /^(?:-[a-zA-Z]*v|--(?:verb|trace|libc))/;

/** `@file` reads a file into the request; `name@file` too for `--data-urlencode`. */
function fileIn(value: Text, carry: (path: Text) => void): void {
  const prefix = knownPrefix(value);
  const at = prefix.startsWith("@")
    ? 0
    : /^[A-Za-z0-9_.-]*@/.test(prefix)
      ? prefix.indexOf("@")
      : -1;
  if (at >= 0) carry(dropKnown(value, at + 1));
}

function formFile(value: Text, carry: (path: Text) => void): void {
  const found = /^[^=]*=[@<]/.exec(knownPrefix(value));
  if (found === null) return;
  const path = dropKnown(value, found[0].length);
  const known = textOf(path);
  carry(known === undefined ? path : literal(known.replace(/;.*$/, "")));
}

/** The call with the options of the files that `--config` names; files that are not known leave it open. */
function withConfiguration(
  given: Invocation,
  context: ModelContext,
): { readonly invocation: Invocation; readonly found: readonly Consequence[] } {
  const files = given.values("config");
  if (files.length === 0) return { invocation: given, found: [] };
  const isInput = (path: Text): boolean => textOf(path) === "-";
  const found: Consequence[] = files.filter((path) => !isInput(path)).map((path) => reads(path));
  const texts = files.flatMap((path) =>
    isInput(path) ? (given.stdin ?? EMPTY) : context.textAt(path),
  );
  const words = texts.map((text) => configuredWords(textOf(text)));
  const added = words.flatMap((list) => list ?? []);
  const { name, args, stdin } = given;
  const invocation = parseInvocation(
    curl,
    name,
    [...args, ...added.map((word) => literal(word))],
    stdin,
  );
  const isOpen =
    texts.length !== files.length ||
    words.includes(undefined) ||
    invocation.unknownOptions.length > given.unknownOptions.length;
  if (isOpen)
    found.push({
      kind: "unknown",
      reason: "unknown-option",
      detail: "options of curl read from a file",
    });
  return { invocation, found };
}

/** The options of a configuration file as words: `name = value`, `name: value`, `name value`, dashes left out or not. */
function configuredWords(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  return text.split("\n").flatMap((line) => {
    const [, name, quoted, plain] =
      /^\s*(-{0,2}[A-Za-z0-9][\w.-]*)\s*[=:]?\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))?/.exec(line) ?? [];
    if (name === undefined) return [];
    const option = name.startsWith("-") ? name : name.length === 1 ? `-${name}` : `--${name}`;
    const word = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
    return word === "" ? [option] : [option, word];
  });
}

/** `%output{path}` in a format sends what stands behind it to that file, and `%output{>>path}` to its end. */
function writtenBy(format: Text, context: ModelContext): readonly Consequence[] {
  const texts = knownPrefix(format).startsWith("@")
    ? context.contentOf(dropKnown(format, 1))
    : [format];
  return texts.flatMap((text) =>
    [...(textOf(text) ?? knownPrefix(text)).matchAll(/%output\{(>>)?([^}]*)\}/g)].map(
      ([, more, path = ""]) => writes(literal(path), more === undefined ? "create" : "append"),
    ),
  );
}
